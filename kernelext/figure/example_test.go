package figure_test

import (
	"fmt"
	"os"
	"path/filepath"

	"coexplore/kernelext/figure"
	"coexplore/nas"
)

// trials of a search that proposed four networks.
var trials = []nas.Trial{
	{Episode: 0, Status: nas.Pruned, Reward: -1, Design: nas.Design{Network: "5x36,5x36,5x36", Efficiency: 1.3, Throughput: 20}},
	{Episode: 1, Status: nas.Trained, Reward: 0.8, Design: nas.Design{Network: "3x16,3x24,1x24", Accuracy: 0.82, Efficiency: 0.78, Throughput: 61}},
	{Episode: 2, Status: nas.Trained, Reward: 0.85, Design: nas.Design{Network: "3x24,3x24,3x24", Accuracy: 0.87, Efficiency: 0.83, Throughput: 60}},
	{Episode: 3, Status: nas.Trained, Reward: 0.87, Design: nas.Design{Network: "3x36,3x24,3x16", Accuracy: 0.84, Efficiency: 0.9, Throughput: 63}},
}

func ExampleSave() {
	dir, err := os.MkdirTemp("", "figures")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	p := figure.Reward(trials)
	for _, name := range []string{"reward.svg", "reward.pdf", "reward.gif"} {
		err := figure.Save(p, filepath.Join(dir, name))
		fmt.Println(name, err == nil)
	}
	// Output:
	// reward.svg true
	// reward.pdf true
	// reward.gif false
}
