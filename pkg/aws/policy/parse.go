package policy

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Parsed is one statement of a policy document, with single values as lists.
type Parsed struct {
	Sid       string
	Effect    string
	Principal map[string][]string // by kind (AWS, Service, Federated); every principal, "*" alone, is the kind "*"
	Action    []string
	Resource  []string
	Condition map[string]map[string][]string // operator to key to values

	// Except names the elements that are about everything but what they list: NotPrincipal, NotAction, NotResource.
	Except []string
}

// Parse reads the statements of a policy document.
func Parse(document string) ([]Parsed, error) {
	var raw struct{ Statement []rawStatement }
	if err := json.Unmarshal([]byte(document), &raw); err != nil {
		return nil, fmt.Errorf("reading a policy: %w", err)
	}
	statements := make([]Parsed, len(raw.Statement))
	for i, s := range raw.Statement {
		statements[i] = s.plain()
	}
	return statements, nil
}

// rawStatement is a statement as it is written, with lists that may be single values.
type rawStatement struct {
	Sid, Effect      string
	Principal        principals
	Action, Resource list
	Condition        map[string]map[string]list

	NotPrincipal, NotAction, NotResource json.RawMessage
}

func (s rawStatement) plain() Parsed {
	p := Parsed{Sid: s.Sid, Effect: s.Effect, Action: s.Action, Resource: s.Resource}
	for name, text := range map[string]json.RawMessage{"NotPrincipal": s.NotPrincipal, "NotAction": s.NotAction, "NotResource": s.NotResource} {
		if len(text) > 0 {
			p.Except = append(p.Except, name)
		}
	}
	slices.Sort(p.Except)
	p.Principal = plain(s.Principal)
	if len(s.Condition) > 0 {
		p.Condition = map[string]map[string][]string{}
	}
	for operator, keys := range s.Condition {
		p.Condition[operator] = plain(keys)
	}
	return p
}

func plain(lists map[string]list) map[string][]string {
	if len(lists) == 0 {
		return nil
	}
	values := map[string][]string{}
	for key, list := range lists {
		values[key] = list
	}
	return values
}

// list is a string or a list of strings.
type list []string

func (l *list) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*l = list{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(l))
}

// principals are lists by kind, or every principal.
type principals map[string]list

func (p *principals) UnmarshalJSON(text []byte) error {
	var every string
	if json.Unmarshal(text, &every) == nil {
		*p = principals{"*": {every}}
		return nil
	}
	return json.Unmarshal(text, (*map[string]list)(p))
}
