// Package registry makes the repositories of an environment in Amazon ECR: that of the shop's image, and one for each copy
// of a third-party image.
package registry

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/aws/encryption"
	"github.com/magestack/magestack/pkg/aws/policy"
	"github.com/magestack/magestack/pkg/component"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/versions"
)

// RepositoryType is the type token of a Repository.
const RepositoryType = "magento:registry:Repository"

const (
	// keptImages is how many tagged images are kept, the newest. What runs must be among them: a pod that is moved to a new
	// node pulls its image again. It is most of a year with a release on every working day.
	keptImages = 200

	// untaggedDays is how long an untagged build is kept. The parts of a tagged image for several architectures
	// have no tags of their own and are kept with it (ECR User Guide, "Automate the cleanup of images": considerations).
	untaggedDays = 7
)

// RepositoryArgs configures a Repository.
type RepositoryArgs struct {
	Account     account.Account
	Environment naming.Environment
	Protect     bool // refuse to delete the repositories and their key; without, they are deleted with their images

	// Copied are third-party images of which the registry has copies.
	Copied []versions.Image
}

// Repository is a private repository with immutable tags, encrypted with a key of its own. Beside it are the repositories
// of copies, under the same key.
type Repository struct {
	pulumi.ResourceState
	URL pulumi.StringOutput // what images are named by, without a tag
	ARN pulumi.StringOutput

	copies map[string]pulumi.StringOutput // references by the original's
}

// Copy returns the reference by which pods name the copy of an image.
func (r *Repository) Copy(image versions.Image) (pulumi.StringOutput, error) {
	reference, ok := r.copies[image.Reference()]
	if !ok {
		return pulumi.StringOutput{}, fmt.Errorf("image %s: no copy of it is kept", image.Reference())
	}
	return reference, nil
}

// NewRepository registers a Repository.
func NewRepository(ctx *pulumi.Context, name string, args RepositoryArgs, opts ...pulumi.ResourceOption) (*Repository, error) {
	r := &Repository{}
	return r, component.New(ctx, RepositoryType, name, args, r, func(s component.Scope) (pulumi.Map, error) {
		b := &builder{Scope: s, Repository: r, args: args}
		err := component.Steps(b.encryption, b.shop, b.copied)
		return pulumi.Map{"url": r.URL, "arn": r.ARN}, err
	}, opts...)
}

// builder makes the children, one concern after the other.
type builder struct {
	component.Scope
	*Repository
	args RepositoryArgs
	key  *encryption.Key
}

// encryption registers the key. ECR makes itself a grant with the rights of the principal that makes the repository (ECR User
// Guide, "Encryption at rest").
func (b *builder) encryption() (err error) {
	b.key, err = encryption.NewKey(b.Ctx, b.Child("encryption"), encryption.KeyArgs{
		Account:     b.args.Account,
		Description: "Images of " + string(b.args.Environment),
		Alias:       b.args.Environment.Path("images"),
		Protect:     b.args.Protect,
	}, b.Parent)
	return err
}

// shop registers the repository of the shop's image.
func (b *builder) shop() error {
	repository, err := b.repository(b.Scope.Name, b.args.name(), lifecyclePolicy())
	if err != nil {
		return err
	}
	b.URL, b.ARN = repository.RepositoryUrl, repository.Arn
	return nil
}

// copied registers a repository for the copy of each image.
func (b *builder) copied() error {
	b.copies = map[string]pulumi.StringOutput{}
	for _, image := range b.args.Copied {
		repository, err := b.repository(b.Child(path.Base(image.Path())), copyName(b.args.Environment, image), copyLifecycle())
		if err != nil {
			return fmt.Errorf("copy of %s: %w", image.Reference(), err)
		}
		b.copies[image.Reference()] = pulumi.Sprintf("%s:%s", repository.RepositoryUrl, image.Version())
	}
	return nil
}

// copyName returns the name of the repository of an image's copy, such as magento/staging/copies/proxysql/proxysql.
func copyName(environment naming.Environment, image versions.Image) string {
	return environment.Path("copies", image.Path())
}

// repository registers one repository with its policies: physicalName is what ECR calls it.
func (b *builder) repository(name, physicalName string, life lifecycle) (*ecr.Repository, error) {
	repository, err := ecr.NewRepository(b.Ctx, name+"-repository", &ecr.RepositoryArgs{
		Name: pulumi.String(physicalName),
		// A tag that can be moved is no name for what runs: the same manifest would run something else after a node is lost.
		ImageTagMutability:         pulumi.String("IMMUTABLE"),
		ImageScanningConfiguration: ecr.RepositoryImageScanningConfigurationArgs{ScanOnPush: pulumi.Bool(true)},
		EncryptionConfigurations: ecr.RepositoryEncryptionConfigurationArray{ecr.RepositoryEncryptionConfigurationArgs{
			EncryptionType: pulumi.String("KMS"), KmsKey: b.key.ARN.ToStringPtrOutput(),
		}},
		ForceDelete: pulumi.Bool(!b.args.Protect),
	}, b.Parent, pulumi.Protect(b.args.Protect))
	if err != nil {
		return nil, fmt.Errorf("repository %s: %w", physicalName, err)
	}
	return repository, b.rules(name, life, repository)
}

// Inputs returns what the component shows in a plan.
func (a RepositoryArgs) Inputs() pulumi.Map { return pulumi.Map{"name": pulumi.String(a.name())} }

// Validate refuses arguments that no repository can be named by.
func (a RepositoryArgs) Validate() error {
	var problems []error
	if a.Environment == "" {
		problems = append(problems, errors.New("environment: required"))
	}
	if !account.ValidID(a.Account.ID) {
		problems = append(problems, fmt.Errorf("account %q: must be twelve digits", a.Account.ID))
	}
	return errors.Join(problems...)
}

// name returns the repository's, such as magento/staging/shop.
func (a RepositoryArgs) name() string { return a.Environment.Path("shop") }

// rules registers who may pull and push, and which images go.
func (b *builder) rules(name string, life lifecycle, repository *ecr.Repository) error {
	document, err := policy.Document(thisAccountOnly(b.args.Account))
	if err != nil {
		return err
	}
	if _, err := ecr.NewRepositoryPolicy(b.Ctx, name+"-policy", &ecr.RepositoryPolicyArgs{
		Repository: repository.Name, Policy: document,
	}, b.Parent); err != nil {
		return fmt.Errorf("policy: %w", err)
	}
	expiry, err := json.Marshal(life)
	if err != nil {
		return fmt.Errorf("lifecycle: %w", err)
	}
	if _, err := ecr.NewLifecyclePolicy(b.Ctx, name+"-lifecycle", &ecr.LifecyclePolicyArgs{
		Repository: repository.Name, Policy: pulumi.String(string(expiry)),
	}, b.Parent); err != nil {
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

// copyLifecycle returns the policy of copies, which expires untagged images. A tagged copy stays: it is what a pod on a new node pulls, and versions are
// few.
func copyLifecycle() lifecycle { return lifecycle{Rules: lifecyclePolicy().Rules[:1]} }
