package data

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"coexplore/internal/textfile"
)

// annotated lists the pictures of a part that its list names with their classes.
func annotated(part, list string, classes []string) ([]picture, error) {
	text, err := textfile.Read(list)
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	var pictures []picture
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		if len(f) < 2 {
			return nil, fmt.Errorf("data: %s, line %d: want the name of a picture and its class", list, n)
		}
		label := slices.Index(classes, f[1])
		if label < 0 {
			return nil, fmt.Errorf("data: %s, line %d: class %q has no training images", list, n, f[1])
		}
		path := findPicture([]string{filepath.Join(part, "images"), part}, f[0])
		if path == "" {
			return nil, fmt.Errorf("data: %s, line %d: there is no picture %s in %s", list, n, f[0], part)
		}
		pictures = append(pictures, picture{path, uint8(label)})
	}
	return pictures, nil
}

// findPicture finds a picture by its name, with its ending, without it or with another, in
// one of the folders; empty: it is not there. A name may have folders before it, as the
// machine knew them on which the list was written: the first are left out until it is found.
func findPicture(folders []string, name string) string {
	if name = strings.ReplaceAll(name, `\`, "/"); strings.TrimSpace(name) == "" {
		return ""
	}
	for {
		local := filepath.FromSlash(name)
		for _, folder := range folders {
			if !filepath.IsLocal(local) {
				break
			}
			if path := filepath.Join(folder, local); isPicture(path) && isFile(path) {
				return path
			}
			stem := local
			if isPicture(local) {
				stem = strings.TrimSuffix(local, filepath.Ext(local))
			}
			for _, end := range pictureEndings {
				for _, path := range []string{filepath.Join(folder, stem+end), filepath.Join(folder, stem+strings.ToUpper(end))} {
					if isFile(path) {
						return path
					}
				}
			}
		}
		var more bool
		if _, name, more = strings.Cut(name, "/"); !more {
			return ""
		}
	}
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// partOfName is the name of a part that stands in a file's name as a word, in lower case;
// empty: none does.
func partOfName(path string) string {
	stem := strings.ToLower(strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)))
	words := strings.FieldsFunc(stem, func(r rune) bool { return !(r >= 'a' && r <= 'z') })
	for _, part := range slices.Concat(trainFolders, testFolders, validationFolders) {
		if slices.Contains(words, part) {
			return part
		}
	}
	return ""
}
