package gzipped

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

func pack(t testing.TB, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, s); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(b []byte) (string, error) {
	r, err := NewReader(iotest.OneByteReader(bytes.NewReader(b)))
	if err != nil {
		return "", err
	}
	got, err := io.ReadAll(r)
	return string(got), err
}

// TestAsGzip compares with gzip(1), which accepts zeros after the last member.
func TestAsGzip(t *testing.T) {
	text := strings.Repeat("abc", 300)
	for name, b := range map[string][]byte{
		"one":            pack(t, text),
		"two":            append(pack(t, text), pack(t, "second")...),
		"empty":          pack(t, ""),
		"a zero":         append(pack(t, text), 0),
		"512 zeros":      append(pack(t, text), make([]byte, 512)...),
		"two, and zeros": append(append(pack(t, text), pack(t, "x")...), make([]byte, 5000)...),
	} {
		got, err := read(b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := exec.LookPath("gzip"); err != nil {
			t.Skip("SKIPPED: there is no gzip to compare with")
		}
		cmd := exec.Command("gzip", "-dc")
		cmd.Stdin = bytes.NewReader(b)
		if want, err := cmd.Output(); err != nil || got != string(want) {
			t.Errorf("%s: %d bytes, gzip has %d (%v)", name, len(got), len(want), err)
		}
	}
}

func TestPlain(t *testing.T) {
	for _, s := range []string{"", "\x1f", "text", "\x1f\x8c binary"} {
		if got, err := read([]byte(s)); err != nil || got != s {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	}
}

func TestDamage(t *testing.T) {
	whole := pack(t, strings.Repeat("abc", 300))
	wrong := bytes.Clone(whole)
	wrong[len(wrong)-6] ^= 1
	for _, test := range []struct {
		b    []byte
		want string
	}{
		{whole[:len(whole)-9], "ends too early"},
		{whole[:5], "ends too early"},
		{wrong, "does not have its check sum"},
		{append(bytes.Clone(whole), "more"...), "followed by something else"},
		{append(bytes.Clone(whole), 0, 0, 0x1f, 0x8b), "followed by something else"},
		{append(bytes.Clone(whole), 0x1f, 0x8b), "ends too early"},
		{[]byte{0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, "damaged gzip"},
	} {
		if _, err := read(test.b); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%d bytes: error %v, want %q", len(test.b), err, test.want)
		}
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte("plain"))
	f.Add(pack(f, "abc"))
	f.Add(append(pack(f, "abc"), 0, 0, 0))
	f.Add(append(pack(f, "abc"), pack(f, "de")...))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := NewReader(bytes.NewReader(b))
		if err != nil {
			return
		}
		n, err := io.Copy(io.Discard, io.LimitReader(r, 1<<24))
		if err == nil && !bytes.HasPrefix(b, magic) && n != int64(len(b)) {
			t.Errorf("%d of %d plain bytes", n, len(b))
		}
	})
}

// TestReadsAFile reads a compressed file that is not called .gz.
func TestReadsAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "table.csv")
	if err := os.WriteFile(path, pack(t, "a,b\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || string(got) != "a,b\n" {
		t.Errorf("%q, %v", got, err)
	}
}
