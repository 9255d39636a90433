package offline

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestStages(t *testing.T) {
	stages, err := Stages([]Program{
		{Project: "root", Reads: []string{"cdn", "networking"}}, {Project: "cdn", Reads: []string{"data", "compute"}},
		{Project: "data", Reads: []string{"networking"}}, {Project: "networking"}, {Project: "compute", Reads: []string{"networking"}}, {Project: "alone"},
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

	_, err = Stages([]Program{{Project: "a", Reads: []string{"b"}}, {Project: "b", Reads: []string{"a"}}})
	assert.ErrorContains(t, err, "they wait for each other")
}

func TestLayerOfAProgram(t *testing.T) {
	assert.Equal(t, "root", Program{Directory: "."}.Layer())
	assert.Equal(t, "networking", Program{Directory: "stacks/networking"}.Layer())
}
