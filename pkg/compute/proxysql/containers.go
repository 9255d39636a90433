package proxysql

import (
	"fmt"
	"path"
	"strconv"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/magestack/magestack/pkg/data/proxysql"
)

// Where the containers find things. authoritiesFile must come to proxysql.DefaultCAFile, which the template names.
const (
	configDirectory   = "/etc/proxysql"
	authoritiesFile   = "rds-ca.pem"
	templateDirectory = "/etc/proxysql-template"
	scriptDirectory   = "/opt/proxysql"
	runDirectory      = "/run/proxysql"
)

// The volumes.
const (
	configVolume   = "configuration"
	templateVolume = "template"
	scriptVolume   = "scripts"
	dataVolume     = "data"
	runVolume      = "run"
)

const (
	// readableByGroup is the mode of mounted files, 0440: they belong to root and to the pod's group.
	readableByGroup = 0o440

	// dataGiB bounds the data directory: tables, history of statistics, a certificate.
	dataGiB = 1

	sidecarMilli = 10
)

// server is the container of ProxySQL itself.
func (b *builder) server() corev1.ContainerArgs {
	c := b.container("start", memoryMiB(b.args.Budget.PerPod, b.args.Instances), processorMilli)
	c.Name = pulumi.String("proxysql")
	c.Ports = corev1.ContainerPortArray{
		corev1.ContainerPortArgs{Name: pulumi.String(clientPortName), ContainerPort: pulumi.Int(proxysql.ClientPort), Protocol: pulumi.String("TCP")},
		corev1.ContainerPortArgs{Name: pulumi.String("metrics"), ContainerPort: pulumi.Int(proxysql.MetricsPort), Protocol: pulumi.String("TCP")},
	}
	c.StartupProbe = probe("live", 2, 60)
	c.LivenessProbe = probe("live", 10, 6)
	c.ReadinessProbe = probe("ready", readinessPeriod, readinessFailures)
	c.Lifecycle = corev1.LifecycleArgs{PreStop: corev1.LifecycleHandlerArgs{Exec: corev1.ExecActionArgs{Command: run("stop")}}}
	return c
}

// container runs a script of ours in ProxySQL's image. All have the same memory as they ask for, so that none is the
// first to be killed when a node is full.
func (b *builder) container(script string, mebibytes, milli int) corev1.ContainerArgs {
	memory := pulumi.String(fmt.Sprintf("%dMi", mebibytes))
	return corev1.ContainerArgs{
		Name:            pulumi.String(script),
		Image:           b.args.Image,
		ImagePullPolicy: pulumi.String("IfNotPresent"),
		Command:         run(script),
		Env:             environment(),
		Resources: corev1.ResourceRequirementsArgs{
			Requests: pulumi.StringMap{"cpu": pulumi.String(fmt.Sprintf("%dm", milli)), "memory": memory},
			Limits:   pulumi.StringMap{"memory": memory},
		},
		SecurityContext: corev1.SecurityContextArgs{
			AllowPrivilegeEscalation: pulumi.Bool(false),
			ReadOnlyRootFilesystem:   pulumi.Bool(true),
			RunAsNonRoot:             pulumi.Bool(true),
			Capabilities:             corev1.CapabilitiesArgs{Drop: pulumi.ToStringArray([]string{"ALL"})},
			SeccompProfile:           corev1.SeccompProfileArgs{Type: pulumi.String("RuntimeDefault")},
		},
		VolumeMounts: corev1.VolumeMountArray{
			mount(configVolume, configDirectory, true), mount(templateVolume, templateDirectory, true),
			mount(scriptVolume, scriptDirectory, true),
			mount(dataVolume, proxysql.DataDirectory, false), mount(runVolume, runDirectory, false),
		},
	}
}

// environment is what the scripts are told. HOME is where a client looks for options that are not given to it.
func environment() corev1.EnvVarArray {
	var variables corev1.EnvVarArray
	for _, v := range [][2]string{
		{"HOME", runDirectory},
		{"CONFIG", configDirectory}, {"TEMPLATE", templateDirectory}, {"RUN", runDirectory}, {"DATA", proxysql.DataDirectory},
		{"ANOTHER_GROUP", proxysql.AnotherGroup},
		{"WRITER_HOSTGROUP", strconv.Itoa(proxysql.WriterHostgroup)},
		{"POLL_SECONDS", strconv.Itoa(pollSeconds)},
		{"PREDECESSOR_SECONDS", strconv.Itoa(grace)},
		{"SETTLE_SECONDS", strconv.Itoa(settleSeconds)},
		{"ENDPOINT_SECONDS", strconv.Itoa(endpointSeconds)},
		{"DRAIN_SECONDS", strconv.Itoa(drainSeconds)},
	} {
		variables = append(variables, corev1.EnvVarArgs{Name: pulumi.String(v[0]), Value: pulumi.String(v[1])})
	}
	return variables
}

// run is the command of a script. It is read, not run: a ConfigMap's files need no right to be run.
func run(script string) pulumi.StringArray {
	return pulumi.ToStringArray([]string{"/bin/sh", path.Join(scriptDirectory, script+".sh")})
}

// probe runs a script in the pod: kubelet itself does not reach the administration.
func probe(script string, period, failures int) corev1.ProbeArgs {
	return corev1.ProbeArgs{
		Exec:             corev1.ExecActionArgs{Command: run(script)},
		PeriodSeconds:    pulumi.Int(period),
		TimeoutSeconds:   pulumi.Int(5),
		FailureThreshold: pulumi.Int(failures),
	}
}

func mount(volume, where string, readOnly bool) corev1.VolumeMountArgs {
	return corev1.VolumeMountArgs{Name: pulumi.String(volume), MountPath: pulumi.String(where), ReadOnly: pulumi.Bool(readOnly)}
}

// volumes are mounted as whole directories: kubelet never updates a file that is mounted by itself (subPath).
func (b *builder) volumes() corev1.VolumeArray {
	mode := pulumi.Int(readableByGroup)
	return corev1.VolumeArray{
		corev1.VolumeArgs{Name: pulumi.String(configVolume), Projected: corev1.ProjectedVolumeSourceArgs{
			DefaultMode: mode,
			Sources: corev1.VolumeProjectionArray{
				corev1.VolumeProjectionArgs{Secret: corev1.SecretProjectionArgs{
					Name: pulumi.String(configurationSecret), Items: items(configurationFile, adminFile, clientFile, statementsFile),
				}},
				corev1.VolumeProjectionArgs{ConfigMap: corev1.ConfigMapProjectionArgs{
					Name: pulumi.String(b.trust), Items: items(authoritiesFile),
				}},
			},
		}},
		corev1.VolumeArgs{Name: pulumi.String(templateVolume), Secret: corev1.SecretVolumeSourceArgs{
			SecretName: pulumi.String(templateSecret), DefaultMode: mode, Items: items(configurationFile),
		}},
		corev1.VolumeArgs{Name: pulumi.String(scriptVolume), ConfigMap: corev1.ConfigMapVolumeSourceArgs{
			Name: pulumi.String(b.scripts), DefaultMode: mode,
		}},
		corev1.VolumeArgs{Name: pulumi.String(dataVolume), EmptyDir: corev1.EmptyDirVolumeSourceArgs{
			SizeLimit: pulumi.String(fmt.Sprintf("%dGi", dataGiB)),
		}},
		corev1.VolumeArgs{Name: pulumi.String(runVolume), EmptyDir: corev1.EmptyDirVolumeSourceArgs{
			Medium: pulumi.String("Memory"), SizeLimit: pulumi.String("1Mi"),
		}},
	}
}

// items are keys that are files of the same name.
func items(keys ...string) corev1.KeyToPathArray {
	var array corev1.KeyToPathArray
	for _, key := range keys {
		array = append(array, corev1.KeyToPathArgs{Key: pulumi.String(key), Path: pulumi.String(key)})
	}
	return array
}
