package command

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"coexplore/nas"
	"coexplore/nas/method"
	"coexplore/nas/study"
)

// methods are the methods that the command offers.
var methods = method.Standard()

// methodList describes the methods for a command's help.
func methodList() string {
	var b strings.Builder
	b.WriteString("Methods:\n")
	for i := range methods {
		fmt.Fprintf(&b, "  %-12s %s\n", methods[i].Name, methods[i].Usage)
	}
	return strings.TrimRight(b.String(), "\n")
}

// parameterFlags are a flag for each parameter of the methods.
type parameterFlags struct {
	flags  *pflag.FlagSet
	whole  map[string]*int
	number map[string]*float64
}

func (f *parameterFlags) add(fl *pflag.FlagSet) {
	f.flags, f.whole, f.number = fl, make(map[string]*int), make(map[string]*float64)
	for _, p := range methods.Parameters() {
		if own := ownDefaults(p.Name); own != "" {
			p.Default, p.Usage = 0, fmt.Sprintf("%s (default: %s)", p.Usage, own)
		}
		if p.Integer {
			f.whole[p.Name] = fl.Int(p.Name, int(p.Default), p.Usage)
		} else {
			f.number[p.Name] = fl.Float64(p.Name, p.Default, p.Usage)
		}
	}
}

// ownDefaults says which default a parameter has for which methods; empty if it is the
// same for all.
func ownDefaults(name string) string {
	by := methods.Defaults(name)
	var list []string
	for _, value := range slices.Compact(slices.Sorted(maps.Values(by))) {
		var those []string
		for _, m := range methods.Names() {
			if own, has := by[m]; has && own == value {
				those = append(those, m)
			}
		}
		list = append(list, fmt.Sprintf("%g for %s", value, strings.Join(those, ", ")))
	}
	if len(list) < 2 {
		return ""
	}
	return strings.Join(list, "; ")
}

// has tells whether there is a flag for a parameter of that name.
func (f *parameterFlags) has(name string) bool { return f.whole[name] != nil || f.number[name] != nil }

// show has the flags show values.
func (f *parameterFlags) show(v method.Values) {
	for name, x := range v {
		if p := f.whole[name]; p != nil {
			*p = int(x)
		} else if p := f.number[name]; p != nil {
			*p = x
		}
	}
}

// values are those of the flags that are given; one that cannot be is wrong usage.
func (f *parameterFlags) values() (method.Values, error) {
	v := make(method.Values)
	for _, p := range methods.Parameters() {
		if !f.flags.Changed(p.Name) {
			continue
		}
		if p.Integer {
			v[p.Name] = float64(*f.whole[p.Name])
		} else {
			v[p.Name] = *f.number[p.Name]
		}
		if err := p.Check(v[p.Name]); err != nil {
			return nil, usageError{fmt.Errorf("--%w", err)}
		}
	}
	return v, nil
}

// orDefault is value, or def where value is zero; a negative value is wrong.
func orDefault[T int | float64](flag string, value, def T) (T, error) {
	if value < 0 {
		return 0, usagef("%s must be positive, is %v", flag, value)
	}
	return cmp.Or(value, def), nil
}

// contenders are methods with the values of the flags, by name.
func (f *parameterFlags) contenders(names ...string) ([]study.Contender, error) {
	values, err := f.values()
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, usagef("--methods needs at least one of %s", strings.Join(methods.Names(), ", "))
	}
	var list []study.Contender
	for i, name := range names {
		d, err := methods.Lookup(name)
		if err != nil {
			return nil, usageError{err}
		}
		if slices.Contains(names[:i], name) {
			return nil, usagef("method %s stands twice in --methods", name)
		}
		own, err := d.Values(values)
		if err != nil {
			return nil, usageError{err}
		}
		list = append(list, study.Contender{Name: name, New: func() nas.Method { return d.New(own) }})
	}
	return list, nil
}
