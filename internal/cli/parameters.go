package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"coexplore/nas/method"
	"coexplore/nas/study/ablation"
)

// Methods are the methods that the command offers.
var Methods = ablation.Methods()

// MethodList describes the methods for a command's help.
func MethodList() string {
	var b strings.Builder
	b.WriteString("Methods:\n")
	for i := range Methods {
		fmt.Fprintf(&b, "  %-12s %s\n", Methods[i].Name, Methods[i].Usage)
	}
	return strings.TrimRight(b.String(), "\n")
}

// ParameterFlags are a flag for each parameter of the methods.
type ParameterFlags struct {
	flags  *pflag.FlagSet
	whole  map[string]*int
	number map[string]*float64
}

// Add adds the flags.
func (f *ParameterFlags) Add(fl *pflag.FlagSet) {
	f.flags, f.whole, f.number = fl, make(map[string]*int), make(map[string]*float64)
	for _, p := range Methods.Parameters() {
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
	by := Methods.Defaults(name)
	var list []string
	for _, value := range slices.Compact(slices.Sorted(maps.Values(by))) {
		var those []string
		for _, m := range Methods.Names() {
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

// Has tells whether there is a flag for a parameter of that name.
func (f *ParameterFlags) Has(name string) bool { return f.whole[name] != nil || f.number[name] != nil }

// Show has the flags show values.
func (f *ParameterFlags) Show(v method.Values) {
	for name, x := range v {
		if p := f.whole[name]; p != nil {
			*p = int(x)
		} else if p := f.number[name]; p != nil {
			*p = x
		}
	}
}

// Values are those of the flags that are given; one that cannot be is wrong usage.
func (f *ParameterFlags) Values() (method.Values, error) {
	v := make(method.Values)
	for _, p := range Methods.Parameters() {
		if !f.flags.Changed(p.Name) {
			continue
		}
		if p.Integer {
			v[p.Name] = float64(*f.whole[p.Name])
		} else {
			v[p.Name] = *f.number[p.Name]
		}
		if err := p.Check(v[p.Name]); err != nil {
			return nil, Usage(fmt.Errorf("--%w", err))
		}
	}
	return v, nil
}
