// Package grade runs the exercises of lessons: it checks a lesson, makes the copy that
// students get, and marks what they hand in.
//
// A lesson is a notebook with solutions, the master. The metadata of a cell says what
// part it has in an exercise; every other cell is a teaching cell:
//
//	answer    code: what the reader has to change; it compiles, and does not pass
//	          {"coexplore": {"exercise": "interval", "role": "answer",
//	            "wrong": [{"answer": "func interval ...", "says": "the slowest"}, ...]}}
//	check     code: %% and then ex := Exercise("interval") ... ex.Done()
//	          {"coexplore": {"exercise": "interval", "role": "check"}}
//	solution  markdown: words, and one block ```go with the whole answer cell
//	          {"coexplore": {"exercise": "interval", "role": "solution"}}
//
// The answer's metadata holds at least three wrong answers, each with a part of the
// hint that it must be given. It may hold "points", 1 otherwise, and "grader": a check
// beside the check cell that students do not get.
//
//	lesson := grade.NewLesson(nb)
//	if err := lesson.Err(); err != nil {
//		return err // what is wrong with its cells
//	}
//	findings, err := grade.CheckLesson(ctx, lesson, grade.Options{Kernel: tools.Kernel(folder)}, nil)
//
// # How an answer is marked
//
// The answer is run in a kernel that has run the master's teaching cells and the
// master's solutions of the exercises above; the check and the grader are the
// master's too. What counts is the mark that the check displays, if its program ends
// without an error.
package grade
