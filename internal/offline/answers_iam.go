package offline

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// madeAt is when everything in the embedded cloud was made.
const madeAt = "2026-01-01T00:00:00Z"

// iamKinds is identities (IAM User Guide, "IAM identifiers": the prefixes of unique ids).
func iamKinds() map[string]kind {
	return map[string]kind{
		"aws:iam/role:Role": {
			name: named(64), id: nameID, arn: iamARN("role"), tagged: true,
			outputs: func(r *request) fields {
				return fields{
					"uniqueId": uniqueID(r, "AROA"), "createDate": madeAt, "path": r.given("path", "/"),
					"maxSessionDuration": r.given("maxSessionDuration", 3600),
				}
			},
		},
		"aws:iam/rolePolicy:RolePolicy":                     {name: named(128), id: like("{role}:{name}")},
		"aws:iam/rolePolicyAttachment:RolePolicyAttachment": {id: func(r *request) string { return r.text("role") + "-" + r.hex("id", 26) }},
		"aws:iam/policy:Policy": {
			name: named(128), id: arnID, arn: iamARN("policy"), tagged: true,
			outputs: func(r *request) fields {
				return fields{"policyId": uniqueID(r, "ANPA"), "attachmentCount": 0, "path": r.given("path", "/")}
			},
		},
		"aws:iam/user:User": {
			name: named(64), id: nameID, arn: iamARN("user"), tagged: true,
			outputs: func(r *request) fields { return fields{"uniqueId": uniqueID(r, "AIDA"), "path": r.given("path", "/")} },
		},
		"aws:iam/group:Group": {
			name: named(128), id: nameID, arn: iamARN("group"),
			outputs: func(r *request) fields { return fields{"uniqueId": uniqueID(r, "AGPA"), "path": r.given("path", "/")} },
		},
		"aws:iam/groupPolicy:GroupPolicy":                 {name: named(128), id: like("{group}:{name}")},
		"aws:iam/userGroupMembership:UserGroupMembership": {id: func(r *request) string { return r.text("user") + "-" + r.hex("id", 26) }},
		"aws:iam/accessKey:AccessKey":                     {id: func(r *request) string { return uniqueID(r, "AKIA") }, outputs: accessKeyOutputs},
		"aws:iam/instanceProfile:InstanceProfile": {
			name: named(128), id: nameID, arn: iamARN("instance-profile"), tagged: true,
			outputs: func(r *request) fields {
				return fields{"uniqueId": uniqueID(r, "AIPA"), "createDate": madeAt, "path": r.given("path", "/")}
			},
		},
		"aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
			id: arnID, tagged: true,
			arn: func(r *request) string {
				return r.provider.GlobalARN("iam", "oidc-provider/"+strings.TrimPrefix(r.text("url"), "https://"))
			},
		},
	}
}

// iamARN has the path of the identity in it, which begins and ends with a slash.
func iamARN(kind string) func(*request) string {
	return func(r *request) string {
		path := r.text("path")
		if path == "" {
			path = "/"
		}
		return r.provider.GlobalARN("iam", kind+path+r.physical)
	}
}

func uniqueID(r *request, prefix string) string {
	return prefix + strings.ToUpper(r.alphanumeric("unique", 17))
}

// accessKeyOutputs gives a key its secret, and the SMTP password that the provider derives of it.
func accessKeyOutputs(r *request) fields {
	return fields{
		"secret":            resource.MakeSecret(resource.NewProperty(r.alphanumeric("secret", 40))),
		"sesSmtpPasswordV4": resource.MakeSecret(resource.NewProperty(r.alphanumeric("password", 44))),
		"status":            r.given("status", "Active"), "createDate": madeAt,
	}
}
