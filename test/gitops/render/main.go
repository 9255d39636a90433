// Command render prints a folder of the desired state as Argo CD renders it:
//
//	go run -C test/gitops ./render overlays/staging/shop < facts.json
//
// What comes in is a JSON object of facts, by name (gitops/facts.yaml); an empty one leaves them unknown.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/magestack/magestack/test/gitops"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "rendering:", err)
		os.Exit(1)
	}
}

func run(arguments []string, in io.Reader, out io.Writer) error {
	if len(arguments) != 1 {
		return errors.New("name one folder of gitops/, such as overlays/staging/shop")
	}
	var facts map[string]string
	if err := json.NewDecoder(in).Decode(&facts); err != nil {
		return fmt.Errorf("reading the facts: %w", err)
	}
	if len(facts) == 0 {
		facts = nil
	}
	rendered, err := gitops.Render(filepath.Join("..", "..", "gitops"), arguments[0], facts)
	if err != nil {
		return err
	}
	text, err := rendered.AsYaml()
	if err != nil {
		return err
	}
	_, err = out.Write(text)
	return err
}
