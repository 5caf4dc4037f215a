// Package figure turns results into plots for papers, slides and notebooks.
//
// A builder takes a result and returns a *plot.Plot of gonum, which can be
// changed like any other before it is saved or shown:
//
//	p, err := figure.Pareto(result)
//	if err != nil {
//		return err
//	}
//	p.Title.Text = "Three XC7Z015, 35 frames/s"
//	err = figure.Save(p, "pareto.pdf") // or .svg, .png, .eps, .tex
//
// The builders are Reward (what a search earned, episode by episode), Pareto
// (accuracy against pipeline efficiency), Utilization (the stages of one
// pipeline), Gantt (frames on their way through a pipeline), Cuts (why a network
// was cut where it was), Fast (fast exploration of one network), Compare
// (several searches at equal cost), Fronts (the Pareto fronts of several searches),
// ValidShare (how many networks meet a specification), and, of the training of one
// network, Learning (accuracy by epoch), Loss and Confusion (which classes are
// taken for which).
//
// All share one style: the colours of Okabe and Ito, which the colour-blind can
// tell apart (jfly.uni-koeln.de/color), markers that differ in shape as well,
// units on every axis, and a key above the data, never on it.
package figure
