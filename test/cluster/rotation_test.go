package cluster

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/magestack/magestack/functions/rotation/rotator"
	"github.com/magestack/magestack/pkg/data/proxysql"
	"github.com/magestack/magestack/pkg/naming"
)

// restarts tells whether the processes of a workload keep what they have read, so that a new login needs new pods. Those of the
// storefront and of the admin read the files for every request.
func restarts(workload string) bool {
	return strings.HasPrefix(workload, "magento-cron") || strings.HasPrefix(workload, "magento-consumers")
}

// rotates exchanges users of the database by the function that production runs. Secrets Manager's API is moto's and the database is
// played; that a login reaches ProxySQL, Magento's Secrets and the pods is up to the controllers.
func (s *shop) rotates(t *testing.T) {
	s.scaler.fill(100)
	defer s.scaler.fill(0)
	r := s.rotations(t)
	names := proxysql.DefaultNames()
	eventually(t, "ProxySQL has the logins of the first day", oneChange, func() error { return r.accepted(naming.SecretDatabaseCLI) })
	r.reaches(t, naming.SecretDatabaseCLI, names.CLI)
	eventually(t, "a consumer of each group", oneChange, s.allPods)
	before := s.templates(t)

	r.steps(t, naming.SecretDatabaseWeb, "first", everyStep...)
	r.reaches(t, naming.SecretDatabaseWeb, names.Web+proxysql.CloneSuffix)
	r.cutShort(t, naming.SecretDatabaseCLI, names.CLI)
	for name, now := range s.templates(t) {
		if !reflect.DeepEqual(before[name], now) {
			t.Errorf("%s: a rotation of the storefront's user and one that was cut short have changed its pods: %v", name, now)
		}
	}
	r.reachesPods(t, naming.SecretDatabaseCLI, names.CLI+proxysql.CloneSuffix)
	for name, now := range s.templates(t) { // what Reloader made of a change, it made of the changes before it
		if restarts(name) == reflect.DeepEqual(before[name], now) {
			t.Errorf("%s: the pods are to be replaced: %t; their template is %v", name, restarts(name), now)
		}
	}
	r.noDrift(t, "after a rotation")
}

// everyStep is what Secrets Manager asks for, in its order.
var everyStep = []string{"createSecret", "setSecret", "testSecret", "finishSecret"}

// cutShort does the first two steps. ProxySQL and the database know the next login then, and Magento must not.
func (r *rotations) cutShort(t *testing.T, secret naming.Secret, user string) {
	t.Helper()
	r.steps(t, secret, "second", everyStep[:2]...)
	next := r.database.login(user + proxysql.CloneSuffix)
	eventually(t, "ProxySQL has the login of a rotation that was cut short", oneChange, func() error {
		return r.database.LoginThrough(context.Background(), "", next)
	})
	done := time.Now()
	eventually(t, "External Secrets has read Magento's secret since", oneChange, func() error {
		external, err := r.get(externalSecrets, "magento", secretOfMagento(secret))
		return errors.Join(err, after(done, external, "status", "refreshTime"))
	})
	r.reaches(t, secret, user)
	r.noDrift(t, "a rotation that was cut short")
}

// reachesPods goes on with a rotation that was cut short, from its first step, as Secrets Manager does, and measures how long the new
// login takes from the last one on.
func (r *rotations) reachesPods(t *testing.T, secret naming.Secret, user string) {
	t.Helper()
	before, err := r.runningPods()
	if err != nil {
		t.Fatal(err)
	}
	r.steps(t, secret, "second", everyStep...)
	finished := time.Now()
	r.reaches(t, secret, user)
	read := time.Since(finished)
	eventually(t, "the pods that keep a login are new", oneChange, func() error {
		now, err := r.runningPods()
		for name := range now {
			if _, old := before[name]; old && restarts(name) {
				return fmt.Errorf("pod %s is the old one", name)
			}
		}
		return errors.Join(err, r.accepted(secret), r.allPods())
	})
	t.Logf("from the last step of a rotation, where secrets are read every 3 s: %s to Magento's Secret, %s to the last pod with the new login",
		read.Round(time.Second), time.Since(finished).Round(time.Second))
}

// reaches waits until Magento's Secret has a user. Every login that it has until then must be accepted.
func (r *rotations) reaches(t *testing.T, secret naming.Secret, user string) {
	t.Helper()
	eventually(t, fmt.Sprintf("Magento's Secret of %s has %s", secret, user), oneChange, func() error {
		if err := r.accepted(secret); err != nil {
			t.Errorf("a login that Magento has is refused: %v", err)
		}
		return r.secretHas(secretOfMagento(secret), "username", user)
	})
}

// accepted tries the login that a process of Magento's would read now, through ProxySQL.
func (r *rotations) accepted(secret naming.Secret) error {
	found, err := r.get(secrets, "magento", secretOfMagento(secret))
	if err != nil {
		return err
	}
	login := rotator.Credential{User: decoded(*found, "username"), Password: decoded(*found, "password")}
	return r.database.LoginThrough(context.Background(), "", login)
}

// noDrift wants Argo CD to have compared everything with Git since, and to have found nothing.
func (r *rotations) noDrift(t *testing.T, what string) {
	t.Helper()
	done := time.Now()
	for _, name := range applicationNames {
		eventually(t, what+": Argo CD has compared "+name, oneChange, func() error {
			application, err := r.get(applications, "argocd", name)
			return errors.Join(err, after(done, application, "status", "reconciledAt"))
		})
	}
	r.healthy(t, what)
}

// after wants a time of an object to be later than another one. Its second has to have begun after it.
func after(done time.Time, object *unstructured.Unstructured, path ...string) error {
	if object == nil {
		return nil // it could not be read, which is said elsewhere
	}
	at, err := time.Parse(time.RFC3339, text(*object, path...))
	if err != nil || at.Before(done) {
		return errors.Join(err, fmt.Errorf("%s is %s, not after %s", strings.Join(path, "."), at, done))
	}
	return nil
}

// secretOfMagento is the Secret with what Magento reads of a secret of the database.
func secretOfMagento(secret naming.Secret) string {
	return "magento-" + strings.ReplaceAll(string(secret), "/", "-")
}

// templates are the pod templates of the shop's workloads.
func (s *shop) templates(t *testing.T) map[string]any {
	t.Helper()
	all, err := s.list(deployments, "magento", "")
	sets, setsErr := s.list(statefulSets, "magento", "")
	if err != nil || setsErr != nil {
		t.Fatal(err, setsErr)
	}
	found := map[string]any{}
	for _, workload := range slices.Concat(all, sets) {
		found[workload.GetName()], _, _ = unstructured.NestedMap(workload.Object, "spec", "template")
	}
	return found
}
