package slurm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// programs are those of Slurm that a queue cannot do without.
var programs = []string{"sbatch", "squeue", "scancel", "scontrol"}

// Check is an error if a program of Slurm's is missing here.
func Check() error {
	for _, name := range programs {
		if _, err := exec.LookPath(name); err != nil {
			return fmt.Errorf("slurm: there is no %s here: run this on a login node of the cluster, or install Slurm's client programs (Debian: slurm-client)", name)
		}
	}
	return nil
}

// patience is how long a program of Slurm's may take: its own time limits for messages
// to the controller are shorter, unless the cluster has set them higher.
const patience = 2 * time.Minute

// An awayError is a controller that cannot be asked now, and may be later.
type awayError struct{ said string }

func (e awayError) Error() string { return e.said }

// away are parts of what Slurm's programs write when the controller is not there, is too
// busy, or has as many jobs as it may have. Anything else is not mended by waiting.
var away = []string{
	"unable to contact", "contacting slurm", "socket timed out", "connection refused", "connection timed out", "connection reset",
	"temporarily unable", "temporarily unavailable", "zero bytes were transmitted", "unable to establish", "no route to host",
	"communication", "transport endpoint", "submit limit", "submitjob", "in standby mode", "try again", "fetch_config",
}

// ask runs a program of Slurm's and returns what it wrote. The error is an awayError if
// it is worth asking again, and has the program's own words.
func ask(ctx context.Context, name string, args ...string) (string, error) {
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cmd := exec.CommandContext(limited, name, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.Env = slices.DeleteFunc(os.Environ(), disturbs)
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case limited.Err() != nil:
		return "", awayError{fmt.Sprintf("%s did not answer within %v", name, patience)}
	case err == nil:
		return stdout.String(), nil
	}
	said := strings.Join(strings.Fields(stderr.String()), " ")
	if said == "" {
		said = err.Error()
	}
	said = name + " said: " + said
	lower := strings.ToLower(said)
	for _, sign := range away {
		if strings.Contains(lower, sign) {
			return "", awayError{said}
		}
	}
	return "", errors.New(said)
}

// disturbing are the beginnings of variables that change what Slurm's programs write, or
// whether they wait, or lead jobs to where the queue does not look. Those of sbatch that stand for
// options which somebody may want on all jobs stay; what a queue asks for outranks them.
var disturbing = []string{"SQUEUE_", "SACCT_", "SCONTROL_", "SCANCEL_", "SLURM_TIME_FORMAT=", "SBATCH_WAIT=", "SBATCH_ARRAY_INX=",
	"SBATCH_CLUSTERS=", "SBATCH_ERROR=", "SBATCH_INPUT=", "SBATCH_DEBUG="}

// disturbs reports whether a variable, as NAME=VALUE, is one of those.
func disturbs(variable string) bool {
	return slices.ContainsFunc(disturbing, func(name string) bool { return strings.HasPrefix(variable, name) })
}

// A place is a task of a job array.
type place struct {
	batch string // the job's name
	index int
}

// A sighting is what squeue says of a task that has not ended.
type sighting struct {
	job    string // the array's number
	state  string // as PENDING
	reason string // why it waits, or where it runs
}

// sightings asks squeue for all tasks of the jobs with these names that have not ended.
func sightings(ctx context.Context, names []string) (map[place]sighting, error) {
	text, err := ask(ctx, "squeue", "--noheader", "--array", "--name="+strings.Join(names, ","), "--format="+sightingMark+"%j|%F|%K|%T|%r")
	if err != nil {
		return nil, err
	}
	return parseSightings(text)
}

// sightingMark begins the lines that squeue is asked for; others are greetings.
const sightingMark = "task|"

// parseSightings reads the lines that squeue writes.
func parseSightings(text string) (map[place]sighting, error) {
	seen := make(map[place]sighting)
	for line := range strings.Lines(text) {
		line, ours := strings.CutPrefix(strings.TrimSpace(line), sightingMark)
		if !ours {
			continue
		}
		f := strings.SplitN(line, "|", 5)
		if len(f) < 5 {
			return nil, fmt.Errorf("slurm: squeue wrote %q, not five fields", line)
		}
		index, err := strconv.Atoi(f[2])
		if err != nil {
			continue // a job of that name that is no array is none of ours
		}
		seen[place{f[0], index}] = sighting{job: f[1], state: f[3], reason: strings.TrimSpace(f[4])}
	}
	return seen, nil
}

// An ending is how a task ended, as far as Slurm tells.
type ending struct {
	state string // as OUT_OF_MEMORY; empty: nobody knows any more
	exit  string // status and signal, as 1:0
	node  string
}

func (e ending) String() string {
	if e.state == "" {
		return "its job is gone and left no answer"
	}
	text := "its job ended as " + e.state
	if means := meanings[e.state]; means != "" {
		text += " (" + means + ")"
	}
	if e.exit != "" && e.exit != "0:0" {
		status, signal, _ := strings.Cut(e.exit, ":")
		if signal != "" && signal != "0" {
			text += ", by signal " + signal
		} else {
			text += ", with status " + status
		}
	}
	if e.node != "" && e.node != "None assigned" && e.node != "(null)" {
		text += " on " + e.node
	}
	return text
}

// meanings are what states of jobs mean to those who do not know Slurm.
var meanings = map[string]string{
	"BOOT_FAIL": "its node did not start", "CANCELLED": "somebody cancelled it", "COMPLETED": "but left no answer", "DEADLINE": "its deadline passed",
	"FAILED": "the program did not end well", "NODE_FAIL": "its node failed", "OUT_OF_MEMORY": "it took more memory than it was given",
	"PREEMPTED": "another job took its place", "REVOKED": "another cluster runs it", "TIMEOUT": "it took longer than --time allows",
}

// active tells whether a state is one of a job that goes on: it is being requeued, for
// one.
func (e ending) active() bool {
	switch e.state {
	case "PENDING", "RUNNING", "SUSPENDED", "COMPLETING", "CONFIGURING", "REQUEUED", "REQUEUE_FED", "RESIZING", "SIGNALING", "STAGE_OUT", "STOPPED":
		return true
	}
	return false
}

// endingOf asks how a task ended: sacct, or where there is no accounting, or it is behind,
// scontrol, which forgets jobs after some minutes.
func endingOf(ctx context.Context, job string, index int) (ending, error) {
	id := fmt.Sprintf("%s_%d", job, index)
	if text, err := ask(ctx, "sacct", "--noheader", "--parsable2", "--allocations", "--jobs="+id, "--format=State,ExitCode,NodeList"); err == nil {
		if e := parseAccounting(text); e.state != "" && !e.active() {
			return e, nil
		}
	} else if ctx.Err() != nil {
		return ending{}, ctx.Err()
	}
	text, err := ask(ctx, "scontrol", "show", "job", "--oneliner", id)
	if errors.As(err, &awayError{}) || ctx.Err() != nil {
		return ending{}, err
	}
	if err != nil { // Invalid job id specified: it has forgotten
		return ending{}, nil
	}
	return parseJob(text, index), nil
}

// parseAccounting reads a line of sacct; of several, for a task that was requeued, the
// last.
func parseAccounting(text string) ending {
	var e ending
	for line := range strings.Lines(text) {
		f := strings.Split(strings.TrimSpace(line), "|")
		if len(f) == 3 && f[0] != "" {
			e = ending{strings.Fields(f[0])[0], f[1], f[2]} // CANCELLED by 0
		}
	}
	return e
}

// parseJob reads what scontrol writes of a task.
func parseJob(text string, index int) ending {
	for line := range strings.Lines(text) {
		fields := make(map[string]string)
		for _, f := range strings.Fields(line) {
			if key, value, ok := strings.Cut(f, "="); ok {
				if _, twice := fields[key]; !twice {
					fields[key] = value
				}
			}
		}
		if of := fields["ArrayTaskId"]; fields["JobState"] == "" || of != "" && of != strconv.Itoa(index) {
			continue
		}
		return ending{fields["JobState"], fields["ExitCode"], fields["NodeList"]}
	}
	return ending{}
}

// maxArraySize is how many tasks an array may have on this cluster, numbered from 0.
func maxArraySize(ctx context.Context) (int, error) {
	text, err := ask(ctx, "scontrol", "show", "config")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(text) {
		if key, value, ok := strings.Cut(line, "="); ok && strings.TrimSpace(key) == "MaxArraySize" {
			n, err := strconv.Atoi(strings.TrimSpace(value))
			if err != nil {
				break
			}
			if n < 1 {
				return 0, errors.New("slurm: this cluster allows no job arrays: its MaxArraySize is 0")
			}
			return n, nil
		}
	}
	return 0, errors.New("slurm: scontrol show config does not say MaxArraySize")
}
