package rules

import (
	"fmt"
	"regexp"
	"strings"
)

// attacks are requests that no customer and no integration makes.
func (p Policy) attacks() []Rule {
	return []Rule{
		{
			Name: "attack-paths", Why: "what is not for visitors: files, scripts, uploads by SessionReaper and PolyShell, descriptions of the APIs",
			Statement: Or{privateFiles, foldersOfTheCode, And{hidden, Not{served}}, p.privateRoutes()}, Action: Block,
		},
		{
			Name: "attack-payloads", Why: "CosmicSting, SessionReaper and PolyShell; template directives where customers write: in the first 16 KiB, until Magento is patched",
			Statement: Or{And{api, Regex{Body, nestedObjects}}, And{Not{admin}, Regex{Body, directives}}}, Action: Block,
		},
		{
			Name: "graphql-abuse", Why: "many guesses of a password in one request, which no limit of requests would notice; the schema, where a body asks for it",
			Statement: And{graphql, Regex{Body, `__schema|` + twoLogins}}, Action: Block,
		},
	}
}

var (
	// privateFiles are in folders of media that Magento's nginx.conf.sample denies, and a bucket does not; credentials, dumps
	// and lists of what is installed.
	privateFiles = Regex{File, `/` + anyOf(
		`media/(?:customer|customer_address|custom_options|downloadable|import)(?:/|$)`,
		`(?:auth\.json|composer\.(?:json|lock|phar)|php\.ini|[^/]+\.sql(?:\.[a-z0-9]+)?)$`,
	)}

	// foldersOfTheCode are outside pub/, the only folder that a server which is set up rightly serves. Marketplaces have pages
	// below /vendor/, so that files are meant there, but not .html.
	foldersOfTheCode = Regex{File, `^/(?:pub/|index\.php/)?` + anyOf(
		`(?:setup|phpserver)(?:/|$)`,
		`(?:app/(?:etc|code|design)|dev/tests|generated/code|lib/internal|var/(?:log|(?:ex|im|re)port|backups|session|cache))/`,
		`vendor/.+/.*\.[^h]`,
	)}

	// hidden are files and folders that begin with a dot, such as .git and .env, but for /.well-known, and scripts, which
	// index.php alone runs, and the health check. The others that nginx runs, for files that are missing, are never asked for
	// by a visitor.
	hidden = Regex{File, anyOf(`/\.(?:[^w]|w[^e])`, `\.(?:php\d?|phtml|pht|phar)(?:/|$)`)}

	// served are the exceptions: what runs, the pictures that Magento itself keeps in hidden folders (Magento\MediaGalleryRenditions\
	// Model\Config, .renditions; Magento\Cms\Model\Wysiwyg\Images\Storage, .thumbs and the folder behind it), and pages whose
	// URL key begins with a dot, as that of a product may.
	served = Regex{File, `^/` + anyOf(
		`(?:(?:pub/)?index|health_check)\.php(?:/|$)`,
		`(?:pub/)?media/\.(?:renditions|thumbs[^./]*)/(?:[^./]+/)*[^./][^/]*\.(?:jpe?g|gif|png|webp|avif|svg)$`,
		`(?:[^./]+/)*\.[^/]+\.html$`,
	)}
)

// privateRoutes are for developers, or had holes that uploads came through and are hardly used. The API for SOAP is
// among them unless the shop uses it. What is the name of an area or a word may be a page's, too, and is looked for where areas
// are.
func (p Policy) privateRoutes() Statement {
	areas := []string{`swagger`, `rest/(?:[^/]+/)?schema`}
	if !p.SOAP {
		areas = append(areas, `soap`)
	}
	unmistakable := route(`magento_version`, `customer/address_file/upload`)
	first, more := p.area(areas...), []Statement(nil)
	if several, ok := first.(Or); ok {
		first, more = several[0], several[1:]
	}
	if joined := (Regex{Route, unmistakable.Pattern + "|" + first.(Regex).Pattern}); len(joined.Pattern) <= maxPattern {
		return oneOf(append(Or{joined}, more...))
	}
	return append(Or{unmistakable, first}, more...)
}

// Payloads of known attacks, in bodies of the API. Magento takes snake case for camel case, and ignores underscores
// wherever they are (SimpleDataObjectConverter), so that the patterns do, too. A payload behind 16 KiB is not
// noticed: integrations have long bodies.
var (
	// nestedObjects are what CVE-2024-34102 (CosmicSting) and CVE-2025-54236 (SessionReaper) have Magento build, and
	// the files as options of cart items by which PolyShell writes to pub/media/custom_options: keys of JSON or elements
	// of XML, which may be behind the semicolon of an entity.
	nestedObjects = `["<;]` + anyOf(loose("dataisurl"), loose("sourcedata"), loose("sessionconfig"), loose("savepath"), loose("fileinfo")) + `_*["/>\s]`

	// directives are what CVE-2022-24086 puts into names and addresses: the call of addAfterFilterCallback, which every
	// known form of it needs. Templates of the admin may have it.
	directives = encoded("filtercallback")

	// twoLogins names the operation twice, which aliases allow.
	twoLogins = `generatecustomertoken[\s\S]*generatecustomertoken`
)

// loose is a pattern for a name with underscores anywhere in it.
func loose(name string) string { return strings.Join(strings.Split(name, ""), "_*") }

// encoded is a pattern for a text any character of which may be percent-encoded, letters in either case.
func encoded(text string) string {
	var pattern strings.Builder
	for _, c := range []byte(text) {
		high, low := fmt.Sprintf("%x", c>>4), fmt.Sprintf("%x", c&0xf)
		if 'a' <= c && c <= 'z' {
			high = fmt.Sprintf("[%x%x]", c>>4-2, c>>4)
		}
		fmt.Fprintf(&pattern, "(?:%s|%%%s%s)", regexp.QuoteMeta(string(c)), high, low)
	}
	return pattern.String()
}
