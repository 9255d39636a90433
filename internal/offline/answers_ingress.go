package offline

import "strings"

// ingressKinds is what leads to the shop beside the load balancer itself, and where its image is.
func ingressKinds() map[string]kind {
	return map[string]kind{
		"aws:lb/listenerRule:ListenerRule": {
			id: arnID, tagged: true,
			arn: func(r *request) string {
				return strings.Replace(r.text("listenerArn"), ":listener/", ":listener-rule/", 1) + "/" + r.hex("digits", 16)
			},
		},
		"aws:ecr/repository:Repository": {
			name: named(256), id: nameID, arn: regional("ecr", "repository/{name}"), tagged: true,
			outputs: func(r *request) fields {
				registry := r.provider.ID
				return fields{
					"registryId":    registry,
					"repositoryUrl": registry + ".dkr.ecr." + r.provider.Region + "." + domain(r.provider.Account) + "/" + r.physical,
				}
			},
		},
		// Both are of their repository, and have its name for an id.
		"aws:ecr/repositoryPolicy:RepositoryPolicy": {id: ofRepository, outputs: inRegistry},
		"aws:ecr/lifecyclePolicy:LifecyclePolicy":   {id: ofRepository, outputs: inRegistry},
	}
}

func ofRepository(r *request) string { return r.text("repository") }

func inRegistry(r *request) fields { return fields{"registryId": r.provider.ID} }
