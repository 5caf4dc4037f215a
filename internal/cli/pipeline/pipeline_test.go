package pipeline_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"coexplore/internal/cli/clitest"
)

func runPipeline(t *testing.T, args ...string) (r clitest.PipelineJSON) {
	t.Helper()
	clitest.JSON(t, &r, append([]string{"pipeline"}, args...)...)
	return r
}

func TestPipelineOptions(t *testing.T) {
	net := []string{"--network", "3x36,5x36,7x24"}
	with := func(args ...string) []string { return append(append([]string(nil), net...), args...) }
	whole := runPipeline(t, with("--fpga", "XC7Z015:5", "--fps", "120")...)
	if whole.Feasible || len(whole.Remedies) < 2 || whole.Trace != nil || whole.Simulation != nil {
		t.Errorf("undivided: %+v", whole)
	}
	split := runPipeline(t, with("--fpga", "XC7Z015:5", "--fps", "120", "--parallel", "--simulate", "60", "--explain")...)
	shares := 0
	for _, s := range split.Stages {
		if s.Share != nil {
			shares++
		}
	}
	if !split.Feasible || shares < 2 || split.FPS < 120 || split.Simulation == nil || split.Simulation.Frames != 60 ||
		split.Simulation.FPS < 0.999*split.FPS || len(split.Simulation.Trace) < 60*len(split.Stages) {
		t.Errorf("divided: %+v", split.Stages)
	}
	if split.Trace == nil || len(split.Trace.Cuts) != 2 || len(split.Trace.Groups) < 6 || split.Trace.Why == "" {
		t.Errorf("trace: %+v", split.Trace)
	}
	one := runPipeline(t, with("--fpga", "XC7Z015:5", "--fps", "30", "--max-fpgas", "1", "--objective", "cost")...)
	if !one.Feasible || len(one.Stages) != 1 || one.Price != 1 || len(one.Remedies) != 0 {
		t.Errorf("at most one FPGA: %+v", one)
	}
	bits := runPipeline(t, with("--fpga", "XC7Z015:1,ZU3EG:1", "--device-bits", "ZU3EG:16")...)
	for _, s := range bits.Stages {
		if (s.FPGA == "ZU3EG") != (s.Bits == 16) {
			t.Errorf("word sizes: %+v", bits.Stages)
		}
	}
	known := runPipeline(t, "--network", "cifar10-optsw", "--fpga", "XC7Z015:2", "--fps", "35")
	if known.Published == nil || known.Published.ThroughputFPS != 35.5 || known.Published.Differences == "" {
		t.Errorf("a published network: %+v", known.Published)
	}
}

func TestPipelineExplains(t *testing.T) {
	dir := t.TempDir()
	gantt, lp := filepath.Join(dir, "frames.svg"), filepath.Join(dir, "problem.lp")
	status, out, errs := clitest.Run(t, "pipeline", "--network", "cifar10-optsw", "--fpga", "XC7Z015:3", "--fps", "35", "--link", "1",
		"--explain", "--simulate", "8", "--jitter", "0.2", "--gantt", gantt, "--lp", lp)
	if status != 0 || errs != "" {
		t.Fatalf("status %d, %s", status, errs)
	}
	for _, want := range []string{"35 frames/s allow 28.57 ms", "[24.12]", "[25.3]", "31.59*", "without it at best utilization 86.24%",
		"XC7Z015:3", "Why this pipeline: of all pipelines that meet 35 frames/s it has the highest mean utilization, 86.48%",
		"Simulated, 8 frames with a jitter of 0.2", "paper, at 35 frames/s", "35.5"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	for file, want := range map[string]string{gantt: "<svg", lp: "Subject To"} {
		if b, err := os.ReadFile(file); err != nil || !strings.Contains(string(b), want) {
			t.Errorf("%s: %v", file, err)
		}
	}
	// A network too large for tables, and one that no FPGA holds by the way.
	status, out, errs = clitest.Run(t, "pipeline", "--network", "resnet18", "--fpga", "ZU9EG:2", "--bits", "16", "--fps", "20", "--explain")
	if status != 0 || errs != "" || !strings.Contains(out, "groups of layers were considered") {
		t.Errorf("status %d, %s%s", status, errs, out)
	}
}

func TestPipelineOptionErrors(t *testing.T) {
	for _, c := range []struct {
		want string
		args []string
	}{
		{"--max-fpgas -1", []string{"--max-fpgas", "-1"}},
		{"--ways 1", []string{"--ways", "1"}},
		{"--jitter 2", []string{"--simulate", "3", "--jitter", "2"}},
		{"need --simulate", []string{"--gantt", "x.svg"}},
		{"--simulate -2", []string{"--simulate", "-2"}},
		{"leaves nothing to decide", []string{"--partition", "1,1", "--explain"}},
		{"is not PART:BITS", []string{"--device-bits", "ZU3EG"}},
		{"XC7Z015 is there twice", []string{"--device-bits", "XC7Z015:8,xc7z015:16"}},
		{"ZU3EG is not in the pool XC7Z015:2", []string{"--device-bits", "ZU3EG:8"}},
		{"with 8, 16 or 32 bits", []string{"--device-bits", "XC7Z015:12"}},
	} {
		status, out, errs := clitest.Run(t, append([]string{"pipeline", "--network", "3x36,3x48", "--fpga", "XC7Z015:2", "--fps", "3"}, c.args...)...)
		if status != 2 || !strings.Contains(errs, c.want) || strings.Count(errs, "\n") != 1 || out != "" {
			t.Errorf("%v: status %d, want 2 with %q\n%s%s", c.args, status, c.want, errs, out)
		}
	}
}

// TestPipelineLayersJSON: the list layers says what the table of --layers does.
func TestPipelineLayersJSON(t *testing.T) {
	args := strings.Fields("pipeline --network 3x36,3x48s2,fc10 --fpga XC7Z015:2 --fps 30 --json")
	var r struct {
		MACs   int64
		Layers []struct {
			Name, Kind, Output, Bottleneck string
			MACs, Params, Cycles           int64
			Stage                          int
			Share                          float64
			TileEfficiency                 float64 `json:"tile_efficiency"`
			OpsPerByte                     float64 `json:"ops_per_byte"`
			AttainableGOPS                 float64 `json:"attainable_gops"`
			ReachedGOPS                    float64 `json:"reached_gops"`
		}
		Stages []struct{ First, Last, Cycles int64 }
	}
	for _, with := range []bool{false, true} {
		if with {
			args = append(args, "--layers")
		}
		status, out, errs := clitest.Run(t, args...)
		if err := json.Unmarshal([]byte(out), &r); status != 0 || err != nil {
			t.Fatalf("status %d, %v\n%s", status, err, errs)
		}
		if (len(r.Layers) > 0) != with {
			t.Fatalf("--layers %v: %d layers", with, len(r.Layers))
		}
	}
	var macs int64
	cycles := make([]int64, len(r.Stages))
	for i, l := range r.Layers {
		macs += l.MACs
		if l.Stage >= 0 {
			cycles[l.Stage] += l.Cycles
		}
		if (l.Stage < 0) != (l.Kind == "dense") || (l.Bottleneck == "") != (l.Stage < 0) || l.Name == "" {
			t.Errorf("layer %d: %+v", i, l)
		}
	}
	_, table, _ := clitest.Run(t, strings.Fields("pipeline --network 3x36,3x48s2,fc10 --fpga XC7Z015:2 --fps 30 --layers")...)
	for _, l := range r.Layers[:2] {
		percent := func(v float64) string { return fmt.Sprintf("%.1f%%", 100*v) }
		line := fmt.Sprintf(`\b%s +conv +%s .* %d +%d +%s +%s +%s +%.3g +%.4g +%.4g`, l.Name, l.Output, l.Stage+1, l.Cycles, percent(l.Share), l.Bottleneck,
			percent(l.TileEfficiency), l.OpsPerByte, l.AttainableGOPS, l.ReachedGOPS)
		if ok, err := regexp.MatchString(line, table); !ok || err != nil {
			t.Errorf("the table has no line %s, %v:\n%s", line, err, table)
		}
	}
	if r.Layers[1].Output != "48x16x16" || r.Layers[1].Params != 48*(36*9+2) || macs != r.MACs {
		t.Errorf("%+v, %d MACs of %d", r.Layers, macs, r.MACs)
	}
	for i, s := range r.Stages {
		if s.Cycles != cycles[i] {
			t.Errorf("stage %d: %d cycles, its layers' %d", i, s.Cycles, cycles[i])
		}
	}
}

// TestPipelineStages checks what the table of stages says: which layers run where,
// clocks, word sizes and memory of their own, and the resource nearest to its limit.
func TestPipelineStages(t *testing.T) {
	for _, c := range []struct {
		args         string
		want, absent []string
	}{
		{"--network 3x16,3x16,fc64,fc10 --fpga XC7Z015:2 --fps 35", []string{"1-2 (+3-4 host)", "next limit", "LUT 29.4%"}, []string{"MHz", "bits  ", "off-chip"}},
		{"--network 3x16,3x16,fc64,fc10 --fpga XC7Z015:2 --fps 35 --dense fpga", []string{"1-4  "}, []string{"host"}},
		{"--network 3x16,3x16,fc64,fc10 --fpga XC7Z015:3 --partition 1,3", []string{"  1  ", "  2 (+3-4 host)"}, nil},
		{"--network resnet18 --fpga ZU7EV:1 --bits 16 --fps 5", []string{"host)", "UltraRAM 90.6%", "off-chip MiB", "/2048"}, []string{"MHz"}},
		{"--network vgg16 --fpga ZU9EG:2@200,ZU3EG:1 --device-bits ZU3EG:8 --bits 16 --fps 5",
			[]string{"MHz  bits", "200     -", "-     8", "/4096", "/2048"}, nil},
	} {
		status, out, errs := clitest.Run(t, append([]string{"pipeline"}, strings.Fields(c.args)...)...)
		if status != 0 {
			t.Errorf("%s: status %d, %s", c.args, status, errs)
		}
		for _, want := range c.want {
			if !strings.Contains(out, want) {
				t.Errorf("%s: %q is missing in\n%s", c.args, want, out)
			}
		}
		for _, absent := range c.absent {
			if strings.Contains(out, absent) {
				t.Errorf("%s: %q is in\n%s", c.args, absent, out)
			}
		}
	}
}

// TestLettersOfFigures draws every figure of a network whose layers have names in letters
// that the figures' font does not have, and says so once.
func TestLettersOfFigures(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "net.json")
	network := `{"input":"3x32x32","layers":[{"kind":"conv","name":"畳み込み","kernel":3,"filters":16},{"kind":"gap"},{"kind":"dense","units":10}]}`
	if err := os.WriteFile(file, []byte(network), 0o644); err != nil {
		t.Fatal(err)
	}
	status, _, errs := clitest.Run(t, "pipeline", "--network", file, "--fpga", "XC7Z015", "--figures", filepath.Join(dir, "figures"), "--format", "png,svg")
	if status != 0 || strings.Count(errs, "the figures' font has no 畳 み 込:") != 1 {
		t.Errorf("status %d: %s", status, errs)
	}
	drawn, err := os.ReadDir(filepath.Join(dir, "figures"))
	if err != nil || len(drawn) != 10 {
		t.Errorf("%d files of 5 figures, %v", len(drawn), err)
	}
}
