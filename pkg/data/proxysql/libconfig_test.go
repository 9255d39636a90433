package proxysql

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// This is a strict parser of libconfig's grammar as far as ProxySQL's files use it: groups, lists, arrays, strings,
// integers of 32 bits and truth values; no floats and no includes. It is stricter than libconfig where that is lenient:
// settings end with a semicolon, and names are unique.

type setting struct {
	name  string
	value any
}

// group keeps the order of its settings.
type group []setting

type token struct{ kind, text string }

var tokens = regexp.MustCompile(`(?s)^(?:(?P<space>\s+|#[^\n]*|//[^\n]*|/\*.*?\*/)|(?P<name>[A-Za-z*][-A-Za-z0-9_*]*)|` +
	`(?P<integer>[-+]?[0-9]+)|(?P<string>"(?:[^"\\]|\\.)*")|(?P<punctuation>[=:;,{}()\[\]]))`)

func tokenize(text string) ([]token, error) {
	var result []token
	for text != "" {
		match := tokens.FindStringSubmatch(text)
		if match == nil {
			return nil, fmt.Errorf("no token at %.20q", text)
		}
		for i, kind := range tokens.SubexpNames() {
			if kind != "" && kind != "space" && match[i] != "" {
				result = append(result, token{kind, match[i]})
			}
		}
		text = text[len(match[0]):]
	}
	return result, nil
}

type parser struct{ tokens []token }

func parseLibconfig(text string) (group, error) {
	tokens, err := tokenize(text)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens}
	settings, err := p.settings()
	if err == nil && len(p.tokens) > 0 {
		err = fmt.Errorf("unexpected %q", p.tokens[0].text)
	}
	return settings, err
}

func (p *parser) next() token {
	if len(p.tokens) == 0 {
		return token{}
	}
	first := p.tokens[0]
	p.tokens = p.tokens[1:]
	return first
}

func (p *parser) accept(text string) bool {
	if len(p.tokens) > 0 && p.tokens[0].kind == "punctuation" && p.tokens[0].text == text {
		p.next()
		return true
	}
	return false
}

func (p *parser) settings() (group, error) {
	settings := group{}
	for len(p.tokens) > 0 && p.tokens[0].kind == "name" {
		name := p.next().text
		if _, err := settings.get(name); err == nil {
			return nil, fmt.Errorf("%s is there twice", name)
		}
		if !p.accept("=") && !p.accept(":") {
			return nil, fmt.Errorf("no = after %s", name)
		}
		value, err := p.value()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		_, scalar := value.(group)
		if _, isList := value.([]any); !p.accept(";") && !scalar && !isList {
			return nil, fmt.Errorf("no ; after %s", name)
		}
		settings = append(settings, setting{name, value})
	}
	return settings, nil
}

func (p *parser) value() (any, error) {
	switch {
	case p.accept("{"):
		settings, err := p.settings()
		if err == nil && !p.accept("}") {
			err = errors.New("the group does not end")
		}
		return settings, err
	case p.accept("("):
		return p.values(")")
	case p.accept("["):
		return p.values("]")
	}
	switch t := p.next(); {
	case t.kind == "integer":
		number, err := strconv.ParseInt(t.text, 10, 32)
		return int(number), err
	case t.kind == "string":
		return unquote(t.text)
	case t.kind == "name" && strings.EqualFold(t.text, "true"):
		return true, nil
	case t.kind == "name" && strings.EqualFold(t.text, "false"):
		return false, nil
	default:
		return nil, fmt.Errorf("%q is no value", t.text)
	}
}

func (p *parser) values(end string) ([]any, error) {
	values := []any{}
	if p.accept(end) {
		return values, nil
	}
	for {
		value, err := p.value()
		if err != nil {
			return nil, err
		}
		values = append(values, value)
		if p.accept(end) {
			return values, nil
		}
		if !p.accept(",") {
			return nil, fmt.Errorf("no , or %s after a value", end)
		}
	}
}

// unquote knows libconfig's escapes; \u is not one of them.
func unquote(quoted string) (string, error) {
	var text strings.Builder
	inner := quoted[1 : len(quoted)-1]
	for i := 0; i < len(inner); i++ {
		if inner[i] == '\n' {
			return "", errors.New("a string of two lines")
		}
		if inner[i] != '\\' {
			text.WriteByte(inner[i])
			continue
		}
		i++
		escapes := map[byte]byte{'\\': '\\', '"': '"', 'n': '\n', 'r': '\r', 't': '\t', 'f': '\f'}
		char, ok := escapes[inner[i]]
		if !ok {
			return "", fmt.Errorf(`libconfig has no escape \%c`, inner[i])
		}
		text.WriteByte(char)
	}
	return text.String(), nil
}

func (g group) get(name string) (any, error) {
	for _, setting := range g {
		if setting.name == name {
			return setting.value, nil
		}
	}
	return nil, fmt.Errorf("no setting %s", name)
}

func (g group) names() []string {
	names := make([]string, len(g))
	for i, setting := range g {
		names[i] = setting.name
	}
	return names
}

func TestParserIsStrict(t *testing.T) {
	parsed, err := parseLibconfig("# c\na = 1; b: { c = \"x\\\"\\\\y\"; d = true; } l = ( { e = -1; }, [ 1, 2 ] ); /* c */")
	require.NoError(t, err)
	assert.Equal(t, group{{"a", 1}, {"b", group{{"c", `x"\y`}, {"d", true}}},
		{"l", []any{group{{"e", -1}}, []any{1, 2}}}}, parsed)
	for _, text := range []string{
		`a = 1`, `a 1;`, `a = ;`, `a = { b = 1; `, `a = ( 1, );`, `a = ( 1 2 );`, `a = 1; a = 2;`, `a = "x`, `= 1;`,
		`a = "\u003c";`, `a = 3000000000;`, `a = x;`, `a = 'x';`, `1a = 1;`, "a = \"x\ny\";", `a = 1; }`, `a = {{ .x }};`,
	} {
		_, err := parseLibconfig(text)
		assert.Error(t, err, text)
	}
}

func TestWriterRefusesWhatTheFileCannotHold(t *testing.T) {
	for _, text := range []string{"line\nbreak", "tab\t", "ümlaut", "{{ .x }}", "\x00", "\x7f"} {
		w := &writer{}
		w.scalar("name", text)
		assert.ErrorContains(t, w.err, "writing", "%q", text)
	}
	w := &writer{}
	w.scalar("name", 1.5)
	assert.EqualError(t, w.err, "writing a value: libconfig has no float64")

	w = &writer{}
	w.scalar("name", `a "quoted" \b and 100%`)
	require.NoError(t, w.err)
	parsed, err := parseLibconfig(w.text.String())
	require.NoError(t, err)
	assert.Equal(t, group{{"name", `a "quoted" \b and 100%`}}, parsed)
}

func TestWriterWritesAnEmptyTable(t *testing.T) {
	w := &writer{}
	list[ruleRow](w, "mysql_query_rules", nil)
	parsed, err := parseLibconfig(w.text.String())
	require.NoError(t, err)
	assert.Equal(t, group{{"mysql_query_rules", []any{}}}, parsed)
}
