package run

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"coexplore/data"
	"coexplore/hw"
	"coexplore/nas/space"
	"coexplore/nas/train"
)

// Resources are what an exploration may take of a machine. They do not change its
// result, but that networks which do not fit the memory are refused.
type Resources struct {
	Workers   int // networks trained at once; 0: one
	Threads   int // of each; 0: the cores are shared among the workers
	MemoryMiB int // 0: no limit
	// Devices are those that a pool may name; none: the built-in ones.
	Devices []hw.Device
}

// shared is the resources with the cores shared among the workers, where nothing else is
// said.
func (r Resources) shared() Resources {
	r.Workers = max(1, r.Workers)
	if r.Threads <= 0 {
		r.Threads = max(1, runtime.GOMAXPROCS(0)/r.Workers)
	}
	return r
}

// Pool reads a pool of FPGAs, as "XC7Z015:3".
func (r Resources) Pool(pool string) (hw.Pool, error) {
	devices := r.Devices
	if devices == nil {
		devices = hw.Devices()
	}
	p, err := hw.ParsePoolFrom(devices, pool)
	if err != nil {
		return nil, &FieldError{Field: "Pool", Err: err}
	}
	return p, nil
}

// programBytes is the memory of everything but images and training: the program, its
// plans, and what the collector of garbage has not got to. Explorations without training
// were seen to take 34 MiB on amd64.
const programBytes = 100 << 20

// memoryOf says in a line what memory an exploration takes that trains networks of a
// space, and limits the options to what there is.
func memoryOf(chains space.Chain, set *data.Set, o *train.Options, r Resources, episodes int) (string, error) {
	largest, err := hw.ParseChain(chains.Network(chains.Largest()))
	if err != nil {
		return "", err
	}
	most, err := train.TrainingBytes(largest, set, *o)
	if err != nil {
		return "", err
	}
	images := imageBytes(set)
	text := func(all int64) string {
		return fmt.Sprintf("Memory: up to %d MiB, with %d MiB of images and %d MiB for the largest network in training, %d at once", mib(all), mib(images), mib(most), r.Workers)
	}
	// Trained networks are kept until the front is measured on the test images.
	weights := 4 * largest.Params(chains.Input, chains.Classes, o.Head)
	keep := min(train.DefaultKeepBytes, weights*int64(episodes))
	if r.MemoryMiB == 0 {
		return text(programBytes+images+most*int64(r.Workers)+keep) + ".", nil
	}
	limit := int64(r.MemoryMiB) << 20
	smallest, err := hw.ParseChain(chains.Network(chains.Smallest()))
	if err != nil {
		return "", err
	}
	least, err := train.TrainingBytes(smallest, set, *o)
	if err != nil {
		return "", err
	}
	free := limit - programBytes - images
	if need := programBytes + images + least*int64(r.Workers)*4/3; limit < need {
		return "", wrong("MemoryMiB", "%d is too little: the smallest network of the space takes %d MiB with the images and the program", r.MemoryMiB, mib(need))
	}
	// At most a quarter of what is free is for trained networks.
	o.KeepBytes = int(min(keep, free/4))
	o.MaxBytes = (free - int64(o.KeepBytes)) / int64(r.Workers)
	debug.SetMemoryLimit(limit)
	if most <= o.MaxBytes {
		return text(programBytes+images+most*int64(r.Workers)+int64(o.KeepBytes)) + ".", nil
	}
	return text(limit) + fmt.Sprintf(" if it were trained: within the limit those of up to %d MiB are.", o.MaxBytes>>20), nil
}

// imageBytes is the memory of a set's images.
func imageBytes(set *data.Set) int64 {
	var n int64
	for _, m := range []*data.Images{set.Train, set.Validation, set.Test} {
		if m != nil {
			n += int64(len(m.Pixels) + len(m.Labels))
		}
	}
	return n
}

// mib is a number of bytes in MiB, rounded up.
func mib(bytes int64) int64 { return (bytes + 1<<20 - 1) >> 20 }
