//go:build unix

package nbclient

import (
	"context"
	"errors"
	"testing"
)

// A cell that outputs without end is stopped, and the kernel goes on.
func TestOutputMax(t *testing.T) {
	command := realKernel(t).Kernel(".")
	command.OutputMax = 64 << 10
	nb := notebook("%%\nfor {\n\tfmt.Println(\"again\")\n}", "%%\nfmt.Println(\"after\")")
	nb.Cells[1].Metadata = map[string]any{"tags": []any{"raises-exception"}}
	if err := Run(context.Background(), nb, command, Options{}); err != nil {
		t.Fatal(err)
	}
	if n := len(brief(nb.Cells[1])); n == 0 || n > command.OutputMax {
		t.Errorf("%d bytes are kept of the output", n)
	}
	if got := brief(nb.Cells[2]); got != "stdout=after\n" {
		t.Errorf("the cell below outputs %q", got)
	}
	nb.Cells[1].Metadata = nil
	err := Run(context.Background(), nb, command, Options{})
	var failed *CellError
	if !errors.As(err, &failed) || !failed.Flood || err.Error() != "test.ipynb: cell 2: stopped: more than 65536 bytes of output" {
		t.Errorf("error %v", err)
	}
}
