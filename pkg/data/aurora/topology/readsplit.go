package topology

import (
	"fmt"
	"slices"
	"strings"
)

// ReadSplit says what of the storefront's reading goes to the readers. Every choice keeps locks, FOR UPDATE and
// temporary tables on the writer, and none sends "every SELECT" to the readers: Magento takes its locks by
// SELECT GET_LOCK(), and reads what it has just written.
type ReadSplit string

const (
	// ReadSplitNone sends everything to the writer but reports. Risk: none for correctness; the writer carries the
	// load alone and grows by scaling up. The choice for Open Source until a measurement says otherwise.
	ReadSplitNone ReadSplit = "none"

	// ReadSplitProxySQL sends the statements named in proxysql.Settings.ReadDigests to the readers, for the web user alone
	// and outside transactions. It works with Open Source. Risk: a reader is some milliseconds behind, and Magento
	// does not know that it was asked; a digest of something that is read right after it was written (cart, customer,
	// stock, form key) shows customers old data. Name statements of the catalogue only, one at a time, and watch.
	ReadSplitProxySQL ReadSplit = "proxysql"

	// ReadSplitSlaveConnection adds the user of Adobe Commerce's slave_connection, which starts at the readers;
	// Magento itself decides what to read there. It does not exist in Open Source (Magento_ResourceConnections).
	// Risk: the same lag, in the places that Adobe chose, and extensions that use the read connection for what
	// they have just written.
	ReadSplitSlaveConnection ReadSplit = "slave-connection"
)

// ReadSplits are all choices.
func ReadSplits() []ReadSplit {
	return []ReadSplit{ReadSplitNone, ReadSplitProxySQL, ReadSplitSlaveConnection}
}

// Allowed says in words which values there are.
func (ReadSplit) Allowed() string {
	names := make([]string, len(ReadSplits()))
	for i, split := range ReadSplits() {
		names[i] = string(split)
	}
	return strings.Join(names, ", ")
}

// MarshalText writes the choice as UnmarshalText reads it.
func (r ReadSplit) MarshalText() ([]byte, error) { return []byte(r), nil }

// UnmarshalText reads a choice.
func (r *ReadSplit) UnmarshalText(text []byte) error {
	split := ReadSplit(text)
	if err := split.Validate(); err != nil {
		return err
	}
	*r = split
	return nil
}

// Validate refuses what is no choice.
func (r ReadSplit) Validate() error {
	if !slices.Contains(ReadSplits(), r) {
		return fmt.Errorf("read split %q is unknown: allowed are %s", string(r), r.Allowed())
	}
	return nil
}

// UsesReaders says whether the storefront depends on readers.
func (r ReadSplit) UsesReaders() bool { return r == ReadSplitProxySQL || r == ReadSplitSlaveConnection }
