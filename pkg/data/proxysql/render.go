package proxysql

import "fmt"

// Render writes the file. The result is a template: External Secrets (engine v2) replaces the actions in it by the
// values under SecretKeys, and fails rather than writing a file that ProxySQL would misread.
func Render(s Settings) (string, error) {
	if err := s.Validate(); err != nil {
		return "", fmt.Errorf("checking the settings of ProxySQL: %w", err)
	}
	aurora, err := s.auroraRows()
	if err != nil {
		return "", err
	}
	attributes, err := s.attributesRows()
	if err != nil {
		return "", err
	}
	w := &writer{}
	w.text.WriteString(guard(s.SecretKeys()))
	w.comment("Rendered by magestack; External Secrets fills in the passwords. ProxySQL reads this file only when it")
	w.comment("starts with an empty data directory: change the settings and replace the pod, not the file.")
	w.scalar("datadir", DataDirectory)
	w.group("admin_variables", s.adminVariables())
	w.group("mysql_variables", s.mysqlVariables())
	w.group("pgsql_variables", s.pgsqlVariables())
	list(w, "mysql_aws_aurora_hostgroups", aurora)
	list(w, "mysql_hostgroup_attributes", attributes)
	list(w, "mysql_servers", s.serverRows())
	list(w, "mysql_users", s.userRows())
	list(w, "mysql_query_rules", s.ruleRows())
	if w.err != nil {
		return "", fmt.Errorf("rendering proxysql.cnf: %w", w.err)
	}
	return w.text.String(), nil
}
