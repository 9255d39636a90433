package orphans

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// finder answers with the text for the service and operation, and nothing otherwise; ids that begin with "our" are known.
func finder(answers map[string]string) Finder {
	return Finder{
		AWS: func(_ context.Context, arguments ...string) ([]byte, error) {
			return []byte(answers[arguments[0]+" "+arguments[1]]), nil
		},
		Region: "eu-central-1", Cluster: "magento-staging",
		Known: func(id string) bool { return strings.HasPrefix(id, "our") || id == "nat-0a" || id == "vpce-0a" },
	}
}

func TestMachines(t *testing.T) {
	found, err := finder(map[string]string{
		"ec2 describe-instances": `{"Reservations":[{"Instances":[
			{"InstanceId":"our-1","State":{"Name":"running"}},
			{"InstanceId":"i-1","State":{"Name":"running"},"Tags":[{"Key":"karpenter.sh/nodepool","Value":"web"}]},
			{"InstanceId":"i-2","State":{"Name":"shutting-down"},"Tags":[{"Key":"eks:nodegroup-name","Value":"system"}]}]},
			{"Instances":[{"InstanceId":"i-3","State":{"Name":"stopped"}}]}]}`,
		"elbv2 describe-load-balancers": `{"LoadBalancers":[
			{"LoadBalancerArn":"our-balancer","LoadBalancerName":"ours","VpcId":"vpc-1"},
			{"LoadBalancerArn":"arn:1","LoadBalancerName":"k8s-magento-web-1","VpcId":"vpc-1"},
			{"LoadBalancerArn":"arn:2","LoadBalancerName":"elsewhere","VpcId":"vpc-2"}]}`,
		"elb describe-load-balancers": `{"LoadBalancerDescriptions":[{"LoadBalancerName":"a1b2","VPCId":"vpc-1"},{"LoadBalancerName":"else","VPCId":"vpc-2"}]}`,
		"elbv2 describe-target-groups": `{"TargetGroups":[
			{"TargetGroupArn":"arn:3","TargetGroupName":"by-hand","VpcId":"vpc-1"},{"TargetGroupArn":"arn:4","TargetGroupName":"lambda"}]}`,
		"ec2 describe-security-groups": `{"SecurityGroups":[{"GroupId":"sg-1","GroupName":"x"}]}`,
	}).Machines(context.Background(), "vpc-1")
	require.NoError(t, err)
	assert.Equal(t, []string{
		"instance i-1, made by Karpenter, for the NodePool web\n  aws ec2 terminate-instances --instance-ids i-1 --region eu-central-1",
		"instance i-2, made by EKS, for the node group system; AWS removes it by itself, within minutes",
		"instance i-3, made by " + unknownOwner + "\n  aws ec2 terminate-instances --instance-ids i-3 --region eu-central-1",
		"load balancer k8s-magento-web-1, made by the AWS Load Balancer Controller, for an Ingress or a Service\n" +
			"  aws elbv2 delete-load-balancer --load-balancer-arn arn:1 --region eu-central-1",
		"classic load balancer a1b2, made by Kubernetes, for a Service of type LoadBalancer\n  aws elb delete-load-balancer --load-balancer-name a1b2 --region eu-central-1",
		"target group by-hand, made by " + unknownOwner + "\n  aws elbv2 delete-target-group --target-group-arn arn:3 --region eu-central-1",
	}, texts(found))
}

// TestInterfaces tells for each kind who made it, and whether anything has to be done.
func TestInterfaces(t *testing.T) {
	const remove = "ec2 delete-network-interface --network-interface-id eni-1 --region eu-central-1"
	for _, c := range []struct {
		about, answer, madeBy string
		fades                 bool
		remove                string
	}{
		{"left by the CNI", `"Status":"available","Description":"aws-K8S-i-0123"`, "the VPC CNI, for the pods of a node", false, remove},
		{"left by the CNI, known by its tag", `"Status":"available","TagSet":[{"Key":"node.k8s.amazonaws.com/instance_id","Value":"i-0123"}]`, "the VPC CNI, for the pods of a node", false, remove},
		{"of a node that is up", `"Status":"in-use","Description":"aws-K8S-i-0123","Attachment":{"InstanceId":"i-0123","DeleteOnTermination":false}`, "the VPC CNI, for the pods of a node, on instance i-0123", false, ""},
		{"goes with its instance", `"Status":"in-use","Attachment":{"InstanceId":"i-0123","DeleteOnTermination":true}`, "", false, ""},
		{"of the control plane", `"Status":"in-use","Description":"Amazon EKS magento-staging","RequesterManaged":true`, "EKS, for the control plane of a cluster", true, ""},
		{"of a load balancer", `"Status":"in-use","Description":"ELB app/k8s-x/1","RequesterManaged":true`, "a load balancer", true, ""},
		{"of a VPC origin, by its group", `"Status":"in-use","Description":"x","RequesterManaged":true,"Groups":[{"GroupName":"CloudFront-VPCOrigins-Service-SG"}]`, "CloudFront, for a VPC origin", true, ""},
		{"of a VPC origin, by its tag", `"Status":"available","TagSet":[{"Key":"aws.cloudfront.vpcorigin","Value":"enabled"}]`, "CloudFront, for a VPC origin", true, ""},
		{"of a function", `"Status":"available","InterfaceType":"lambda","Description":"AWS Lambda VPC ENI-x-1"`, "Lambda, for a function", true, ""},
		{"of a database", `"Status":"in-use","Description":"RDSNetworkInterface","RequesterManaged":true`, "RDS, for an instance of a database", true, ""},
		{"of our NAT gateway", `"Status":"in-use","Description":"Interface for NAT Gateway nat-0a","RequesterManaged":true`, "", false, ""},
		{"of another NAT gateway", `"Status":"in-use","Description":"Interface for NAT Gateway nat-0b","RequesterManaged":true`, "a NAT gateway", true, ""},
		{"of our endpoint", `"Status":"in-use","Description":"VPC Endpoint Interface vpce-0a","RequesterManaged":true`, "", false, ""},
		{"of another service", `"Status":"in-use","Description":"AmazonMQ","RequesterManaged":true`, "a service of AWS: AmazonMQ", true, ""},
		{"made by hand", `"Status":"available","Description":"mine"`, unknownOwner, false, remove},
		{"made by hand, attached", `"Status":"in-use"`, unknownOwner, false, "ec2 describe-network-interfaces --network-interface-ids eni-1 --region eu-central-1 # attached: remove what has it"},
	} {
		t.Run(c.about, func(t *testing.T) {
			found, err := finder(map[string]string{
				"ec2 describe-network-interfaces": `{"NetworkInterfaces":[{"NetworkInterfaceId":"eni-1",` + c.answer + `}]}`,
			}).Network(context.Background(), "vpc-1")
			require.NoError(t, err)
			if c.madeBy == "" {
				assert.Empty(t, found)
				return
			}
			want := Leftover{What: "network interface", ID: "eni-1", MadeBy: c.madeBy, Fades: c.fades}
			if c.remove != "" {
				want.Remove = "aws " + c.remove
			}
			assert.Equal(t, []Leftover{want}, found)
		})
	}
}

func TestGroupsAndEndpoints(t *testing.T) {
	found, err := finder(map[string]string{
		"ec2 describe-vpc-endpoints": `{"VpcEndpoints":[{"VpcEndpointId":"our-endpoint","State":"available"},{"VpcEndpointId":"vpce-1","State":"deleted"},
			{"VpcEndpointId":"vpce-2","State":"deleting"},{"VpcEndpointId":"vpce-3","State":"available","Tags":[{"Key":"GuardDutyManaged","Value":"true"}]}]}`,
		"ec2 describe-security-groups": `{"SecurityGroups":[{"GroupId":"sg-0","GroupName":"default"},{"GroupId":"our-group","GroupName":"nodes"},
			{"GroupId":"sg-1","GroupName":"CloudFront-VPCOrigins-Service-SG"},{"GroupId":"sg-2","GroupName":"eks-cluster-sg-magento-staging-1"},
			{"GroupId":"sg-3","GroupName":"k8s-traffic-1"},{"GroupId":"sg-4","GroupName":"GuardDutyManagedSecurityGroup-vpc-1"}]}`,
	}).Network(context.Background(), "vpc-1")
	require.NoError(t, err)
	assert.Equal(t, []string{
		"VPC endpoint vpce-2, made by " + unknownOwner + "; AWS removes it by itself, within minutes",
		"VPC endpoint vpce-3, made by GuardDuty, to watch the runtime of the cluster\n  aws ec2 delete-vpc-endpoints --vpc-endpoint-ids vpce-3 --region eu-central-1",
		"security group sg-1 (CloudFront-VPCOrigins-Service-SG), made by CloudFront, for the VPC origins of this network; AWS removes it by itself, within minutes\n" +
			"  aws ec2 delete-security-group --group-id sg-1 --region eu-central-1",
		"security group sg-2 (eks-cluster-sg-magento-staging-1), made by EKS, for a cluster that was deleted while an interface used the group\n" +
			"  aws ec2 delete-security-group --group-id sg-2 --region eu-central-1",
		"security group sg-3 (k8s-traffic-1), made by the AWS Load Balancer Controller, for an Ingress or a Service\n  aws ec2 delete-security-group --group-id sg-3 --region eu-central-1",
		"security group sg-4 (GuardDutyManagedSecurityGroup-vpc-1), made by GuardDuty, for its VPC endpoint\n  aws ec2 delete-security-group --group-id sg-4 --region eu-central-1",
	}, texts(found))
}

func TestOrphans(t *testing.T) {
	found, err := finder(map[string]string{
		"ec2 describe-volumes": `{"Volumes":[{"VolumeId":"vol-1","Tags":[{"Key":"kubernetes.io/created-for/pvc/namespace","Value":"magento"},
			{"Key":"kubernetes.io/created-for/pvc/name","Value":"media"}]},{"VolumeId":"vol-2"}]}`,
		"ec2 describe-launch-templates": `{"LaunchTemplates":[{"LaunchTemplateId":"lt-1"},{"LaunchTemplateId":"our-template"}]}`,
		"iam list-instance-profiles":    `{"InstanceProfiles":[{"InstanceProfileName":"p","Roles":[{"RoleName":"r"}]}]}`,
	}).Orphans(context.Background())
	require.NoError(t, err)
	assert.Equal(t, []string{
		"volume vol-1, made by the EBS CSI driver, for the claim magento/media\n  aws ec2 delete-volume --volume-id vol-1 --region eu-central-1",
		"volume vol-2, made by the cluster\n  aws ec2 delete-volume --volume-id vol-2 --region eu-central-1",
		"launch template lt-1, made by Karpenter\n  aws ec2 delete-launch-template --launch-template-id lt-1 --region eu-central-1",
		"instance profile p, made by Karpenter, for an EC2NodeClass\n" +
			"  aws iam remove-role-from-instance-profile --instance-profile-name p --role-name r && aws iam delete-instance-profile --instance-profile-name p",
	}, texts(found))
}

func TestOriginsAndRecords(t *testing.T) {
	f := finder(map[string]string{
		"cloudfront list-vpc-origins": `{"VpcOriginList":{"Items":[{"Id":"vo_1","Name":"a","Status":"Deleting","OriginEndpointArn":"our-balancer"},
			{"Id":"vo_2","Name":"b","Status":"Deployed","OriginEndpointArn":"another"}]}}`,
		"route53 list-resource-record-sets": `{"ResourceRecordSets":[{"Name":"a.","Type":"NS"},{"Name":"a.","Type":"SOA"},{"Name":"b.a.","Type":"NS"}]}`,
	})
	origins, err := f.Origins(context.Background())
	require.NoError(t, err)
	assert.Equal(t, []string{"VPC origin vo_1 (a), made by a cdn stack, or by hand; AWS removes it by itself, within minutes"}, texts(origins))
	records, err := f.Records(context.Background(), "Z1")
	require.NoError(t, err)
	require.Len(t, records, 1)
	assert.Equal(t, "b.a. NS", records[0].ID)
}

// TestErrorsAreNoEmptyAnswers: a network that cannot be asked about is not an empty one.
func TestErrorsAreNoEmptyAnswers(t *testing.T) {
	operations := 0
	for _, fail := range []string{
		"ec2 describe-instances", "elbv2 describe-load-balancers", "elb describe-load-balancers", "elbv2 describe-target-groups",
		"ec2 describe-vpc-endpoints", "ec2 describe-network-interfaces", "ec2 describe-security-groups",
	} {
		f := finder(nil)
		f.AWS = func(_ context.Context, arguments ...string) ([]byte, error) {
			if operations++; arguments[0]+" "+arguments[1] == fail {
				return nil, errors.New("not allowed")
			}
			return nil, nil
		}
		_, err := f.Network(context.Background(), "vpc-1")
		assert.EqualError(t, err, "not allowed", fail)
	}
	assert.Positive(t, operations)
	_, err := finder(map[string]string{"ec2 describe-instances": "nonsense"}).Machines(context.Background(), "vpc-1")
	assert.ErrorContains(t, err, "reading the answer to aws ec2 describe-instances --filters Name=vpc-id,Values=vpc-1")
}

func texts(found []Leftover) []string {
	var lines []string
	for _, l := range found {
		lines = append(lines, l.String())
	}
	return lines
}
