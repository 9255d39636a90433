package rulestest

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/magestack/magestack/pkg/cdn/waf/rules"
)

// transform does what WAF documents of a text transformation (WAF Developer Guide, "Using text transformations").
func transform(t rules.Transformation, text string) string {
	switch t {
	case rules.URLDecode:
		return urlDecode(text)
	case rules.JSDecode:
		return jsDecode(text)
	case rules.Lowercase:
		return lowercase(text)
	case rules.NormalizePath:
		return normalizePath(text)
	}
	return text
}

// lowercase is that of ASCII: bytes, not letters.
func lowercase(text string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, text)
}

// urlDecode undoes one round of percent-encoding, and leaves alone what is none.
func urlDecode(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			if n, err := strconv.ParseUint(text[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// escapes are those of JavaScript, of which JSON has the ones with four digits and of one letter.
var escapes = regexp.MustCompile(`\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[\s\S])`)

func jsDecode(text string) string {
	return escapes.ReplaceAllStringFunc(text, func(escape string) string {
		if n, err := strconv.ParseUint(escape[2:], 16, 16); err == nil {
			return string([]byte{byte(n)}) // what is beyond a byte is cut off
		}
		switch escape[1] {
		case 'n':
			return "\n"
		case 't':
			return "\t"
		case 'r':
			return "\r"
		}
		return escape[1:]
	})
}

// normalizePath resolves repeated slashes, references to the folder itself, and those to the one above.
func normalizePath(text string) string {
	var kept []string
	for _, segment := range strings.Split(text, "/") {
		switch {
		case segment == "" || segment == ".":
		case segment == ".." && len(kept) > 0:
			kept = kept[:len(kept)-1]
		case segment == "..":
		default:
			kept = append(kept, segment)
		}
	}
	path := "/" + strings.Join(kept, "/")
	if strings.HasSuffix(text, "/") && path != "/" {
		path += "/"
	}
	return path
}
