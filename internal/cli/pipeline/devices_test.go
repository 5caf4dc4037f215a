package pipeline_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/internal/cli/clitest"
)

func TestDevicesCommand(t *testing.T) {
	file := filepath.Join(t.TempDir(), "own.toml")
	if err := os.WriteFile(file, []byte("[[device]]\npart = \"OWN\"\ndsp = 500\nbram18 = 400\nmemory_gbps = 50\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	status, out, errs := clitest.Run(t, "devices", "--devices", file, "--json")
	var ds []map[string]any
	if err := json.Unmarshal([]byte(out), &ds); err != nil || status != 0 || errs != "" || ds[0]["part"] != "OWN" || len(ds) < 12 {
		t.Fatalf("status %d, %q, %v: %v", status, errs, err, ds)
	}
	status, out, errs = clitest.Run(t, "pipeline", "--network", "3x36,3x48s2", "--fpga", "OWN:1", "--devices", file, "--fps", "10")
	if status != 0 || !strings.Contains(out, "/500") || strings.Contains(out, "GOPS/W") {
		t.Errorf("own device: status %d, %s%s", status, out, errs)
	}
}
