package rotator

import (
	"context"
	"errors"
	"fmt"

	"github.com/magestack/magestack/pkg/naming"
)

// The fields of the secret of ProxySQL that its own rotation changes. The monitor's user is missing in secrets that were made
// before it took turns.
const (
	fieldMonitorUser     = "monitorUsername"
	fieldMonitorPassword = "monitorPassword"
	fieldAdminPassword   = "adminPassword"
	fieldStatsPassword   = "statsPassword"
)

// administration is ProxySQL's own: its monitor, a pair that no client logs in as, and the passwords of its administration,
// which answers to its own pod alone. Each pod changes over when it reads the new value, one before the other.
type administration struct {
	*Function
	monitor pair
}

func (administration) fields() []string {
	return []string{fieldMonitorUser, fieldMonitorPassword, fieldAdminPassword, fieldStatsPassword}
}

// monitorOf is the user that a document names.
func (k administration) monitorOf(value Document) string {
	if user, err := value.text(fieldMonitorUser); err == nil {
		return user
	}
	return k.monitor.user
}

func (k administration) next(current Document) (Document, error) {
	var problems []error
	for _, field := range []string{fieldMonitorPassword, fieldAdminPassword, fieldStatsPassword} {
		_, err := current.text(field)
		problems = append(problems, err)
	}
	other, err := k.monitor.other(k.monitorOf(current))
	if err := errors.Join(append(problems, err)...); err != nil {
		return nil, err
	}
	return current.with(Document{
		fieldMonitorUser: other, fieldMonitorPassword: k.newPassword(),
		fieldAdminPassword: k.newPassword(), fieldStatsPassword: k.newPassword(),
	}), nil
}

// ready asks for no age: the rotations of users write this secret, too. Whether the monitor that rests is still in use, the
// database tells.
func (administration) ready(context.Context, Version) error { return nil }

func (k administration) set(ctx context.Context, current Version, pending Document) error {
	user := k.monitorOf(pending)
	if other, err := k.monitor.other(k.monitorOf(current.Value)); err != nil || other != user {
		return errors.Join(err, fmt.Errorf("the pending version is of %q, which is not the one that rests", user))
	}
	password, err := pending.text(fieldMonitorPassword)
	if err != nil {
		return err
	}
	return k.give(ctx, user, password)
}

// give makes the database know a monitor.
func (k administration) give(ctx context.Context, user, password string) error {
	administrator, err := k.administrator(ctx, k.Database, naming.SecretDatabaseAdmin)
	if err != nil {
		return err
	}
	as := Credential{administrator.Host, administrator.Port, user, password}
	switch err := k.Database.Login(ctx, as); {
	case err == nil:
		return nil
	case !errors.Is(err, ErrRefused):
		return fmt.Errorf("logging in as %s: %w", user, err)
	}
	if err := k.unused(ctx, k.Database, administrator, user); err != nil {
		return err
	}
	if err := k.Database.SetPassword(ctx, administrator, user, password); err != nil {
		return fmt.Errorf("changing the password of %s: %w", user, err)
	}
	k.mark("password-set")
	return nil
}

func (k administration) test(ctx context.Context, pending Document) error {
	administrator, err := k.administrator(ctx, k.Database, naming.SecretDatabaseAdmin)
	if err != nil {
		return err
	}
	password, err := pending.text(fieldMonitorPassword)
	if err != nil {
		return err
	}
	user := k.monitorOf(pending)
	return wrap("logging in as "+user, k.Database.Login(ctx, Credential{administrator.Host, administrator.Port, user, password}))
}

// end gives the monitor that rests a password that nobody knows. Which it had is in no version by now: rotations of users have
// written the secret since.
func (k administration) end(ctx context.Context, current, _ Document) error {
	resting, err := k.monitor.other(k.monitorOf(current))
	if err != nil {
		return err
	}
	return k.give(ctx, resting, k.newPassword())
}
