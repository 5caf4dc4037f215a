package textfile_test

import (
	"fmt"

	"coexplore/internal/textfile"
)

// A table that a spreadsheet saved where the comma is the decimal sign.
func Example() {
	text, err := textfile.Decode([]byte("\ufeffnetwork;accuracy\r\n3x16,3x32;0,81\r\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	table, err := textfile.NewTable(text)
	if err != nil {
		fmt.Println(err)
		return
	}
	row, err := table.Read()
	if err != nil {
		fmt.Println(err)
		return
	}
	accuracy, err := table.Number(row[1])
	fmt.Println(row[0], accuracy, err)
	// Output: 3x16,3x32 0.81 <nil>
}
