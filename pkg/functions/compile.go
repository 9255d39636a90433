package functions

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// ldflags leave out what debuggers need, and the id that differs with every change of a package's path.
const ldflags = "-s -w -buildid="

// compile builds the program for Lambda.
func (f Function) compile(ctx context.Context) ([]byte, error) {
	output, err := os.MkdirTemp("", "magestack-function-")
	if err != nil {
		return nil, fmt.Errorf("folder for the function %s: %w", f.Name, err)
	}
	defer os.RemoveAll(output)
	program := filepath.Join(output, binary)
	if _, err := f.run(ctx, "build", "-trimpath", "-buildvcs=false", "-ldflags", ldflags, "-o", program, "./"+f.Name); err != nil {
		return nil, err
	}
	return os.ReadFile(program)
}

// sources is a hash of all that the program is compiled of: the files of this repository, the hashes of the modules that it needs, the
// version of Go and how it is called.
func (f Function) sources(ctx context.Context) (string, error) {
	listed, err := f.run(ctx, "list", "-deps", "-json=Dir,GoFiles,SFiles,EmbedFiles,Module", "./"+f.Name)
	if err != nil {
		return "", err
	}
	files, err := ours(listed)
	if err != nil {
		return "", fmt.Errorf("sources of the function %s: %w", f.Name, err)
	}
	root, err := filepath.Abs(f.Repository)
	if err != nil {
		return "", err
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		files = append(files, filepath.Join(root, module, name))
	}
	toolchain, err := f.toolchain(ctx)
	if err != nil {
		return "", err
	}
	all := []string{toolchain, ldflags}
	all = append(all, target()...)
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("sources of the function %s: %w", f.Name, err)
		}
		name, err := filepath.Rel(root, file)
		if err != nil {
			return "", err
		}
		all = append(all, filepath.ToSlash(name)+" "+sum(content))
	}
	return sum([]byte(strings.Join(all, "\n"))), nil
}

// ours lists the files of packages that are in a folder and not in the module cache, whose modules go.sum has the hashes of.
func ours(listed []byte) ([]string, error) {
	var files []string
	decoder := json.NewDecoder(bytes.NewReader(listed))
	for {
		var listedPackage struct {
			Dir                         string
			GoFiles, SFiles, EmbedFiles []string
			Module                      *struct {
				Main    bool
				Replace *struct{ Version string }
			}
		}
		if err := decoder.Decode(&listedPackage); errors.Is(err, io.EOF) {
			slices.Sort(files)
			return files, nil
		} else if err != nil {
			return nil, err
		}
		m := listedPackage.Module
		if m == nil || !m.Main && (m.Replace == nil || m.Replace.Version != "") {
			continue
		}
		for _, file := range slices.Concat(listedPackage.GoFiles, listedPackage.SFiles, listedPackage.EmbedFiles) {
			files = append(files, filepath.Join(listedPackage.Dir, file))
		}
	}
}

// target is what the program is compiled for, whatever the machine is and whatever its user has set.
func target() []string {
	return []string{"GOOS=linux", "GOARCH=arm64", "GOARM64=v8.0", "CGO_ENABLED=0", "GOFLAGS=-mod=readonly", "GOEXPERIMENT=", "GOFIPS140=off", "GOWORK=off"}
}

// toolchain is the version of Go that go.mod names, as the go command knows it.
func (f Function) toolchain(ctx context.Context) (string, error) {
	text, err := f.call(ctx, "local", "mod", "edit", "-json")
	if err != nil {
		return "", err
	}
	var file struct{ Go, Toolchain string }
	if err := json.Unmarshal(text, &file); err != nil || file.Go == "" {
		return "", errors.Join(errors.New("go.mod of the functions: names no version of Go"), err)
	}
	return cmp.Or(file.Toolchain, "go"+file.Go), nil
}

// run calls the go command in the functions' module, at the version of Go that it names.
func (f Function) run(ctx context.Context, arguments ...string) ([]byte, error) {
	toolchain, err := f.toolchain(ctx)
	if err != nil {
		return nil, err
	}
	return f.call(ctx, toolchain, arguments...)
}

func (f Function) call(ctx context.Context, toolchain string, arguments ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, "go", arguments...)
	command.Dir = filepath.Join(f.Repository, module)
	command.Env = append(append(os.Environ(), "GOTOOLCHAIN="+toolchain), target()...)
	var output, said bytes.Buffer
	command.Stdout, command.Stderr = &output, &said
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("building the function %s: go %s (GOTOOLCHAIN=%s): %w: %s; build it where Go can get its modules: make functions",
			f.Name, arguments[0], toolchain, err, strings.TrimSpace(said.String()))
	}
	return output.Bytes(), nil
}
