package main

import "syscall"

// endWithParent lets the kernel end a program in order when this one is killed, which has no time to do so (prctl(2),
// PR_SET_PDEATHSIG).
func endWithParent(attributes *syscall.SysProcAttr) { attributes.Pdeathsig = syscall.SIGTERM }
