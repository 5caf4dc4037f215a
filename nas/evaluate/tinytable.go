package evaluate

import (
	"strings"
	"sync"

	"coexplore/data/tables"
	"coexplore/hw"
	"coexplore/nas/space"
)

// TinyTable is the table that ships with the module: every network of the tiny
// space, trained on the generated set shapes-hard at half size. What it says about
// itself (Info) tells how; `coexplore benchmark build` makes it anew. Networks and
// hardware of a problem that uses it belong in [TinyTableSpace].
var TinyTable = sync.OnceValues(func() (*Table, error) {
	return ReadTable(strings.NewReader(tables.TinyShapes))
})

// TinyTableSpace is the space of the networks in [TinyTable]: the tiny space on
// images of 16x16 pixels.
func TinyTableSpace() space.Chain {
	return space.Tiny().WithData(hw.Shape{C: 3, H: 16, W: 16}, 10)
}
