package topology

// Storage is how reading and writing the cluster's storage is paid. It can be changed while the cluster runs: to
// I/O-Optimized once in 30 days, and back at any time (AUG, "Storage configurations for Amazon Aurora DB clusters").
type Storage string

const (
	// StorageStandard pays every request, about $0.20 a million (us-east-1).
	StorageStandard Storage = "standard"

	// StorageIOOptimized pays no requests, and 30 % more for capacity and 125 % more for storage: cheaper from
	// where requests are a quarter of the cluster's bill (AUG, same page).
	StorageIOOptimized Storage = "io-optimized"
)

func storages() []Storage { return []Storage{StorageStandard, StorageIOOptimized} }

// Type is what the RDS API calls it (API, CreateDBCluster, StorageType).
func (s Storage) Type() string {
	if s == StorageIOOptimized {
		return "aurora-iopt1"
	}
	return "aurora"
}

// Allowed lists the values, for messages and reference pages.
func (Storage) Allowed() string { return alternatives(storages()) }

// Validate refuses values other than the allowed ones, the empty one among them.
func (s Storage) Validate() error { return check(s, storages()) }

// UnmarshalText reads a setting.
func (s *Storage) UnmarshalText(text []byte) error {
	*s = Storage(text)
	return s.Validate()
}
