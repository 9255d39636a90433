package versions

import "strings"

// Image is a container image of another project at one version. Pods run the copy of it in the environment's own registry
// (docs/decisions/0067-third-party-images-are-copied.md).
type Image struct {
	Repository string // with its registry
	Tag        string // a whole version

	// Digest is that of the index over all architectures, such as sha256:…; copying keeps it. Empty while nobody has looked
	// it up (crane digest REPOSITORY:TAG): what runs is then what was copied first, since the copy's tag cannot be moved.
	Digest string
}

// Reference is how the image is named where it comes from.
func (i Image) Reference() string { return i.Repository + ":" + i.Version() }

// Version is what follows the name of a repository: the tag, and the digest where it is known.
func (i Image) Version() string {
	if i.Digest == "" {
		return i.Tag
	}
	return i.Tag + "@" + i.Digest
}

// Path is the repository without its registry.
func (i Image) Path() string {
	_, path, _ := strings.Cut(i.Repository, "/")
	return path
}

// ProxySQL is ProxySQL's own image. It has the client of MySQL, too, which probes and scripts use (sysown/proxysql#3842).
var ProxySQL = Image{Repository: "docker.io/proxysql/proxysql", Tag: "3.0.8"}

// Copied lists the images that an environment's registry has copies of.
func Copied() []Image { return []Image{ProxySQL} }
