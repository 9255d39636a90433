package orphans

import (
	"context"
	"fmt"
)

// Origins finds CloudFront's VPC origins of our load balancers, which AWS does not delete while CloudFront holds them
// (CloudFront Developer Guide, "Restrict access with VPC origins").
func (f Finder) Origins(ctx context.Context) ([]Leftover, error) {
	var answer struct {
		VPCOriginList struct {
			Items []struct {
				ID                string `json:"Id"`
				Name, Status      string
				OriginEndpointArn string
			}
		} `json:"VpcOriginList"`
	}
	if err := f.ask(ctx, &answer, "cloudfront", "list-vpc-origins"); err != nil {
		return nil, err
	}
	var found []Leftover
	for _, o := range answer.VPCOriginList.Items {
		if !f.Known(o.OriginEndpointArn) {
			continue // of another environment
		}
		l := Leftover{What: "VPC origin", ID: o.ID + " (" + o.Name + ")", MadeBy: "a cdn stack, or by hand", Fades: o.Status == "Deleting"}
		if !l.Fades {
			l.Remove = fmt.Sprintf("aws cloudfront delete-vpc-origin --id %s --if-match $(aws cloudfront get-vpc-origin --id %s --query ETag --output text) "+
				"# first take it out of every distribution", o.ID, o.ID)
		}
		found = append(found, l)
	}
	return found, nil
}

// Records finds what keeps a hosted zone from being deleted: every record that is not the zone's own and in no state.
func (f Finder) Records(ctx context.Context, zone string) ([]Leftover, error) {
	var answer struct {
		ResourceRecordSets []struct{ Name, Type, SetIdentifier string }
	}
	if err := f.ask(ctx, &answer, "route53", "list-resource-record-sets", "--hosted-zone-id", zone); err != nil {
		return nil, err
	}
	apex := ""
	for _, record := range answer.ResourceRecordSets {
		if record.Type == "SOA" {
			apex = record.Name
		}
	}
	var found []Leftover
	for _, record := range answer.ResourceRecordSets {
		if record.Name == apex && (record.Type == "NS" || record.Type == "SOA") {
			continue
		}
		found = append(found, Leftover{
			What: "DNS record", ID: record.Name + " " + record.Type, MadeBy: unknownOwner,
			Remove: fmt.Sprintf(`aws route53 list-resource-record-sets --hosted-zone-id %s --query "{Changes: ResourceRecordSets[?Name=='%s' && Type=='%s']`+
				`.{Action: 'DELETE', ResourceRecordSet: @}}" > record.json && aws route53 change-resource-record-sets --hosted-zone-id %s `+
				`--change-batch file://record.json`, zone, record.Name, record.Type, zone),
		})
	}
	return found, nil
}
