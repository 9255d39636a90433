package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
)

// mount writes a volume's files, or links a folder that the containers of a pod share.
func (l layout) mount(folder, path string, mount corev1.VolumeMount, volume corev1.Volume, translate func(string) string) error {
	files := map[string]string{}
	switch {
	case volume.EmptyDir != nil:
		shared := filepath.Join(folder, "volumes", volume.Name)
		if err := os.MkdirAll(shared, 0o755); err != nil { //nolint:gosec // the pods' user is another
			return err
		}
		if there, err := os.Readlink(path); err == nil && there == shared {
			return nil // of the pod's other container, in the image
		}
		if err := os.RemoveAll(path); err != nil { // what the image has there is hidden
			return err
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // the pods' user is another
			return err
		}
		return os.Symlink(shared, path)
	case volume.ConfigMap != nil:
		data, there := l.overlay.configMaps[volume.ConfigMap.Name]
		if !there && (volume.ConfigMap.Optional == nil || !*volume.ConfigMap.Optional) {
			return fmt.Errorf("no ConfigMap %s", volume.ConfigMap.Name)
		}
		for key, text := range chosen(data, volume.ConfigMap.Items) {
			files[key] = translate(text)
		}
	case volume.Secret != nil:
		data, there := l.secrets[volume.Secret.SecretName]
		if !there {
			return fmt.Errorf("no Secret %s", volume.Secret.SecretName)
		}
		files = chosen(data, volume.Secret.Items)
	default:
		return fmt.Errorf("volume %s is none that a laptop has", volume.Name)
	}
	if mount.SubPath != "" {
		return write(path, files[mount.SubPath])
	}
	if err := os.MkdirAll(path, 0o755); err != nil { //nolint:gosec // the pods' user is another
		return err
	}
	for name, text := range files {
		if err := write(filepath.Join(path, name), text); err != nil {
			return err
		}
	}
	return nil
}

// chosen are the keys of a volume under their paths: all of them where it names none.
func chosen(data map[string]string, items []corev1.KeyToPath) map[string]string {
	if len(items) == 0 {
		return maps.Clone(data)
	}
	files := map[string]string{}
	for _, item := range items {
		files[item.Path] = data[item.Key]
	}
	return files
}

// link links the static files of an image's own version to their folder, as an image must (docs/shop.md).
func link(static string) error {
	version, err := os.ReadFile(filepath.Join(static, "deployed_version.txt"))
	if err != nil {
		return fmt.Errorf("version of the static files: %w", err)
	}
	return os.Symlink(".", filepath.Join(static, "version"+string(version)))
}

func write(file, text string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // the pods' user is another
		return err
	}
	return os.WriteFile(file, []byte(text), 0o644) //nolint:gosec // the pods' user is another
}

// owned gives a folder to the pods' user, where this may be done.
func owned(folder string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	return filepath.WalkDir(folder, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, podUser, podUser)
	})
}
