package main

import (
	"context"
	"errors"
	"os"
	"slices"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func (d *driver) NodeGetInfo(context.Context, *csi.NodeGetInfoRequest) (*csi.NodeGetInfoResponse, error) {
	answer := &csi.NodeGetInfoResponse{NodeId: d.node}
	if d.zone != "" {
		answer.AccessibleTopology = &csi.Topology{Segments: map[string]string{d.zoneKey(): d.zone}}
	}
	return answer, nil
}

func (d *driver) NodeGetCapabilities(
	context.Context, *csi.NodeGetCapabilitiesRequest,
) (*csi.NodeGetCapabilitiesResponse, error) {
	return &csi.NodeGetCapabilitiesResponse{Capabilities: []*csi.NodeServiceCapability{{
		Type: &csi.NodeServiceCapability_Rpc{Rpc: &csi.NodeServiceCapability_RPC{
			Type: csi.NodeServiceCapability_RPC_STAGE_UNSTAGE_VOLUME,
		}},
	}}}, nil
}

func (d *driver) NodeStageVolume(_ context.Context, req *csi.NodeStageVolumeRequest) (*csi.NodeStageVolumeResponse, error) {
	return &csi.NodeStageVolumeResponse{}, d.store.locked("stage", &req.VolumeId, &req.StagingTargetPath, func() error {
		disk, err := d.store.get(req.VolumeId)
		if err != nil {
			return err
		}
		if !slices.Contains(disk.Attached, d.node) {
			return status.Errorf(codes.FailedPrecondition, "%s is not attached to %s", disk.ID, d.node)
		}
		return bind(d.store.data(disk.ID), req.StagingTargetPath, false)
	})
}

func (d *driver) NodeUnstageVolume(_ context.Context, req *csi.NodeUnstageVolumeRequest) (*csi.NodeUnstageVolumeResponse, error) {
	return &csi.NodeUnstageVolumeResponse{}, d.store.locked("unstage", &req.VolumeId, &req.StagingTargetPath, func() error {
		return unbind(req.StagingTargetPath) // the folder itself is the kubelet's
	})
}

func (d *driver) NodePublishVolume(_ context.Context, req *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
	return &csi.NodePublishVolumeResponse{}, d.store.locked("publish", &req.VolumeId, &req.TargetPath, func() error {
		if !same(d.store.data(req.VolumeId), req.StagingTargetPath) {
			return status.Errorf(codes.FailedPrecondition, "%s is not staged", req.VolumeId)
		}
		return bind(req.StagingTargetPath, req.TargetPath, req.Readonly)
	})
}

func (d *driver) NodeUnpublishVolume(
	_ context.Context, req *csi.NodeUnpublishVolumeRequest,
) (*csi.NodeUnpublishVolumeResponse, error) {
	return &csi.NodeUnpublishVolumeResponse{}, d.store.locked("unpublish", &req.VolumeId, &req.TargetPath, func() error {
		if err := unbind(req.TargetPath); err != nil {
			return err
		}
		if err := os.Remove(req.TargetPath); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		return nil
	})
}

// bind does nothing where the folder is mounted already.
func bind(from, to string, readOnly bool) error {
	if err := os.MkdirAll(to, 0o750); err != nil {
		return err
	}
	if same(from, to) {
		return nil
	}
	if err := unix.Mount(from, to, "", unix.MS_BIND, ""); err != nil {
		return err
	}
	if readOnly {
		return unix.Mount("", to, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY, "")
	}
	return nil
}

// unbind unmounts whatever is mounted there, and does nothing where nothing is.
func unbind(path string) error {
	for {
		if err := unix.Unmount(path, unix.UMOUNT_NOFOLLOW); err != nil {
			if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOENT) {
				return nil
			}
			return err
		}
	}
}

// same tells whether both paths lead to one folder, as they do after a bind mount.
func same(one, other string) bool {
	a, errA := os.Stat(one)
	b, errB := os.Stat(other)
	return errA == nil && errB == nil && os.SameFile(a, b)
}
