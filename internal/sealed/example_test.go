package sealed_test

import (
	"bytes"
	"fmt"

	"coexplore/internal/sealed"
)

func Example() {
	line := sealed.Seal([]byte(`{"index":0,"status":"trained"}`))
	fmt.Println(string(line))
	_, err := sealed.Open(bytes.Replace(line, []byte("0"), []byte("1"), 1))
	fmt.Println(err)
	// Output:
	// {"index":0,"status":"trained","crc32c":"171e5de9"}
	// its checksum is that of other content
}
