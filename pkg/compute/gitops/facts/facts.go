// Package facts is the contract by which Pulumi tells the desired state of AWS, as gitops/facts.yaml lists it: the data of one ConfigMap,
// which Argo CD patches before it renders (docs/decisions/0083-facts-of-the-environment-are-one-configmap.md).
package facts

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

// ConfigMap is the object that has the facts, as gitops/base/environment generates it.
const ConfigMap = "magento-environment"

// Facts are what the desired state must be told. A tag is the name in gitops/facts.yaml, which has the meanings.
type Facts struct {
	Role                string `fact:"role"`
	Region              string `fact:"region"`
	SecretsPrefix       string `fact:"secretsPrefix"`
	SharedSecretsPrefix string `fact:"sharedSecretsPrefix"`
	DatabaseAuthorities string `fact:"databaseAuthorities"`
	ReadSplit           string `fact:"readSplit"`
	MediaBucket         string `fact:"mediaBucket"`
	ImageRepository     string `fact:"imageRepository"`
	HostName            string `fact:"hostName"`
	AdminPath           string `fact:"adminPath"`
	VPCCIDR             string `fact:"vpcCidr"`
}

// Values returns the facts by their names.
func (f Facts) Values() map[string]string {
	values := map[string]string{}
	v := reflect.ValueOf(f)
	for i := range v.NumField() {
		values[v.Type().Field(i).Tag.Get("fact")] = v.Field(i).String()
	}
	return values
}

// Patch returns the facts as a strategic merge patch of the ConfigMap. It is written as JSON, which is YAML as well, with sorted keys:
// the same facts are the same text.
func (f Facts) Patch() (string, error) {
	var problems []error
	values := f.Values()
	v := reflect.TypeOf(f)
	for i := range v.NumField() {
		if name := v.Field(i).Tag.Get("fact"); values[name] == "" {
			problems = append(problems, fmt.Errorf("fact %s: is empty", name))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return "", err
	}
	text, err := json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]string{"name": ConfigMap}, "data": values,
	})
	return string(text), err
}
