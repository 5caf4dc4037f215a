// Package evaluate finds out how accurate networks are without training them here:
// from a table of accuracies, or by asking another program. Training is in package
// train, clusters that Slurm runs are in slurm; README.md is about those and others.
//
//	table, err := evaluate.TinyTable() // every network of the tiny space
//	...
//	command, err := evaluate.ParseCommand(`python3 "my training.py"`)
//	e := &evaluate.External{Command: command, Timeout: time.Hour}
//	problem := nas.Problem{Space: s, Hardware: h, Spec: 2400, Evaluator: table} // or e
package evaluate
