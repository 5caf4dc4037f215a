package hw

import "strings"

// fileLines tells in which line of a device file a field stands, for messages:
// 1 where it is not found.
type fileLines struct {
	first   map[string]int   // of a key or a table at the top
	devices []map[string]int // of every field of every device; "" is the device itself
}

func linesOf(s string) fileLines {
	f := fileLines{first: map[string]int{}}
	prefix := ""
	for i, line := range strings.Split(s, "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "#") {
			continue
		}
		if name, ok := tableName(line); ok {
			prefix = ""
			switch {
			case name == "device" && strings.HasPrefix(line, "[["):
				f.devices = append(f.devices, map[string]int{"": i + 1})
			case strings.HasPrefix(name, "device.") && len(f.devices) > 0:
				name = strings.TrimPrefix(name, "device.")
				f.devices[len(f.devices)-1][name] = i + 1
				prefix = name + "."
			}
			f.note(name, i+1)
			continue
		}
		if key, _, ok := strings.Cut(line, "="); ok {
			key = bareKey(key)
			f.note(key, i+1)
			if n := len(f.devices); n > 0 {
				f.devices[n-1][prefix+key] = i + 1
			}
		}
	}
	return f
}

// note keeps the first line of a name and of the part before its dot.
func (f *fileLines) note(name string, line int) {
	for _, n := range []string{name, strings.Split(name, ".")[0]} {
		if _, ok := f.first[n]; !ok {
			f.first[n] = line
		}
	}
}

// tableName is the name in the brackets of a table's line.
func tableName(line string) (string, bool) {
	if !strings.HasPrefix(line, "[") {
		return "", false
	}
	name, _, _ := strings.Cut(strings.TrimLeft(line, "["), "]")
	return bareKey(name), true
}

// bareKey is a key without quotes and spaces.
func bareKey(s string) string {
	return strings.NewReplacer(`"`, "", "'", "", " ", "", "\t", "").Replace(s)
}

// top is the line of a key at the top of the file.
func (f *fileLines) top(key string) int { return max(1, f.first[key]) }

// of is the line of a device's field; of what holds it, if it has none.
func (f *fileLines) of(device int, field string) int {
	if device >= len(f.devices) {
		return f.top("device")
	}
	at := f.devices[device]
	table, _, _ := strings.Cut(field, ".")
	for _, name := range []string{field, table, ""} {
		if line, ok := at[name]; ok {
			return line
		}
	}
	return 1
}
