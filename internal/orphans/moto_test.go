package orphans

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAgainstAnAPI asks the real CLI and an API on this machine: options, filters and the shapes of answers are as AWS
// has them. It is skipped where either is missing.
func TestAgainstAnAPI(t *testing.T) {
	if testing.Short() {
		t.Skip("the CLI takes a second for each of two dozen calls")
	}
	for _, name := range []string{"aws", "moto_server"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skip(name + " is not on the PATH")
		}
	}
	aws := localAPI(t)
	vpc := aws("Vpc.VpcId", "ec2", "create-vpc", "--cidr-block", "10.0.0.0/16")
	subnet := aws("Subnet.SubnetId", "ec2", "create-subnet", "--vpc-id", vpc, "--cidr-block", "10.0.0.0/24", "--availability-zone", "eu-central-1a")
	second := aws("Subnet.SubnetId", "ec2", "create-subnet", "--vpc-id", vpc, "--cidr-block", "10.0.1.0/24", "--availability-zone", "eu-central-1b")
	ours := aws("GroupId", "ec2", "create-security-group", "--group-name", "nodes", "--description", "ours", "--vpc-id", vpc)
	group := aws("GroupId", "ec2", "create-security-group", "--group-name", "CloudFront-VPCOrigins-Service-SG", "--description", "x", "--vpc-id", vpc)
	eni := aws("NetworkInterface.NetworkInterfaceId", "ec2", "create-network-interface", "--subnet-id", subnet, "--description", "aws-K8S-i-0123", "--groups", ours)
	instance := aws("Instances.0.InstanceId", "ec2", "run-instances", "--image-id", "ami-12345678", "--subnet-id", subnet,
		"--tag-specifications", "ResourceType=instance,Tags=[{Key=karpenter.sh/nodepool,Value=web}]")
	balancer := aws("LoadBalancers.0.LoadBalancerArn", "elbv2", "create-load-balancer", "--name", "k8s-magento-web", "--subnets", subnet, second, "--scheme", "internal")
	targets := aws("TargetGroups.0.TargetGroupArn", "elbv2", "create-target-group", "--name", "k8s-magento-web", "--protocol", "HTTP", "--port", "80", "--vpc-id", vpc)
	endpoint := aws("VpcEndpoint.VpcEndpointId", "ec2", "create-vpc-endpoint", "--vpc-id", vpc, "--service-name", "com.amazonaws.eu-central-1.s3")
	zone := aws("HostedZone.Id", "route53", "create-hosted-zone", "--name", "example.com", "--caller-reference", "x")

	f := Finder{AWS: aws.run, Region: "eu-central-1", Cluster: "magento-staging", Known: func(id string) bool { return id == ours }}
	found, err := f.Network(context.Background(), vpc)
	require.NoError(t, err)
	// The API gives interfaces to instances and load balancers, and keeps them when those are gone.
	ofAPI := func(l Leftover) bool { return l.What == "network interface" && l.ID != eni }
	var removals []string
	for _, l := range slices.DeleteFunc(found, ofAPI) {
		removals = append(removals, l.Remove)
	}
	const region = " --region eu-central-1"
	assert.Equal(t, []string{
		"aws ec2 terminate-instances --instance-ids " + instance + region,
		"aws elbv2 delete-load-balancer --load-balancer-arn " + balancer + region,
		"aws elbv2 delete-target-group --target-group-arn " + targets + region,
		"aws ec2 delete-vpc-endpoints --vpc-endpoint-ids " + endpoint + region,
		"aws ec2 delete-network-interface --network-interface-id " + eni + region,
		"aws ec2 delete-security-group --group-id " + group + region,
	}, removals)

	// What is printed does what it says. The API fails to delete endpoints, whoever asks.
	f.Known = func(id string) bool { return id == ours || id == endpoint }
	for _, removal := range removals {
		if !strings.Contains(removal, endpoint) {
			aws("", strings.Fields(removal)[1:]...)
		}
	}
	found, err = f.Network(context.Background(), vpc)
	require.NoError(t, err)
	assert.Empty(t, slices.DeleteFunc(found, ofAPI))

	records, err := f.Records(context.Background(), zone)
	require.NoError(t, err)
	assert.Empty(t, records, "a zone's own records are not in its way")
	_, err = f.Orphans(context.Background())
	assert.NoError(t, err)
	takenByAPI(t, f, aws)
}

// takenByAPI makes what an earlier environment leaves, finds it by its names, and removes it as is printed.
func takenByAPI(t *testing.T, f Finder, aws api) {
	t.Helper()
	aws("", "logs", "create-log-group", "--log-group-name", "/aws/eks/magento-staging/cluster")
	secret := aws("ARN", "secretsmanager", "create-secret", "--name", "magento/staging/admin", "--secret-string", "x")
	aws("", "secretsmanager", "delete-secret", "--secret-id", secret)
	key := aws("KeyMetadata.KeyId", "kms", "create-key")
	aws("", "kms", "create-alias", "--alias-name", "alias/magento/staging/media", "--target-key-id", key)
	names := []Named{{LogGroupType, "/aws/eks/magento-staging/cluster", f.Region}, {secretType, "magento/staging/admin", f.Region}, {aliasType, "alias/magento/staging/media", f.Region}}
	taken, err := f.Taken(context.Background(), names)
	require.NoError(t, err)
	require.Len(t, taken, len(names))
	assert.Contains(t, taken[1].MadeBy, "which was destroyed on 20")
	for _, l := range taken {
		removal, _, _ := strings.Cut(l.Remove, " #")
		aws("", strings.Fields(removal)[1:]...)
	}
	taken, err = f.Taken(context.Background(), names)
	require.NoError(t, err)
	assert.Empty(t, taken)
}

// api calls the CLI, and gives the part of the answer at a path.
type api func(path string, arguments ...string) string

func (a api) run(_ context.Context, arguments ...string) ([]byte, error) {
	return []byte(a("", arguments...)), nil
}

// localAPI starts an API on a port that it chooses itself, and ends it with the test.
func localAPI(t *testing.T) api {
	t.Helper()
	server := exec.Command("moto_server", "-H", "127.0.0.1", "-p", "0")
	output, err := server.StderrPipe()
	require.NoError(t, err)
	server.Stdout = server.Stderr
	require.NoError(t, server.Start())
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	where := regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	var url string
	lines := bufio.NewScanner(output)
	for url == "" && lines.Scan() {
		url = where.FindString(lines.Text())
	}
	require.NotEmpty(t, url, "the server said no address")
	go func() {
		for lines.Scan() { // or it would block on a full pipe
		}
	}()
	return func(path string, arguments ...string) string {
		t.Helper()
		command := exec.Command("aws", arguments...)
		command.Env = append(os.Environ(), "AWS_ENDPOINT_URL="+url, "AWS_ACCESS_KEY_ID=x", "AWS_SECRET_ACCESS_KEY=x",
			"AWS_REGION=eu-central-1", "AWS_DEFAULT_REGION=eu-central-1", "AWS_DEFAULT_OUTPUT=json", "AWS_PAGER=")
		var problems strings.Builder
		command.Stderr = &problems
		answer, err := command.Output()
		require.NoError(t, err, "%s: %s", arguments, problems.String())
		return at(t, answer, path)
	}
}

func at(t *testing.T, answer []byte, path string) string {
	t.Helper()
	if path == "" {
		return string(answer)
	}
	var value any
	require.NoError(t, json.Unmarshal(answer, &value))
	for _, key := range strings.Split(path, ".") {
		switch inner := value.(type) {
		case map[string]any:
			value = inner[key]
		case []any:
			value = inner[0]
		}
	}
	text, ok := value.(string)
	require.True(t, ok, "no %s in %s", path, answer)
	return text
}
