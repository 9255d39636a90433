package repository_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	awsSDK        = "github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	ec2SDK        = awsSDK + "/ec2"
	wafSDK        = awsSDK + "/wafv2"
	kubernetesSDK = "github.com/pulumi/pulumi-kubernetes/"
	eksSDK        = "github.com/pulumi/pulumi-eks/"
	settingsPkg   = "github.com/magestack/magestack/pkg/settings"
)

// TestImports keeps the packages that take minutes and gigabytes to compile where they are needed (docs/decisions).
// Each package is listed with what must be among its dependencies, too, so that a renamed SDK is noticed.
func TestImports(t *testing.T) {
	for _, c := range []struct {
		pkg           string
		with, without []string
	}{
		{"./stacks/networking", []string{ec2SDK}, []string{wafSDK, kubernetesSDK, eksSDK}},
		{"./stacks/data", []string{awsSDK}, []string{ec2SDK, wafSDK, kubernetesSDK, eksSDK}},
		{"./stacks/compute", []string{ec2SDK, eksSDK, kubernetesSDK + "sdk/v4/go/kubernetes/core"}, []string{
			wafSDK, kubernetesSDK + "sdk/v4/go/kubernetes/helm", kubernetesSDK + "sdk/v4/go/kubernetes/yaml", // 69 packages
			"k8s.io/api", "sigs.k8s.io/karpenter", // for tests
		}},
		{"./stacks/cdn", []string{wafSDK}, []string{ec2SDK, kubernetesSDK, eksSDK}},
		{".", []string{settingsPkg}, []string{wafSDK, kubernetesSDK, eksSDK}},
		{"./pkg/settings", []string{settingsPkg}, []string{awsSDK, kubernetesSDK, eksSDK}},
		{"./pkg/layer", []string{"github.com/pulumi/pulumi/sdk/v3/go/pulumi"}, []string{awsSDK, kubernetesSDK, eksSDK}},
		{"./internal/offline", []string{settingsPkg}, []string{awsSDK, kubernetesSDK, eksSDK}},
	} {
		command := exec.Command("go", "list", "-deps", c.pkg)
		command.Dir = root
		output, err := command.Output()
		require.NoError(t, err, c.pkg)
		for _, want := range c.with {
			assert.True(t, imports(string(output), want), "%s no longer imports %s", c.pkg, want)
		}
		for _, unwanted := range c.without {
			assert.False(t, imports(string(output), unwanted), "%s imports %s", c.pkg, unwanted)
		}
	}
}

// imports reports whether a package, or one below it, is among the dependencies.
func imports(dependencies, pkg string) bool {
	for _, line := range strings.Split(dependencies, "\n") {
		if line == pkg || strings.HasPrefix(line, strings.TrimSuffix(pkg, "/")+"/") {
			return true
		}
	}
	return false
}
