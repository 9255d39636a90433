package versions

// Image is a container image at one version.
type Image struct {
	Repository string
	Tag        string
	Digest     string // of the index over all architectures, such as sha256:…; empty for the tag alone
}

// Reference is how a pod names the image.
func (i Image) Reference() string {
	if i.Digest == "" {
		return i.Repository + ":" + i.Tag
	}
	return i.Repository + ":" + i.Tag + "@" + i.Digest
}

// ProxySQL is ProxySQL's own image. It has the client of MySQL, too, which probes and scripts use (sysown/proxysql#3842).
var ProxySQL = Image{Repository: "docker.io/proxysql/proxysql", Tag: "3.0.8"}
