package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"time"
)

// kubernetes stands for the API of the one object that a pod changes, the ConfigMap of maintenance. It takes a merge patch of its data
// (RFC 7386), from who has the token.
type kubernetes struct {
	server  *http.Server
	address string
	account string // the folder in which a pod has its token

	mutex sync.Mutex
	data  map[string]string
}

const (
	maintenanceObject = "/api/v1/namespaces/magento/configmaps/magento-maintenance"
	accountToken      = "token-of-magento-batch"
)

func newKubernetes(folder string) (*kubernetes, error) {
	if err := write(filepath.Join(folder, "token"), accountToken+"\n"); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	k := &kubernetes{address: "http://" + listener.Addr().String(), account: folder, data: map[string]string{}}
	k.server = &http.Server{Handler: k, ReadHeaderTimeout: time.Minute, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	go func() { _ = k.server.Serve(listener) }() // until it is closed
	return k, nil
}

// variables are those by which a pod finds it.
func (k *kubernetes) variables() []string {
	return []string{"KUBERNETES_URL=" + k.address, "KUBERNETES_ACCOUNT=" + k.account}
}

// ServeHTTP answers for the object.
func (k *kubernetes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != maintenanceObject || r.Header.Get("Authorization") != "Bearer "+accountToken {
		http.Error(w, "not a right of this account", http.StatusForbidden)
		return
	}
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if r.Method == http.MethodPatch {
		var change struct{ Data map[string]*string }
		if err := json.NewDecoder(r.Body).Decode(&change); err != nil {
			http.Error(w, fmt.Sprintf("reading the patch: %v", err), http.StatusBadRequest)
			return
		}
		for key, value := range change.Data {
			delete(k.data, key)
			if value != nil {
				k.data[key] = *value
			}
		}
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"data": k.data}) // the pod may have gone
}

// left is what is in the object.
func (k *kubernetes) left() map[string]string {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	return maps.Clone(k.data)
}
