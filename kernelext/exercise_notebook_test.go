//go:build unix

package kernelext_test

import (
	"encoding/json"
	"strings"
	"testing"

	"coexplore/kernelext"
)

// A check shows words to the reader and a mark to programs, in one display that the
// page shows as well.
func TestExerciseInNotebook(t *testing.T) {
	nb := run(t, `import . "coexplore/kernelext"
%%
fmt.Println("looking")
ex := Exercise("interval")
ex.Want(1 < 0, "1 < 0 is false")
ex.Done()
ex.Done()`)
	outputs := nb.Cells[2].Outputs
	if len(outputs) != 2 || outputs[0].Text != "looking\n" {
		t.Fatalf("outputs %+v", outputs)
	}
	data := outputs[1].Data
	var mark kernelext.Mark
	raw, _ := data[kernelext.MarkType].(string)
	if err := json.Unmarshal([]byte(raw), &mark); err != nil || mark.Exercise != "interval" || mark.Right || mark.Hint != "1 < 0 is false" {
		t.Errorf("mark %s, %v", raw, err)
	}
	if data["text/plain"] != "Not yet: 1 < 0 is false." {
		t.Errorf("text %q", data["text/plain"])
	}
	page, err := nb.Page()
	if err != nil {
		t.Fatal(err)
	}
	if html := string(page.HTML); !strings.Contains(html, "Not yet</b>: 1 &lt; 0 is false.") || !strings.Contains(html, "2px solid #9a6700") || strings.Contains(html, "coexplore.mark") {
		_, html, _ = strings.Cut(html, "looking")
		t.Errorf("page %.600s", html)
	}
}
