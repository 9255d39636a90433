package offline

import "strings"

const keyType = "aws:kms/key:Key"

// kmsKinds is keys (AWS KMS Developer Guide, "Key identifiers": a multi-Region key's id begins with mrk-).
func kmsKinds() map[string]kind {
	return map[string]kind{
		keyType: {
			id: keyID, arn: regional("kms", "key/{id}"), tagged: true,
			outputs: func(r *request) fields {
				return fields{
					"keyId":                 r.id,
					"multiRegion":           r.given("multiRegion", false),
					"enableKeyRotation":     r.given("enableKeyRotation", false),
					"customerMasterKeySpec": r.given("customerMasterKeySpec", "SYMMETRIC_DEFAULT"),
					"keyUsage":              r.given("keyUsage", "ENCRYPT_DECRYPT"),
				}
			},
		},
		"aws:kms/replicaKey:ReplicaKey": {
			id:  func(r *request) string { return lastPart(r.text("primaryKeyArn")) },
			arn: regional("kms", "key/{id}"), tagged: true,
			outputs: func(r *request) fields { return fields{"keyId": r.id} },
		},
		"aws:kms/alias:Alias": {
			name: naming{property: "name", max: 256}, id: nameID, arn: regional("kms", "{name}"),
			outputs: func(r *request) fields { return fields{"targetKeyArn": keyARN(r, r.text("targetKeyId"))} },
		},
		"aws:kms/keyPolicy:KeyPolicy": {id: like("{keyId}")},
	}
}

func keyID(r *request) string {
	if r.flag("multiRegion") {
		return "mrk-" + r.hex("id", 32)
	}
	return r.uuid("id")
}

// keyARN is the ARN of a key that is named by its id or its ARN.
func keyARN(r *request, key string) string {
	if strings.HasPrefix(key, "arn:") {
		return key
	}
	return r.provider.ARN("kms", "key/"+key)
}

// lastPart is what follows the last slash.
func lastPart(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
