package settings_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/settings"
)

func TestSettingsFilesAreRight(t *testing.T) {
	for _, environment := range []string{"staging", "production"} {
		config, err := settings.ReadFile(filepath.Join("..", "..", settings.FileName(environment)))
		require.NoError(t, err)
		require.NoError(t, settings.Check(config), environment)
	}
}
