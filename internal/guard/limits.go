package guard

// Limit is what a control, or a setting that sounds like one, does not reach.
type Limit struct{ About, Says string }

// Limits are what whoever reads the list of controls must know besides.
func Limits() []Limit {
	return []Limit{
		{"TLS to the database", "ProxySQL asks that an authority of RDS has signed the certificate, and compares no names: another " +
			"instance of RDS would be taken for ours. Reaching one takes a foreign answer to a name of our cluster, or the " +
			"address of an instance that is gone (`proxysql.BackendTLSVerify`)"},
		{"port 3306", "the shop's namespace is closed by default on nodes; pods on Fargate, pods of other namespaces and what uses a " +
			"node's own network are kept by their lack of credentials alone (decision 0096)"},
		{"the SMTP credential", "whoever has it sends as the shop's domains, from anywhere, until its key is deleted: that a condition on the VPC " +
			"holds for SMTP is documented nowhere (decision 0099)"},
	}
}
