package space_test

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/internal/heavy"
	"coexplore/nas"
	"coexplore/nas/space"
)

var torch = flag.String("torch", "/usr/bin/python3", "a Python with PyTorch, to compare the networks of cells with")

// nb201File is where the published table is looked for; it is not part of the module.
var nb201File = flag.String("nb201", filepath.Join("..", "..", "..", "shared", "benchmarks", "nb201_fpga.csv.gz"), "the published table of NAS-Bench-201")

var (
	cells   space.NASBench201
	pixels  = hw.Shape{C: 3, H: 32, W: 32}
	allConv = []int{3, 3, 3, 3, 3, 3}
)

func mustBuild(t *testing.T, actions []int) *space.CellNetwork {
	t.Helper()
	net, err := cells.Build(actions, pixels, 10)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// TestCellsPublished compares with the parameters that NAS-Bench-201 publishes: its
// largest network has 1,531,546, the skeleton alone 73,306.
func TestCellsPublished(t *testing.T) {
	for _, c := range []struct {
		actions        []int
		params         int64
		layers, before int // before: the first layer of the head
	}{
		{allConv, 1531546, 148, 146},
		{make([]int, 6), 73306, 13, 11},
		{[]int{0, 0, 0, 1, 0, 0}, 73306, 13, 11}, // one skip
		{[]int{3, 0, 0, 0, 1, 0}, 316346, 28, 26},
		{[]int{3, 3, 3, 0, 1, 0}, 316346, 28, 26}, // node 2 reaches nothing
		{[]int{0, 0, 3, 0, 3, 2}, 73306, 13, 11},  // the input reaches nothing
		{[]int{1, 1, 1, 0, 0, 1}, 73306, 28, 26},  // x + x
	} {
		net := mustBuild(t, c.actions)
		if net.Params() != c.params || len(net.Layers) != c.layers || net.Parts[18] != c.before || len(net.Parts) != 19 {
			t.Errorf("%s: %d parameters, %d layers, parts %v; want %d, %d, head at %d", net.Name, net.Params(), len(net.Layers), net.Parts,
				c.params, c.layers, c.before)
		}
	}
}

// TestCellsAgainstPyTorch compares 200 random cells with modules of PyTorch, on both
// sizes of images that NAS-Bench-201 has.
func TestCellsAgainstPyTorch(t *testing.T) {
	heavy.Only(t, "cells against PyTorch")
	if err := exec.Command(*torch, "-c", "import torch").Run(); err != nil {
		t.Skipf("SKIPPED: cells were not compared with PyTorch: %s has none (%v); -torch PYTHON names a Python that has it", *torch, err)
	}
	rng := rand.New(rand.NewPCG(20, 1))
	for _, set := range []struct {
		input   hw.Shape
		classes int
	}{{pixels, 10}, {hw.Shape{C: 3, H: 16, W: 16}, 120}} {
		var in bytes.Buffer
		var all [][]int
		for range 100 {
			actions := nas.Random(cells, nas.Choices(cells), rng)
			all = append(all, actions)
			fmt.Fprintln(&in, cells.Network(actions))
		}
		cmd := exec.Command(*torch, "testdata/peer_cells.py", strconv.Itoa(set.input.H), strconv.Itoa(set.classes))
		cmd.Stdin, cmd.Stderr, cmd.Env = &in, os.Stderr, append(os.Environ(), "OMP_NUM_THREADS=1")
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		if len(lines) != len(all) {
			t.Fatalf("%d answers for %d cells", len(lines), len(all))
		}
		for i, actions := range all {
			net, err := cells.Build(actions, set.input, set.classes)
			if err != nil {
				t.Fatal(err)
			}
			var pools, sums int
			for _, l := range net.Layers {
				switch l.Kind {
				case hw.AvgPool:
					pools++
				case hw.Add:
					sums++
				}
			}
			if got := fmt.Sprint(net.Params(), net.MACs(), pools, sums); got != lines[i] {
				t.Errorf("%s: parameters, MACs, poolings, additions %s; PyTorch has %s", net.Name, got, lines[i])
			}
		}
	}
}

// TestCellsPublishedOperations compares the multiply-accumulates of every network with
// the operations that NAS-Bench-201 publishes: the same and the 10 biases of the dense
// layer, and 5 cells' worth of 3 stacks for each convolution that we leave out.
func TestCellsPublishedOperations(t *testing.T) {
	f, err := os.Open(*nb201File)
	if err != nil {
		t.Skipf("SKIPPED: operations were not compared with the published table: %v; -nb201 FILE names it", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	whole := 0
	for _, row := range rows[1:] {
		actions, err := cells.Actions(row[slices.Index(rows[0], "arch_str")])
		if err != nil {
			t.Fatal(err)
		}
		published, err := strconv.ParseFloat(row[slices.Index(rows[0], "flop_m")], 64)
		if err != nil {
			t.Fatal(err)
		}
		net := mustBuild(t, actions)
		left := [4]int{1: 2, 3: 5} // 1x1 and 3x3 convolutions that are left out; the skeleton's are no edges
		for _, l := range net.Layers {
			if l.Kind == hw.Conv {
				left[l.Kernel]--
			}
		}
		for _, a := range actions {
			switch space.Operations[a] {
			case "nor_conv_1x1":
				left[1] += 15
			case "nor_conv_3x3":
				left[3] += 15
			}
		}
		if left[1] == 0 && left[3] == 0 {
			whole++
		}
		edge := 16.0 * 16 * 32 * 32 // multiply-accumulates of a 1x1 edge, in every stack
		want := float64(net.MACs()) + 10 + edge*float64(left[1]+9*left[3])
		if math.Abs(published*1e6-want) > 5 {
			t.Fatalf("%s: %v million operations published, %v here with %d 1x1 and %d 3x3 convolutions left out", net.Name, published, want/1e6, left[1], left[3])
		}
	}
	t.Logf("%d networks agree, %d of them with no convolution left out", len(rows)-1, whole)
}
