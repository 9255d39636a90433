// Package repository says how Argo CD reads the repository of the desired state.
package repository

import (
	"fmt"

	"github.com/magestack/magestack/pkg/enum"
)

// Credentials is how a repository is read.
type Credentials string

// The ways.
const (
	Public    Credentials = "none"       // it is public
	DeployKey Credentials = "deploy-key" // a private key of SSH
	Token     Credentials = "token"      // a user name and a token, by HTTPS
)

// AllCredentials lists the ways.
func AllCredentials() []Credentials { return []Credentials{Public, DeployKey, Token} }

// Validate refuses other ways than AllCredentials.
func (c Credentials) Validate() error {
	if err := enum.Check(c, AllCredentials()); err != nil {
		return fmt.Errorf("credentials: %w", err)
	}
	return nil
}

// Keys are those of the secret argocd/repository, which Argo CD takes by the same names (Argo CD, "Declarative Setup": Repositories).
func (c Credentials) Keys() []string {
	switch c {
	case DeployKey:
		return []string{"sshPrivateKey"}
	case Token:
		return []string{"username", "password"}
	}
	return nil
}
