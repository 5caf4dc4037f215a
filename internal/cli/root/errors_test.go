package root_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"coexplore/internal/cli/clitest"
	"coexplore/internal/cli/root"
)

// TestFailingCommandLines runs command lines that cannot be done, of every
// subcommand, and checks that each says so in one line: with one package's name at
// most, no names of Go types, and no line 0.
func TestFailingCommandLines(t *testing.T) {
	dir := t.TempDir()
	for name, content := range badFiles {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	list, err := exec.Command("go", "list", "-f", "{{.Name}}", "coexplore/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	prefix := regexp.MustCompile(`(^|[ (])(` + strings.Join(strings.Fields(string(list)), "|") + `|json|toml|csv|gzip|strconv|flate): `)
	goTypes := regexp.MustCompile(`\b(u?int(8|16|32|64)?|float(32|64)|string|bool|struct|\[\][a-z]+|map\[|Go value|[a-z]+\.[A-Z][A-Za-z]+)\b`)
	tested := map[string]bool{}
	for _, c := range failing {
		args := strings.Fields(strings.ReplaceAll(c.args, "DIR", dir))
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "~", " ") // a space within an argument
		}
		tested[args[0]] = true
		status, stdout, stderr := clitest.Run(t, args...)
		lines := strings.Split(strings.TrimRight(stderr, "\n"), "\n")
		last := strings.ReplaceAll(lines[len(lines)-1], dir, "DIR")
		t.Logf("%s: %s", c.args, last)
		text, ok := strings.CutPrefix(last, "coexplore: ")
		switch {
		case status != c.status || !ok || stdout != "" && !strings.Contains(c.args, "--evaluator"): // where some networks are pruned before others fail
			t.Errorf("%s: status %d, want %d; last line %q, standard output %q", c.args, status, c.status, last, stdout)
		case len(lines) > 1 && args[0] != "explore" && args[0] != "train":
			t.Errorf("%s: more than one line: %q", c.args, stderr)
		case len(prefix.FindAllString(text, -1)) > 1:
			t.Errorf("%s: more than one package is named: %s", c.args, last)
		case goTypes.MatchString(text):
			t.Errorf("%s: a Go type is named: %s", c.args, last)
		case strings.Contains(text, "line 0"):
			t.Errorf("%s: there is no line 0: %s", c.args, last)
		}
	}
	for _, c := range root.New().Commands() {
		if !tested[c.Name()] && c.IsAvailableCommand() && c.Name() != "help" && c.Name() != "completion" {
			t.Errorf("no command line of %s fails", c.Name())
		}
	}
}
