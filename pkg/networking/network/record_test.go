package network_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/networking/network"
)

// The types that the tests ask for.
const (
	typeACL           = "aws:ec2/networkAcl:NetworkAcl"
	typeAddress       = "aws:ec2/eip:Eip"
	typeAssociation   = "aws:ec2/routeTableAssociation:RouteTableAssociation"
	typeDefaultGroup  = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
	typeDefaultRoutes = "aws:ec2/defaultRouteTable:DefaultRouteTable"
	typeEgress        = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	typeEndpoint      = "aws:ec2/vpcEndpoint:VpcEndpoint"
	typeExclusion     = "aws:ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion"
	typeFlowLog       = "aws:ec2/flowLog:FlowLog"
	typeGateway       = "aws:ec2/internetGateway:InternetGateway"
	typeGroup         = "aws:ec2/securityGroup:SecurityGroup"
	typeIngress       = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	typeLogGroup      = "aws:cloudwatch/logGroup:LogGroup"
	typeNAT           = "aws:ec2/natGateway:NatGateway"
	typeOptions       = "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions"
	typeRole          = "aws:iam/role:Role"
	typeRolePolicy    = "aws:iam/rolePolicy:RolePolicy"
	typeRoute         = "aws:ec2/route:Route"
	typeSubnet        = "aws:ec2/subnet:Subnet"
	typeVPC           = "aws:ec2/vpc:Vpc"
)

const prefixListID = "pl-origin-facing"

// recorded is a resource as the program registered it.
type recorded struct {
	Type, Name       string
	Inputs           map[string]any
	Parent, Provider string
	Dependencies     []string
}

// record answers a program as AWS would, and remembers what it asked for.
type record struct {
	mutex     sync.Mutex
	resources []recorded
	providers []string // of the invokes
	mailZones []string // in which SES's SMTP interface is
}

func (r *record) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.resources = append(r.resources, recorded{
		Type:         args.TypeToken,
		Name:         args.Name,
		Inputs:       args.Inputs.Mappable(),
		Parent:       args.RegisterRPC.GetParent(),
		Provider:     args.Provider,
		Dependencies: args.RegisterRPC.GetDependencies(),
	})
	outputs := args.Inputs.Copy()
	for _, computed := range []resource.PropertyKey{"arn", "keyId", "publicIp", "allocationId", "defaultRouteTableId"} {
		outputs[computed] = resource.NewStringProperty(args.Name + "/" + string(computed))
	}
	return args.Name + "/id", outputs, nil
}

func (r *record) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.providers = append(r.providers, args.Provider)
	if args.Token == "aws:ec2/getVpcEndpointService:getVpcEndpointService" && args.Args["serviceName"].StringValue() == "com.amazonaws.eu-central-1.email-smtp" {
		var zones []resource.PropertyValue
		for _, zone := range r.mailZones {
			zones = append(zones, resource.NewStringProperty(zone))
		}
		return resource.PropertyMap{"availabilityZones": resource.NewArrayProperty(zones)}, nil
	}
	if args.Token != "aws:ec2/getManagedPrefixList:getManagedPrefixList" || args.Args["name"].StringValue() != topology.OriginFacing {
		return nil, fmt.Errorf("unexpected invoke %s %v", args.Token, args.Args)
	}
	return resource.PropertyMap{"id": resource.NewStringProperty(prefixListID)}, nil
}

// all are the resources of a type.
func (r *record) all(typ string) []recorded {
	var found []recorded
	for _, res := range r.resources {
		if res.Type == typ {
			found = append(found, res)
		}
	}
	slices.SortFunc(found, func(a, b recorded) int { return strings.Compare(a.Name, b.Name) })
	return found
}

// one is the only resource of a type.
func (r *record) one(t *testing.T, typ string) recorded {
	t.Helper()
	found := r.all(typ)
	require.Len(t, found, 1, typ)
	return found[0]
}

// named is the resource of a type and name.
func (r *record) named(t *testing.T, typ, name string) recorded {
	t.Helper()
	for _, res := range r.all(typ) {
		if res.Name == name {
			return res
		}
	}
	require.Failf(t, "no such resource", "%s %s", typ, name)
	return recorded{}
}

// where are the resources whose input has a value.
func where(resources []recorded, input string, value any) []recorded {
	return slices.DeleteFunc(resources, func(r recorded) bool { return r.Inputs[input] != value })
}

// statements parses an input that is a policy.
func (r recorded) statements(t *testing.T, input string) []policy.Parsed {
	t.Helper()
	statements, err := policy.Parse(r.Inputs[input].(string))
	require.NoError(t, err)
	return statements
}

// arguments are those of a usual network, to be varied.
func arguments(t *testing.T) network.Args {
	t.Helper()
	plan, err := topology.NewPlan(netip.MustParsePrefix("10.20.0.0/16"), []string{"eu-central-1a", "eu-central-1b", "eu-central-1c"})
	require.NoError(t, err)
	return network.Args{
		Account:              account.Account{ID: "123456789012", Region: "eu-central-1"},
		Environment:          "staging",
		Plan:                 plan,
		NAT:                  topology.NATPerZone,
		Endpoints:            topology.DefaultEndpoints(),
		PublicAccess:         topology.PublicAccessBlocked,
		FlowLogRetentionDays: 365,
	}
}

// deploy runs a program that makes one network, named net, with an explicit provider, and gives its outputs.
func deploy(t *testing.T, args network.Args) (*record, *outputs) {
	t.Helper()
	r := &record{}
	got, err := deployTo(r, args)
	require.NoError(t, err)
	return r, got
}

// deployTo is deploy with a record that answers.
func deployTo(r *record, args network.Args) (*outputs, error) {
	got := &outputs{groups: map[topology.Group]string{}}
	return got, pulumi.RunErr(func(ctx *pulumi.Context) error {
		provider, err := aws.NewProvider(ctx, "aws", &aws.ProviderArgs{Region: pulumi.String(args.Account.Region)})
		if err != nil {
			return err
		}
		n, err := network.New(ctx, "net", args, pulumi.Provider(provider))
		if err != nil {
			return err
		}
		got.capture(n)
		return nil
	}, pulumi.WithMocks("magento-networking", "staging", r))
}

// outputs are a network's outputs, resolved.
type outputs struct {
	mutex                              sync.Mutex
	vpc                                string
	public, private, data, tables, ips []string
	groups                             map[topology.Group]string
}

// capture fills in the outputs as they resolve; all have when the program's run ends.
func (o *outputs) capture(n *network.Network) {
	n.VPCID.ApplyT(func(id string) string {
		o.mutex.Lock()
		defer o.mutex.Unlock()
		o.vpc = id
		return id
	})
	for _, list := range []struct {
		output pulumi.StringArrayOutput
		into   *[]string
	}{
		{n.PublicSubnetIDs, &o.public},
		{n.PrivateSubnetIDs, &o.private},
		{n.DataSubnetIDs, &o.data},
		{n.PrivateRouteTableIDs, &o.tables},
		{n.NATPublicIPs, &o.ips},
	} {
		list.output.ApplyT(func(values []string) []string {
			o.mutex.Lock()
			defer o.mutex.Unlock()
			*list.into = values
			return values
		})
	}
	for group, id := range n.SecurityGroupIDs {
		id.ApplyT(func(id string) string {
			o.mutex.Lock()
			defer o.mutex.Unlock()
			o.groups[group] = id
			return id
		})
	}
}
