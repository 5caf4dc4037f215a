package pipeline_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/internal/cli/clitest"
)

func TestPipelineCommand(t *testing.T) {
	run := func(args ...string) (r struct {
		Feasible   bool
		FPS        float64 `json:"throughput_fps"`
		Efficiency float64
		Params     int64
		Reason     string
		Best       float64 `json:"best_fps"`
		Stages     []struct {
			FPGA        string
			First, Last int
			Tile        map[string]int
			Ports       map[string]int
			Cycles      int64
			Utilization float64
		}
		Insight struct{ Layers []map[string]any }
	}) {
		t.Helper()
		status, out, errs := clitest.Run(t, append([]string{"pipeline", "--json"}, args...)...)
		if err := json.Unmarshal([]byte(out), &r); err != nil || status != 0 || errs != "" {
			t.Fatalf("%v: status %d, %q, %v", args, status, errs, err)
		}
		return r
	}
	r := run("--network", "cifar10-fixed-opthw", "--fpga", "XC7Z015:3", "--fps", "35")
	if !r.Feasible || r.Params != 604626 || len(r.Stages) != 3 || len(r.Insight.Layers) != 11 || r.Stages[0].First != 0 || r.Stages[2].Last != 10 ||
		r.Stages[0].Tile["tm"]*r.Stages[0].Tile["tn"] > 32 || r.Stages[0].Ports["w"] < 1 || r.FPS < 35 {
		t.Errorf("35 frames/s: %+v", r)
	}
	r = run("--network", "cifar10-fixed-opthw", "--fpga", "XC7Z015:3", "--fps", "60")
	if r.Feasible || !strings.Contains(r.Reason, "the best that the pool XC7Z015:3 reaches is 38.71") || r.Best != r.FPS {
		t.Errorf("60 frames/s: %+v", r)
	}
	r = run("--network", "3x36,5x36,1x64,3x48s2,7x24,1x64", "--fpga", "XC7Z015:2", "--partition", "3,4", "--tile", "8,4,32,32", "--ports", "4,4,2")
	if len(r.Stages) != 2 || r.Stages[0].Last != 2 || r.Stages[1].Tile["tm"] != 8 || r.Stages[1].Ports["o"] != 2 {
		t.Errorf("given partition and design: %+v", r)
	}
	for _, args := range [][]string{
		{"pipeline", "--network", "cifar10-opthw", "--fpga", "XC7Z015:2", "--fps", "35", "--layers"},
		{"pipeline", "--network", "mobilenetv2", "--fpga", "ZU3EG:1", "--bits", "8", "--dense", "fpga", "--layers"},
		{"layer", "--conv", "64,36,32,32,5", "--fpga", "XC7Z015"},
		{"devices"},
	} {
		status, out, errs := clitest.Run(t, args...)
		if status != 0 || errs != "" || strings.Count(out, "\n") < 4 {
			t.Errorf("%v: status %d, %s%s", args, status, out, errs)
		}
	}
}

// TestHardwareErrors: one line each, and the exit status of wrong usage (2) or
// of work that cannot be done (1).
func TestHardwareErrors(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.toml")
	if err := os.WriteFile(bad, []byte("[[device]]\npart = \"OWN\"\ndsp = -500\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	net := []string{"pipeline", "--network", "3x36,3x48s2", "--fpga", "XC7Z015:2"}
	with := func(args ...string) []string { return append(append([]string(nil), net...), args...) }
	for _, c := range []struct {
		status int
		want   string
		args   []string
	}{
		{2, "--network is needed", []string{"pipeline", "--fpga", "XC7Z015"}},
		{2, "--fpga is needed", []string{"pipeline", "--network", "3x36", "--fps", "3"}},
		{2, `unknown FPGA "XC9"`, []string{"pipeline", "--network", "3x36", "--fpga", "XC9:2", "--fps", "3"}},
		{2, `"0" is not a count`, []string{"pipeline", "--network", "3x36", "--fpga", "XC7Z015:0", "--fps", "3"}},
		{2, "item 2, character 6", []string{"pipeline", "--network", "3x36,y", "--fpga", "XC7Z015:2", "--fps", "3"}},
		{2, "networks known by name: alexnet vgg11", []string{"pipeline", "--network", "vgg17", "--fpga", "XC7Z015:2", "--fps", "3"}},
		{2, "--fps -3", with("--fps", "-3")},
		{2, "--fps is needed", with("--objective", "cost")},
		{2, `objective "fast"`, with("--fps", "3", "--objective", "fast")},
		{2, "word size 12 bits", with("--fps", "3", "--bits", "12")},
		{2, "clock -1 MHz", with("--fps", "3", "--clock", "-1")},
		{2, `shape "3x32"`, with("--fps", "3", "--input", "3x32")},
		{2, "--tile needs --ports", with("--fps", "3", "--tile", "1,1,1,1")},
		{2, `"a" is not a whole number`, with("--fps", "3", "--tile", "1,1,1,a", "--ports", "1,1,1")},
		{1, "needs 15360 DSP, has 160", with("--fps", "3", "--tile", "64,48,8,8", "--ports", "1,1,1")},
		{1, "the partition covers 1 layers: the network has 2 on FPGAs, and 1 after them on the host, which may be left out", with("--partition", "1")},
		{2, "3 stages", with("--partition", "1,1,1")},
		{1, "bad.toml: line 3: device 1, dsp: -500", with("--fps", "3", "--devices", bad)},
		{1, "no-such.toml", []string{"devices", "--devices", "no-such.toml"}},
		{2, "--conv is needed", []string{"layer"}},
		{2, "2 numbers; want M,N,R,C,K[,STRIDE]", []string{"layer", "--conv", "3,4"}},
		{2, "--tile is needed", []string{"layer", "--conv", "3,4,5,5,3"}},
		{2, "Tm = 0", []string{"layer", "--conv", "3,4,5,5,3", "--tile", "0,1,1,1"}},
		{2, "M = -3", []string{"layer", "--conv", "-3,4,5,5,3", "--tile", "1,1,1,1"}},
		{1, "needs 1600 DSP, has 160", []string{"layer", "--conv", "30,40,5,5,3", "--tile", "16,20,1,1", "--fpga", "XC7Z015"}},
		{2, "unknown command", []string{"devices", "extra"}},
	} {
		status, out, errs := clitest.Run(t, c.args...)
		if status != c.status || !strings.Contains(errs, c.want) || strings.Count(errs, "\n") != 1 || out != "" {
			t.Errorf("%v: status %d, want %d with %q\n%s%s", c.args, status, c.status, c.want, errs, out)
		}
	}
}
