package guard

import (
	"fmt"
	"slices"
	"strings"

	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/policy"
)

func identityControls() []Control {
	return []Control{
		{"least-privilege", "IAM.21, KMS.1, KMS.2: no wildcard action on a wildcard resource", checkLeastPrivilege},
		{"confused-deputy", "IAM User Guide, \"The confused deputy problem\"", checkDeputies},
		{"open-principals", "a principal of * must be narrowed by a condition", checkOpenPrincipals},
		{"own-account", "S3.6: no other account is let in", checkOwnAccount},
		{"secrets-hidden", "no credential is in a plan", checkSecretsHidden},
	}
}

const (
	keyType      = "aws:kms/key:Key"
	endpointType = "aws:ec2/vpcEndpoint:VpcEndpoint"
)

// statement is one statement of a policy.
type statement struct{ policy.Parsed }

func (s statement) anyone() bool {
	return len(s.Principal["*"]) > 0 || slices.Contains(s.Principal["AWS"], "*")
}

func (s statement) has(action string) bool { return slices.Contains(s.Action, action) }

// statementsOf reads a policy document; a text that is none has none.
func statementsOf(document any) []statement {
	text, _ := document.(string)
	parsed, err := policy.Parse(text)
	if err != nil {
		return nil
	}
	statements := make([]statement, len(parsed))
	for i := range parsed {
		statements[i] = statement{parsed[i]}
	}
	return statements
}

// policyInputs are the inputs that hold policy documents. Identity policies grant rights to whoever has them,
// the others say who may use the resource that they belong to.
var policyInputs = map[string]struct {
	input    string
	identity bool
}{
	"aws:iam/rolePolicy:RolePolicy":                      {"policy", true},
	"aws:iam/policy:Policy":                              {"policy", true},
	"aws:iam/groupPolicy:GroupPolicy":                    {"policy", true},
	"aws:iam/userPolicy:UserPolicy":                      {"policy", true},
	"aws:iam/role:Role":                                  {"assumeRolePolicy", false},
	keyType:                                              {"policy", false},
	"aws:secretsmanager/secret:Secret":                   {"policy", false},
	"aws:s3/bucketPolicy:BucketPolicy":                   {"policy", false},
	endpointType:                                         {"policy", false},
	"aws:sqs/queuePolicy:QueuePolicy":                    {"policy", false},
	"aws:sns/topicPolicy:TopicPolicy":                    {"policy", false},
	"aws:backup/vaultPolicy:VaultPolicy":                 {"policy", false},
	"aws:opensearch/domain:Domain":                       {"accessPolicies", false},
	"aws:ecr/repositoryPolicy:RepositoryPolicy":          {"policy", false},
	"aws:cloudwatch/logResourcePolicy:LogResourcePolicy": {"policyDocument", false},
}

// eachStatement calls look for every statement of every policy of the graph.
func (g *graph) eachStatement(look func(r plan.Resource, identity bool, s statement) string) []Violation {
	var found []Violation
	for _, r := range g.resources {
		where, ok := policyInputs[r.Type]
		if !ok || at(r, where.input) == nil {
			continue
		}
		statements := statementsOf(at(r, where.input))
		if len(statements) == 0 {
			found = append(found, Violation{URN: r.URN, Problem: where.input + " is not a policy document"})
		}
		for _, s := range statements {
			if problem := look(r, where.identity, s); problem != "" {
				found = append(found, Violation{URN: r.URN, Problem: fmt.Sprintf("statement %q: %s", s.Sid, problem)})
			}
		}
	}
	return found
}

func checkLeastPrivilege(g *graph) []Violation {
	return g.eachStatement(func(_ plan.Resource, identity bool, s statement) string {
		wild := slices.ContainsFunc(s.Action, func(a string) bool { return a == "*" || strings.HasSuffix(a, ":*") })
		switch {
		case s.Effect == "Allow" && len(s.Except) > 0:
			return "allows everything but what it names in " + strings.Join(s.Except, ", ")
		case identity && s.Effect == "Allow" && wild && slices.Contains(s.Resource, "*"):
			return "allows every action on every resource"
		case identity && s.Effect == "Allow" && slices.Contains(s.Action, "*"):
			return "allows every action"
		}
		return ""
	})
}

// checkOwnAccount wants named principals to be of the account that the resource is in, and none from elsewhere.
func checkOwnAccount(g *graph) []Violation {
	return g.eachStatement(func(r plan.Resource, _ bool, s statement) string {
		if s.Effect != "Allow" {
			return ""
		}
		home := g.home(r).ID
		for _, principal := range s.Principal["AWS"] {
			arn := strings.SplitN(principal, ":", 6) // arn:partition:service:region:account:resource
			if principal != "*" && principal != home && (len(arn) != 6 || arn[4] != home) {
				return "lets another account in: " + principal
			}
		}
		if federated := s.Principal["Federated"]; len(federated) > 0 && !s.boundTo(home, principalKeys...) && !strings.Contains(federated[0], home) {
			return "lets the users of another account's provider in: " + federated[0]
		}
		return ""
	})
}

// withoutSource are the services that assume a role without saying on whose behalf: a role of theirs can only
// be passed by who may pass it.
var withoutSource = []string{"ec2.amazonaws.com", "lambda.amazonaws.com", "eks.amazonaws.com", "pods.eks.amazonaws.com", "s3.amazonaws.com"}

// checkDeputies wants a condition on the source wherever a service may act for us.
func checkDeputies(g *graph) []Violation {
	return g.eachStatement(func(r plan.Resource, _ bool, s statement) string {
		if s.Effect != "Allow" || len(s.Principal["Service"]) == 0 {
			return ""
		}
		for _, service := range s.Principal["Service"] {
			if !slices.Contains(withoutSource, service) && !s.boundTo(g.home(r).ID, sourceKeys...) {
				return service + " may act on behalf of any account"
			}
		}
		return ""
	})
}

// checkOpenPrincipals wants a condition that ties a principal of * to our account: for a key that services use on behalf of
// whoever asks, which services, too; for an endpoint to S3, whose buckets, too, lest data leave through it.
func checkOpenPrincipals(g *graph) []Violation {
	return g.eachStatement(func(r plan.Resource, _ bool, s statement) string {
		if s.Effect != "Allow" || !s.anyone() || guardedOtherwise(r, s) {
			return ""
		}
		home := g.home(r)
		switch {
		case !s.boundTo(home.ID, principalKeys...):
			return "allows every principal, without a condition that ties them to our account"
		case r.Type == keyType && !(s.boundTo(home.ID, "kms:CallerAccount") && s.throughService(home.Region)):
			return "allows everybody of the account, and not through named services alone"
		case r.Type == endpointType && s.reachesBuckets() && !s.boundTo(home.ID, "aws:ResourceAccount") && !s.namesBuckets():
			return "lets data out to buckets of any account"
		}
		return ""
	})
}

// reachesBuckets reports whether the statement is about S3, whose actions it names.
func (s statement) reachesBuckets() bool {
	return slices.ContainsFunc(s.Action, func(action string) bool { return strings.HasPrefix(action, "s3:") })
}

// namesBuckets reports whether the statement is about buckets that are named, of accounts that are named: what the
// settings let data go to.
func (s statement) namesBuckets() bool {
	return s.narrowedBy([]string{"aws:ResourceAccount"}, func(_, value string) bool { return account.ValidID(value) }) &&
		len(s.Resource) > 0 && !slices.ContainsFunc(s.Resource, func(name string) bool {
		arn := strings.SplitN(name, ":", 6) // arn:partition:service:region:account:resource
		if len(arn) != 6 {
			return true
		}
		bucket, _, _ := strings.Cut(arn[5], "/")
		return bucket == "" || strings.ContainsAny(bucket, "*?")
	})
}

// guardedOtherwise are the statements that name nobody because something else asks who it is: a search domain with
// users of its own, inside the VPC; and endpoints, for what AWS and registries publish in buckets that are named,
// and for roles of one account, which want a token.
func guardedOtherwise(r plan.Resource, s statement) bool {
	if r.Type == searchType {
		// Signed requests cannot carry the domain's own users; the domain asks everybody for a password.
		return at(r, "advancedSecurityOptions.enabled") == true && at(r, "vpcOptions.subnetIds.0") != nil
	}
	if r.Type != endpointType || len(s.Action) != 1 {
		return false
	}
	narrow := map[string]func(arn []string) bool{
		"s3:GetObject": func(arn []string) bool {
			bucket, _, _ := strings.Cut(arn[5], "/")
			return !strings.Contains(bucket, "*")
		},
		"sts:AssumeRoleWithWebIdentity": func(arn []string) bool { return account.ValidID(arn[4]) },
	}[s.Action[0]]
	return narrow != nil && !slices.ContainsFunc(s.Resource, func(name string) bool {
		arn := strings.SplitN(name, ":", 6) // arn:partition:service:region:account:resource
		return len(arn) != 6 || !narrow(arn)
	})
}

// secretInputs are the inputs whose values are credentials.
var secretInputs = map[string]string{
	"aws:rds/cluster:Cluster":                        "masterPassword",
	"aws:secretsmanager/secretVersion:SecretVersion": "secretString",
	cacheType:  "authToken",
	searchType: "advancedSecurityOptions.masterUserOptions.masterUserPassword",
	queueType:  "users.0.password",
}

func checkSecretsHidden(g *graph) []Violation {
	var found []Violation
	for _, r := range g.resources {
		input, ok := secretInputs[r.Type]
		if !ok || at(r, input) == nil {
			continue
		}
		if at(r, input) != plan.Secret {
			found = append(found, Violation{URN: r.URN, Problem: input + " is readable in the plan"})
		}
	}
	return found
}
