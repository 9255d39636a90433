package stacks_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/offline"
	"github.com/magestack/magestack/pkg/settings"
	"github.com/magestack/magestack/stacks"
)

func TestPreview(t *testing.T) {
	for _, environment := range []string{"staging", "production"} {
		config, err := settings.ReadFile(filepath.Join("..", settings.FileName(environment)))
		require.NoError(t, err)
		env, err := offline.Run(environment, config, stacks.Programs())
		require.NoError(t, err)
		for _, s := range env.Stacks {
			t.Log(s.Project, len(s.Resources), len(s.Outputs), s.Elapsed)
			for k, v := range s.Outputs {
				t.Log("   ", k, v)
			}
		}
	}
}
