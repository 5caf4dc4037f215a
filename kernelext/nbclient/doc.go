// Package nbclient executes Jupyter notebooks with the GoNB kernel and writes
// their outputs back, and turns executed notebooks into web pages. It speaks
// the Jupyter protocol itself, so neither Python nor Jupyter is needed: Go and
// this module are enough.
//
//	tools, err := nbclient.Provision(ctx, ".", os.Stderr) // builds the kernel the first time
//	if err != nil {
//		return err
//	}
//	nb, err := nbclient.Read("notebooks/01_quickstart.ipynb")
//	if err != nil {
//		return err
//	}
//	err = nbclient.Run(ctx, nb, tools.Kernel("notebooks"), nbclient.Options{})
//	nb.Write("out/01_quickstart.ipynb") // also when a cell failed: the error is in it
//	page, err := nb.Page()
//	if err != nil {
//		return err
//	}
//	page.Write("out/01_quickstart.html")
//
// A Notebook is the file: its cells and their outputs. A Kernel is the process
// that runs cells. Run sends every code cell to a kernel of its own and stops
// at the first that fails, with a CellError that says which and where.
//
// Written notebooks are deterministic: sorted keys, text as lists of lines,
// stable cell ids, runs of the same stream merged, displays that were updated
// in place kept with their last content.
package nbclient
