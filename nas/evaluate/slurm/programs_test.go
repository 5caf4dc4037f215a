package slurm

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// TestParseSightings reads what squeue 22.05 writes.
func TestParseSightings(t *testing.T) {
	got, err := parseSightings("Welcome | to | this | fine | cluster\ntask|coexplore-a-0001|41|0|RUNNING|None\ntask|coexplore-a-0001|41|12|PENDING|ReqNodeNotAvail, UnavailableNodes:n1\ntask|somebody's|7|N/A|RUNNING|None\n\n")
	want := map[place]sighting{
		{"coexplore-a-0001", 0}:  {"41", "RUNNING", "None"},
		{"coexplore-a-0001", 12}: {"41", "PENDING", "ReqNodeNotAvail, UnavailableNodes:n1"},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := parseSightings("task|what is this\n"); err == nil || !strings.Contains(err.Error(), `"what is this"`) {
		t.Errorf("%v", err)
	}
}

// TestEndings reads what sacct and scontrol write of jobs that ended.
func TestEndings(t *testing.T) {
	for text, want := range map[string]string{
		"OUT_OF_MEMORY|0:125|n7\n":              "its job ended as OUT_OF_MEMORY (it took more memory than it was given), by signal 125 on n7",
		"CANCELLED by 1000|0:0|None assigned\n": "its job ended as CANCELLED (somebody cancelled it)",
		"NODE_FAIL|1:0|n1\nTIMEOUT|0:0|n2\n":    "its job ended as TIMEOUT (it took longer than --time allows) on n2",
		"FAILED|2:0|n1\n":                       "its job ended as FAILED (the program did not end well), with status 2 on n1",
		"COMPLETED|0:0|n1\n":                    "its job ended as COMPLETED (but left no answer) on n1",
		"":                                      "its job is gone and left no answer",
		"a line that is none\nNODE_FAIL|0:0|n3|x\n": "its job is gone and left no answer",
	} {
		if got := parseAccounting(text).String(); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	job := "Welcome to this = cluster\nJobId=9 ArrayJobId=8 ArrayTaskId=2 JobName=a JobState=RUNNING ExitCode=0:0 NodeList=n1\n" +
		"JobId=10 ArrayJobId=8 ArrayTaskId=3 JobName=a b=c JobState=NODE_FAIL Reason=None ExitCode=1:0 NodeList=n2 Comment=JobState=FAILED\n"
	if got := parseJob(job, 3); got != (ending{"NODE_FAIL", "1:0", "n2"}) || got.active() {
		t.Errorf("%+v", got)
	}
	if got := parseJob(job, 2); got.state != "RUNNING" || !got.active() {
		t.Errorf("%+v", got)
	}
	if got := parseJob(job, 4); got != (ending{}) {
		t.Errorf("%+v", got)
	}
}

// TestJobNumber finds the number of a job behind what a cluster's sbatch says first.
func TestJobNumber(t *testing.T) {
	for said, want := range map[string]string{
		"41\n": "41", "41;far\n": "41", "": "", "Submitted batch job\n": "",
		"-----\nWelcome to cluster 7\n--> Checking your quota ... OK\n2024\n42\n": "42",
	} {
		if got := parseJobNumber(said); got != want {
			t.Errorf("%q: %q, want %q", said, got, want)
		}
	}
}

// TestAway checks which of the things that Slurm's programs say are worth waiting for.
func TestAway(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	for said, wait := range map[string]bool{
		"sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)":                             true,
		"squeue: error: slurm_receive_msg: Socket timed out on send/recv operation":                                                    true,
		"sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying":                                                 true,
		"sbatch: error: AssocMaxSubmitJobLimit sbatch: error: Batch job submission failed: Job violates accounting/QOS policy":         true,
		"sbatch: error: invalid partition specified: gpu sbatch: error: Batch job submission failed: Invalid partition name specified": false,
		"sbatch: error: Batch job submission failed: Invalid generic resource (gres) specification":                                    false,
	} {
		if err := os.WriteFile(filepath.Join(dir, "sbatch"), []byte("#!/bin/sh\necho '"+said+"' >&2\nexit 1\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		_, err := ask(t.Context(), "sbatch")
		if err == nil || !strings.Contains(err.Error(), said) || errors.As(err, &awayError{}) != wait {
			t.Errorf("%q: %v, worth waiting for: %v", said, err, !wait)
		}
	}
}

// TestScript runs a batch script as a task of an array does, with a command that writes
// down what it is told, in a folder whose name needs quotes.
func TestScript(t *testing.T) {
	dir := filepath.Join(t.TempDir(), `a "folder" it's`)
	jobs := filepath.Join(dir, jobsDir)
	if err := os.MkdirAll(jobs, 0o755); err != nil {
		t.Fatal(err)
	}
	o, err := Options{Dir: dir, Command: []string{"printf", "<%s>", "it's"}, Array: 3, Time: "1:00", Extra: []string{`--comment=a "b"`}, PerTask: 2}.filled()
	if err != nil {
		t.Fatal(err)
	}
	q := &Queue{options: o, run: runName(dir)}
	b := &batch{Name: q.prefix() + "0001", Tasks: [][]string{{"a-1", "b-2"}, {"c-3"}}}
	script := q.script(b)
	for _, want := range []string{
		"#!/bin/sh\n#SBATCH --job-name=coexplore-a__folder__it_s-", "\n#SBATCH --array=0-1%3\n", "\n#SBATCH --time=1:00\n", "\n#SBATCH \"--comment=a \\\"b\\\"\"\n",
		"\n#SBATCH --cpus-per-task=1\n", "\n#SBATCH --requeue\n",
	} {
		if !strings.Contains(script, want) {
			t.Errorf("it has no %q:\n%s", want, script)
		}
	}
	for name, text := range map[string]string{".sh": script, ".tasks": b.list()} {
		if err := os.WriteFile(q.path(b, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for task, want := range []string{"<it's><a-1.request.json><b-2.request.json>", "<it's><c-3.request.json>"} {
		cmd := exec.Command("sh", q.path(b, ".sh"))
		cmd.Dir, cmd.Env = jobs, append(os.Environ(), "SLURM_ARRAY_TASK_ID="+string(rune('0'+task)))
		if got, err := cmd.CombinedOutput(); err != nil || string(got) != want {
			t.Errorf("task %d: %s, %v, want %s", task, got, err, want)
		}
	}
}

// TestOptions checks options that make no sense, and a machine without Slurm.
func TestOptions(t *testing.T) {
	for want, o := range map[string]Options{
		"need the folder of the run and a command": {Dir: "a"},
		"cannot be negative":                       {Dir: "a", Command: []string{"b"}, PerTask: -1},
		"cannot have several lines":                {Dir: "a", Command: []string{"b"}, Partition: "a\n#SBATCH --x"},
		"begins with no dash":                      {Dir: "a", Command: []string{"b"}, Extra: []string{"qos=long"}},
		"--array=0-5 cannot be":                    {Dir: "a", Command: []string{"b"}, Extra: []string{"--array=0-5"}},
		"-a0-5 cannot be":                          {Dir: "a", Command: []string{"b"}, Extra: []string{"-a0-5"}},
		"--arr=0-5 cannot be":                      {Dir: "a", Command: []string{"b"}, Extra: []string{"--qos=x", "--arr=0-5"}},
		"--ar=0-5 cannot be":                       {Dir: "a", Command: []string{"b"}, Extra: []string{"--ar=0-5"}},
		"-Q cannot be":                             {Dir: "a", Command: []string{"b"}, Extra: []string{"-Q"}},
		"-J x cannot be":                           {Dir: "a", Command: []string{"b"}, Extra: []string{"-J x"}},
		"--wait cannot be":                         {Dir: "a", Command: []string{"b"}, Extra: []string{"--wait"}},
	} {
		if _, err := Script(o, 3); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if _, err := Script(Options{Dir: "a", Command: []string{"b"}, Extra: []string{"--wait-all-nodes=1", "--exclusive", "--qos=a", "-N1", "--mail-type=END"}}, 3); err != nil {
		t.Errorf("options of one's own: %v", err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := Open(Options{Dir: t.TempDir(), Command: []string{"b"}}); err == nil || !strings.Contains(err.Error(), "there is no sbatch here: run this on a login node") {
		t.Errorf("%v", err)
	}
}
