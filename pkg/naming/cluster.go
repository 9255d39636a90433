package naming

// The namespaces of a cluster.
const (
	NamespaceSystem          = "kube-system" // Karpenter, the load balancer controller, metrics-server
	NamespaceMagento         = "magento"     // the shop: web, admin, consumers, cron, batch
	NamespaceProxySQL        = "proxysql"
	NamespaceExternalSecrets = "external-secrets"
	NamespaceKEDA            = "keda"
	NamespaceReloader        = "reloader"
	NamespaceArgoCD          = "argocd"
	NamespaceLogging         = "logging"    // what reads the logs of every node's pods
	NamespaceMonitoring      = "monitoring" // Prometheus, where there is one
)

// NodesLabel says which nodes something runs on: the system group, or one of Karpenter's pools. Pools also carry it as
// a taint, so that nothing lands on them that did not ask for it.
const NodesLabel = "magento.com/nodes"

// SystemTaint keeps the shop off the system nodes. EKS's add-ons and the charts of most controllers tolerate it.
const SystemTaint = "CriticalAddonsOnly"

// The values of NodesLabel.
const (
	NodesSystem    = "system" // the managed node group; also tainted SystemTaint
	NodesWeb       = "web"
	NodesConsumers = "consumers"
	NodesBatch     = "batch"
)

// ComputeLabel on a pod of the namespace magento asks for Fargate when its value is ComputeFargate.
const (
	ComputeLabel   = "magento.com/compute"
	ComputeFargate = "fargate"
)

// The services that the load balancer's target groups and Magento's configuration point at.
const (
	ServiceWeb      = "magento-web"
	ServiceAdmin    = "magento-admin"
	ServiceProxySQL = "proxysql"
)

// The service accounts of the shop's pods.
const (
	AccountMagento = "magento"       // on nodes, through Pod Identity
	AccountBatch   = "magento-batch" // on Fargate, through a web identity
)
