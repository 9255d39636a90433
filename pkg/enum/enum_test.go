package enum_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/magestack/magestack/pkg/enum"
)

type color string

func TestCheck(t *testing.T) {
	colors := []color{"red", "green", "blue"}
	assert.NoError(t, enum.Check("green", colors))
	assert.EqualError(t, enum.Check("pink", colors), `"pink": must be red, green or blue`)
	assert.EqualError(t, enum.Check("", colors), `"": must be red, green or blue`)
}

func TestAlternatives(t *testing.T) {
	assert.Equal(t, "", enum.Alternatives([]color{}))
	assert.Equal(t, "red", enum.Alternatives([]color{"red"}))
	assert.Equal(t, "red or green", enum.Alternatives([]color{"red", "green"}))
}
