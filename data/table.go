package data

import _ "embed"

// TinyTable is the table of accuracies of the tiny space's networks as
// gzip-compressed CSV: see package nas, which reads it.
//
//go:embed tables/tiny_shapes.csv.gz
var TinyTable []byte
