package command_test

import (
	"context"
	"os"

	"coexplore/internal/command"
)

// A network that does not parse: the exit status and where the mistake is.
func ExampleRun() {
	status := command.Run(context.Background(), []string{"train", "--network", "3x36,5y48"}, os.Stdout, os.Stdout)
	os.Stdout.WriteString(string(rune('0'+status)) + "\n")
	// Output:
	// coexplore: hw: network "3x36,5y48": layer 2, character 7: want "x" here (a layer is KxF or KxFsS, as in 3x48s2)
	// 2
}
