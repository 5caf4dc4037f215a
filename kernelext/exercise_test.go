package kernelext

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
)

func TestMarks(t *testing.T) {
	for _, c := range []struct {
		name  string
		check func(*Checker)
		want  string
		right bool
	}{
		{"right", func(c *Checker) { c.Want(true, "no") }, "Right.", true},
		{"the first condition decides", func(c *Checker) { c.Want(true, "a"); c.Want(false, "b"); c.Want(false, "c") }, "Not yet: b.", false},
		{"no hint", func(c *Checker) { c.Want(false, "") }, "Not yet.", false},
		{"a question", func(c *Checker) { c.Want(false, "which stage is slowest?") }, "Not yet: which stage is slowest?", false},
		{"nothing", func(*Checker) {}, "Not yet: nothing was looked at: the check has no condition.", false},
		{"near", func(c *Checker) { c.Near(99, 100, 0.01, "h"); c.Near(-99, -100, 0.01, "h"); c.Near(0.01, 0, 0.01, "h") }, "Right.", true},
		{"not near", func(c *Checker) { c.Near(98.9, 100, 0.01, "h") }, "Not yet: h.", false},
		{"not a number", func(c *Checker) { c.Near(math.NaN(), 100, 0.01, "h") }, "Not yet: h.", false},
		{"infinite", func(c *Checker) { c.Near(math.Inf(1), math.Inf(1), 0.01, "h") }, "Not yet: h.", false},
		{"score", func(c *Checker) { c.Score(1250.4, "frames/s", 1200) }, "Right: 1250 frames/s; the target is 1200.", true},
		{"just", func(c *Checker) { c.Score(1200, "", 1200) }, "Right: 1200; the target is 1200.", true},
		{"low score", func(c *Checker) { c.Score(900, "frames/s", 1200) }, "Not yet: 900 frames/s; the target is 1200.", false},
		{"score against the rules", func(c *Checker) { c.Score(1e6, "frames/s", 1200); c.Want(false, "three FPGAs") }, "Not yet: three FPGAs.", false},
		{"no score", func(c *Checker) { c.Score(math.NaN(), "frames/s", 1200) }, "Not yet: a score of NaN is none.", false},
		{"no target", func(c *Checker) { c.Score(5, "frames/s", math.Inf(1)) }, "Not yet: 5 frames/s.", false},
	} {
		ex := Exercise("x")
		c.check(ex)
		m := ex.Mark()
		if m.String() != c.want || m.Right != c.right || m.Exercise != "x" {
			t.Errorf("%s: %q, right %v, want %q", c.name, m, m.Right, c.want)
		}
		if _, err := json.Marshal(m); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// A score counts only where the rules are kept.
func TestMarkScore(t *testing.T) {
	ex := Exercise("x")
	ex.Score(7, "fps", 9)
	if m := ex.Mark(); m.Score == nil || *m.Score != 7 || *m.Target != 9 || m.Right {
		t.Errorf("mark %+v", m)
	}
	ex.Want(false, "no")
	if m := ex.Mark(); m.Score != nil {
		t.Errorf("a score that breaks the rules counts: %+v", m)
	}
}

func TestMarkJSON(t *testing.T) {
	t.Setenv(MarkNonceVariable, "n")
	ex := Exercise("a")
	ex.Score(1, "fps", 2)
	raw, err := json.Marshal(ex.Mark())
	if want := `{"exercise":"a","right":false,"score":1,"unit":"fps","target":2,"nonce":"n"}`; err != nil || string(raw) != want {
		t.Errorf("%s, %v, want %s", raw, err, want)
	}
}

func TestMarkHTML(t *testing.T) {
	ex := Exercise("x")
	ex.Want(false, "a < b & <script>")
	if got := ex.Mark().html(); !strings.Contains(got, "</b>: a &lt; b &amp; &lt;script&gt;.</div>") {
		t.Errorf("HTML %s", got)
	}
}
