// Command coexplore designs a convolutional network together with the row of
// FPGAs that runs it as a pipeline. Run it without arguments for its
// subcommands; the README shows what each is for.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"coexplore/internal/cli/root"
)

func main() {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as it is under nohup
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	// The first signal ends the work in order, a second one ends the program.
	context.AfterFunc(ctx, stop)
	code := root.Run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
