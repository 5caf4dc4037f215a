package explore

import (
	"fmt"

	"github.com/spf13/cobra"

	"coexplore/nas/run"
)

// NewRepair is the subcommand repair.
func NewRepair() *cobra.Command {
	return &cobra.Command{
		Use:   "repair RUN",
		Short: "Mend a run directory whose log is damaged",
		Long: `Mend a run directory that cannot be read any more: a disk changed a bit, the machine
crashed, or two programs wrote to it. Every line of the log, the checkpoint and
run.json have a checksum, so that this is noticed. The trials before the first
damaged line are kept, and the rest of the log is put beside it as
trials.damaged. If the search's state fits what is left, ` + "`explore --resume`" + ` goes on
from there, else from the first episode, without training again what is kept.`,
		Example: "  coexplore repair runs/tiny-coexplore-1",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := run.Repair(args[0])
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			if r.Dropped == 0 && !r.Restarts {
				fmt.Fprintf(out, "%s is whole: %d trials.\n", args[0], r.Kept)
				return nil
			}
			if r.Dropped > 0 {
				fmt.Fprintf(out, "Log: %s. Trials kept: %d. Lines put into %s: %d.\n", r.Reason, r.Kept, r.Aside, r.Dropped)
			}
			if r.Restarts {
				fmt.Fprintln(out, "The search's state does not fit, or is damaged, and is removed: resuming starts at the first episode.")
			} else {
				fmt.Fprintln(out, "The search's state fits: resuming goes on from it.")
			}
			return nil
		},
	}
}
