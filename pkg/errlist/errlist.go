// Package errlist takes apart what errors.Join has put together.
package errlist

// Flatten lists the errors that were joined, to any depth, or the one that err is; nil has none. An error that wraps
// joined ones with a text of its own is one.
func Flatten(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, one := range joined.Unwrap() {
		all = append(all, Flatten(one)...)
	}
	return all
}
