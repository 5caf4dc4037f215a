package kernelext

import (
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"
)

// unpack reads the pictures out of a page, as the script does.
func unpack(t *testing.T, page string) (pictures []string, at []int) {
	t.Helper()
	found := regexp.MustCompile(`"([A-Za-z0-9+/=]{40,})"\)</script>`).FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no pictures in %s", page)
	}
	r, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(found[1])))
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Pictures []string
		At       []int
	}
	if err := json.NewDecoder(r).Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all.Pictures, all.At
}

// Every position has its picture, equal ones once.
func TestInteractDrawsEveryPosition(t *testing.T) {
	n := Slider("n", 0, 0.3, 0.1, 0.21)
	c := Choice("c", "x", "y<")
	draw := func() any { return fmt.Sprintf("%v %s", n.Value() >= 0.2, c.Value()) }
	e := interaction{controls: []Control{n, c}, total: 8}
	for _, k := range e.controls {
		k.set(k.start())
	}
	first, err := newPart(draw())
	if err != nil {
		t.Fatal(err)
	}
	e.known = map[string]int{}
	if err := e.drawAll(draw); err != nil {
		t.Fatal(err)
	}
	e.first = first
	page, err := e.html()
	if err != nil {
		t.Fatal(err)
	}
	pictures, at := unpack(t, page)
	i := 0
	for _, x := range []string{"false", "false", "true", "true"} {
		for _, y := range []string{"x", "y&lt;"} {
			if got, want := pictures[at[i]], "h<pre>"+x+" "+y+"</pre>"; got != want {
				t.Errorf("position %d shows %s, want %s", i, got, want)
			}
			i++
		}
	}
	if len(pictures) != 4 || len(at) != 8 {
		t.Errorf("%d pictures for %d positions", len(pictures), len(at))
	}
	if n.Value() != 0.2 || c.Value() != "x" || first.text != "true x" {
		t.Errorf("the controls stand at %v %v; the first shows %q", n, c, first.text)
	}
	for _, want := range []string{`max="3" value="2" data-texts="0 0.1 0.2 0.3"`, `<option value="1">y&lt;</option>`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in %s", want, page)
		}
	}
}

func TestInteractErrors(t *testing.T) {
	draw := func() any { return 1 }
	for _, c := range []struct {
		err  error
		want string
	}{
		{Interact(nil, Choice("c", "x")), "needs a function"},
		{Interact(draw), "at least one control"},
		{Interact(draw, Choice("c")), "nothing to choose from"},
		{Interact(draw, Slider("s", 0, 1, 0, 0)), "step positive"},
		{Interact(draw, Slider("s", 0, math.NaN(), 1, 0)), "step positive"},
		{Interact(draw, Slider("s", 0, math.Inf(1), 1, 0)), "step positive"},
		{Interact(draw, Slider("a", 0, 99, 1, 0), Slider("b", 0, 99, 1, 0)), "more than 300 positions"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("error %v, want %q", c.err, c.want)
		}
	}
}
