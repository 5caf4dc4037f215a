// Package hw names what a network and its FPGAs are: shapes, layers and
// networks; devices, boards and pools of them; targets, accelerator designs and
// pipelines, with their text and JSON forms and the checks of what a user gives.
//
// A network is a chain of convolutions as the searches propose them, or a
// reference network known by name. A design is the tiled accelerator of Zhang et
// al., "Optimizing FPGA-based Accelerator Design for Deep Convolutional Neural
// Networks" (FPGA 2015): Tm x Tn multiply-accumulate units fed from on-chip double
// buffers, working on tiles of Tr x Tc output pixels, with Wp, Ip and Op words a
// cycle of memory port for weights, inputs and outputs.
//
//	net, _ := hw.ParseNetwork("3x36,5x36,1x64,3x48s2", hw.Shape{C: 3, H: 32, W: 32}, 10, hw.FlattenHead)
//	pool, _ := hw.ParsePool("XC7Z015:2@150,ZU3EG:1")
//	target := pool.Target(0, hw.DefaultTarget())
//	fmt.Println(net.MACs(), pool[0].Device.MaxWords(target))
//
// What a layer costs and which design is the best is in hw/accel, how a network
// is cut into a pipeline in hw/blast, how frames move through one in hw/sim.
//
// All times are whole clock cycles in int64; a word is Target.Bits wide.
package hw
