package command

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"coexplore/data"
	"coexplore/hw"
	"coexplore/internal/atomicfile"
	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/space"
	"coexplore/nas/train"
)

// How the networks of the shipped table were trained, and how many of them three
// times. With these values the table takes about half an hour on two cores.
const (
	tableTrain   = 3000
	tableTest    = 1000
	tableEpochs  = 4
	tableBatch   = 64
	tableRate    = 0.1
	tableRepeats = 200
)

func newBenchmarkCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "benchmark",
		Short: "Show or make the table of the tiny space's accuracies",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newBenchmarkBuildCommand(), newBenchmarkInfoCommand())
	return cmd
}

// tableInfo is what `benchmark info --json` prints.
type tableInfo struct {
	Info     map[string]string `json:"info"`
	Networks int               `json:"networks"`
	Repeated int               `json:"repeated"` // networks with more than one accuracy
	Lowest   float64           `json:"lowest"`
	Highest  float64           `json:"highest"`
	Noise    float64           `json:"noise"` // standard deviation between seeds
}

func newBenchmarkInfoCommand() *cobra.Command {
	var file string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "info",
		Short: "Say what a table holds and where it is from",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			table, err := openTable(file)
			if err != nil {
				return err
			}
			info := tableInfo{Info: map[string]string{}, Networks: len(table.Networks())}
			info.Lowest, info.Highest, info.Noise = table.Spread()
			for _, network := range table.Networks() {
				if len(table.Accuracies(network)) > 1 {
					info.Repeated++
				}
			}
			for _, line := range table.Info {
				info.Info[line.Key] = line.Value
			}
			if asJSON {
				return writeJSON(cmd, info)
			}
			w := cmd.OutOrStdout()
			for _, line := range table.Info {
				fmt.Fprintf(w, "%s: %s\n", line.Key, line.Value)
			}
			fmt.Fprintf(w, "%d networks, %d of them trained with several seeds\n", info.Networks, info.Repeated)
			fmt.Fprintf(w, "accuracies from %.2f %% to %.2f %%, standard deviation between seeds %.2f points\n",
				100*info.Lowest, 100*info.Highest, 100*info.Noise)
			return nil
		},
	}
	cmd.Flags().StringVar(&file, "table", "", "CSV file of a table, compressed if it ends in .gz (default: the one that is built in)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return cmd
}

// openTable reads a table from a file, or the one that is built in.
func openTable(file string) (*evaluate.Table, error) {
	if file == "" {
		return evaluate.TinyTable()
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(file, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	table, err := evaluate.ReadTable(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return table, nil
}

func newBenchmarkBuildCommand() *cobra.Command {
	var out string
	var workers int
	cmd := &cobra.Command{
		Use:   "build --out FILE",
		Short: "Train every network of the tiny space and write the table",
		Long: fmt.Sprintf(`Train every network of the tiny space on shapes at half size (16x16), one core
each, and %d of them with three seeds, and write their accuracies as a table.
Each accuracy is kept in FILE.partial as soon as it is known: after an
interruption the same command goes on.`, tableRepeats),
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return usagef("--out is needed: the file to write, .csv or .csv.gz")
			}
			return buildTable(cmd.Context(), out, workers, cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "file to write, compressed if it ends in .gz")
	cmd.Flags().IntVar(&workers, "workers", 0, "networks trained at once (0: one a core)")
	return cmd
}

// A job is a network to be trained with a seed, and later its accuracy.
type job struct {
	Network  string  `json:"network"`
	Seed     uint64  `json:"seed"`
	Accuracy float64 `json:"accuracy"`
}

// tableJobs lists all trainings of the table: every network with seed 1, then
// some of them, evenly spread, with seeds 2 and 3.
func tableJobs(s space.Chain) []job {
	var jobs []job
	nas.All(s, func(actions []int) bool {
		jobs = append(jobs, job{Network: s.Network(actions), Seed: 1})
		return true
	})
	all := len(jobs)
	for _, seed := range []uint64{2, 3} {
		for i := range tableRepeats {
			jobs = append(jobs, job{Network: jobs[i*all/tableRepeats].Network, Seed: seed})
		}
	}
	return jobs
}

func buildTable(ctx context.Context, out string, workers int, stderr io.Writer) error {
	set, err := data.Shapes(dataSeed, tableTrain, tableTest).Halve()
	if err != nil {
		return err
	}
	tiny := space.Tiny().WithData(hw.Shape{C: set.Train.Channels, H: set.Train.Height, W: set.Train.Width}, len(set.Classes))
	options := train.DefaultOptions()
	options.Epochs, options.Batch, options.LearningRate = tableEpochs, tableBatch, tableRate
	options.Head, options.Threads = tiny.Head, 1
	evaluator := train.NewEvaluator(set, options)
	jobs := tableJobs(tiny)
	partial := out + ".partial"
	done, err := readPartial(partial)
	if err != nil {
		return err
	}
	log, err := os.OpenFile(partial, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	bar := newBar(stderr, len(jobs), "trainings")
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var mu sync.Mutex // guards log, bar and failure
	var failure error
	var wg sync.WaitGroup
	slots := make(chan struct{}, workers)
	for i := range jobs {
		j := &jobs[i]
		if a, ok := done[job{Network: j.Network, Seed: j.Seed}]; ok {
			j.Accuracy = a
			bar.Add(1)
			continue
		}
		slots <- struct{}{}
		mu.Lock()
		stop := failure != nil || ctx.Err() != nil
		mu.Unlock()
		if stop {
			break
		}
		wg.Go(func() {
			defer func() { <-slots }()
			e, err := evaluator.Evaluate(ctx, j.Network, j.Seed)
			mu.Lock()
			defer mu.Unlock()
			if err == nil && e.Reason != "" {
				err = errors.New(e.Reason)
			}
			if err == nil {
				j.Accuracy = e.Accuracy
				err = json.NewEncoder(log).Encode(j)
			}
			if err != nil && failure == nil {
				failure = fmt.Errorf("training %s with seed %d: %w", j.Network, j.Seed, err)
			}
			bar.Add(1)
		})
	}
	wg.Wait()
	fmt.Fprintln(stderr)
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("stopped; what is done is kept in %s, the same command goes on", partial)
	}
	if failure != nil {
		return failure
	}
	table := &evaluate.Table{Info: []evaluate.TableInfo{
		{Key: "space", Value: "tiny: 3 convolutions, kernels 1 3 5, filters 8 16 24 36, stride 1, batch norm, ReLU; global average pooling, dense 10"},
		{Key: "data", Value: fmt.Sprintf("shapes, seed %d, %d training and %d test images, halved to 16x16x3", dataSeed, tableTrain, tableTest)},
		{Key: "training", Value: fmt.Sprintf("%d epochs, batches of %d, SGD with Nesterov momentum %g, learning rate %g after a warm-up of %g epochs, cosine schedule, weight decay %g",
			options.Epochs, options.Batch, options.Momentum, options.LearningRate, options.WarmUp, options.WeightDecay)},
		{Key: "columns", Value: fmt.Sprintf("test accuracy with seed 1; for %d networks also with seeds 2 and 3", tableRepeats)},
		{Key: "made by", Value: "coexplore benchmark build, version " + Version},
	}}
	for _, j := range jobs {
		table.Add(j.Network, j.Accuracy)
	}
	if err := writeTable(table, out); err != nil {
		return err
	}
	return os.Remove(partial)
}

// readPartial reads the accuracies that an interrupted build has kept.
func readPartial(path string) (map[job]float64, error) {
	done := make(map[job]float64)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return done, nil
	}
	if err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(bytes.NewReader(b))
	for n := 1; lines.Scan(); n++ {
		var j job
		if err := json.Unmarshal(lines.Bytes(), &j); err != nil {
			return nil, fmt.Errorf("%s, line %d is damaged: %w; remove that line and go on", path, n, err)
		}
		done[job{Network: j.Network, Seed: j.Seed}] = j.Accuracy
	}
	return done, lines.Err()
}

func writeTable(t *evaluate.Table, path string) error {
	return atomicfile.WriteTo(path, func(w io.Writer) error {
		if !strings.HasSuffix(path, ".gz") {
			_, err := t.WriteTo(w)
			return err
		}
		z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
		if err != nil {
			return err
		}
		if _, err := t.WriteTo(z); err != nil {
			return err
		}
		return z.Close()
	})
}
