package offline

// eventKinds is EventBridge and the queues of SQS that its rules write to.
func eventKinds() map[string]kind {
	return map[string]kind{
		"aws:sqs/queue:Queue": {
			name: named(80), id: queueURL, arn: regional("sqs", "{name}"), tagged: true,
			outputs: func(r *request) fields { return fields{"url": queueURL(r)} },
		},
		"aws:sqs/queuePolicy:QueuePolicy": {id: like("{queueUrl}")},
		"aws:cloudwatch/eventRule:EventRule": {
			name: named(64), id: nameID, arn: regional("events", "rule/{name}"), tagged: true,
			outputs: func(r *request) fields { return fields{"eventBusName": r.given("eventBusName", "default")} },
		},
		"aws:cloudwatch/eventTarget:EventTarget": {
			id: func(r *request) string { return r.text("rule") + "-" + r.hex("target", 26) },
			outputs: func(r *request) fields {
				return fields{"eventBusName": r.given("eventBusName", "default"), "targetId": r.given("targetId", "terraform-"+r.hex("target", 26))}
			},
		},
	}
}

// queueURL is also the id (SQS Developer Guide, "Queue and message identifiers").
func queueURL(r *request) string {
	return "https://sqs." + r.provider.Region + "." + domain(r.provider.Account) + "/" + r.provider.ID + "/" + r.physical
}
