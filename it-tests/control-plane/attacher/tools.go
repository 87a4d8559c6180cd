//go:build tools

// Package tools names the program that attaches disks to nodes, so that go.sum covers all that it needs.
package tools

import (
	_ "github.com/kubernetes-csi/external-attacher/v4/cmd/csi-attacher"
)
