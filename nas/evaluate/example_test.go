package evaluate_test

import (
	"context"
	"fmt"

	"coexplore/nas/evaluate"
)

// Look a network's accuracy up in the table that ships with the module.
func Example() {
	table, err := evaluate.TinyTable()
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := table.Evaluate(context.Background(), "3x16,3x24,3x24", 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d networks; this one is right in %.1f %% of the pictures\n", len(table.Networks()), 100*e.Accuracy)
	// Output:
	// 1728 networks; this one is right in 83.0 % of the pictures
}
