package figure_test

import (
	"fmt"
	"os"
	"path/filepath"

	"coexplore/hw"
	"coexplore/kernelext/figure"
	"coexplore/nas"
	"coexplore/nas/space"
	"coexplore/nas/train"
)

// trials of a search that proposed four networks.
var trials = []nas.Trial{
	{Episode: 0, Status: nas.Pruned, Reward: -1, Design: nas.Design{Network: "5x36,5x36,5x36", Efficiency: 1.3, Throughput: 20}},
	{Episode: 1, Status: nas.Trained, Reward: 0.8, Design: nas.Design{Network: "3x16,3x24,1x24", Accuracy: 0.82, Efficiency: 0.78, Throughput: 61}},
	{Episode: 2, Status: nas.Trained, Reward: 0.85, Design: nas.Design{Network: "3x24,3x24,3x24", Accuracy: 0.87, Efficiency: 0.83, Throughput: 60}},
	{Episode: 3, Status: nas.Trained, Reward: 0.87, Design: nas.Design{Network: "3x36,3x24,3x16", Accuracy: 0.84, Efficiency: 0.9, Throughput: 63}},
}

var result = nas.NewResult(&nas.Problem{Space: space.Tiny(), Spec: 60}, &nas.Settings{Seed: 1}, "coexplore", trials)

func ExampleReward() {
	p := figure.Reward(trials)
	fmt.Println(p.Title)
	// Output: Reward per episode
}

func ExamplePareto() {
	p := figure.Pareto(result)
	fmt.Println(p.Y, "against", p.X)
	// Output: accuracy (%) against pipeline efficiency (%)
}

func ExampleUtilization() {
	p := figure.Utilization(&hw.Pipeline{ThroughputFPS: 38.2, Efficiency: 0.95, Stages: []hw.Stage{
		{Device: "XC7Z015", First: 0, Last: 3, Utilization: 0.92},
		{Device: "XC7Z015", First: 4, Last: 5, Utilization: 0.98},
	}}, 36)
	fmt.Println(p.Title)
	// Output: Utilization of the stages at 36 frames/s specified, 38.2 reached
}

func ExampleFastSteps() {
	p := figure.FastSteps([]nas.FastStep{
		{Episode: 3, Step: 1, Rewards: []float64{0.7, 0.8}, Efficiency: 0.75, Meets: true, Best: 0.75},
		{Episode: 3, Step: 2, Rewards: []float64{0.9, -0.1}, Efficiency: 1, Best: 0.75},
	})
	fmt.Println(p.Title)
	// Output: Fast exploration in episode 4
}

func ExampleFronts() {
	p := figure.Fronts(result)
	fmt.Println(p.Title)
	// Output: Pareto fronts at 60 frames/s
}

func ExampleHypervolumes() {
	p := figure.Hypervolumes(result)
	fmt.Println(p.X, "from", 0, "to", 3)
	// Output: networks trained from 0 to 3
}

func ExampleValidShare() {
	p := figure.ValidShare([]float64{20, 40, 60}, []figure.ShareCurve{
		{Name: "1 FPGA", Share: []float64{0.6, 0.2, 0.05}},
		{Name: "3 FPGAs", Share: []float64{0.9, 0.6, 0.3}},
	})
	fmt.Println(p.Title)
	// Output: Networks that meet the specification
}

func ExampleLearning() {
	p := figure.Learning([]train.Epoch{
		{Epoch: 1, Loss: 1.6, TrainAccuracy: 0.42, TestAccuracy: 0.5, TestLoss: 1.3},
		{Epoch: 2, Loss: 1.1, TrainAccuracy: 0.6, TestAccuracy: 0.62, TestLoss: 1},
	})
	fmt.Println(p.Title, "in", p.Y)
	// Output: Accuracy while training in accuracy (%)
}

func ExampleConfusion() {
	p := figure.Confusion([][]int{{48, 2}, {5, 45}}, []string{"cat", "dog"})
	fmt.Println(p.Title)
	// Output: 93.0 % of 100 images right
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
