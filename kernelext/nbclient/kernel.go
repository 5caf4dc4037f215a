package nbclient

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-zeromq/zmq4"

	"coexplore/internal/guard"
)

// KernelCommand says how to start a kernel.
type KernelCommand struct {
	Argv []string // program and arguments; "{connection_file}" stands for the file with the addresses
	Dir  string   // working directory: the notebook's folder
	Env  []string // KEY=VALUE, instead of the environment of this process; nil keeps that

	InterruptByMessage bool // a cell is interrupted with a message, not with a signal
	OutputMax          int  // a cell that outputs more than this, in bytes of messages, is stopped; 0: none is

	module string // GoNB: the coexplore module whose packages cells may import; "" with other kernels
}

// Kernel is a running kernel process. Its methods may be called by one
// goroutine at a time. Close it, or the process stays as long as this one: it
// never outlives that.
type Kernel struct {
	command KernelCommand
	process *guard.Guard // its temporary folder holds sockets and generated code
	codec   codec
	stderr  tail

	shell, control, iopub zmq4.Socket
	replies, published    chan message
	failed                chan error // a message that could not be read

	cancel  context.CancelFunc
	up      bool            // it has answered
	info    json.RawMessage // what it says of itself
	closing sync.Once

	display displays
	limit   int                      // bytes of printed text kept of a cell; 0: DefaultOutputLimit
	running func(took time.Duration) // called now and then while a cell runs; or nil
}

// folderPrefix begins the names of temporary folders.
const folderPrefix = "coexplore-kernel-"

// How long the kernel is waited for. Tests have less time.
var (
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
	if err := k.useModule(); err != nil {
		k.Close()
		return nil, fmt.Errorf("nbclient: starting the kernel: %w", err)
	}
	return k, nil
}

func startKernel(command KernelCommand) (k *Kernel, err error) {
	k = &Kernel{
		command: command, codec: newCodec(),
		replies: make(chan message, 64), published: make(chan message, 64), failed: make(chan error, 1),
		display: displays{},
	}
	if k.process, err = guard.New(folderPrefix, &k.stderr, &k.stderr); err != nil {
		return nil, err
	}
	process := k.process
	defer func() {
		if err != nil {
			process.Close()
		}
	}()
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
	// GoNB takes the working directory of the process with this id for Jupyter's root.
	env = setEnv(setEnv(env, "TMPDIR="+k.process.Folder), fmt.Sprintf("JPY_PARENT_PID=%d", os.Getpid()))
	if err := k.process.Start(guard.Command{Argv: argv, Dir: command.Dir, Env: env}); err != nil {
		return nil, err
	}

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
		case m := <-k.replies:
			if m.Header.Type == "kernel_info_reply" {
				replied, k.info = true, m.Content
			}
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
		case <-k.process.Done():
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
	if err := k.process.Err(); err != nil {
		state = advise(err.Error())
	}
	return fmt.Errorf("the kernel died (%s)", state)
}

// explain adds the kernel's last words to an error: to its first line the one that says
// why, and below it the last that the kernel wrote.
func (k *Kernel) explain(err error) error {
	why, last := k.stderr.last(6)
	if why != "" {
		err = fmt.Errorf("%w: %s", err, why)
	}
	if last != "" && last != why {
		err = fmt.Errorf("%w; its last words:\n%s", err, last)
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
	k.closing.Do(func() {
		if k.up {
			k.shutdown()
		}
		k.process.Close() // ends what cells have left behind
		k.cancel()
		for _, s := range []zmq4.Socket{k.shell, k.control, k.iopub} {
			s.Close()
		}
	})
	if _, err := os.Stat(k.process.Folder); err == nil {
		return fmt.Errorf("nbclient: the kernel's temporary folder %s cannot be removed", k.process.Folder)
	}
	return nil
}

// shutdown asks the kernel to end and waits a while.
func (k *Kernel) shutdown() {
	go k.request(k.control, "shutdown_request", map[string]any{"restart": false})
	limit := time.NewTimer(shutdownWait)
	defer limit.Stop()
	for {
		select {
		case <-k.process.Done():
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
