package report_test

import (
	"fmt"
	"os"

	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/hw/blast"
	"coexplore/hw/report"
)

// A network planned on two FPGAs, as the command prints it.
func ExamplePipeline_Print() {
	net, err := hw.ParseNetwork("3x36,5x36,1x64", hw.Shape{}, 0, hw.FlattenHead)
	if err != nil {
		fmt.Println(err)
		return
	}
	pool, err := hw.ParsePool("XC7Z015:2")
	if err != nil {
		fmt.Println(err)
		return
	}
	o := blast.Options{Pool: pool, Target: hw.DefaultTarget(), FPS: 35}
	planner, err := blast.New(o)
	if err != nil {
		fmt.Println(err)
		return
	}
	r := report.Pipeline{Network: net.Name, Input: net.Input.String(), Pool: pool.String(), Devices: pool}
	if r.Answer, err = planner.Plan(net); err != nil {
		fmt.Println(err)
		return
	}
	if r.Report, err = accel.Analyze(net, &r.Answer.Pipeline, pool, o.Target); err != nil {
		fmt.Println(err)
		return
	}
	r.Print(os.Stdout, o.FPS, false)
	// Output:
	// 3x36,5x36,1x64, input 3x32x32: 37.19 M MACs, 691726 parameters
	// 78.63 frames/s, one every 12.72 ms; latency 12.72 ms
	// efficiency 44.5% at 35 frames/s; 3.18 GOPS/W at 1.81 W (estimate)
	//
	//   stage     FPGA         layers  Tm,Tn,Tr,Tc  Wp,Ip,Op   cycles     ms  utilization  bottleneck      DSP  BRAM18  next limit  port bits
	//       1  XC7Z015  1-3 (+4 host)    8,4,32,32     1,4,1  1271808  12.72        44.5%     compute  160/160  56/190   LUT 30.5%    192/341
}
