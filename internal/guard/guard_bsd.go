//go:build unix && !linux

package guard

import "syscall"

// adopt does nothing: only Linux lets a process adopt.
func adopt() {}

// programAttr puts the program into a process group of its own.
func programAttr() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// killDescendants does nothing: those outside the program's group are not known.
func killDescendants() {}
