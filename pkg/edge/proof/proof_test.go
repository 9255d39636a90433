package proof_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/magestack/magestack/pkg/edge/proof"
	"github.com/magestack/magestack/pkg/edge/proof/shop"
)

var hosts = proof.Hosts{"shop.example.com", "www.shop.example.com"}

// TestTheShopAlone holds that the shop without an edge breaks no rule: what breaks one behind an edge is the edge's doing.
func TestTheShopAlone(t *testing.T) {
	scripts := proof.Generator(hosts, 40)
	rapid.Check(t, func(t *rapid.T) {
		steps := scripts.Draw(t, "steps")
		found, err := proof.Run(proof.Straight, shop.Nature{EverythingPublic: rapid.Bool().Draw(t, "public"), CookiesOnErrors: rapid.Bool().Draw(t, "cookies on errors")}, steps)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range found {
			if v.Rule != proof.Believed && v.Rule != proof.WrongPage { // a shop without an edge believes what it is told
				t.Fatalf("%v\n%s", found, proof.Script(steps))
			}
		}
	})
}
