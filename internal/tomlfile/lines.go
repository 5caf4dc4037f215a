package tomlfile

import "strings"

// fileLines tells in which line a field stands, for messages only: a line within a
// longer text that looks like a field may mislead it.
type fileLines struct {
	top    map[string]int              // fields and tables, by their whole names
	arrays map[string][]map[string]int // of the tables of arrays; "" is the table itself
}

func linesOf(content string) fileLines {
	f := fileLines{top: map[string]int{}, arrays: map[string][]map[string]int{}}
	at, prefix := f.top, ""
	note := func(name string, line int) {
		for _, n := range []string{name, strings.Split(name, ".")[0]} {
			if _, ok := at[n]; !ok {
				at[n] = line
			}
		}
	}
	for i, line := range strings.Split(content, "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "#") {
			continue
		}
		if name, ok := tableName(line); ok {
			first, rest, nested := strings.Cut(name, ".")
			tables := f.arrays[first]
			switch {
			case strings.HasPrefix(line, "[[") && !nested:
				at, prefix = f.top, ""
				note(name, i+1)
				at = map[string]int{"": i + 1}
				f.arrays[name] = append(tables, at)
			case nested && len(tables) > 0:
				at, prefix = tables[len(tables)-1], rest+"."
				note(rest, i+1)
			default:
				at, prefix = f.top, name+"."
				note(name, i+1)
			}
			continue
		}
		if key, _, ok := strings.Cut(line, "="); ok {
			note(prefix+bareKey(key), i+1)
		}
	}
	return f
}

// table is the lines of one table of an array, which may stand in one line.
func (f *fileLines) table(name string, i int) map[string]int {
	if i < len(f.arrays[name]) {
		return f.arrays[name][i]
	}
	return map[string]int{"": f.top[name]}
}

// tableName is the name in the brackets of a table's line.
func tableName(line string) (string, bool) {
	if !strings.HasPrefix(line, "[") {
		return "", false
	}
	name, _, closed := strings.Cut(strings.TrimLeft(line, "["), "]")
	return bareKey(name), closed
}

// bareKey is a key without quotes and spaces.
func bareKey(s string) string {
	return strings.NewReplacer(`"`, "", "'", "", " ", "", "\t", "").Replace(s)
}
