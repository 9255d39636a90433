package rotator

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/magestack/magestack/pkg/naming"
)

// The variables of the function's environment, which pkg/data/rotation sets.
const (
	VariableEnvironment   = "ENVIRONMENT"
	VariableHoldHours     = "HOLD_HOURS"
	VariableProxySQLPods  = "PROXYSQL_PODS"
	VariableCacheGroup    = "CACHE_GROUP"
	VariableSessionsGroup = "SESSIONS_GROUP"
	VariableAPIKeys       = "API_KEYS" // a JSON list of APIKey
	VariableSecrets       = "SECRETS"  // a JSON list of the names of Config.Rotating
)

// ReadConfig reads the configuration of a function from its environment, and reports all that is wrong at once.
func ReadConfig(variable func(string) string) (Config, error) {
	config := Config{
		Environment: naming.Environment(variable(VariableEnvironment)),
		Groups: map[naming.Secret]string{
			naming.SecretCache: variable(VariableCacheGroup), naming.SecretSessions: variable(VariableSessionsGroup),
		},
		APIKeys: map[string]APIKey{},
	}
	var problems []error
	if config.Environment == "" {
		problems = append(problems, fmt.Errorf("%s: required", VariableEnvironment))
	}
	hours, err := strconv.Atoi(variable(VariableHoldHours))
	if err != nil || hours < 1 {
		problems = append(problems, fmt.Errorf("%s %q: must be a number of hours", VariableHoldHours, variable(VariableHoldHours)))
	}
	config.Hold = time.Duration(hours) * time.Hour
	if config.ProxySQLPods, err = strconv.Atoi(variable(VariableProxySQLPods)); err != nil || config.ProxySQLPods < 1 {
		problems = append(problems, fmt.Errorf("%s %q: must be a number of pods", VariableProxySQLPods, variable(VariableProxySQLPods)))
	}
	var keys []APIKey
	if text := variable(VariableAPIKeys); text != "" && json.Unmarshal([]byte(text), &keys) != nil {
		problems = append(problems, fmt.Errorf("%s: must be a JSON list of name, length and alphabet", VariableAPIKeys))
	}
	if text := variable(VariableSecrets); text != "" && json.Unmarshal([]byte(text), &config.Rotating) != nil {
		problems = append(problems, fmt.Errorf("%s: must be a JSON list of names", VariableSecrets))
	}
	for _, key := range keys {
		if key.Name == "" || key.Length < 1 || key.Alphabet == "" {
			problems = append(problems, fmt.Errorf("%s: the key %q must have a name, a length and an alphabet", VariableAPIKeys, key.Name))
		}
		config.APIKeys[key.Name] = key
	}
	return config, errors.Join(problems...)
}
