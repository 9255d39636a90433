package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// certificateLifetime is longer than a look at a shop on a laptop.
const certificateLifetime = 7 * 24 * time.Hour

// authority signs the certificates of the stores and of the load balancer. It is new with every start.
type authority struct {
	folder      string // ca.pem, and a pair for each name
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority(folder string) (*authority, error) {
	a := &authority{folder: folder}
	var err error
	if a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, fmt.Errorf("making the authority's key: %w", err)
	}
	unsigned := unsignedCertificate("magestack test authority")
	unsigned.IsCA, unsigned.KeyUsage = true, x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, unsigned, unsigned, a.key.Public(), a.key)
	if err != nil {
		return nil, fmt.Errorf("making the authority: %w", err)
	}
	if a.certificate, err = x509.ParseCertificate(der); err != nil {
		return nil, fmt.Errorf("reading the authority: %w", err)
	}
	return a, write(a.file(), string(encode("CERTIFICATE", der)))
}

func unsignedCertificate(name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(certificateLifetime), BasicConstraintsValid: true,
	}
}

// file is the authority's certificate, which the image trusts.
func (a *authority) file() string { return filepath.Join(a.folder, "ca.pem") }

// pair are the files of a certificate for this machine and of its key.
type pair struct{ certificate, key string }

// issue signs a certificate of this machine.
func (a *authority) issue(name string) (pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return pair{}, fmt.Errorf("making the key of %s: %w", name, err)
	}
	unsigned := unsignedCertificate(name)
	unsigned.KeyUsage, unsigned.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	unsigned.DNSNames, unsigned.IPAddresses = []string{"localhost"}, []net.IP{net.IPv4(127, 0, 0, 1)}
	der, err := x509.CreateCertificate(rand.Reader, unsigned, a.certificate, key.Public(), a.key)
	if err != nil {
		return pair{}, fmt.Errorf("making the certificate of %s: %w", name, err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return pair{}, fmt.Errorf("writing the key of %s: %w", name, err)
	}
	p := pair{filepath.Join(a.folder, name+".pem"), filepath.Join(a.folder, name+".key")}
	return p, errors.Join(write(p.certificate, string(encode("CERTIFICATE", der))), os.WriteFile(p.key, encode("PRIVATE KEY", private), 0o600))
}

func encode(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// load returns a pair as Go's own servers take it.
func (p pair) load() (tls.Certificate, error) { return tls.LoadX509KeyPair(p.certificate, p.key) }

// client trusts the authority alone.
func (a *authority) client() *tls.Config {
	roots := x509.NewCertPool()
	roots.AddCert(a.certificate)
	return &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
}
