//! The storage drivers (`SR.type`): what each of them can do, needs, and says when something is wrong.
//!
//! `storage.toml` is the source. Rows of class `SM`, lists of allowed operations, the space that disks
//! take and the errors of drivers all follow from this one table.

use crate::generated::drivers::{DRIVERS, ERRORS};
use crate::{ApiError, Text};

#[derive(Debug)]
pub struct Driver {
    /// `SR.type`.
    pub name: &'static str,
    pub label: &'static str,
    pub description: &'static str,
    pub vendor: &'static str,
    pub copyright: &'static str,
    pub api: &'static str,
    pub file: &'static str,
    /// Names and meanings of what `device_config` may say.
    pub settings: &'static [(&'static str, &'static str)],
    pub backing: Backing,
    /// Several hosts may use one storage.
    pub shared: bool,
    /// A disk takes all of its size at once.
    pub thick: bool,
    /// The settings that say which backing it is.
    pub place: &'static [&'static str],
    /// The settings that must be given, in the order in which they are missed, and the errors' numbers.
    pub needs: &'static [(&'static str, u16)],
    /// Settings that are kept as secrets.
    pub secrets: &'static [&'static str],
    /// Capabilities and their versions, by name.
    pub features: &'static [(&'static str, i64)],
}

/// What lies below a storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Backing {
    /// A disk of a host.
    Device,
    /// A folder of a host.
    Directory,
    /// A file server.
    Share,
    /// A LUN behind an iSCSI target.
    Target,
    /// A LUN behind a host bus adapter.
    Lun,
    /// A folder of discs.
    Images,
    /// The drives of a host.
    Drives,
    Nothing,
}

impl Driver {
    /// By `SR.type`, which is in lower case.
    pub fn find(name: &str) -> Option<&'static Driver> {
        DRIVERS.iter().find(|driver| driver.name == name)
    }
    pub fn all() -> &'static [Driver] {
        DRIVERS
    }
    pub fn can(&self, feature: &str) -> bool {
        self.features.iter().any(|(name, _)| *name == feature)
    }
    /// Machines can have disks of their own here.
    pub fn holds_disks(&self) -> bool {
        !matches!(self.backing, Backing::Images | Backing::Drives)
    }
}

/// What a driver says, as a client sees it. `about`: what exactly is wrong; `answer`: what could be
/// chosen instead, in the driver's XML.
pub fn backend_error(number: u16, about: &str, answer: &str) -> ApiError {
    let words =
        ERRORS.iter().find(|(known, _)| *known == number).map_or("The driver failed.", |(_, words)| words);
    let words = if about.is_empty() { words.to_string() } else { format!("{words} [opterr={about}]") };
    let code = Text::new(format!("SR_BACKEND_FAILURE_{number}"));
    ApiError::from_parts(code, vec![Text::new_static(""), Text::new(words), Text::new(answer)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_words_and_every_place_is_a_setting() {
        for driver in Driver::all() {
            for (setting, number) in driver.needs {
                assert!(ERRORS.iter().any(|(known, _)| known == number), "{}: {setting}", driver.name);
            }
            let known = |name: &&str| driver.settings.iter().any(|(setting, _)| setting == name);
            assert!(driver.place.iter().all(known), "{}", driver.name);
            assert!(driver.features.is_sorted(), "{}", driver.name);
        }
    }
}
