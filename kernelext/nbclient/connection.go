package nbclient

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
)

func (k *Kernel) connectionFile() string {
	return filepath.Join(k.process.Folder, "kernel-"+k.codec.session+".json")
}

// socketPathMax is the length of path that every system allows for a socket.
const socketPathMax = 100

// writeConnectionFile tells the kernel where to listen. GoNB is given sockets in its
// temporary folder, which no other user can reach and no other program can take. Where
// that folder's path is too long, and for other kernels, of which not all know such
// sockets, it is ports of the loopback address. Messages are signed in any case.
func (k *Kernel) writeConnectionFile() (addresses map[string]string, err error) {
	names := []string{"shell", "iopub", "stdin", "control", "hb"}
	base := filepath.Join(k.process.Folder, "socket")
	info := map[string]any{
		"signature_scheme": "hmac-sha256", "key": string(k.codec.key), "transport": "ipc", "ip": base, "kernel_name": "",
	}
	addresses = map[string]string{}
	if k.command.module != "" && len(base)+2 <= socketPathMax {
		for i, n := range names {
			info[n+"_port"], addresses[n] = i+1, fmt.Sprintf("ipc://%s-%d", base, i+1)
		}
	} else {
		info["transport"], info["ip"] = "tcp", "127.0.0.1"
		for _, n := range names {
			port, err := freePort()
			if err != nil {
				return nil, err
			}
			info[n+"_port"], addresses[n] = port, fmt.Sprintf("tcp://127.0.0.1:%d", port)
		}
	}
	raw, err := json.Marshal(info)
	if err != nil {
		return nil, err
	}
	return addresses, os.WriteFile(k.connectionFile(), raw, 0o600)
}

// given are the ports that this process has given to kernels, which may not yet listen.
var given struct {
	sync.Mutex
	ports map[int]bool
}

// freePort finds a port of the loopback address that nobody listens on.
func freePort() (int, error) {
	given.Lock()
	defer given.Unlock()
	for {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return 0, err
		}
		port := l.Addr().(*net.TCPAddr).Port
		l.Close()
		if !given.ports[port] {
			if given.ports == nil || len(given.ports) > 5000 { // long ago: they listen by now
				given.ports = map[int]bool{}
			}
			given.ports[port] = true
			return port, nil
		}
	}
}
