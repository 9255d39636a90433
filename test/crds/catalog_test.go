package crds

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/internal/crdcheck"
	"github.com/magestack/magestack/pkg/compute/karpenter/nodepool"
)

// leftOut are families of the price list that the catalog has not, on purpose: for the bandwidth of storage or of
// special networks, for high clock rates, or with little memory bandwidth.
var leftOut = regexp.MustCompile(`^([cmr]8(gb|ib|idb|in|ine|idn)|[mr]6idn|m8azn|r7iz)$`)

// TestTheCatalogIsThePriceList compares families and sizes with the list of prices in the pinned release.
func TestTheCatalogIsThePriceList(t *testing.T) {
	folder, err := crdcheck.Module(karpenterModule)
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(folder, "pkg/providers/pricing/zz_generated.pricing_aws.go"))
	require.NoError(t, err)
	assert.Contains(t, string(text), "generated at "+nodepool.CatalogDate+"T", "CatalogDate is out of date")

	var listed, ours []string
	for _, found := range regexp.MustCompile(`"([cmr][6-9][a-z-]*)\.([a-z0-9-]+)":`).FindAllStringSubmatch(string(text), -1) {
		if !leftOut.MatchString(found[1]) {
			listed = append(listed, found[1]+"."+found[2])
		}
	}
	for _, kind := range nodepool.Catalog() {
		ours = append(ours, kind.Name())
	}
	slices.Sort(listed)
	slices.Sort(ours)
	assert.Equal(t, slices.Compact(listed), ours)
}
