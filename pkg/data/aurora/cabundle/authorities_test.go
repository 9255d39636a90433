package cabundle_test

import (
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/magestack/magestack/pkg/aws/account"
	"github.com/magestack/magestack/pkg/data/aurora/cabundle"
)

// lasting is a day before which no authority may expire: the newest of them were made for forty years.
var lasting = time.Date(2060, time.January, 1, 0, 0, 0, 0, time.UTC)

func TestEveryRegionHasItsOwn(t *testing.T) {
	regions, err := cabundle.Regions()
	require.NoError(t, err)
	require.Subset(t, regions, []string{"eu-central-1", "eu-west-1", "us-east-1"})
	for _, region := range regions {
		assert.True(t, account.ValidRegion(region), region)
		text, err := cabundle.Of(region)
		require.NoError(t, err, region)
		var names []string
		for block, rest := pem.Decode([]byte(text)); block != nil; block, rest = pem.Decode(rest) {
			certificate, err := x509.ParseCertificate(block.Bytes)
			require.NoError(t, err)
			assert.True(t, certificate.IsCA)
			assert.NoError(t, certificate.CheckSignatureFrom(certificate), "an authority signs itself")
			assert.True(t, certificate.NotAfter.After(lasting), "%s expires %s", certificate.Subject.CommonName, certificate.NotAfter)
			assert.Equal(t, []string{"Amazon Web Services, Inc."}, certificate.Subject.Organization)
			names = append(names, certificate.Subject.CommonName)
		}
		assert.Equal(t, []string{
			"Amazon RDS " + region + " Root CA ECC384 G1",
			"Amazon RDS " + region + " Root CA RSA2048 G1",
			"Amazon RDS " + region + " Root CA RSA4096 G1",
		}, names)
		// What a pod is given must fit into a ConfigMap with room to spare.
		assert.Less(t, len(text), 1<<16)
		assert.True(t, strings.HasSuffix(text, "-----END CERTIFICATE-----\n"))
	}
}

func TestARegionThatIsNotKnownIsRefused(t *testing.T) {
	_, err := cabundle.Of("mx-central-1")
	assert.ErrorContains(t, err, `region "mx-central-1": 0 authorities of RDS are known, not 3`)
	assert.ErrorContains(t, err, "eu-central-1, eu-central-2")
}
