//! `docs/compat.md` tells the truth: which explicit methods work, and which oddities are kept.
//!
//! `cargo xtask compat` prints the page anew.

use expect_test::expect_file;
use model::ClassId;
use model::generated::schema::{API_VERSION, MESSAGES};
use model::schema::{MessageDef, MessageKind};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

#[test]
fn compat_page_is_fresh() {
    expect_file!["../../../docs/compat.md"].assert_eq(&page());
}

#[test]
fn compat_knows_every_quirk_of_the_code_and_no_other() {
    let kept: BTreeSet<String> = quirks().into_keys().collect();
    let mut found = BTreeSet::new();
    for folder in ["crates", "tests/tests"] {
        quirks_of_folder(&root().join(folder), &mut found);
    }
    let missing: Vec<_> = found.difference(&kept).collect();
    let gone: Vec<_> = kept.difference(&found).collect();
    assert!(missing.is_empty(), "not in compat.toml: {missing:?}");
    assert!(gone.is_empty(), "in compat.toml, but nowhere in the code: {gone:?}");
}

#[test]
fn every_handler_answers_a_message_of_the_model() {
    let explicit: BTreeSet<_> =
        MESSAGES.iter().filter(|message| message.explicit).map(|message| message.full_name).collect();
    let strays: Vec<_> = toolstack::operations::implemented()
        .filter(|name| !explicit.contains(name) && !MESSAGES.iter().any(|message| message.full_name == *name))
        .collect();
    assert!(strays.is_empty(), "handlers of no message: {strays:?}");
}

#[test]
fn compat_knows_what_works_in_part_and_nothing_else() {
    let told: BTreeSet<String> = table("[partly]").into_keys().collect();
    let mut marked = BTreeSet::new();
    for path in sources(&root().join("crates/toolstack/src/operations")) {
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.matches("not_implemented(").count();
        // A mark is a comment of one or more lines that ends with the code it is about.
        let marks: Vec<&str> = text.split("// Partly ").skip(1).collect();
        assert_eq!(marks.len(), code, "{}: one mark for each `not_implemented`", path.display());
        for mark in marks {
            let (names, rest) = mark.split_once(".\n").expect("a mark ends with a full stop");
            let said = rest.split_inclusive(';').next().unwrap_or_default();
            let near = said.lines().take(2).any(|line| line.contains("not_implemented("));
            assert!(near, "{}: a mark of nothing: {names}", path.display());
            marked.extend(names.replace("//", "").split(',').map(|name| name.trim().to_string()));
        }
    }
    assert_eq!(marked, told);
    let implemented: BTreeSet<_> = toolstack::operations::implemented().collect();
    let strays: Vec<_> = told.iter().filter(|name| !implemented.contains(name.as_str())).collect();
    assert!(strays.is_empty(), "these do not work at all: {strays:?}");
}

fn page() -> String {
    let implemented: BTreeSet<_> = toolstack::operations::implemented().collect();
    let works = |message: &MessageDef| {
        !message.removed && (message.kind != MessageKind::Custom || implemented.contains(message.full_name))
    };
    // What is ours is in docs/additions.md.
    let explicit: Vec<_> =
        MESSAGES.iter().filter(|message| message.explicit && !message.class.definition().own).collect();
    let removed = explicit.iter().filter(|message| message.removed).count();
    let working = explicit.iter().filter(|message| works(message)).count();
    let mut out = format!(
        "<!-- Printed by `cargo xtask compat` from crates/model, the toolstack's handlers and compat.toml. Do not edit. -->\n\
         # Compatibility\n\n\
         The model is that of xapi 26.17 (API {}.{}), whole. Its {} derived messages (`get_*`, `set_*`, `get_all_records`, …)\n\
         all work. Of its {} explicit methods {working} work; the original removed {removed}, and those answer `MESSAGE_REMOVED`.\n\
         What does not exist yet answers `NOT_IMPLEMENTED`: nothing pretends.\n\n## Explicit methods\n",
        API_VERSION.0,
        API_VERSION.1,
        MESSAGES.iter().filter(|message| !message.explicit).count(),
        explicit.len(),
    );
    for class in ClassId::all() {
        let of_class: Vec<_> =
            explicit.iter().filter(|message| message.class == class && !message.removed).collect();
        if of_class.is_empty() {
            continue;
        }
        let (yes, no): (Vec<&MessageDef>, Vec<&MessageDef>) =
            of_class.iter().copied().partition(|message| works(message));
        let _ = write!(out, "\n### {}: {} of {}\n", class.name(), yes.len(), of_class.len());
        for (words, messages) in [("Works", yes), ("Not yet", no)] {
            if !messages.is_empty() {
                let names: Vec<_> = messages.iter().map(|message| format!("`{}`", message.name)).collect();
                let _ = write!(out, "\n{words}: {}.\n", names.join(", "));
            }
        }
    }
    out += "\n## In part\n\nThese work, except then; they answer `NOT_IMPLEMENTED` instead.\n\n| method | when not |\n|---|---|\n";
    for (name, when) in table("[partly]") {
        let _ = writeln!(out, "| `{name}` | {when} |");
    }
    out += "\n## Quirks\n\nOddities of the original that are kept, because clients count on them.\n\n| name | what |\n|---|---|\n";
    for (name, what) in quirks() {
        let _ = writeln!(out, "| {name} | {what} |");
    }
    out
}

fn quirks() -> BTreeMap<String, String> {
    table("")
}

/// A table of `compat.toml`, the first of which has no heading: one line `name = "sentence"` each.
fn table(heading: &str) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(root().join("compat.toml")).unwrap();
    let mut now = "";
    let lines = text.lines().filter(|line| {
        if line.starts_with('[') {
            now = line;
        }
        now == heading && !line.starts_with(['#', '[']) && !line.is_empty()
    });
    let pair = |line: &str| {
        let (name, what) =
            line.split_once(" = ").unwrap_or_else(|| panic!("not `name = \"sentence\"`: {line}"));
        (name.trim_matches('"').to_string(), what.trim_matches('"').to_string())
    };
    lines.map(pair).collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let of = |path: PathBuf| if path.is_dir() { sources(&path) } else { vec![path] };
    let mut all: Vec<PathBuf> = entries.flat_map(of).collect();
    all.sort();
    all
}

fn quirks_of_folder(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            quirks_of_folder(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs" || kind == "toml") {
            let text = std::fs::read_to_string(&path).unwrap();
            for (at, mark) in text.match_indices("Quirk ") {
                let word = text[at + mark.len()..].split(':').next().unwrap_or_default();
                if !word.is_empty() && word.chars().all(|each| matches!(each, 'a'..='z' | '0'..='9' | '-')) {
                    found.insert(word.to_string());
                }
            }
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
