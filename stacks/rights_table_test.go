package stacks_test

// use is something that a client does, and the calls of AWS's APIs that its code makes for it.
type use struct {
	does  string
	calls []string
}

// client is an identity that this project makes, and what runs as it.
type client struct {
	source  string // where the calls were read
	uses    []use
	managed []string // policies that AWS maintains for this client, without arn:aws:iam::aws:policy/
}

// callActions are the actions of calls that IAM names otherwise (S3 User Guide, "Required permissions for Amazon S3 API
// operations"; IAM User Guide, "Grant a user permissions to pass a role"). Every other call has an action of its own name.
var callActions = map[string][]string{
	"s3:HeadObject":                        {"s3:GetObject", "s3:ListBucket"}, // without ListBucket S3 answers 403 to what is not there
	"s3:ListObjects":                       {"s3:ListBucket"},
	"s3:ListObjectsV2":                     {"s3:ListBucket"},
	"s3:DeleteObjects":                     {"s3:DeleteObject"},
	"s3:PutObject with an ACL":             {"s3:PutObject", "s3:PutObjectAcl"},
	"s3:CopyObject with an ACL":            {"s3:GetObject", "s3:PutObject", "s3:PutObjectAcl"},
	"s3:CreateMultipartUpload with an ACL": {"s3:PutObject", "s3:PutObjectAcl"},
	"s3:UploadPart":                        {"s3:PutObject"},
	"s3:UploadPartCopy":                    {"s3:GetObject", "s3:PutObject"},
	"s3:CompleteMultipartUpload":           {"s3:PutObject"},
	"sqs:GetQueueURL":                      {"sqs:GetQueueUrl"},
	"ec2:CreateFleet in a launch template's subnets and groups": {"ec2:CreateFleet", "ec2:RunInstances"},
}

// magento is the shop's pods. Objects are encrypted with a key of ours: reading one asks for kms:Decrypt, writing one for
// kms:GenerateDataKey, and completing one in parts for both (S3 User Guide, "Using server-side encryption with AWS KMS").
var magento = client{
	source: "magento/magento2 AwsS3/Driver/AwsS3.php over league/flysystem AwsS3V3Adapter.php and aws/aws-sdk-php S3/ObjectUploader, S3/ObjectCopier, S3/BatchDelete",
	uses: []use{
		{"looks whether a file is there, and how long it is", []string{"s3:HeadObject"}},
		{"reads a file", []string{"s3:GetObject", "kms:Decrypt"}},
		{"lists a folder", []string{"s3:ListObjectsV2"}},
		{"writes a file, makes a folder, tests its storage", []string{"s3:PutObject with an ACL", "kms:GenerateDataKey"}},
		{"writes a file of more than 16 MB", []string{"s3:CreateMultipartUpload with an ACL", "s3:UploadPart", "s3:CompleteMultipartUpload", "kms:Decrypt"}},
		{"gives such a write up, as whoever cleans up after it does", []string{"s3:AbortMultipartUpload"}},
		{"copies or renames a file: an upload that leaves catalog/tmp", []string{"s3:GetObjectAcl", "s3:HeadObject", "s3:CopyObject with an ACL"}},
		{"copies a file of more than 5 GB", []string{"s3:UploadPartCopy", "s3:CompleteMultipartUpload"}},
		{"deletes a file", []string{"s3:DeleteObject"}},
		{"deletes a folder", []string{"s3:ListObjects", "s3:DeleteObjects"}},
	},
}

var clients = map[string]client{
	"accounts-nodes-role": magento,
	"accounts-batch-role": magento,
	"addons-secrets-role": {
		source: "external-secrets 2.9.0, providers/v1/aws/secretsmanager/secretsmanager.go; nothing is pushed, and nothing found by name or tag",
		uses: []use{
			{"reads a secret", []string{"secretsmanager:GetSecretValue", "kms:Decrypt"}},
			{"reads its tags (metadataPolicy: Fetch)", []string{"secretsmanager:DescribeSecret"}},
		},
	},
	"addons-balancer-role": {
		source: "aws-load-balancer-controller 3.4.0, pkg/targetgroupbinding, pkg/networking/networking_manager.go, vpc_info_provider.go, webhooks/elbv2",
		uses: []use{
			{"admits a binding", []string{"elasticloadbalancing:DescribeTargetGroups"}},
			{"compares targets with pods, and answers readiness gates", []string{"elasticloadbalancing:DescribeTargetHealth"}},
			{"puts pods in and takes them out", []string{"elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"}},
			{"looks whether an address is the VPC's", []string{"ec2:DescribeVpcs"}},
			{"looks for rules of its own that nothing needs any more", []string{"ec2:DescribeSecurityGroups"}},
		},
	},
	"addons-volumes-role": {
		source:  "EKS User Guide, \"Store Kubernetes volumes with Amazon EBS\": a key of one's own",
		managed: []string{"service-role/AmazonEBSCSIDriverPolicy"},
		uses: []use{
			{"has EC2 make and attach a volume", []string{"kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*"}},
			{"has EC2 make a volume of a snapshot", []string{"kms:ReEncrypt*"}},
		},
	},
	"karpenter-controller-role": {
		source: "karpenter-provider-aws 1.14.1, pkg/aws/sdk.go: each call of its interfaces but those for profiles, which are made for it, and for messages and measures of its tests",
		uses: []use{
			{"looks at what there is to choose from", []string{
				"ec2:DescribeCapacityReservations", "ec2:DescribeImages", "ec2:DescribeInstanceTypeOfferings", "ec2:DescribeInstanceTypes",
				"ec2:DescribePlacementGroups", "ec2:DescribeSecurityGroups", "ec2:DescribeSpotPriceHistory", "ec2:DescribeSubnets",
				"pricing:GetProducts", "ssm:GetParameter",
			}},
			{"launches a node", []string{
				"ec2:CreateLaunchTemplate", "ec2:DescribeLaunchTemplates", "ec2:CreateFleet in a launch template's subnets and groups", "ec2:CreateTags", "iam:PassRole",
			}},
			{"tries whether it may, before a class is ready", []string{"ec2:RunInstances"}},
			{"looks after its nodes", []string{"ec2:DescribeInstances", "ec2:DescribeInstanceStatus", "ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"}},
			{"reads the profile of its nodes, and looks for those of classes that are gone", []string{"iam:GetInstanceProfile", "iam:ListInstanceProfiles"}},
			{"reads the cluster's endpoint and version", []string{"eks:DescribeCluster"}},
			{"hears of interruptions", []string{"sqs:GetQueueURL", "sqs:ReceiveMessage", "sqs:DeleteMessage"}},
		},
	},
	"karpenter-node-role": {source: "Karpenter 1.14, \"CloudFormation\": KarpenterNodeRole", managed: nodeClients},
	"cluster-node-role":   {source: "EKS User Guide, \"Amazon EKS node IAM role\"; EKS Best Practices", managed: nodeClients},
	"fargate-execution-role": {
		source:  "EKS User Guide, \"Start AWS Fargate logging for your cluster\": the log router; auto_create_group is false",
		managed: []string{"AmazonEKSFargatePodExecutionRolePolicy"},
		uses:    []use{{"writes the pods' logs", []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"}}},
	},
	"logs-agent-role": {
		source: "Fluent Bit 5.1.1, plugins/out_cloudwatch_logs/cloudwatch_api.c; auto_create_group is false",
		uses:   []use{{"writes the pods' logs", []string{"logs:CreateLogStream", "logs:PutLogEvents"}}},
	},
	"network-flow-log-role": {
		source: "VPC User Guide, \"IAM role for publishing flow logs to CloudWatch Logs\"; the group is made before",
		uses:   []use{{"writes the record of the traffic", []string{"logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogGroups", "logs:DescribeLogStreams"}}},
	},
	"database-monitoring-role": {source: "Aurora User Guide, \"Setting up and enabling Enhanced Monitoring\"", managed: []string{"service-role/AmazonRDSEnhancedMonitoringRole"}},
	"backup-role": {
		source: "AWS Backup Developer Guide, \"AWS managed policies\"; restore tests restore without an instance, so that no role is passed",
		managed: []string{
			"service-role/AWSBackupServiceRolePolicyForBackup", "service-role/AWSBackupServiceRolePolicyForRestores",
			"AWSBackupServiceRolePolicyForS3Backup", "AWSBackupServiceRolePolicyForS3Restore",
		},
	},
	"rotation-role": {
		source: "functions/rotation/aws; Lambda Developer Guide, \"Giving Lambda functions access to resources in an Amazon VPC\" and \"Adding a dead-letter queue\"",
		uses: []use{
			{"rotates a secret", []string{"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage", "kms:Decrypt", "kms:GenerateDataKey"}},
			{"changes a token, and waits for it", []string{"elasticache:ModifyReplicationGroup", "elasticache:DescribeReplicationGroups"}},
			{"writes its log", []string{"logs:CreateLogStream", "logs:PutLogEvents"}},
			{"keeps what it could not do, under a key", []string{"sqs:SendMessage", "kms:Decrypt", "kms:GenerateDataKey"}},
			{"connects the function to the VPC", []string{
				"ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
			}},
		},
	},
	"media-standby-role": {
		source: "S3 User Guide, \"Setting up permissions for live replication\" and \"Replicating encrypted objects\", with bucket keys",
		uses: []use{
			{"reads what is to be copied", []string{"s3:GetReplicationConfiguration", "s3:ListBucket", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging", "kms:Decrypt"}},
			{"writes the copy", []string{"s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags", "kms:Encrypt", "kms:GenerateDataKey"}},
		},
	},
}

// nodeClients are the kubelet with the image puller, the network add-on and the agent of Systems Manager.
var nodeClients = []string{"AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryPullOnly", "AmazonSSMManagedInstanceCore"}

// services are what a service of AWS may do with a resource by the resource's own policy, by type and principal: the
// operation that its guide names for it.
var services = map[string][]string{
	"key logs.eu-central-1.amazonaws.com":                         {"kms:Decrypt", "kms:Describe*", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"},
	"key logs.us-east-1.amazonaws.com":                            {"kms:Decrypt", "kms:Describe*", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"},
	"key cloudfront.amazonaws.com":                                {"kms:Decrypt"},
	"key ses.amazonaws.com":                                       {"kms:Decrypt", "kms:GenerateDataKey*"},
	"topicPolicy ses.amazonaws.com":                               {"sns:Publish"},
	"bucketPolicy cloudfront.amazonaws.com":                       {"s3:GetObject"},
	"bucketPolicy logging.s3.amazonaws.com":                       {"s3:PutObject"},
	"bucketPolicy delivery.logs.amazonaws.com":                    {"s3:PutObject"},
	"bucketPolicy logdelivery.elasticloadbalancing.amazonaws.com": {"s3:PutObject"},
	"queuePolicy events.amazonaws.com":                            {"sqs:SendMessage"},
	"logResourcePolicy es.amazonaws.com":                          {"logs:CreateLogStream", "logs:PutLogEvents"},
}
