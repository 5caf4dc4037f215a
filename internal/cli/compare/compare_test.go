package compare_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/internal/cli/clitest"
	"coexplore/internal/cli/compare"
)

// TestCompare checks a small comparison's report: the allowance of plans holds for all
// methods, every pair is tested, and the text names what the JSON holds.
func TestCompare(t *testing.T) {
	args := []string{"compare", "--seeds", "3", "--trained", "12", "--plans", "50", "--methods", "coexplore,random,hillclimb"}
	status, out, errs := clitest.Run(t, append(args, "--json")...)
	if status != 0 {
		t.Fatal(errs)
	}
	var r compare.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Rows) != 3 || len(r.Pairs) != 3 || r.Plans != 50 || r.PairsOf != "corner_share" || r.Corner.Efficiency != 0.5 {
		t.Errorf("%d rows, %d pairs of %s, %d plans, corner %+v", len(r.Rows), len(r.Pairs), r.PairsOf, r.Plans, r.Corner)
	}
	for _, row := range r.Rows {
		if row.PlansPerChild[2] > 50 || row.Trained[1] != 12 || len(row.Curve) != 12 {
			t.Errorf("%s: %g plans a network, %g trained, a curve of %d", row.Method, row.PlansPerChild[2], row.Trained[1], len(row.Curve))
		}
	}
	dir := t.TempDir()
	_, out, _ = clitest.Run(t, append(args, "--out", dir, "--format", "svg")...)
	for _, want := range []string{filepath.Join(dir, "compare.svg"), filepath.Join(dir, "attainment.svg"), "at most 50 plans", fmt.Sprintf("above accuracy %.3f and efficiency 0.50", r.Corner.Accuracy), "all 3 pairs", "hillclimb", "IGD+"} {
		if !strings.Contains(out, want) {
			t.Errorf("the text does not say %q:\n%s", want, out)
		}
	}
	if status, _, errs := clitest.Run(t, "compare", "--plans", "-1"); status != 2 || !strings.Contains(errs, "--plans") {
		t.Errorf("--plans -1: status %d, %q", status, errs)
	}
}
