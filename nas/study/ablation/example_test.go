package ablation_test

import (
	"fmt"

	"coexplore/nas/study/ablation"
)

// What is left of co-exploration where its controller does not learn.
func Example() {
	methods := ablation.Methods()
	for _, name := range []string{"coexplore", "coexplore-frozen"} {
		d, err := methods.Lookup(name)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(d.Name, "has", len(d.Parameters), "parameters:", d.Usage)
	}
	// Output:
	// coexplore has 5 parameters: co-exploration: a controller proposes, fast exploration tunes to the hardware, training decides
	// coexplore-frozen has 1 parameters: ablation: the controller does not learn
}
