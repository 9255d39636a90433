package local

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/magestack/magestack/pkg/edge/model"
	"github.com/magestack/magestack/pkg/offline"
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
func ObjectsOf(resources []offline.Resource) map[string]StoredObject {
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
		all = append(all, Behavior{
			Pattern: b.Pattern, Origin: b.Origin, Key: keyInWords(b.Cache), Forwarded: forwardedInWords(b),
			Lifetimes: lifetimesInWords(b.Cache), Functions: functionsInWords(b),
		})
	}
	return all
}

func keyInWords(p model.CachePolicy) string {
	if p.MaxTTL == 0 {
		return "none"
	}
	parts := append([]string{"path"}, chosen("query", p.Queries)...)
	parts = append(parts, chosen("header", p.Headers)...)
	parts = append(parts, chosen("cookie", p.Cookies)...)
	var encodings []string
	if p.AcceptBro {
		encodings = append(encodings, "br")
	}
	if p.AcceptGzip {
		encodings = append(encodings, "gzip")
	}
	if len(encodings) > 0 {
		parts = append(parts, "encoding "+strings.Join(encodings, "/"))
	}
	return strings.Join(parts, ", ")
}

func forwardedInWords(b model.Behavior) string {
	if b.Request == nil {
		return "the key"
	}
	parts := append(chosen("query", b.Request.Queries), chosen("header", b.Request.Headers)...)
	parts = append(parts, chosen("cookie", b.Request.Cookies)...)
	if len(parts) == 0 {
		return "the key"
	}
	return strings.Join(parts, ", ")
}

// chosen says what a policy takes of a kind, nothing for nothing.
func chosen(kind string, s model.Selection) []string {
	switch s.Mode {
	case model.None, "":
		return nil
	case model.All, model.AllViewer:
		return []string{"every " + kind}
	case model.AllViewerAndCloudFront:
		return []string{"every " + kind + " and " + strings.Join(s.Names, ", ")}
	case model.AllExcept:
		return []string{"every " + kind + " but " + strings.Join(s.Names, ", ")}
	}
	return []string{kind + " " + strings.Join(s.Names, ", ")}
}

func lifetimesInWords(p model.CachePolicy) string {
	if p.MaxTTL == 0 {
		return "never"
	}
	return fmt.Sprintf("%s to %s, %s where the origin does not say", inWords(p.MinTTL), inWords(p.MaxTTL), inWords(p.DefaultTTL))
}

func inWords(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d == 0:
		return "0"
	case d%day == 0:
		return fmt.Sprintf("%d d", d/day)
	case d%time.Hour == 0:
		return fmt.Sprintf("%d h", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("%d min", d/time.Minute)
	}
	return d.String()
}

func functionsInWords(b model.Behavior) string {
	var names []string
	if b.ViewerRequest != nil {
		names = append(names, b.ViewerRequest.Name+" on requests")
	}
	if b.ViewerResponse != nil {
		names = append(names, b.ViewerResponse.Name+" on answers")
	}
	return strings.Join(names, ", ")
}
