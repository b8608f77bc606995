//! What pool a swarm lives in.

use super::Swarm;
use std::fmt::Write;

impl Swarm<'_> {
    /// Three to five hosts, eight to twenty machines on two storages.
    pub(super) fn scenario(&self) -> String {
        let hosts = 3 + self.below(3);
        let mut text = String::new();
        for host in 1..=hosts {
            let _ = write!(text, "host h{host} {}GiB; ", 12 + self.below(3) * 4);
        }
        text +=
            "sr nfs 400GiB; sr iscsi lvmoiscsi 300GiB; sr isos iso; vdi debian.iso on isos; network lan; ";
        text += "network dmz private; network san; network back private; network spare private";
        if self.chance(50) {
            text += "; gpu grid on h2 count 2; usb stick on h1 passthrough; usb other on h3";
        }
        for vm in 0..8 + self.below(13) {
            let state = ["halted", "halted", "running", "running", "running", "paused"];
            let state = self.pick(&state).expect("a state");
            let sr = if self.chance(50) { "nfs" } else { "iscsi" };
            let memory = 512 << self.below(3);
            // Some can be squeezed.
            let least = if self.chance(40) { format!("{}MiB..", memory / 2) } else { String::new() };
            let _ = write!(text, "; vm vm{vm} {least}{memory}MiB {state} vcpus 2");
            let _ = write!(text, " disk {sr} {}GiB", 1 + self.below(6));
            text += if self.chance(30) { " disk nfs 2GiB" } else { "" };
            text += if self.chance(50) { " cd" } else { "" };
            text += if self.chance(70) { " nic lan" } else { " nic dmz" };
        }
        text
    }
}
