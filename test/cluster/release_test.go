package cluster

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// The files of the desired state that the tests change.
const (
	release = "overlays/production/release/kustomization.yaml"
	envPHP  = "base/magento/env.php"
	digest  = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
	nextOne = "sha256:2222222222222222222222222222222222222222222222222222222222222222"
)

// releaseWaits brings a release whose schema takes long: until it is done, the old pods run, with everything they mount. Maintenance that
// was begun by hand before is not ended by it.
func (s *shop) releaseWaits(t *testing.T) {
	maintenance := func(on any) {
		if err := s.patch(configMaps, "magento", "magento-maintenance", map[string]any{"data": map[string]any{"on": on}}); err != nil {
			t.Fatal(err)
		}
	}
	maintenance("1")
	defer maintenance(nil)
	s.fargate.closed.Store(true)
	defer s.fargate.closed.Store(false)
	s.repository.edit(t, envPHP, "<?php", "<?php // of the next release")
	s.repository.edit(t, release, digest, nextOne)
	commit := s.repository.push(t, "A release")
	eventually(t, "the schema of the release is being changed", oneChange, func() error { return s.schemaOf(nextOne) })
	s.oldPodsStay(t, digest)
	s.fargate.closed.Store(false)
	eventually(t, "the release is there", oneChange, func() error { return s.settled("magento-shop", commit) })
	web, err := s.get(deployments, "magento", "magento-web-base")
	if err != nil {
		t.Fatal(err)
	}
	if image := imageOf(*web); !strings.HasSuffix(image, nextOne) {
		t.Errorf("the image is %s", image)
	}
	if left := s.generated(t, "magento-env-"); len(left) != 1 {
		t.Errorf("of env.php there are still %v", left)
	}
	kept, err := s.get(configMaps, "magento", "magento-maintenance")
	if err != nil {
		t.Fatal(err)
	}
	if on := text(*kept, "data", "on"); on != "1" {
		t.Errorf("maintenance, begun by hand, is %q", on)
	}
}

// schemaOf wants the schema's job to be of an image.
func (s *shop) schemaOf(digest string) error {
	job, err := s.get(jobs, "magento", "magento-schema")
	if err != nil {
		return err
	}
	if image := imageOf(*job); !strings.HasSuffix(image, digest) {
		return fmt.Errorf("the job is of %s", image)
	}
	return nil
}

// pods wants a Deployment to have all its pods, of its own template: where Karpenter takes a node away, they are made anew elsewhere.
func (s *shop) pods(name string) error {
	workload, err := s.get(deployments, "magento", name)
	if err != nil {
		return err
	}
	want := count(*workload, "spec", "replicas")
	for _, status := range []string{"replicas", "updatedReplicas", "readyReplicas"} {
		if have := count(*workload, "status", status); have != want {
			return fmt.Errorf("%d %s, and not %d", have, status, want)
		}
	}
	return nil
}

// oldPodsStay wants every pod of the release before, and whatever a pod of theirs would mount if it started now.
func (s *shop) oldPodsStay(t *testing.T, digest string) {
	t.Helper()
	for _, name := range []string{"magento-web-base", "magento-web-burst", "magento-admin", "magento-cron"} {
		workload, err := s.get(deployments, "magento", name)
		if err != nil {
			t.Fatal(err)
		}
		if image := imageOf(*workload); !strings.HasSuffix(image, digest) {
			t.Errorf("%s has the image %s", name, image)
		}
		eventually(t, "the old pods of "+name+" run", oneChange, func() error { return s.pods(name) })
		for _, volume := range list(*workload, "spec", "template", "spec", "volumes") {
			if file := text(volume, "configMap", "name"); file != "" {
				if _, err := s.get(configMaps, "magento", file); err != nil {
					t.Errorf("a pod of %s could not start: %v", name, err)
				}
			}
		}
	}
}

// generated are the ConfigMaps whose names begin so.
func (s *shop) generated(t *testing.T, prefix string) []string {
	t.Helper()
	all, err := s.list(configMaps, "magento", "")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, one := range all {
		if strings.HasPrefix(one.GetName(), prefix) {
			names = append(names, one.GetName())
		}
	}
	slices.Sort(names)
	return names
}

// brokenSecrets brings a release with a secret that does not exist: it stops in the first wave.
func (s *shop) brokenSecrets(t *testing.T) {
	s.broken(t, "base/secrets/externalsecrets.yaml", "magento/ENVIRONMENT/cache", "magento/ENVIRONMENT/misspelt")
	if err := s.schemaOf(digest); err == nil {
		t.Error("the schema's job is of the broken release")
	}
}

// brokenSchema brings a release whose schema's job cannot be done: it stops before the workloads.
func (s *shop) brokenSchema(t *testing.T) {
	s.fargate.closed.Store(true)
	defer s.fargate.closed.Store(false)
	s.broken(t, "base/jobs/schema.yaml", "activeDeadlineSeconds: 14400", "activeDeadlineSeconds: 5")
}

// broken brings the first release again, with a mistake, and takes it back.
func (s *shop) broken(t *testing.T, file, from, to string) {
	t.Helper()
	s.repository.edit(t, file, from, to)
	s.repository.edit(t, envPHP, "of the next release", "of a broken release")
	s.repository.edit(t, release, nextOne, digest)
	commit := s.repository.push(t, "A broken release")
	eventually(t, "the broken release fails", oneChange, func() error { return s.failed("magento-shop", commit) })
	s.oldPodsStay(t, nextOne)
	s.fargate.closed.Store(false)
	s.repository.takeBack(t)
	s.healthy(t, "the broken release is taken back")
}

// prunes takes a group of consumers out of Git, and nothing else.
func (s *shop) prunes(t *testing.T) {
	s.repository.edit(t, "base/kustomization.yaml", "  - consumers/sales.yaml\n", "")
	s.repository.push(t, "No consumers of sales")
	s.healthy(t, "without the consumers of sales")
	for kind, name := range map[string]string{"Deployment": "magento-consumers-sales", "ScaledObject": "magento-consumers-sales"} {
		if _, err := s.get(kindsOf[kind], "magento", name); err == nil {
			t.Errorf("%s %s is still there", kind, name)
		}
	}
	for kind, name := range map[string]string{"Deployment": "magento-consumers-bulk", "ExternalSecret": "magento-queue"} {
		if _, err := s.get(kindsOf[kind], "magento", name); err != nil {
			t.Error(err)
		}
	}
}
