package program

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/compute/addons"
	"github.com/magestack/magestack/pkg/compute/gitops"
	"github.com/magestack/magestack/pkg/compute/gitops/facts"
	"github.com/magestack/magestack/pkg/data/aurora/cabundle"
	"github.com/magestack/magestack/pkg/naming"
	"github.com/magestack/magestack/pkg/settings"
)

// makeArgoCD makes Argo CD, with the Applications of the desired state where a repository is named: after everything that the shop's
// pods need, so that a destroy begins with them.
func (b *builder) makeArgoCD() error {
	set := b.set
	arguments := gitops.Args{
		Environment: b.environment(),
		Repository: gitops.Repository{
			URL: string(set.GitOpsRepository), Path: set.GitOpsPath, Revision: set.GitOpsRevision, Credentials: set.GitOpsCredentials,
		},
		Login: gitops.Login{
			Issuer: set.ArgoCDIssuer, ClientID: set.ArgoCDClientID,
			Operators: groupNames(set.ArgoCDOperatorGroups), Readers: groupNames(set.ArgoCDReaderGroups),
		},
		Protect:         set.ProtectCluster,
		ImageRepository: b.ingress.images.URL,
		Store:           addons.SecretStoreName,
		Ready:           slices.Concat(b.addons.Ready, []pulumi.Resource{b.addons.SecretStore}),
		After:           slices.Concat(b.addons.Finishing(), []pulumi.Resource{b.addons.Reloader}, b.needs),
	}
	if arguments.Repository.URL != "" {
		told, err := b.facts()
		if err != nil {
			return fmt.Errorf("telling the desired state of the environment: %w", err)
		}
		arguments.Facts = told
	}
	_, err := gitops.New(b.ctx, "argocd", arguments, pulumi.Providers(b.cluster.Kubernetes))
	return err
}

// facts returns what the desired state must be told, but for the repository of images. What other layers make has names that follow
// from the settings, so that nothing of them is read.
func (b *builder) facts() (facts.Facts, error) {
	cdn, err := settings.LoadCDN(b.config)
	if err != nil {
		return facts.Facts{}, err
	}
	authorities, err := cabundle.Of(string(b.set.Region))
	if err != nil {
		return facts.Facts{}, err
	}
	environment, data := b.environment(), b.data
	shared := environment
	if data.PrimaryEnvironment != "" {
		shared = naming.Environment(data.PrimaryEnvironment)
	}
	return facts.Facts{
		Role:                string(data.GlobalRole),
		Region:              string(b.set.Region),
		SecretsPrefix:       environment.SecretPrefix(),
		SharedSecretsPrefix: shared.SecretPrefix(),
		DatabaseAuthorities: authorities,
		ReadSplit:           string(data.ReadSplit),
		MediaBucket:         environment.Bucket(b.set.Account(), "media"),
		HostName:            string(cdn.HostNames[0]),
		AdminPath:           string(cdn.AdminPath),
		VPCCIDR:             b.networking.VPCCIDR,
	}, nil
}

func groupNames(groups []settings.Group) []string {
	var names []string
	for _, group := range groups {
		names = append(names, string(group))
	}
	return names
}
