package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"
)

// externalSecret is as much of an ExternalSecret as says which Secret is made of what.
type externalSecret struct {
	Spec struct {
		Target struct {
			Name     string `json:"name"`
			Template struct {
				Data map[string]string `json:"data"`
			} `json:"template"`
		} `json:"target"`
		DataFrom []struct {
			Extract struct {
				Key string `json:"key"`
			} `json:"extract"`
		} `json:"dataFrom"`
	} `json:"spec"`
}

// resolve makes the Secrets of the desired state from those of a Secrets Manager, as External Secrets does.
func (o *overlay) resolve(manager map[string]map[string]string) (map[string]map[string]string, error) {
	all := map[string]map[string]string{}
	for _, external := range o.secrets {
		target, values := external.Spec.Target, map[string]string{}
		for _, from := range external.Spec.DataFrom {
			fields, there := manager[from.Extract.Key]
			if !there {
				return nil, fmt.Errorf("ExternalSecret of %s: no secret %s; there are %s", target.Name, from.Extract.Key, strings.Join(slices.Sorted(maps.Keys(manager)), ", "))
			}
			maps.Copy(values, fields)
		}
		made := map[string]string{}
		for key, text := range target.Template.Data {
			parsed, err := template.New(key).Option("missingkey=error").Parse(text)
			if err != nil {
				return nil, fmt.Errorf("template %s of %s: %w", key, target.Name, err)
			}
			var value strings.Builder
			if err := parsed.Execute(&value, values); err != nil {
				return nil, fmt.Errorf("template %s of %s: %w", key, target.Name, err)
			}
			made[key] = value.String()
		}
		all[target.Name] = made
	}
	return all, nil
}

// secretsPrefix is that of the environment's secrets.
const secretsPrefix = "magento/" + environment + "/"

// manager is what the data layer writes into Secrets Manager, of these stores. There is no search: Debian has no OpenSearch.
func (s *stores) manager() map[string]map[string]string {
	// librabbitmq compares names of a certificate with a host, and no addresses; PDO takes localhost for a socket.
	const here, named = "127.0.0.1", "localhost"
	passwords := map[string]string{}
	for _, user := range []string{"monitor", "web", "webClone", "cli", "cliClone", "reporting", "reportingClone", "read", "readClone"} {
		passwords[user+"Password"] = s.password(user)
	}
	user := func(name, password string) map[string]string {
		return map[string]string{"username": name, "password": s.password(password)}
	}
	at := func(host, port string, more map[string]string) map[string]string {
		maps.Copy(more, map[string]string{"host": host, "port": port})
		return more
	}
	secrets := map[string]map[string]string{
		"cache":          at(here, s.cache, map[string]string{"password": s.password("cache")}),
		"sessions":       at(here, s.sessions, map[string]string{"password": s.password("sessions")}),
		"database/admin": at(here, s.database, user(databaseAdministrator, "database")),
		"database/web":   user("magento", "web"),
		"database/cli":   user("mage_cli", "cli"),
		"database/read":  user("mage_read", "read"),
		"proxysql":       passwords,
		"queue":          at(named, s.queue, user(queueAdministrator, "queue")),
		"queue/shop":     at(named, s.queue, user(queueUser, "queue/shop")),
		"search":         at(named, "443", user("admin", "search")),
		"search/shop":    at(named, "443", user("magento-shop", "search/shop")),
		"mail":           at(named, "465", user("mail", "mail")), // nothing answers there
		"encryption-key": {"key": strings.ToLower(s.password("encryption-key") + "000000")},
	}
	all := map[string]map[string]string{}
	for name, fields := range secrets {
		all[secretsPrefix+name] = fields
	}
	return all
}
