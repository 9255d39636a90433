package rotator

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/magestack/magestack/pkg/naming"
)

// fieldActiveFrom is when the last line of the keys is used, in seconds since 1970 (gitops/base/magento/env.php).
const fieldActiveFrom = "activeFrom"

const (
	// encryptionKeyLength is what Magento's cipher takes: 32 bytes (Magento\Framework\Encryption\Encryptor).
	encryptionKeyLength = 32

	// minActive is how long every pod has at least to hear of a new key: twice External Secrets' five minutes, and kubelet's
	// minute and a half.
	minActive     = 12 * time.Minute
	defaultActive = 30 * time.Minute
)

// encryptionKey is Magento's. A key is appended, never replaced: what the others have encrypted can be read for ever.
type encryptionKey struct{}

// rotate appends a key, in the steps of a rotation but without Secrets Manager's asking.
func (f *Function) rotate(ctx context.Context, event Event) error {
	if event.Rotate != string(naming.SecretEncryptionKey) {
		return fmt.Errorf("rotate %q: only encryption-key is rotated by this event; for others ask Secrets Manager: aws secretsmanager rotate-secret", event.Rotate)
	}
	active := time.Duration(event.ActiveInMinutes) * time.Minute
	if active == 0 {
		active = defaultActive
	}
	if active < minActive {
		return fmt.Errorf("activeInMinutes %d: must be %.0f at least, until when every pod has the key", event.ActiveInMinutes, minActive.Minutes())
	}
	return f.amend(ctx, f.Environment.Secret(naming.SecretEncryptionKey), func(value Document) (bool, error) {
		keys, err := value.text(fieldKey)
		if err != nil {
			return false, err
		}
		if from, _ := value[fieldActiveFrom].(float64); int64(from) > f.Clock.Now().Unix() {
			return false, fmt.Errorf("the newest key is not in use before %s: another one has to wait", time.Unix(int64(from), 0).UTC().Format(time.RFC3339))
		}
		value[fieldKey] = strings.TrimRight(keys, " \t\r\n") + "\n" + f.Random.Text(encryptionKeyLength, alphanumeric)
		value[fieldActiveFrom] = f.Clock.Now().Add(active).Unix()
		return true, nil
	})
}

var errByHand = errors.New(`the encryption key rotates when asked, never by a schedule: send {"Rotate":"encryption-key"}`)

func (encryptionKey) fields() []string                             { return nil }
func (encryptionKey) next(Document) (Document, error)              { return nil, errByHand }
func (encryptionKey) ready(context.Context, Version) error         { return errByHand }
func (encryptionKey) set(context.Context, Version, Document) error { return errByHand }
func (encryptionKey) test(context.Context, Document) error         { return errByHand }
func (encryptionKey) end(context.Context, Document, Document) error {
	return nil // what an old key has encrypted must stay readable
}
