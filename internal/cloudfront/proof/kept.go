package proof

import (
	"bytes"
	"slices"
	"strings"

	"github.com/magestack/magestack/internal/cloudfront/model"
)

// keeper is an edge that tells what it keeps.
type keeper interface{ Objects() []model.Object }

// lookAtKept holds that nothing of one visitor's is kept under a key that another could have, whether or not a visitor
// happened to ask for it. A key is one visitor's if there is something in it that only he has.
func (r *run) lookAtKept() {
	edge, tells := r.edge.(keeper)
	if !tells {
		return
	}
	for _, object := range edge.Objects() {
		json := strings.HasPrefix(object.Header.Get("Content-Type"), "application/json") && object.Header.Get("Content-Encoding") == ""
		if json && !bytes.HasSuffix(object.Body, []byte("}")) {
			r.note(KeptBroken, "%d bytes of a page under %s", len(object.Body), strings.ReplaceAll(object.Key, "\n", ", "))
		}
		owner := object.Header.Get("X-Shop-Owner")
		mine := func(secret string) bool { return strings.Contains(object.Key, secret) }
		if owner != "" && !slices.ContainsFunc(r.owned[owner], mine) {
			r.note(KeptForOthers, "what is %s's, under %s", owner, strings.ReplaceAll(object.Key, "\n", ", "))
		}
	}
}
