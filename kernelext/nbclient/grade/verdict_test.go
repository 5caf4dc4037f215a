package grade

import (
	"strings"
	"testing"

	"coexplore/kernelext"
	"coexplore/kernelext/nbclient"
)

func TestJudge(t *testing.T) {
	mark := func(json string) nbclient.Output {
		return nbclient.Output{Type: "display_data", Data: map[string]any{kernelext.MarkType: json}}
	}
	right := mark(`{"exercise":"a","right":true,"nonce":"n"}`)
	text := nbclient.Output{Type: "stream", Stream: "stdout", Text: kernelext.MarkType + `{"exercise":"a","right":true,"nonce":"n"}`}
	const own = "it shows a mark of its own making"
	for _, c := range []struct {
		name    string
		outputs []nbclient.Output
		want    string
		right   bool
	}{
		{"right", []nbclient.Output{text, right}, "right", true},
		{"not", []nbclient.Output{mark(`{"exercise":"a","right":false,"hint":"look","nonce":"n"}`)}, "not yet: look.", false},
		{"score", []nbclient.Output{mark(`{"exercise":"a","right":true,"score":7,"unit":"fps","target":6,"nonce":"n"}`)}, "right: 7 fps; the target is 6.", true},
		{"printed", []nbclient.Output{text}, "no mark: the program ended before the check was done", false},
		{"two", []nbclient.Output{right, right}, own, false},
		{"no nonce", []nbclient.Output{mark(`{"exercise":"a","right":true}`), right}, own, false},
		{"guessed", []nbclient.Output{mark(`{"exercise":"a","right":true,"nonce":"m"}`)}, own, false},
		{"other", []nbclient.Output{mark(`{"exercise":"b","right":true,"nonce":"n"}`)}, own, false},
		{"broken", []nbclient.Output{mark(`{`)}, own, false},
		{"no text", []nbclient.Output{{Type: "display_data", Data: map[string]any{kernelext.MarkType: 1}}}, own, false},
	} {
		v := judge(&nbclient.Cell{Outputs: c.outputs}, "a", "n")
		if v.Reason != c.want || v.Right != c.right {
			t.Errorf("%s: %+v", c.name, v)
		}
	}
}

func TestLine(t *testing.T) {
	if got := line("a\nb\t\x1b[31mc\u202e" + strings.Repeat("d", 1000)); len(got) != lineMax || !strings.HasPrefix(got, "a b [31mc ddd") {
		t.Errorf("%q", got)
	}
}

func TestNonceOfCheck(t *testing.T) {
	if got, want := withNonce("var a int\n\n%%\nf()", "n"), "var a int\n\n%%\nos.Setenv(\"COEXPLORE_MARK_NONCE\", \"n\"); f()"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := withNonce("%%\nf()", "n"), "%%\nos.Setenv(\"COEXPLORE_MARK_NONCE\", \"n\"); f()"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
