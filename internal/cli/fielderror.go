package cli

import (
	"errors"
	"regexp"
	"strings"

	"coexplore/nas/run"
)

// fieldFlags are the flags of fields of run.Config and run.Resources whose names differ
// in more than case.
var fieldFlags = map[string]string{
	"Pool": "fpga", "Images.Train": "train-images", "Images.Test": "test-images", "LearningRate": "lr", "TrainBatch": "batch",
	"MaxFLOPs": "max-flops", "MaxFPGAs": "max-fpgas", "AccuracyFloor": "accuracy-floor", "MaxTrained": "max-trained", "InFlight": "in-flight",
	"LatencyTable": "latency-table", "LatencyFill": "latency-fill", "MemoryMiB": "max-memory", "Slurm": "cluster",
}

// fieldWord finds the names of other fields in what is wrong with one.
var fieldWord = regexp.MustCompile(`\b(MaxFLOPs|Validation|Halving|Table|Evaluator|LatencyTable)\b`)

// AsUsage makes a usageError of a field that cannot be as it is, with flags for the names
// of fields; other errors stay.
func AsUsage(err error) error {
	var field *run.FieldError
	var usage UsageError
	switch {
	case errors.As(err, &usage) || !errors.As(err, &field):
		return err
	case field.Err != nil:
		return Usage(field.Err)
	}
	return Usage(errors.New(flagOf(field.Field) + " " + fieldWord.ReplaceAllStringFunc(field.Wrong, flagOf)))
}

// flagOf is the flag of a field.
func flagOf(field string) string {
	if flag := fieldFlags[field]; flag != "" {
		return "--" + flag
	}
	return "--" + strings.ToLower(field)
}
