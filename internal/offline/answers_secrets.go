package offline

const secretType = "aws:secretsmanager/secret:Secret"

// secretKinds is Secrets Manager, which adds a hyphen and six characters to the name in an ARN.
func secretKinds() map[string]kind {
	return map[string]kind{
		secretType: {
			name: named(512), id: arnID, tagged: true,
			arn: func(r *request) string {
				return r.provider.ARN("secretsmanager", "secret:"+r.physical+"-"+r.alphanumeric("arn", 6))
			},
			outputs: func(r *request) fields {
				return fields{"recoveryWindowInDays": r.given("recoveryWindowInDays", 30)}
			},
		},
		"aws:secretsmanager/secretVersion:SecretVersion": {
			id: func(r *request) string { return r.text("secretId") + "|" + r.uuid("version") },
			outputs: func(r *request) fields {
				return fields{
					"arn": r.text("secretId"), "versionId": r.uuid("version"),
					"versionStages": r.given("versionStages", []string{"AWSCURRENT"}),
				}
			},
		},
		"aws:secretsmanager/secretPolicy:SecretPolicy":     {id: like("{secretArn}")},
		"aws:secretsmanager/secretRotation:SecretRotation": {id: like("{secretId}"), outputs: rotationOutputs},
	}
}

func rotationOutputs(*request) fields { return fields{"rotationEnabled": true} }
