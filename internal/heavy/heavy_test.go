package heavy_test

import (
	"fmt"
	"os"
	"testing"

	"coexplore/internal/heavy"
)

func ExampleOn() {
	os.Setenv("COEXPLORE_HEAVY", "1")
	fmt.Println(heavy.On())
	// Output: true
}

// TestOnly skips where the variable is not set, and there alone.
func TestOnly(t *testing.T) {
	for _, value := range []string{"", "1"} {
		t.Setenv("COEXPLORE_HEAVY", value)
		ran := false
		t.Run("heavy"+value, func(t *testing.T) {
			heavy.Only(t, "nothing")
			ran = true
		})
		if ran != (value != "") {
			t.Errorf("COEXPLORE_HEAVY=%q: it ran: %v", value, ran)
		}
	}
}
