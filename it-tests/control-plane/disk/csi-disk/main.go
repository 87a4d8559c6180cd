// Command csi-disk is a CSI driver whose disks are folders. One process runs for each kubelet, and all of them share one folder of
// disks, as the nodes of several clusters share a storage system. See store.go for what is in the folder.
package main

import (
	"context"
	"flag"
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	registration "k8s.io/kubelet/pkg/apis/pluginregistration/v1"
)

type driver struct {
	csi.UnimplementedIdentityServer
	csi.UnimplementedControllerServer
	csi.UnimplementedNodeServer
	registration.UnimplementedRegistrationServer

	name     string // of the driver
	endpoint string // the socket that kubelet and sidecars call
	cluster  string // only for the log of calls
	node     string // as the driver calls it; never the name of the Node
	zone     string // empty where disks can be attached to every node
	shared   bool   // whether a disk may be attached to two nodes at once, whatever its access mode says
	store    *store
}

func main() {
	d := &driver{}
	var disks, register string
	flag.StringVar(&d.name, "name", "disk.csi.example.com", "name of the driver")
	flag.StringVar(&d.endpoint, "endpoint", "", "socket to serve CSI on")
	flag.StringVar(&register, "registration", "", "socket in the kubelet's plugins_registry")
	flag.StringVar(&disks, "disks", "", "folder of disks, shared by all processes of the driver")
	flag.StringVar(&d.cluster, "cluster", "", "name of the cluster, for the log of calls")
	flag.StringVar(&d.node, "node-id", "", "the driver's own name of this node")
	flag.StringVar(&d.zone, "zone", "", "zone of this node; disks made here can be attached in it only")
	flag.BoolVar(&d.shared, "allow-attach-elsewhere", false, "attach a disk that is attached to another node")
	flag.Parse()
	store, err := openStore(disks, d.cluster, d.node)
	if err != nil {
		log.Fatal(err)
	}
	d.store = store

	server := grpc.NewServer(grpc.UnaryInterceptor(logged))
	csi.RegisterIdentityServer(server, d)
	csi.RegisterControllerServer(server, d)
	csi.RegisterNodeServer(server, d)
	registrar := grpc.NewServer()
	registration.RegisterRegistrationServer(registrar, d)
	go serve(server, d.endpoint)
	// The kubelet calls as soon as it sees this socket.
	go serve(registrar, register)

	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	<-stop
	registrar.Stop()
	server.GracefulStop()
}

func serve(server *grpc.Server, path string) {
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		log.Fatal(err)
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		log.Fatal(err)
	}
	if err := server.Serve(listener); err != nil {
		log.Fatal(err)
	}
}

func logged(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	answer, err := handler(ctx, req)
	if err != nil {
		log.Printf("%s %v: %v", info.FullMethod, req, err)
	}
	return answer, err
}

// GetInfo is what the kubelet asks on the socket in its plugins_registry.
func (d *driver) GetInfo(context.Context, *registration.InfoRequest) (*registration.PluginInfo, error) {
	return &registration.PluginInfo{
		Type: registration.CSIPlugin, Name: d.name, Endpoint: d.endpoint, SupportedVersions: []string{"1.0.0"},
	}, nil
}

func (d *driver) NotifyRegistrationStatus(
	_ context.Context, status *registration.RegistrationStatus,
) (*registration.RegistrationStatusResponse, error) {
	log.Printf("registered: %v %s", status.PluginRegistered, status.Error)
	return &registration.RegistrationStatusResponse{}, nil
}

func (d *driver) GetPluginInfo(context.Context, *csi.GetPluginInfoRequest) (*csi.GetPluginInfoResponse, error) {
	return &csi.GetPluginInfoResponse{Name: d.name, VendorVersion: "1"}, nil
}

func (d *driver) GetPluginCapabilities(
	context.Context, *csi.GetPluginCapabilitiesRequest,
) (*csi.GetPluginCapabilitiesResponse, error) {
	services := []csi.PluginCapability_Service_Type{csi.PluginCapability_Service_CONTROLLER_SERVICE}
	if d.zone != "" {
		services = append(services, csi.PluginCapability_Service_VOLUME_ACCESSIBILITY_CONSTRAINTS)
	}
	answer := &csi.GetPluginCapabilitiesResponse{}
	for _, service := range services {
		answer.Capabilities = append(answer.Capabilities, &csi.PluginCapability{
			Type: &csi.PluginCapability_Service_{Service: &csi.PluginCapability_Service{Type: service}},
		})
	}
	return answer, nil
}

func (d *driver) Probe(context.Context, *csi.ProbeRequest) (*csi.ProbeResponse, error) {
	return &csi.ProbeResponse{}, nil
}
