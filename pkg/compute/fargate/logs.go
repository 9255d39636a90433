package fargate

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/compute/cluster"
	"github.com/magestack/magestack/pkg/compute/fluentbit"
	"github.com/magestack/magestack/pkg/compute/k8s/object"
)

// What Fargate's log router looks for (EKS User Guide, "Start AWS Fargate logging for your cluster").
const (
	observabilityNamespace = "aws-observability"
	loggingConfig          = "aws-logging"

	// maxConfigLength is how many characters the ConfigMap may have.
	maxConfigLength = 5300
)

// logGroup returns the name of the log group, which begins as all of the cluster's do.
func (a Args) logGroup() string {
	return cluster.LogPrefix(a.Environment.Cluster()) + "fargate"
}

// router returns the configuration of Fluent Bit. It may have filters, parsers and outputs alone; Fargate brings the rest. The
// group is made beforehand: one that the router made would have neither our key nor an end.
func (a Args) router() map[string]string {
	return map[string]string{
		"filters.conf": fluentbit.Section("FILTER",
			"Name", "parser", "Match", "*", "Key_name", "log", "Parser", "crio"),
		"output.conf": fluentbit.Section("OUTPUT",
			"Name", "cloudwatch_logs", "Match", "kube.*", "region", a.Account.Region,
			"log_group_name", a.logGroup(), "log_stream_prefix", "pod-", "auto_create_group", "false"),
		"parsers.conf": fluentbit.Section("PARSER",
			"Name", "crio", "Format", "Regex", "Regex", `^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>P|F) (?<log>.*)$`,
			"Time_Key", "time", "Time_Format", "%Y-%m-%dT%H:%M:%S.%L%z"),
	}
}

// logs registers the log group, and the log router's namespace and configuration.
func (b *builder) logs() error {
	config := b.args.router()
	length := 0
	for _, key := range slices.Sorted(maps.Keys(config)) {
		length += len(key) + len(config[key])
	}
	if length > maxConfigLength {
		return fmt.Errorf("configuration of the log router: has %d characters, Fargate takes %d", length, maxConfigLength)
	}
	group, err := cloudwatch.NewLogGroup(b.Ctx, b.Child("log"), &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(b.args.logGroup()),
		KmsKeyId:        b.args.KeyARN.ToStringOutput().ToStringPtrOutput(),
		RetentionInDays: pulumi.Int(b.args.LogRetentionDays),
	}, b.Parent, pulumi.Protect(b.args.Protect))
	if err != nil {
		return fmt.Errorf("log group: %w", err)
	}
	b.LogGroup = group.Name
	if err := b.protect(group); err != nil {
		return err
	}
	labels := object.RestrictedLabels() // no pod runs there
	labels["aws-observability"] = "enabled"
	namespace, err := corev1.NewNamespace(b.Ctx, b.Child("observability"), &corev1.NamespaceArgs{Metadata: metav1.ObjectMetaArgs{
		Name: pulumi.String(observabilityNamespace), Labels: pulumi.ToStringMap(labels),
	}}, b.Parent)
	if err != nil {
		return fmt.Errorf("namespace of the log router: %w", err)
	}
	router, err := corev1.NewConfigMap(b.Ctx, b.Child("log-router"), &corev1.ConfigMapArgs{
		Metadata: metav1.ObjectMetaArgs{Name: pulumi.String(loggingConfig), Namespace: pulumi.String(observabilityNamespace)},
		Data:     pulumi.ToStringMap(config),
	}, b.Parent, pulumi.DependsOn([]pulumi.Resource{group, namespace}))
	if err != nil {
		return fmt.Errorf("configuration of the log router: %w", err)
	}
	b.needed = append(b.needed, router)
	return nil
}
