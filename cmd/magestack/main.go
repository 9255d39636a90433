// Command magestack plans the environments of the repository that it is called in, without an account:
//
//	go run ./cmd/magestack preview staging
package main

import (
	"fmt"
	"os"

	"github.com/magestack/magestack/stacks"
)

func main() {
	directory, err := os.Getwd()
	if err != nil {
		fmt.Fprintln(os.Stderr, "finding the working directory:", err)
		os.Exit(1)
	}
	t := tool{directory: directory, programs: stacks.Programs(), stdout: os.Stdout, stderr: os.Stderr}
	os.Exit(t.run(os.Args[1:]))
}
