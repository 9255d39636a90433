package proxysql

import (
	"time"

	"github.com/magestack/magestack/pkg/data/proxysql"
)

// How long things take, in seconds. What a pod's end takes together is grace, and a pod's start waits as long.
const (
	// refreshSeconds is how often External Secrets looks at the two secrets: 86,400 requests a month, of less than half a
	// dollar. It is half of what a rotation waits between giving ProxySQL a password and using it.
	refreshSeconds = 60

	// pollSeconds is how often a script looks at the file.
	pollSeconds = 5

	// endpointSeconds is how long nodes may take to hear that a pod is going (EKS Best Practices Guide, "Avoiding errors and
	// timeouts": preStop hook).
	endpointSeconds = 10

	// drainSeconds is what clients have to finish. PHP needs less than the longest page that CloudFront waits for; a client
	// that stays for hours would stay at any value.
	drainSeconds = 40

	// exitSeconds is ProxySQL's own end.
	exitSeconds = 10

	grace = endpointSeconds + drainSeconds + exitSeconds

	// settleSeconds is how long a start waits for a changed template to be filled in: once around External Secrets, and once
	// around kubelet, which looks at mounted Secrets every minute and a half at most.
	settleSeconds = 2*refreshSeconds + 90
)

// readinessPeriod is how often a pod is asked whether it is ready, and readinessFailures how often it must say no.
//
// A failover must not take the pods away: ProxySQL lets its clients wait for it, up to a minute
// (mysql-connect_timeout_server_max), and all pods would go at the same time.
const (
	readinessPeriod   = 5
	readinessFailures = 18
)

// topologyPeriod is how long ProxySQL takes between two looks at the topology: a readiness that is asked for less often
// finds it read.
const topologyPeriod = proxysql.CheckIntervalMilliseconds * time.Millisecond
