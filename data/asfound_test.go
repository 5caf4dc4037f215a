package data

import (
	"encoding/base64"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Files of 16 columns and 8 rows as Pillow saves them: white above and on the right, black
// elsewhere.
const (
	// faxTIFF is a fax (CCITT group 4) whose 0 is black.
	faxTIFF = "SUkqABIAAAAmoLmYv/4AIAIACQAAAQMAAQAAABAAAAABAQMAAQAAAAgAAAACAQMAAQAAAAEAAAADAQMAAQAAAAQAAAAGAQMAAQAAAAEAAAARAQQAAQAAAAgAAAAWAQMAAQAAAAgAAAAXAQQAAQAAAAkAAAAcAQMAAQAAAAEAAAAAAAAA"
	// turnedWebP has a grey spot, lies upside down, and says so behind a chunk of 49 bytes.
	turnedWebP = "UklGRnIAAABXRUJQVlA4WAoAAAAIAAAADwAABwAAVlA4TDEAAAAvD8ABABcgEEjyN5xmDYFAkr/hNAsEkvwNp3n+A38VmGnbJnf5mT+aaRQi+h/UuxMAAEVYSUYaAAAATU0AKgAAAAgAAQESAAMAAAABAAMAAAAAAAA="
	// movingWebP has two pictures.
	movingWebP = "UklGRpQAAABXRUJQVlA4WAoAAAASAAAADwAABwAAQU5JTQYAAAAAAAAAAABBTk1GMgAAAAAAAAAAAA8AAAcAAAAAAAJWUDhMGgAAAC8PwAEADzD/8z//8x94EAsm+UvviyGi/0EPQU5NRi4AAAAAAAAAAAAPAAAHAAAAAAAAVlA4TBYAAAAvD8ABEA8QEfMfQiyY5C+9L4aI/gc9"
)

// TestPicturesOfOtherPrograms reads what package tiff gives as a negative, and what
// package imagemeta does not find.
func TestPicturesOfOtherPrograms(t *testing.T) {
	decode := func(text string) []byte {
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for name, file := range map[string][]byte{"tif": decode(faxTIFF), "webp": decode(turnedWebP)} {
		s, err := Load(folder(t, map[string][]byte{"a/1." + name: file, "a/2." + name: file, "b/1." + name: file, "b/2." + name: file}))
		if err != nil {
			t.Fatal(err)
		}
		want := make([]uint8, 16*8)
		for i := range want {
			if i < 16 || i%16 >= 8 {
				want[i] = 255
			}
			if y, x := i/16, i%16; name == "webp" && y >= 2 && y < 4 && x >= 2 && x < 4 {
				want[i] = 216
			}
		}
		if got := s.Train.At(0)[:16*8]; !slices.Equal(got, want) {
			t.Errorf("%s: %v", name, got)
		}
	}
	for want, file := range map[string][]byte{"an animated WebP, of which no picture is read": decode(movingWebP), "an empty file": {}} {
		files := map[string][]byte{"a/x.webp": file}
		somePictures(t, files, "a/", 2)
		somePictures(t, files, "b/", 2)
		_, err := Load(folder(t, files))
		checkMessage(t, err, "data: ", want)
	}
}

// TestFoldersAsPeopleHaveThem: names of parts, parts inside parts, parts without classes,
// and folders in the folder of a class.
func TestFoldersAsPeopleHaveThem(t *testing.T) {
	for _, c := range []struct {
		folders     string // a number of pictures in each
		train, test int
		note        string
	}{
		{"training_set/a/:3 training_set/b/:2 test_set/a/:1 test_set/b/:2", 5, 3, "5 pictures in training_set and 3 in test_set"},
		{"seg_train/seg_train/a/:3 seg_train/seg_train/b/:3 seg_test/seg_test/a/:1 seg_test/seg_test/b/:1 seg_pred/seg_pred/:4", 6, 2, "left out: folder seg_pred"},
		{"train/a/:5 train/b/:5 test/:4", 8, 2, "left out: folder test"},
		{"a/:5 b/:5 val/:4", 8, 2, "left out: folder val"},
		{"a/:5 b/:5 train/:5", 12, 3, "15 pictures"}, // a train is a class, too
		{"a/:3 a/more/:2 a/more/still/:5 b/:5", 12, 3, "15 pictures"},
	} {
		files := map[string][]byte{}
		for _, f := range strings.Fields(c.folders) {
			below, n, _ := strings.Cut(f, ":")
			somePictures(t, files, below, int(n[0]-'0'))
		}
		s, err := Load(folder(t, files))
		if err != nil {
			t.Errorf("%s: %v", c.folders, err)
		} else if s.Train.Len() != c.train || s.Test.Len() != c.test || !strings.Contains(s.Note, c.note) {
			t.Errorf("%s: %v, %q", c.folders, s, s.Note)
		}
	}
	files := map[string][]byte{}
	for _, below := range []string{"train/a/", "train/b/", "test/unknown/"} {
		somePictures(t, files, below, 3)
	}
	dir := folder(t, files)
	_, err := Load(dir)
	checkMessage(t, err, "data: ", "no picture of class unknown to train on")
	if r, err := Check(dir); err != nil || !slices.Contains(r.Problems, "no training image is of class 2 (unknown)") {
		t.Errorf("%v, %v", r, err)
	}
}

// TestListsAsPeopleHaveThem: paths of the machine that wrote the list, no header, parts in
// a column, a picture that is named twice.
func TestListsAsPeopleHaveThem(t *testing.T) {
	for list, want := range map[string]string{
		"file,label\n" + `images\1.png,a` + "\n" + `images\2.png,b` + "\nC:\\data\\images\\3.png,a\n/home/me/images/4.png,b\n": "a1 b2 a3 b4",
		"1.png,a\n2.png,b\n3.png,a\n4.png,b\n":                                           "a1 b2 a3 b4",
		"label,file\n1,1.png\n1,2\n2,3.JPG\n2,4.jpeg\n":                                  "11 12 23 24",
		"file,split,kind\n1.png,train,a\n2.png,train,b\n3.png,Test,a\n4.png,test,b\n":    "a1 b2 | a3 b4",
		"file,label\n1.png,a\n2.png,b\n1.png,a\n3.png,a\n4.png,b\n":                      "a1 b2 a3 b4",
		"file,label\n1.png,a\n2.png,b\n1.png,b\n":                                        "line 4: 1.png is of class b here, and of a in line 2",
		"file,label,split\n1.png,a,train\n2.png,b,test\n3.png,a,somewhere\n":             `line 4: column "split" says "somewhere"`,
		"file,label,split\n1.png,a,train\n2.png,b,test\n1.png,a,test\n":                  "1.png is of class a test here, and of a train in line 2",
		"file,label\n1.png,a\n../2.png,b\n/etc/3.png,a\nnobody/knows/5.png,b\n4.png,b\n": "line 5: there is no picture nobody/knows/5.png",
	} {
		files := map[string][]byte{"labels.csv": []byte(list)}
		somePictures(t, files, "images/", 5)
		delete(files, "images/0.png")
		dir := folder(t, files)
		f, err := findListed(dir)
		if err != nil {
			checkMessage(t, err, "data: ", want)
			continue
		}
		var got []string
		add := func(list []picture) {
			for _, p := range list {
				got = append(got, f.classes[p.label]+strings.TrimSuffix(filepath.Base(p.path), ".png"))
			}
			slices.SortFunc(got, func(a, b string) int { return strings.Compare(a[1:], b[1:]) })
		}
		add(f.train)
		if strings.Contains(want, "|") {
			train := got
			got = nil
			add(f.test)
			got = slices.Concat(train, []string{"|"}, got)
		} else {
			add(f.test)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q: %s, want %s", list, s, want)
		}
	}
}

// TestPixelTablesAsPeopleHaveThem: separators, numbers of the rows, values of Pandas, and
// folders of parts.
func TestPixelTablesAsPeopleHaveThem(t *testing.T) {
	table := func(head, before, separator, end string, column func(i int) string) []byte {
		var b strings.Builder
		b.WriteString(head + "label")
		for i := range 16 {
			b.WriteString(separator + column(i))
		}
		for n := range 10 {
			fmt.Fprintf(&b, "\n%s%d", strings.ReplaceAll(before, "N", fmt.Sprint(n)), n%2)
			for i := range 16 {
				fmt.Fprintf(&b, "%s%d%s", separator, 10*n+i, end)
			}
		}
		return []byte(b.String() + "\n")
	}
	pixel := func(i int) string { return fmt.Sprintf("pixel%d", i) }
	for name, files := range map[string]map[string][]byte{
		"semicolons":          {"train.csv": table("", "", ";", "", pixel)},
		"tabs":                {"train.csv": table("", "", "\t", "", pixel)},
		"rows numbered":       {"train.csv": table("id,", "N,", ",", "", pixel)},
		"Pandas":              {"train.csv": table(",", "N,", ",", ".0", pixel)},
		"rows and columns":    {"train.csv": table("", "", ",", "", func(i int) string { return fmt.Sprintf("r%dc%d", 1+i/4, 1+i%4) })},
		"a folder for a part": {"x_train/x_train.csv": table("", "", ",", "", pixel), "x_test/x_test.csv": table("", "", ",", "", pixel)},
	} {
		s, err := Load(folder(t, files))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		divided := 8
		if len(files) == 2 {
			divided = 10
		}
		if s.Train.Len() != divided || s.Train.Height != 4 || len(s.Classes) != 2 || s.Train.At(0)[15] != s.Train.At(0)[0]+15 {
			t.Errorf("%s: %v, %v", name, s, s.Train.At(0))
		}
	}
}
