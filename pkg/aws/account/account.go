// Package account says where an environment lives: one AWS account and one region, both named in
// the settings, so that ARNs and plans are known before anything is asked of AWS.
package account

import (
	"fmt"
	"regexp"
	"strings"
)

// Account is an AWS account and the region in it that an environment is deployed to.
type Account struct {
	ID     string // twelve digits
	Region string // such as eu-central-1
}

var (
	idFormat     = regexp.MustCompile(`^\d{12}$`)
	regionFormat = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d$`)
)

// ValidID reports whether id has the form of an AWS account number.
func ValidID(id string) bool { return idFormat.MatchString(id) }

// ValidRegion reports whether region has the form of an AWS region's name. Whether it exists, AWS says.
func ValidRegion(region string) bool { return regionFormat.MatchString(region) }

// Partition is the part of AWS that the region belongs to, the second field of its ARNs
// (AWS General Reference, "Amazon Resource Names").
func (a Account) Partition() string {
	switch {
	case strings.HasPrefix(a.Region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(a.Region, "us-gov-"):
		return "aws-us-gov"
	default:
		return "aws"
	}
}

// ARN names a resource of this account and region, such as ARN("kms", "key/*").
func (a Account) ARN(service, resource string) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", a.Partition(), service, a.Region, a.ID, resource)
}

// GlobalARN names a resource of this account in a service without regions, such as GlobalARN("iam", "root").
func (a Account) GlobalARN(service, resource string) string {
	return fmt.Sprintf("arn:%s:%s::%s:%s", a.Partition(), service, a.ID, resource)
}

// ManagedPolicyARN names an IAM policy that AWS maintains.
func (a Account) ManagedPolicyARN(name string) string {
	return fmt.Sprintf("arn:%s:iam::aws:policy/%s", a.Partition(), name)
}

// BucketARN names a bucket or, after a slash, objects in it; S3's ARNs carry neither account nor region.
func (a Account) BucketARN(path string) string {
	return fmt.Sprintf("arn:%s:s3:::%s", a.Partition(), path)
}

// InRegion is the same account seen from another region.
func (a Account) InRegion(region string) Account { return Account{ID: a.ID, Region: region} }
