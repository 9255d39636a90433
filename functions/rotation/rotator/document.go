package rotator

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// Document is the JSON object of a secret. Fields that a rotation does not know are kept as they are.
type Document map[string]any

// The fields that rotations read and write, as pkg/data writes them at first (pkg/naming).
const (
	fieldHost     = "host"
	fieldPort     = "port"
	fieldUser     = "username"
	fieldPassword = "password"
	fieldEngine   = "engine"
)

// Parse reads the text of a secret. The error never holds any of it.
func Parse(text string) (Document, error) {
	var document Document
	if err := json.Unmarshal([]byte(text), &document); err != nil || document == nil {
		return nil, errors.New("the value is not a JSON object")
	}
	return document, nil
}

// Text is the document as a secret keeps it.
func (d Document) Text() (string, error) {
	text, err := json.Marshal(map[string]any(d))
	if err != nil {
		return "", errors.New("the value cannot be written as JSON")
	}
	return string(text), nil
}

// text is a field that must be there and be a text.
func (d Document) text(field string) (string, error) {
	text, ok := d[field].(string)
	if !ok || text == "" {
		return "", fmt.Errorf("the field %s is missing or no text", field)
	}
	return text, nil
}

// with is a copy with some fields set anew.
func (d Document) with(fields Document) Document {
	changed := maps.Clone(d)
	maps.Copy(changed, fields)
	return changed
}

// sameBut tells whether two documents are equal but for some fields.
func (d Document) sameBut(other Document, fields ...string) bool {
	mine, theirs := maps.Clone(d), maps.Clone(other)
	for _, field := range fields {
		delete(mine, field)
		delete(theirs, field)
	}
	a, errA := Document(mine).Text()
	b, errB := Document(theirs).Text()
	return errA == nil && errB == nil && a == b // the encoder sorts the keys
}

// Credential is a login at a store.
type Credential struct {
	Host     string
	Port     int
	User     string
	Password string
}

// credential reads a login, and reports every field that is missing at once.
func (d Document) credential() (Credential, error) {
	var c Credential
	var missing []string
	for field, into := range map[string]*string{fieldHost: &c.Host, fieldUser: &c.User, fieldPassword: &c.Password} {
		text, err := d.text(field)
		if err != nil {
			missing = append(missing, field)
		}
		*into = text
	}
	switch port := d[fieldPort].(type) {
	case float64:
		if port == math.Trunc(port) {
			c.Port = int(port)
		}
	case int:
		c.Port = port
	}
	if c.Port < 1 || c.Port > math.MaxUint16 {
		missing = append(missing, fieldPort)
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return Credential{}, fmt.Errorf("fields that are missing or of the wrong type: %s", strings.Join(missing, ", "))
	}
	return c, nil
}
