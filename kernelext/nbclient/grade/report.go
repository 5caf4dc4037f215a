package grade

import (
	"cmp"
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"
)

// WriteCSV writes the results as a table for a spreadsheet: a row for each exercise of
// each submission, and one with its total. Columns: file, exercise, points, of, score
// (of open exercises whose rules are kept), reason. A text that a spreadsheet would
// take for a formula begins with an apostrophe.
func WriteCSV(w io.Writer, results []Result) error {
	out := csv.NewWriter(w)
	out.Write([]string{"file", "exercise", "points", "of", "score", "reason"})
	for _, r := range results {
		for _, m := range r.Marks {
			score := ""
			if m.Mark != nil && m.Mark.Score != nil {
				score = number(*m.Mark.Score)
			}
			out.Write([]string{noFormula(r.File), m.Exercise, number(m.Points), number(m.Of), score, noFormula(m.Reason)})
		}
		points, of := r.Points()
		out.Write([]string{noFormula(r.File), "total", number(points), number(of), "", ""})
	}
	out.Flush()
	return out.Error()
}

// number is a figure in full.
func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

func noFormula(s string) string {
	if s != "" && strings.Contains("=+-@", s[:1]) {
		s = "'" + s
	}
	return line(s)
}

// A Leaderboard is the scores of an open exercise, the best first.
type Leaderboard struct {
	Exercise string
	Unit     string
	Target   *float64 // nil: none
	Places   []Place
}

// A Place on a leaderboard. Equal scores share a rank.
type Place struct {
	Rank  int
	File  string
	Score float64
}

// Leaderboards are those of the exercises in which any submission has a score, in the
// order of the lesson. A score counts whether it reaches the target or not, but only
// where all conditions of the check hold.
func Leaderboards(results []Result) []Leaderboard {
	var boards []Leaderboard
	for _, r := range results {
		for _, m := range r.Marks {
			if m.Mark == nil || m.Mark.Score == nil {
				continue
			}
			i := slices.IndexFunc(boards, func(b Leaderboard) bool { return b.Exercise == m.Exercise })
			if i < 0 {
				i = len(boards)
				boards = append(boards, Leaderboard{Exercise: m.Exercise, Unit: m.Mark.Unit, Target: m.Mark.Target})
			}
			boards[i].Places = append(boards[i].Places, Place{File: r.File, Score: *m.Mark.Score})
		}
	}
	if len(results) > 0 { // a lesson's exercises are in the same order in all results
		order := func(b Leaderboard) int {
			return slices.IndexFunc(results[0].Marks, func(m ExerciseMark) bool { return m.Exercise == b.Exercise })
		}
		slices.SortFunc(boards, func(x, y Leaderboard) int { return order(x) - order(y) })
	}
	for _, b := range boards {
		slices.SortFunc(b.Places, func(x, y Place) int {
			return cmp.Or(cmp.Compare(y.Score, x.Score), strings.Compare(x.File, y.File))
		})
		for i := range b.Places {
			b.Places[i].Rank = i + 1
			if i > 0 && b.Places[i].Score == b.Places[i-1].Score {
				b.Places[i].Rank = b.Places[i-1].Rank
			}
		}
	}
	return boards
}
