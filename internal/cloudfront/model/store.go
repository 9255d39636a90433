package model

import (
	"container/list"
	"net/http"
	"sync"
	"time"
)

// entry is an answer that is kept, or remembered for when the origin is out of reach.
type entry struct {
	key     string
	pattern string
	status  int
	header  http.Header
	body    []byte
	stored  time.Time
	life    lifetime
	hits    int
	path    string // normalised, for purges
	alone   bool   // nobody can ask for it again
}

func (e *entry) expires() time.Time       { return e.stored.Add(e.life.ttl) }
func (e *entry) fresh(now time.Time) bool { return e.life.ttl > 0 && now.Before(e.expires()) }

// bytes is about what the entry takes.
func (e *entry) bytes() int64 {
	size := len(e.key) + len(e.body) + 256
	for name, values := range e.header {
		size += len(name)
		for _, v := range values {
			size += len(v)
		}
	}
	return int64(size)
}

// store keeps entries up to a number of bytes. What nobody can ask for again goes first, then what was used least recently:
// CloudFront does not say what it evicts, and what a laptop has room for is not to depend on how much of it is one visitor's.
type store struct {
	mu    sync.Mutex
	limit int64
	size  int64
	order *list.List // of *entry, the latest in front
	byKey map[string]*list.Element
}

func newStore(limit int64) *store {
	return &store{limit: limit, order: list.New(), byKey: map[string]*list.Element{}}
}

// get finds an entry. It is not to be changed.
func (s *store) get(key string) *entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	element, ok := s.byKey[key]
	if !ok {
		return nil
	}
	s.order.MoveToFront(element)
	return element.Value.(*entry)
}

// peek finds an entry and leaves everything as it is.
func (s *store) peek(key string) *entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	if element, ok := s.byKey[key]; ok {
		return element.Value.(*entry)
	}
	return nil
}

func (s *store) hit(e *entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e.hits++
}

func (s *store) put(e *entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if element, ok := s.byKey[e.key]; ok {
		s.remove(element)
	}
	if e.bytes() > s.limit {
		return
	}
	if e.alone {
		s.byKey[e.key] = s.order.PushBack(e)
	} else {
		s.byKey[e.key] = s.order.PushFront(e)
	}
	s.size += e.bytes()
	for s.size > s.limit {
		s.remove(s.order.Back())
	}
}

func (s *store) remove(element *list.Element) {
	e := s.order.Remove(element).(*entry)
	delete(s.byKey, e.key)
	s.size -= e.bytes()
}

// drop removes the entries that a function chooses, and counts them.
func (s *store) drop(chosen func(*entry) bool) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	dropped := 0
	for element := s.order.Front(); element != nil; {
		next := element.Next()
		if chosen(element.Value.(*entry)) {
			s.remove(element)
			dropped++
		}
		element = next
	}
	return dropped
}

func (s *store) objects() []Object {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Object
	for element := s.order.Front(); element != nil; element = element.Next() {
		e := element.Value.(*entry)
		all = append(all, Object{
			Key: e.key, Pattern: e.pattern, Status: e.status, Header: e.header.Clone(), Body: e.body,
			Stored: e.stored, Expires: e.expires(), Hits: e.hits, Alone: e.alone,
		})
	}
	return all
}
