package train

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"coexplore/data"
	"coexplore/hw"
)

// chain parses a network that a test knows to be right.
func chain(t testing.TB, s string) hw.Chain {
	t.Helper()
	c, err := hw.ParseChain(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// same reduces an outcome to what must not depend on the machine's load.
func same(o *Outcome) string {
	c := *o
	c.Seconds, c.ImagesPerSecond = 0, 0
	c.History = append([]Epoch(nil), o.History...)
	for i := range c.History {
		c.History[i].Seconds = 0
	}
	b, err := json.Marshal(c)
	if err != nil {
		panic(err)
	}
	if o.Model != nil {
		b = append(b, fmt.Sprintf("%x", o.Model.Dense)...)
		for _, l := range o.Model.Convs {
			b = append(b, fmt.Sprintf("%x", l)...)
		}
	}
	return string(b)
}

func TestSameBitsOnAnyNumberOfThreads(t *testing.T) {
	set := data.Shapes(1, 250, 100)
	for _, kernels := range Kernels() {
		for _, head := range []hw.Head{hw.FlattenHead, hw.PoolHead} {
			want := ""
			for _, threads := range []int{1, 2, 8} {
				opt := DefaultOptions()
				opt.Epochs, opt.Batch, opt.Augment, opt.Head = 1, 50, true, head
				opt.Threads, opt.Kernels, opt.Keep = threads, kernels, true
				o, err := Train(context.Background(), chain(t, "3x8,5x10s2,1x7"), set, opt)
				if err != nil {
					t.Fatal(err)
				}
				if got := same(o); want == "" {
					want = got
				} else if got != want {
					t.Errorf("%s, %v: %d threads give other bits than 1", kernels, head, threads)
				}
			}
		}
	}
}
