package proxysql

import (
	"net/netip"
	"testing"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/magestack/magestack/internal/offline/offlinetest"
	"github.com/magestack/magestack/internal/plan"
	"github.com/magestack/magestack/internal/strict"
	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/data/aurora/capacity"
	"github.com/magestack/magestack/pkg/layer"
)

var home = account.Account{ID: "123456789012", Region: "eu-central-1"}

func arguments(t *testing.T) WorkloadArgs {
	t.Helper()
	budget, err := capacity.NewBudget(capacity.Range{Min: 2, Max: 8}, 2, 0)
	require.NoError(t, err)
	return WorkloadArgs{
		Environment: "staging", Region: home.Region, Budget: budget, Instances: 2, Store: "aws",
		Image:      pulumi.String("123456789012.dkr.ecr.eu-central-1.amazonaws.com/magento/staging/copies/proxysql/proxysql:3.0.8"),
		DataBlocks: []netip.Prefix{netip.MustParsePrefix("10.20.36.0/22"), netip.MustParsePrefix("10.20.100.0/22")},
	}
}

// planned is a plan with a workload that comes after something else.
func planned(t *testing.T, args WorkloadArgs) (*plan.Environment, error) {
	t.Helper()
	return offlinetest.Run(layer.Compute{}.Layer(), func(ctx *pulumi.Context, _ pulumi.ResourceOption) error {
		cluster, err := kubernetes.NewProvider(ctx, "cluster", &kubernetes.ProviderArgs{})
		if err != nil {
			return err
		}
		first, err := corev1.NewNamespace(ctx, "first", nil, pulumi.Provider(cluster))
		if err != nil {
			return err
		}
		args.After = []pulumi.Resource{first}
		w, err := NewWorkload(ctx, "proxysql", args, pulumi.Providers(cluster))
		if err == nil {
			ctx.Export("host", w.Host)
		}
		return err
	})
}

// decodedObject is the object of that name, decoded as an API server would.
func decodedObject[T runtime.Object](t *testing.T, recorded *plan.Environment, name string) T {
	t.Helper()
	decoded, err := strict.Into[T](offlinetest.Find(t, recorded, name).Inputs)
	require.NoError(t, err, name)
	return decoded
}
