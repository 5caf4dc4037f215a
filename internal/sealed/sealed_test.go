package sealed_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"coexplore/internal/sealed"
)

// TestOpen seals objects on one line and on several, opens them, and opens them with
// each of their bits changed and cut at each place.
func TestOpen(t *testing.T) {
	type object struct {
		Index int     `json:"index"`
		Name  string  `json:"name"`
		Share float64 `json:"share"`
	}
	want := object{3, "3x16,{\"}", 0.25}
	line, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := json.MarshalIndent(want, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range [][]byte{line, lines} {
		closed := sealed.Seal(text)
		if !json.Valid(closed) {
			t.Fatalf("not JSON: %s", closed)
		}
		open, err := sealed.Open(closed)
		if err != nil {
			t.Fatal(err)
		}
		var got object
		if err := json.Unmarshal(open, &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("opened: %s, %v", open, err)
		}
		if _, err := sealed.Open(text); !errors.Is(err, sealed.ErrNone) {
			t.Errorf("without a seal: %v", err)
		}
		for i := range closed {
			for bit := range 8 {
				changed := bytes.Clone(closed)
				changed[i] ^= 1 << bit
				if _, err := sealed.Open(changed); err == nil {
					t.Errorf("bit %d of byte %d changed: not noticed", bit, i)
				}
			}
			if end := bytes.TrimSpace(closed); i < len(end) {
				if _, err := sealed.Open(closed[:i]); err == nil {
					t.Errorf("cut after %d bytes: not noticed", i)
				}
			}
		}
	}
}
