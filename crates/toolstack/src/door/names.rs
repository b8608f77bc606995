//! Which message a method name means.
//!
//! `VM.start` and `VM_start` are the same, `Async.VM.start` runs it under a task, and
//! `InternalAsync.` does so between the members of a pool. Names are matched to the letter.

use model::generated::schema::MESSAGES;
use model::schema::MessageDef;
use std::collections::HashMap;
use std::sync::OnceLock;

#[derive(Clone, Copy)]
pub struct Named {
    pub message: &'static MessageDef,
    pub asynchronous: bool,
    /// Only members of the pool may say so.
    pub internal: bool,
}

pub fn find(method: &str) -> Option<Named> {
    let named = |message, asynchronous, internal| Named { message, asynchronous, internal };
    if let Some(rest) = method.strip_prefix("Async.") {
        return dotted(rest).map(|message| named(message, true, false));
    }
    if let Some(rest) = method.strip_prefix("InternalAsync.") {
        return dotted(rest).map(|message| named(message, true, true));
    }
    by_name().get(method).map(|message| named(*message, false, false))
}

/// The names of all messages, as `system.listMethods` has them.
pub fn all() -> impl Iterator<Item = &'static str> {
    // Ours are found by those who know them, and listed to nobody.
    MESSAGES.iter().filter(|message| !message.class.definition().own).map(|message| message.full_name)
}

fn dotted(name: &str) -> Option<&'static MessageDef> {
    name.contains('.').then(|| by_name().get(name).copied()).flatten()
}

fn by_name() -> &'static HashMap<String, &'static MessageDef> {
    static NAMES: OnceLock<HashMap<String, &'static MessageDef>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let both = |message: &'static MessageDef| {
            let joined = format!("{}_{}", message.class.name(), message.name);
            [(message.full_name.to_string(), message), (joined, message)]
        };
        MESSAGES.iter().flat_map(both).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full_name(method: &str) -> Option<(&'static str, bool)> {
        find(method).map(|named| (named.message.full_name, named.asynchronous))
    }

    #[test]
    fn dots_and_underscores_both_work() {
        assert_eq!(full_name("VM.start"), Some(("VM.start", false)));
        assert_eq!(full_name("VM_start"), Some(("VM.start", false)));
        assert_eq!(full_name("VM_guest_metrics_get_record"), Some(("VM_guest_metrics.get_record", false)));
    }

    #[test]
    fn async_takes_the_dotted_form_only() {
        assert_eq!(full_name("Async.VM.start"), Some(("VM.start", true)));
        assert_eq!(full_name("Async.VM_start"), None);
        assert!(find("InternalAsync.VM.start").unwrap().internal);
    }

    #[test]
    fn case_matters() {
        assert!(find("vm.start").is_none());
        assert!(find("async.VM.start").is_none());
    }
}
