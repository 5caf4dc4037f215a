// Package netfile reads networks from files, for a user who plans a network of
// their own: ONNX, as PyTorch and others export it, and a JSON format that is
// written by hand or by a program.
//
//	net, err := netfile.Open("mine.json", hw.Shape{}, 0)
//	...
//	pipe, err := planner.Plan(net, 35, hw.MaxUtilization)
//
// JSON lists the layers in order. Shapes are computed, not typed:
//
//	{
//	  "name": "small residual network",
//	  "input": "3x32x32",
//	  "layers": [
//	    {"kind": "conv", "name": "stem", "kernel": 3, "filters": 16, "stride": 2},
//	    {"kind": "depthwise", "kernel": 3},
//	    {"kind": "conv", "name": "body", "kernel": 1, "filters": 16},
//	    {"kind": "add", "inputs": ["body", "stem"]},
//	    {"kind": "maxpool", "kernel": 2},
//	    {"kind": "gap"},
//	    {"kind": "dense", "units": 10}
//	  ]
//	}
//
// The fields of a layer, those of its kind only:
//
//	kind      conv, depthwise, maxpool, avgpool, gap (global average pooling), dense, add
//	name      what other layers call it (default: kind and number, as in conv1)
//	inputs    what it reads: names, or numbers of layers from 0, "input" or -1 for the network's
//	          input (default: the layer before); two for add, one for the others
//	kernel    window of conv, depthwise and pooling: a number, or [rows, columns]
//	filters   output channels of conv
//	units     outputs of dense
//	stride    of conv and depthwise (default 1), of pooling (default the kernel): a number, or
//	          [along rows, along columns]
//	padding   rows and columns of zeros: one number for all sides, or [top, left, bottom, right]; the
//	          defaults are those of hw.Convolution and hw.Window
//	groups    of conv (default 1)
//	bias      whether conv, depthwise and dense have one (default: dense alone)
//	norm      parameters a channel of the batch normalisation that follows: 0, 2 (scale and shift) or
//	          4 (with mean and variance); default 2 for conv and depthwise without bias, else 0
//
// The last layer's channels are the classes.
//
// Of ONNX it reads convolutions (without dilation), maximum and average
// pooling, global pooling (in whatever way it is written), fully connected
// layers and additions, and what stands between them at no cost: activations, batch
// normalisation, local response normalisation, dropout, flattening, padding before a
// window, quantising and its reverse, channels that are moved last and back, the choice
// of a class. Another operator is an error with its node's name and what to do. Batch normalisation counts two parameters a channel, as in
// reference networks; an exporter may have folded it into the bias before it.
package netfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"coexplore/hw"
)

// Known reports whether a path ends as a file that Open reads: in .json or .onnx.
// The name of one of several outputs may follow an ONNX file's, after a colon.
func Known(path string) bool {
	file, _ := splitOutput(path)
	ext := strings.ToLower(filepath.Ext(file))
	return ext == ".json" || ext == ".onnx"
}

// splitOutput parts the path of an ONNX file from the name of an output.
func splitOutput(path string) (file, output string) {
	if i := strings.Index(strings.ToLower(path), ".onnx:"); i >= 0 {
		return path[:i+len(".onnx")], path[i+len(".onnx:"):]
	}
	return path, ""
}

// Open reads the network in a .json or .onnx file; of an ONNX file with several outputs
// all that any of them depends on, or that depends on the one whose name follows the
// path after a colon, as in detector.onnx:boxes. It is called what a JSON
// file calls it, else as the file without its ending. The zero Shape and 0 classes
// stand for the file's own; others must agree with it, except that an input
// gives the rows and columns that an ONNX file leaves open. The error names the
// file, the layer or node, and what is wrong with it.
func Open(path string, in hw.Shape, classes int) (*hw.Network, error) {
	if !Known(path) {
		return nil, fmt.Errorf("netfile: %s: want a file that ends in .json or .onnx", path)
	}
	file, output := splitOutput(path)
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("netfile: %w", err)
	}
	defer f.Close()
	var net *hw.Network
	if strings.EqualFold(filepath.Ext(file), ".json") {
		net, err = readJSON(f)
	} else {
		var info os.FileInfo
		if info, err = f.Stat(); err == nil {
			net, err = readONNX(f, info.Size(), in, output)
		}
	}
	if err == nil {
		err = agree(net, in, classes)
	}
	if err != nil {
		return nil, fmt.Errorf("netfile: %s: %s", path, bare(err))
	}
	if net.Name == "" {
		net.Name = strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	}
	return net, nil
}

// agree refuses an input and classes that are not the file's.
func agree(net *hw.Network, in hw.Shape, classes int) error {
	if in != (hw.Shape{}) && in != net.Input {
		return fmt.Errorf("its input is %v, not %v", net.Input, in)
	}
	if classes != 0 && classes != net.Classes {
		return fmt.Errorf("it has %d classes, not %d", net.Classes, classes)
	}
	return nil
}

// bare is an error's text without the prefix of package hw, and without the
// number and name that it gives a layer, which the file calls otherwise.
func bare(err error) string {
	var layer *hw.LayerError
	if errors.As(err, &layer) {
		return layer.Reason
	}
	return strings.TrimPrefix(err.Error(), "hw: ")
}
