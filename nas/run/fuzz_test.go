package run

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"coexplore/internal/sealed"
	"coexplore/nas"
)

// FuzzTrials reads logs. Whatever their bytes, the trials that are read are written as
// lines that read the same, and what is wrong is said in a line.
func FuzzTrials(f *testing.F) {
	var log []byte
	for i, status := range []nas.Status{nas.Pruned, nas.Trained, nas.Failed} {
		line, err := encode(nas.Trial{Index: i, Episode: i, Status: status, Reward: 0.5, Design: nas.Design{Network: "3x16,5x8", Metrics: nas.Metrics{"latency_ms": 2}}})
		if err != nil {
			f.Fatal(err)
		}
		log = append(log, line...)
	}
	f.Add(log)
	f.Add(log[:len(log)-9])
	f.Add([]byte("{}\n"))
	f.Add(append(sealed.Seal([]byte(`{"index":0,"network":3}`)), '\n'))
	f.Add(append(sealed.Seal([]byte(`{"index":1e99}`)), '\n'))
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), trialsFile)
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		trials, torn, bad, err := readTrials(path)
		if err != nil {
			t.Fatal(err)
		}
		if bad != nil && (bad.line != len(trials)+1 || bad.at > len(content) || strings.Contains(bad.what.Error(), "\n")) {
			t.Errorf("%+v", bad)
		}
		if bad == nil && !bytes.HasSuffix(content[:len(content)-torn], []byte("\n")) && len(content) > torn {
			t.Errorf("%d bytes are torn", torn)
		}
		for i := range trials {
			line, err := encode(trials[i])
			if err != nil {
				t.Fatal(err)
			}
			again, err := decode(bytes.TrimSuffix(line, []byte("\n")), i)
			if err != nil || !reflect.DeepEqual(again, trials[i]) {
				t.Errorf("%+v is read again as %+v, %v", trials[i], again, err)
			}
		}
	})
}

// FuzzCheckpoint reads checkpoints, sealed or not.
func FuzzCheckpoint(f *testing.F) {
	whole, err := json.Marshal(checkpoint{checkpointFormat, &nas.State{Method: "random", Episodes: 3, Rand: []byte("pcg:"), Data: []byte{1}}, 3})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole, true)
	f.Add(whole, false)
	f.Add([]byte(`{"format":2,"trials":-1}`), true)
	f.Add([]byte(`{"format":1}`), true)
	f.Add([]byte(`{"format":"2"}`), true)
	f.Fuzz(func(t *testing.T, content []byte, seal bool) {
		if fields := map[string]json.RawMessage(nil); seal && json.Unmarshal(content, &fields) == nil && len(fields) > 0 {
			content = sealed.Seal(content)
		}
		point, err := openCheckpoint(content)
		switch {
		case err != nil:
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("not one line: %v", err)
			}
		case point.State == nil || point.Trials < 0 || point.Format != checkpointFormat:
			t.Errorf("read: %+v", point)
		}
	})
}

// FuzzConfig reads files run.json.
func FuzzConfig(f *testing.F) {
	whole, err := json.MarshalIndent(Config{Format: format, Problem: Problem{Space: "tiny", Pool: "XC7Z015:3", FPS: 600}, Search: Search{Parameters: map[string]float64{"beta": 0.5}}}, "", "  ")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(sealed.Seal(whole))
	f.Add(append([]byte("\ufeff"), whole...))
	f.Add([]byte(`{"fps": "many"}`))
	f.Add([]byte(`{"format": 1}`))
	f.Add([]byte(`{"format": 2, "bits": 16, "clock": 150, "cluster": {"scheduler": "slurm", "cpus": 2, "per_task": 1}}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, configFile), content, 0o644); err != nil {
			t.Fatal(err)
		}
		c, err := ReadConfig(dir)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("not one line: %v", err)
			}
			return
		}
		if err := writeConfig(dir, c); err != nil {
			t.Fatal(err)
		}
		if again, err := ReadConfig(dir); err != nil || !reflect.DeepEqual(again, c) {
			t.Errorf("%+v is read again as %+v, %v", c, again, err)
		}
	})
}
