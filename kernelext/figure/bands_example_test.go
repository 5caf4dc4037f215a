package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
	"coexplore/nas"
)

func ExampleBands() {
	searches := []*nas.Result{sampleResult("coexplore", 1, 60), sampleResult("coexplore", 2, 60), sampleResult("coexplore", 3, 60), sampleResult("coexplore", 4, 60)}
	reward := func(t *nas.Trial) float64 { return t.Reward }
	trained := func(t *nas.Trial) bool { return t.Status == nas.Trained }
	f := figure.Bands("Reward: median and quartiles of 4 searches", "episode", "reward (0 to 1)", figure.OverEpisodes(reward, trained, searches...)...)
	fmt.Println(f.Name(), figure.Save(f, "testdata/bands.png"))
	// Output: Reward: median and quartiles of 4 searches <nil>
}
