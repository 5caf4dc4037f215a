package command

import "github.com/spf13/cobra"

// subcommands lists the commands in the order in which the help shows them.
func subcommands() []*cobra.Command {
	return []*cobra.Command{
		newExploreCommand(),
		newTrainCommand(),
		newEvaluateCommand(),
		newPipelineCommand(),
		newLayerCommand(),
		newRTLCommand(),
		newTableCommand(),
		newDevicesCommand(),
		newDataCommand(),
		newCompareCommand(),
		newStudyCommand(),
		newBenchmarkCommand(),
		newFiguresCommand(),
		newRepairCommand(),
		newNotebooksCommand(),
	}
}
