package data

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// What pictures are called: those of formats that are read (which of them a file has, its
// content says), and those of others, which somebody has to convert.
var (
	pictureEndings = []string{".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".pjpeg", ".pjp", ".webp", ".bmp", ".dib", ".gif", ".tif", ".tiff"}
	unreadEndings  = []string{".heic", ".heif", ".avif", ".jxl", ".jp2", ".j2k", ".jpx", ".jpf", ".ppm", ".pgm", ".pbm", ".pnm", ".pam", ".svg", ".eps",
		".psd", ".xcf", ".tga", ".ico", ".icns", ".exr", ".hdr", ".pcx", ".qoi", ".dds", ".dcm", ".nii", ".fits", ".npy", ".mat",
		".raw", ".dng", ".cr2", ".cr3", ".nef", ".arw", ".orf", ".rw2", ".raf", ".mpo"}
)

// isPicture tells the names of pictures that are read.
func isPicture(name string) bool {
	return !hidden(name) && slices.Contains(pictureEndings, ending(name))
}

// isUnread tells the names of pictures that are not.
func isUnread(name string) bool { return !hidden(name) && slices.Contains(unreadEndings, ending(name)) }

func ending(name string) string { return strings.ToLower(filepath.Ext(name)) }

// A census counts files that are left out, by the endings of their names.
type census map[string]int

func (c census) total() int {
	n := 0
	for _, k := range c {
		n += k
	}
	return n
}

// String is the count, as in "12 files (10 .heic, 2 .txt)".
func (c census) String() string {
	var list []string
	for _, e := range slices.SortedFunc(maps.Keys(c), func(a, b string) int { return 2*(c[b]-c[a]) + strings.Compare(a, b) }) {
		name := e
		if e == "" {
			name = "without an ending"
		}
		list = append(list, fmt.Sprintf("%d %s", c[e], name))
	}
	files := "files"
	if c.total() == 1 {
		files = "file"
	}
	return fmt.Sprintf("%d %s (%s)", c.total(), files, strings.Join(list, ", "))
}

// A classFolder is a folder of a class, and what is in it, also in folders of a folder that
// has pictures itself. Pictures may lie in a folder images of their own in it, as Tiny
// ImageNet's do.
type classFolder struct {
	path     string
	pictures []string // paths, by name
	left     census   // files that are not read
	unread   int      // of them, those that are pictures by their names
	folders  int      // in it
}

func (f *classFolder) name() string { return filepath.Base(f.path) }

// readClassFolder looks through a folder.
func readClassFolder(path string) *classFolder {
	f := &classFolder{path: path, left: census{}}
	inside := f.add(path)
	if len(f.pictures) == 0 {
		f.add(filepath.Join(path, "images"))
		return f
	}
	for len(inside) > 0 {
		inside = append(inside[1:], f.add(inside[0])...)
	}
	return f
}

// add adds what is in a folder, and returns the folders in it but for links, which may
// lead around in a circle.
func (f *classFolder) add(dir string) (inside []string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		switch name := e.Name(); {
		case hidden(name):
		case isFolder(dir, e):
			f.folders++
			if e.IsDir() {
				inside = append(inside, filepath.Join(dir, name))
			}
		case isPicture(name):
			f.pictures = append(f.pictures, filepath.Join(dir, name))
		default:
			f.left[ending(name)]++
			if isUnread(name) {
				f.unread++
			}
		}
	}
	return inside
}

func isFolder(dir string, e os.DirEntry) bool {
	if e.IsDir() {
		return true
	}
	info, err := os.Stat(filepath.Join(dir, e.Name())) // of what a link names
	return err == nil && info.IsDir()
}

// classesIn are the folders of classes in the folder of a part. One in which there is
// nothing that is read is an error if it looks like a class: empty, or of pictures of
// other kinds; and with all, in any case. Others are named in words.
func classesIn(part string, all bool) (classes []*classFolder, left census, aside []string, err error) {
	left = census{}
	for _, path := range foldersIn(part) {
		if !all && (isNamed(path, testFolders) || isNamed(path, validationFolders)) {
			aside = append(aside, filepath.Base(path)) // pictures without classes
			continue
		}
		f := readClassFolder(path)
		for e, n := range f.left {
			left[e] += n
		}
		switch {
		case len(f.pictures) > 0:
			classes = append(classes, f)
		case len(f.left) == 0 && f.folders > 0 && !all:
			aside = append(aside, f.name())
		case len(f.left) == 0:
			return nil, nil, nil, fmt.Errorf("data: %s: class %s is left empty: there are no pictures in %s; put some there, or remove the folder", part, f.name(), path)
		case all || f.unread > 0:
			return nil, nil, nil, fmt.Errorf("data: %s: class %s is left empty: none of its %v is read; save the pictures as PNG or JPEG, or remove the folder", part, f.name(), f.left)
		default:
			aside = append(aside, f.name())
		}
	}
	return classes, left, aside, nil
}
