package offline

// s3Kinds is buckets and their settings, each of which has the bucket's name as its id.
func s3Kinds() map[string]kind {
	kinds := map[string]kind{
		"aws:s3/bucketV2:BucketV2": {
			name: naming{property: "bucket", max: 63}, id: nameID, arn: unowned("s3", "{name}"), tagged: true,
			outputs: bucketOutputs,
		},
		"aws:s3/bucketObjectv2:BucketObjectv2": {id: like("{key}"), arn: unowned("s3", "{bucket}/{key}"), tagged: true},
	}
	for _, token := range []string{
		"aws:s3/bucketPolicy:BucketPolicy",
		"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
		"aws:s3/bucketVersioningV2:BucketVersioningV2",
		"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
		"aws:s3/bucketOwnershipControls:BucketOwnershipControls",
		"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
		"aws:s3/bucketLoggingV2:BucketLoggingV2",
		"aws:s3/bucketNotification:BucketNotification",
		"aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2",
		"aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2",
		"aws:s3/bucketReplicationConfig:BucketReplicationConfig",
	} {
		kinds[token] = kind{id: like("{bucket}")}
	}
	return kinds
}

// bucketOutputs has the zones of S3's website endpoints (AWS General Reference, "Amazon S3 endpoints and quotas").
func bucketOutputs(r *request) fields {
	region, suffix := r.provider.Region, domain(r.provider.Account)
	zones := map[string]string{
		"us-east-1":    "Z3AQBSTGFAJSTF",
		"us-east-2":    "Z2O1EMRO9K5GLX",
		"us-west-2":    "Z3BJ6K6RIION7M",
		"eu-central-1": "Z21DNDUVLTQW6Q",
		"eu-west-1":    "Z1BKCTXD74EZPE",
	}
	zone, ok := zones[region]
	if !ok {
		zone = madeUpZone(r.provider.Account, "s3")
	}
	return fields{
		"region":                   region,
		"bucketDomainName":         r.physical + ".s3." + suffix,
		"bucketRegionalDomainName": r.physical + ".s3." + region + "." + suffix,
		"hostedZoneId":             zone,
	}
}
