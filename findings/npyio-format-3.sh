#!/usr/bin/env bash
# NumPy writes an array of named fields in version 3.0 of its format where a name is not
# Latin-1, since 2019. codeberg.org/sbinet/npyio v0.14.0 refuses the version, even of an array of
# plain bytes, whose values lie as in versions 1 and 2.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export GOFLAGS=-mod=mod GOWORK=off
go mod init finding >/dev/null 2>&1
cat >main.go <<'GO'
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"

	"codeberg.org/sbinet/npyio"
)

// file is three bytes as NumPy writes them, in a version of its format.
func file(version byte) []byte {
	header := "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }"
	size := 10
	if version > 1 {
		size = 12
	}
	header += strings.Repeat(" ", 63-(size+len(header))%64) + "\n"
	b := append([]byte("\x93NUMPY"), version, 0)
	if version == 1 {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(header)))
	} else {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(header)))
	}
	return append(append(b, header...), 1, 2, 3)
}

func main() {
	for version := byte(1); version <= 3; version++ {
		var values []uint8
		err := npyio.Read(bytes.NewReader(file(version)), &values)
		fmt.Println(version, values, err)
	}
}
GO
go get codeberg.org/sbinet/npyio@v0.14.0 >/dev/null 2>&1
got=$(go run .)
echo "$got"
[ "$got" = "1 [1 2 3] <nil>
2 [1 2 3] <nil>
3 [] npy: invalid major version number (3)" ] || { echo "no longer so"; exit 1; }
