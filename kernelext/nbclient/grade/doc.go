// Package grade runs the exercises of lessons: it checks a lesson, makes the copy that
// students get, and marks what they hand in.
//
// A lesson is a notebook with solutions, the master. The metadata of a cell says what
// part it has in an exercise; every other code cell is a teaching cell:
//
//	answer    code: what the reader has to change; it compiles, and does not pass
//	          {"coexplore": {"exercise": "interval", "role": "answer",
//	            "wrong": [{"answer": "func interval ...", "says": "the slowest"}, ...]}}
//	check     code: %% and then ex := Exercise("interval") ... ex.Done()
//	          {"coexplore": {"exercise": "interval", "role": "check"}}
//	solution  markdown: words, and one block <pre><code> with the whole answer cell,
//	          <, > and & as &lt;, &gt; and &amp;; or one block ```go, which
//	          nbconvert does not render within <details>
//	          {"coexplore": {"exercise": "interval", "role": "solution"}}
//
// The answer's metadata holds at least three wrong answers, each with a part of the
// hint that it must be given. It may hold "points", 1 otherwise, and "grader": a check
// beside the check cell that students do not get. A grader asks for values that the check
// cell does not show, so that an answer that only holds those gets no marks, though the
// student's own notebook says "Right."; its hint says why. In the course every exercise
// whose solution is a function and that has no score has one, and among its wrong answers
// one that holds the values shown.
//
//	lesson := grade.NewLesson(nb)
//	if err := lesson.Err(); err != nil {
//		return err // what is wrong with its cells
//	}
//	o := grade.Options{Kernel: tools.Kernel(folder)}
//	findings, err := grade.CheckLesson(ctx, lesson, o, nil) // do its answers fare as they should?
//	lesson.Student().Write("handed-out.ipynb")
//	o.Kernel, err = grade.Confine(o.Kernel, grade.Limits{MemoryMB: 2048, OutputKB: 1024})
//	results, err := grade.Grade(ctx, lesson, "handed-in", files, o, nil)
//
// # How an answer is marked
//
// Teaching cells, checks and graders are the master's, and so are the solutions that
// stand in for the exercises above; from a submission only the answers are taken, without
// the programs that try them out. Where cells were copied, split, merged, moved or written
// anew, the last code cell counts that declares what the exercise asks for. Helpers that a
// student has declared, in any cell, may be used in all answers. An
// answer that may not run is refused with the reason: it must be Go alone, without
// commands to the kernel and directives to the compiler; it uses no packages but those
// that only compute, and those that the lesson itself uses; it declares no name of the
// lesson's teaching cells, unless the solution does; and it does not call Exercise, Keep
// or Forget. What counts is the one mark that the check displays, if the program then
// ends without an error. The mark must repeat a nonce that is made for this run and
// set when the check's program begins.
//
// # What it does not keep out
//
// An answer runs in the process of its check, and as the user who marks it. So a
// determined cheater can still
//
//   - write what fits the values that the visible check asks for, and nothing else: ask
//     for other values in the grader;
//   - change exported variables of the packages that the check uses, and read or write
//     files by way of a package that the lesson imports, such as os: leave such
//     packages to cells that need no import, or look at the answers;
//   - wait for the nonce to be set and show a mark with it, if the lesson imports a
//     package with which it can both read the environment and end the program.
//
// Confine takes the network away, and hides other processes, the masters and the other
// submissions. The user's files can be read and written by code that gets past the
// rules: to mark the work of people whom you do not trust, do it as a user of its own,
// or in a virtual machine. Marks of 100 % and odd scores deserve a look.
package grade
