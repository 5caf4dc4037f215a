#!/usr/bin/env bash
# golang.org/x/image v0.30.0 decodes a TIFF of fax compression (CCITT group 3 or 4) as its
# negative where the file says that 0 is black (PhotometricInterpretation 1), as Pillow
# saves it. With 0 as white, and with every other compression, it is right.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export GOFLAGS=-mod=mod GOWORK=off
go mod init finding >/dev/null 2>&1
cat >main.go <<'GO'
package main

import (
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/image/tiff"
)

// fax is 16 x 8 pixels, black on the left below a row of white, as Pillow 9.4 saves it
// with group4.
const fax = "SUkqABIAAAAmoLmYv/4AIAIACQAAAQMAAQAAABAAAAABAQMAAQAAAAgAAAACAQMAAQAAAAEAAAADAQMAAQAAAAQAAAAGAQMAAQAAAAEAAAARAQQAAQAAAAgAAAAWAQMAAQAAAAgAAAAXAQQAAQAAAAkAAAAcAQMAAQAAAAEAAAAAAAAA"

func main() {
	m, err := tiff.Decode(base64.NewDecoder(base64.StdEncoding, strings.NewReader(fax)))
	if err != nil {
		panic(err)
	}
	left, _, _, _ := m.At(2, 4).RGBA()
	right, _, _, _ := m.At(12, 4).RGBA()
	fmt.Println("black is", left>>8, "and white is", right>>8)
}
GO
go get golang.org/x/image@v0.30.0 >/dev/null 2>&1
got=$(go run .)
echo "$got"
[ "$got" = "black is 255 and white is 0" ] || { echo "no longer so"; exit 1; }
