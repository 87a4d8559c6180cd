package main

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"
)

const smallest = 1 << 20

func (d *driver) ControllerGetCapabilities(
	context.Context, *csi.ControllerGetCapabilitiesRequest,
) (*csi.ControllerGetCapabilitiesResponse, error) {
	answer := &csi.ControllerGetCapabilitiesResponse{}
	for _, kind := range []csi.ControllerServiceCapability_RPC_Type{
		csi.ControllerServiceCapability_RPC_CREATE_DELETE_VOLUME,
		csi.ControllerServiceCapability_RPC_PUBLISH_UNPUBLISH_VOLUME,
		csi.ControllerServiceCapability_RPC_CREATE_DELETE_SNAPSHOT,
		// Without it csi-snapshotter takes any handle that it is given for a snapshot that is there.
		csi.ControllerServiceCapability_RPC_LIST_SNAPSHOTS,
	} {
		answer.Capabilities = append(answer.Capabilities, &csi.ControllerServiceCapability{
			Type: &csi.ControllerServiceCapability_Rpc{Rpc: &csi.ControllerServiceCapability_RPC{Type: kind}},
		})
	}
	return answer, nil
}

func (d *driver) zoneKey() string { return "topology." + d.name + "/zone" }

func (d *driver) CreateVolume(_ context.Context, req *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
	disk := &meta{ID: newID("disk-"), Name: req.Name, Bytes: max(smallest, req.GetCapacityRange().GetRequiredBytes()), Zone: d.zone}
	from := ""
	err := d.store.locked("create", &disk.ID, &from, func() error {
		if slices.ContainsFunc(req.VolumeCapabilities, isBlock) {
			return status.Error(codes.InvalidArgument, "folders are no block devices")
		}
		found, err := d.store.named("disk-", req.Name)
		if err != nil {
			return err
		}
		if found != nil {
			disk = found
			return nil
		}
		if source := req.GetVolumeContentSource().GetSnapshot(); source != nil {
			snapshot, err := d.store.get(source.SnapshotId)
			if err != nil {
				return err
			}
			from, disk.Bytes = snapshot.ID, max(disk.Bytes, snapshot.Bytes)
		} else if req.VolumeContentSource != nil {
			return status.Error(codes.InvalidArgument, "disks are copied from snapshots only")
		}
		return d.store.create(disk, from)
	})
	if err != nil {
		return nil, err
	}
	volume := &csi.Volume{
		VolumeId: disk.ID, CapacityBytes: disk.Bytes, ContentSource: req.VolumeContentSource,
		VolumeContext: map[string]string{"made-by": d.node},
	}
	if disk.Zone != "" {
		volume.AccessibleTopology = []*csi.Topology{{Segments: map[string]string{d.zoneKey(): disk.Zone}}}
	}
	return &csi.CreateVolumeResponse{Volume: volume}, nil
}

func isBlock(capability *csi.VolumeCapability) bool { return capability.GetBlock() != nil }

func (d *driver) DeleteVolume(_ context.Context, req *csi.DeleteVolumeRequest) (*csi.DeleteVolumeResponse, error) {
	return &csi.DeleteVolumeResponse{}, d.store.locked("delete", &req.VolumeId, new(string), func() error {
		disk, err := d.store.get(req.VolumeId)
		if status.Code(err) == codes.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if len(disk.Attached) > 0 {
			return status.Errorf(codes.FailedPrecondition, "%s is attached to %s", disk.ID, strings.Join(disk.Attached, ", "))
		}
		return d.store.remove(disk.ID)
	})
}

func (d *driver) ControllerPublishVolume(
	_ context.Context, req *csi.ControllerPublishVolumeRequest,
) (*csi.ControllerPublishVolumeResponse, error) {
	return &csi.ControllerPublishVolumeResponse{}, d.store.locked("attach", &req.VolumeId, &req.NodeId, func() error {
		disk, err := d.store.get(req.VolumeId)
		if err != nil {
			return err
		}
		if slices.Contains(disk.Attached, req.NodeId) {
			return nil
		}
		if len(disk.Attached) > 0 && !d.shared && !isForMany(req.VolumeCapability) {
			return status.Errorf(codes.FailedPrecondition, "%s is attached to %s", disk.ID, strings.Join(disk.Attached, ", "))
		}
		disk.Attached = append(disk.Attached, req.NodeId)
		return d.store.put(disk)
	})
}

func isForMany(capability *csi.VolumeCapability) bool {
	return strings.HasPrefix(capability.GetAccessMode().GetMode().String(), "MULTI_NODE_")
}

func (d *driver) ControllerUnpublishVolume(
	_ context.Context, req *csi.ControllerUnpublishVolumeRequest,
) (*csi.ControllerUnpublishVolumeResponse, error) {
	return &csi.ControllerUnpublishVolumeResponse{}, d.store.locked("detach", &req.VolumeId, &req.NodeId, func() error {
		disk, err := d.store.get(req.VolumeId)
		if status.Code(err) == codes.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		disk.Attached = slices.DeleteFunc(disk.Attached, func(node string) bool { return node == req.NodeId })
		return d.store.put(disk)
	})
}

func (d *driver) ValidateVolumeCapabilities(
	_ context.Context, req *csi.ValidateVolumeCapabilitiesRequest,
) (*csi.ValidateVolumeCapabilitiesResponse, error) {
	if _, err := d.store.get(req.VolumeId); err != nil {
		return nil, err
	}
	return &csi.ValidateVolumeCapabilitiesResponse{
		Confirmed: &csi.ValidateVolumeCapabilitiesResponse_Confirmed{VolumeCapabilities: req.VolumeCapabilities},
	}, nil
}

func (d *driver) CreateSnapshot(_ context.Context, req *csi.CreateSnapshotRequest) (*csi.CreateSnapshotResponse, error) {
	snapshot := &meta{ID: newID("snap-"), Name: req.Name, Source: req.SourceVolumeId}
	err := d.store.locked("snapshot", &snapshot.ID, &req.SourceVolumeId, func() error {
		found, err := d.store.named("snap-", req.Name)
		if err != nil {
			return err
		}
		if found != nil {
			snapshot = found
			return nil
		}
		disk, err := d.store.get(req.SourceVolumeId)
		if err != nil {
			return err
		}
		snapshot.Bytes = disk.Bytes
		return d.store.create(snapshot, disk.ID)
	})
	return &csi.CreateSnapshotResponse{Snapshot: told(snapshot)}, err
}

func told(snapshot *meta) *csi.Snapshot {
	return &csi.Snapshot{
		SnapshotId: snapshot.ID, SourceVolumeId: snapshot.Source, SizeBytes: snapshot.Bytes,
		CreationTime: timestamppb.New(snapshot.Created), ReadyToUse: true,
	}
}

func (d *driver) DeleteSnapshot(_ context.Context, req *csi.DeleteSnapshotRequest) (*csi.DeleteSnapshotResponse, error) {
	return &csi.DeleteSnapshotResponse{}, d.store.locked("delete-snapshot", &req.SnapshotId, new(string), func() error {
		if _, err := d.store.get(req.SnapshotId); status.Code(err) == codes.NotFound {
			return nil
		}
		return d.store.remove(filepath.Base(req.SnapshotId))
	})
}

func (d *driver) ListSnapshots(_ context.Context, req *csi.ListSnapshotsRequest) (*csi.ListSnapshotsResponse, error) {
	all, err := d.store.all("snap-")
	if err != nil {
		return nil, err
	}
	answer := &csi.ListSnapshotsResponse{}
	for _, snapshot := range all {
		if (req.SnapshotId == "" || req.SnapshotId == snapshot.ID) &&
			(req.SourceVolumeId == "" || req.SourceVolumeId == snapshot.Source) {
			answer.Entries = append(answer.Entries, &csi.ListSnapshotsResponse_Entry{Snapshot: told(snapshot)})
		}
	}
	return answer, nil
}
