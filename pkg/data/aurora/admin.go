package aurora

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/data/aurora/topology"
	"github.com/magestack/magestack/pkg/data/proxysql"
	"github.com/magestack/magestack/pkg/data/secrets"
	"github.com/magestack/magestack/pkg/naming"
)

// mysql is what AWS's rotation functions call the engine.
const mysql = "mysql"

// adminSecret keeps the administrator's credential in the form that AWS's rotation functions read. The password is
// the cluster's own, as the state has it, so that both agree whatever happened between the two.
func (b *builder) adminSecret() (err error) {
	if b.args.Role == topology.RoleSecondary {
		return nil
	}
	b.admin, err = secrets.NewSecret(b.Ctx, b.Child("admin"), secrets.SecretArgs{
		Of:          b.database,
		Account:     b.args.Account,
		Name:        b.args.Environment.Secret(naming.SecretDatabaseAdmin),
		Description: "Administrator of the database " + b.args.identifier(),
		KeyARN:      b.args.SecretsKeyARN,
		Value: pulumi.Map{
			"engine":              pulumi.String(mysql),
			"host":                b.database.Endpoint,
			"port":                pulumi.Int(proxysql.DefaultPort),
			"username":            pulumi.String(adminUser),
			"password":            b.database.MasterPassword.Elem(),
			"dbClusterIdentifier": b.database.ClusterIdentifier,
		},
		Replicas: b.args.SecretReplicas,
		Protect:  b.args.Protect,
	}, b.Parent)
	if err != nil {
		return fmt.Errorf("administrator's secret: %w", err)
	}
	return nil
}
