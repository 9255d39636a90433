package main

import (
	"bytes"
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/plan"
)

// rendered calls desired with a renderer in place of Kustomize.
func rendered(t *testing.T, by render, arguments ...string) result {
	t.Helper()
	directory, err := os.Getwd()
	require.NoError(t, err)
	var stdout, stderr bytes.Buffer
	called := tool{directory: directory, programs: smallPrograms(), render: by, stdout: &stdout, stderr: &stderr}
	status := called.run(append([]string{"desired"}, arguments...))
	return result{status, stdout.String(), stderr.String()}
}

// TestDesiredWithoutARepository holds that both overlays are shown, without facts, where the plan has no Application.
func TestDesiredWithoutARepository(t *testing.T) {
	var asked []string
	got := rendered(t, func(_, folder string, facts map[string]string) ([]byte, error) {
		asked = append(asked, folder)
		assert.Empty(t, facts)
		return []byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: magento-maintenance}\n"), nil
	}, "staging")
	assert.Zero(t, got.status, got.stderr)
	assert.Equal(t, []string{"overlays/staging/stores", "overlays/staging/shop"}, asked)
	for _, line := range []string{"stores (gitops/overlays/staging/stores), stack staging", "wave-0  application.Wave", "└─ magento-maintenance  core/v1.ConfigMap"} {
		assert.Contains(t, got.stdout, line)
	}
}

func TestDesiredThatCannotBeRendered(t *testing.T) {
	rendered(t, func(string, string, map[string]string) ([]byte, error) { return nil, errors.New("no such resource") }, "staging").
		refused(t, "rendering gitops/overlays/staging/stores: no such resource")
	rendered(t, func(string, string, map[string]string) ([]byte, error) { return []byte("kind: Pod"), nil }, "staging").
		refused(t, `reading Application stores: apiVersion "", kind "Pod", name "": all three are required`)
}

// TestApplicationsAreThoseOfThePlan holds that the overlay and the facts come from what Pulumi tells Argo CD.
func TestApplicationsAreThoseOfThePlan(t *testing.T) {
	of := func(source map[string]any) *plan.Environment {
		return &plan.Environment{Name: "staging", Stacks: []plan.Stack{{Resources: []plan.Resource{{
			URN: "urn:shop", Type: applicationType, Inputs: map[string]any{"metadata": map[string]any{"name": "magento-shop"}, "spec": map[string]any{"source": source}},
		}}}}}
	}
	patches := map[string]any{"patches": []any{map[string]any{"patch": "kind: ConfigMap\ndata:\n  region: eu-central-1\n"}}}
	found, err := applicationsOf(of(map[string]any{"path": "desired/overlays/staging/shop", "kustomize": patches}))
	require.NoError(t, err)
	assert.Equal(t, []application{{"magento-shop", "overlays/staging/shop", map[string]string{"region": "eu-central-1"}}}, found)

	_, err = applicationsOf(of(map[string]any{"path": "desired/shop", "kustomize": patches}))
	assert.EqualError(t, err, `urn:shop: path "desired/shop" and 1 patches: an overlay and one patch with the facts are expected`)
	_, err = applicationsOf(of(map[string]any{"path": "overlays/staging/shop"}))
	assert.ErrorContains(t, err, "0 patches")
}
