package gzipped_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"

	"coexplore/internal/gzipped"
)

// Compressed or not, padded or not: the content is the same.
func Example() {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	io.WriteString(z, "a,b")
	z.Close()
	packed.Write(make([]byte, 512))
	for _, file := range []io.Reader{bytes.NewReader([]byte("a,b")), &packed} {
		r, err := gzipped.NewReader(file)
		if err != nil {
			fmt.Println(err)
			continue
		}
		content, err := io.ReadAll(r)
		fmt.Println(string(content), err)
	}
	// Output:
	// a,b <nil>
	// a,b <nil>
}
