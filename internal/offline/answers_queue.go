package offline

// queueKinds is Amazon MQ for RabbitMQ, whose brokers have one endpoint however many nodes they have (Amazon MQ
// Developer Guide, "Amazon MQ for RabbitMQ basic elements: Broker").
func queueKinds() map[string]kind {
	return map[string]kind{
		"aws:mq/configuration:Configuration": {
			name: named(150), id: func(r *request) string { return "c-" + r.uuid("configuration") }, tagged: true,
			arn: func(r *request) string { return r.provider.ARN("mq", "configuration:"+r.id) },
			// The first revision is what CreateConfiguration makes, and the second what the provider writes into it.
			outputs: func(r *request) fields {
				return fields{"latestRevision": 2, "authenticationStrategy": r.given("authenticationStrategy", "simple")}
			},
		},
		"aws:mq/broker:Broker": {
			name: naming{property: "brokerName", max: 50}, id: brokerID, tagged: true,
			arn: func(r *request) string { return r.provider.ARN("mq", "broker:"+r.physical+":"+brokerID(r)) },
			outputs: func(r *request) fields {
				host := r.id + ".mq." + r.provider.Region + "." + domain(r.provider.Account)
				return fields{
					"instances": []fields{{
						"endpoints": []string{"amqps://" + host + ":5671"}, "consoleUrl": "https://" + host,
					}},
					"authenticationStrategy": r.given("authenticationStrategy", "simple"),
					"storageType":            r.given("storageType", "ebs"),
					"dataReplicationMode":    r.given("dataReplicationMode", "NONE"),
				}
			},
		},
	}
}

func brokerID(r *request) string { return "b-" + r.uuid("broker") }
