// Command build makes the archives of the Lambda functions that are missing or stale: go run ./build, from functions/.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/magestack/magestack/pkg/functions"
)

func main() {
	for _, name := range functions.All() {
		if err := (functions.Function{Repository: "..", Name: name}).Build(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(functions.Archive(name))
	}
}
