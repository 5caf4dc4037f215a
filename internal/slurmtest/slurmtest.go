//go:build linux

// Package slurmtest runs a cluster of Slurm's own programs on this machine, for tests: a
// controller and two nodes of one processor each, on the loopback interface, with all
// files in one temporary folder. It takes root, and Debian's packages slurmctld, slurmd
// and slurm-client; a test is skipped where they are missing.
//
//	c := slurmtest.Start(t, 30*time.Second)
//	c.Run(t, "sbatch", "--parsable", "job.sh")
package slurmtest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Nodes are the names of the nodes.
var Nodes = []string{"n1", "n2"}

// A Cluster is a running one.
type Cluster struct {
	Dir    string // of all its files
	Config string // slurm.conf
	daemon map[string]*exec.Cmd
}

// Start starts a cluster that ends with the test. A node that says nothing for so long is
// taken for dead; on a machine that is busy a short time takes living ones for it.
func Start(t testing.TB, timeout time.Duration) *Cluster {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: a cluster on this machine takes root")
	}
	for _, program := range []string{"slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("SKIPPED: there is no %s: apt install slurmctld slurmd slurm-client slurm-wlm-basic-plugins", program)
		}
	}
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	host, _, _ = strings.Cut(host, ".")
	c := &Cluster{Dir: t.TempDir(), daemon: make(map[string]*exec.Cmd)}
	c.Config = filepath.Join(c.Dir, "slurm.conf")
	for _, dir := range []string{"state", "spool/n1", "spool/n2"} {
		if err := os.MkdirAll(filepath.Join(c.Dir, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	ports := freePorts(t, 3)
	text := fmt.Sprintf(config, host, ports[0], c.Dir, ports[1], ports[2], int(timeout.Seconds()))
	if err := os.WriteFile(c.Config, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for name := range c.daemon {
			c.Kill(t, name)
		}
	})
	c.Launch(t, "slurmctld")
	for _, n := range Nodes {
		c.Launch(t, n)
	}
	for start := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		text, err := c.Command("sinfo", "--noheader", "--Node", "--partition=p", "--format=%T").CombinedOutput()
		if err == nil && strings.Count(string(text), "idle") == len(Nodes) {
			return c
		}
		if time.Since(start) > time.Minute {
			t.Fatalf("the nodes do not come up: %s, %v\n%s", text, err, c.logs())
		}
	}
}

// config is the cluster's. Slurm's own names of networks and memory are left out where
// their defaults do. A requeued job starts again when the credentials of the time before have
// expired, which is 2 minutes by default.
const config = `ClusterName=try
SlurmctldHost=%[1]s(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/none
AuthInfo=cred_expire=5
CredType=cred/none
SlurmctldPort=%[2]d
StateSaveLocation=%[3]s/state
SlurmdSpoolDir=%[3]s/spool/%%n
SlurmctldPidFile=%[3]s/slurmctld.pid
SlurmdPidFile=%[3]s/%%n.pid
SlurmctldLogFile=%[3]s/slurmctld.log
SlurmdLogFile=%[3]s/%%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0,sched_min_interval=10000
SlurmdTimeout=%[6]d
MessageTimeout=2
BatchStartTimeout=2
KillWait=2
ReturnToService=2
JobAcctGatherType=jobacct_gather/none
JobRequeue=1
MinJobAge=30
MaxArraySize=30
NodeName=n1 NodeHostname=%[1]s NodeAddr=127.0.0.1 Port=%[4]d CPUs=1 State=UNKNOWN
NodeName=n2 NodeHostname=%[1]s NodeAddr=127.0.0.1 Port=%[5]d CPUs=1 State=UNKNOWN
PartitionName=p Nodes=n1,n2 Default=YES MaxTime=60 State=UP
PartitionName=q Nodes=n1,n2 MaxTime=60 State=UP
`

// freePorts are ports of the loopback interface that nobody listens on.
func freePorts(t testing.TB, n int) (ports []int) {
	t.Helper()
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports
}

// Launch starts a daemon that does not run: slurmctld, or a node by its name.
func (c *Cluster) Launch(t testing.TB, name string) {
	t.Helper()
	cmd := exec.Command("slurmd", "-D", "-N", name, "-f", c.Config)
	if name == "slurmctld" {
		cmd = exec.Command("slurmctld", "-D", "-f", c.Config)
	}
	out, err := os.OpenFile(filepath.Join(c.Dir, name+".out"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c.daemon[name] = cmd
}

// Kill kills a daemon, as a crash of its machine does, but that its jobs go on.
func (c *Cluster) Kill(t testing.TB, name string) {
	t.Helper()
	cmd := c.daemon[name]
	if cmd == nil {
		return
	}
	cmd.Process.Kill()
	cmd.Wait() // killed: its status says nothing
	delete(c.daemon, name)
}

// KillNode kills a node with all that runs on it, and waits until the controller knows.
func (c *Cluster) KillNode(t testing.TB, name string) {
	t.Helper()
	c.Kill(t, name)
	for _, pid := range c.processes(t, name) { // first those of Slurm, which would tell
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && err != syscall.ESRCH {
			t.Fatal(err)
		}
	}
	for start := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		// While the controller is away there is no answer, which is none of a test's concern.
		state, _ := c.Command("sinfo", "--noheader", "--nodes="+name, "--format=%T").Output()
		if strings.HasPrefix(string(state), "down") {
			return
		}
		if time.Since(start) > time.Minute {
			t.Fatalf("%s is %s, not down\n%s", name, state, c.logs())
		}
	}
}

// Busy waits until a job runs on a node.
func (c *Cluster) Busy(t testing.TB, name string) {
	t.Helper()
	for start := time.Now(); len(c.processes(t, name)) == 0; time.Sleep(20 * time.Millisecond) {
		if time.Since(start) > time.Minute {
			t.Fatalf("%s has nothing to do\n%s", name, c.Run(t, "squeue"))
		}
	}
}

// KillJobs kills what the jobs of a node run, of which Slurm hears.
func (c *Cluster) KillJobs(t testing.TB, name string) {
	t.Helper()
	for _, pid := range c.processes(t, name) {
		if !strings.HasPrefix(commandOf(pid), "slurmstepd") {
			syscall.Kill(pid, syscall.SIGKILL) // it may have ended meanwhile
		}
	}
}

// processes are the numbers of Slurm's processes that look after jobs on a node, and then
// of all that the jobs run.
func (c *Cluster) processes(t testing.TB, node string) []int {
	t.Helper()
	var steps, pids []int
	environments, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range environments {
		text, err := os.ReadFile(path) // one that has ended meanwhile has none
		env := "\x00" + string(text)
		if err != nil || !strings.Contains(env, "\x00SLURMD_NODENAME="+node+"\x00") || !strings.Contains(env, "\x00SLURM_CONF="+c.Config+"\x00") {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			t.Fatal(err)
		}
		pids = append(pids, pid)
		if parent := parentOf(pid); strings.HasPrefix(commandOf(parent), "slurmstepd") {
			steps = append(steps, parent)
		}
	}
	return append(steps, pids...)
}

// parentOf is the parent of a process; 0 if it has ended.
func parentOf(pid int) (parent int) {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, _ := strings.Cut(string(text), ") ") // after the name, in brackets
	if f := strings.Fields(rest); len(f) > 1 {
		parent, _ = strconv.Atoi(f[1])
	}
	return parent
}

// commandOf is the command line of a process; empty if it has ended.
func commandOf(pid int) string {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return string(text)
}

// Command is a command that finds this cluster, by SLURM_CONF: several run beside each other.
func (c *Cluster) Command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "SLURM_CONF="+c.Config)
	return cmd
}

// Run runs a program of Slurm's and returns what it wrote.
func (c *Cluster) Run(t testing.TB, name string, args ...string) string {
	t.Helper()
	text, err := c.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v: %s", name, args, err, text)
	}
	return string(text)
}

// logs are the last words of the daemons.
func (c *Cluster) logs() string {
	var b strings.Builder
	for _, name := range append([]string{"slurmctld"}, Nodes...) {
		for _, end := range []string{".log", ".out"} {
			text, _ := os.ReadFile(filepath.Join(c.Dir, name+end))
			fmt.Fprintf(&b, "%s%s: %s\n", name, end, text[max(0, len(text)-1500):])
		}
	}
	return b.String()
}
