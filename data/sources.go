package data

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"coexplore/data/tables"
)

// Source is one file of a public data set, as its publisher offers it.
type Source struct {
	Set    string   // the name that download.Get knows it by
	File   string   // file name
	URLs   []string // where it can be had, the first first
	Bytes  int64    // size
	SHA256 string   // hexadecimal, lower case
	MD5    string   // the same, as the publishers print it
	// Unpacked is the most bytes that the files of an archive have together, 0 for a
	// file that is none.
	Unpacked int64
}

var sources = parseSources(tables.Datasets)

// parseSources reads the embedded table; a mistake in it is a programmer's.
func parseSources(table string) []Source {
	r := csv.NewReader(strings.NewReader(table))
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		panic(err)
	}
	var list []Source
	for _, row := range rows[1:] {
		size, err := strconv.ParseInt(row[3], 10, 64)
		if err != nil {
			panic(err)
		}
		unpacked, err := strconv.ParseInt(row[6], 10, 64)
		if err != nil {
			panic(err)
		}
		list = append(list, Source{Set: row[0], File: row[1], URLs: strings.Fields(row[2]), Bytes: size, SHA256: row[4], MD5: row[5], Unpacked: unpacked})
	}
	return list
}

// SetNames returns the names of the data sets that download.Get can fetch.
func SetNames() []string {
	var names []string
	for _, s := range sources {
		if !slices.Contains(names, s.Set) {
			names = append(names, s.Set)
		}
	}
	return names
}

// Sources returns the files of the data set called name.
func Sources(name string) ([]Source, error) {
	var list []Source
	for _, s := range sources {
		if s.Set == name {
			list = append(list, s)
		}
	}
	if list == nil {
		return nil, fmt.Errorf("data: no data set %q to download; there are %s", name, strings.Join(SetNames(), ", "))
	}
	return list, nil
}

// publishedAs returns the data set whose file of that name has this sum, "" if
// there is none.
func publishedAs(file, sha256 string) string {
	for _, s := range sources {
		if s.File == file && s.SHA256 == sha256 {
			return s.Set
		}
	}
	return ""
}

// FashionMNISTClasses returns the names of Fashion-MNIST's classes (Xiao, Rasul
// and Vollgraf, arXiv 1708.07747, table 2), which its files do not hold.
func FashionMNISTClasses() []string {
	return []string{"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"}
}
