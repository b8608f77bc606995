//! The data folder: everything that is kept, and the claim that it belongs to one process.

use anyhow::{Context, Result, bail};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Where data goes if nobody says so.
pub fn default_folder() -> PathBuf {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = set("XDG_DATA_HOME").or_else(|| set("HOME").map(|home| home.join(".local/share")));
    base.unwrap_or_else(|| PathBuf::from("/var/lib")).join("xenios")
}

/// Make the folder if it is not there, for its owner only.
pub fn prepare(folder: &Path) -> Result<()> {
    if folder.exists() && !folder.is_dir() {
        bail!("{} is not a folder", folder.display());
    }
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("make the data folder {}", folder.display()))?;
    let probe = folder.join(".writable");
    std::fs::write(&probe, b"").with_context(|| format!("write to the data folder {}", folder.display()))?;
    std::fs::remove_file(&probe).with_context(|| format!("write to the data folder {}", folder.display()))
}

/// Make the folder in which a file or socket will be, if it is not there.
pub fn make_folder_of(path: &Path) -> Result<()> {
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => {
            std::fs::create_dir_all(folder).with_context(|| format!("make the folder {}", folder.display()))
        }
        None => Ok(()),
    }
}

/// Write a file that only its owner may read: whole, or not at all.
pub fn write_secret(path: &Path, content: &[u8]) -> Result<()> {
    use std::io::Write;
    make_folder_of(path)?;
    let draft = path.with_extension("new");
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)
        .with_context(|| format!("write {}", draft.display()))?;
    file.write_all(content)
        .and_then(|()| file.sync_all())
        .with_context(|| format!("write {}", draft.display()))?;
    std::fs::rename(&draft, path).with_context(|| format!("write {}", path.display()))
}
