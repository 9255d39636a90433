package orphans

import (
	"context"
	"fmt"
	"strings"
)

// The tags by which the makers of instances mark them (Karpenter 1.14, "NodeClasses", spec.tags; EKS User Guide,
// "Create a managed node group for your cluster").
const (
	tagNodePool  = "karpenter.sh/nodepool"
	tagNodeGroup = "eks:nodegroup-name"
)

// controllerPrefix begins the names of what the AWS Load Balancer Controller makes of an Ingress or a Service.
const controllerPrefix = "k8s-"

func (f Finder) instances(ctx context.Context, vpc string) ([]Leftover, error) {
	var answer struct {
		Reservations []struct {
			Instances []struct {
				InstanceID string `json:"InstanceId"`
				State      struct{ Name string }
				Tags       tags
			}
		}
	}
	if err := f.ask(ctx, &answer, "ec2", "describe-instances", "--filters", inVPC(vpc),
		"Name=instance-state-name,Values=pending,running,shutting-down,stopping,stopped"); err != nil {
		return nil, err
	}
	var found []Leftover
	for _, reservation := range answer.Reservations {
		for _, instance := range reservation.Instances {
			if f.Known(instance.InstanceID) {
				continue
			}
			l := Leftover{What: "instance", ID: instance.InstanceID, MadeBy: unknownOwner}
			if pool := instance.Tags.get(tagNodePool); pool != "" {
				l.MadeBy = "Karpenter, for the NodePool " + pool
			} else if group := instance.Tags.get(tagNodeGroup); group != "" {
				l.MadeBy = "EKS, for the node group " + group
			}
			if l.Fades = instance.State.Name == "shutting-down"; !l.Fades {
				l.Remove = f.command("ec2 terminate-instances --instance-ids %s", l.ID)
			}
			found = append(found, l)
		}
	}
	return found, nil
}

func (f Finder) loadBalancers(ctx context.Context, vpc string) ([]Leftover, error) {
	var answer struct {
		LoadBalancers []struct {
			LoadBalancerArn, LoadBalancerName string
			VPCID                             string `json:"VpcId"`
		}
	}
	if err := f.ask(ctx, &answer, "elbv2", "describe-load-balancers"); err != nil {
		return nil, err
	}
	var found []Leftover
	for _, b := range answer.LoadBalancers {
		if b.VPCID == vpc && !f.Known(b.LoadBalancerArn) {
			found = append(found, Leftover{
				What: "load balancer", ID: b.LoadBalancerName, MadeBy: ofController(b.LoadBalancerName),
				Remove: f.command("elbv2 delete-load-balancer --load-balancer-arn %s", b.LoadBalancerArn),
			})
		}
	}
	return found, nil
}

// classicLoadBalancers are what Kubernetes itself makes of a Service where no controller is there to take it.
func (f Finder) classicLoadBalancers(ctx context.Context, vpc string) ([]Leftover, error) {
	var answer struct {
		LoadBalancerDescriptions []struct {
			LoadBalancerName string
			VPCID            string `json:"VPCId"`
		}
	}
	if err := f.ask(ctx, &answer, "elb", "describe-load-balancers"); err != nil {
		return nil, err
	}
	var found []Leftover
	for _, b := range answer.LoadBalancerDescriptions {
		if b.VPCID == vpc && !f.Known(b.LoadBalancerName) {
			found = append(found, Leftover{
				What: "classic load balancer", ID: b.LoadBalancerName, MadeBy: "Kubernetes, for a Service of type LoadBalancer",
				Remove: f.command("elb delete-load-balancer --load-balancer-name %s", b.LoadBalancerName),
			})
		}
	}
	return found, nil
}

func (f Finder) targetGroups(ctx context.Context, vpc string) ([]Leftover, error) {
	var answer struct {
		TargetGroups []struct {
			TargetGroupArn, TargetGroupName string
			VPCID                           string `json:"VpcId"`
		}
	}
	if err := f.ask(ctx, &answer, "elbv2", "describe-target-groups"); err != nil {
		return nil, err
	}
	var found []Leftover
	for _, g := range answer.TargetGroups {
		if g.VPCID == vpc && !f.Known(g.TargetGroupArn) {
			found = append(found, Leftover{
				What: "target group", ID: g.TargetGroupName, MadeBy: ofController(g.TargetGroupName),
				Remove: f.command("elbv2 delete-target-group --target-group-arn %s", g.TargetGroupArn),
			})
		}
	}
	return found, nil
}

func ofController(name string) string {
	if strings.HasPrefix(name, controllerPrefix) {
		return "the AWS Load Balancer Controller, for an Ingress or a Service"
	}
	return unknownOwner
}

// Orphans finds what blocks nothing and stays after a cluster all the same: volumes, which cost money, and
// what Karpenter launches its nodes with.
func (f Finder) Orphans(ctx context.Context) ([]Leftover, error) {
	return f.all(ctx, "", f.volumes, f.launchTemplates, f.instanceProfiles)
}

// volumes are those that the EBS CSI driver made for claims.
func (f Finder) volumes(ctx context.Context, _ string) ([]Leftover, error) {
	var answer struct {
		Volumes []struct {
			VolumeID string `json:"VolumeId"`
			Tags     tags
		}
	}
	if err := f.ask(ctx, &answer, "ec2", "describe-volumes", "--filters",
		fmt.Sprintf("Name=tag:kubernetes.io/cluster/%s,Values=owned", f.Cluster)); err != nil {
		return nil, err
	}
	var found []Leftover
	for _, v := range answer.Volumes {
		l := Leftover{What: "volume", ID: v.VolumeID, MadeBy: "the cluster", Remove: f.command("ec2 delete-volume --volume-id %s", v.VolumeID)}
		if claim := v.Tags.get("kubernetes.io/created-for/pvc/name"); claim != "" {
			l.MadeBy = "the EBS CSI driver, for the claim " + v.Tags.get("kubernetes.io/created-for/pvc/namespace") + "/" + claim
		}
		found = append(found, l)
	}
	return found, nil
}

func (f Finder) launchTemplates(ctx context.Context, _ string) ([]Leftover, error) {
	var answer struct {
		LaunchTemplates []struct {
			LaunchTemplateID string `json:"LaunchTemplateId"`
		}
	}
	if err := f.ask(ctx, &answer, "ec2", "describe-launch-templates", "--filters", "Name=tag:eks:eks-cluster-name,Values="+f.Cluster); err != nil {
		return nil, err
	}
	var found []Leftover
	for _, t := range answer.LaunchTemplates {
		if f.Known(t.LaunchTemplateID) {
			continue
		}
		found = append(found, Leftover{
			What: "launch template", ID: t.LaunchTemplateID, MadeBy: "Karpenter",
			Remove: f.command("ec2 delete-launch-template --launch-template-id %s", t.LaunchTemplateID),
		})
	}
	return found, nil
}

// instanceProfiles are those of Karpenter, which puts them below a path of region and cluster. A role that is in one
// cannot be deleted.
func (f Finder) instanceProfiles(ctx context.Context, _ string) ([]Leftover, error) {
	var answer struct {
		InstanceProfiles []struct {
			InstanceProfileName string
			Roles               []struct{ RoleName string }
		}
	}
	if err := f.ask(ctx, &answer, "iam", "list-instance-profiles", "--path-prefix", fmt.Sprintf("/karpenter/%s/%s/", f.Region, f.Cluster)); err != nil {
		return nil, err
	}
	var found []Leftover
	for _, p := range answer.InstanceProfiles {
		var remove strings.Builder
		for _, role := range p.Roles {
			fmt.Fprintf(&remove, "aws iam remove-role-from-instance-profile --instance-profile-name %s --role-name %s && ", p.InstanceProfileName, role.RoleName)
		}
		fmt.Fprintf(&remove, "aws iam delete-instance-profile --instance-profile-name %s", p.InstanceProfileName)
		found = append(found, Leftover{What: "instance profile", ID: p.InstanceProfileName, MadeBy: "Karpenter, for an EC2NodeClass", Remove: remove.String()})
	}
	return found, nil
}
