package train

import (
	"runtime"
	"sync"

	"coexplore/nas/train/internal/engine"
)

// spare holds the memory of children that are done, for those to come: as many
// arenas as there are cores.
var spare struct {
	sync.Mutex
	arenas []*engine.Arena
}

// takeArena returns the largest spare arena, or a new one.
func takeArena() *engine.Arena {
	spare.Lock()
	defer spare.Unlock()
	best := -1
	for i, a := range spare.arenas {
		if best < 0 || a.Bytes() > spare.arenas[best].Bytes() {
			best = i
		}
	}
	if best < 0 {
		return new(engine.Arena)
	}
	a := spare.arenas[best]
	spare.arenas = append(spare.arenas[:best], spare.arenas[best+1:]...)
	return a
}

// giveArena keeps an arena for the next child.
func giveArena(a *engine.Arena) {
	spare.Lock()
	defer spare.Unlock()
	if len(spare.arenas) < runtime.GOMAXPROCS(0) {
		spare.arenas = append(spare.arenas, a)
	}
}

// FreeMemory gives back the memory that is kept for further children. A program
// that has trained its last network can call it; none has to.
func FreeMemory() {
	spare.Lock()
	defer spare.Unlock()
	spare.arenas = nil
}
