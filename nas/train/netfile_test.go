package train

import (
	"path/filepath"
	"testing"

	"coexplore/data"
	"coexplore/hw"
	"coexplore/hw/netfile"
)

// TestONNXReadsBack exports networks and reads the files as a user's own: the
// chain's layers. They count two parameters a channel of batch normalisation, as
// of any file, where a chain counts four and a bias.
func TestONNXReadsBack(t *testing.T) {
	set := data.Shapes(1, 64, 10)
	for _, c := range []struct {
		network string
		head    hw.Head
	}{{"3x8,5x12s2,1x4", hw.FlattenHead}, {"7x6s3,3x5s2", hw.PoolHead}} {
		m, _ := trained(t, c.network, c.head, set)
		file := filepath.Join(t.TempDir(), "net.onnx")
		if err := m.ExportONNX(file); err != nil {
			t.Fatal(err)
		}
		want, err := m.Network.Network(m.Input, len(m.Classes), c.head)
		if err != nil {
			t.Fatal(err)
		}
		got, err := netfile.Open(file, m.Input, len(m.Classes))
		if err != nil || len(got.Layers) != len(want.Layers) {
			t.Errorf("%s: %+v, %v", c.network, got, err)
			continue
		}
		for i := range want.Layers {
			g, w := got.Layers[i], want.Layers[i]
			params := w.Params
			if w.Kind == hw.Conv {
				params -= 3 * int64(w.Out.C)
			}
			if g.Kind != w.Kind || g.In != w.In || g.Out != w.Out || g.Kernel != w.Kernel || g.Stride != w.Stride || g.MACs != w.MACs || g.Params != params {
				t.Errorf("%s: layer %d is %+v, want %+v", c.network, i, g, w)
			}
		}
	}
}
