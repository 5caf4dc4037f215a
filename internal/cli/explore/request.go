package explore

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"coexplore/nas/evaluate"
	"coexplore/nas/run"
)

// RequestOptions are the flags of evaluate-request.
type RequestOptions struct{ run.Resources }

// NewRequest is the subcommand evaluate-request.
func NewRequest() *cobra.Command {
	f := &RequestOptions{}
	cmd := &cobra.Command{
		Use:   "evaluate-request FILE...",
		Short: "Answer what a search asks about networks: what the jobs of a cluster run",
		Long: `Evaluate the network of each request, as a search with --cluster writes it into the
folder jobs of its run, and write the answer into the folder answers beside it: the
network is trained as the run's run.json says, or the run's --evaluator is asked, or
its --table. That a network cannot be trained is an answer. A status other than 0 says
that there is none, and that it is worth trying again.

A run on another scheduler's cluster needs nothing else: a job for each file.`,
		Example: `  coexplore evaluate-request runs/big/jobs/3x16_3x24-0123456789abcdef.request.json`,
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(cmd *cobra.Command, files []string) error { return f.run(cmd, files) },
	}
	fl := cmd.Flags()
	fl.IntVar(&f.Threads, "threads", 0, "threads that train the network (0: as many as Slurm gives the task, or else one a core)")
	fl.IntVar(&f.MemoryMiB, "max-memory", 0, "MiB of memory to stay within: networks whose training takes more are refused (0: no limit)")
	return cmd
}

func (f *RequestOptions) run(cmd *cobra.Command, files []string) error {
	dir := filepath.Dir(filepath.Dir(files[0]))
	if abs, err := filepath.Abs(files[0]); err == nil {
		dir = filepath.Dir(filepath.Dir(abs))
	}
	c, err := run.ReadConfig(dir)
	if err != nil {
		return err
	}
	r := f.Resources
	if n, err := strconv.Atoi(os.Getenv("SLURM_CPUS_PER_TASK")); err == nil && r.Threads == 0 {
		r.Threads = n
	}
	e, err := c.NewEvaluator(r)
	if err != nil {
		return err
	}
	folder := evaluate.Answers(filepath.Join(dir, run.AnswersDir))
	var failed []error
	for _, file := range files {
		if err := evaluate.AnswerRequest(cmd.Context(), file, e, folder); err != nil {
			failed = append(failed, err)
			continue
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "%s is answered\n", file)
	}
	return errors.Join(failed...)
}
