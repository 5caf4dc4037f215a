// Package tables holds the tables that ship with the module. It imports nothing, so
// that who needs one links no more: package hw no readers of pictures.
package tables

import _ "embed"

// Devices is the FPGAs that package hw builds its catalogue from, in the format of a
// user's own device file.
//
//go:embed devices.toml
var Devices string

// Datasets is the files of the public data sets that package data knows, as CSV: see
// data.Source.
//
//go:embed datasets.csv
var Datasets string

// TinyShapes is the accuracies of the tiny space's networks on the data set shapes, as
// gzip-compressed CSV: see evaluate.TinyTable, which reads it.
//
//go:embed tiny_shapes.csv.gz
var TinyShapes string
