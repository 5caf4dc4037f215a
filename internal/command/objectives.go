package command

import (
	"slices"
	"strings"

	"coexplore/nas"
)

// objectivesUsage is the usage of --objectives.
const objectivesUsage = "what designs are judged by, 2 or more, as in accuracy,latency (default: accuracy,efficiency); nsga2 searches for them, other methods are measured by them"

// checkObjectives is wrong usage unless there are figures of these names.
func checkObjectives(names []string) error {
	var known []string
	for _, f := range nas.Figures() {
		known = append(known, f.Name)
	}
	for i, name := range names {
		if !slices.Contains(known, name) {
			return usagef("unknown objective %q; the objectives are %s", name, strings.Join(known, ", "))
		}
		if slices.Contains(names[:i], name) {
			return usagef("objective %s stands twice in --objectives", name)
		}
	}
	if len(names) == 1 {
		return usagef("--objectives needs 2 objectives or more, as in accuracy,latency")
	}
	return nil
}
