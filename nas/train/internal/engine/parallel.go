package engine

import (
	"sync"
	"sync/atomic"
)

// parallel calls f once for each task from 0 to tasks-1 on up to threads
// goroutines. worker is below threads and tells concurrent calls apart.
func parallel(threads, tasks int, f func(task, worker int)) {
	threads = min(threads, tasks)
	if threads <= 1 {
		for i := range tasks {
			f(i, 0)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	work := func(w int) {
		for i := int(next.Add(1)) - 1; i < tasks; i = int(next.Add(1)) - 1 {
			f(i, w)
		}
	}
	for w := 1; w < threads; w++ {
		wg.Go(func() { work(w) })
	}
	work(0)
	wg.Wait()
}
