package study_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/internal/cli/clitest"
	command "coexplore/internal/cli/study"
	"coexplore/nas/pipelines"
	"coexplore/nas/space"
	"coexplore/nas/study"
)

// TestStudyShare checks the shares against the library, that more FPGAs never
// run fewer networks, and that the figure is there.
func TestStudyShare(t *testing.T) {
	dir := t.TempDir()
	var r command.ShareReport
	args := []string{"study", "share", "--space", "tiny", "--samples", "500", "--fps", "600,300", "--out", dir, "--format", "png"}
	out := clitest.JSON(t, &r, args...)
	if again := clitest.JSON(t, &r, args...); again != out {
		t.Error("a second run prints something else")
	}
	if len(r.Curves) != 6 || !slices.Equal(r.FPS, []float64{300, 600}) {
		t.Fatalf("%d curves at %v frames/s, want 6 at 300 and 600", len(r.Curves), r.FPS)
	}
	for i, c := range r.Curves {
		chains := space.Tiny()
		if i >= 3 {
			chains = chains.WithStrides(1, 2)
		}
		pool, err := hw.ParsePool(c.Pool)
		if err != nil {
			t.Fatal(err)
		}
		h, err := pipelines.New(chains, pool, hw.DefaultTarget())
		if err != nil {
			t.Fatal(err)
		}
		best, err := study.ValidShare(context.Background(), h, 500, 1)
		if err != nil {
			t.Fatal(err)
		}
		for k, fps := range r.FPS {
			share, se := best.Share(fps)
			if c.Share[k] != share || c.StandardError[k] != se {
				t.Errorf("%s stride on %s: %g +- %g, want %g +- %g", c.Stride, c.Pool, c.Share[k], c.StandardError[k], share, se)
			}
			if i%3 > 0 && c.Share[k] < r.Curves[i-1].Share[k] {
				t.Errorf("%s runs fewer networks than %s", c.Pool, r.Curves[i-1].Pool)
			}
		}
	}
	if info, err := os.Stat(filepath.Join(dir, "share-tiny.png")); err != nil || info.Size() == 0 {
		t.Errorf("no figure: %v", err)
	}
	status, text, _ := clitest.Run(t, "study", "share", "--space", "tiny", "--samples", "50", "--counts", "2", "--strides", "fixed")
	if status != 0 || !strings.Contains(text, "XC7Z015:2") || !strings.Contains(text, "Standard error") {
		t.Errorf("status %d, text %q", status, text)
	}
	status, text, _ = clitest.Run(t, "study", "share", "--space", clitest.WideSpace, "--fps", "300", "--samples", "50", "--counts", "2")
	if status != 0 || !strings.Contains(text, "space wide") {
		t.Errorf("a space from a file: status %d, text %q", status, text)
	}
}
