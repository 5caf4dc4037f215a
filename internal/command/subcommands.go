package command

import "github.com/spf13/cobra"

// subcommands lists the commands in the order in which the help shows them.
func subcommands() []*cobra.Command {
	return []*cobra.Command{
		newExploreCommand(),
		newTrainCommand(),
		newEvaluateCommand(),
		newEvaluateRequestCommand(),
		newPipelineCommand(),
		newLayerCommand(),
		newRTLCommand(),
		newTableCommand(),
		newDevicesCommand(),
		newDataCommand(),
		newCompareCommand(),
		newCompareSearchCommand(),
		newStudyCommand(),
		newBenchmarkCommand(),
		newFiguresCommand(),
		newRepairCommand(),
		newNotebooksCommand(),
	}
}
