// Package repository holds no code: its tests check what a compiler does not see of the repository: links and paths in
// documents, the index of decisions, the words that are used, the rule of commits, the steps of CI.
package repository
