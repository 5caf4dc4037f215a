// Package accel models the tiled accelerator of Zhang et al., "Optimizing
// FPGA-based Accelerator Design for Deep Convolutional Neural Networks" (FPGA
// 2015): what a layer costs on it (LayerCost), what it takes of an FPGA
// (Resources, Fits), and which one is the best for a group of layers
// (BestDesign; a Table for every group of a search space's layers).
//
//	dev, _ := hw.DeviceByName("XC7Z015")
//	best, _ := accel.BestDesign(net.Loops(), &dev, hw.DefaultTarget())
//	for _, l := range net.Loops() {
//		cost, _ := accel.LayerCost(l, best.Design, hw.DefaultTarget())
//		fmt.Println(cost.Cycles, cost.Bottleneck)
//	}
//
// SimulateTiles steps through one layer's tiles, Analyze looks into a pipeline:
// rooflines, idle units, resources.
package accel
