//go:build !linux

package main

import "syscall"

// endWithParent does nothing: only Linux tells a program that its parent has ended.
func endWithParent(*syscall.SysProcAttr) {}
