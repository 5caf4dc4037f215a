package jsonfile_test

import (
	"fmt"
	"testing"
	"time"

	"coexplore/internal/jsonfile"
)

type content struct {
	FPS    float64 `json:"fps"`
	Count  int     `json:"count"`
	Seed   uint64
	Name   string
	Yes    bool
	List   []int
	Within *struct{ Size int }
	When   time.Time
}

func TestUnmarshal(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`{"fps": 35, "count": 3, "within": {"size": 4}}`, "<nil>"},
		{"{\n\"fps\": 35,\n]", "line 3: invalid character ']' looking for beginning of object key string"},
		{`{"fps": `, "line 1: unexpected end of JSON input"},
		{`{"fps": "many"}`, "field fps: must be a number, is a text"},
		{`{"count": 3.5}`, "field count: must be a whole number, is a number 3.5"},
		{`{"seed": -1}`, "field Seed: must be a whole number, 0 or more, is a number -1"},
		{`{"name": []}`, "field Name: must be a text, is a list"},
		{`{"yes": {}}`, "field Yes: must be true or false, is an object"},
		{`{"list": true}`, "field List: must be a list, is true or false"},
		{`{"within": 3}`, "field Within: must be an object, is a number"},
		{`{"within": {"size": "x"}}`, "field Within.Size: must be a whole number, is a text"},
		{`[]`, "must be an object, is a list"},
	} {
		var v content
		if err := jsonfile.Unmarshal([]byte(c.in), &v); fmt.Sprint(err) != c.want {
			t.Errorf("%s: %v, want %s", c.in, err, c.want)
		}
	}
}

func Example() {
	var settings struct {
		FPS float64 `json:"fps"`
	}
	fmt.Println(jsonfile.Unmarshal([]byte(`{"fps": "many"}`), &settings))
	// Output: field fps: must be a number, is a text
}
