#!/bin/sh
# One real node, containerd and a kubelet:
#   node.sh FOLDER NAME SUBNET PORT KUBECONFIG CONTAINERD_FOLDER KUBELET [PROGRAM_OF_PODS...]
# It is process 1 of a process namespace and has a mount namespace of its own (see RealNode). So its death ends every process of every
# pod, no mount outlives it, and what one node mounts is not in use on another.
set -eu
folder=$1 name=$2 subnet=$3 port=$4 kubeconfig=$5 programs=$6 kubelet=$7
shift 7
image=example.com/busybox:1

# Paths that containerd, the CNI plugins and the kubelet write to whatever their settings say.
for path in /run /var/log /var/lib/cni /var/lib/kubelet; do
  mkdir -p "$path"
  mount -t tmpfs none "$path"
done
export PATH="$programs:/usr/sbin:/usr/bin:/sbin:/bin"
mkdir -p "$folder/cni" "$folder/podlogs" "$folder/volumeplugins" "$folder/image"

cat >"$folder/containerd.toml" <<END
version = 3
root = '$folder/root'
state = '$folder/state'
disabled_plugins = ['io.containerd.internal.v1.opt', 'io.containerd.nri.v1.nri']
[grpc]
address = '$folder/c.sock'
[ttrpc]
address = '$folder/t.sock'
# Copies layers: the folder may be on a file system on which overlayfs cannot be.
[plugins.'io.containerd.cri.v1.images']
snapshotter = 'native'
[plugins.'io.containerd.cri.v1.images'.pinned_images]
sandbox = '$image'
[plugins.'io.containerd.cri.v1.runtime']
# Where root lacks CAP_SYS_RESOURCE no container starts otherwise.
restrict_oom_score_adj = true
[plugins.'io.containerd.cri.v1.runtime'.cni]
bin_dirs = ['/usr/lib/cni']
conf_dir = '$folder/cni'
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
runtime_type = 'io.containerd.runc.v2'
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
BinaryName = '$(command -v runc)'
SystemdCgroup = false
END

# The route leads to the pods of the other cluster's node, and nowhere else.
cat >"$folder/cni/10-ptp.conflist" <<END
{"cniVersion": "1.0.0", "name": "ptp", "plugins": [{"type": "ptp", "ipMasq": false,
  "ipam": {"type": "host-local", "dataDir": "$folder/ipam", "ranges": [[{"subnet": "$subnet"}]],
    "routes": [{"dst": "${subnet%.*.*}.0.0/16"}]}}]}
END

cgroup_v1=false
[ -e /sys/fs/cgroup/cgroup.controllers ] || cgroup_v1=true
cat >"$folder/kubelet.yaml" <<END
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
$([ $cgroup_v1 = false ] || echo "failCgroupV1: false")
cgroupDriver: cgroupfs
cgroupRoot: /
cgroupsPerQOS: false
enforceNodeAllocatable: []
failSwapOn: false
localStorageCapacityIsolation: false
makeIPTablesUtilChains: false
address: 127.0.0.1
port: $port
healthzPort: 0
resolvConf: ""
podLogsDir: $folder/podlogs
volumePluginDir: $folder/volumeplugins
containerRuntimeEndpoint: unix://$folder/c.sock
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: 1Mi, nodefs.available: "0%", nodefs.inodesFree: "0%", imagefs.available: "0%"}
authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
authorization: {mode: AlwaysAllow}
END

# An image of busybox and the other programs given, all static. containerd takes it as a tar file; no registry is asked.
make_image() {
  cd "$folder/image"
  mkdir -p r/bin r/etc r/tmp r/proc r/sys r/dev
  cp "$(command -v busybox)" r/bin/busybox
  for applet in $(r/bin/busybox --list); do [ "$applet" = busybox ] || ln -s busybox "r/bin/$applet"; done
  for program; do cp "$program" r/bin/; done
  tar -C r --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf layer.tar .
  layer=$(sha256sum <layer.tar | cut -d' ' -f1)
  mv layer.tar "$layer.tar"
  case $(uname -m) in aarch64) arch=arm64 ;; *) arch=amd64 ;; esac
  printf '{"architecture":"%s","os":"linux","config":{"Env":["PATH=/bin"],"Cmd":["sleep","infinity"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
    "$arch" "$layer" >c.json
  config=$(sha256sum <c.json | cut -d' ' -f1)
  mv c.json "$config.json"
  printf '[{"Config":"%s.json","RepoTags":["%s"],"Layers":["%s.tar"]}]' "$config" "$image" "$layer" >manifest.json
  tar -cf image.tar manifest.json "$config.json" "$layer.tar"
  cd "$folder"
}

containerd --config "$folder/containerd.toml" --log-level warn >"$folder/containerd.log" 2>&1 &
make_image "$@"
until ctr -a "$folder/c.sock" version >/dev/null 2>&1; do
  kill -0 $! || { cat "$folder/containerd.log"; exit 1; }
  sleep 0.1
done
ctr -a "$folder/c.sock" -n k8s.io image import --local --snapshotter native "$folder/image/image.tar"
"$kubelet" --config="$folder/kubelet.yaml" --kubeconfig="$kubeconfig" --hostname-override="$name" \
  --root-dir="$folder/kubelet" --cert-dir="$folder/pki" --v=1 &
echo started
# Process 1 has to outlive its children: a node whose kubelet dies goes on running its containers.
while :; do wait || :; sleep 1; done
