//! A short fuzz run without instruments: the kept inputs of every fuzz target, as they are and
//! mutated in ways that a seed decides. `cargo xtask fuzz` looks deeper.

use machine::{Chance, Seeded};

type Target = fn(&[u8]);

const TARGETS: &[(&str, Target)] = &[
    ("http_head", wire::fuzzing::http_head),
    ("jsonrpc", wire::fuzzing::jsonrpc),
    ("statedb", store::statedb::fuzzing::statedb),
    ("xapi_conf", toolstack::settings::fuzz),
    ("xmlrpc", wire::fuzzing::xmlrpc),
];

/// Mutants of each target: a few seconds in all.
const MUTANTS: u64 = 40_000;

fn kept(target: &str) -> Vec<Vec<u8>> {
    let folder = format!("{}/../fuzz/corpus/{target}", env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> =
        std::fs::read_dir(&folder).expect(&folder).map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

fn mutant(inputs: &[Vec<u8>], chance: &dyn Chance) -> Vec<u8> {
    let pick = |limit: usize| chance.below(limit.max(1) as u64) as usize;
    let mut bytes = inputs[pick(inputs.len())].clone();
    for _ in 0..1 + pick(4) {
        let at = pick(bytes.len() + 1);
        match pick(6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << pick(8),
            1 => bytes.truncate(at),
            2 => bytes.insert(at, pick(256) as u8),
            3 => {
                let other = &inputs[pick(inputs.len())];
                let (from, length) = (pick(other.len()), pick(64));
                bytes.splice(at..at, other.iter().skip(from).take(length).copied());
            }
            4 => {
                let end = (at + pick(32)).min(bytes.len());
                bytes.drain(at..end);
            }
            _ => {
                let words: [&[u8]; 8] = [
                    b"<",
                    b"]]>",
                    b"\"",
                    b"[[[[[[[[",
                    b"&#0;",
                    b"99999999999999999999",
                    b"\xf0\x9f\x92\xa9",
                    b"%",
                ];
                bytes.splice(at..at, words[pick(words.len())].iter().copied());
            }
        }
    }
    bytes
}

#[test]
fn every_target_survives_its_corpus_and_mutants_of_it() {
    for (name, target) in TARGETS {
        let inputs = kept(name);
        assert!(!inputs.is_empty(), "no inputs for {name}");
        inputs.iter().for_each(|input| target(input));
        let chance = Seeded::new(7);
        for number in 0..MUTANTS {
            let input = mutant(&inputs, &chance);
            let outcome = std::panic::catch_unwind(|| target(&input));
            assert!(outcome.is_ok(), "{name}: mutant {number}: {:?}", String::from_utf8_lossy(&input));
        }
    }
}
