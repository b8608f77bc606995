//! What is so of a host itself becomes rows.

use super::{Learner, become_stopped, find};
use crate::localdb;
use machine::{Fact, HostFact, HostSetting, StopReason};
use model::{
    ApiEnum, Host, HostDisplay, HostNtpMode, HostNumaAffinityPolicy, Pbd, Pif, Ref, Set, Text, Uuid, Vm,
    VmPowerState, many,
};
use std::collections::BTreeSet;
use store::{Snapshot, Transaction};

pub fn learn(tx: &mut Transaction, fact: &HostFact, learner: &Learner) {
    let Some(id) = find::<Host>(tx, fact.host()) else { return };
    match fact {
        HostFact::Up { since_seconds, storage, .. } => is_up(tx, id, *since_seconds, storage, learner),
        HostFact::Down { .. } => {
            went_down(tx, id, learner);
            set_live(tx, id, false, learner);
        }
        HostFact::Unheard { .. } => set_live(tx, id, false, learner),
        HostFact::SettingIs { host, setting, value } => setting_is(tx, id, *host, *setting, value, learner),
        // Told to who asked.
        HostFact::Log { .. } => {}
        HostFact::DiskHeld { host, vdi, reason } => {
            let key = format!("{}{vdi}", localdb::STATIC_VDI);
            localdb::put(tx, fresh(learner), *host, &key, reason);
        }
        HostFact::DiskReleased { host, vdi } => {
            localdb::clear(tx, *host, &format!("{}{vdi}", localdb::STATIC_VDI));
        }
    }
}

fn fresh(learner: &Learner) -> (Uuid, Uuid) {
    (learner.chance.uuid(), learner.chance.uuid())
}

/// When the boot began that rows know of; `None` if they know of none.
pub fn boot_time(host: &Host) -> Option<i64> {
    host.other_config.get("boot_time").and_then(|text| text.trim_end_matches('.').parse().ok())
}

fn is_up(tx: &mut Transaction, id: Ref<Host>, since_seconds: i64, storage: &[Uuid], learner: &Learner) {
    let Some(row) = tx.get(id) else { return };
    let (uuid, known) = (row.uuid, boot_time(row));
    let stays = known == Some(since_seconds);
    if !stays {
        tx.update(id, |row| {
            row.other_config.insert(Text::new_static("boot_time"), Text::new(format!("{since_seconds}.")));
        });
    }
    let dead = tx.get(id).and_then(|row| tx.get(row.metrics)).is_some_and(|metrics| !metrics.live);
    if dead || !stays {
        set_live(tx, id, true, learner);
    }
    // Of rows that never knew when it booted nobody can say that it did since.
    if stays || known.is_none() {
        return;
    }
    went_down(tx, id, learner);
    came_up(tx, id, uuid, storage, learner);
}

fn set_live(tx: &mut Transaction, id: Ref<Host>, live: bool, learner: &Learner) {
    let Some(metrics) = tx.get(id).map(|row| row.metrics) else { return };
    tx.update(metrics, |metrics| {
        metrics.live = live;
        metrics.last_updated = learner.now;
    });
}

/// Nothing runs on a host that went down, and nothing is plugged.
fn went_down(tx: &mut Transaction, id: Ref<Host>, learner: &Learner) {
    let there = tx.many_rows(many::HOST_RESIDENT_VMS, id);
    // What an operation works on is left to it: it will find out.
    let idle = |vm: &Vm| !vm.is_control_domain && vm.current_operations.is_empty();
    let gone: Vec<Uuid> = there.filter(|(_, vm)| idle(vm)).map(|(_, vm)| vm.uuid).collect();
    for vm in gone {
        super::learn(tx, id, &Fact::DomainGone { vm, reason: StopReason::Halted }, learner);
    }
    unplug(tx, id);
}

pub fn unplug(tx: &mut Transaction, id: Ref<Host>) {
    for pbd in tx.many(many::HOST_PBDS, id).collect::<Vec<Ref<Pbd>>>() {
        tx.update(pbd, |row| row.currently_attached = false);
    }
    for pif in tx.many(many::HOST_PIFS, id).collect::<Vec<Ref<Pif>>>() {
        tx.update(pif, |row| row.currently_attached = false);
    }
}

/// Whatever an operator believes of the machines of a dead host.
pub fn halt_residents(tx: &mut Transaction, id: Ref<Host>) {
    let there = tx.many_rows(many::HOST_RESIDENT_VMS, id).filter(|(_, vm)| !vm.is_control_domain);
    for vm in there.map(|(vm, _)| vm).collect::<Vec<_>>() {
        become_stopped(tx, vm, VmPowerState::Halted);
        tx.update(vm, |row| row.current_operations = model::Map::EMPTY);
    }
}

/// A host that booted has its storage again, and takes machines if nobody said that it should not.
/// Its interfaces are told one by one.
fn came_up(tx: &mut Transaction, id: Ref<Host>, uuid: Uuid, storage: &[Uuid], learner: &Learner) {
    let storage: BTreeSet<&Uuid> = storage.iter().collect();
    for (pbd, sr) in tx.many_rows(many::HOST_PBDS, id).map(|(pbd, row)| (pbd, row.SR)).collect::<Vec<_>>() {
        let sees = tx.get(sr).is_some_and(|sr| storage.contains(&sr.uuid));
        tx.update(pbd, |row| row.currently_attached = sees);
    }
    for key in [localdb::DISABLED_UNTIL_REBOOT, localdb::REBOOTING] {
        localdb::clear(tx, uuid, key);
    }
    let enabled = !localdb::says(tx, uuid, localdb::AUTO_ENABLE, "false");
    let now = Text::new(format!("{}.", learner.now.seconds()));
    tx.update(id, |row| {
        row.enabled = enabled;
        row.other_config.insert(Text::new_static("agent_start_time"), now);
        row.display = match row.display {
            HostDisplay::DisableOnReboot => HostDisplay::Disabled,
            HostDisplay::EnableOnReboot => HostDisplay::Enabled,
            settled => settled,
        };
    });
    crate::operations::pci::after_boot(tx, learner.chance, id);
    crate::operations::driver::after_boot(tx, id);
    let control = tx.many_rows(many::HOST_RESIDENT_VMS, id).find(|(_, vm)| vm.is_control_domain);
    if let Some((control, metrics, memory)) =
        control.map(|(control, vm)| (control, vm.metrics, vm.memory_dynamic_max))
    {
        tx.update(control, |row| {
            row.requires_reboot = false;
            row.memory_target = memory;
        });
        tx.update(metrics, |row| {
            row.memory_actual = memory;
            row.start_time = learner.now;
        });
    }
}

fn setting_is(
    tx: &mut Transaction,
    id: Ref<Host>,
    uuid: Uuid,
    setting: HostSetting,
    value: &str,
    learner: &Learner,
) {
    let text = Text::new(value);
    match setting {
        HostSetting::Hostname => _ = tx.update(id, |row| row.hostname = text),
        HostSetting::MaxCstate => _ = tx.update(id, |row| row.max_cstate = text),
        HostSetting::Timezone => _ = tx.update(id, |row| row.timezone = text),
        HostSetting::NtpMode => {
            if let Some(mode) = HostNtpMode::parse(value) {
                tx.update(id, |row| row.ntp_mode = mode);
            }
        }
        HostSetting::NtpServers => {
            let servers: Set<Text> = value.split_whitespace().map(Text::new).collect();
            tx.update(id, |row| row.ntp_custom_servers = servers);
        }
        HostSetting::Ssh => _ = tx.update(id, |row| row.ssh_enabled = value == "true"),
        HostSetting::ConsoleIdleTimeout => {
            _ = tx.update(id, |row| row.console_idle_timeout = value.parse().unwrap_or(0));
        }
        HostSetting::IscsiIqn => {
            _ = tx.update(id, |row| {
                row.other_config.insert(Text::new_static("iscsi_iqn"), text.clone());
                row.iscsi_iqn = text;
            });
        }
        HostSetting::NumaAffinityPolicy => {
            if let Some(policy) = HostNumaAffinityPolicy::parse(value) {
                tx.update(id, |row| row.numa_affinity_policy = policy);
            }
        }
        HostSetting::SyslogDestination
        | HostSetting::SchedulingGranularity
        | HostSetting::ClockAhead
        | HostSetting::GuestAgentConfig => {
            let Some(key) = remembered(setting) else { return };
            if value.is_empty() {
                localdb::clear(tx, uuid, key);
            } else {
                localdb::put(tx, fresh(learner), uuid, key, value);
            }
        }
    }
}

/// Settings that no field of a host shows.
fn remembered(setting: HostSetting) -> Option<&'static str> {
    Some(match setting {
        HostSetting::SyslogDestination => localdb::SYSLOG,
        HostSetting::SchedulingGranularity => localdb::SCHED_GRAN,
        HostSetting::ClockAhead => localdb::CLOCK_AHEAD,
        HostSetting::GuestAgentConfig => localdb::GUEST_AGENT,
        _ => return None,
    })
}

/// What a setting is, as the rows say.
pub fn setting(pool: &Snapshot, host: &Host, setting: HostSetting) -> String {
    if let Some(key) = remembered(setting) {
        return localdb::get(pool, host.uuid, key).map(|text| text.to_string()).unwrap_or_default();
    }
    match setting {
        HostSetting::Hostname => host.hostname.to_string(),
        HostSetting::MaxCstate => host.max_cstate.to_string(),
        HostSetting::Timezone => host.timezone.to_string(),
        HostSetting::NtpMode => host.ntp_mode.name().to_string(),
        HostSetting::NtpServers => {
            host.ntp_custom_servers.iter().map(|server| server.as_str()).collect::<Vec<_>>().join(" ")
        }
        HostSetting::Ssh => host.ssh_enabled.to_string(),
        HostSetting::ConsoleIdleTimeout => host.console_idle_timeout.to_string(),
        HostSetting::IscsiIqn => host.iscsi_iqn.to_string(),
        HostSetting::NumaAffinityPolicy => host.numa_affinity_policy.name().to_string(),
        _ => String::new(),
    }
}

/// Every setting, for a machine that is told what it should remember.
pub const SETTINGS: [HostSetting; 13] = [
    HostSetting::Hostname,
    HostSetting::SyslogDestination,
    HostSetting::SchedulingGranularity,
    HostSetting::MaxCstate,
    HostSetting::Timezone,
    HostSetting::NtpMode,
    HostSetting::NtpServers,
    HostSetting::Ssh,
    HostSetting::ConsoleIdleTimeout,
    HostSetting::IscsiIqn,
    HostSetting::NumaAffinityPolicy,
    HostSetting::ClockAhead,
    HostSetting::GuestAgentConfig,
];
