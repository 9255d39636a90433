package plan

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/layer"
)

func TestStages(t *testing.T) {
	stages, err := Stages([]Program{
		{Layer: layer.Layer{Project: "root"}, Reads: []string{"cdn", "networking"}}, {Layer: layer.Layer{Project: "cdn"}, Reads: []string{"data", "compute"}},
		{Layer: layer.Layer{Project: "data"}, Reads: []string{"networking"}}, {Layer: layer.Layer{Project: "networking"}}, {Layer: layer.Layer{Project: "compute"}, Reads: []string{"networking"}}, {Layer: layer.Layer{Project: "alone"}},
	})
	require.NoError(t, err)
	var got [][]string
	for _, stage := range stages {
		var projects []string
		for _, p := range stage {
			projects = append(projects, p.Project)
		}
		got = append(got, projects)
	}
	assert.Equal(t, [][]string{{"networking", "alone"}, {"data", "compute"}, {"cdn"}, {"root"}}, got)

	_, err = Stages([]Program{{Layer: layer.Layer{Project: "a"}, Reads: []string{"b"}}, {Layer: layer.Layer{Project: "b"}, Reads: []string{"a"}}})
	assert.ErrorContains(t, err, "they wait for each other")
}
