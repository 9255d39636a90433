package local

import (
	"net/http"

	"github.com/magestack/magestack/internal/cloudfront/model"
	"github.com/magestack/magestack/internal/plan"
)

// FromModel makes the edge of a distribution.
func FromModel(d model.Distribution) func(model.Options) (Edge, error) {
	return func(options model.Options) (Edge, error) {
		edge, err := model.New(d, options)
		if err != nil {
			return nil, err
		}
		return described{edge}, nil
	}
}

// Answerless makes an edge of a distribution that explains, and asks no origin.
func Answerless(d model.Distribution) (Edge, error) {
	origins := map[string]http.Handler{}
	for _, origin := range d.Origins {
		origins[origin.ID] = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	}
	return FromModel(d)(model.Options{Origins: origins})
}

// OriginsOf lists the origins of a distribution.
func OriginsOf(d model.Distribution) []Origin {
	var origins []Origin
	for _, origin := range d.Origins {
		origins = append(origins, Origin{ID: origin.ID, Bucket: origin.Bucket})
	}
	return origins
}

// ObjectsOf gives what a stack puts into buckets, such as the page for when no origin answers.
func ObjectsOf(resources []plan.Resource) map[string]StoredObject {
	const objectType = "aws:s3/bucketObjectv2:BucketObjectv2"
	objects := map[string]StoredObject{}
	for _, resource := range resources {
		if resource.Type != objectType {
			continue
		}
		input := func(name string) string { text, _ := resource.Inputs[name].(string); return text }
		objects[input("key")] = StoredObject{
			Content: input("content"), ContentType: input("contentType"), CacheControl: input("cacheControl"),
		}
	}
	return objects
}

// described is the model with its behaviours in words.
type described struct{ *model.Edge }

// Behaviors implements Edge.
func (d described) Behaviors() []Behavior {
	var all []Behavior
	for _, b := range d.Edge.Behaviors() {
		words := b.InWords()
		all = append(all, Behavior{
			Pattern: b.Pattern, Origin: b.Origin, Key: words.Key, Forwarded: words.Forwarded, Lifetimes: words.Lifetimes, Functions: words.Functions,
		})
	}
	return all
}
