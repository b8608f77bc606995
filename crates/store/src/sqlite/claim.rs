//! `Claim`: one process at a time has the file.
//!
//! The claim is a lock on a small file beside it, which the kernel takes back when the process
//! ends, however it ends. The file itself is not touched before the claim is ours.

use crate::engine::EngineError;
use rustix::fs::{FlockOperation, flock};
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

pub struct Claim {
    /// The lock lasts as long as this is open.
    _file: File,
}

impl Claim {
    pub fn take(path: &Path) -> Result<Claim, EngineError> {
        let beside = beside(path);
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&beside)
            .map_err(|error| EngineError::Failed(format!("{}: {error}", beside.display())))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Claim { _file: file }),
            Err(rustix::io::Errno::WOULDBLOCK) => {
                Err(EngineError::Unusable(format!("{} is in use by another process", path.display())))
            }
            Err(error) => Err(EngineError::Failed(format!("{}: {error}", beside.display()))),
        }
    }
}

/// The same for every name that leads to the file.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.canonicalize().unwrap_or_else(|_| path.to_owned()).into_os_string();
    name.push(".lock");
    name.into()
}
