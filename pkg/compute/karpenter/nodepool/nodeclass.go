package nodepool

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/magestack/magestack/pkg/enum"
)

// Class is an EC2NodeClass: what EC2 is asked for when a node is made.
type Class struct {
	AMISelectorTerms           []AMITerm         `json:"amiSelectorTerms"`
	SubnetSelectorTerms        []SelectorTerm    `json:"subnetSelectorTerms"`
	SecurityGroupSelectorTerms []SelectorTerm    `json:"securityGroupSelectorTerms"`
	InstanceProfile            string            `json:"instanceProfile,omitempty"`
	AssociatePublicIPAddress   bool              `json:"associatePublicIPAddress"`
	DetailedMonitoring         bool              `json:"detailedMonitoring"`
	MetadataOptions            MetadataOptions   `json:"metadataOptions"`
	BlockDeviceMappings        []BlockDevice     `json:"blockDeviceMappings"`
	Kubelet                    Kubelet           `json:"kubelet"`
	Tags                       map[string]string `json:"tags,omitempty"`
}

// AMITerm selects images.
type AMITerm struct {
	Alias string `json:"alias"`
}

// SelectorTerm selects a subnet or a security group. The API also selects by tags, which a principal that may tag could put on
// others, and no plan shows what they find.
type SelectorTerm struct {
	ID string `json:"id"`
}

func terms(ids []string) []SelectorTerm {
	selected := make([]SelectorTerm, len(ids))
	for i, id := range ids {
		selected[i].ID = id
	}
	return selected
}

// MetadataOptions says who reaches an instance's metadata, and with it the node's credentials.
type MetadataOptions struct {
	HTTPEndpoint            string `json:"httpEndpoint"`
	HTTPProtocolIPv6        string `json:"httpProtocolIPv6"`
	HTTPPutResponseHopLimit int    `json:"httpPutResponseHopLimit"`
	HTTPTokens              string `json:"httpTokens"`
}

// BlockDevice is a volume of a node.
type BlockDevice struct {
	DeviceName string `json:"deviceName"`
	RootVolume bool   `json:"rootVolume,omitempty"`
	EBS        EBS    `json:"ebs"`
}

// EBS is what a volume is made of.
type EBS struct {
	VolumeType          string `json:"volumeType"`
	VolumeSize          string `json:"volumeSize"`
	IOPS                int    `json:"iops,omitempty"`
	Throughput          int    `json:"throughput,omitempty"` // MiB/s
	Encrypted           bool   `json:"encrypted"`
	KMSKeyID            string `json:"kmsKeyID,omitempty"`
	DeleteOnTermination bool   `json:"deleteOnTermination"`
}

// Kubelet says what a node keeps for itself, and when it puts pods out.
type Kubelet struct {
	SystemReserved          map[string]string `json:"systemReserved,omitempty"`
	EvictionHard            map[string]string `json:"evictionHard,omitempty"`
	EvictionSoft            map[string]string `json:"evictionSoft,omitempty"`
	EvictionSoftGracePeriod map[string]Period `json:"evictionSoftGracePeriod,omitempty"`
}

// className is the one class that all pools share: they differ in which instances they take, not in what those are.
const className = "magento"

// Image says which image nodes are made of.
type Image string

// The pinned image changes with a commit. The latest follows AWS's releases, each of which replaces every node, on a day
// that is not planned.
const (
	ImagePinned Image = "pinned"
	ImageLatest Image = "latest"
)

// LatestAlias is the alias of ImageLatest.
const LatestAlias = "al2023@latest"

// Allowed lists the values.
func (Image) Allowed() string { return enum.Alternatives([]Image{ImagePinned, ImageLatest}) }

// UnmarshalText reads a setting.
func (i *Image) UnmarshalText(text []byte) error {
	*i = Image(text)
	return enum.Check(*i, []Image{ImagePinned, ImageLatest})
}

// NewClass is the class of our nodes on an image, in the subnets and groups, without what other resources give: the
// instance profile, EKS's own group and the key.
func NewClass(image string, subnetIDs, groupIDs []string, tags map[string]string) Object[Class] {
	return Object[Class]{
		APIVersion: classVersion, Kind: ClassKind,
		Metadata: Metadata{Name: className},
		Spec: Class{
			AMISelectorTerms:           []AMITerm{{Alias: image}},
			SubnetSelectorTerms:        terms(subnetIDs),
			SecurityGroupSelectorTerms: terms(groupIDs),
			AssociatePublicIPAddress:   false,
			DetailedMonitoring:         true, // what alarms read comes each minute, not every five
			// A pod's packets take one hop more than the node's own, so that the node's credentials stay with it (EKS
			// Best Practices, "Restrict access to the instance profile").
			MetadataOptions: MetadataOptions{HTTPEndpoint: "enabled", HTTPProtocolIPv6: "disabled", HTTPPutResponseHopLimit: 1, HTTPTokens: "required"},
			BlockDeviceMappings: []BlockDevice{{
				DeviceName: "/dev/xvda", // the root device of the Amazon Linux 2023 images
				RootVolume: true,
				EBS: EBS{
					VolumeType: "gp3",
					VolumeSize: "50Gi",                // an image of Magento has more than 1 GiB, and a node keeps several releases of it
					IOPS:       3000, Throughput: 125, // what gp3 has without a surcharge
					Encrypted: true, DeleteOnTermination: true,
				},
			}},
			Kubelet: reservations(),
			Tags:    tags,
		},
	}
}

// reservations keep PHP from taking a node down with it. What the kubelet itself needs grows with the instance, and is
// left to the image's and Karpenter's own formula, which agree only as long as it is not set; what is set here is on
// top, for the system and as a reserve: at memory.available below the soft line for a while, or below the hard one at
// once, pods over their requests go before the kernel chooses.
func reservations() Kubelet {
	return Kubelet{
		SystemReserved:          map[string]string{"cpu": "100m", "memory": "200Mi", "ephemeral-storage": "1Gi"},
		EvictionHard:            map[string]string{"memory.available": "200Mi", "nodefs.available": "10%", "nodefs.inodesFree": "5%"},
		EvictionSoft:            map[string]string{"memory.available": "400Mi", "nodefs.available": "15%"},
		EvictionSoftGracePeriod: map[string]Period{"memory.available": "1m0s", "nodefs.available": "2m0s"},
	}
}

var aliasFormat = regexp.MustCompile(`^al2023@(latest|v\d{8})$`)

// restrictedTags are set by Karpenter itself (Karpenter 1.14, EC2NodeClass: spec.tags).
var restrictedTags = []string{"eks:eks-cluster-name", "karpenter.sh/nodepool", "karpenter.sh/nodeclaim", "karpenter.k8s.aws/ec2nodeclass"}

// ValidateClass refuses what EC2 would, and what would leave nodes open or unencrypted.
func ValidateClass(o Object[Class]) error {
	c := o.Spec
	var problems []error
	add := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if len(c.AMISelectorTerms) != 1 || !aliasFormat.MatchString(c.AMISelectorTerms[0].Alias) {
		add("amiSelectorTerms: must be one alias, al2023@v and the date of a release, or al2023@latest")
	}
	if len(c.SubnetSelectorTerms) == 0 || len(c.SecurityGroupSelectorTerms) == 0 {
		add("subnetSelectorTerms, securityGroupSelectorTerms: at least one of each is required")
	}
	if m := c.MetadataOptions; m.HTTPTokens != "required" || m.HTTPPutResponseHopLimit != 1 {
		add("metadataOptions: tokens %q, hop limit %d: must be required and 1, which keep a node's credentials from pods", m.HTTPTokens, m.HTTPPutResponseHopLimit)
	}
	if len(c.BlockDeviceMappings) == 0 {
		add("blockDeviceMappings: at least one is required: the image's own volume has no key of ours")
	}
	for _, device := range c.BlockDeviceMappings {
		if !device.EBS.Encrypted {
			add("blockDeviceMappings: %s: must be encrypted", device.DeviceName)
		}
	}
	for key := range c.Tags {
		if key == "" || slices.Contains(restrictedTags, key) || strings.HasPrefix(key, "kubernetes.io/cluster") {
			add("tags: %q: is Karpenter's own", key)
		}
	}
	if len(problems) == 0 {
		return nil
	}
	return fmt.Errorf("%s %q: %w", ClassKind, o.Metadata.Name, errors.Join(problems...))
}
