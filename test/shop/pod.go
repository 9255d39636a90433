package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// imageRoot is where an image has Magento.
const imageRoot = "/var/www"

// scanned names the variable of the folders in which PHP looks for settings.
const scanned = "PHP_INI_SCAN_DIR"

// mapping changes an address of the pod's to one of this machine, in files and arguments of a container. One that finds nothing is an
// error: the desired state has changed, and a process would listen or ask where it should not.
type mapping struct {
	container string
	old       *regexp.Regexp
	new       string
}

// pod is a pod of the desired state as folders and programs of this machine.
type pod struct {
	name       string
	folder     string
	inits      []container
	containers []container
}

// container is what a container runs, with paths and addresses of this machine.
type container struct {
	name        string
	command     []string
	environment []string
	folder      string // its own: its log is here
}

// layout writes the files of pods.
type layout struct {
	overlay  *overlay
	secrets  map[string]map[string]string // by the name of the Secret
	app      string                       // folder that every image has at /var/www/html
	imageINI string                       // folder of the image's own settings of PHP
	work     string
}

// pod writes what a pod mounts and gives what its containers run. Paths become those below a folder of the pod's.
func (l layout) pod(name string, of workload, mappings ...mapping) (*pod, error) {
	p := &pod{name: name, folder: filepath.Join(l.work, name)}
	used := make([]bool, len(mappings))
	lay := func(from []corev1.Container, image string) ([]container, error) {
		var all []container
		if err := os.CopyFS(image+"/html", os.DirFS(l.app)); err != nil {
			return nil, fmt.Errorf("copying the application: %w", err)
		}
		if err := link(image + "/html/pub/static"); err != nil {
			return nil, err
		}
		for _, c := range from {
			made, err := l.container(p.folder, image, of.spec, c, mappings, used)
			if err != nil {
				return nil, fmt.Errorf("container %s of %s: %w", c.Name, name, err)
			}
			all = append(all, made)
		}
		return all, nil
	}
	var err error
	if len(of.spec.InitContainers) > 0 {
		if p.inits, err = lay(of.spec.InitContainers, filepath.Join(p.folder, "init-image")); err != nil {
			return nil, err
		}
	}
	if p.containers, err = lay(of.spec.Containers, filepath.Join(p.folder, "image")); err != nil {
		return nil, err
	}
	for i, m := range mappings {
		if !used[i] {
			return nil, fmt.Errorf("container %s of %s: no file and no argument has %s, which belongs to an address; the desired state has changed", m.container, name, m.old)
		}
	}
	return p, owned(p.folder)
}

// container lays out one container: what it mounts, and what it runs.
func (l layout) container(folder, image string, spec corev1.PodSpec, c corev1.Container, mappings []mapping, used []bool) (container, error) {
	root := filepath.Join(folder, c.Name)
	paths := pathsOf(spec, c, folder, image)
	translate := func(text string) string {
		text = paths(text)
		for i, m := range mappings {
			if m.container == c.Name && m.old.MatchString(text) {
				used[i] = true
				text = m.old.ReplaceAllString(text, m.new)
			}
		}
		return text
	}
	mounts := slices.Clone(c.VolumeMounts)
	slices.SortFunc(mounts, func(a, b corev1.VolumeMount) int { return strings.Compare(a.MountPath, b.MountPath) })
	for _, mount := range mounts {
		volume := slices.IndexFunc(spec.Volumes, func(v corev1.Volume) bool { return v.Name == mount.Name })
		if volume < 0 {
			return container{}, fmt.Errorf("no volume %s", mount.Name)
		}
		if err := l.mount(folder, paths(mount.MountPath), mount, spec.Volumes[volume], translate); err != nil {
			return container{}, fmt.Errorf("mount %s: %w", mount.MountPath, err)
		}
	}
	made := container{name: c.Name, folder: root}
	for _, word := range slices.Concat(c.Command, c.Args) {
		made.command = append(made.command, translate(word))
	}
	own := ":" + l.imageINI // the image's own folder, with the authorities that it trusts
	made.environment = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + root, scanned + "=" + own}
	for _, variable := range c.Env {
		value := translate(variable.Value)
		if from := variable.ValueFrom; from != nil {
			if from.ConfigMapKeyRef == nil {
				return container{}, fmt.Errorf("variable %s is not from a ConfigMap", variable.Name)
			}
			value = l.overlay.configMaps[from.ConfigMapKeyRef.Name][from.ConfigMapKeyRef.Key]
		}
		if variable.Name == scanned {
			value = own + value
		}
		made.environment = append(made.environment, variable.Name+"="+value)
	}
	return made, os.MkdirAll(root, 0o755) //nolint:gosec // the pods' user is another
}

// pathsOf puts the folders that the containers of a pod mount, and those of the image, below a folder of this machine. It is one for
// all of them, so that a file that one copies is right for another; but a path at which they mount different volumes is each one's.
func pathsOf(spec corev1.PodSpec, c corev1.Container, folder, image string) func(string) string {
	folders := map[string]string{imageRoot: image}
	volumes := map[string]string{}
	for _, other := range slices.Concat(spec.InitContainers, spec.Containers) {
		for _, mount := range other.VolumeMounts {
			parts := strings.Split(mount.MountPath, "/")
			top := strings.Join(parts[:min(len(parts), 3)], "/")
			switch volume, there := volumes[mount.MountPath]; {
			case top == imageRoot:
			case there && volume != mount.Name:
				folders[top] = filepath.Join(folder, c.Name) + top
			case folders[top] == "":
				folders[top] = filepath.Join(folder, "root") + top
			}
			volumes[mount.MountPath] = mount.Name
		}
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(folders)) {
		names = append(names, regexp.QuoteMeta(name))
	}
	pattern := regexp.MustCompile(`(^|[^\w./])(` + strings.Join(names, "|") + `)\b`)
	return func(text string) string {
		return pattern.ReplaceAllStringFunc(text, func(found string) string {
			at := strings.Index(found, "/")
			return found[:at] + folders[found[at:]]
		})
	}
}
