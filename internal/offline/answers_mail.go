package offline

// mailKinds is SES and SNS.
func mailKinds() map[string]kind {
	return map[string]kind{
		"aws:sesv2/configurationSet:ConfigurationSet": {
			name: naming{property: "configurationSetName", max: 64}, id: like("{configurationSetName}"),
			arn: regional("ses", "configuration-set/{configurationSetName}"), tagged: true,
		},
		"aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination": {id: like("{configurationSetName}|{eventDestinationName}")},
		"aws:sesv2/emailIdentity:EmailIdentity": {
			id: like("{emailIdentity}"), arn: regional("ses", "identity/{emailIdentity}"), tagged: true, outputs: identityOutputs,
		},
		"aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes": {id: like("{emailIdentity}")},
		"aws:sns/topic:Topic": {
			name: named(256), id: arnID, arn: regional("sns", "{name}"), tagged: true,
			outputs: func(r *request) fields { return fields{"owner": r.provider.ID} },
		},
		"aws:sns/topicPolicy:TopicPolicy": {id: like("{arn}"), outputs: func(r *request) fields { return fields{"owner": r.provider.ID} }},
		"aws:sns/topicSubscription:TopicSubscription": {
			id: arnID, arn: func(r *request) string { return r.text("topic") + ":" + r.uuid("subscription") },
			outputs: func(r *request) fields { return fields{"ownerId": r.provider.ID, "pendingConfirmation": true} },
		},
	}
}

// identityOutputs gives a domain the three tokens of Easy DKIM, by which it is verified later.
func identityOutputs(r *request) fields {
	tokens := make([]string, 3)
	for i := range tokens {
		tokens[i] = r.alphanumeric("token"+string(rune('0'+i)), 32)
	}
	return fields{
		"identityType": "DOMAIN", "verifiedForSendingStatus": false,
		"dkimSigningAttributes": fields{
			"nextSigningKeyLength": r.text("dkimSigningAttributes.nextSigningKeyLength"), "currentSigningKeyLength": "RSA_2048_BIT",
			"signingAttributesOrigin": "AWS_SES", "status": "PENDING", "tokens": tokens,
		},
	}
}
