package cli

import (
	"fmt"
	"slices"
	"strings"

	"coexplore/nas"
)

// WorstValues is the reference point of hypervolumes, in words.
func WorstValues(objectives nas.Objectives) string {
	var list []string
	for _, o := range objectives.OrDefault() {
		list = append(list, strings.TrimSpace(fmt.Sprintf("%s %.4g %s", o.Name, o.Worst, o.Unit)))
	}
	return strings.Join(list, ", ")
}

// ObjectivesUsage is the usage of --objectives.
const ObjectivesUsage = "what designs are judged by, 2 or more, as in accuracy,latency (default: accuracy,efficiency); nsga2 searches for them, other methods are measured by them"

// CheckObjectives is wrong usage unless there are figures of these names.
func CheckObjectives(names []string) error {
	var known []string
	for _, f := range nas.Figures() {
		known = append(known, f.Name)
	}
	for i, name := range names {
		if !slices.Contains(known, name) {
			return Usagef("unknown objective %q; the objectives are %s", name, strings.Join(known, ", "))
		}
		if slices.Contains(names[:i], name) {
			return Usagef("objective %s stands twice in --objectives", name)
		}
	}
	if len(names) == 1 {
		return Usagef("--objectives needs 2 objectives or more, as in accuracy,latency")
	}
	return nil
}
