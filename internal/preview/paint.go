package preview

// paint colours text with the escape sequences of ECMA-48, or leaves it alone.
type paint struct{ on bool }

func (p paint) plain(text string) string { return text }
func (p paint) bold(text string) string  { return p.with("1", text) }
func (p paint) faint(text string) string { return p.with("2", text) }
func (p paint) warn(text string) string  { return p.with("33", text) }

func (p paint) with(code, text string) string {
	if !p.on || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
