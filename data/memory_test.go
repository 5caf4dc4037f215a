package data

import (
	"runtime"
	"testing"
)

// TestHeadersAreNotBelieved has headers that announce a gigabyte, plain, packed
// and in an archive: little memory is taken before the bytes are there.
func TestHeadersAreNotBelieved(t *testing.T) {
	labels := idxFile([]byte{0, 1}, 2)
	huge := idxFile(make([]byte, 1000), 1<<10, 1<<10, 1<<10)
	array := npyFile("|u1", "False", "1024, 1024, 1024", make([]byte, 1000))
	// A megabyte of gzip that unpacks to 250 MB, and still is not what is announced.
	bomb := zipped(t, idxFile(make([]byte, 250<<20), 1<<10, 1<<10, 1<<10))
	for name, files := range map[string]map[string][]byte{
		"IDX":  {"t10k-images-idx3-ubyte": huge, "t10k-labels-idx1-ubyte": labels},
		"gzip": {"t10k-images-idx3-ubyte": zipped(t, huge), "t10k-labels-idx1-ubyte": labels},
		"bomb": {"t10k-images-idx3-ubyte": bomb, "t10k-labels-idx1-ubyte": labels},
		"NPZ":  {"a.npz": npzBytes(t, map[string][]byte{"x_test": array, "y_test": npyFile("|u1", "False", "1,", []byte{1})})},
		"PNG":  {"a/1.png": bigPNG(1<<15, 1<<15), "b/1.png": bigPNG(4<<10, 3<<10)},
	} {
		dir := folder(t, files)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Load(dir)
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; err == nil || n > 200<<20 {
			t.Errorf("%s: took %d MiB, error %v", name, n>>20, err)
		}
	}
}
