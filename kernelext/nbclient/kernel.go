package nbclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-zeromq/zmq4"
)

// KernelCommand says how to start a kernel.
type KernelCommand struct {
	Argv []string // program and arguments; "{connection_file}" stands for the file with the addresses
	Dir  string   // working directory: the notebook's folder
	Env  []string // KEY=VALUE, instead of the environment of this process; nil keeps that

	// OutputLimit is how much one cell may output, in bytes of messages; a cell that
	// outputs more is stopped. 0: no limit.
	OutputLimit int
}

// Kernel is a running kernel process. Its methods may be called by one
// goroutine at a time. Close it, or the process stays.
type Kernel struct {
	cmd    *exec.Cmd
	group  processGroup
	codec  codec
	dir    string // temporary folder of the kernel: sockets, generated code
	limit  int    // of a cell's output, in bytes; 0: none
	stderr tail

	shell, control, iopub zmq4.Socket
	replies, published    chan message
	failed                chan error // a message that could not be read

	exited  chan struct{} // closed when the process has ended
	exitErr error         // read after exited
	cancel  context.CancelFunc

	up      bool // it has answered
	closing sync.Once
	display displays
}

// How long the kernel is waited for.
const (
	startLimit    = 60 * time.Second // until it answers; it compiles nothing to do so, but the disk may be cold
	interruptWait = 7 * time.Second  // GoNB itself kills an interrupted cell after 5 s
	shutdownWait  = 5 * time.Second
)

// StartKernel starts a kernel and waits until it answers.
func StartKernel(ctx context.Context, command KernelCommand) (*Kernel, error) {
	k, err := startKernel(command)
	if err != nil {
		return nil, fmt.Errorf("nbclient: starting the kernel: %w", err)
	}
	if err := k.connect(ctx); err != nil {
		k.Close()
		return nil, fmt.Errorf("nbclient: starting the kernel: %w", err)
	}
	return k, nil
}

func startKernel(command KernelCommand) (k *Kernel, err error) {
	dir, err := os.MkdirTemp("", "coexplore-kernel-")
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(dir)
		}
	}()
	k = &Kernel{
		dir: dir, limit: command.OutputLimit, codec: newCodec(),
		replies: make(chan message, 64), published: make(chan message, 1024), failed: make(chan error, 1),
		exited: make(chan struct{}), display: displays{},
	}
	addresses, err := k.writeConnectionFile()
	if err != nil {
		return nil, err
	}
	argv := slices.Clone(command.Argv)
	for i := range argv {
		argv[i] = strings.ReplaceAll(argv[i], "{connection_file}", k.connectionFile())
	}
	env := command.Env
	if env == nil {
		env = os.Environ()
	}
	k.cmd = exec.Command(argv[0], argv[1:]...)
	k.cmd.Dir = command.Dir
	k.cmd.Env = setEnv(env, "TMPDIR="+dir)
	k.cmd.Stdout, k.cmd.Stderr = &k.stderr, &k.stderr
	k.cmd.WaitDelay = time.Second // a cell's process that outlives the kernel must not hold us up
	if err := k.group.start(k.cmd); err != nil {
		return nil, err
	}
	go func() {
		k.exitErr = k.cmd.Wait()
		close(k.exited)
	}()

	life, cancel := context.WithCancel(context.Background())
	k.cancel = cancel
	retry, tries := zmq4.WithDialerRetry(20*time.Millisecond), zmq4.WithDialerMaxRetries(-1)
	id := zmq4.WithID(zmq4.SocketIdentity(k.codec.session))
	k.shell = zmq4.NewDealer(life, id, retry, tries)
	k.control = zmq4.NewDealer(life, id, retry, tries)
	k.iopub = zmq4.NewSub(life, retry, tries)
	k.iopub.SetOption(zmq4.OptionSubscribe, "")
	for _, s := range []struct {
		socket zmq4.Socket
		name   string
		to     chan message
	}{{k.iopub, "iopub", k.published}, {k.shell, "shell", k.replies}, {k.control, "control", k.replies}} {
		go func() {
			if err := s.socket.Dial(addresses[s.name]); err != nil {
				if life.Err() == nil {
					k.fail(fmt.Errorf("%s socket: %w", s.name, err))
				}
				return
			}
			k.receive(life, s.socket, s.to)
		}()
	}
	return k, nil
}

func (k *Kernel) connectionFile() string {
	return filepath.Join(k.dir, "kernel-"+k.codec.session+".json")
}

// socketPathMax is the length of path that every system allows for a socket.
const socketPathMax = 100

// writeConnectionFile tells the kernel where to listen: on sockets in its
// temporary folder, which no other user can reach and no other program can
// take; on local ports where that folder's path is too long for that.
func (k *Kernel) writeConnectionFile() (addresses map[string]string, err error) {
	names := []string{"shell", "iopub", "stdin", "control", "hb"}
	base := filepath.Join(k.dir, "socket")
	info := map[string]any{"signature_scheme": "hmac-sha256", "key": string(k.codec.key), "transport": "ipc", "ip": base}
	addresses = map[string]string{}
	if len(base)+2 <= socketPathMax {
		for i, n := range names {
			info[n+"_port"], addresses[n] = i+1, fmt.Sprintf("ipc://%s-%d", base, i+1)
		}
	} else {
		info["transport"], info["ip"] = "tcp", "127.0.0.1"
		for _, n := range names {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return nil, err
			}
			defer l.Close() // after all five are chosen, so that they differ
			port := l.Addr().(*net.TCPAddr).Port
			info[n+"_port"], addresses[n] = port, fmt.Sprintf("tcp://127.0.0.1:%d", port)
		}
	}
	raw, err := json.Marshal(info)
	if err != nil {
		return nil, err
	}
	return addresses, os.WriteFile(k.connectionFile(), raw, 0o600)
}

// receive hands on what arrives on a socket until the socket is closed.
func (k *Kernel) receive(life context.Context, socket zmq4.Socket, to chan<- message) {
	for {
		raw, err := socket.Recv()
		if err != nil {
			return // closed: if by the kernel's end, exited says so
		}
		m, err := k.codec.decode(raw.Frames)
		if err != nil {
			k.fail(err)
			return
		}
		select {
		case to <- m:
		case <-life.Done():
			return
		}
	}
}

func (k *Kernel) fail(err error) {
	select {
	case k.failed <- err:
	default: // one is enough
	}
}

// connect waits until the kernel answers on both channels.
func (k *Kernel) connect(ctx context.Context) error {
	limit := time.After(startLimit)
	again := time.NewTicker(300 * time.Millisecond)
	defer again.Stop()
	var replied, heard bool
	asked := make(chan error, 1)
	ask := func() {
		frames, _, err := k.codec.encode("kernel_info_request", struct{}{})
		if err == nil {
			err = k.shell.SendMulti(zmq4.NewMsgFrom(frames...)) // waits for the connection
		}
		asked <- err
	}
	go ask()
	sending := true
	for !replied || !heard {
		select {
		case <-k.replies:
			replied = true
		case <-k.published:
			heard = true
		case err := <-asked:
			if sending = false; err != nil {
				return k.explain(err)
			}
		case <-again.C:
			if replied && !sending { // the subscription took longer than the reply
				sending = true
				go ask()
			}
		case err := <-k.failed:
			return k.explain(err)
		case <-k.exited:
			return k.explain(k.death())
		case <-limit:
			return k.explain(fmt.Errorf("no answer within %v", startLimit))
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	k.up = true
	return nil
}

// death is the error of a kernel that has ended by itself.
func (k *Kernel) death() error {
	state := "it exited"
	var exit *exec.ExitError
	if errors.As(k.exitErr, &exit) {
		state = exit.String()
	}
	return fmt.Errorf("the kernel died (%s)", state)
}

// explain adds the last lines that the kernel wrote to an error.
func (k *Kernel) explain(err error) error {
	if last := k.stderr.last(6); last != "" {
		return fmt.Errorf("%w; its last words:\n%s", err, last)
	}
	return err
}

// request sends a request and returns its id.
func (k *Kernel) request(socket zmq4.Socket, typ string, content any) (string, error) {
	frames, id, err := k.codec.encode(typ, content)
	if err != nil {
		return "", err
	}
	return id, socket.SendMulti(zmq4.NewMsgFrom(frames...))
}

// Close shuts the kernel down, with all that its cells started, and removes its
// temporary files. Closing again does nothing.
func (k *Kernel) Close() error {
	var err error
	k.closing.Do(func() {
		if k.up {
			k.shutdown()
		}
		k.group.kill() // what cells have left behind
		<-k.exited
		k.cancel()
		for _, s := range []zmq4.Socket{k.shell, k.control, k.iopub} {
			s.Close()
		}
		err = os.RemoveAll(k.dir)
	})
	return err
}

// shutdown asks the kernel to end and waits a while.
func (k *Kernel) shutdown() {
	go k.request(k.control, "shutdown_request", map[string]any{"restart": false})
	limit := time.NewTimer(shutdownWait)
	defer limit.Stop()
	for {
		select {
		case <-k.exited:
			return
		case <-limit.C:
			return
		case <-k.published: // keep the channels moving
		case <-k.replies:
		}
	}
}

// setEnv sets a variable in a list of KEY=VALUE.
func setEnv(env []string, assignment string) []string {
	key, _, _ := strings.Cut(assignment, "=")
	env = slices.DeleteFunc(slices.Clone(env), func(s string) bool { return strings.HasPrefix(s, key+"=") })
	return append(env, assignment)
}
