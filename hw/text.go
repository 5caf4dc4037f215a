package hw

import (
	"errors"
	"fmt"
	"strings"
)

// ParseNetwork reads a network: the name of a reference network, or text. The
// zero Shape and 0 classes stand for a reference network's own, and for text
// for 3x32x32 and 10. Text is items, comma separated:
//
//	3x36s2     convolution: kernel 3, 36 filters, stride 2 (1 where it is left out), same padding
//	3x64g32    grouped: 32 groups of channels
//	dw3s2      depthwise: kernel 3, stride 2
//	max3s2     maximum pooling: kernel 3, stride 2 (the kernel where it is left out)
//	avg2       average pooling
//	gap        global average pooling
//	fc128      fully connected, 128 wide
//	+2         add the feature map from before the last 2 items
//
// A p gives the padding on every side: 11x64s4p2, max3s2p0. Pooling without it
// has padding (kernel-1)/2 where its windows overlap and none otherwise, as
// published networks do: max3s2 makes 56 rows of 112, max2 makes 16 of 32.
//
// Where the two maps that +N adds differ in shape, the earlier one goes through
// a 1x1 convolution with batch normalisation and the output's channels, as in
// ResNet; its stride is the product of the strides of the N items.
//
// Convolutions have no bias and the two trained parameters a channel of batch
// normalisation, as torchvision counts them; a b makes that a bias and no
// normalisation: 3x64b, dw3b. The network ends with a fully connected layer of
// the classes, after global average pooling if the head is PoolHead, unless the
// text itself ends with gap or with fc and the classes:
//
//	7x64s2,max3s2,3x64,3x64,+2,3x64,3x64,+2,3x128s2,3x128,+2,gap
//
// Text of plain convolutions alone is a Chain, and counted as one: with bias and
// four parameters a channel. The network's name is its text, without what is
// redundant.
//
// The error gives the item's number and the byte where it went wrong, from 1.
func ParseNetwork(s string, in Shape, classes int, head Head) (*Network, error) {
	if isReference(s) {
		return ReferenceNetwork(s, in, classes)
	}
	if s == "" {
		return nil, fmt.Errorf("hw: network is empty: want items, as in 3x36,max2,3x48s2, or a network known by name: %s",
			strings.Join(ReferenceNetworks(), " "))
	}
	if in == (Shape{}) {
		in = Shape{3, 32, 32}
	}
	t, err := parseText(s)
	if err != nil {
		return nil, err
	}
	if c, ok := t.chain(); ok {
		if classes == 0 {
			classes = 10
		}
		return c.Network(in, classes, head)
	}
	return t.network(s, in, classes, head)
}

// textItem is one item of a network's text.
type textItem struct {
	op             textOp
	n              int // kernel, width of fc or distance of +
	filters        int
	stride, groups int
	pad            int // -1: not given
	bias           bool
	at             int // byte where it starts
}

type textOp int

const (
	textConv textOp = iota
	textDepthwise
	textMax
	textAvg
	textGap
	textDense
	textAdd
)

// textOps says how each operation is written: what it begins with, what the
// number after that is, the suffixes that it may have, and what all that is.
var textOps = [...]struct{ lead, number, suffixes, form string }{
	textConv:      {"", "kernel", "sgpb", "a convolution is KxF, then sSTRIDE, gGROUPS, pPADDING or b where needed, as in 3x48s2"},
	textDepthwise: {"dw", "kernel", "spb", "a depthwise convolution is dwK, then sSTRIDE, pPADDING or b where needed, as in dw3s2"},
	textMax:       {"max", "kernel", "sp", "maximum pooling is maxK, then sSTRIDE or pPADDING where needed, as in max3s2"},
	textAvg:       {"avg", "kernel", "sp", "average pooling is avgK, then sSTRIDE or pPADDING where needed, as in avg2"},
	textGap:       {"gap", "", "", "global average pooling is gap"},
	textDense:     {"fc", "width", "", "a fully connected layer is fcWIDTH, as in fc128"},
	textAdd:       {"+", "number of items", "", "+N adds the feature map from before the last N items, as in +2"},
}

// netText is a network's text, read.
type netText []textItem

// parseText reads the items one by one; what they make is not looked at.
func parseText(s string) (netText, error) {
	var t netText
	at := 0
	for i, item := range strings.Split(s, ",") {
		if i == MaxLayers {
			return nil, fmt.Errorf("hw: network of more than %d items", MaxLayers)
		}
		it, off, err := parseItem(item)
		if err != nil {
			return nil, textError(s, i, at+off, err)
		}
		it.at = at
		t = append(t, it)
		at += len(item) + 1
	}
	return t, nil
}

// textError says where in the text the mistake is.
func textError(s string, item, at int, err error) error {
	reason := bare(err)
	var layer *LayerError
	if errors.As(err, &layer) {
		reason = layer.Reason
	}
	return fmt.Errorf("hw: network %q: item %d, character %d: %s", s, item+1, at+1, reason)
}

// parseItem reads one item; the offset is where it stopped making sense.
func parseItem(s string) (it textItem, at int, err error) {
	it = textItem{pad: -1, groups: 1}
	for op := textDepthwise; op <= textAdd; op++ { // no lead begins another
		if strings.HasPrefix(s, textOps[op].lead) {
			it.op = op
		}
	}
	op := &textOps[it.op]
	switch {
	case it.op != textConv || s != "" && '0' <= s[0] && s[0] <= '9':
	case s != "" && 'a' <= s[0]|0x20 && s[0]|0x20 <= 'z':
		return it, 0, fmt.Errorf("want an item here, KxF, dwK, maxK, avgK, gap, fcN or +N, not %q; networks known by name: %s",
			s, strings.Join(ReferenceNetworks(), " "))
	default:
		return it, 0, fmt.Errorf("want an item here, KxF, dwK, maxK, avgK, gap, fcN or +N, not %q", s)
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("%w (%s)", err, op.form)
		}
	}()
	at = len(op.lead)
	if op.number != "" {
		if at, err = numberAt(s, at, op.number, 1, &it.n); err != nil {
			return it, at, err
		}
	}
	if it.op == textConv {
		if !strings.HasPrefix(s[at:], "x") {
			return it, at, fmt.Errorf("want %q here", "x")
		}
		if at, err = numberAt(s, at+1, "filters", 1, &it.filters); err != nil {
			return it, at, err
		}
	}
	it.stride = 1
	if it.op == textMax || it.op == textAvg {
		it.stride = it.n
	}
	at, err = it.parseSuffixes(s, at)
	return it, at, err
}

// parseSuffixes reads what follows an item's numbers, in any order.
func (it *textItem) parseSuffixes(s string, at int) (int, error) {
	seen := ""
	for at < len(s) {
		suffix := s[at : at+1]
		if !strings.Contains(textOps[it.op].suffixes, suffix) {
			return at, fmt.Errorf("%q is left over", s[at:])
		}
		if strings.Contains(seen, suffix) {
			return at, fmt.Errorf("a second %s", suffix)
		}
		seen += suffix
		at++
		var err error
		switch suffix {
		case "s":
			at, err = numberAt(s, at, "stride", 1, &it.stride)
		case "g":
			at, err = numberAt(s, at, "groups", 1, &it.groups)
		case "p":
			at, err = numberAt(s, at, "padding", 0, &it.pad)
		case "b":
			it.bias = true
		}
		if err != nil {
			return at, err
		}
	}
	return at, nil
}

// numberAt reads a number into v and gives the place after it.
func numberAt(s string, at int, name string, least int, v *int) (int, error) {
	n, length, err := leadingNumber(s[at:], name, least)
	*v = n
	return at + length, err
}

// String writes the item as parseItem reads it, without what is redundant.
func (it *textItem) String() string {
	var b strings.Builder
	b.WriteString(textOps[it.op].lead)
	stride := 1
	switch it.op {
	case textGap:
		return b.String()
	case textConv:
		fmt.Fprintf(&b, "%dx%d", it.n, it.filters)
	case textMax, textAvg:
		stride = it.n
		fallthrough
	default:
		fmt.Fprint(&b, it.n)
	}
	if it.stride != stride && it.op < textGap {
		fmt.Fprintf(&b, "s%d", it.stride)
	}
	if it.groups > 1 {
		fmt.Fprintf(&b, "g%d", it.groups)
	}
	if it.pad >= 0 {
		fmt.Fprintf(&b, "p%d", it.pad)
	}
	if it.bias {
		b.WriteByte('b')
	}
	return b.String()
}

// String writes the text as parseText reads it.
func (t netText) String() string {
	items := make([]string, len(t))
	for i := range t {
		items[i] = t[i].String()
	}
	return strings.Join(items, ",")
}

// chain is the text as a Chain, if it is one.
func (t netText) chain() (Chain, bool) {
	c := make(Chain, len(t))
	for i := range t {
		it := &t[i]
		if it.op != textConv || it.groups > 1 || it.pad >= 0 || it.bias {
			return nil, false
		}
		c[i] = ConvSpec{it.n, it.filters, it.stride}
	}
	return c, true
}
