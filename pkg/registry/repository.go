// Package registry makes the repository of the shop's image in Amazon ECR.
package registry

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/account"
	"github.com/magestack/magestack/pkg/encryption"
	"github.com/magestack/magestack/pkg/policy"
)

// RepositoryType is the type token of a Repository.
const RepositoryType = "magento:registry:Repository"

const (
	// keptImages is how many tagged images are kept, the newest. What runs must be among them: a pod that is moved to a new
	// node pulls its image again. It is most of a year with a release on every working day.
	keptImages = 200

	// untaggedDays is how long a build is kept that nobody has tagged. The parts of a tagged image for several architectures
	// have no tags of their own and are kept with it (ECR User Guide, "Automate the cleanup of images": considerations).
	untaggedDays = 7
)

// RepositoryArgs configures a Repository.
type RepositoryArgs struct {
	Account     account.Account
	Environment string
	Protect     bool // refuse to delete the repository and its key; without, it is deleted with its images
}

// Repository is a private repository with immutable tags, encrypted with a key of its own.
type Repository struct {
	pulumi.ResourceState
	URL pulumi.StringOutput // what images are named by, without a tag
	ARN pulumi.StringOutput
}

// NewRepository registers a Repository.
func NewRepository(ctx *pulumi.Context, name string, args RepositoryArgs, opts ...pulumi.ResourceOption) (*Repository, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("repository %q: %w", name, err)
	}
	r := &Repository{}
	if err := ctx.RegisterComponentResourceV2(RepositoryType, name, pulumi.Map{"name": pulumi.String(args.name())}, r, opts...); err != nil {
		return nil, fmt.Errorf("repository %q: %w", name, err)
	}
	key, err := encryption.NewKey(ctx, name+"-encryption", encryption.KeyArgs{
		// ECR makes itself a grant with the rights of whoever makes the repository (ECR User Guide, "Encryption at rest").
		Account:     args.Account,
		Description: "Images of " + args.Environment,
		Alias:       "magento/" + args.Environment + "/images",
		Protect:     args.Protect,
	}, pulumi.Parent(r))
	if err != nil {
		return nil, fmt.Errorf("repository %q: %w", name, err)
	}
	repository, err := ecr.NewRepository(ctx, name+"-repository", &ecr.RepositoryArgs{
		Name: pulumi.String(args.name()),
		// A tag that can be moved is no name for what runs: the same manifest would run something else after a node is lost.
		ImageTagMutability:         pulumi.String("IMMUTABLE"),
		ImageScanningConfiguration: ecr.RepositoryImageScanningConfigurationArgs{ScanOnPush: pulumi.Bool(true)},
		EncryptionConfigurations: ecr.RepositoryEncryptionConfigurationArray{ecr.RepositoryEncryptionConfigurationArgs{
			EncryptionType: pulumi.String("KMS"), KmsKey: key.ARN.ToStringPtrOutput(),
		}},
		ForceDelete: pulumi.Bool(!args.Protect),
	}, pulumi.Parent(r), pulumi.Protect(args.Protect))
	if err != nil {
		return nil, fmt.Errorf("repository %q: %w", name, err)
	}
	if err := args.rules(ctx, name, r, repository); err != nil {
		return nil, fmt.Errorf("repository %q: %w", name, err)
	}
	r.URL, r.ARN = repository.RepositoryUrl, repository.Arn
	return r, ctx.RegisterResourceOutputs(r, pulumi.Map{"url": r.URL, "arn": r.ARN})
}

func (a RepositoryArgs) validate() error {
	var problems []error
	if a.Environment == "" {
		problems = append(problems, errors.New("environment: required"))
	}
	if !account.ValidID(a.Account.ID) {
		problems = append(problems, fmt.Errorf("account %q: must be twelve digits", a.Account.ID))
	}
	return errors.Join(problems...)
}

// name is the repository's, such as magento/staging/shop.
func (a RepositoryArgs) name() string { return "magento/" + a.Environment + "/shop" }

// rules registers who may pull and push, and which images go.
func (a RepositoryArgs) rules(ctx *pulumi.Context, name string, r *Repository, repository *ecr.Repository) error {
	document, err := policy.Document(thisAccountOnly(a.Account))
	if err != nil {
		return err
	}
	if _, err := ecr.NewRepositoryPolicy(ctx, name+"-policy", &ecr.RepositoryPolicyArgs{
		Repository: repository.Name, Policy: document,
	}, pulumi.Parent(r)); err != nil {
		return fmt.Errorf("policy: %w", err)
	}
	lifecycle, err := json.Marshal(lifecyclePolicy())
	if err != nil {
		return fmt.Errorf("lifecycle: %w", err)
	}
	if _, err := ecr.NewLifecyclePolicy(ctx, name+"-lifecycle", &ecr.LifecyclePolicyArgs{
		Repository: repository.Name, Policy: pulumi.String(string(lifecycle)),
	}, pulumi.Parent(r)); err != nil {
		return fmt.Errorf("lifecycle: %w", err)
	}
	return nil
}

// thisAccountOnly refuses principals of every other account, whatever a later policy may grant. The policy of a
// repository names no resource: it is about this one.
func thisAccountOnly(acct account.Account) policy.Statement {
	return policy.Statement{
		Sid:        "ThisAccountOnly",
		Effect:     policy.Deny,
		Principals: policy.Principals{Anyone: true},
		Actions:    []string{"ecr:*"},
		Conditions: []policy.Condition{{Operator: "StringNotEquals", Key: "aws:PrincipalAccount", Values: policy.Strings(acct.ID)}},
	}
}

// lifecycle is a lifecycle policy (ECR User Guide, "Lifecycle policy properties in Amazon ECR").
type lifecycle struct {
	Rules []lifecycleRule `json:"rules"`
}

type lifecycleRule struct {
	Priority    int               `json:"rulePriority"`
	Description string            `json:"description"`
	Selection   selection         `json:"selection"`
	Action      map[string]string `json:"action"`
}

type selection struct {
	TagStatus   string   `json:"tagStatus"`
	TagPatterns []string `json:"tagPatternList,omitempty"`
	CountType   string   `json:"countType"`
	CountUnit   string   `json:"countUnit,omitempty"`
	CountNumber int      `json:"countNumber"`
}

func lifecyclePolicy() lifecycle {
	expire := map[string]string{"type": "expire"}
	return lifecycle{Rules: []lifecycleRule{
		{1, "builds that nobody tagged", selection{TagStatus: "untagged", CountType: "sinceImagePushed", CountUnit: "days", CountNumber: untaggedDays}, expire},
		{2, "the oldest releases", selection{TagStatus: "tagged", TagPatterns: []string{"*"}, CountType: "imageCountMoreThan", CountNumber: keptImages}, expire},
	}}
}
