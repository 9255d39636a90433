// Package functions builds the Lambda functions of the folder functions/ into archives, the same bytes on every machine.
// Programs call it before they need one, and so do magestack and make.
package functions

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
)

// Rotation is the function that rotates credentials.
const Rotation = "rotation"

// All lists the functions by their folders in functions/.
func All() []string { return []string{Rotation} }

// folder is where archives are, from the repository's root. Git ignores it.
const folder = "bin/functions"

// Archive returns the path of a function's archive from the repository's root, with slashes.
func Archive(name string) string { return path.Join(folder, name+".zip") }

// module is the folder of the functions' Go module.
const module = "functions"

// binary is what Lambda starts (AWS Lambda Developer Guide, "Deploy Go Lambda functions with .zip file archives").
const binary = "bootstrap"

// Function is one function in a copy of the repository.
type Function struct {
	Repository string // the folder with functions/
	Name       string
}

// Fresh reports whether there is an archive of the sources as they are.
func (f Function) Fresh(ctx context.Context) (bool, error) {
	sources, err := f.sources(ctx)
	if err != nil {
		return false, err
	}
	return f.isFresh(sources), nil
}

// Build makes the archive, unless there is one of the sources as they are.
func (f Function) Build(ctx context.Context) error {
	sources, err := f.sources(ctx)
	if err != nil || f.isFresh(sources) {
		return err
	}
	program, err := f.compile(ctx)
	if err != nil {
		return err
	}
	archive, err := packed(program)
	if err == nil {
		err = f.write(sources, archive)
	}
	if err != nil {
		return fmt.Errorf("archive of the function %s: %w", f.Name, err)
	}
	return nil
}

func (f Function) path() string {
	return filepath.Join(f.Repository, filepath.FromSlash(Archive(f.Name)))
}

// record is beside the archive, and says what it was made of and what it is.
func (f Function) record() string { return f.path() + ".sum" }

func recordOf(sources string, archive []byte) []byte {
	return fmt.Appendf(nil, "%s  sources\n%s  %s\n", sources, sum(archive), binary)
}

func sum(content []byte) string {
	hash := sha256.Sum256(content)
	return hex.EncodeToString(hash[:])
}

// isFresh compares the record with what it would be.
func (f Function) isFresh(sources string) bool {
	archive, errArchive := os.ReadFile(f.path())
	record, errRecord := os.ReadFile(f.record())
	return errArchive == nil && errRecord == nil && bytes.Equal(record, recordOf(sources, archive))
}

// packed makes an archive with nothing in it that differs: no time, and no compression, whose result is not the same in every
// version of Go.
func packed(program []byte) ([]byte, error) {
	const executable = 0o755
	header := &zip.FileHeader{Name: binary, Method: zip.Store}
	header.SetMode(executable)
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	file, err := w.CreateHeader(header)
	if err != nil {
		return nil, err
	}
	if _, err := file.Write(program); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return archive.Bytes(), nil
}

// write replaces the archive and then the record, each at once: whoever reads meanwhile finds the one before, or one that is not fresh.
func (f Function) write(sources string, archive []byte) error {
	if err := os.MkdirAll(filepath.Dir(f.path()), 0o755); err != nil {
		return err
	}
	for _, file := range []struct {
		path    string
		content []byte
	}{{f.path(), archive}, {f.record(), recordOf(sources, archive)}} {
		if err := replace(file.path, file.content); err != nil {
			return err
		}
	}
	return nil
}

func replace(path string, content []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name()) // fails when it has been renamed, which is right
	_, err = temporary.Write(content)
	if err := errors.Join(err, temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}
