package kernelext_test

import (
	"errors"
	"fmt"

	"coexplore/kernelext"
	"coexplore/kernelext/figure"
	"coexplore/nas"
)

// Outside a notebook there is nowhere to show a figure: save it.
func ExampleShow() {
	trials := []nas.Trial{{Status: nas.Trained, Reward: 0.8}}
	err := kernelext.Show(figure.Reward(trials))
	fmt.Println(errors.Is(err, kernelext.ErrNoNotebook))
	// Output: true
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

// In a notebook the value is there for every other cell; here there is none.
func ExampleKeep() {
	err := kernelext.Keep("answer", 42)
	fmt.Println(err)
	// Output: kernelext: not in a notebook: no GoNB kernel started this program
}
