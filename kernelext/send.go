package kernelext

import (
	"errors"
	"fmt"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// ErrNoNotebook is returned where something is to be displayed and the program
// was not started by a notebook's kernel.
var ErrNoNotebook = errors.New("kernelext: not in a notebook: no GoNB kernel started this program")

// ackLimit is how long the kernel may take to take a display. It takes a
// millisecond; one that takes this long is gone.
const ackLimit = 30 * time.Second

// send hands a display to the kernel. With an id it takes the place of what was
// displayed with that id before. It does not wait.
func send(id string, data map[protocol.MIMEType]any) error {
	if !gonbui.IsNotebook {
		return ErrNoNotebook
	}
	settle()
	gonbui.SendData(&protocol.DisplayData{Data: data, DisplayID: id})
	return failure()
}

// flush waits until the kernel has passed on all that it was sent.
func flush() error {
	done := make(chan struct{})
	go func() {
		gonbui.Sync()
		close(done)
	}()
	select {
	case <-done:
		return failure()
	case <-time.After(ackLimit):
		return errors.New("kernelext: the kernel does not answer: restart it")
	}
}

// failure is the error of the connection to the kernel, if it has broken.
func failure() error {
	if err := gonbui.Error(); err != nil {
		return fmt.Errorf("kernelext: the connection to the kernel broke: %w", err)
	}
	return nil
}
