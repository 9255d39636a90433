package proof

import (
	"net/http"
	"time"

	"github.com/magestack/magestack/internal/cloudfront/model"
)

// Through has a distribution answer: every origin but those of buckets is the shop, and buckets are empty.
func Through(d model.Distribution) Edge {
	return func(origin http.Handler, now func() time.Time) (http.Handler, error) {
		origins := map[string]http.Handler{}
		for _, o := range d.Origins {
			origins[o.ID] = origin
			if o.Bucket {
				origins[o.ID] = http.NotFoundHandler()
			}
		}
		return model.New(d, model.Options{Origins: origins, Now: now})
	}
}
