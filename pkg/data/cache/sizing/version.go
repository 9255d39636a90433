package sizing

import "fmt"

// EngineVersion is a version of Valkey, as ElastiCache names it: without the patch, which AWS chooses.
type EngineVersion string

const (
	// Valkey80 is Valkey 8.0, the oldest of the line that Adobe lists for ElastiCache.
	Valkey80 EngineVersion = "8.0"
	// Valkey81 is Valkey 8.1, which Adobe names for Magento 2.4.8-p5, 2.4.7-p10 and 2.4.6-p15 (AdobeDocs,
	// system requirements, 2026-08). For ElastiCache the same table says "Valkey 8" for every release, 2.4.9
	// included, although a Valkey of one's own may be 9 there.
	Valkey81 EngineVersion = "8.1"
	// Valkey82 is Valkey 8.2, the last of the line (EUG, "Engine versions and upgrading in ElastiCache").
	Valkey82 EngineVersion = "8.2"

	// Engine is the engine's name in ElastiCache, and ParameterGroupFamily that of all versions of Valkey 8.
	Engine               = "valkey"
	ParameterGroupFamily = "valkey8"
)

// Allowed lists the versions.
func (EngineVersion) Allowed() string {
	return fmt.Sprintf("%s, %s or %s", Valkey80, Valkey81, Valkey82)
}

// Validate refuses versions that are not Valkey 8.
func (v EngineVersion) Validate() error {
	switch v {
	case Valkey80, Valkey81, Valkey82:
		return nil
	default:
		return fmt.Errorf("engine version %q: must be Valkey %s", string(v), v.Allowed())
	}
}

// UnmarshalText reads a setting.
func (v *EngineVersion) UnmarshalText(text []byte) error {
	if err := EngineVersion(text).Validate(); err != nil {
		return err
	}
	*v = EngineVersion(text)
	return nil
}
