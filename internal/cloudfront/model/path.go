package model

import "strings"

// normalize is a path as CloudFront compares it with patterns: without repeated slashes and dot segments, and with
// characters that need no encoding decoded (CloudFront Developer Guide, "Path pattern": "consistent with RFC 3986"; RFC
// 3986, section 6.2.2). The origin gets the path as it was sent.
func normalize(path string) string {
	if plain(path) {
		return path
	}
	decoded := decodeUnreserved(path)
	var kept []string
	segments := strings.Split(decoded, "/")
	for i, segment := range segments {
		switch {
		case segment == "." || segment == "" && i < len(segments)-1:
		case segment == "..":
			if len(kept) > 0 {
				kept = kept[:len(kept)-1]
			}
		default:
			kept = append(kept, segment)
		}
	}
	last := segments[len(segments)-1]
	joined := "/" + strings.Join(kept, "/")
	if (last == "." || last == "..") && joined != "/" {
		joined += "/"
	}
	return joined
}

// plain reports whether nothing of a path has to be normalised.
func plain(path string) bool {
	return strings.HasPrefix(path, "/") && !strings.Contains(path, "%") && !strings.Contains(path, "//") && !strings.Contains(path, "/.")
}

// decodeUnreserved decodes what RFC 3986 calls unreserved and leaves every other encoding, such as %2F, in upper case.
func decodeUnreserved(path string) string {
	var out strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] == '%' && i+2 < len(path) {
			high, low := unhex(path[i+1]), unhex(path[i+2])
			if high >= 0 && low >= 0 {
				if c := byte(high<<4 | low); unreserved(c) {
					out.WriteByte(c)
				} else {
					out.WriteString(strings.ToUpper(path[i : i+3]))
				}
				i += 2
				continue
			}
		}
		out.WriteByte(path[i])
	}
	return out.String()
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}

// matches reports whether a normalised path matches a pattern: * stands for any number of characters, slashes too, and ?
// for one; case counts, and a leading slash is implied (CloudFront Developer Guide, "Path pattern").
func matches(pattern, path string) bool {
	if pattern == Default {
		return true
	}
	if !strings.HasPrefix(pattern, "/") {
		pattern = "/" + pattern
	}
	p, s, star, retry := 0, 0, -1, 0
	for s < len(path) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, retry = p, s
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == path[s]):
			p, s = p+1, s+1
		case star >= 0:
			retry++
			p, s = star+1, retry
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
