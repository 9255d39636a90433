package orphans

import (
	"context"
	"regexp"
	"strings"
)

// What CloudFront names and tags the security group by which its VPC origins reach us (CloudFront Developer Guide,
// "Restrict access with VPC origins"; AWSCloudFrontVPCOriginServiceRolePolicy). There is one in a VPC.
const (
	originGroup = "CloudFront-VPCOrigins-Service-SG"
	originTag   = "aws.cloudfront.vpcorigin"
)

// endpoints are interface endpoints that others put into the network: GuardDuty does where it watches the runtime of
// EKS (GuardDuty User Guide, "How Runtime Monitoring works with Amazon EKS clusters").
func (f Finder) endpoints(ctx context.Context, vpc string) ([]Leftover, error) {
	var answer struct {
		VPCEndpoints []struct {
			VPCEndpointID string `json:"VpcEndpointId"`
			State         string
			Tags          tags
		} `json:"VpcEndpoints"`
	}
	if err := f.ask(ctx, &answer, "ec2", "describe-vpc-endpoints", "--filters", inVPC(vpc)); err != nil {
		return nil, err
	}
	var found []Leftover
	for _, e := range answer.VPCEndpoints {
		if f.Known(e.VPCEndpointID) || strings.EqualFold(e.State, "deleted") {
			continue
		}
		l := Leftover{What: "VPC endpoint", ID: e.VPCEndpointID, MadeBy: unknownOwner, Fades: strings.EqualFold(e.State, "deleting")}
		if e.Tags.get("GuardDutyManaged") != "" {
			l.MadeBy = "GuardDuty, to watch the runtime of the cluster"
		}
		if !l.Fades {
			l.Remove = f.command("ec2 delete-vpc-endpoints --vpc-endpoint-ids %s", l.ID)
		}
		found = append(found, l)
	}
	return found, nil
}

// networkInterface is what EC2 says of one.
type networkInterface struct {
	NetworkInterfaceID string `json:"NetworkInterfaceId"`
	Status             string // "available" when nothing has it attached
	Description        string
	InterfaceType      string
	RequesterManaged   bool // by a service of AWS, which alone may delete it
	Attachment         struct {
		InstanceID          string `json:"InstanceId"`
		DeleteOnTermination bool
	}
	Groups []struct{ GroupName string }
	TagSet tags
}

func (f Finder) interfaces(ctx context.Context, vpc string) ([]Leftover, error) {
	var answer struct{ NetworkInterfaces []networkInterface }
	if err := f.ask(ctx, &answer, "ec2", "describe-network-interfaces", "--filters", inVPC(vpc)); err != nil {
		return nil, err
	}
	var found []Leftover
	for _, i := range answer.NetworkInterfaces {
		// What belongs to an instance goes with it, and the instance is reported itself.
		goes := i.Attachment.InstanceID != "" && i.Attachment.DeleteOnTermination
		if !goes && !f.Known(i.NetworkInterfaceID) && !f.Known(i.owner()) {
			found = append(found, f.leftoverOf(i))
		}
	}
	return found, nil
}

// ownerFormat finds the NAT gateway or the endpoint in the description of its interface.
var ownerFormat = regexp.MustCompile(`\b(nat|vpce)-[0-9a-f]+\b`)

// owner is the id of the NAT gateway or the endpoint that an interface belongs to, or nothing.
func (i networkInterface) owner() string { return ownerFormat.FindString(i.Description) }

// makers tell who makes interfaces by how they describe them. All of them clean up after themselves.
var makers = []struct{ description, who string }{
	{"Amazon EKS ", "EKS, for the control plane of a cluster"},
	{"ELB ", "a load balancer"},
	{"AWS Lambda VPC ENI", "Lambda, for a function"},
	{"RDSNetworkInterface", "RDS, for an instance of a database"},
	{"ElastiCache ", "ElastiCache, for a node"},
	{"ES ", "OpenSearch, for a domain"},
	{"VPC Endpoint Interface ", "a VPC endpoint"},
	{"Interface for NAT Gateway ", "a NAT gateway"},
	{"EFS mount target ", "EFS, for a mount target"},
}

// leftoverOf tells who made an interface. The VPC CNI leaves one behind when its node goes between the moment in which
// it detached the interface and that in which it would have deleted it (amazon-vpc-cni-k8s, issues 608 and 1223);
// nothing else ever deletes such a one.
func (f Finder) leftoverOf(i networkInterface) Leftover {
	l := Leftover{What: "network interface", ID: i.NetworkInterfaceID, MadeBy: unknownOwner, Fades: i.RequesterManaged}
	for _, maker := range makers {
		if strings.HasPrefix(i.Description, maker.description) {
			l.MadeBy, l.Fades = maker.who, true
		}
	}
	switch {
	case i.ofOrigin():
		l.MadeBy, l.Fades = "CloudFront, for a VPC origin", true
	case strings.HasPrefix(i.Description, "aws-K8S-") || i.TagSet.get("node.k8s.amazonaws.com/instance_id") != "":
		l.MadeBy, l.Fades = "the VPC CNI, for the pods of a node", false
	case l.MadeBy == unknownOwner && i.RequesterManaged:
		l.MadeBy = "a service of AWS: " + i.Description
	}
	switch {
	case l.Fades:
	case i.Status == "available":
		l.Remove = f.command("ec2 delete-network-interface --network-interface-id %s", l.ID)
	case i.Attachment.InstanceID != "":
		l.MadeBy += ", on instance " + i.Attachment.InstanceID
	default:
		l.Remove = f.command("ec2 describe-network-interfaces --network-interface-ids %s", l.ID) + " # attached: remove what has it"
	}
	return l
}

func (i networkInterface) ofOrigin() bool {
	for _, group := range i.Groups {
		if group.GroupName == originGroup {
			return true
		}
	}
	return i.TagSet.get(originTag) != ""
}

func (f Finder) securityGroups(ctx context.Context, vpc string) ([]Leftover, error) {
	var answer struct {
		SecurityGroups []struct {
			GroupID   string `json:"GroupId"`
			GroupName string
			Tags      tags
		}
	}
	if err := f.ask(ctx, &answer, "ec2", "describe-security-groups", "--filters", inVPC(vpc)); err != nil {
		return nil, err
	}
	var found []Leftover
	for _, g := range answer.SecurityGroups {
		if g.GroupName == "default" || f.Known(g.GroupID) { // the default group goes with the VPC
			continue
		}
		l := Leftover{
			What: "security group", ID: g.GroupID + " (" + g.GroupName + ")", MadeBy: unknownOwner,
			Remove: f.command("ec2 delete-security-group --group-id %s", g.GroupID),
		}
		switch {
		case g.GroupName == originGroup || g.Tags.get(originTag) != "":
			// It stays while an interface uses it. The command works, too, once the last VPC origin is gone.
			l.MadeBy, l.Fades = "CloudFront, for the VPC origins of this network", true
		case g.Tags.get("aws:eks:cluster-name") != "" || strings.HasPrefix(g.GroupName, "eks-cluster-sg-"):
			l.MadeBy = "EKS, for a cluster that was deleted while an interface used the group"
		case g.Tags.get("elbv2.k8s.aws/cluster") != "" || strings.HasPrefix(g.GroupName, controllerPrefix):
			l.MadeBy = "the AWS Load Balancer Controller, for an Ingress or a Service"
		case strings.HasPrefix(g.GroupName, "GuardDutyManagedSecurityGroup"):
			l.MadeBy = "GuardDuty, for its VPC endpoint"
		}
		found = append(found, l)
	}
	return found, nil
}
