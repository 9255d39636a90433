package topology

import "github.com/magestack/magestack/pkg/enum"

// Endpoint is an AWS service that the private subnets reach through an interface endpoint, named as in
// the endpoint's service name (AWS PrivateLink Guide, "AWS services that integrate with AWS PrivateLink").
// Each costs by the hour and zone, and saves the NAT gateway's price per GB.
type Endpoint string

// The services that a store's cluster calls.
const (
	EndpointSQS            Endpoint = "sqs"            // Karpenter's interruption queue
	EndpointSecretsManager Endpoint = "secretsmanager" // External Secrets
	EndpointECRAPI         Endpoint = "ecr.api"        // image registries: authorisation and manifests
	EndpointECRDocker      Endpoint = "ecr.dkr"        // image registries: the Docker protocol; layers come from S3
	EndpointSTS            Endpoint = "sts"            // roles of service accounts
	EndpointLogs           Endpoint = "logs"           // CloudWatch Logs
	EndpointEC2            Endpoint = "ec2"            // the VPC CNI and Karpenter
	EndpointKMS            Endpoint = "kms"            // decryption by clients
	EndpointSSM            Endpoint = "ssm"            // AMI parameters, by Karpenter
	EndpointEKS            Endpoint = "eks"            // a joining node describes its cluster
	EndpointEKSAuth        Endpoint = "eks-auth"       // the Pod Identity agent
	EndpointLoadBalancing  Endpoint = "elasticloadbalancing"
	EndpointAutoScaling    Endpoint = "autoscaling"
	EndpointMonitoring     Endpoint = "monitoring" // CloudWatch metrics
)

// EndpointMail is SES's SMTP interface. It is no setting: networking makes it where mails are sent by SES.
const EndpointMail Endpoint = "email-smtp"

// EndpointElastiCache is ElastiCache's API. It is no setting: the function that rotates credentials cannot do without.
const EndpointElastiCache Endpoint = "elasticache"

// RotationEndpoints are the services that the function calls that rotates credentials, which has no other way to them: it is in the
// data subnets. Networking makes them whatever the settings name.
func RotationEndpoints() []Endpoint { return []Endpoint{EndpointSecretsManager, EndpointElastiCache} }

// DefaultEndpoints are the services without which a cluster does not start nodes or pods once the NAT
// gateway or the internet is gone, or whose traffic is worth keeping off the NAT gateway.
func DefaultEndpoints() []Endpoint {
	return []Endpoint{
		EndpointSQS, EndpointSecretsManager, EndpointECRAPI, EndpointECRDocker, EndpointSTS, EndpointLogs,
		EndpointEC2, EndpointKMS, EndpointSSM, EndpointEKS, EndpointEKSAuth,
	}
}

func endpoints() []Endpoint {
	return append(DefaultEndpoints(), EndpointLoadBalancing, EndpointAutoScaling, EndpointMonitoring)
}

// Allowed lists the values, for messages and reference pages.
func (Endpoint) Allowed() string { return enum.Alternatives(endpoints()) }

// Validate refuses values other than the allowed ones, the empty one among them.
func (e Endpoint) Validate() error { return enum.Check(e, endpoints()) }

// UnmarshalText reads a setting.
func (e *Endpoint) UnmarshalText(text []byte) error {
	*e = Endpoint(text)
	return e.Validate()
}

// ServiceName is what the endpoint's service is called in a region.
func (e Endpoint) ServiceName(region string) string { return serviceName(region, string(e)) }

// Gateway is an AWS service that is reached through a gateway endpoint: a route, without an hourly price.
type Gateway string

// The two services that have gateway endpoints (AWS PrivateLink Guide, "Gateway endpoints").
const (
	GatewayS3       Gateway = "s3"
	GatewayDynamoDB Gateway = "dynamodb"
)

// ServiceName is what the gateway's service is called in a region.
func (g Gateway) ServiceName(region string) string { return serviceName(region, string(g)) }

func serviceName(region, service string) string { return "com.amazonaws." + region + "." + service }
