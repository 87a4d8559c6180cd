package dev.migrator.execute;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.migrator.model.Manifest;
import dev.migrator.model.Yaml;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a node that has a disk is recognised, whatever the type of its volume. */
class NodeDiskNameTest {

  private static Manifest object(String kind, String part) {
    ObjectNode tree = (ObjectNode) Yaml.parse(part).orElseThrow();
    tree.put("apiVersion", "v1").put("kind", kind);
    tree.putObject("metadata").put("name", "a");
    return Manifest.of(tree);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "csi: {driver: ebs.csi.aws.com, volumeHandle: vol-1} |"
            + " kubernetes.io/csi/ebs.csi.aws.com^vol-1 | kubernetes.io/csi/ebs.csi.aws.com^vol-11",
        "awsElasticBlockStore: {volumeID: 'aws://us-east-1a/vol-1'} |"
            + " kubernetes.io/aws-ebs/aws://us-east-1a/vol-1 |"
            + " kubernetes.io/aws-ebs/aws://us-east-1a/vol-12",
        "awsElasticBlockStore: {volumeID: 'aws://us-east-1a/vol-1'} |"
            + " kubernetes.io/csi/ebs.csi.aws.com^vol-1 | kubernetes.io/csi/ebs.csi.aws.com^xvol-1",
        "gcePersistentDisk: {pdName: pd-1} | kubernetes.io/gce-pd/pd-1 |"
            + " kubernetes.io/gce-pd/a-pd-1",
        "gcePersistentDisk: {pdName: pd-1} |"
            + " kubernetes.io/csi/pd.csi.storage.gke.io^projects/p/zones/z/disks/pd-1 |"
            + " kubernetes.io/csi/pd.csi.storage.gke.io^projects/p/zones/z/disks/pd-2",
        "vsphereVolume: {volumePath: '[store] kubevols/a.vmdk'} |"
            + " kubernetes.io/vsphere-volume/[store] kubevols/a.vmdk |"
            + " kubernetes.io/vsphere-volume/[store] kubevols/b.vmdk",
        "iscsi: {targetPortal: '10.0.0.1:3260', iqn: 'iqn.2001-04.com.example:a', lun: 1} |"
            + " kubernetes.io/iscsi/10.0.0.1:3260:iqn.2001-04.com.example:a:1 |"
            + " kubernetes.io/iscsi/10.0.0.1:3260:iqn.2001-04.com.example:a:11",
        "fc: {targetWWNs: ['500a0982991b8dc5'], lun: 2} | kubernetes.io/fc/[500a0982991b8dc5]:2 |"
            + " kubernetes.io/fc/[500a0982991b8dc5]:22",
        "fc: {wwids: ['3600508b400105e21']} | kubernetes.io/fc/[3600508b400105e21] |"
            + " kubernetes.io/fc/[3600508b400105e22]",
        "rbd: {monitors: [m], image: a} | kubernetes.io/rbd/[m]:a | kubernetes.io/rbd/[m]:ba",
        "nfs: {server: s, path: /a} | '' | kubernetes.io/nfs/a",
      })
  void theDiskIsTheNodesOrNot(String source, String name, String other) {
    NodeDiskName disk = NodeDiskName.of(object("PersistentVolume", "spec: {" + source + "}"));
    assertThat(disk.isOn(object("Node", "status: {volumesInUse: ['" + other + "']}"))).isFalse();
    if (!name.isEmpty()) {
      assertThat(disk.isOn(object("Node", "status: {volumesInUse: ['" + name + "']}"))).isTrue();
      assertThat(disk.isOn(object("Node", "status: {volumesAttached: [{name: '" + name + "'}]}")))
          .isTrue();
    }
  }
}
