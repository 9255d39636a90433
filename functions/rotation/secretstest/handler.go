package secretstest

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/magestack/magestack/functions/rotation/rotator"
)

// request has the parameters of all actions that are played.
type request struct {
	SecretId            string //nolint:revive,staticcheck // the API's own spelling
	VersionStage        string
	ClientRequestToken  string
	SecretString        string
	VersionStages       []string
	RemoveFromVersionId string //nolint:revive,staticcheck
	MoveToVersionId     string //nolint:revive,staticcheck
}

// ServeHTTP answers as the API does, in its JSON protocol. Whoever asks may do everything.
func (m *Memory) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var input request
	if err := json.NewDecoder(r.Body).Decode(&input); err != nil {
		refuse(w, "InvalidRequestException")
		return
	}
	answer, err := m.answer(strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "secretsmanager."), input)
	switch {
	case errors.Is(err, rotator.ErrNotFound):
		refuse(w, "ResourceNotFoundException")
	case errors.Is(err, rotator.ErrExists):
		refuse(w, "ResourceExistsException")
	case errors.Is(err, rotator.ErrConflict):
		refuse(w, "InvalidParameterException")
	case err != nil:
		refuse(w, "InvalidRequestException")
	default:
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_ = json.NewEncoder(w).Encode(answer)
	}
}

func (m *Memory) answer(action string, input request) (map[string]any, error) {
	switch action {
	case "DescribeSecret":
		rotates, stages, err := m.describe(input.SecretId)
		return map[string]any{"Name": input.SecretId, "RotationEnabled": rotates, "VersionIdsToStages": stages}, err
	case "GetSecretValue":
		text, id, created, err := m.get(input.SecretId, input.VersionStage)
		return map[string]any{
			"Name": input.SecretId, "SecretString": text, "VersionId": id,
			"CreatedDate": float64(created.UnixNano()) / float64(time.Second),
		}, err
	case "PutSecretValue":
		return map[string]any{"Name": input.SecretId, "VersionId": input.ClientRequestToken}, m.put(input.SecretId, input.ClientRequestToken, input.SecretString, input.VersionStages)
	case "UpdateSecretVersionStage":
		return map[string]any{"Name": input.SecretId}, m.move(input.SecretId, input.VersionStage, input.RemoveFromVersionId, input.MoveToVersionId)
	default:
		return nil, errors.New("the action is not played")
	}
}

func refuse(w http.ResponseWriter, kind string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(map[string]string{"__type": kind, "message": kind})
}
