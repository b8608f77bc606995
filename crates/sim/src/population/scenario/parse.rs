//! From text to statements: words and sizes are checked here, names in `build`.

use super::ScenarioError;
use crate::population::blueprint::{GIB, KIB, MIB, StorageKind, TIB};
use model::VmPowerState;

/// A word and the line on which it stands.
#[derive(Clone, Copy)]
pub struct Word<'a> {
    pub text: &'a str,
    pub line: usize,
}

impl Word<'_> {
    pub fn error(self, reason: impl Into<String>) -> ScenarioError {
        ScenarioError { line: self.line, word: self.text.into(), reason: reason.into() }
    }
}

/// A statement without its name.
pub enum Statement<'a> {
    Host { memory_bytes: i64 },
    Network { tag: Option<i64>, private: bool, hosts: Vec<Word<'a>> },
    Storage { kind: StorageKind, hosts: Vec<Word<'a>>, size_bytes: Option<i64> },
    Image { storage: Word<'a>, size_bytes: Option<i64> },
    Gpu { hosts: Vec<Word<'a>>, count: usize },
    Usb { host: Option<Word<'a>>, passthrough: bool },
    Machine(Machine<'a>),
}

#[derive(Default)]
pub struct Machine<'a> {
    pub memory_bytes: Option<i64>,
    pub least_memory_bytes: Option<i64>,
    pub state: VmPowerState,
    pub host: Option<Word<'a>>,
    pub vcpus: Option<i64>,
    pub disks: Vec<(Word<'a>, Option<i64>)>,
    /// `Some(None)` is an empty drive.
    pub drive: Option<Option<Word<'a>>>,
    pub cards: Vec<Word<'a>>,
    pub is_a_template: bool,
}

/// Every statement with its name.
pub fn statements(text: &str) -> Result<Vec<(Word<'_>, Statement<'_>)>, ScenarioError> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line_text = line.split('#').next().unwrap_or_default();
        for statement in line_text.split(';') {
            let mut words = Words::new(statement, number + 1);
            if let Some(verb) = words.next() {
                let name = words.expect("a name")?;
                found.push((name, read(verb, name, &mut words)?));
                if let Some(word) = words.next() {
                    return Err(word.error("nothing may follow here"));
                }
            }
        }
    }
    Ok(found)
}

fn read<'a>(verb: Word<'a>, name: Word<'a>, words: &mut Words<'a>) -> Result<Statement<'a>, ScenarioError> {
    match verb.text {
        "host" => Ok(Statement::Host { memory_bytes: words.size()? }),
        "network" => read_network(words),
        "sr" => read_storage(name, words),
        "vdi" => read_image(words),
        "gpu" => read_gpu(words),
        "usb" => read_usb(words),
        "vm" => read_machine(words, Machine::default()),
        "template" => read_machine(words, Machine { is_a_template: true, ..Machine::default() }),
        _ => Err(verb.error("no such statement; there are host, network, sr, vdi, gpu, usb, vm, template")),
    }
}

fn read_network<'a>(words: &mut Words<'a>) -> Result<Statement<'a>, ScenarioError> {
    let (mut tag, mut private, mut hosts) = (None, false, Vec::new());
    while let Some(word) = words.next() {
        match word.text {
            "vlan" => tag = Some(words.number("a tag from 1 to 4094", 1, 4094)?),
            "private" => private = true,
            "on" => hosts = words.names("a host")?,
            _ => return Err(word.error("expected vlan, private, on")),
        }
    }
    Ok(Statement::Network { tag, private, hosts })
}

/// Without a kind it is the one that its name says: `sr nfs`, `sr iso`.
fn read_storage<'a>(name: Word<'a>, words: &mut Words<'a>) -> Result<Statement<'a>, ScenarioError> {
    let mut kind = storage_kind(name.text).unwrap_or(StorageKind::Nfs);
    let (mut hosts, mut size_bytes) = (Vec::new(), None);
    while let Some(word) = words.next() {
        match (storage_kind(word.text), size(word.text)) {
            (Some(named), _) => kind = named,
            (None, Some(bytes)) => size_bytes = Some(bytes),
            (None, None) if word.text == "on" => hosts = words.names("a host")?,
            _ => return Err(word.error("expected nfs, ext, lvm, iso, lvmoiscsi, on, or a size")),
        }
    }
    Ok(Statement::Storage { kind, hosts, size_bytes })
}

fn storage_kind(word: &str) -> Option<StorageKind> {
    match word {
        "nfs" => Some(StorageKind::Nfs),
        "ext" => Some(StorageKind::Ext),
        "lvm" => Some(StorageKind::Lvm),
        "iso" => Some(StorageKind::IsoLibrary),
        "lvmoiscsi" => Some(StorageKind::LvmOverIscsi),
        _ => None,
    }
}

fn read_image<'a>(words: &mut Words<'a>) -> Result<Statement<'a>, ScenarioError> {
    let on = words.expect("`on` and an sr")?;
    if on.text != "on" {
        return Err(on.error("expected `on` and an sr"));
    }
    Ok(Statement::Image { storage: words.expect("an sr")?, size_bytes: words.size_if_any() })
}

/// So many cards in each of the hosts; one if it is not said.
fn read_gpu<'a>(words: &mut Words<'a>) -> Result<Statement<'a>, ScenarioError> {
    let (mut hosts, mut count) = (Vec::new(), 1);
    while let Some(word) = words.next() {
        match word.text {
            "on" => hosts = words.names("a host")?,
            "count" => count = words.number("a number from 1 to 16", 1, 16)? as usize,
            _ => return Err(word.error("expected on, count")),
        }
    }
    Ok(Statement::Gpu { hosts, count })
}

fn read_usb<'a>(words: &mut Words<'a>) -> Result<Statement<'a>, ScenarioError> {
    let (mut host, mut passthrough) = (None, false);
    while let Some(word) = words.next() {
        match word.text {
            "on" => host = Some(words.expect("a host")?),
            "passthrough" => passthrough = true,
            _ => return Err(word.error("expected on, passthrough")),
        }
    }
    Ok(Statement::Usb { host, passthrough })
}

fn read_machine<'a>(words: &mut Words<'a>, mut machine: Machine<'a>) -> Result<Statement<'a>, ScenarioError> {
    if let Some((least, most)) = words.next_if(|word| range(word).is_some()).and_then(|word| range(word.text))
    {
        (machine.least_memory_bytes, machine.memory_bytes) = (Some(least), Some(most));
    } else {
        machine.memory_bytes = if machine.is_a_template { words.size_if_any() } else { Some(words.size()?) };
    }
    while let Some(word) = words.next() {
        match word.text {
            "halted" => machine.state = VmPowerState::Halted,
            "running" => machine.state = VmPowerState::Running,
            "paused" => machine.state = VmPowerState::Paused,
            "suspended" => machine.state = VmPowerState::Suspended,
            "on" => machine.host = Some(words.expect("a host")?),
            "vcpus" => machine.vcpus = Some(words.number("a number from 1 to 64", 1, 64)?),
            "disk" => machine.disks.push((words.expect("an sr or a vdi")?, words.size_if_any())),
            "cd" => machine.drive = Some(words.next_if(|word| !MACHINE_WORDS.contains(&word))),
            "nic" => machine.cards.push(words.expect("a network")?),
            "template" => machine.is_a_template = true,
            _ => return Err(word.error(format!("expected {}", MACHINE_WORDS.join(", ")))),
        }
    }
    Ok(Statement::Machine(machine))
}

const MACHINE_WORDS: [&str; 10] =
    ["halted", "running", "paused", "suspended", "on", "vcpus", "disk", "cd", "nic", "template"];

/// `512MiB`, `4GiB`.
fn size(word: &str) -> Option<i64> {
    let units = [("KiB", KIB), ("MiB", MIB), ("GiB", GIB), ("TiB", TIB)];
    let (digits, unit) = units.into_iter().find_map(|(name, unit)| Some((word.strip_suffix(name)?, unit)))?;
    digits.parse::<u32>().ok().and_then(|number| i64::from(number).checked_mul(unit))
}

/// `1GiB..4GiB`: memory that can be squeezed.
fn range(word: &str) -> Option<(i64, i64)> {
    let (least, most) = word.split_once("..")?;
    Some((size(least)?, size(most)?)).filter(|(least, most)| least <= most)
}

/// The words of one statement.
struct Words<'a> {
    words: std::iter::Peekable<std::str::SplitWhitespace<'a>>,
    line: usize,
}

impl<'a> Words<'a> {
    fn new(statement: &'a str, line: usize) -> Words<'a> {
        Words { words: statement.split_whitespace().peekable(), line }
    }
    fn next(&mut self) -> Option<Word<'a>> {
        self.next_if(|_| true)
    }
    fn next_if(&mut self, fits: impl Fn(&str) -> bool) -> Option<Word<'a>> {
        let line = self.line;
        self.words.next_if(|word| fits(word)).map(|text| Word { text, line })
    }
    fn expect(&mut self, what: &str) -> Result<Word<'a>, ScenarioError> {
        let (line, reason) = (self.line, format!("expected {what} at the end"));
        self.next().ok_or(ScenarioError { line, word: String::new(), reason })
    }
    fn size(&mut self) -> Result<i64, ScenarioError> {
        let what = "a size such as 4GiB";
        let word = self.expect(what)?;
        size(word.text).ok_or_else(|| word.error(format!("expected {what}")))
    }
    fn size_if_any(&mut self) -> Option<i64> {
        self.next_if(|word| size(word).is_some()).and_then(|word| size(word.text))
    }
    fn number(&mut self, what: &str, least: i64, most: i64) -> Result<i64, ScenarioError> {
        let word = self.expect(what)?;
        let number = word.text.parse().ok().filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| word.error(format!("expected {what}")))
    }
    /// One name or more, up to a word that means something else.
    fn names(&mut self, what: &str) -> Result<Vec<Word<'a>>, ScenarioError> {
        let mut names = vec![self.expect(what)?];
        let other =
            |word: &str| storage_kind(word).is_some() || matches!(word, "on" | "vlan" | "private" | "count");
        while let Some(name) = self.next_if(|word| !other(word) && size(word).is_none()) {
            names.push(name);
        }
        Ok(names)
    }
}
