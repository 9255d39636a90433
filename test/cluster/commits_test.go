package cluster

import "testing"

func (r *repository) url() string { return "file://" + r.bare }

// change puts one text in the place of another in a file of the desired state, and pushes it.
func (r *repository) change(t *testing.T, message, file, from, to string) {
	t.Helper()
	r.edit(t, file, from, to)
	r.push(t, message)
}

// takeBack undoes the last commit by another.
func (r *repository) takeBack(t *testing.T) {
	t.Helper()
	r.git(t, "-c", "user.name=test", "-c", "user.email=test@example.com", "revert", "--no-edit", "HEAD")
	r.git(t, "push", "--quiet", r.bare, "main")
}
