//go:build tools

// Package tools names the etcd server, so that go.sum covers all that it needs.
package tools

import (
	_ "go.etcd.io/etcd/server/v3"
)
