package cluster_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/compute/cluster"
)

const home = "123456789012"

func role(name string) string { return "arn:aws:iam::" + home + ":role/" + name }

// TestAccessIsRefused wants every role that is wrong named, in one report.
func TestAccessIsRefused(t *testing.T) {
	access := cluster.Access{
		Administrators: []string{role("a"), ""},
		Deployers:      []string{role("a"), "arn:aws:iam::999999999999:role/b"},
		Readers:        []string{role("c")},
	}
	err := access.Validate(home)
	for _, want := range []string{
		`administrator "": must be the ARN of an IAM role`,
		`deployer "arn:aws:iam::123456789012:role/a": is named as administrator already; a role has one kind of access`,
		`deployer "arn:aws:iam::999999999999:role/b": must be a role of the account 123456789012`,
	} {
		assert.ErrorContains(t, err, want)
	}
	assert.NotContains(t, err.Error(), "role/c")
	assert.NoError(t, cluster.Access{Administrators: []string{role("a")}, Readers: []string{role("c")}}.Validate(home))
}
