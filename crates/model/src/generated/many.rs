// Printed by `cargo xtask codegen` from crates/model/classes/*.toml and model.toml. Do not edit.

use crate::generated::rows::*;
use crate::row::Many;

/// `session.tasks`: the rows whose `session` is this one.
pub const SESSION_TASKS: Many<Session, Task> = Many::new(8);
/// `task.subtasks`: the rows whose `subtask_of` is this one.
pub const TASK_SUBTASKS: Many<Task, Task> = Many::new(19);
/// `pool.metadata_VDIs`: the rows whose `metadata_of_pool` is this one.
pub const POOL_METADATA_VDIS: Many<Pool, Vdi> = Many::new(28);
/// `pool_patch.host_patches`: the rows whose `pool_patch` is this one.
pub const POOL_PATCH_HOST_PATCHES: Many<PoolPatch, HostPatch> = Many::new(9);
/// `VM.consoles`: the rows whose `VM` is this one.
pub const VM_CONSOLES: Many<Vm, Console> = Many::new(3);
/// `VM.VIFs`: the rows whose `VM` is this one.
pub const VM_VIFS: Many<Vm, Vif> = Many::new(5);
/// `VM.VBDs`: the rows whose `VM` is this one.
pub const VM_VBDS: Many<Vm, Vbd> = Many::new(3);
/// `VM.VUSBs`: the rows whose `VM` is this one.
pub const VM_VUSBS: Many<Vm, Vusb> = Many::new(3);
/// `VM.crash_dumps`: the rows whose `VM` is this one.
pub const VM_CRASH_DUMPS: Many<Vm, Crashdump> = Many::new(1);
/// `VM.VTPMs`: the rows whose `VM` is this one.
pub const VM_VTPMS: Many<Vm, Vtpm> = Many::new(3);
/// `VM.snapshots`: the rows whose `snapshot_of` is this one.
pub const VM_SNAPSHOTS: Many<Vm, Vm> = Many::new(56);
/// `VM.children`: the rows whose `parent` is this one.
pub const VM_CHILDREN: Many<Vm, Vm> = Many::new(65);
/// `VM.VGPUs`: the rows whose `VM` is this one.
pub const VM_VGPUS: Many<Vm, Vgpu> = Many::new(1);
/// `VMPP.VMs`: the rows whose `protection_policy` is this one.
pub const VMPP_VMS: Many<Vmpp, Vm> = Many::new(68);
/// `VMSS.VMs`: the rows whose `snapshot_schedule` is this one.
pub const VMSS_VMS: Many<Vmss, Vm> = Many::new(70);
/// `VM_appliance.VMs`: the rows whose `appliance` is this one.
pub const VM_APPLIANCE_VMS: Many<VmAppliance, Vm> = Many::new(72);
/// `DR_task.introduced_SRs`: the rows whose `introduced_by` is this one.
pub const DR_TASK_INTRODUCED_SRS: Many<DrTask, Sr> = Many::new(19);
/// `host.resident_VMs`: the rows whose `resident_on` is this one.
pub const HOST_RESIDENT_VMS: Many<Host, Vm> = Many::new(10);
/// `host.PIFs`: the rows whose `host` is this one.
pub const HOST_PIFS: Many<Host, Pif> = Many::new(3);
/// `host.crashdumps`: the rows whose `host` is this one.
pub const HOST_CRASHDUMPS: Many<Host, HostCrashdump> = Many::new(1);
/// `host.patches`: the rows whose `host` is this one.
pub const HOST_PATCHES: Many<Host, HostPatch> = Many::new(4);
/// `host.PBDs`: the rows whose `host` is this one.
pub const HOST_PBDS: Many<Host, Pbd> = Many::new(1);
/// `host.host_CPUs`: the rows whose `host` is this one.
pub const HOST_HOST_CPUS: Many<Host, HostCpu> = Many::new(1);
/// `host.PCIs`: the rows whose `host` is this one.
pub const HOST_PCIS: Many<Host, Pci> = Many::new(7);
/// `host.PGPUs`: the rows whose `host` is this one.
pub const HOST_PGPUS: Many<Host, Pgpu> = Many::new(3);
/// `host.PUSBs`: the rows whose `host` is this one.
pub const HOST_PUSBS: Many<Host, Pusb> = Many::new(2);
/// `host.features`: the rows whose `host` is this one.
pub const HOST_FEATURES: Many<Host, Feature> = Many::new(6);
/// `host.certificates`: the rows whose `host` is this one.
pub const HOST_CERTIFICATES: Many<Host, Certificate> = Many::new(3);
/// `network.VIFs`: the rows whose `network` is this one.
pub const NETWORK_VIFS: Many<Network, Vif> = Many::new(4);
/// `network.PIFs`: the rows whose `network` is this one.
pub const NETWORK_PIFS: Many<Network, Pif> = Many::new(2);
/// `PIF.bond_master_of`: the rows whose `master` is this one.
pub const PIF_BOND_MASTER_OF: Many<Pif, Bond> = Many::new(1);
/// `PIF.VLAN_slave_of`: the rows whose `tagged_PIF` is this one.
pub const PIF_VLAN_SLAVE_OF: Many<Pif, Vlan> = Many::new(1);
/// `PIF.tunnel_access_PIF_of`: the rows whose `access_PIF` is this one.
pub const PIF_TUNNEL_ACCESS_PIF_OF: Many<Pif, Tunnel> = Many::new(1);
/// `PIF.tunnel_transport_PIF_of`: the rows whose `transport_PIF` is this one.
pub const PIF_TUNNEL_TRANSPORT_PIF_OF: Many<Pif, Tunnel> = Many::new(2);
/// `PIF.sriov_physical_PIF_of`: the rows whose `physical_PIF` is this one.
pub const PIF_SRIOV_PHYSICAL_PIF_OF: Many<Pif, NetworkSriov> = Many::new(1);
/// `PIF.sriov_logical_PIF_of`: the rows whose `logical_PIF` is this one.
pub const PIF_SRIOV_LOGICAL_PIF_OF: Many<Pif, NetworkSriov> = Many::new(2);
/// `Bond.slaves`: the rows whose `bond_slave_of` is this one.
pub const BOND_SLAVES: Many<Bond, Pif> = Many::new(16);
/// `SR.VDIs`: the rows whose `SR` is this one.
pub const SR_VDIS: Many<Sr, Vdi> = Many::new(5);
/// `SR.PBDs`: the rows whose `SR` is this one.
pub const SR_PBDS: Many<Sr, Pbd> = Many::new(2);
/// `VDI.VBDs`: the rows whose `VDI` is this one.
pub const VDI_VBDS: Many<Vdi, Vbd> = Many::new(4);
/// `VDI.crash_dumps`: the rows whose `VDI` is this one.
pub const VDI_CRASH_DUMPS: Many<Vdi, Crashdump> = Many::new(2);
/// `VDI.snapshots`: the rows whose `snapshot_of` is this one.
pub const VDI_SNAPSHOTS: Many<Vdi, Vdi> = Many::new(22);
/// `PCI.virtual_functions`: the rows whose `physical_function` is this one.
pub const PCI_VIRTUAL_FUNCTIONS: Many<Pci, Pci> = Many::new(11);
/// `PGPU.resident_VGPUs`: the rows whose `resident_on` is this one.
pub const PGPU_RESIDENT_VGPUS: Many<Pgpu, Vgpu> = Many::new(7);
/// `GPU_group.PGPUs`: the rows whose `GPU_group` is this one.
pub const GPU_GROUP_PGPUS: Many<GpuGroup, Pgpu> = Many::new(2);
/// `GPU_group.VGPUs`: the rows whose `GPU_group` is this one.
pub const GPU_GROUP_VGPUS: Many<GpuGroup, Vgpu> = Many::new(2);
/// `VGPU_type.VGPUs`: the rows whose `type` is this one.
pub const VGPU_TYPE_VGPUS: Many<VgpuType, Vgpu> = Many::new(6);
/// `PVS_site.cache_storage`: the rows whose `site` is this one.
pub const PVS_SITE_CACHE_STORAGE: Many<PvsSite, PvsCacheStorage> = Many::new(3);
/// `PVS_site.servers`: the rows whose `site` is this one.
pub const PVS_SITE_SERVERS: Many<PvsSite, PvsServer> = Many::new(4);
/// `PVS_site.proxies`: the rows whose `site` is this one.
pub const PVS_SITE_PROXIES: Many<PvsSite, PvsProxy> = Many::new(1);
/// `USB_group.PUSBs`: the rows whose `USB_group` is this one.
pub const USB_GROUP_PUSBS: Many<UsbGroup, Pusb> = Many::new(1);
/// `USB_group.VUSBs`: the rows whose `USB_group` is this one.
pub const USB_GROUP_VUSBS: Many<UsbGroup, Vusb> = Many::new(4);
/// `Cluster.cluster_hosts`: the rows whose `cluster` is this one.
pub const CLUSTER_CLUSTER_HOSTS: Many<Cluster, ClusterHost> = Many::new(1);
/// `Host_driver.variants`: the rows whose `driver` is this one.
pub const HOST_DRIVER_VARIANTS: Many<HostDriver, DriverVariant> = Many::new(2);
/// `Rate_limit.callers`: the rows whose `rate_limit` is this one.
pub const RATE_LIMIT_CALLERS: Many<RateLimit, Caller> = Many::new(7);
