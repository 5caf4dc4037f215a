package root

import (
	"github.com/spf13/cobra"

	"coexplore/internal/writable"
)

// Outputs are the places that commands write to: of each command the flags that
// name one, and how it is tried. Places are tried before a command does anything.
var Outputs = map[string]map[string]func(path string) error{
	"benchmark build":   {"out": writable.File},
	"compare":           {"out": writable.Folder},
	"data get":          {"out": writable.Folder},
	"data sheet":        {"out": writable.File},
	"evaluate":          {"onnx": writable.File, "figures": writable.Folder},
	"explore":           {"out": writable.Folder},
	"figures":           {"out": writable.Folder},
	"notebooks grade":   {"csv": writable.File},
	"notebooks run":     {"out": writable.Folder},
	"notebooks slides":  {"out": writable.File},
	"notebooks student": {"out": writable.File},
	"layer":             {"tiles": writable.File},
	"pipeline":          {"figures": writable.Folder, "gantt": writable.File, "lp": writable.File},
	"rtl":               {"out": writable.Folder},
	"study cost":        {"out": writable.Folder},
	"study fast":        {"out": writable.Folder},
	"study fronts":      {"out": writable.Folder},
	"study inflight":    {"out": writable.Folder},
	"study share":       {"out": writable.Folder},
	"table":             {"out": writable.File},
	"train":             {"save": writable.File, "onnx": writable.File, "figures": writable.Folder},
}

// tryOutputs has a command and those below it try their places first; parents is
// the command's path without the program's name.
func tryOutputs(c *cobra.Command, parents string) {
	name := c.Name()
	if parents != "" {
		name = parents + " " + name
	}
	if places := Outputs[name]; places != nil {
		run := c.RunE
		c.RunE = func(cmd *cobra.Command, args []string) error {
			for _, flag := range []string{"out", "save", "onnx", "figures", "gantt", "lp", "tiles", "csv"} { // in one order, for messages
				try := places[flag]
				if try == nil {
					continue
				}
				if path := cmd.Flags().Lookup(flag).Value.String(); path != "" {
					if err := try(path); err != nil {
						return err
					}
				}
			}
			return run(cmd, args)
		}
	}
	for _, sub := range c.Commands() {
		tryOutputs(sub, name)
	}
}
