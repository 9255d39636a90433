package gitops

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"

	"github.com/magestack/magestack/internal/desired"
	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/data/proxysql"
	"github.com/magestack/magestack/pkg/naming"
)

// peer is an end of a connection: a pod of a namespace, an address, or both.
type peer struct {
	namespace string
	labels    labels.Set
	address   string
}

const (
	inVPC   = "10.30.7.7"
	outside = "203.0.113.9"
)

// policies are the rendered ones of both Applications.
func policies(t *testing.T) (all []networkingv1.NetworkPolicy) {
	t.Helper()
	for _, application := range applications {
		for _, resource := range rendered(t, "production", application).Resources() {
			if resource.GetKind() != "NetworkPolicy" {
				continue
			}
			text, err := resource.AsYAML()
			require.NoError(t, err)
			var policy networkingv1.NetworkPolicy
			require.NoError(t, yaml.UnmarshalStrict(text, &policy))
			all = append(all, policy)
		}
	}
	return all
}

// open reports whether the policies let a pod of the shop open a connection, or be asked for one.
func open(t *testing.T, all []networkingv1.NetworkPolicy, direction networkingv1.PolicyType, pod labels.Set, other peer, protocol corev1.Protocol, port int) bool {
	t.Helper()
	for _, policy := range all {
		if !matches(t, &policy.Spec.PodSelector, pod) {
			continue
		}
		for _, rule := range policy.Spec.Egress {
			if direction == networkingv1.PolicyTypeEgress && toPeer(t, rule.To, other) && toPort(rule.Ports, protocol, port) {
				return true
			}
		}
		for _, rule := range policy.Spec.Ingress {
			if direction == networkingv1.PolicyTypeIngress && toPeer(t, rule.From, other) && toPort(rule.Ports, protocol, port) {
				return true
			}
		}
	}
	return false
}

func matches(t *testing.T, selector *metav1.LabelSelector, set labels.Set) bool {
	t.Helper()
	parsed, err := metav1.LabelSelectorAsSelector(selector)
	require.NoError(t, err)
	return parsed.Matches(set)
}

func toPeer(t *testing.T, peers []networkingv1.NetworkPolicyPeer, other peer) bool {
	t.Helper()
	for _, p := range peers {
		if p.IPBlock != nil {
			block := netip.MustParsePrefix(p.IPBlock.CIDR)
			if other.address != "" && block.Contains(netip.MustParseAddr(other.address)) {
				return true
			}
			continue
		}
		if other.namespace == "" {
			continue
		}
		namespace := other.namespace == naming.NamespaceMagento
		if p.NamespaceSelector != nil {
			namespace = matches(t, p.NamespaceSelector, labels.Set{"kubernetes.io/metadata.name": other.namespace})
		}
		if namespace && (p.PodSelector == nil || matches(t, p.PodSelector, other.labels)) {
			return true
		}
	}
	return false
}

func toPort(ports []networkingv1.NetworkPolicyPort, protocol corev1.Protocol, port int) bool {
	for _, p := range ports {
		if *p.Protocol == protocol && p.Port.IntValue() == port {
			return true
		}
	}
	return len(ports) == 0
}

// podOf is the labels of a workload's pods.
func podOf(t *testing.T, state desired.State, name string) labels.Set {
	t.Helper()
	for _, w := range state.Workloads {
		if w.Name == name {
			return w.Pod.Labels
		}
	}
	require.Fail(t, name+" is not rendered")
	return nil
}

// TestNetworkPolicies asks for each connection that is needed, and for those beside it.
func TestNetworkPolicies(t *testing.T) {
	all, state := policies(t), stateOf(t, "production")
	const egress, ingress = networkingv1.PolicyTypeEgress, networkingv1.PolicyTypeIngress
	pod := func(name string) peer {
		return peer{namespace: naming.NamespaceMagento, labels: podOf(t, state, name), address: inVPC}
	}
	web, varnish, admin := pod("magento-web-base"), pod("magento-varnish"), pod("magento-admin")
	dns := peer{namespace: naming.NamespaceSystem, labels: labels.Set{"k8s-app": "kube-dns"}}
	sql := peer{namespace: naming.NamespaceProxySQL, labels: labels.Set{"app": "proxysql"}}
	anyPod := peer{namespace: naming.NamespaceMagento, labels: labels.Set{"app": "other"}}
	vpc, internet := peer{address: inVPC}, peer{address: outside}

	for _, name := range []string{"magento-web-base", "magento-web-burst", "magento-admin", "magento-consumers-bulk", "magento-release"} {
		own := podOf(t, state, name)
		for _, flow := range topology.Flows() {
			if flow.From == topology.GroupNodes {
				// ProxySQL reaches the database, and what changes the schema sends no mails.
				reaches := flow.To != topology.GroupDatabase && (flow.Port != topology.MailPort || name != "magento-release")
				assert.Equal(t, reaches, open(t, all, egress, own, vpc, corev1.ProtocolTCP, flow.Port), "%s: %s", name, flow.Description)
			}
		}
		for _, exit := range topology.Exits() {
			assert.True(t, open(t, all, egress, own, internet, corev1.ProtocolTCP, exit.Port), "%s: %s", name, exit.Description)
		}
		assert.True(t, open(t, all, egress, own, sql, corev1.ProtocolTCP, proxysql.ClientPort), name)
		assert.False(t, open(t, all, egress, own, sql, corev1.ProtocolTCP, proxysql.MetricsPort), name)
		assert.True(t, open(t, all, egress, own, dns, corev1.ProtocolUDP, 53), name)
		assert.True(t, open(t, all, egress, own, varnish, corev1.ProtocolTCP, 8081), "%s purges", name)
		assert.True(t, open(t, all, egress, own, peer{address: "169.254.170.23"}, corev1.ProtocolTCP, 80), "%s has its rights", name)
		assert.False(t, open(t, all, egress, own, peer{address: "169.254.169.254"}, corev1.ProtocolTCP, 80), "%s reaches the node's own rights", name)
		assert.False(t, open(t, all, egress, own, internet, corev1.ProtocolTCP, 25), name)
		assert.False(t, open(t, all, egress, own, internet, corev1.ProtocolTCP, topology.MailPort), "%s sends mails by another server", name)
		assert.False(t, open(t, all, egress, own, vpc, corev1.ProtocolTCP, 22), name)
	}
	for name, c := range map[string]struct {
		direction networkingv1.PolicyType
		own       peer
		other     peer
		port      int
		want      bool
	}{
		"load balancer to Varnish":    {ingress, varnish, vpc, 8080, true},
		"load balancer purges":        {ingress, varnish, vpc, 8081, false},
		"Magento purges":              {ingress, varnish, web, 8081, true},
		"any pod purges":              {ingress, varnish, anyPod, 8081, false},
		"outside to Varnish":          {ingress, varnish, internet, 8080, false},
		"Varnish to nginx":            {egress, varnish, web, 8080, true},
		"Varnish to the admin":        {egress, varnish, peer{namespace: naming.NamespaceMagento, labels: podOf(t, state, "magento-admin")}, 8080, false},
		"Varnish to a store":          {egress, varnish, vpc, topology.RedisPort, false},
		"Varnish goes out":            {egress, varnish, internet, topology.HTTPSPort, false},
		"nginx hears Varnish":         {ingress, web, peer{namespace: naming.NamespaceMagento, labels: varnish.labels}, 8080, true},
		"nginx hears the VPC":         {ingress, web, vpc, 8080, false},
		"nginx's status":              {ingress, web, varnish, 8082, false},
		"load balancer to the admin":  {ingress, admin, vpc, 8080, true},
		"the users' job and database": {egress, pod("magento-database-users"), vpc, topology.MySQLPort, true},
		"another job and database":    {egress, pod("magento-search-users"), vpc, topology.MySQLPort, false},
		"a job and the search's API":  {egress, pod("magento-search-users"), vpc, topology.HTTPSPort, true},
		"cron and SES":                {egress, pod("magento-cron"), vpc, topology.MailPort, true},
		"Varnish and SES":             {egress, varnish, vpc, topology.MailPort, false},
		"a job and SES":               {egress, pod("magento-queue-users"), vpc, topology.MailPort, false},
		"a job goes out":              {egress, pod("magento-queue-users"), internet, topology.HTTPSPort, false},
		"a pod that says nothing":     {egress, anyPod, vpc, topology.RedisPort, false},
		"and is asked nothing":        {ingress, anyPod, vpc, 8080, false},
	} {
		assert.Equal(t, c.want, open(t, all, c.direction, c.own.labels, c.other, corev1.ProtocolTCP, c.port), name)
	}
}

// TestPoliciesOpen holds that the desired state closes nothing by a policy of its own: pkg/compute/shopaccounts closes the
// namespace, and two owners of one object would overwrite each other.
func TestPoliciesOpen(t *testing.T) {
	for _, policy := range policies(t) {
		assert.NotEqual(t, "default-deny", policy.Name)
		assert.NotZero(t, len(policy.Spec.Egress)+len(policy.Spec.Ingress), policy.Name+" opens nothing")
	}
}
