//go:build arm64 && !purego

package kernel

func native() []*Set { return nil }
