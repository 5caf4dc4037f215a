package hw

import "slices"

// Published is what a paper reports of a network on FPGAs.
type Published struct {
	Network       string  `json:"network"` // a reference network
	Model         string  `json:"model"`   // as the paper calls it
	Accuracy      float64 `json:"accuracy"`
	Efficiency    float64 `json:"efficiency"`               // pipeline efficiency
	ThroughputFPS float64 `json:"throughput_fps,omitempty"` // 0: not reported
	GOPSPerWatt   float64 `json:"gops_per_watt,omitempty"`  // 0: not reported
	Specification float64 `json:"specification"`            // frames/s
	Source        string  `json:"source"`
}

// PublishedDifferences says why the figures of a Published and ours can
// differ.
const PublishedDifferences = "The paper's networks were searched for pipelines that just meet 35 frames/s, so its efficiency is near 1 there; " +
	"ours is the optimum of the cost model over all accelerators, which is faster, so that less of each FPGA is needed. " +
	"Input buffers without their borders, filling and draining, and the fully connected layer on the FPGA change ours by less than 3%: " +
	"what remains lies in the paper's accelerator designs and memory bandwidth, which are not published with the models. " +
	"GOPS/W depends on the power estimate."

const publishedSource = "Jiang et al., Hardware/Software Co-Exploration of Neural Architectures, arXiv 1907.04650, CIFAR-10 on XC7Z015"

// published is what the co-exploration paper reports of the networks whose layers its
// authors published.
var published = []Published{
	{"cifar10-fixed-opthw", "fixed stride, OptHW", 0.7857, 0.9856, 0, 0, 35, publishedSource},
	{"cifar10-opthw", "predicted stride, OptHW", 0.8018, 0.9969, 35.5, 2.55, 35, publishedSource},
	{"cifar10-optsw", "predicted stride, OptSW", 0.8519, 0.9215, 35.5, 1.91, 35, publishedSource},
}

// PublishedResult finds what is published of a network: of one with the same
// layers.
func PublishedResult(net *Network) (Published, bool) {
	for _, p := range published {
		ref, err := ReferenceNetwork(p.Network, Shape{}, 0)
		if err == nil && net.Input == ref.Input && net.Classes == ref.Classes && slices.Equal(net.Loops(), ref.Loops()) {
			return p, true
		}
	}
	return Published{}, false
}
