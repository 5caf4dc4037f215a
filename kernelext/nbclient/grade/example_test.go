package grade_test

import (
	"fmt"

	"coexplore/kernelext/nbclient"
	"coexplore/kernelext/nbclient/grade"
)

// Look at a lesson's exercises, and count the cells that students get.
func ExampleNewLesson() {
	nb, err := nbclient.Read("testdata/pipelines.ipynb")
	if err != nil {
		fmt.Println(err)
		return
	}
	lesson := grade.NewLesson(nb)
	fmt.Println("problems:", len(lesson.Problems))
	for _, e := range lesson.Exercises {
		fmt.Printf("%s: %g points, %d wrong answers\n", e.Name, e.Points, len(e.Wrong))
	}
	fmt.Printf("%d of %d cells\n", len(lesson.Student().Cells), len(nb.Cells))
	// Output:
	// problems: 0
	// interval: 1 points, 3 wrong answers
	// faster: 2 points, 3 wrong answers
	// 10 of 12 cells
}
