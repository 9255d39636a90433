package mail_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/aws/zones"
	"github.com/magestack/magestack/pkg/data/mail"
	"github.com/magestack/magestack/pkg/data/mail/sending"
	"github.com/magestack/magestack/pkg/data/secrets/secretstest"
	"github.com/magestack/magestack/pkg/layer"
)

const (
	dataKey    = "arn:aws:kms:eu-central-1:123456789012:key/11111111-1111-4111-8111-111111111111"
	secretsKey = "arn:aws:kms:eu-central-1:123456789012:key/22222222-2222-4222-8222-222222222222"
	set        = "arn:aws:ses:eu-central-1:123456789012:configuration-set/magento-staging-mail"
	identity   = "arn:aws:ses:eu-central-1:123456789012:identity/"
)

// arguments are those of a shop with a domain of its own and one whose zone is elsewhere.
func arguments() mail.Args {
	return mail.Args{
		Account:       offlinetest.Account(),
		Environment:   "staging",
		Domains:       zones.Domains{{Name: "shop.example.com", ZoneID: "Z1"}, {Name: "example.com"}},
		KeyARN:        pulumi.String(dataKey),
		SecretsKeyARN: pulumi.String(secretsKey),
		Protect:       true,
	}
}

func planOf(args mail.Args) (*plan.Environment, error) {
	return offlinetest.Run(layer.Data{}.Layer(), func(ctx *pulumi.Context, provider pulumi.ResourceOption) error {
		made, err := mail.New(ctx, "mail", args, provider)
		if err != nil {
			return err
		}
		ctx.Export("topic", made.EventsTopicARN)
		ctx.Export("records", made.Records)
		return nil
	})
}

func planned(t *testing.T, args mail.Args) *plan.Environment {
	t.Helper()
	recorded, err := planOf(args)
	require.NoError(t, err)
	return recorded
}

// TestIdentities holds that every domain signs with a long key, uses the configuration set, and has its records in its zone, or said.
func TestIdentities(t *testing.T) {
	recorded := planned(t, arguments())
	offlinetest.CheckChildren(t, recorded, mail.ServiceType, "mail")
	made := offlinetest.ByName(recorded)
	for _, domain := range []string{"shop.example.com", "example.com"} {
		of := made["mail-"+domain]
		assert.Equal(t, domain, of.Inputs["emailIdentity"])
		assert.Equal(t, "magento-staging-mail", of.Inputs["configurationSetName"])
		assert.Equal(t, "RSA_2048_BIT", of.Input("dkimSigningAttributes.nextSigningKeyLength"))
		assert.Equal(t, "ses-eu-central-1."+domain, made["mail-"+domain+"-mail-from"].Inputs["mailFromDomain"])
		assert.Equal(t, "USE_DEFAULT_VALUE", made["mail-"+domain+"-mail-from"].Inputs["behaviorOnMxFailure"])
	}
	token := plan.Within(made["mail-shop.example.com"].Outputs["dkimSigningAttributes"], "tokens.0").(string)
	record := made["mail-shop.example.com-dkim-1"]
	assert.Equal(t, "Z1", record.Inputs["zoneId"])
	assert.Equal(t, token+"._domainkey.shop.example.com", record.Inputs["name"])
	assert.Equal(t, []any{token + ".dkim.amazonses.com"}, record.Inputs["records"])
	assert.Equal(t, false, record.Inputs["allowOverwrite"])
	assert.Contains(t, made, "mail-shop.example.com-dkim-3")
	assert.NotContains(t, made, "mail-shop.example.com-dkim-4")
	assert.Equal(t, []any{"10 feedback-smtp.eu-central-1.amazonses.com"}, made["mail-shop.example.com-mx"].Inputs["records"])
	assert.Equal(t, "ses-eu-central-1.shop.example.com", made["mail-shop.example.com-spf"].Inputs["name"])

	assert.NotContains(t, made, "mail-example.com-mx", "there is no zone to enter it in")
	records := recorded.Stacks[0].Outputs["records"].([]any)
	require.Len(t, records, 5)
	assert.Regexp(t, `^[a-z0-9]+\._domainkey\.example\.com CNAME [a-z0-9]+\.dkim\.amazonses\.com$`, records[0])
	assert.Equal(t, "ses-eu-central-1.example.com MX 10 feedback-smtp.eu-central-1.amazonses.com", records[3])
}

// TestRegionsWithADomainOfTheirOwn have their keys of DKIM below it, and the return path in it.
func TestRegionsWithADomainOfTheirOwn(t *testing.T) {
	args := arguments()
	args.Account.Region = "eu-south-1"
	recorded, err := offlinetest.RunIn(args.Account, layer.Data{}.Layer(), func(ctx *pulumi.Context, provider pulumi.ResourceOption) error {
		_, err := mail.New(ctx, "mail", args, provider)
		return err
	})
	require.NoError(t, err)
	made := offlinetest.ByName(recorded)
	assert.Regexp(t, `\.dkim\.eu-south-1\.amazonses\.com$`, made["mail-shop.example.com-dkim-2"].Inputs["records"].([]any)[0])
	assert.Equal(t, "ses-eu-south-1.shop.example.com", made["mail-shop.example.com-mx"].Inputs["name"])
}

// TestEvents holds that mails go out over TLS alone, that nothing is sent on after it came back, and that SES alone publishes.
func TestEvents(t *testing.T) {
	args := arguments()
	args.EventAddresses = []string{"mail@example.com"}
	recorded := planned(t, args)
	made := offlinetest.ByName(recorded)
	configuration := made["mail-configuration-set"]
	assert.Equal(t, "REQUIRE", configuration.Input("deliveryOptions.tlsPolicy"))
	assert.Equal(t, []any{"BOUNCE", "COMPLAINT"}, configuration.Input("suppressionOptions.suppressedReasons"))
	assert.Equal(t, true, configuration.Input("reputationOptions.reputationMetricsEnabled"))
	assert.NotContains(t, configuration.Inputs, "trackingOptions", "customers are not watched")

	topic := made["mail-events"]
	assert.Equal(t, dataKey, topic.Inputs["kmsMasterKeyId"])
	assert.Equal(t, topic.Outputs["arn"], recorded.Stacks[0].Outputs["topic"])
	destination := made["mail-events-destination"]
	assert.Equal(t, topic.Outputs["arn"], destination.Input("eventDestination.snsDestination.topicArn"))
	assert.Equal(t, []any{"BOUNCE", "COMPLAINT", "REJECT"}, destination.Input("eventDestination.matchingEventTypes"))
	assert.Contains(t, destination.Dependencies, made["mail-events-policy"].URN, "SES tries the topic before it takes it")
	assert.Equal(t, "email", made["mail-events-to-mail@example.com"].Inputs["protocol"])

	statements := offlinetest.Statements(t, made["mail-events-policy"], "policy")
	publish := statements["MailEvents"]
	assert.Equal(t, map[string][]string{"Service": {"ses.amazonaws.com"}}, publish.Principal)
	assert.Equal(t, []string{"123456789012"}, publish.Condition["StringEquals"]["aws:SourceAccount"])
	assert.Equal(t, []string{set}, publish.Condition["ArnEquals"]["aws:SourceArn"])
	assert.Equal(t, "Deny", statements["TLSOnly"].Effect)
	assert.Equal(t, []string{"false"}, statements["TLSOnly"].Condition["Bool"]["aws:SecureTransport"])

	key := mail.KeyStatement(args.Account, args.Environment)
	assert.Equal(t, []pulumi.StringInput{pulumi.String(topic.Outputs["arn"].(string))}, key.Conditions[0].Values, "the key is for this topic")
}

// TestTheUserMaySend holds that the user may send from the domains, and to the recipients that are named, and may nothing else.
func TestTheUserMaySend(t *testing.T) {
	of := func(args mail.Args) policy.Parsed {
		made := offlinetest.ByName(planned(t, args))
		assert.Equal(t, []any{made["mail-senders"].Outputs["name"]}, made["mail-membership"].Inputs["groups"])
		assert.Equal(t, made["mail-user"].Outputs["name"], made["mail-membership"].Inputs["user"])
		assert.Equal(t, "/magento/staging/", made["mail-user"].Inputs["path"])
		statements := offlinetest.Statements(t, made["mail-senders-policy"], "policy")
		require.Len(t, statements, 1)
		return statements["Send"]
	}
	everybody := of(arguments())
	assert.Equal(t, []string{"ses:SendRawEmail"}, everybody.Action)
	assert.ElementsMatch(t, []string{set, identity + "shop.example.com", identity + "example.com"}, everybody.Resource)
	assert.Equal(t, map[string]map[string][]string{"StringLike": {"ses:FromAddress": {"*@shop.example.com", "*@example.com"}}}, everybody.Condition)

	args := arguments()
	args.Recipients = []sending.Recipient{"*@agency.example", "qa@partner.example"}
	some := of(args)
	assert.Equal(t, []string{"*@agency.example", "qa@partner.example"}, some.Condition["ForAllValues:StringLike"]["ses:Recipients"])
	assert.ElementsMatch(t, []string{
		set, identity + "shop.example.com", identity + "example.com",
		identity + "*@agency.example", identity + "agency.example", identity + "qa@partner.example", identity + "partner.example",
	}, some.Resource, "the sandbox asks for the recipient's identity, too")
	assert.Equal(t, everybody.Condition["StringLike"], some.Condition["StringLike"], "which does not make it a sender")
}

// TestPolicyFits holds that the longest policy of the limits is one that IAM takes of a group.
func TestPolicyFits(t *testing.T) {
	args := arguments()
	args.Account.Region, args.Domains = "ap-southeast-1", nil
	for n := range sending.MaxDomains {
		args.Domains = append(args.Domains, zones.Domain{Name: string(rune('a'+n)) + strings.Repeat("x", 27) + ".example.com"})
		if n < sending.MaxRecipients {
			args.Recipients = append(args.Recipients, sending.Recipient("*@"+string(rune('a'+n))+".agency.example.com"))
		}
	}
	recorded, err := offlinetest.RunIn(args.Account, layer.Data{}.Layer(), func(ctx *pulumi.Context, provider pulumi.ResourceOption) error {
		_, err := mail.New(ctx, "mail", args, provider)
		return err
	})
	require.NoError(t, err)
	text := offlinetest.Find(t, recorded, "mail-senders-policy").Inputs["policy"].(string)
	assert.Less(t, len(text), 5120)
}

// TestCredential holds that the secret has what an SMTP client asks for: the key's id, and the password that is derived of the key.
func TestCredential(t *testing.T) {
	tokens := map[string]any{"tokens": []any{"a", "b", "c"}}
	made := secretstest.Deploy(t, map[string]any{"sesSmtpPasswordV4": "derived", "secret": "raw", "name": "n", "arn": "a", "dkimSigningAttributes": tokens},
		func(ctx *pulumi.Context, provider pulumi.ResourceOption) error {
			args := arguments()
			args.Domains = args.Domains[:1]
			_, err := mail.New(ctx, "mail", args, provider)
			return err
		})
	assert.Equal(t, map[string]any{
		"host": "email-smtp.eu-central-1.amazonaws.com", "port": 465.0, "username": "mail-key-id", "password": "derived",
	}, made.Secret(t))

	recorded := planned(t, arguments())
	version := offlinetest.Find(t, recorded, "mail-credential-value")
	assert.Equal(t, plan.Secret, version.Inputs["secretString"])
	assert.True(t, version.Protect)
	assert.Equal(t, []any{"AWSCURRENT", "PULUMI"}, version.Inputs["versionStages"], "a rotation takes the first")
	secret := offlinetest.Find(t, recorded, "mail-credential-secret")
	assert.Equal(t, "magento/staging/mail", secret.Inputs["name"])
	assert.Equal(t, secretsKey, secret.Inputs["kmsKeyId"])
}

// TestArgsAreRefusedAllAtOnce on the bounds.
func TestArgsAreRefusedAllAtOnce(t *testing.T) {
	_, err := planOf(mail.Args{
		Account: offlinetest.Account(), Environment: "staging",
		Domains: zones.Domains{{Name: "a.example.com"}, {Name: "a.example.com"}}, Recipients: []sending.Recipient{"*"},
	})
	for _, want := range []string{"keyArn and secretsKeyArn: required", `domain "a.example.com": must be a name, given once`, `recipient "*": must be`} {
		assert.ErrorContains(t, err, want)
	}
	args := arguments()
	args.Domains = nil
	for n := range sending.MaxDomains + 1 {
		args.Domains = append(args.Domains, zones.Domain{Name: string(rune('a'+n)) + ".example.com"})
	}
	_, err = planOf(args)
	assert.ErrorContains(t, err, "domains: 21: must be 1 to 20")
	args.Domains = args.Domains[1:]
	_, err = planOf(args)
	assert.NoError(t, err)
}
