// Package secretstest plays AWS Secrets Manager in memory, for tests: versions and stages as the API Reference describes them
// (PutSecretValue, UpdateSecretVersionStage, RotateSecret). It plays no permissions, keys and replicas.
package secretstest

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/magestack/magestack/functions/rotation/rotator"
)

// Memory holds secrets by name.
type Memory struct {
	mutex   sync.Mutex
	now     func() time.Time
	secrets map[string]*secret
}

type secret struct {
	rotates  bool
	versions map[string]*version
}

type version struct {
	text    string // empty for one that Secrets Manager made for a rotation
	created time.Time
	stages  []string
}

// New is a Secrets Manager without secrets.
func New(now func() time.Time) *Memory { return &Memory{now: now, secrets: map[string]*secret{}} }

// Create makes a secret with a first version that is current, and marked as Pulumi's.
func (m *Memory) Create(name, id, text string, rotates bool) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.secrets[name] = &secret{rotates: rotates, versions: map[string]*version{
		id: {text, m.now(), []string{rotator.StageCurrent, "PULUMI"}},
	}}
}

// Rotate begins a rotation, as RotateSecret does: with an empty version that is pending. It is false while another one is
// under way.
func (m *Memory) Rotate(name, token string) bool {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	s := m.secrets[name]
	if id, pending := s.at(rotator.StagePending); pending && id != token && !slices.Contains(s.versions[id].stages, rotator.StageCurrent) {
		return false
	}
	if s.versions[token] == nil {
		s.versions[token] = &version{created: m.now()}
		s.move(rotator.StagePending, token)
	}
	return true
}

// Stages tells where the stages of a secret are.
func (m *Memory) Stages(name string) map[string][]string {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	stages := map[string][]string{}
	for id, v := range m.secrets[name].versions {
		stages[id] = slices.Sorted(slices.Values(v.stages))
	}
	return stages
}

// Text is the value at a stage.
func (m *Memory) Text(name, stage string) string {
	text, _, _, _ := m.get(name, stage)
	return text
}

func (m *Memory) describe(name string) (bool, map[string][]string, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	s, found := m.secrets[name]
	if !found {
		return false, nil, rotator.ErrNotFound
	}
	stages := map[string][]string{}
	for id, v := range s.versions {
		if len(v.stages) > 0 {
			stages[id] = slices.Clone(v.stages)
		}
	}
	return s.rotates, stages, nil
}

func (m *Memory) get(name, stage string) (text, id string, created time.Time, err error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	s, found := m.secrets[name]
	if !found {
		return "", "", time.Time{}, rotator.ErrNotFound
	}
	id, found = s.at(stage)
	if !found || s.versions[id].text == "" {
		return "", "", time.Time{}, rotator.ErrNotFound
	}
	return s.versions[id].text, id, s.versions[id].created, nil
}

func (m *Memory) put(name, id, text string, stages []string) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	s, found := m.secrets[name]
	if !found {
		return rotator.ErrNotFound
	}
	switch known := s.versions[id]; {
	case known == nil:
		s.versions[id] = &version{text: text, created: m.now()}
	case known.text == "":
		known.text, known.created = text, m.now()
	case known.text != text:
		return rotator.ErrExists
	}
	if len(stages) == 0 {
		stages = []string{rotator.StageCurrent}
	}
	for _, stage := range stages {
		s.move(stage, id)
	}
	return nil
}

func (m *Memory) move(name, stage, from, to string) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	s, found := m.secrets[name]
	if !found {
		return rotator.ErrNotFound
	}
	if at, attached := s.at(stage); attached && at != from || !attached && from != "" {
		return rotator.ErrConflict
	}
	if to != "" && s.versions[to] == nil {
		return rotator.ErrNotFound
	}
	s.move(stage, to)
	return nil
}

// at is the version at a stage.
func (s *secret) at(stage string) (string, bool) {
	for id, v := range s.versions {
		if slices.Contains(v.stages, stage) {
			return id, true
		}
	}
	return "", false
}

// move puts a stage on one version and takes it from any other. What loses AWSCURRENT becomes AWSPREVIOUS. A version without a
// stage is forgotten, which Secrets Manager may do at any time.
func (s *secret) move(stage, to string) {
	from, attached := s.at(stage)
	if attached && from != to {
		s.versions[from].stages = slices.DeleteFunc(s.versions[from].stages, func(has string) bool { return has == stage })
		if stage == rotator.StageCurrent {
			s.move(rotator.StagePrevious, from)
		}
	}
	if to != "" && !slices.Contains(s.versions[to].stages, stage) {
		s.versions[to].stages = append(s.versions[to].stages, stage)
	}
	maps.DeleteFunc(s.versions, func(_ string, v *version) bool { return len(v.stages) == 0 })
}
