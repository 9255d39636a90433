package topology

import "github.com/magestack/magestack/pkg/enum"

// Storage is how reading and writing the cluster's storage is paid. It can be changed while the cluster runs: to
// I/O-Optimized once in 30 days, and back at any time (AUG, "Storage configurations for Amazon Aurora DB clusters").
type Storage string

const (
	// StorageStandard pays every request, about $0.20 a million (us-east-1). It is what a cluster has when nothing is
	// asked for, and AWS's provider then leaves alone what it finds: to go back from I/O-Optimized change the setting
	// and run aws rds modify-db-cluster --storage-type aurora, once.
	StorageStandard Storage = "standard"

	// StorageIOOptimized pays no requests, and 30 % more for capacity and 125 % more for storage: cheaper from
	// where requests are a quarter of the cluster's bill (AUG, same page).
	StorageIOOptimized Storage = "io-optimized"
)

func storages() []Storage { return []Storage{StorageStandard, StorageIOOptimized} }

// Type is what the RDS API calls it (API, CreateDBCluster, StorageType); empty for the standard, whose name the API
// takes and never gives back.
func (s Storage) Type() string {
	if s == StorageIOOptimized {
		return "aurora-iopt1"
	}
	return ""
}

// Allowed lists the values, for messages and reference pages.
func (Storage) Allowed() string { return enum.Alternatives(storages()) }

// Validate refuses values other than the allowed ones, the empty one among them.
func (s Storage) Validate() error { return enum.Check(s, storages()) }

// UnmarshalText reads a setting.
func (s *Storage) UnmarshalText(text []byte) error {
	*s = Storage(text)
	return s.Validate()
}
