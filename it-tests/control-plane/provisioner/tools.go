//go:build tools

// Package tools names the program that makes and deletes the disks of claims, so that go.sum covers all that it needs.
package tools

import (
	_ "github.com/kubernetes-csi/external-provisioner/v6/cmd/csi-provisioner"
)
