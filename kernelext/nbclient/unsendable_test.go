//go:build unix

package nbclient

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// What GoNB 0.11 cannot take is refused by its line, and nothing else is.
func TestUnsendable(t *testing.T) {
	for source, want := range map[string]int{
		"":                                              0,
		"%%\nfmt.Println(1)":                            0,
		"func f() {}\n%%\nf()\n\n%% -n 3\nf()":          5,
		"%main\nf()\n%%\nf()":                           3,
		"//gonb:%%\nf()\n//gonb:%%\nf()":                3,
		"func f() {}\n%exec f\n%exec f":                 3,
		"func main() {}\n%%\nf()":                       2,
		"%%writefile a.txt\n%%\n%%":                     0,
		"fmt.Println(\"%%\")\n%%\nfmt.Println(`50 %%`)": 0,
		"%%\nfmt.Println(`a\n  %% \n %d`)":              0,
		"%%\nfmt.Println(`a\n%d\n`)":                    3,
		"%%\nfmt.Println(`a\npackage b`)":               3,
		"/* a\n!rm b\n*/":                               2,
		"!echo '`'\n%%\nf()\n!echo '`'":                 0,
		"package a\n\nvar b = 1":                        0,
		"%%\npackages := 1\nfmt.Println(packages)":      2,
		"%%python\nprint(1)":                            1,
		"%%\nf()\n%%fmt.Println(1)":                     3,
		"import \"os\"\n%%bash\nls":                     2,
		"%%script":                                      1,
		"%%script sh\nls":                               0,
		"% ":                                            1,
		"x := 1\n!  ":                                   2,
		"!\\\n":                                         1,
		"!\\\nls \\\n%%\n%%\nf()":                       0,
		"%\n!\n%%\nf()":                                 0,
		"%noautoget\r\n%%\r\nf()":                       0,
		"%with_inputs\n!read x":                         1,
		"!ls\n%with_password\n!read x":                  2,
		"%env A=b\n%cd ..\n%args -x\n%%\nf()":           0,
		"%%\nx := a /* b */ % c\nif x > `\n` { f(\"!\", '%') }\n": 0,
	} {
		if line, reason := unsendable(source); line != want || (reason == "") != (want == 0) {
			t.Errorf("%q: line %d, %q, want line %d", source, line, reason, want)
		}
	}
}

// GoNB itself dies at what is refused, wherever it still does, and the error's first line
// says why. It takes lines that end as on Windows.
func TestKernelsLastWords(t *testing.T) {
	tools := realKernel(t)
	k, err := StartKernel(context.Background(), tools.Kernel("."))
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	c := &Cell{Type: "code", Source: "%noautoget\r\n%%\r\nfmt.Println(6*7)\r\n"}
	if err := k.RunCell(context.Background(), c, 0); err != nil || brief(c) != "stdout=42\n" {
		t.Errorf("%q, %v", brief(c), err)
	}
	c = &Cell{Type: "code", Source: "% "}
	var refused *CellError
	if err := k.RunCell(context.Background(), c, 0); !errors.As(err, &refused) || refused.Line != 1 {
		t.Errorf("%v", err)
	}
	_, err = k.execute(context.Background(), c, newCollector(c, k.display, 0), k.watch(c))
	if err == nil || !strings.HasPrefix(err.Error(), "the kernel died (exit status 2): panic: runtime error: index out of range") ||
		!strings.Contains(err.Error(), "its last words:\n") {
		t.Errorf("%v", err)
	}
}

// The line that says why stays when the traces of many goroutines follow.
func TestTailKeepsWhy(t *testing.T) {
	var k Kernel
	k.stderr.Write([]byte("panic: an old one, which was recovered\nlog\nfatal error: all is lost\n\ngoroutine 1 [running]:\n"))
	for range 5000 {
		k.stderr.Write([]byte("main.f()\n\t/a/b.go:1 +0x1f\n"))
	}
	want := "it ended: fatal error: all is lost; its last words:\nmain.f()\n\t/a/b.go:1 +0x1f\n"
	if got := k.explain(errors.New("it ended")).Error(); !strings.HasPrefix(got, want) || len(k.stderr.buf) > tailMax {
		t.Errorf("%.300s", got)
	}
	var quiet Kernel
	if got := quiet.explain(errors.New("it ended")).Error(); got != "it ended" {
		t.Error(got)
	}
}

// A cell whose program is killed says what may be the cause.
func TestKilledCell(t *testing.T) {
	if got := advise("signal: killed"); got != "signal: killed; perhaps the machine has no more memory" {
		t.Error(got)
	}
}
