//go:build tools

// Package tools names kwok (a kubelet for nodes that do not exist), so that go.sum covers all that it needs.
package tools

import (
	_ "sigs.k8s.io/kwok/cmd/kwok"
)
