#!/usr/bin/env bash
# golang.org/x/image v0.30.0 decodes a lossy WebP into an image.YCbCr, which Go turns into
# colours as JPEG's, from 0 to 255. The values of WebP are those of video, 16 to 235
# (RFC 6386, section 9.2; ITU-R BT.601): white comes out as 235, and all colours paler and
# darker than libwebp shows them. A lossless WebP is right.
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

	"golang.org/x/image/webp"
)

// white is 16 x 16 pixels of white, as Pillow 9.4 saves it with quality 90.
const white = "UklGRiYAAABXRUJQVlA4IBoAAAAwAQCdASoQABAAAMASJaQAA3AA/v7deAAAAA=="

func main() {
	m, err := webp.Decode(base64.NewDecoder(base64.StdEncoding, strings.NewReader(white)))
	if err != nil {
		panic(err)
	}
	r, g, b, _ := m.At(8, 8).RGBA()
	fmt.Printf("%T %d %d %d\n", m, r>>8, g>>8, b>>8)
}
GO
go get golang.org/x/image@v0.30.0 >/dev/null 2>&1
got=$(go run .)
echo "$got"
[ "$got" = "*image.YCbCr 235 235 235" ] || { echo "no longer so"; exit 1; }
