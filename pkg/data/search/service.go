package search

import (
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/opensearch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/data/secrets"
	"github.com/magestack/magestack/pkg/naming"
)

const (
	// port is HTTPS; the service has no other.
	port = 443

	// user is the master user of the domain's internal user database, as whom Magento connects.
	user = "magento"

	// tlsPolicy is the strictest that clients outside of government need, and the one that control Opensearch.8
	// asks for: TLS 1.2 or newer, with perfect forward secrecy.
	tlsPolicy = "Policy-Min-TLS-1-2-PFS-2023-10"

	// offPeakHour begins, in UTC, the ten hours in which the service may replace nodes.
	offPeakHour = 21

	// passwordSuffix adds no entropy. The service wants a letter of each case, a digit and a special character
	// (OSG, "Fine-grained access control", master user); a drawn password has all but the last. Of the special
	// ones this is safe where Magento needs it to be: it writes user and password into a URL as they are
	// (Magento\OpenSearch\Model\OpenSearch::buildOSConfig), which "@", ":", "/", "#", "%" or "+" would break.
	passwordSuffix = "!"

	// ignoredSecurity has the password in it. It is ignored as a whole, since the engine compares an update with its saved
	// plan one input at a time, and prints the whole of one that differs. What is beside the password is settled when the
	// domain is made: access control cannot be turned off again (OSG, "Fine-grained access control").
	ignoredSecurity = "advancedSecurityOptions"
)

func (b *builder) serviceLinkedRole() error {
	if !b.args.CreateServiceLinkedRole {
		return nil
	}
	role, err := iam.NewServiceLinkedRole(b.Ctx, b.Child("service-role"), &iam.ServiceLinkedRoleArgs{
		AwsServiceName: pulumi.String("opensearchservice.amazonaws.com"),
		Description:    pulumi.String("Network interfaces of OpenSearch domains in VPCs, for the whole account"),
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("service-linked role: %w", err)
	}
	b.needed = append(b.needed, role)
	return nil
}

func (b *builder) searchDomain() error {
	access, err := b.accessPolicy()
	if err != nil {
		return err
	}
	a := b.args
	b.domain, err = opensearch.NewDomain(b.Ctx, b.Child("domain"), &opensearch.DomainArgs{
		DomainName:    pulumi.String(a.domainName()),
		EngineVersion: pulumi.String(a.Version),
		ClusterConfig: b.clusterConfig(),
		EbsOptions: opensearch.DomainEbsOptionsArgs{
			EbsEnabled: pulumi.Bool(true), VolumeType: pulumi.String("gp3"), VolumeSize: pulumi.Int(a.Cluster.VolumeGiB),
		},
		VpcOptions: opensearch.DomainVpcOptionsArgs{
			SubnetIds:        pulumi.ToStringArray(a.SubnetIDs[:a.Cluster.Zones]),
			SecurityGroupIds: pulumi.StringArray{pulumi.String(a.SecurityGroupID)},
		},
		AccessPolicies: access,

		EncryptAtRest: opensearch.DomainEncryptAtRestArgs{
			Enabled: pulumi.Bool(true), KmsKeyId: a.KeyARN.ToStringOutput().ToStringPtrOutput(),
		},
		NodeToNodeEncryption: opensearch.DomainNodeToNodeEncryptionArgs{Enabled: pulumi.Bool(true)},
		DomainEndpointOptions: opensearch.DomainDomainEndpointOptionsArgs{
			EnforceHttps: pulumi.Bool(true), TlsSecurityPolicy: pulumi.String(tlsPolicy),
		},
		AdvancedSecurityOptions: opensearch.DomainAdvancedSecurityOptionsArgs{
			Enabled:                     pulumi.Bool(true),
			AnonymousAuthEnabled:        pulumi.Bool(false),
			InternalUserDatabaseEnabled: pulumi.Bool(true),
			MasterUserOptions: opensearch.DomainAdvancedSecurityOptionsMasterUserOptionsArgs{
				MasterUserName: pulumi.String(user), MasterUserPassword: b.password(),
			},
		},
		LogPublishingOptions: b.publish,
		AdvancedOptions:      b.advancedOptions(),

		// What replaces nodes waits for the hours in which fewest customers search. Patches come by themselves
		// (control Opensearch.10); versions do not.
		AutoTuneOptions: opensearch.DomainAutoTuneOptionsArgs{
			DesiredState: pulumi.String("ENABLED"), RollbackOnDisable: pulumi.String("NO_ROLLBACK"), UseOffPeakWindow: pulumi.Bool(true),
		},
		SoftwareUpdateOptions: opensearch.DomainSoftwareUpdateOptionsArgs{AutoSoftwareUpdateEnabled: pulumi.Bool(true)},
		OffPeakWindowOptions: opensearch.DomainOffPeakWindowOptionsArgs{
			Enabled: pulumi.Bool(true),
			OffPeakWindow: opensearch.DomainOffPeakWindowOptionsOffPeakWindowArgs{
				WindowStartTime: opensearch.DomainOffPeakWindowOptionsOffPeakWindowWindowStartTimeArgs{
					Hours: pulumi.Int(offPeakHour), Minutes: pulumi.Int(0),
				},
			},
		},
	}, b.Parent, pulumi.Protect(a.Protect), pulumi.DependsOn(b.needed),
		pulumi.AdditionalSecretOutputs([]string{ignoredSecurity}),
		pulumi.IgnoreChanges(b.ignored()))
	if err != nil {
		return fmt.Errorf("domain: %w", err)
	}
	return nil
}

// Names of advanced options (API Reference, AdvancedOptionsStatus).
const (
	explicitIndex = "rest.action.multi.allow_explicit_index"
	maxClauses    = "indices.query.bool.max_clause_count"

	// foreignOption is the service's own: it shows it on every domain and refuses it from everybody
	// (aws-cloudformation/cloudformation-coverage-roadmap#2469).
	foreignOption = "advancedOptions.override_main_response_version"
)

// advancedOptions are none unless the number of clauses is set: a change of any replaces all nodes, by a blue/green
// deployment (OSG, "Making configuration changes"). With one, the other that may be set stands beside it with the service's
// value, since AWS's provider would take what is missing for a change at every update.
func (b *builder) advancedOptions() pulumi.StringMapInput {
	if b.args.Cluster.MaxClauses == 0 {
		return nil
	}
	return pulumi.StringMap{
		explicitIndex: pulumi.String("true"),
		maxClauses:    pulumi.String(strconv.Itoa(b.args.Cluster.MaxClauses)),
	}
}

// ignored are the inputs that hold when the domain is made: rotation changes the password, and a new one is drawn at every
// run. The option that is the service's own is among them only where options are set: the engine refuses an update that
// drops what a path goes through.
func (b *builder) ignored() []string {
	if b.args.Cluster.MaxClauses == 0 {
		return []string{ignoredSecurity}
	}
	return []string{ignoredSecurity, foreignOption}
}

func (b *builder) clusterConfig() opensearch.DomainClusterConfigArgs {
	c := b.args.Cluster
	config := opensearch.DomainClusterConfigArgs{
		InstanceType:           pulumi.String(c.DataType),
		InstanceCount:          pulumi.Int(c.DataNodes),
		ZoneAwarenessEnabled:   pulumi.Bool(c.Zones > 1),
		DedicatedMasterEnabled: pulumi.Bool(c.Masters > 0),
		// A standby zone would cost a third of the nodes that answer nobody.
		MultiAzWithStandbyEnabled: pulumi.Bool(false),
	}
	if c.Zones > 1 {
		config.ZoneAwarenessConfig = opensearch.DomainClusterConfigZoneAwarenessConfigArgs{AvailabilityZoneCount: pulumi.Int(c.Zones)}
	}
	if c.Masters > 0 {
		config.DedicatedMasterCount = pulumi.Int(c.Masters)
		config.DedicatedMasterType = pulumi.String(c.MasterType)
	}
	return config
}

// accessPolicy lets every caller reach the domain's API, and nothing else of the domain: who may do what there
// is decided by user and password. A policy that names principals would refuse Magento, whose requests are not
// signed with AWS credentials (OSG, "Fine-grained access control", recommended configurations). The domain is
// not public with it: its endpoint has addresses of the VPC only, behind the security group.
func (b *builder) accessPolicy() (pulumi.StringOutput, error) {
	return policy.Document(policy.Statement{
		Sid:        "AuthenticatedByTheDomain",
		Principals: policy.Principals{AWS: policy.Strings("*")},
		Actions:    []string{"es:ESHttp*"},
		Resources:  policy.Strings(b.args.arn() + "/*"),
	})
}

func (b *builder) password() pulumi.StringPtrOutput {
	return pulumi.Sprintf("%s%s", secrets.NewPassword(b.Ctx, b.Parent), passwordSuffix).ToStringPtrOutput()
}

// credential keeps what Magento needs to connect. The password is that of the domain, which a second run does
// not draw again.
func (b *builder) credential() (err error) {
	b.secret, err = secrets.NewSecret(b.Ctx, b.Child("credential"), secrets.SecretArgs{
		Of:          b.domain,
		Account:     b.args.Account,
		Name:        b.args.Environment.Secret(naming.SecretSearch),
		Description: "Connection to the search domain " + b.args.domainName(),
		KeyARN:      b.args.SecretsKeyARN,
		Value: pulumi.Map{
			"host":     b.domain.Endpoint,
			"port":     pulumi.Int(port),
			"username": pulumi.String(user),
			"password": b.domain.AdvancedSecurityOptions.MasterUserOptions().MasterUserPassword().Elem(),
		},
		Protect: b.args.Protect,
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("credential: %w", err)
	}
	return nil
}
