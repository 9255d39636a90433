package settings

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/magestack/magestack/pkg/aws/topology"
	"github.com/magestack/magestack/pkg/compute/gitops/repository"
	"github.com/magestack/magestack/pkg/enum"
	"github.com/magestack/magestack/pkg/naming"
)

// RepositoryURL is the address of a Git repository, empty for none.
type RepositoryURL string

// ssh and https are the schemes of a RepositoryURL.
const (
	schemeHTTPS = "https"
	schemeSSH   = "ssh"
)

// Allowed says what a RepositoryURL may be.
func (RepositoryURL) Allowed() string {
	return "https://host/path.git or ssh://git@host:443/path.git, without a password, or nothing"
}

// repositoryFormat is an address without what would end the line that it stands in.
var repositoryFormat = regexp.MustCompile(`^(https|ssh)://[A-Za-z0-9][\w@.:/~-]*$`)

// UnmarshalText refuses what Argo CD could not fetch from, or what has a credential in it. SSH is over 443, the one port that is open to the
// internet (topology.Exits): GitHub, GitLab and Bitbucket have hosts for it.
func (r *RepositoryURL) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*r = ""
		return nil
	}
	parsed, err := url.Parse(string(text))
	if err != nil || !repositoryFormat.Match(text) || parsed.Hostname() == "" || len(parsed.Path) < 2 {
		return fmt.Errorf("must be %s", r.Allowed())
	}
	switch _, hasPassword := parsed.User.Password(); {
	case hasPassword || parsed.Scheme == schemeHTTPS && parsed.User != nil:
		return fmt.Errorf("must be %s: credentials belong into Secrets Manager", r.Allowed())
	case parsed.Scheme == schemeSSH && (parsed.Port() != strconv.Itoa(topology.HTTPSPort) || parsed.User.Username() == ""):
		return fmt.Errorf("must be %s: nothing but port %d is open to the internet; GitHub answers at ssh://git@ssh.github.com:443, "+
			"GitLab at ssh://git@altssh.gitlab.com:443, Bitbucket at ssh://git@altssh.bitbucket.org:443", r.Allowed(), topology.HTTPSPort)
	}
	*r = RepositoryURL(text)
	return nil
}

// ssh reports whether the repository is reached by SSH, which has no anonymous users.
func (r RepositoryURL) ssh() bool { return strings.HasPrefix(string(r), schemeSSH+"://") }

// GitOps holds what magento-compute is told of Argo CD and of the desired state that it applies.
type GitOps struct {
	// GitOpsRepository is the Git repository of the desired state. Without one there is Argo CD, and nothing that it applies.
	GitOpsRepository RepositoryURL `key:"gitopsRepository" default:"" differs:"domain"`

	// GitOpsPath is the folder of the repository that gitops/ was copied to. Argo CD applies overlays/ENVIRONMENT/stores and
	// overlays/ENVIRONMENT/shop below it.
	GitOpsPath string `key:"gitopsPath" default:"gitops" allowed:"a folder of the repository, without a slash at its ends"`

	// GitOpsRevision is the branch, tag or commit that is applied. It must be named beside gitopsRepository: HEAD is whatever
	// is made the default branch.
	GitOpsRevision string `key:"gitopsRevision" default:"" differs:"domain" allowed:"a branch, a tag or a commit, but not HEAD"`

	// GitOpsCredentials is how the repository is read: anonymously, with a deploy key of SSH, or with a token. The secret
	// argocd/repository of the environment has the key or the token (docs/operations.md, "Argo CD").
	GitOpsCredentials repository.Credentials `key:"gitopsCredentials" default:"none" differs:"domain" allowed:"none, deploy-key or token"`

	// ArgoCDIssuer is the OpenID Connect issuer of the login to Argo CD. Without one there is no login.
	ArgoCDIssuer string `key:"argocdIssuer" default:"" differs:"domain" allowed:"https://host/path, or nothing"`

	// ArgoCDClientID is what the issuer calls Argo CD. The secret argocd/oidc of the environment has what the issuer gave with it.
	ArgoCDClientID string `key:"argocdClientId" default:"" differs:"domain" allowed:"letters, digits and . _ : / - , or nothing"`

	// ArgoCDOperatorGroups are the issuer's groups that may synchronise, restart and read logs. What is applied is changed in Git and in
	// these settings alone.
	ArgoCDOperatorGroups []Group `key:"argocdOperatorGroups" default:"[]" differs:"domain"`

	// ArgoCDReaderGroups are the issuer's groups that may see what is applied. Who is in no group sees nothing.
	ArgoCDReaderGroups []Group `key:"argocdReaderGroups" default:"[]" differs:"domain"`
}

// Group is a group of an identity provider.
type Group string

// groupFormat leaves out what separates fields of Argo CD's policy, and what begins a comment or a role of it.
var groupFormat = regexp.MustCompile(`^[A-Za-z0-9][\w .:/@-]{0,127}$`)

// Allowed says what a Group may be.
func (Group) Allowed() string {
	return "a group's name or id, of letters, digits, spaces and . _ : / @ -"
}

// UnmarshalText refuses a name that would be more than a name in Argo CD's policy, such as one with a comma, and a role's.
func (g *Group) UnmarshalText(text []byte) error {
	if !groupFormat.Match(text) || strings.HasPrefix(string(text), "role:") || strings.TrimSpace(string(text)) != string(text) {
		return fmt.Errorf("must be %s", g.Allowed())
	}
	*g = Group(text)
	return nil
}

var (
	revisionFormat = regexp.MustCompile(`^[A-Za-z0-9][\w./-]{0,254}$`)
	clientIDFormat = regexp.MustCompile(`^[A-Za-z0-9][\w.:/-]{0,254}$`)
	issuerFormat   = regexp.MustCompile(`^https://[A-Za-z0-9][\w.:/-]*$`)
	folderFormat   = regexp.MustCompile(`^[\w.-]+(/[\w.-]+)*$`)
)

func (s GitOps) rules() []rule {
	return []rule{
		computeRule(s.repositoryProblems, "gitopsRepository", "gitopsPath", "gitopsRevision", "gitopsCredentials"),
		computeRule(s.loginProblems, "argocdIssuer", "argocdClientId", "argocdOperatorGroups", "argocdReaderGroups"),
	}
}

func (s GitOps) repositoryProblems(refuse refusal) {
	choose(refuse, "gitopsCredentials", s.GitOpsCredentials, repository.AllCredentials())
	if !folderFormat.MatchString(s.GitOpsPath) || path.Clean(s.GitOpsPath) != s.GitOpsPath || strings.HasPrefix(s.GitOpsPath, "..") {
		refuse("gitopsPath", s.GitOpsPath, "must be a folder of the repository, such as gitops, without a slash at its ends")
	}
	revision := "must be a branch, a tag or a commit"
	switch {
	case strings.EqualFold(s.GitOpsRevision, "HEAD"):
		refuse("gitopsRevision", s.GitOpsRevision, revision+": HEAD is whatever is made the default branch")
	case s.GitOpsRevision != "" && (!revisionFormat.MatchString(s.GitOpsRevision) || strings.Contains(s.GitOpsRevision, "..")):
		refuse("gitopsRevision", s.GitOpsRevision, revision)
	case s.GitOpsRevision == "" && s.GitOpsRepository != "":
		refuse("gitopsRevision", "", "missing beside gitopsRepository; "+revision)
	case s.GitOpsRevision != "" && s.GitOpsRepository == "":
		refuse("gitopsRevision", s.GitOpsRevision, "is of no repository; name it in gitopsRepository")
	}
	switch deployKey, token := s.GitOpsCredentials == repository.DeployKey, s.GitOpsCredentials == repository.Token; {
	case s.GitOpsRepository == "" && (deployKey || token):
		refuse("gitopsCredentials", string(s.GitOpsCredentials), "are of no repository; name it in gitopsRepository")
	case s.GitOpsRepository.ssh() && !deployKey && enum.Check(s.GitOpsCredentials, repository.AllCredentials()) == nil:
		refuse("gitopsCredentials", string(s.GitOpsCredentials), "must be deploy-key for "+string(s.GitOpsRepository)+": SSH has no anonymous users")
	case s.GitOpsRepository != "" && !s.GitOpsRepository.ssh() && deployKey:
		refuse("gitopsCredentials", string(s.GitOpsCredentials), "must be none or token for "+string(s.GitOpsRepository)+": a deploy key is for ssh://")
	}
}

func (s GitOps) loginProblems(refuse refusal) {
	groups := len(s.ArgoCDOperatorGroups) + len(s.ArgoCDReaderGroups)
	if s.ArgoCDIssuer != "" && !issuerFormat.MatchString(s.ArgoCDIssuer) {
		refuse("argocdIssuer", s.ArgoCDIssuer, "must be https://host/path, as in the issuer's /.well-known/openid-configuration")
	}
	if s.ArgoCDClientID != "" && !clientIDFormat.MatchString(s.ArgoCDClientID) {
		refuse("argocdClientId", s.ArgoCDClientID, "must be letters, digits and . _ : / -")
	}
	switch {
	case s.ArgoCDIssuer == "" && (s.ArgoCDClientID != "" || groups > 0):
		refuse("argocdIssuer", "", "missing beside argocdClientId and the groups: nobody could log in")
	case s.ArgoCDIssuer != "" && s.ArgoCDClientID == "":
		refuse("argocdClientId", "", "missing beside argocdIssuer")
	}
	if s.ArgoCDIssuer != "" && groups == 0 {
		refuse("argocdOperatorGroups", "[]", "must name a group, here or in argocdReaderGroups: who is in none sees nothing")
	}
}

// computeRule is a rule about settings of magento-compute.
func computeRule(check func(refusal), names ...string) rule {
	return rule{computeKeys(names...), func() []Problem {
		var problems []Problem
		check(func(name, value, message string) {
			problems = append(problems, Problem{naming.ProjectCompute + ":" + name, value, message})
		})
		return problems
	}}
}
