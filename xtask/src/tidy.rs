//! A tidy house: rules that a program can look after.
//!
//! The lists of exceptions here may shrink; an entry that is no longer needed fails as well.

/// Files that are longer than they should be, each with the reason.
#[cfg(test)]
const LONG_FILES: &[(&str, &str)] =
    &[("xtask/src/codegen.rs", "one printer for one model; to be split by what it prints")];

#[cfg(test)]
mod tests {
    use super::LONG_FILES;
    use std::path::Path;

    const MOST_LINES: usize = 600;

    /// Every text file of ours: its path in the checkout, and what it says.
    fn files() -> Vec<(String, String)> {
        let root = crate::root();
        let mut found = Vec::new();
        walk(&root, &root, &mut found);
        found.sort();
        assert!(found.len() > 50, "the checkout was not found");
        found
    }

    fn walk(root: &Path, folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if [".git", "target", "node_modules", ".venv", "__pycache__", "corpus", "artifacts"]
                .contains(&name.as_str())
            {
                continue;
            }
            if path.is_dir() {
                walk(root, &path, found);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                let path = path.strip_prefix(root).unwrap_or(&path);
                found.push((path.to_string_lossy().into_owned(), text));
            }
        }
    }

    fn sources() -> impl Iterator<Item = (String, String)> {
        files().into_iter().filter(|(path, _)| path.ends_with(".rs") && !path.contains("/generated/"))
    }

    fn assert_none(trouble: Vec<String>) {
        assert!(trouble.is_empty(), "{}", trouble.join("\n"));
    }

    #[test]
    fn files_are_short() {
        let excused = |path: &str| LONG_FILES.iter().any(|(long, _)| *long == path);
        let trouble = sources().filter_map(|(path, text)| {
            let lines = text.lines().count();
            match (lines > MOST_LINES, excused(&path)) {
                (true, false) => Some(format!("{path} has {lines} lines: are these two subjects?")),
                (false, true) => Some(format!("{path} is short again: take it off the list")),
                _ => None,
            }
        });
        assert_none(trouble.collect());
    }

    #[test]
    fn the_list_of_long_files_names_files() {
        let gone = LONG_FILES.iter().filter(|(path, _)| !crate::root().join(path).is_file());
        assert_none(gone.map(|(path, _)| format!("{path} is on the list, but not there")).collect());
    }

    #[test]
    fn every_source_says_first_what_it_is() {
        let silent = sources().filter(|(_, text)| !text.starts_with("//! "));
        assert_none(silent.map(|(path, _)| format!("{path} does not begin with `//! `")).collect());
    }

    #[test]
    fn generated_files_say_where_they_come_from() {
        let generated = files().into_iter().filter(|(path, _)| path.contains("/generated/"));
        let silent = generated.filter(|(path, text)| {
            !path.ends_with("/mod.rs") && !text.lines().next().is_some_and(|line| line.contains("Printed by"))
        });
        assert_none(silent.map(|(path, _)| format!("{path} does not say who prints it")).collect());
    }

    #[test]
    fn nothing_is_marked_to_be_done_later() {
        let marks = ["TO DO", "FIX ME", "XX X"].map(|mark| mark.replace(' ', ""));
        let is_word = |line: &str, mark: &str| {
            line.match_indices(mark).any(|(at, _)| {
                let near = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
                !near(at.checked_sub(1).and_then(|at| line.as_bytes().get(at)))
                    && !near(line.as_bytes().get(at + mark.len()))
            })
        };
        find(|line| marks.iter().any(|mark| is_word(line, mark)), "an open issue is the place for that");
    }

    #[test]
    fn no_file_knows_this_computer() {
        let places = ["work", "root", "home"].map(|folder| format!("/{folder}/"));
        let starts = |line: &str, place: &String| {
            line.match_indices(place.as_str()).any(|(at, _)| {
                at == 0 || matches!(line.as_bytes()[at - 1], b' ' | b'"' | b'\'' | b'`' | b'=' | b'(')
            })
        };
        find(|line| places.iter().any(|place| starts(line, place)), "this is a path of one computer");
    }

    fn find(is_bad: impl Fn(&str) -> bool, why: &str) {
        let lock = |path: &str| path.ends_with(".lock") || path.ends_with("package-lock.json");
        let mut trouble = Vec::new();
        for (path, text) in files().into_iter().filter(|(path, _)| !lock(path)) {
            for (number, line) in text.lines().enumerate().filter(|(_, line)| is_bad(line)) {
                trouble.push(format!(
                    "{path}:{}: {why}: {}",
                    number + 1,
                    line.chars().take(120).collect::<String>()
                ));
            }
        }
        assert_none(trouble);
    }

    #[test]
    fn papers_name_files_that_are_there() {
        let folders = ["crates/", "tests/", "xtask/", "docs/", "fuzz/", "examples/"];
        let mut trouble = Vec::new();
        for (paper, text) in files().into_iter().filter(|(path, _)| path.ends_with(".md")) {
            let named = text.split('`').skip(1).step_by(2).filter(|word| {
                folders.iter().any(|folder| word.starts_with(folder)) && !word.contains(['<', '*', ' ', '$'])
            });
            let gone = named.filter(|word| !crate::root().join(word).exists());
            trouble.extend(gone.map(|word| format!("{paper} names `{word}`, which is not there")));
        }
        assert_none(trouble);
    }

    #[test]
    fn locks_name_no_registry_host() {
        let locks = files().into_iter().filter(|(path, _)| path.ends_with("package-lock.json"));
        let telling = locks.filter(|(_, text)| text.contains("\"resolved\""));
        assert_none(
            telling
                .map(|(path, _)| format!("{path}: install with --omit-lockfile-registry-resolved"))
                .collect(),
        );
    }
}
