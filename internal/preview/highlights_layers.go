package preview

// window is when a store applies what it does not apply at once.
const window = "its maintenance window"

// dataHighlights is what holds the shop's data: above all whether it is encrypted, backed up and kept.
func dataHighlights() map[string][]highlight {
	return map[string][]highlight{
		"aws:rds/cluster:Cluster": {
			show("engine"), show("engineVersion"),
			span("serverlessv2ScalingConfiguration.minCapacity", "serverlessv2ScalingConfiguration.maxCapacity", "ACU"),
			flag("storageEncrypted", "encrypted", "NOT encrypted"), unit("backupRetentionPeriod", "days of backups"),
			flag("deletionProtection", "deletion protection", "no deletion protection"),
			flag("applyImmediately", "restarts at once", "restarts wait for "+window),
		},
		"aws:rds/clusterInstance:ClusterInstance": {
			show("instanceClass"), label("promotion tier", "promotionTier"), label("in", "availabilityZone"),
			flag("publiclyAccessible", "PUBLIC", ""),
		},
		"aws:rds/clusterParameterGroup:ClusterParameterGroup": {show("family"), count("parameters", "parameter")},
		"aws:rds/parameterGroup:ParameterGroup":               {show("family"), count("parameters", "parameter")},
		"aws:rds/subnetGroup:SubnetGroup":                     {count("subnetIds", "subnet")},
		"aws:elasticache/replicationGroup:ReplicationGroup": {
			show("engine"), show("engineVersion"), show("nodeType"), unit("numCacheClusters", "nodes"),
			flag("atRestEncryptionEnabled", "encrypted", "NOT encrypted"),
			flag("transitEncryptionEnabled", "encrypted in transit", "NOT encrypted in transit"),
			unit("snapshotRetentionLimit", "days of backups"), flag("applyImmediately", "changes at once", "changes wait for "+window),
		},
		"aws:opensearch/domain:Domain": {
			show("engineVersion"), unit("clusterConfig.instanceCount", "nodes"), show("clusterConfig.instanceType"),
			flag("encryptAtRest.enabled", "encrypted", "NOT encrypted"),
		},
		"aws:mq/configuration:Configuration": {show("data")},
		"aws:mq/broker:Broker": {
			show("engineType"), show("engineVersion"), show("hostInstanceType"), show("deploymentMode"),
			flag("publiclyAccessible", "PUBLIC", ""), flag("applyImmediately", "changes at once, by a reboot", "changes wait for "+window),
		},
		"aws:backup/vault:Vault": {show("name")},
		"aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault": {
			show("name"), span("minRetentionDays", "maxRetentionDays", "days"),
		},
		"aws:s3/bucketV2:BucketV2":         {show("bucket"), flag("forceDestroy", "emptied when destroyed", "")},
		"aws:s3/bucketPolicy:BucketPolicy": {refer("on", "bucket")},
		"aws:s3/bucketVersioningV2:BucketVersioningV2": {
			refer("on", "bucket"), show("versioningConfiguration.status"),
		},
		"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": {
			refer("on", "bucket"), show("rules.applyServerSideEncryptionByDefault.sseAlgorithm"),
			refer("key", "rules.applyServerSideEncryptionByDefault.kmsMasterKeyId"),
		},
		"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
			refer("on", "bucket"), flag("blockPublicPolicy", "no public policies", "PUBLIC POLICIES"),
			flag("blockPublicAcls", "no public ACLs", "PUBLIC ACLS"),
		},
		"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2":      {refer("on", "bucket"), count("rules", "rule")},
		"aws:s3/bucketLoggingV2:BucketLoggingV2":                                    {refer("on", "bucket"), refer("to", "targetBucket")},
		"aws:sesv2/emailIdentity:EmailIdentity":                                     {show("emailIdentity"), label("DKIM", "dkimSigningAttributes.nextSigningKeyLength")},
		"aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes": {label("bounces to", "mailFromDomain")},
		"aws:sesv2/configurationSet:ConfigurationSet": {
			show("configurationSetName"), label("TLS", "deliveryOptions.tlsPolicy"), each("suppresses", "suppressionOptions.suppressedReasons"),
		},
		"aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination": {
			each("of", "eventDestination.matchingEventTypes"), refer("to", "eventDestination.snsDestination.topicArn"),
		},
		"aws:sns/topic:Topic":                         {show("name"), refer("key", "kmsMasterKeyId")},
		"aws:sns/topicSubscription:TopicSubscription": {show("protocol"), show("endpoint"), refer("of", "topic")},
		"aws:iam/accessKey:AccessKey":                 {refer("of", "user")},

		"aws:secretsmanager/secret:Secret":               {show("name"), refer("key", "kmsKeyId")},
		"aws:secretsmanager/secretVersion:SecretVersion": {refer("of", "secretId")},
		"aws:secretsmanager/secretRotation:SecretRotation": {
			refer("of", "secretId"), label("at", "rotationRules.scheduleExpression"), label("within", "rotationRules.duration"), refer("by", "rotationLambdaArn"),
			flag("rotateImmediately", "ROTATES AT ONCE", ""),
		},
		"aws:lambda/function:Function": {
			show("name"), show("runtime"), show("architectures"), unit("timeout", "seconds at most"), label("at once", "reservedConcurrentExecutions"),
			count("vpcConfig.subnetIds", "subnet"), refer("with", "vpcConfig.securityGroupIds"),
		},
		"aws:lambda/permission:Permission": {show("principal"), refer("calls", "function")},
	}
}

// computeHighlights is the cluster and what is in front of it.
func computeHighlights() map[string][]highlight {
	return map[string][]highlight{
		"eks:index:Cluster": {
			show("name"), label("Kubernetes", "version"), flag("endpointPublicAccess", "PUBLIC endpoint", "private endpoint"),
		},
		"aws:eks/cluster:Cluster": {
			show("name"), label("Kubernetes", "version"),
			flag("vpcConfig.endpointPublicAccess", "PUBLIC endpoint", "private endpoint"),
		},
		"aws:eks/nodeGroup:NodeGroup": {
			show("instanceTypes"), span("scalingConfig.minSize", "scalingConfig.maxSize", "nodes"), show("capacityType"), show("amiType"),
		},
		"aws:eks/fargateProfile:FargateProfile": {count("selectors", "selector"), label("namespace", "selectors.namespace")},
		"aws:eks/addon:Addon":                   {show("addonName"), show("addonVersion")},
		"aws:eks/accessEntry:AccessEntry":       {refer("", "principalArn"), show("type")},
		"aws:ec2/launchTemplate:LaunchTemplate": {show("instanceType"), label("tokens", "metadataOptions.httpTokens")},
		"aws:lb/loadBalancer:LoadBalancer": {
			show("loadBalancerType"), flag("internal", "internal", "INTERNET-FACING"), each("groups", "securityGroups"),
			flag("enableDeletionProtection", "deletion protection", ""),
		},
		"aws:lb/listener:Listener":                                {show("protocol"), show("port"), refer("on", "loadBalancerArn"), refer("to", "defaultActions.targetGroupArn")},
		"aws:lb/targetGroup:TargetGroup":                          {show("protocol"), show("port"), show("targetType"), label("health", "healthCheck.path")},
		"aws:eks/accessPolicyAssociation:AccessPolicyAssociation": {refer("", "policyArn"), refer("for", "principalArn")},
		"aws:eks/podIdentityAssociation:PodIdentityAssociation": {
			show("namespace"), show("serviceAccount"), refer("as", "roleArn"),
		},
		"kubernetes:argoproj.io/v1alpha1:Application": {
			show("spec.source.repoURL"), show("spec.source.path"), label("at", "spec.source.targetRevision"),
			flag("spec.syncPolicy.automated.prune", "prunes", "keeps what Git no longer has"), flag("spec.syncPolicy.automated.selfHeal", "heals itself", "edits stay"),
		},
		"kubernetes:argoproj.io/v1alpha1:AppProject": {
			show("metadata.name"), each("from", "spec.sourceRepos"), count("spec.namespaceResourceWhitelist", "kind"),
		},
		"kubernetes:helm.sh/v3:Release": {show("chart"), show("version"), label("in", "namespace")},
	}
}

// edgeHighlights is what the visitors of the shop meet.
func edgeHighlights() map[string][]highlight {
	return map[string][]highlight{
		"aws:cloudfront/distribution:Distribution": {
			show("aliases"), behaviorCount, count("origins", "origin"), show("priceClass"), refer("firewall", "webAclId"),
		},
		"aws:cloudfront/vpcOrigin:VpcOrigin": {refer("to", "vpcOriginEndpointConfig.arn"), show("vpcOriginEndpointConfig.originProtocolPolicy")},
		"aws:cloudfront/cachePolicy:CachePolicy": {
			span("minTtl", "maxTtl", "s"), label("default", "defaultTtl"),
			label("cookies", "parametersInCacheKeyAndForwardedToOrigin.cookiesConfig.cookieBehavior"),
		},
		"aws:cloudfront/originRequestPolicy:OriginRequestPolicy": {
			label("cookies", "cookiesConfig.cookieBehavior"), label("headers", "headersConfig.headerBehavior"),
		},
		"aws:cloudfront/function:Function": {show("name"), show("runtime")},
		"aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": {
			count("removeHeadersConfig.items", "removed header"), label("HSTS", "securityHeadersConfig.strictTransportSecurity.accessControlMaxAgeSec"),
		},
		"aws:cloudfront/continuousDeploymentPolicy:ContinuousDeploymentPolicy": {show("trafficConfig.type")},
		"aws:cloudwatch/logDelivery:LogDelivery":                               {count("recordFields", "field")},
		"aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination":         {label("to", "deliveryDestinationConfiguration.destinationResourceArn"), show("outputFormat")},
		"aws:s3/bucketObjectv2:BucketObjectv2":                                 {show("key"), refer("in", "bucket")},
		"aws:wafv2/webAcl:WebAcl":                                              {show("scope"), count("rules", "rule")},
		"magento:waf:WebACL":                                                   {label("mode", "mode"), label("capacity units", "capacity")},
		"aws:wafv2/ipSet:IpSet":                                                {show("addresses")},
		"aws:acm/certificate:Certificate":                                      {show("domainName"), show("subjectAlternativeNames")},
		"aws:route53/zone:Zone":                                                {show("name")},
		"aws:route53/healthCheck:HealthCheck": {
			show("type"), show("fqdn"), show("resourcePath"), unit("requestInterval", "s"), flag("disabled", "PAUSED", ""),
		},
		"aws:route53/record:Record": {
			show("name"), show("type"), show("records"), label("alias of", "aliases.name"), label("ttl", "ttl"),
		},
	}
}

// behaviorCount counts the default behaviour of a distribution with the others.
func behaviorCount(v view) string {
	return number(1+len(v.list("orderedCacheBehaviors")), "behavior")
}
