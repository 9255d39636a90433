package offline

import (
	"encoding/json"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// eksKinds is clusters and what belongs to them (Amazon EKS API Reference; pulumi-eks v3.9.1).
func eksKinds() map[string]kind {
	return map[string]kind{
		"eks:index:Cluster": {
			name: naming{property: "name", max: 100}, packages: []string{"aws"},
			outputs: pluginClusterOutputs, register: registerCluster,
		},
		"aws:eks/cluster:Cluster": {
			name: named(100), id: nameID, arn: regional("eks", "cluster/{name}"), tagged: true,
			outputs: clusterOutputs, register: registerCluster,
		},
		"aws:eks/nodeGroup:NodeGroup": {
			name: naming{property: "nodeGroupName", max: 63}, id: like("{clusterName}:{name}"), tagged: true,
			arn: regional("eks", "nodegroup/{clusterName}/{name}/{uuid}"),
			outputs: func(r *request) fields {
				group := "eks-" + r.physical + "-" + r.uuid("uuid")
				return fields{
					"status":    "ACTIVE",
					"resources": []fields{{"autoscalingGroups": []fields{{"name": group}}}},
				}
			},
		},
		"aws:eks/fargateProfile:FargateProfile": {
			name: naming{property: "fargateProfileName", max: 63}, id: like("{clusterName}:{name}"), tagged: true,
			arn:     regional("eks", "fargateprofile/{clusterName}/{name}/{uuid}"),
			outputs: func(*request) fields { return fields{"status": "ACTIVE"} },
		},
		"aws:eks/addon:Addon": {
			id: like("{clusterName}:{addonName}"), arn: regional("eks", "addon/{clusterName}/{addonName}/{uuid}"), tagged: true,
			outputs: func(*request) fields { return fields{"createdAt": madeAt, "modifiedAt": madeAt} },
		},
		"aws:eks/accessEntry:AccessEntry": {
			id: like("{clusterName}:{principalArn}"), tagged: true,
			outputs: func(r *request) fields {
				return fields{
					"accessEntryArn": r.provider.ARN("eks", r.expand("access-entry/{clusterName}/")+
						accessEntrySubject(r.text("principalArn"))+"/"+r.uuid("uuid")),
					"createdAt": madeAt, "modifiedAt": madeAt,
					"userName": r.given("userName", r.text("principalArn")),
					"type":     r.given("type", "STANDARD"),
				}
			},
		},
		"aws:eks/accessPolicyAssociation:AccessPolicyAssociation": {
			id:      like("{clusterName}#{principalArn}#{policyArn}"),
			outputs: func(*request) fields { return fields{"associatedAt": madeAt, "modifiedAt": madeAt} },
		},
		"aws:eks/podIdentityAssociation:PodIdentityAssociation": {
			id: podIdentityID, tagged: true,
			outputs: func(r *request) fields {
				return fields{
					"associationId":  r.id,
					"associationArn": regional("eks", "podidentityassociation/{clusterName}/{id}")(r),
				}
			},
		},
	}
}

func podIdentityID(r *request) string { return "a-" + r.alphanumeric("id", 17) }

// accessEntrySubject is the middle of an access entry's ARN: role/<account>/<name>.
func accessEntrySubject(principal string) string {
	fieldsOf := strings.Split(principal, ":")
	if len(fieldsOf) < 6 {
		return principal
	}
	kind, _, _ := strings.Cut(fieldsOf[5], "/")
	return kind + "/" + fieldsOf[4] + "/" + lastPart(principal)
}

func clusterEndpoint(r *request) string {
	return "https://" + strings.ToUpper(r.hex("endpoint", 32)) + ".gr7." + r.provider.Region + ".eks." + domain(r.provider.Account)
}

func clusterIssuer(r *request) string {
	return "oidc.eks." + r.provider.Region + "." + domain(r.provider.Account) + "/id/" + strings.ToUpper(r.hex("endpoint", 32))
}

// certificateAuthority stands for the certificate of the cluster's own authority.
const certificateAuthority = "bWFkZSB1cCBieSB0aGUgZW1iZWRkZWQgY2xvdWQ=" // "made up by the embedded cloud"

func clusterOutputs(r *request) fields {
	network := resource.PropertyMap{}
	if given := bare(r.inputs["vpcConfig"]); given.IsObject() {
		network = given.ObjectValue().Copy()
	}
	network["clusterSecurityGroupId"] = resource.NewProperty(r.longID("sg"))
	if vpc := r.vpcOf(r.texts("vpcConfig.subnetIds")); vpc != "" {
		network["vpcId"] = resource.NewProperty(vpc)
	}
	return fields{
		"endpoint":             clusterEndpoint(r),
		"certificateAuthority": fields{"data": certificateAuthority},
		"identities":           []fields{{"oidcs": []fields{{"issuer": "https://" + clusterIssuer(r)}}}},
		"platformVersion":      "eks.1",
		"status":               "ACTIVE",
		"createdAt":            madeAt,
		"vpcConfig":            network,
	}
}

// pluginClusterOutputs gives what pulumi-eks returns that is not a resource. The resources among its outputs
// (eksCluster, clusterSecurityGroup, core.provider) only its plugin can make: they stay unknown.
func pluginClusterOutputs(r *request) fields {
	kubeconfig := clusterKubeconfig(r)
	text, err := json.Marshal(kubeconfig)
	if err != nil {
		text = []byte("{}") // not reached: it holds only texts, lists and maps
	}
	return fields{
		"clusterSecurityGroupId": r.longID("sg"),
		"nodeSecurityGroupId":    "sg-0" + r.hex("nodes", 16),
		"clusterIngressRuleId":   "sgrule-" + r.hex("ingress", 10),
		"oidcIssuer":             clusterIssuer(r),
		"oidcProviderUrl":        "https://" + clusterIssuer(r),
		"oidcProviderArn":        r.provider.GlobalARN("iam", "oidc-provider/"+clusterIssuer(r)),
		"kubeconfig":             kubeconfig,
		"kubeconfigJson":         string(text),
		"core": fields{
			"endpoint":         clusterEndpoint(r),
			"vpcId":            r.text("vpcId"),
			"subnetIds":        r.texts("subnetIds"),
			"privateSubnetIds": r.texts("privateSubnetIds"),
			"publicSubnetIds":  r.texts("publicSubnetIds"),
		},
	}
}

func clusterKubeconfig(r *request) map[string]any {
	const name = "aws"
	token := map[string]any{
		"apiVersion": "client.authentication.k8s.io/v1beta1",
		"command":    "aws",
		"args":       []any{"--region", r.provider.Region, "eks", "get-token", "--cluster-name", r.physical, "--output", "json"},
	}
	cluster := map[string]any{"server": clusterEndpoint(r), "certificate-authority-data": certificateAuthority}
	return map[string]any{
		"apiVersion": "v1", "kind": "Config", "current-context": name,
		"clusters": []any{map[string]any{"name": "kubernetes", "cluster": cluster}},
		"contexts": []any{map[string]any{"name": name, "context": map[string]any{"cluster": "kubernetes", "user": name}}},
		"users":    []any{map[string]any{"name": name, "user": map[string]any{"exec": token}}},
	}
}

// registerCluster keeps what aws.eks.getCluster answers.
func registerCluster(r *request, state resource.PropertyMap) {
	network := bare(state["vpcConfig"])
	if !network.IsObject() { // made by the plugin
		network = propertyOf(fields{
			"clusterSecurityGroupId": state["clusterSecurityGroupId"],
			"vpcId":                  r.text("vpcId"),
			"subnetIds":              append(append(r.texts("subnetIds"), r.texts("privateSubnetIds")...), r.texts("publicSubnetIds")...),
			"endpointPrivateAccess":  r.given("endpointPrivateAccess", false),
			"endpointPublicAccess":   r.given("endpointPublicAccess", true),
			"publicAccessCidrs":      r.given("publicAccessCidrs", []string{"0.0.0.0/0"}),
		})
	}
	r.cloud.clusters[r.physical] = bare(propertyOf(fields{
		"id": r.physical, "name": r.physical,
		"arn":                    r.provider.ARN("eks", "cluster/"+r.physical),
		"endpoint":               clusterEndpoint(r),
		"certificateAuthorities": []fields{{"data": certificateAuthority}},
		"identities":             []fields{{"oidcs": []fields{{"issuer": "https://" + clusterIssuer(r)}}}},
		"platformVersion":        "eks.1",
		"status":                 "ACTIVE",
		"createdAt":              madeAt,
		"version":                r.given("version", ""),
		"tags":                   r.allTags(),
		"vpcConfig":              network,
	})).ObjectValue()
}
