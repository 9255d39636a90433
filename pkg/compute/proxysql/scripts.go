package proxysql

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"slices"
)

//go:embed scripts/*.sh
var scripts embed.FS

// scriptFiles are the scripts by their names.
func scriptFiles() (map[string]string, error) {
	files := map[string]string{}
	entries, err := fs.ReadDir(scripts, "scripts")
	if err != nil {
		return nil, fmt.Errorf("reading the scripts of ProxySQL: %w", err)
	}
	for _, entry := range entries {
		text, err := fs.ReadFile(scripts, "scripts/"+entry.Name())
		if err != nil {
			return nil, fmt.Errorf("reading the scripts of ProxySQL: %w", err)
		}
		files[entry.Name()] = string(text)
	}
	return files, nil
}

// named appends a hash of the files to a name. A ConfigMap with other content is another one, that pods have to be made
// for: those that run keep theirs.
func named(name string, files map[string]string) string {
	hash := sha256.New()
	for _, file := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(hash, "%q %q\n", file, files[file])
	}
	return name + "-" + hex.EncodeToString(hash.Sum(nil))[:8]
}
