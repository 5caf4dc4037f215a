package textfile_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"

	"coexplore/data"
	"coexplore/hw"
	"coexplore/hw/measured"
	"coexplore/hw/netfile"
	"coexplore/nas/evaluate"
	"coexplore/nas/run"
	"coexplore/nas/space"
)

// TestReaders has every reader of text that a person may have edited read it as
// each system saves it, and refuse the same encodings with the line.
func TestReaders(t *testing.T) {
	config, err := json.MarshalIndent(run.Config{Format: 3, Problem: run.Problem{Space: "tiny", FPS: 35}, Training: run.Training{Data: "Bilder/Kätzchen"}}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	for _, reader := range []struct {
		name, text string
		read       func(dir, path string) (any, error)
	}{
		{"classes.txt", "Kätzchen\nHündchen\n", func(dir, _ string) (any, error) {
			set, err := data.LoadIDX(dir)
			if err != nil {
				return nil, err
			}
			return set.Classes, nil
		}},
		{"table.csv", "# from: Käthe\nnetwork,accuracy\n\"3x8,3x16\",0.5\n", func(_, path string) (any, error) {
			f, err := os.Open(path)
			if err != nil {
				return nil, err
			}
			defer f.Close()
			return evaluate.ReadTable(f)
		}},
		{"latencies.csv", "device,kind,m,n,r,c,k,latency_ms\nKÄFER,conv,8,3,32,32,3,0.5\n", func(_, path string) (any, error) {
			table, err := measured.Open(path)
			if err != nil {
				return nil, err
			}
			return table.Rows(), nil
		}},
		{"run.json", string(config), func(dir, _ string) (any, error) { return run.ReadConfig(dir) }},
		{"devices.toml", "[[device]]\npart = \"KÄFER\"\ndsp = 160\nbram18 = 190\nmemory_gbps = 34.1\n", func(_, path string) (any, error) { return hw.LoadDevices(path) }},
		{"space.toml", "title = \"wide\" # für alle\ninput = \"3x32x32\"\nclasses = 10\nhead = \"gap\"\nmin_layers = 2\nmax_layers = 4\nkernels = [1, 3]\nfilters = [16]\n",
			func(_, path string) (any, error) { return space.Load(path) }},
		{"net.json", "{\"name\": \"Käfer\", \"input\": \"3x8x8\",\n\"layers\": [{\"kind\": \"dense\", \"units\": 4}]}\n", func(_, path string) (any, error) { return netfile.Open(path, hw.Shape{}, 0) }},
		// An answer is found among other lines as they are written, in UTF-8 alone.
		{"answer.json", "{\"accuracy\": 0.5, \"reason\": \"früh\"}\n", func(_, path string) (any, error) {
			if _, err := exec.LookPath("cat"); err != nil {
				t.Skip("SKIPPED: there is no cat to answer with")
			}
			e, err := (&evaluate.External{Command: []string{"cat", path}}).Evaluate(context.Background(), "3x8", 1)
			e.Seconds = 0
			return e, err
		}},
	} {
		read := func(content []byte) (any, error) {
			dir := t.TempDir()
			for name, b := range map[string][]byte{
				"t10k-images-idx3-ubyte": {0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 9},
				"t10k-labels-idx1-ubyte": {0, 0, 8, 1, 0, 0, 0, 1, 1},
				reader.name:              content,
			} {
				if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			return reader.read(dir, filepath.Join(dir, reader.name))
		}
		want, err := read([]byte(reader.text))
		if err != nil {
			t.Errorf("%s: %v", reader.name, err)
			continue
		}
		dos := strings.ReplaceAll(reader.text, "\n", "\r\n")
		var wide []byte
		for _, unit := range utf16.Encode([]rune("\ufeff" + dos)) {
			wide = binary.LittleEndian.AppendUint16(wide, unit)
		}
		for form, content := range map[string][]byte{"a byte order mark": []byte("\ufeff" + reader.text), "\\r\\n": []byte(dos), "UTF-16": wide} {
			if form == "UTF-16" && reader.name == "answer.json" {
				if _, err := read(content); err == nil || !strings.Contains(err.Error(), "have it write UTF-8") {
					t.Errorf("%s with %s: error %v", reader.name, form, err)
				}
				continue
			}
			if got, err := read(content); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s with %s: %+v, %v; want %+v", reader.name, form, got, err, want)
			}
		}
		if reader.name == "answer.json" {
			continue
		}
		latin := bytes.ReplaceAll(bytes.ReplaceAll([]byte(reader.text), []byte("ä"), []byte{0xe4}), []byte("ü"), []byte{0xfc})
		latin = bytes.ReplaceAll(latin, []byte("Ä"), []byte{0xc4})
		for form, content := range map[string][]byte{"Latin-1": latin, "UTF-16 without a mark": wide[2:]} {
			if _, err := read(content); err == nil || !strings.Contains(err.Error(), "save") || !strings.Contains(err.Error(), "line ") || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s in %s: error %v", reader.name, form, err)
			}
		}
	}
}
