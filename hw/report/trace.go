package report

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"coexplore/hw"
	"coexplore/hw/blast"
)

// printTrace prints how BLAST came to its answer: the stages that it could have
// made, the cuts, the sets of FPGAs, and why the answer won.
func printTrace(out io.Writer, t *blast.Trace, spec bool) error {
	if spec {
		fmt.Fprintf(out, "\nHow it was found: %g frames/s allow %.4g ms a frame.\n", t.FPS, t.BudgetMS)
	} else {
		fmt.Fprintln(out, "\nHow it was found:")
	}
	var kinds []string
	for i := range t.Groups {
		if g := &t.Groups[i]; g.Split == "" && !slices.Contains(kinds, g.FPGAs) {
			kinds = append(kinds, g.FPGAs)
		}
	}
	for _, k := range kinds {
		if err := printGroups(out, t, k, spec); err != nil {
			return err
		}
	}
	if err := printSplits(out, t); err != nil {
		return err
	}
	if len(t.Cuts) > 0 {
		fmt.Fprintln(out, "\nCuts")
		w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "  before layer\twords\tlink ms\t\twhy")
		for _, c := range t.Cuts {
			mark := ""
			if c.Chosen {
				mark = "cut"
			}
			fmt.Fprintf(w, "  %d\t%d\t%.4g\t%s\t%s\n", c.Before+1, c.Words, c.LinkMS, mark, c.Why)
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	fmt.Fprintln(out, "\nFPGAs")
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "  set\tutilization\tprice\tframes/s\twhy")
	for i, s := range t.Sets {
		if i == mostSets {
			fmt.Fprintf(w, "  ... %d more (--json lists them)\n", len(t.Sets)-i)
			break
		}
		fmt.Fprintf(w, "  %s\t%s\t%.4g\t%.4g\t%s\n", s.FPGAs, Percent(s.Best.Utilization), s.Best.Price, s.Best.ThroughputFPS, s.Why)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\nWhy this pipeline: %s.\n", t.Why)
	return err
}

// mostSets is the most sets of FPGAs to list.
const mostSets = 20

// widestTable is the most layers that a table of groups has columns for.
const widestTable = 16

// printGroups prints the latencies of all groups of layers on a part, the first
// layer of a group down and its last across.
func printGroups(out io.Writer, t *blast.Trace, part string, spec bool) error {
	var layers []int // that begin or end a group
	for i := range t.Groups {
		g := &t.Groups[i]
		if g.FPGAs != part || g.Split != "" {
			continue
		}
		for _, l := range []int{g.First, g.Last} {
			if at, ok := slices.BinarySearch(layers, l); !ok {
				layers = slices.Insert(layers, at, l)
			}
		}
	}
	if len(layers) > widestTable {
		n, met := 0, 0
		for i := range t.Groups {
			if g := &t.Groups[i]; g.FPGAs == part && g.Split == "" {
				n++
				if g.Meets {
					met++
				}
			}
		}
		_, err := fmt.Fprintf(out, "\nStages on %s: %d groups of layers were considered, %d of them meet the specification (--json lists them)\n", part, n, met)
		return err
	}
	note := "[chosen]"
	if spec {
		note += ", * misses the specification"
	}
	fmt.Fprintf(out, "\nMilliseconds of a stage on %s, from the layer on the left to the layer above; %s\n", part, note)
	w := tabwriter.NewWriter(out, 0, 0, 1, ' ', tabwriter.AlignRight)
	for _, l := range layers {
		fmt.Fprintf(w, "\t%d ", l+1)
	}
	fmt.Fprintln(w, "\t")
	for i, first := range layers {
		fmt.Fprintf(w, "  %d", first+1)
		for _, last := range layers {
			at := slices.IndexFunc(t.Groups, func(g blast.GroupDecision) bool {
				return g.First == first && g.Last == last && g.FPGAs == part && g.Split == ""
			})
			switch {
			case at < 0 && last < layers[i]:
				fmt.Fprint(w, "\t")
			case at < 0:
				fmt.Fprint(w, "\t- ")
			case t.Groups[at].Chosen:
				fmt.Fprintf(w, "\t[%.4g]", t.Groups[at].LatencyMS)
			case !t.Groups[at].Meets && spec:
				fmt.Fprintf(w, "\t%.4g*", t.Groups[at].LatencyMS)
			default:
				fmt.Fprintf(w, "\t%.4g ", t.Groups[at].LatencyMS)
			}
		}
		fmt.Fprintln(w, "\t")
	}
	return w.Flush()
}

// mostSplits is the most divided layers to list.
const mostSplits = 40

// printSplits prints the layers that could be divided over several FPGAs.
func printSplits(out io.Writer, t *blast.Trace) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	n := 0
	for i := range t.Groups {
		g := &t.Groups[i]
		if g.Split == "" {
			continue
		}
		if n == 0 {
			fmt.Fprintln(out, "\nLayers divided over several FPGAs")
			fmt.Fprintln(w, "  layer\tby\ton\tms\tlink ms\twhy")
		}
		if n++; n <= mostSplits || g.Chosen {
			fmt.Fprintf(w, "  %d\t%s\t%s\t%.4g\t%.4g\t%s\n", g.First+1, g.Split, g.FPGAs, g.LatencyMS, g.LinkMS, g.Why)
		}
	}
	if n > mostSplits {
		fmt.Fprintf(w, "  ... %d in all (--json lists them)\n", n)
	}
	return w.Flush()
}

// Published is what a paper reports of the network.
type Published struct {
	hw.Published
	Differences string `json:"differences"`
}

// PublishedFor is what is published of a network as it is planned here: on
// XC7Z015, with 32-bit floating point at 100 MHz.
func PublishedFor(net *hw.Network, pool hw.Pool, target hw.Target) *Published {
	p, ok := hw.PublishedResult(net)
	if !ok || len(pool) != 1 || pool[0].Device.Part != "XC7Z015" || target.Bits != 32 || target.ClockMHz != 100 {
		return nil
	}
	return &Published{p, hw.PublishedDifferences}
}

// print writes the paper's figures beside ours.
func (p *Published) print(out io.Writer, pipe *hw.Pipeline) error {
	fmt.Fprintf(out, "\nBeside the paper (%s; %s)\n", p.Model, p.Source)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "  \tFPGAs\tframes/s\tefficiency\tbalance\tGOPS/W")
	fmt.Fprintf(w, "  ours\t%d\t%.4g\t%s\t%s\t%.3g\n", len(pipe.Stages), pipe.ThroughputFPS, Percent(pipe.Efficiency), Percent(pipe.Balance()), pipe.GOPSPerWatt)
	reported := func(v float64) string {
		if v == 0 {
			return "-"
		}
		return fmt.Sprint(v)
	}
	fmt.Fprintf(w, "  paper, at %g frames/s\t-\t%s\t%.2f%%\t-\t%s\n", p.Specification, reported(p.ThroughputFPS), 100*p.Efficiency, reported(p.GOPSPerWatt))
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, Wrap(p.Differences, 100))
	return err
}
