package command

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// badFiles are files that commands complain about, by name; DIR is the folder that
// they lie in.
var badFiles = map[string]string{
	"types.toml":                  "[[device]]\npart = \"OWN\"\ndsp = \"many\"\nbram18 = 400\nmemory_gbps = 50\n",
	"syntax.toml":                 "[[device]]\npart = \"OWN\ndsp = 3\n",
	"unknown.toml":                "[[device]]\npart = \"OWN\"\nspeed = 3\n",
	"empty.toml":                  "",
	"space.toml":                  "max_layers = \"three\"\n",
	"net.json":                    "{\"layers\": [{\"kernel\": \"three\"}]}",
	"cut.json":                    "{\"layers\": [",
	"net.onnx":                    "no network",
	"table.csv":                   "network,accuracy\n3x8,2\n",
	"header.csv":                  "a,b\n",
	"broken.csv.gz":               "no archive",
	"net.weights":                 "no weights",
	"nb.ipynb":                    "{\"cells\": 3}",
	"run/run.json":                "{\"fps\": \"many\"}",
	"half/run.json":               "{",
	"log/trials.jsonl":            "{\"index\": 0}\n",
	"idx/train-images-idx3-ubyte": "\x00\x00\x08\x03",
	"cifar/data_batch_1.bin":      "short",
	"evaluate.sh":                 "read line\necho failed on purpose >&2\nexit 3\n",
	"lies.sh":                     "read line\necho '{\"accuracy\": 2}'\n",
}

// failing are command lines that cannot be done, and their exit status.
var failing = []struct {
	status int
	args   string
}{
	{2, "nonsense"},
	{2, "--nonsense"},
	{2, "devices extra"},
	{1, "devices --devices DIR/none.toml"},
	{1, "devices --devices DIR/types.toml"},
	{1, "devices --devices DIR/syntax.toml"},
	{1, "devices --devices DIR/unknown.toml"},
	{1, "devices --devices DIR/empty.toml"},
	{2, "layer --conv 1,2,3"},
	{2, "layer --conv a,2,3,4,5 --tile 1,1,1,1"},
	{2, "layer --conv 99999999999999999999,2,3,4,5 --tile 1,1,1,1"},
	{2, "layer --conv 3,4,5,5,3 --tile 0,1,1,1"},
	{2, "layer --conv 3,4,5,5,3 --tile 1,1,1,1 --bits 12"},
	{2, "layer --conv 3,4,5,5,3 --tile 1,1,1,1 --groups 2"},
	{2, "layer --conv 3,4,5,5,3 --fpga XC9"},
	{2, "layer --conv 3,4,5,5,3 --fpga XC7Z015@fast"},
	{1, "layer --conv 30,40,5,5,3 --tile 16,20,1,1 --fpga XC7Z015"},
	{1, "layer --conv 3,4,5,5,3 --fpga XC7Z015@10000"},
	{2, "layer --conv 4096,4096,1024,1024,1 --tile 1,1,1,1 --ports 1,1,1"},
	{1, "layer --conv 1024,1024,1024,1024,1 --tile 1,1,1,1 --ports 1,1,1 --simulate"},
	{2, "pipeline --network 3x --fpga XC7Z015 --fps 1"},
	{2, "pipeline --network 3x8,+5 --fpga XC7Z015 --fps 1"},
	{2, "pipeline --network 3x99999999999999999999 --fpga XC7Z015 --fps 1"},
	{2, "pipeline --network vgg17 --fpga XC7Z015 --fps 1"},
	{2, "pipeline --network 3x8 --input 3x0x3 --fpga XC7Z015 --fps 1"},
	{2, "pipeline --network 3x8 --head max --fpga XC7Z015 --fps 1"},
	{2, "pipeline --network 3x8 --fpga XC7Z015:0 --fps 1"},
	{2, "pipeline --network 3x8 --fpga XC7Z015:2,xc7z015:1 --fps 1"},
	{2, "pipeline --network 3x8 --fpga XC7Z015 --fps 1 --link -3"},
	{2, "pipeline --network 3x8 --fpga XC7Z015 --fps x"},
	{2, "pipeline --network 3x8 --fpga XC7Z015 --fps 1 --batch 1.5"},
	{2, "pipeline --network 3x8 --fpga XC7Z015 --fps 1 --parallel=maybe"},
	{2, "study share --counts 1,two"},
	{2, "train --seed -1"},
	{2, "train --max-time long"},
	{1, "pipeline --network 3x8 --fpga XC7Z015:2 --partition 1,1"},
	{1, "pipeline --network 3x8,3x8 --fpga XC7Z015:2 --partition 5"},
	{1, "pipeline --network 3x8 --fpga XC7Z015 --fps 1 --tile 64,64,8,8 --ports 1,1,1"},
	{1, "pipeline --network 3x8 --fpga XC7Z015@99.9999,ZU3EG@100.0001 --fps 1"},
	{1, "pipeline --network DIR/none.json --fpga XC7Z015 --fps 1"},
	{1, "pipeline --network DIR/net.json --fpga XC7Z015 --fps 1"},
	{1, "pipeline --network DIR/cut.json --fpga XC7Z015 --fps 1"},
	{1, "pipeline --network DIR/net.onnx --fpga XC7Z015 --fps 1"},
	{1, "pipeline --network 3x8 --fpga XC7Z015 --fps 1 --devices DIR/types.toml"},
	{1, "pipeline --network 3x8 --fpga XC7Z015 --fps 1 --lp DIR/none/x.lp"},
	{1, "pipeline --network 3x8 --fpga XC7Z015 --fps 1 --simulate 3 --gantt DIR/x.gif"},
	{2, "train --network 3y8"},
	{1, "train --network 3x8 --data DIR/none"},
	{1, "train --network 3x8 --data DIR/idx"},
	{1, "train --network 3x8 --data DIR/cifar"},
	{1, "train --network 3x8 --smoothing 2"},
	{1, "train --network 3x8 --kernels mmx"},
	{1, "train --network 3x8 --train-images 10 --test-images 10 --batch 64"},
	{1, "evaluate DIR/none"},
	{1, "evaluate DIR/net.weights"},
	{2, "data"},
	{2, "data get nothing --out DIR/x"},
	{1, "data check DIR/none"},
	{1, "data sheet DIR/idx --out DIR/x.png"},
	{1, "data sheet DIR/none --out DIR/x.png"},
	{1, "benchmark info --table DIR/none.csv"},
	{1, "benchmark info --table DIR/table.csv"},
	{1, "benchmark info --table DIR/header.csv"},
	{1, "benchmark info --table DIR/broken.csv.gz"},
	{2, "benchmark build"},
	{2, "explore --space mars"},
	{1, "explore --space DIR/space.toml --fps 3"},
	{1, "explore --space DIR/none.toml --fps 3"},
	{2, "explore --method magic"},
	{2, "explore --beta 7"},
	{2, "explore --fpga XC9:1"},
	{2, "explore --objectives accuracy,colour"},
	{2, "explore --clock 0"},
	{2, "explore --link -1"},
	{1, "explore --table DIR/table.csv --out DIR/new"},
	{1, "explore --table builtin --fps 1e8 --out DIR/new"},
	{1, "explore --table builtin --method hwaware --fpga XC7Z015:1,ZU3EG:1 --out DIR/new"},
	{2, "explore --table builtin --fpga XC7Z015:1@99.9999,ZU3EG:1@100.0001 --out DIR/new"},
	{1, "explore --table builtin --out DIR/run"},
	{1, "explore --table builtin --out DIR/log"},
	{1, "explore --evaluator DIR/none --episodes 3 --retries 0 --out DIR/new1"},
	{1, "explore --evaluator sh~DIR/evaluate.sh --episodes 3 --retries 0 --out DIR/new2"},
	{1, "explore --evaluator sh~DIR/lies.sh --episodes 9 --retries 0 --out DIR/new3"},
	{1, "explore --resume DIR/none"},
	{1, "explore --resume DIR/run"},
	{1, "explore --resume DIR/half"},
	{1, "explore --resume DIR/log"},
	{2, "compare --problem life"},
	{2, "compare --problem nasbench201"},
	{1, "compare --problem nasbench201 --table DIR/header.csv"},
	{1, "compare --problem nasbench201 --table DIR/none.csv"},
	{1, "compare --problem nasbench201 --table DIR/broken.csv.gz"},
	{2, "compare --methods magic"},
	{1, "compare --fps 1e8 --seeds 1"},
	{1, "compare --fpga XC7Z015:1,ZU3EG:1 --methods hwaware --seeds 1"},
	{2, "study share --space mars"},
	{1, "study share --space DIR/space.toml --fps 3"},
	{2, "study share --bits 7"},
	{2, "study fronts --methods magic"},
	{1, "study fronts --fps 1e8"},
	{2, "study cost"},
	{1, "study cost --data DIR/none"},
	{2, "study fast --stride some"},
	{1, "study fast --fpga XC7Z015:1,ZU3EG:1@150 --pipelines 1 --steps 1"},
	{1, "study fast --fps 1e8 --pipelines 1 --steps 1"},
	{1, "figures DIR/none"},
	{1, "figures DIR/half"},
	{2, "figures DIR/none --format gif"},
	{1, "notebooks run DIR/none.ipynb"},
	{1, "notebooks run DIR/nb.ipynb --out DIR/out"},
	{1, "notebooks open DIR/none.ipynb"},
}

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
		status, stdout, stderr := runCommand(t, args...)
		lines := strings.Split(strings.TrimRight(stderr, "\n"), "\n")
		last := strings.ReplaceAll(lines[len(lines)-1], dir, "DIR")
		if os.Getenv("SHOW") != "" {
			fmt.Println(c.args, "->", status, last)
		}
		text, ok := strings.CutPrefix(last, "coexplore: ")
		switch {
		case status != c.status || !ok || stdout != "":
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
	for _, c := range newRoot().Commands() {
		if !tested[c.Name()] && c.IsAvailableCommand() && c.Name() != "help" && c.Name() != "completion" {
			t.Errorf("no command line of %s fails", c.Name())
		}
	}
}

var _ = cobra.NoArgs
