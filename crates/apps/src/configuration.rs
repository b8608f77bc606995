//! `--config FILE` and every file of the folder `FILE.d` beside it, by name; later ones win.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use toolstack::Settings;

pub fn read(path: &Path) -> Result<Settings> {
    let mut files = vec![path.to_path_buf()];
    files.extend(beside(path)?);
    let mut texts = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file)
            .with_context(|| format!("read the settings {}", file.display()))?;
        texts.push((file.display().to_string(), text));
    }
    let (settings, warnings) =
        Settings::read(texts.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    for warning in warnings {
        eprintln!("xenios: {warning}");
    }
    Ok(settings)
}

/// The files of `xapi.conf.d` for `xapi.conf`.
fn beside(path: &Path) -> Result<Vec<PathBuf>> {
    let mut folder = path.as_os_str().to_owned();
    folder.push(".d");
    let folder = PathBuf::from(folder);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(&folder).with_context(|| format!("look into {}", folder.display()))?;
    let mut files: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_file()).collect();
    files.sort();
    Ok(files)
}
