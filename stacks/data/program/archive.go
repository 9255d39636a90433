package program

import (
	"fmt"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/functions"
)

// repository is the repository's root, from the folder of the project, where the settings files are as well (Pulumi.yaml,
// stackConfigDir).
const repository = "../.."

// rotationArchive is the code of the function. An update builds it when there is none of the sources as they are; a preview builds
// nothing, and does not know it then. On the embedded cloud it is a path that nothing is read from.
func (b *builder) rotationArchive() (pulumi.ArchiveInput, error) {
	archive := pulumi.NewFileArchive(filepath.ToSlash(filepath.Join(repository, functions.Archive(functions.Rotation))))
	if b.ctx.RunningWithMocks() {
		return archive, nil
	}
	function := functions.Function{Repository: filepath.Join(b.ctx.RootDirectory(), repository), Name: functions.Rotation}
	if !b.ctx.DryRun() {
		return archive, function.Build(b.ctx.Context())
	}
	fresh, err := function.Fresh(b.ctx.Context())
	if err != nil {
		return nil, fmt.Errorf("previewing the function %s: %w", function.Name, err)
	}
	if fresh {
		return archive, nil
	}
	return pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) pulumi.Archive { return archive }).(pulumi.ArchiveOutput), nil
}
