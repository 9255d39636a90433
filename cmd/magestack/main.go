// Command magestack plans the environments of the repository that it is called in, without an account, brings them up on
// AWS and takes them down:
//
//	go run ./cmd/magestack preview staging
package main

import (
	"fmt"
	"os"

	"github.com/magestack/magestack/cmd/magestack/quiet"
	"github.com/magestack/magestack/stacks"
)

func main() {
	if err := quiet.Restore(); err != nil {
		fmt.Fprintln(os.Stderr, "giving the terminal its name back:", err)
		os.Exit(1)
	}
	directory, err := os.Getwd()
	if err != nil {
		fmt.Fprintln(os.Stderr, "finding the working directory:", err)
		os.Exit(1)
	}
	t := tool{directory: directory, programs: stacks.Programs(), stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr}
	os.Exit(t.run(os.Args[1:]))
}
