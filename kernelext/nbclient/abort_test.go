package nbclient

import (
	"context"
	"testing"
)

// A cell that was allowed to fail does not keep the kernel from running the next one,
// however soon that comes.
func TestCellAfterFailure(t *testing.T) {
	command, err := FindKernel("python3", t.TempDir())
	if err != nil {
		t.Skipf("SKIPPED: cells after one that fails, in Python's kernel: %v (apt-get install python3-ipykernel)", err)
	}
	nb := &Notebook{}
	for range 30 {
		nb.Cells = append(nb.Cells,
			&Cell{Type: "code", Source: "1/0", Metadata: map[string]any{"tags": []any{"raises-exception"}}},
			&Cell{Type: "code", Source: "print('runs')"})
	}
	if err := Run(context.Background(), nb, command, Options{}); err != nil {
		t.Fatal(err)
	}
	for i := 1; i < len(nb.Cells); i += 2 {
		if o := nb.Cells[i].Outputs; len(o) != 1 || o[0].Text != "runs\n" {
			t.Errorf("cell %d shows %+v", i+1, o)
		}
	}
}
