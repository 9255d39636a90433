package logs

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"github.com/magestack/magestack/pkg/compute/fluentbit"
	"github.com/magestack/magestack/pkg/naming"
)

// What Fluent Bit may keep. A node keeps 10 MiB in 5 files of each container (kubelet, containerLogMaxSize and
// containerLogMaxFiles), so that there is as much again on a node with fifty of them.
const (
	// bufferLimit is how much on the disk waits for CloudWatch. The oldest goes when there is more.
	bufferLimit = "512M"

	// chunksInMemory bounds the memory: a chunk has at most 2 MB (Fluent Bit, "Buffering and storage").
	chunksInMemory = "32"

	// backlogMemory is how much of what an earlier pod left is in memory at a time.
	backlogMemory = "16M"
)

// Times in seconds.
const (
	flushSeconds     = 5  // between two requests for a container
	retryCapSeconds  = 60 // the longest pause between attempts; there is no last one
	rotationSeconds  = 30 // a file that the kubelet has rotated is read on for so long
	discoverySeconds = 5  // between two looks for new files
)

// flushGraceSeconds leaves a pod five seconds of graceSeconds to stop in.
const flushGraceSeconds = graceSeconds - 5

// httpPort answers probes.
const httpPort = 2020

// config is the configuration of Fluent Bit, in the parts that the chart joins.
type config struct {
	Service string `json:"service"`
	Inputs  string `json:"inputs"`
	Filters string `json:"filters"`
	Outputs string `json:"outputs"`
	Parsers string `json:"customParsers"` // empty: in place of one of the chart's
}

func (a Args) config() config {
	return config{Service: service(), Inputs: inputs(), Filters: filters(), Outputs: a.outputs()}
}

func service() string {
	return fluentbit.Section("SERVICE",
		"Daemon", "Off", "Log_Level", "warn",
		"Flush", strconv.Itoa(flushSeconds), "Grace", strconv.Itoa(flushGraceSeconds),
		"HTTP_Server", "On", "HTTP_Listen", "0.0.0.0", "HTTP_Port", strconv.Itoa(httpPort), "Health_Check", "On",
		"scheduler.base", strconv.Itoa(flushSeconds), "scheduler.cap", strconv.Itoa(retryCapSeconds),
		"storage.path", stateFolder+"/buffer", "storage.max_chunks_up", chunksInMemory, "storage.backlog.mem_limit", backlogMemory,
		"storage.delete_irrecoverable_chunks", "On",
	)
}

// fileName takes a log's name apart, as the kubelet makes it: POD_NAMESPACE_CONTAINER-ID.log. No name of Kubernetes has an
// underscore.
const fileName = `(?<pod>[^_/]+)_(?<namespace>[^_]+)_(?<container>.+)-[a-f0-9]{64}\.log$`

// inputs reads every container's log from its beginning, once: the position of each file is kept by its inode, with a mark of
// what is before it. Not by its name, too (DB.compare_filename): the names here are links, which are never those of the
// files, so that a new pod would send every log again. Fluent Bit's own log stays on the node: while CloudWatch does not answer, it would be a line for every
// attempt to send the lines before.
func inputs() string {
	return fluentbit.Section("INPUT",
		"Name", "tail", "Path", logsFolder+"/containers/*.log", "Exclude_Path", logsFolder+"/containers/"+release+"-*_"+naming.NamespaceLogging+"_*.log",
		"multiline.parser", "cri",
		"Tag", "kube.<namespace>.<pod>.<container>", "Tag_Regex", fileName,
		"DB", stateFolder+"/positions.db", "Read_from_Head", "true",
		"Refresh_Interval", strconv.Itoa(discoverySeconds), "Rotate_Wait", strconv.Itoa(rotationSeconds),
		"Skip_Long_Lines", "On", "storage.type", "filesystem",
	)
}

// filters passes every event to the script.
func filters() string {
	return fluentbit.Section("FILTER", "Name", "lua", "Match", "kube.*", "script", "/fluent-bit/scripts/"+scriptName, "call", "pod")
}

// outputs sends the text of an event alone: JSON that a pod writes stays JSON, which CloudWatch Logs Insights takes apart.
// Namespace, pod and container are in the names of group and stream, which the script sets. No event is given up: what
// CloudWatch does not take waits on the disk.
func (a Args) outputs() string {
	return fluentbit.Section("OUTPUT",
		"Name", "cloudwatch_logs", "Match", "kube.*", "region", a.Account.Region,
		"log_group_name", a.groupPrefix()+other, "log_group_template", a.groupPrefix()+"$group",
		"log_stream_prefix", other+"/", "log_stream_template", "$source",
		"log_key", "log", "auto_create_group", "false",
		"Retry_Limit", "no_limits", "storage.total_limit_size", bufferLimit,
	)
}

// scriptName is the file of the script.
const scriptName = "pod.lua"

//go:embed pod.lua
var podScript string

// script returns the script with the namespaces that have a log group of their own.
func script() string {
	var entries []string
	for _, namespace := range namespaces() {
		entries = append(entries, fmt.Sprintf("[%q] = true", namespace))
	}
	return "local groups = { " + strings.Join(entries, ", ") + " }\n" + podScript
}
