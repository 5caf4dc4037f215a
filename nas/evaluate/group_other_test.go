//go:build !unix

package evaluate_test

// externalProcess has no part to play where there are no process groups.
func externalProcess(string, []string) {}
