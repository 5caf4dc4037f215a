package kernelext_test

import (
	"fmt"
	"strconv"

	"coexplore/hw"
	"coexplore/kernelext"
	"coexplore/kernelext/figure"
	"coexplore/nas"
)

// In a notebook the figure is drawn; here it is named.
func ExampleShow() {
	trials := []nas.Trial{{Status: nas.Trained, Reward: 0.8}}
	kernelext.Show(figure.Reward(trials), kernelext.Caption("A search of one episode."))
	// Output:
	// figure: Reward per episode
	// Figure 1. A search of one episode.
}

func ExampleTable() {
	kernelext.Table([]string{"FPGA", "DSP", "utilization"},
		[]any{"XC7Z015", 160, "98.2 %"},
		[]any{"ZU3EG", 360, "91.0 %"})
	// Output:
	// FPGA     DSP  utilization
	// -------  ---  -----------
	// XC7Z015  160       98.2 %
	// ZU3EG    360       91.0 %
}

func ExampleTabulate() {
	type board struct {
		Part  string `table:"FPGA"`
		DSP   int
		Price float64 `table:"price (USD)"`
	}
	boards := kernelext.Tabulate([]board{{"XC7Z015", 160, 12345.6}, {"ZU3EG", 360, 99.5}})
	fmt.Print(boards.Markdown())
	// Output:
	// | FPGA | DSP | price (USD) |
	// | :-- | --: | --: |
	// | XC7Z015 | 160 | 12346 |
	// | ZU3EG | 360 | 99.5 |
}

func ExampleLive() {
	live := kernelext.Live()
	settings := nas.Settings{Seed: 1, Episodes: 40, Recorder: live}
	fmt.Println(settings.Recorder != nil)
	// Output: true
}

func ExampleProgress() {
	bar := kernelext.Progress()
	for i := range 3 {
		if err := bar.Step(i+1, 3, "training"); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(bar.Finish())
	// Output: <nil>
}

// The search runs when the cell runs for the first time, and again when fps or
// the code has changed. Outside a notebook it runs every time.
func ExampleKeep() {
	fps := 600.0
	search := func() (string, error) { return fmt.Sprintf("found at %g frames/s", fps), nil }
	fmt.Println(kernelext.Keep("search", fps, search))
	// Output: found at 600 frames/s <nil>
}

func ExampleMust() {
	n := kernelext.Must(strconv.Atoi("3")) // a cell with an error in it stops here
	fmt.Println(n)
	// Output: 3
}

// What the reader was to write is looked at, and the first thing that is wrong named.
func ExampleExercise() {
	interval := func(stages ...float64) float64 { return stages[0] } // the reader's

	ex := kernelext.Exercise("interval")
	ex.Near(interval(120, 80), 120, 1e-9, "two stages: the slower decides")
	ex.Near(interval(80, 120), 120, 1e-9, "the slowest stage decides, wherever it stands")
	ex.Done()
	// Output: Not yet: the slowest stage decides, wherever it stands.
}

// An open exercise has a score, and a target.
func ExampleChecker_Score() {
	ex := kernelext.Exercise("faster")
	ex.Score(1250, "frames/s", 1200)
	ex.Done()
	// Output: Right: 1250 frames/s; the target is 1200.
}

// Outside a notebook the controls stand at their start.
func ExampleInteract() {
	n := kernelext.Slider("FPGAs", 1, 8, 1, 3)
	part := kernelext.Choice("part", "XC7Z015", "ZU3EG")
	kernelext.Interact(func() any { return fmt.Sprintf("%g x %s", n.Value(), part.Value()) }, n, part)
	// Output:
	// FPGAs = 3, part = XC7Z015
	// 3 x XC7Z015
}

// What the weight of accuracy in the reward decides, on two FPGAs of one's own.
func ExampleSession() {
	mine := hw.Device{Part: "MINE", DSP: 220, BRAM18: 280, MemoryGbps: 34, Price: 1}
	s := kernelext.Must(kernelext.NewSession("MINE:2", 2400, mine))
	runs := kernelext.Must(s.SweepBeta(0, 0.5, 1))
	kernelext.Show(figure.BetaSweep(runs))
	// Output: figure: What the weight of accuracy decides
}
