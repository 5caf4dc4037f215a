package nbclient_test

import (
	"fmt"

	"coexplore/kernelext/nbclient"
)

// Read a notebook and look at its code.
func ExampleParse() {
	nb, err := nbclient.Parse([]byte(`{
		"cells": [
			{"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# Title\n", "text"]},
			{"cell_type": "code", "id": "b", "metadata": {}, "source": "%%\nfmt.Println(6 * 7)", "outputs": [], "execution_count": null}
		],
		"metadata": {}, "nbformat": 4, "nbformat_minor": 5
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, cell := range nb.Cells {
		fmt.Printf("%s: %q\n", cell.Type, cell.Source)
	}
	// Output:
	// markdown: "# Title\ntext"
	// code: "%%\nfmt.Println(6 * 7)"
}
