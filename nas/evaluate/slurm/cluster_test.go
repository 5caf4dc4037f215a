//go:build linux

package slurm_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"coexplore/internal/heavy"
	"coexplore/internal/slurmtest"
)

// programDir is where the program is built; empty: it is not.
var programDir string

// coexplore is the program, built once.
var coexplore = sync.OnceValues(func() (string, error) {
	var err error
	if programDir, err = os.MkdirTemp("", "coexplore"); err != nil {
		return "", err
	}
	path := filepath.Join(programDir, "coexplore")
	text, err := exec.Command("go", "build", "-buildvcs=false", "-o", path, "coexplore").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w: %s", err, text)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	flag.Set("test.parallel", "8") // the tests wait, each for a cluster of its own
	flag.Parse()
	status := m.Run()
	if programDir != "" {
		os.RemoveAll(programDir)
	}
	os.Exit(status)
}

// A search is one on the cluster, and the same in one process.
type search struct {
	cluster    *slurmtest.Cluster
	program    string
	args       []string
	here       string // run directory of the search in one process
	there      string // and on the cluster
	asked      string // a line for each network that was begun to be evaluated
	background *exec.Cmd
	// environment is variables of the search on the cluster, beside those of the test.
	environment []string
	said        bytes.Buffer
}

// How long a node may be silent: where none is to die, and where some are.
const (
	calm   = time.Minute
	killed = 3 * time.Second
)

// newSearch makes a search that trains so many networks, which take so many seconds each.
// More flags are the cluster's, but for --in-flight, if it is the first.
func newSearch(t *testing.T, timeout time.Duration, seconds float64, trained int, cluster ...string) *search {
	t.Helper()
	s := &search{cluster: slurmtest.Start(t, timeout)}
	var err error
	if s.program, err = coexplore(); err != nil {
		t.Fatal(err)
	}
	base := t.TempDir()
	script := filepath.Join(base, "evaluate.sh")
	s.here, s.there, s.asked = filepath.Join(base, "here"), filepath.Join(base, "there run"), filepath.Join(base, "asked")
	// The accuracy follows from a checksum of the request, seed and all.
	text := fmt.Sprintf(`read line
echo "$line" >> '%s'
[ -z "$SLURM_JOB_ID" ] || sleep %g
echo "{\"accuracy\": 0.$(echo "$line" | cksum | cut -d' ' -f1)}"
`, s.asked, seconds)
	if err := os.WriteFile(script, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	inFlight := "6"
	if len(cluster) > 1 && cluster[0] == "--in-flight" {
		inFlight, cluster = cluster[1], cluster[2:]
	}
	s.args = []string{
		"explore", "--method", "evolution", "--fps", "300", "--evaluator", "sh " + script, "--episodes", "400",
		"--max-trained", fmt.Sprint(trained), "--in-flight", inFlight, "--figures=false", "--seed", "5",
	}
	cmd := exec.Command(s.program, append(s.args, "--out", s.here)...)
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	os.Remove(s.asked)
	s.args = append(s.args, append([]string{"--cluster", "slurm", "--partition", "p"}, cluster...)...)
	return s
}

// begin starts the search on the cluster, or goes on with it.
func (s *search) begin(t *testing.T, args ...string) {
	t.Helper()
	s.background = s.cluster.Command(s.program, args...)
	s.background.Env = append(s.background.Env, s.environment...)
	s.background.Stdout, s.background.Stderr = &s.said, &s.said
	if err := s.background.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.background.Process.Kill() })
}

// end waits for the end of the search.
func (s *search) end(t *testing.T, within time.Duration) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- s.background.Wait() }()
	select {
	case err := <-done:
		return err
	case <-time.After(within):
		t.Fatalf("it does not end within %v; squeue:\n%s\nit said:\n%s", within, s.cluster.Run(t, "squeue"), s.said.String())
	}
	return nil
}

// answers waits until there are so many answers.
func (s *search) answers(t *testing.T, n int) {
	t.Helper()
	for start := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		list, _ := filepath.Glob(filepath.Join(s.there, "answers", "*.json"))
		if len(list) >= n {
			return
		}
		if time.Since(start) > 2*time.Minute {
			text, _ := s.cluster.Command("squeue").CombinedOutput()
			t.Fatalf("%d answers, want %d; squeue:\n%s\nit said:\n%s", len(list), n, text, s.said.String())
		}
	}
}

// same checks that the trials are those of the search in one process, but for times.
func (s *search) same(t *testing.T) {
	t.Helper()
	got, want := trials(t, s.there), trials(t, s.here)
	if len(got) != len(want) {
		t.Fatalf("%d trials, want %d; it said:\n%s", len(got), len(want), s.said.String())
	}
	for i := range got {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Fatalf("trial %d is %v, want %v", i, got[i], want[i])
		}
	}
}

// again is how many networks were begun to be evaluated more than once.
func (s *search) again(t *testing.T) (times int) {
	t.Helper()
	text, err := os.ReadFile(s.asked)
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for line := range strings.Lines(string(text)) {
		if seen[line] {
			times++
		}
		seen[line] = true
	}
	return times
}

// trials reads a run's log without the times.
func trials(t *testing.T, dir string) (list []map[string]any) {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "trials.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var m map[string]any
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			t.Fatal(err)
		}
		for _, field := range []string{"fast_seconds", "train_seconds", "crc32c"} {
			delete(m, field)
		}
		list = append(list, m)
	}
	return list
}

// TestCalm runs a search on the cluster with nothing in its way: no network is evaluated
// twice, arrays are split at the cluster's 30 tasks, and nothing is left in the queue.
func TestCalm(t *testing.T) {
	t.Parallel()
	s := newSearch(t, calm, 0, 40, "--per-task", "2")
	s.begin(t, append(s.args, "--out", s.there)...)
	if err := s.end(t, 3*time.Minute); err != nil {
		t.Fatalf("%v: %s", err, s.said.String())
	}
	s.same(t)
	if n := s.again(t); n > 0 {
		t.Errorf("%d networks were evaluated twice", n)
	}
	if left := strings.TrimSpace(s.cluster.Run(t, "squeue", "--noheader")); left != "" {
		t.Errorf("squeue has %q", left)
	}
	t.Log(s.said.String())
}

// TestManyInFlight has more in flight than there are nodes: what is proposed while others
// wait for a node shares job arrays, so that there are far fewer jobs than networks.
func TestManyInFlight(t *testing.T) {
	t.Parallel()
	s := newSearch(t, calm, 0, 200, "--in-flight", "100", "--per-task", "4")
	s.begin(t, append(s.args, "--out", s.there)...)
	if err := s.end(t, 4*time.Minute); err != nil {
		t.Fatalf("%v: %s", err, s.said.String())
	}
	s.same(t)
	jobs, err := filepath.Glob(filepath.Join(s.there, "jobs", "coexplore-*.sh"))
	if err != nil || len(jobs) == 0 || len(jobs) > 40 {
		t.Errorf("%d jobs for 200 networks, %v; want at most 40", len(jobs), err)
	}
	t.Logf("%d jobs for 200 networks", len(jobs))
}

// TestTroubled kills a node with its job, a task, the controller for a while, and the
// search itself while it runs, and goes on with it: the trials are those of an undisturbed
// search in one process.
func TestTroubled(t *testing.T) {
	t.Parallel()
	s := newSearch(t, killed, 0.8, 80)
	s.begin(t, append(s.args, "--out", s.there)...)
	s.answers(t, 4)
	s.cluster.Busy(t, "n1")
	s.cluster.KillNode(t, "n1")
	s.answers(t, 8) // the other node goes on
	s.cluster.Launch(t, "n1")
	s.answers(t, 12)
	s.cluster.Kill(t, "slurmctld")
	time.Sleep(3 * time.Second)
	s.cluster.Launch(t, "slurmctld")
	s.answers(t, 20)
	s.cluster.Busy(t, "n2")
	s.cluster.KillJobs(t, "n2")
	s.answers(t, 26)
	s.background.Process.Kill()
	s.background.Wait()
	s.begin(t, "explore", "--resume", s.there, "--figures=false")
	if err := s.end(t, 4*time.Minute); err != nil {
		t.Fatalf("%v: %s", err, s.said.String())
	}
	s.same(t)
	again := s.again(t)
	if again == 0 && !strings.Contains(s.said.String(), "attempt 2 of ") { // a job may die before it begins
		t.Error("nothing was tried again, though it was killed")
	}
	t.Logf("%d evaluations were begun again\n%s", again, s.said.String())
}

// TestInterrupted stops a search with a signal: its jobs are cancelled, or with --detach
// go on, and are found again.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	for _, detach := range []bool{false, true} {
		t.Run(fmt.Sprintf("detach %v", detach), func(t *testing.T) {
			t.Parallel()
			s := newSearch(t, calm, 1, 12)
			s.begin(t, append(s.args, "--out", s.there, fmt.Sprintf("--detach=%v", detach))...)
			s.answers(t, 2)
			s.background.Process.Signal(syscall.SIGTERM)
			if err := s.end(t, time.Minute); err == nil || !strings.Contains(s.said.String(), "go on with: coexplore explore --resume") {
				t.Fatalf("%v: %s", err, s.said.String())
			}
			left := strings.Count(s.cluster.Run(t, "squeue", "--noheader", "--array", "--states=PENDING,RUNNING"), "\n")
			if (left > 0) != detach {
				t.Errorf("%d tasks are left in the queue", left)
			}
			s.begin(t, "explore", "--resume", s.there, "--figures=false")
			if err := s.end(t, 2*time.Minute); err != nil {
				t.Fatalf("%v: %s", err, s.said.String())
			}
			s.same(t)
			if n := s.again(t); detach && n > 0 {
				t.Errorf("%d networks were evaluated twice, though their jobs were left running", n)
			}
		})
	}
}

// TestNodeKilled kills a node at a random moment, 20 times, and loses nothing.
func TestNodeKilled(t *testing.T) {
	t.Parallel()
	times, trained := heavy.Count(2, 20), heavy.Count(16, 150)
	s := newSearch(t, killed, 1.2, trained)
	s.begin(t, append(s.args, "--out", s.there)...)
	s.answers(t, 1)
	rng := rand.New(rand.NewPCG(18, 4))
	for range times {
		node := slurmtest.Nodes[rng.IntN(2)]
		s.cluster.Busy(t, node)
		time.Sleep(time.Duration(rng.Float64() * float64(1200*time.Millisecond)))
		s.cluster.KillNode(t, node)
		s.cluster.Launch(t, node)
	}
	if err := s.end(t, 8*time.Minute); err != nil {
		t.Fatalf("%v: %s", err, s.said.String())
	}
	s.same(t)
	t.Logf("%d evaluations were begun again\n%s", s.again(t), s.said.String())
}

// TestFaults has tasks end in ways that Slurm knows, each once: killed, cancelled,
// requeued, with half an answer, with an evaluator that was killed, and with a network that
// cannot be trained the first time.
// Each is said, with its reason, and the trials are those of a search without.
func TestFaults(t *testing.T) {
	t.Parallel()
	s := newSearch(t, calm, 0, 14, "--per-task", "1", "--time", "1")
	var late []string
	if heavy.On() { // the shortest limit that Slurm keeps is a minute
		late = append(late, "sleep 300")
	}
	s.faults(t, append(late, "kill -9 $PPID; sleep 9", untilKilled("scancel ${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"),
		untilKilled("scontrol requeue ${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"),
		"echo '{\"network\":' > \"../answers/$name.json\"; kill -9 $PPID; sleep 9", "kill -9 $$", "echo out of luck >&2; exit 7")...)
	s.begin(t, append(s.args, "--out", s.there)...)
	if err := s.end(t, 4*time.Minute); err != nil {
		t.Fatalf("%v: %s", err, s.said.String())
	}
	s.same(t)
	said := s.said.String()
	// A controller that has forgotten the job by then leaves the end of its log.
	if heavy.On() && !strings.Contains(said, "its job ended as TIMEOUT (it took longer than --time allows)") && !strings.Contains(said, "DUE TO TIME LIMIT") {
		t.Error("it does not say that a task took too long")
	}
	for _, want := range []string{
		"its job ended as FAILED (the program did not end well), by signal 9 on n", "its job ended as CANCELLED (somebody cancelled it)",
		"is damaged: it has no checksum", "sh was killed (signal: killed)", "attempt 2 of 3 in 10s",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	left, err := filepath.Glob(filepath.Join(s.there, "faults", "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("these faults did not happen: %q, %v", left, err)
	}
	t.Log(said)
}

// untilKilled is a command that a busy controller may refuse at first.
func untilKilled(command string) string { return "while :; do " + command + "; sleep 5; done" }

// faults has the first tasks that begin do these commands, one each; $name is the name of
// their request.
func (s *search) faults(t *testing.T, commands ...string) {
	t.Helper()
	dir := filepath.Join(s.there, "faults")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for i, command := range commands {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), []byte(command+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	script := filepath.Join(filepath.Dir(s.here), "evaluate.sh")
	text, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	before := `name=$(tr '\000' '\n' < /proc/$PPID/cmdline | sed -n 's/.request.json$//p')
for f in ../faults/*; do # a fault is the task's that has renamed it
	mv "$f" "../fault-$name" 2>/dev/null && { . "../fault-$name"; break; }
done
`
	if err := os.WriteFile(script, append([]byte(before), text...), 0o755); err != nil {
		t.Fatal(err)
	}
}

// TestCompare has the cluster run the searches of a comparison: the figures are those of
// one process, bit for bit.
func TestCompare(t *testing.T) {
	t.Parallel()
	cluster := slurmtest.Start(t, calm)
	program, err := coexplore()
	if err != nil {
		t.Fatal(err)
	}
	compare := func(more ...string) (figures map[string]any) {
		t.Helper()
		args := []string{"compare", "--methods", "coexplore,random,screened-nsga2", "--seeds", "4", "--trained", "12", "--objectives", "accuracy,latency", "--fps", "2400", "--json"}
		cmd := cluster.Command(program, append(args, more...)...)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		text, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %s", err, stderr.String())
		}
		if err := json.Unmarshal(text, &figures); err != nil {
			t.Fatal(err)
		}
		return figures
	}
	dir := filepath.Join(t.TempDir(), "comparison")
	here, there := compare(), compare("--cluster", "slurm", "--per-task", "5", "--out", dir)
	for _, figures := range []map[string]any{here, there} {
		removeSeconds(figures)
	}
	if !reflect.DeepEqual(here, there) {
		t.Errorf("here\n%v\non the cluster\n%v", here, there)
	}
	if list, _ := filepath.Glob(filepath.Join(dir, "answers", "*.json")); len(list) != 12 {
		t.Errorf("%d searches were run there, want 12", len(list))
	}
}

// removeSeconds removes what a clock measured.
func removeSeconds(v any) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			if strings.Contains(key, "seconds") {
				delete(v, key)
			}
			removeSeconds(value)
		}
	case []any:
		for _, value := range v {
			removeSeconds(value)
		}
	}
}

// TestEnvironment searches under what login profiles export and with an sbatch that
// greets: what is asked for counts, and what squeue and scancel are told does not reach
// them.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	s := newSearch(t, calm, 0, 4, "--partition", "q", "--time", "30")
	where := filepath.Join(t.TempDir(), "where")
	script := filepath.Join(filepath.Dir(s.asked), "evaluate.sh")
	text, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, fmt.Sprintf("[ -z \"$SLURM_JOB_ID\" ] || scontrol show job $SLURM_JOB_ID | grep -oE '(Partition|TimeLimit|JobName|Requeue)=[^ ]*' | tr '\\n' ' ' >> '%s'\n", where)...)
	if err := os.WriteFile(script, text, 0o755); err != nil {
		t.Fatal(err)
	}
	real, err := exec.LookPath("sbatch")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	greeting := fmt.Sprintf("#!/bin/sh\necho ---------\necho 'Welcome | to | cluster | 7 | !'\necho '--> Checking your quota ... OK'\nexec %s \"$@\"\n", real)
	if err := os.WriteFile(filepath.Join(bin, "sbatch"), []byte(greeting), 0o755); err != nil {
		t.Fatal(err)
	}
	s.environment = []string{
		"PATH=" + bin + ":" + os.Getenv("PATH"), "SBATCH_PARTITION=p", "SBATCH_TIMELIMIT=5", "SBATCH_JOB_NAME=mine", "SBATCH_ARRAY_INX=0-3",
		"SBATCH_NO_REQUEUE=1", "SBATCH_WAIT=1", "SBATCH_OPEN_MODE=truncate", "SBATCH_MEM_PER_CPU=1", "SQUEUE_STATES=PENDING", "SQUEUE_PARTITION=p", "SQUEUE_USERS=nobody",
		"SCANCEL_PARTITION=p", "SCANCEL_INTERACTIVE=1", "SLURM_TIME_FORMAT=relative",
		"SBATCH_CLUSTERS=elsewhere", "SBATCH_ERROR=/nowhere/error", "SBATCH_INPUT=/nowhere/input", "SBATCH_DEBUG=3",
	}
	s.begin(t, append(s.args, "--out", s.there)...)
	if err := s.end(t, 3*time.Minute); err != nil {
		t.Fatalf("%v: %s", err, s.said.String())
	}
	s.same(t)
	got, err := os.ReadFile(where)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Partition=q ", "TimeLimit=00:30:00 ", "JobName=coexplore-", "Requeue=1 "} {
		name, _, _ := strings.Cut(want, "=")
		if n, all := strings.Count(string(got), want), strings.Count(string(got), name+"="); n < 4 || n != all {
			t.Errorf("%q in %d of %d places:\n%s", want, n, all, got)
		}
	}
}

// TestRefused checks what is said of a cluster that cannot do what is asked.
func TestRefused(t *testing.T) {
	t.Parallel()
	s := newSearch(t, calm, 0, 3, "--partition", "nowhere", "--retries", "0", "--max-failures", "2")
	s.begin(t, append(s.args, "--out", s.there)...)
	err := s.end(t, time.Minute)
	if said := s.said.String(); err == nil || !strings.Contains(said, "cannot be submitted: sbatch said: ") || !strings.Contains(said, "invalid partition specified: nowhere") {
		t.Errorf("%v: %s", err, said)
	}
}
