package evaluate

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/stat"

	"coexplore/internal/textfile"
	"coexplore/nas"
)

// A Table holds the accuracies of networks that were evaluated beforehand. As an
// nas.Evaluator it answers at once, so that a whole exploration takes a second, and
// the true Pareto front is known.
//
// It is kept as CSV: lines that begin with # say where the figures come from, as
// "# key: value"; then a header and a row for each network, with its name and one
// or more accuracies between 0 and 1, each from a training with another seed.
type Table struct {
	Info       []TableInfo // in the order of the file
	networks   []string
	accuracies map[string][]float64
}

// TableInfo is something that a table says about itself.
type TableInfo struct{ Key, Value string }

// LoadTable reads a table from a CSV file, plain or compressed by gzip; with an empty
// path it is the one that is built in, TinyTable.
func LoadTable(path string) (*Table, error) {
	if path == "" {
		return TinyTable()
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	table, err := ReadTable(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return table, nil
}

// ReadTable reads a table, plain or compressed by gzip. Semicolons or tabs may
// stand in place of the commas, with decimal commas in the numbers, as spreadsheets
// save it. An error names the line.
func ReadTable(r io.Reader) (*Table, error) {
	text, err := textfile.ReadFrom(r)
	if err != nil {
		return nil, fmt.Errorf("evaluate: table: %w", err)
	}
	rows, err := textfile.NewTable(text)
	if err != nil {
		return nil, fmt.Errorf("evaluate: table, %w", err)
	}
	t := &Table{accuracies: make(map[string][]float64)}
	for _, comment := range rows.Comments {
		key, value, ok := strings.Cut(comment.Text, ":")
		if !ok {
			return nil, fmt.Errorf("evaluate: table, line %d: a line that begins with # must be \"# key: value\"", comment.Line)
		}
		t.Info = append(t.Info, TableInfo{strings.TrimSpace(key), strings.TrimSpace(value)})
	}
	header := rows.Header()
	if len(header) < 2 || header[0] != "network" {
		return nil, fmt.Errorf("evaluate: table, line %d: want a header that begins with network,accuracy", rows.HeaderLine())
	}
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("evaluate: table, %w", err)
		}
		if err := t.addRow(row, len(header), rows); err != nil {
			return nil, fmt.Errorf("evaluate: table, line %d: %w", rows.Line(), err)
		}
	}
	if len(t.networks) == 0 {
		return nil, errors.New("evaluate: the table has no network")
	}
	return t, nil
}

// addRow enters a row of a file whose header has so many columns.
func (t *Table) addRow(row []string, columns int, rows *textfile.Table) error {
	if t.accuracies[row[0]] != nil {
		return fmt.Errorf("network %s stands twice in the table", row[0])
	}
	if len(row) < 2 || len(row) > columns {
		return fmt.Errorf("%d fields, want 2 to %d; a name with commas stands in quotes, and numbers have a decimal point", len(row), columns)
	}
	var values []float64
	for _, field := range row[1:] {
		v, err := rows.Number(field)
		if err != nil {
			return fmt.Errorf("accuracy %w", err)
		}
		if v < 0 || v > 1 {
			return fmt.Errorf("accuracy %q is not between 0 and 1", field)
		}
		values = append(values, v)
	}
	t.networks = append(t.networks, row[0])
	t.accuracies[row[0]] = values
	return nil
}

// WriteTo writes the table as [ReadTable] reads it.
func (t *Table) WriteTo(w io.Writer) (int64, error) {
	count := &counter{w: w}
	out := bufio.NewWriter(count)
	most := 1
	for _, info := range t.Info {
		fmt.Fprintf(out, "# %s: %s\n", info.Key, info.Value)
	}
	for _, values := range t.accuracies {
		most = max(most, len(values))
	}
	out.WriteString("network,accuracy")
	for k := 2; k <= most; k++ {
		fmt.Fprintf(out, ",accuracy%d", k)
	}
	out.WriteByte('\n')
	rows := csv.NewWriter(out)
	for _, network := range t.networks {
		row := []string{network}
		for _, v := range t.accuracies[network] {
			row = append(row, strconv.FormatFloat(v, 'f', -1, 64))
		}
		rows.Write(row) // its error is kept until Flush
	}
	rows.Flush()
	err := errors.Join(rows.Error(), out.Flush())
	return count.n, err
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// Add enters an accuracy of a network, after those that it has.
func (t *Table) Add(network string, accuracy float64) {
	if t.accuracies == nil {
		t.accuracies = make(map[string][]float64)
	}
	if t.accuracies[network] == nil {
		t.networks = append(t.networks, network)
	}
	t.accuracies[network] = append(t.accuracies[network], accuracy)
}

// Networks are the networks of the table, in its order. The slice is not to be
// changed.
func (t *Table) Networks() []string { return t.networks }

// Accuracies are those of a network, one a seed; nil if it is not in the table.
func (t *Table) Accuracies(network string) []float64 { return t.accuracies[network] }

// Evaluate implements nas.Evaluator: the mean of the network's accuracies, whatever
// the seed. A network that is not in the table is an error.
func (t *Table) Evaluate(_ context.Context, network string, _ uint64) (nas.Evaluation, error) {
	values := t.accuracies[network]
	if len(values) == 0 {
		return nas.Evaluation{}, fmt.Errorf("evaluate: network %s is not in the table", network)
	}
	return nas.Evaluation{Accuracy: stat.Mean(values, nil)}, nil
}

// Spread is the range of the networks' mean accuracies, and noise the standard
// deviation between trainings of one network with other seeds, pooled over the networks
// with several: 0 if none has. That of a mean of k trainings is noise/sqrt(k).
func (t *Table) Spread() (lowest, highest, noise float64) {
	lowest, highest = math.Inf(1), math.Inf(-1)
	squares, freedom := 0.0, 0.0
	for _, values := range t.accuracies {
		mean := stat.Mean(values, nil)
		lowest, highest = min(lowest, mean), max(highest, mean)
	}
	for _, network := range t.networks { // in order: sums of floats depend on it
		if values := t.accuracies[network]; len(values) > 1 {
			n := float64(len(values) - 1)
			squares += stat.Variance(values, nil) * n
			freedom += n
		}
	}
	if freedom > 0 {
		noise = math.Sqrt(squares / freedom)
	}
	return lowest, highest, noise
}
