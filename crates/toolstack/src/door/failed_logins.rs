//! Logins that failed, until they are told.

use crate::handler::Origin;
use model::{Date, Text};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

/// Who tried: what they say, and where they come from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Who {
    pub name: Text,
    pub agent: Text,
    pub originator: Text,
    pub address: Text,
}

/// How many are told apart; of the others only the number is known.
const MOST: usize = 100;
/// How many are named.
const NAMED: usize = 3;

#[derive(Default)]
pub struct FailedLogins(Mutex<Tried>);

#[derive(Default)]
struct Tried {
    known: BTreeMap<Who, (u64, Date)>,
    others: u64,
}

impl FailedLogins {
    pub fn note(&self, name: &str, agent: &Text, originator: &str, origin: Origin, now: Date) {
        // What strangers say may be long.
        let short = |text: &str| Text::new(text.chars().take(100).collect::<String>());
        let address = origin.address().map(|address| Text::new(address.to_string())).unwrap_or_default();
        let who = Who { name: short(name), agent: short(agent), originator: short(originator), address };
        let mut tried = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tried.known.len() >= MOST && !tried.known.contains_key(&who) {
            tried.others += 1;
            return;
        }
        let (number, last) = tried.known.entry(who).or_insert((0, now));
        (*number, *last) = (*number + 1, now);
    }

    /// The body of a message about all of them; from now on they are forgotten.
    pub fn tell(&self) -> Option<String> {
        let tried = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut known: Vec<(Who, (u64, Date))> = tried.known.into_iter().collect();
        known.sort_by(|(one, (more, _)), (other, (less, _))| (less, one).cmp(&(more, other)));
        let total = tried.others + known.iter().map(|(_, (number, _))| number).sum::<u64>();
        if total == 0 {
            return None;
        }
        let mut body = format!("<body><total>{total}</total>");
        let mut named = 0;
        for (who, (number, date)) in known.iter().take(NAMED) {
            named += number;
            body += "<known>";
            let parts = [
                ("username", &who.name),
                ("useragent", &who.agent),
                ("originator", &who.originator),
                ("ip", &who.address),
            ];
            for (tag, text) in parts.into_iter().filter(|(_, text)| !text.is_empty()) {
                let _ = write!(body, "<{tag}>{}</{tag}>", quick_xml::escape::escape(text.as_str()));
            }
            let _ = write!(body, "<number>{number}</number><date>{date}</date></known>");
        }
        if named < total {
            let _ = write!(body, "<unknown>{}</unknown>", total - named);
        }
        Some(body + "</body>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_tried_most_is_named() {
        let tried = FailedLogins::default();
        assert_eq!(tried.tell(), None);
        let origin = Origin::Network([10, 0, 0, 9].into());
        for (name, times) in [("a", 1), ("b<", 3), ("c", 2), ("d", 1)] {
            for _ in 0..times {
                tried.note(name, &Text::new("xe"), "", origin, Date::from_seconds(0));
            }
        }
        let body = tried.tell().unwrap();
        assert!(body.starts_with("<body><total>7</total><known><username>b&lt;</username>"), "{body}");
        assert!(body.ends_with("<unknown>1</unknown></body>"), "{body}");
        assert_eq!(tried.tell(), None, "it is told once");
        (0..1000).for_each(|who| tried.note(&who.to_string(), &Text::default(), "", origin, Date::EPOCH));
        assert!(tried.tell().unwrap().starts_with("<body><total>1000</total>"));
    }
}
