//! Who may use whom: the picture of `ARCHITECTURE.md` as a table, held against `cargo metadata`.
//!
//! A new edge is a new line in `docs/decisions` first, then a word here.

/// Each crate with the crates of ours that it may name.
#[cfg(test)]
const MAY_USE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("store", &["model"]),
    ("wire", &["model"]),
    ("machine", &["model"]),
    ("sim", &["machine", "model"]),
    ("toolstack", &["store", "machine", "wire", "model"]),
    ("xenios", &["toolstack", "sim", "store", "machine", "wire", "model"]),
    ("worlds", &["xenios", "toolstack", "sim", "store", "machine", "wire", "model"]),
    ("bench", &["store", "model"]),
    ("xtask", &[]),
];

#[cfg(test)]
mod tests {
    use super::MAY_USE;
    use std::collections::BTreeSet;

    #[test]
    fn crates_use_only_whom_they_may() {
        let metadata = crate::command::metadata(&crate::root()).unwrap();
        let packages = metadata["packages"].as_array().unwrap();
        let name_of = |package: &serde_json::Value| package["name"].as_str().unwrap().to_string();
        let ours: BTreeSet<String> = packages.iter().map(name_of).collect();
        let mut trouble = Vec::new();
        for package in packages {
            let name = name_of(package);
            let Some((_, allowed)) = MAY_USE.iter().find(|(crate_name, _)| *crate_name == name) else {
                trouble.push(format!("{name} is not in the table"));
                continue;
            };
            for used in package["dependencies"].as_array().unwrap().iter().map(name_of) {
                if ours.contains(&used) && !allowed.contains(&used.as_str()) {
                    trouble.push(format!("{name} may not use {used}"));
                }
            }
        }
        for (name, _) in MAY_USE {
            if !ours.contains(*name) {
                trouble.push(format!("{name} is in the table, but not in the workspace"));
            }
        }
        assert!(trouble.is_empty(), "{}", trouble.join("\n"));
    }

    #[test]
    fn nothing_goes_in_circles() {
        for (number, (name, allowed)) in MAY_USE.iter().enumerate() {
            for used in *allowed {
                let place = MAY_USE.iter().position(|(other, _)| other == used);
                assert!(
                    place.is_some_and(|place| place < number),
                    "{name} uses {used}, which is not above it"
                );
            }
        }
    }
}
