// Package registry makes the repositories of an environment in Amazon ECR: that of the shop's image, and one for each copy
// of somebody else's.
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
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/versions"
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
	Environment naming.Environment
	Protect     bool // refuse to delete the repositories and their key; without, they are deleted with their images

	// Copied are images of others of which the registry has copies.
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

// Copy is how pods name the copy of an image.
func (r *Repository) Copy(image versions.Image) (pulumi.StringOutput, error) {
	reference, ok := r.copies[image.Reference()]
	if !ok {
		return pulumi.StringOutput{}, fmt.Errorf("image %s: no copy of it is kept", image.Reference())
	}
	return reference, nil
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
		Description: "Images of " + string(args.Environment),
		Alias:       args.Environment.Path("images"),
		Protect:     args.Protect,
	}, pulumi.Parent(r))
	if err != nil {
		return nil, fmt.Errorf("repository %q: %w", name, err)
	}
	repository, err := args.repository(ctx, name, args.name(), lifecyclePolicy(), key, r)
	if err != nil {
		return nil, fmt.Errorf("repository %q: %w", name, err)
	}
	if err := args.copiesOf(ctx, name, key, r); err != nil {
		return nil, fmt.Errorf("repository %q: %w", name, err)
	}
	r.URL, r.ARN = repository.RepositoryUrl, repository.Arn
	return r, ctx.RegisterResourceOutputs(r, pulumi.Map{"url": r.URL, "arn": r.ARN})
}

// copiesOf registers a repository for the copy of each image.
func (a RepositoryArgs) copiesOf(ctx *pulumi.Context, name string, key *encryption.Key, r *Repository) error {
	r.copies = map[string]pulumi.StringOutput{}
	for _, image := range a.Copied {
		part := name + "-" + path.Base(image.Path())
		repository, err := a.repository(ctx, part, CopyName(a.Environment, image), copyLifecycle(), key, r)
		if err != nil {
			return fmt.Errorf("copy of %s: %w", image.Reference(), err)
		}
		r.copies[image.Reference()] = pulumi.Sprintf("%s:%s", repository.RepositoryUrl, image.Version())
	}
	return nil
}

// CopyName is the name of the repository of an image's copy, such as magento/staging/copies/proxysql/proxysql.
func CopyName(environment naming.Environment, image versions.Image) string {
	return environment.Path("copies", image.Path())
}

// repository registers one repository with its policies.
func (a RepositoryArgs) repository(ctx *pulumi.Context, name, called string, life lifecycle, key *encryption.Key, r *Repository) (*ecr.Repository, error) {
	repository, err := ecr.NewRepository(ctx, name+"-repository", &ecr.RepositoryArgs{
		Name: pulumi.String(called),
		// A tag that can be moved is no name for what runs: the same manifest would run something else after a node is lost.
		ImageTagMutability:         pulumi.String("IMMUTABLE"),
		ImageScanningConfiguration: ecr.RepositoryImageScanningConfigurationArgs{ScanOnPush: pulumi.Bool(true)},
		EncryptionConfigurations: ecr.RepositoryEncryptionConfigurationArray{ecr.RepositoryEncryptionConfigurationArgs{
			EncryptionType: pulumi.String("KMS"), KmsKey: key.ARN.ToStringPtrOutput(),
		}},
		ForceDelete: pulumi.Bool(!a.Protect),
	}, pulumi.Parent(r), pulumi.Protect(a.Protect))
	if err != nil {
		return nil, err
	}
	return repository, a.rules(ctx, name, life, r, repository)
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
func (a RepositoryArgs) name() string { return a.Environment.Path("shop") }

// rules registers who may pull and push, and which images go.
func (a RepositoryArgs) rules(ctx *pulumi.Context, name string, life lifecycle, r *Repository, repository *ecr.Repository) error {
	document, err := policy.Document(thisAccountOnly(a.Account))
	if err != nil {
		return err
	}
	if _, err := ecr.NewRepositoryPolicy(ctx, name+"-policy", &ecr.RepositoryPolicyArgs{
		Repository: repository.Name, Policy: document,
	}, pulumi.Parent(r)); err != nil {
		return fmt.Errorf("policy: %w", err)
	}
	expiry, err := json.Marshal(life)
	if err != nil {
		return fmt.Errorf("lifecycle: %w", err)
	}
	if _, err := ecr.NewLifecyclePolicy(ctx, name+"-lifecycle", &ecr.LifecyclePolicyArgs{
		Repository: repository.Name, Policy: pulumi.String(string(expiry)),
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

// copyLifecycle takes what nobody has tagged. A tagged copy stays: it is what a pod on a new node pulls, and versions are
// few.
func copyLifecycle() lifecycle { return lifecycle{Rules: lifecyclePolicy().Rules[:1]} }
