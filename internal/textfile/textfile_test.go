package textfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
)

// in16 is s in UTF-16 with a byte order mark.
func in16(order binary.AppendByteOrder, s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + s)) {
		b = order.AppendUint16(b, u)
	}
	return b
}

// TestDecode saves one text in the ways in which systems save it.
func TestDecode(t *testing.T) {
	const want = "cat\nKätzchen 𝄞\n\nlast"
	dos := strings.ReplaceAll(want, "\n", "\r\n")
	for name, b := range map[string][]byte{
		"plain":           []byte(want),
		"mark":            []byte("\ufeff" + want),
		"dos":             []byte(dos),
		"dos with a mark": []byte("\ufeff" + dos),
		"old mac":         []byte(strings.ReplaceAll(want, "\n", "\r")),
		"UTF-16LE":        in16(binary.LittleEndian, dos),
		"UTF-16BE":        in16(binary.BigEndian, want),
	} {
		path := filepath.Join(t.TempDir(), "f.txt")
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		if got, err := Read(path); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, want)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	half := in16(binary.LittleEndian, "a\nb")
	for _, test := range []struct {
		b    []byte
		want string
	}{
		{[]byte("a\nb\xe4c"), "line 2: byte 0xe4 is not UTF-8: save the file as UTF-8"},
		{[]byte("a\r\nb\r\xffc"), "line 3: byte 0xff"},
		{[]byte("a\x00b\x00"), "line 1: a zero byte"},
		{half[:len(half)-1], "line 2: the UTF-16 text ends within a character"},
		{[]byte{0xff, 0xfe, 0x00, 0xd8, 'a', 0}, "half a character of UTF-16"},
		{[]byte{0xff, 0xfe, 0x34, 0xd8}, "half a character of UTF-16"},
		{[]byte{0xff, 0xfe, 0, 0, 'a', 0, 0, 0}, "UTF-32: save it as UTF-8"},
		{[]byte{0, 0, 0xfe, 0xff}, "UTF-32"},
	} {
		if _, err := Decode(test.b); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: error %v, want %q", test.b, err, test.want)
		}
	}
}

// TestTable writes one table as programs and spreadsheets write it.
func TestTable(t *testing.T) {
	for name, text := range map[string]string{
		"commas":     "# from: here\nname,a,b\n\"x,1\",0.5,-2\ny,1e-3\n",
		"semicolons": "# from: here\nname;a;b\nx,1;0,5;-2\ny;1e-3\n",
		"tabs":       "# from: here\nname\ta\tb\nx,1\t0,5\t-2\ny\t0.001\n",
		"padded":     "# from: here;;\nname;a;b\nx,1;0,5;-2;\n;;\ny; 0,001 ;\n;;\n",
		"quoted":     "sep=;\n\"# from: here\";;\n\nname;a;b\nx,1;\"0,5\";-2\ny;0,001\n",
	} {
		table, err := NewTable([]byte(text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := fmt.Sprint(table.Comments[0].Text, table.Header()); got != "from: here[name a b]" {
			t.Errorf("%s: %s", name, got)
		}
		var got []string
		for {
			row, err := table.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got = append(got, row[0])
			for _, field := range row[1:] {
				v, err := table.Number(field)
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
				got = append(got, fmt.Sprint(v))
			}
			if row[0] == "y" && !strings.HasPrefix(strings.Split(text, "\n")[table.Line()-1], "y") {
				t.Errorf("%s: row y is said to be on line %d", name, table.Line())
			}
		}
		if s := strings.Join(got, " "); s != "x,1 0.5 -2 y 0.001" {
			t.Errorf("%s: %s", name, s)
		}
	}
}

func TestTableRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "EOF",
		"# a: b\n":               "EOF",
		"sep=|\na|b\n":           `separator '|'`,
		"# a: b\nx,y\n1,\"2\n":   "line 3",
		"a;b\n1;\"x\"y\n":        "line 2",
		"a,b\n\n\n1,\"x\"y\"z\n": "line 4",
	} {
		table, err := NewTable([]byte(text))
		for err == nil {
			_, err = table.Read()
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
	commas, _ := NewTable([]byte("a,b"))
	semicolons, _ := NewTable([]byte("a;b"))
	for _, test := range []struct {
		table       *Table
		field, want string
	}{
		{commas, "0,5", "write a decimal point"}, {commas, "", "not a number"}, {commas, "inf", "not finite"},
		{commas, "NaN", "not finite"}, {commas, "1e999", "not finite"}, {semicolons, "1.234,5", "nothing between thousands"},
		{semicolons, "1,234,5", "nothing between thousands"}, {semicolons, "0,5x", "not a number"},
	} {
		if _, err := test.table.Number(test.field); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: error %v, want %q", test.field, err, test.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("\ufeffa\r\nb"))
	f.Add(in16(binary.LittleEndian, "a,b\n𝄞,2\n"))
	f.Add(in16(binary.BigEndian, "x"))
	f.Add([]byte{0xff, 0xfe, 0x34, 0xd8})
	f.Add([]byte("sep=;\n# a: b;;\nn;x\n1;0,5\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		text, err := Decode(b)
		if !bytes.Equal(b, before) {
			t.Fatal("the input was changed")
		}
		if err != nil {
			return
		}
		// A text can begin with a second mark, but what is decoded stays as it is.
		if again, err := clean(text); err != nil || !bytes.Equal(again, text) {
			t.Fatalf("%q becomes %q, %v", text, again, err)
		}
		table, err := NewTable(text)
		for err == nil {
			var row []string
			if row, err = table.Read(); err == nil && (len(row) == 0 || row[len(row)-1] == "") {
				t.Fatalf("row %q", row)
			}
		}
		if strings.Contains(err.Error(), "\n") {
			t.Fatalf("more than a line: %q", err)
		}
	})
}
