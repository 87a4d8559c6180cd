//go:build tools

// Package tools names the program that copies through a repository, so that go.sum covers all that it needs.
package tools

import _ "github.com/restic/restic/cmd/restic"
