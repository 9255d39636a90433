package program

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/compute/addons"
	"github.com/magestack/magestack/pkg/compute/cluster"
	"github.com/magestack/magestack/pkg/compute/gitops"
	"github.com/magestack/magestack/pkg/compute/gitops/facts"
	"github.com/magestack/magestack/pkg/compute/registry"
	"github.com/magestack/magestack/pkg/data/aurora/cabundle"
	"github.com/magestack/magestack/pkg/layer"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/settings"
)

type argoCDArgs struct {
	config     settings.Config
	set        settings.Compute
	networking layer.Networking
	cluster    *cluster.Cluster
	images     *registry.Repository
	ready      []pulumi.Resource
	after      []pulumi.Resource // what the shop's pods need
}

// newArgoCD registers Argo CD, with the Applications of the desired state where a repository is named.
func newArgoCD(ctx *pulumi.Context, args argoCDArgs) error {
	set := args.set
	arguments := gitops.Args{
		Environment: naming.Environment(ctx.Stack()),
		Repository: gitops.Repository{
			URL: string(set.GitOpsRepository), Path: set.GitOpsPath, Revision: set.GitOpsRevision, Credentials: gitops.Credentials(set.GitOpsCredentials),
		},
		Login: gitops.Login{
			Issuer: set.ArgoCDIssuer, ClientID: set.ArgoCDClientID,
			Operators: groupNames(set.ArgoCDOperatorGroups), Readers: groupNames(set.ArgoCDReaderGroups),
		},
		Protect:         set.ProtectCluster,
		ImageRepository: args.images.URL,
		Store:           addons.SecretStoreName,
		Ready:           args.ready,
		After:           args.after,
	}
	if arguments.Repository.URL != "" {
		told, err := environmentFacts(ctx, args)
		if err != nil {
			return fmt.Errorf("telling the desired state of the environment: %w", err)
		}
		arguments.Facts = told
	}
	_, err := gitops.New(ctx, "argocd", arguments, pulumi.Providers(args.cluster.Kubernetes))
	return err
}

// environmentFacts are what the desired state must be told, but for the repository of images. What other layers make has names that follow
// from the settings, so that nothing of them is read.
func environmentFacts(ctx *pulumi.Context, args argoCDArgs) (facts.Facts, error) {
	data, err := settings.LoadData(args.config)
	if err != nil {
		return facts.Facts{}, err
	}
	cdn, err := settings.LoadCDN(args.config)
	if err != nil {
		return facts.Facts{}, err
	}
	authorities, err := cabundle.Of(string(args.set.Region))
	if err != nil {
		return facts.Facts{}, err
	}
	environment := naming.Environment(ctx.Stack())
	shared := environment
	if data.PrimaryEnvironment != "" {
		shared = naming.Environment(data.PrimaryEnvironment)
	}
	return facts.Facts{
		Role:                string(data.GlobalRole),
		Region:              string(args.set.Region),
		SecretsPrefix:       environment.SecretPrefix(),
		SharedSecretsPrefix: shared.SecretPrefix(),
		DatabaseAuthorities: authorities,
		ReadSplit:           string(data.ReadSplit),
		MediaBucket:         environment.Bucket(args.set.Account(), "media"),
		HostName:            string(cdn.HostNames[0]),
		AdminPath:           string(cdn.AdminPath),
		VPCCIDR:             args.networking.VPCCIDR,
	}, nil
}

func groupNames(groups []settings.Group) []string {
	var names []string
	for _, group := range groups {
		names = append(names, string(group))
	}
	return names
}
