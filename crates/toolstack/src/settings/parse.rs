//! Reads the files.

use super::Settings;
use super::keys::{HONOURED, PASSED_OVER};
use std::fmt;

/// A line that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    pub file: String,
    /// From 1.
    pub line: usize,
    pub text: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.file, self.line, self.text)
    }
}

impl Settings {
    /// From files, each with its name, in the order in which they count: `xapi.conf`, then those of
    /// `xapi.conf.d` by name.
    pub fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Settings, Vec<Warning>) {
        let mut settings = Settings::default();
        let mut warnings = Vec::new();
        for (file, text) in files {
            for (number, line) in text.lines().enumerate() {
                if let Err(text) = settings.apply(line) {
                    warnings.push(Warning { file: file.to_string(), line: number + 1, text });
                }
            }
        }
        (settings, warnings)
    }

    fn apply(&mut self, line: &str) -> Result<(), String> {
        let line = line.split_once('#').map_or(line, |(before, _)| before).trim();
        if line.is_empty() {
            return Ok(());
        }
        let (key, value) = line.split_once('=').ok_or("expected key = value")?;
        let (key, value) = (key.trim(), value.trim());
        match HONOURED.iter().find(|(known, _)| *known == key) {
            Some((_, read)) => read(self, value).ok_or_else(|| format!("{value:?} is no value of {key}")),
            None if PASSED_OVER.contains(&key) || key.starts_with("winbind_") => Ok(()),
            None => Err(format!("unknown key {key:?}")),
        }
    }
}

/// Whatever the bytes are, reading them ends and gives settings.
pub fn fuzz(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let (settings, _) = Settings::read([("fuzz", text)]);
        assert!(settings.event_from_delay.0 <= std::time::Duration::from_secs(366 * 86_400));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn what_is_said_later_counts() {
        let main = "# comment\ninactive_session_timeout = 100\nevent_from_delay=0.1, 0.2 # fast\n";
        let (settings, warnings) =
            Settings::read([("xapi.conf", main), ("xapi.conf.d/a.conf", "inactive_session_timeout=7.5")]);
        assert_eq!(settings.inactive_session_timeout, Duration::from_millis(7500));
        assert_eq!(settings.event_from_delay, (Duration::from_millis(100), Duration::from_millis(200)));
        assert_eq!(warnings, []);
    }

    #[test]
    fn what_cannot_be_used_is_told_with_its_place() {
        let text =
            "no_such = 1\nweb-dir = /x\nwinbind_x = 1\nhsts_max_age = soon\nnonsense\nevent_next_delay = 1\n";
        let (settings, warnings) = Settings::read([("f", text)]);
        let lines: Vec<String> = warnings.iter().map(Warning::to_string).collect();
        assert_eq!(
            lines,
            [
                "f:1: unknown key \"no_such\"",
                "f:4: \"soon\" is no value of hsts_max_age",
                "f:5: expected key = value",
                "f:6: \"1\" is no value of event_next_delay",
            ]
        );
        assert_eq!(settings.hsts_max_age, -1);
    }

    #[test]
    fn numbers_that_are_none_are_refused() {
        for text in ["nan", "-1", "inf", "1e300", ""] {
            let line = format!("pending_task_timeout = {text}");
            assert_eq!(Settings::read([("f", line.as_str())]).1.len(), 1, "{text}");
        }
        fuzz(b"\xff");
        fuzz(b"a=b\n=\n#");
    }
}
