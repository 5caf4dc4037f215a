package study_test

import (
	"fmt"
	"strings"
	"testing"

	"coexplore/internal/cli/clitest"
	"coexplore/nas/study"
)

// TestStudyTune checks that the JSON and the text name the same choice, and what is
// refused.
func TestStudyTune(t *testing.T) {
	args := strings.Fields("study tune --methods hwaware,coexplore-paper --rates 0.003,0.03 --entropies 0,1 --seeds 2 --trained 6 --plans 60")
	var list []study.Tuning
	clitest.JSON(t, &list, args...)
	if len(list) != 2 || list[0].Method != "hwaware" || len(list[0].Tried) != 4 || len(list[1].Tried) != 2 {
		t.Fatalf("%+v", list)
	}
	_, out, _ := clitest.Run(t, args...)
	for _, x := range list {
		best := x.Tried[x.Best]
		if want := fmt.Sprintf("%q: {%g, %g},", x.Method, best.Rate, best.Entropy); !strings.Contains(strings.Join(strings.Fields(out), " "), want) {
			t.Errorf("the text does not say %q:\n%s", want, out)
		}
	}
	for _, c := range []struct{ args, want string }{
		{"--methods random", "the methods that learn with a controller are coexplore"},
		{"--seeds 0", "--seeds"},
		{"--rates 0.1,-1 --methods hwaware", "controller-rate"},
	} {
		if status, _, errs := clitest.Run(t, strings.Fields("study tune --trained 2 --seeds 1 "+c.args)...); status == 0 || !strings.Contains(errs, c.want) {
			t.Errorf("%s: status %d, %s", c.args, status, errs)
		}
	}
}
