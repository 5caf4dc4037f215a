// Package kernelext is what a notebook cell calls to show what it has found. In a
// notebook that `coexplore notebooks new` began, cells read like sentences:
//
//	result := Must(Keep("search", fps, search))               // searched once, there for every cell
//	Show(figure.Pareto(result), Caption("Accuracy or speed.")) // "Figure 3. Accuracy or speed."
//	Show(figure.Reward(result.Trials), figure.Timeline(result.Trials)) // side by side
//	Table(result.Front)                                       // sortable; also CSV, LaTeX, Markdown
//	settings.Recorder = Live()                                // a figure that grows while a search runs
//	settings.Recorder = Progress()                            // or a bar, with the time that is left
//	n := Slider("FPGAs", 1, 8, 1, 3)
//	Interact(func() any { return draw(int(n.Value())) }, n)    // drawn anew when the slider moves
//	ex := Exercise("interval")                                // looks at what the reader wrote above
//	Check(figure.Save(figure.Pareto(result), "pareto.pdf"))   // an error stops the cell, in one line
//	runs := Must(Must(NewSession("XC7Z015:3", 2400)).SweepBeta(0, 0.5, 1)) // figure.BetaSweep(runs)
//
// It displays by way of the GoNB kernel, live and headless alike, and
// computes nothing itself, but that a Session starts searches. Every verb waits until the kernel has what it was given, so
// that nothing is lost when the cell's program ends, and outputs stand in the
// order in which they were made. The same code works in Jupyter Notebook,
// JupyterLab, VS Code and headless; what moves, sliders and sorting, are a few
// lines of script in the output itself, which ask the kernel for nothing.
//
// Outside a notebook the same code runs as well: Show, Table and Interact print
// text and name figures; Progress shows a bar on a terminal; Live does nothing;
// Keep computes.
package kernelext
