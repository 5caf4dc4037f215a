package run_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"coexplore/nas"
	"coexplore/nas/run"
)

// ended makes a run directory and searches to the end.
func ended(t *testing.T) (dir string, result *nas.Result) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "run")
	c := config()
	d, err := run.Create(dir, c)
	if err != nil {
		t.Fatal(err)
	}
	if result, err = explore(context.Background(), t, c, nil, d); err != nil {
		t.Fatal(err)
	}
	return dir, result
}

// resumed opens a run directory and searches to its end.
func resumed(t *testing.T, dir string) []nas.Trial {
	t.Helper()
	d, err := run.OpenToResume(dir)
	if err != nil {
		t.Fatal(err)
	}
	state, _, err := d.Resume()
	if err != nil {
		t.Fatal(err)
	}
	r, err := explore(context.Background(), t, d.Config, state, d)
	if err != nil {
		t.Fatal(err)
	}
	return timeless(r.Trials)
}

// TestChangedBits changes single bits of each file of a run directory: that is
// noticed, with the name of the file, wherever the bit lies. A log whose last end of line
// is changed ends within a line, which is said, too.
func TestChangedBits(t *testing.T) {
	dir, _ := ended(t)
	for _, name := range []string{"run.json", "trials.jsonl", "checkpoint"} {
		path := filepath.Join(dir, name)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		step := 1 + len(whole)/400 // the checksums are tested bit by bit elsewhere
		for at := 0; at < len(whole); at += step {
			changed := bytes.Clone(whole)
			changed[at] ^= 1 << (at % 8)
			if err := os.WriteFile(path, changed, 0o644); err != nil {
				t.Fatal(err)
			}
			d, err := run.Read(dir)
			if err == nil && d.Notice() == "" {
				t.Errorf("%s, bit %d of byte %d: not noticed", name, at%8, at)
			}
			if err != nil && (!strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "\n")) {
				t.Errorf("%s, bit %d of byte %d: %v", name, at%8, at, err)
			}
		}
		if err := os.WriteFile(path, whole, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestRepair damages a log at several places, and as two processes that write to it at
// once do, repairs it, and resumes: the run ends as it had.
func TestRepair(t *testing.T) {
	for _, test := range []struct {
		name, from, to string
		kept, dropped  int
		restarts       bool
		reason         string
	}{
		{"nothing", "", "", 14, 0, false, ""},
		{"first line", `"index":0`, `"index":9`, 0, 14, true, "line 1 is damaged: its checksum is that of other content"},
		{"in the middle", `"index":6`, `"index":7`, 6, 8, true, "line 7 is damaged"},
		{"no end", "\n", "", 0, 14, true, "line 1 is damaged"},
	} {
		dir, want := ended(t)
		path := filepath.Join(dir, "trials.jsonl")
		if err := edit(dir, "trials.jsonl", test.from, test.to); err != nil {
			t.Fatal(err)
		}
		damaged, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		r, err := run.Repair(dir)
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		lines := bytes.Count(damaged, []byte("\n")) - test.kept
		if r.Kept != test.kept || r.Dropped != min(lines, test.dropped) || r.Restarts != test.restarts || !strings.HasPrefix(r.Reason, test.reason) {
			t.Errorf("%s: repaired: %+v", test.name, r)
		}
		kept, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if r.Aside != "" {
			aside, err := os.ReadFile(r.Aside)
			if err != nil || !bytes.Equal(append(kept, aside...), damaged) {
				t.Errorf("%s: kept and put aside is not what was there (%v)", test.name, err)
			}
		}
		if got := resumed(t, dir); !reflect.DeepEqual(got, timeless(want.Trials)) {
			t.Errorf("%s: the resumed run ends otherwise", test.name)
		}
	}
}

// TestRepairDoubled: a log to which two processes appended at once is cut where the
// second one's lines begin.
func TestRepairDoubled(t *testing.T) {
	dir, want := ended(t)
	path := filepath.Join(dir, "trials.jsonl")
	log, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(log, []byte("\n"))
	doubled := bytes.Join(append(lines[:5:5], lines[4:]...), nil)
	if err := os.WriteFile(path, append(doubled, `{"index":`...), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := run.Read(dir); err == nil || !strings.Contains(err.Error(), "line 6 holds trial 4 where trial 5 belongs") || !strings.Contains(err.Error(), "coexplore repair "+dir) {
		t.Errorf("opened: %v", err)
	}
	r, err := run.Repair(dir)
	if err != nil {
		t.Fatal(err)
	}
	if r.Kept != 5 || r.Dropped != 11 || !r.Restarts {
		t.Errorf("repaired: %+v", r)
	}
	if got := resumed(t, dir); !reflect.DeepEqual(got, timeless(want.Trials)) {
		t.Error("the resumed run ends otherwise")
	}
	if err := edit(dir, "trials.jsonl", `"index":3`, `"index":4`); err != nil {
		t.Fatal(err)
	}
	if _, err := run.Repair(dir); err == nil || !strings.Contains(err.Error(), "earlier repair: move it away first") {
		t.Errorf("repaired again: %v", err)
	}
}

// TestOtherFormat opens a directory as another version wrote it, and one whose settings
// a person changed.
func TestOtherFormat(t *testing.T) {
	dir, _ := ended(t)
	if err := edit(dir, "run.json", `"seed": 5`, `"seed": 6`); err != nil {
		t.Fatal(err)
	}
	if _, err := run.Read(dir); err == nil || !strings.Contains(err.Error(), `delete its line "crc32c"`) {
		t.Errorf("changed: %v", err)
	}
	path := filepath.Join(dir, "run.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.LastIndex(text, []byte(",\n  \"crc32c\""))
	if err := os.WriteFile(path, append(text[:at:at], "\n}\n"...), 0o644); err != nil {
		t.Fatal(err)
	}
	if d, err := run.Read(dir); err != nil || d.Config.Seed != 6 {
		t.Errorf("with its line deleted: %v", err)
	}
	if err := edit(dir, "run.json", `"format": 3`, `"format": 1`); err != nil {
		t.Fatal(err)
	}
	if _, err := run.Read(dir); err == nil || !strings.Contains(err.Error(), "of format 1, by coexplore test: this version reads the formats 2 and 3") {
		t.Errorf("of another version: %v", err)
	}
}
