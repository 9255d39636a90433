package settings

import "github.com/magestack/magestack/pkg/naming"

// adminPathKey is the setting of magento-cdn that names the admin's front name.
const adminPathKey = naming.ProjectCDN + ":adminPath"

// AdminPath is the front name of the admin. It is a setting of magento-cdn, which checks it; magento-compute, whose load
// balancer sends what is below it to the admin's pods, reads it in the same file. Empty where there is none.
func AdminPath(config Config) string { return config[adminPathKey] }
