/** What a real CSI driver and the programs around it do with claims, volumes and disks. */
@NullMarked
package dev.migrator.it.disk;

import org.jspecify.annotations.NullMarked;
