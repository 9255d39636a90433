package dns

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Issuers are certificate authorities beside Amazon, and where they tell of requests that they refused.
type Issuers struct {
	More []string // domain names by which authorities know themselves, such as letsencrypt.org
	Mail string   // empty for nobody
}

// amazon is what Amazon's authorities know themselves by; any one of them would do (AWS Certificate Manager User Guide,
// "Configure a CAA record").
var amazon = []string{"amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"}

// issuersTTLSeconds is long enough for nobody to notice, and short enough to let another authority in within the hour.
const issuersTTLSeconds = 3600

// authorize registers the record that keeps every other authority from issuing certificates for the domain and the names
// below it, wildcards among them (RFC 8659). Every authority has to look at it.
func (z *Zone) authorize(ctx *pulumi.Context, name string, args ZoneArgs) error {
	var records pulumi.StringArray
	for _, tag := range []string{"issue", "issuewild"} {
		for _, authority := range append(append([]string{}, amazon...), args.Issuers.More...) {
			records = append(records, pulumi.Sprintf("0 %s %q", tag, authority))
		}
	}
	if args.Issuers.Mail != "" {
		records = append(records, pulumi.Sprintf("0 iodef %q", "mailto:"+args.Issuers.Mail))
	}
	_, err := route53.NewRecord(ctx, name+"-issuers", &route53.RecordArgs{
		ZoneId: z.ID, Name: pulumi.String(args.DomainName), Type: pulumi.String("CAA"), Ttl: pulumi.Int(issuersTTLSeconds), Records: records,
	}, pulumi.Parent(z))
	if err != nil {
		return fmt.Errorf("CAA record: %w", err)
	}
	return nil
}
