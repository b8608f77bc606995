//! What a client wants to hear of: `*`, `class`, `class/OpaqueRef:…`.

use model::{ClassId, RefId};
use std::collections::BTreeSet;

#[derive(Clone, Debug, Default)]
pub struct Subscriptions {
    all: bool,
    classes: BTreeSet<ClassId>,
    objects: BTreeSet<(ClassId, RefId)>,
}

impl Subscriptions {
    /// Quirk unknown-class: a class that does not exist is no error, there is just nothing to hear.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Subscriptions {
        let mut subscriptions = Subscriptions::default();
        texts.into_iter().for_each(|text| subscriptions.add(text));
        subscriptions
    }

    pub fn add(&mut self, text: &str) {
        match text.split_once('/') {
            None if text == "*" => self.all = true,
            None => self.classes.extend(class(text)),
            Some((name, reference)) => {
                self.objects.extend(class(name).zip(RefId::parse(reference)));
            }
        }
    }

    pub fn remove(&mut self, text: &str) {
        match text.split_once('/') {
            None if text == "*" => self.all = false,
            None => {
                class(text).map(|class| self.classes.remove(&class));
            }
            Some((name, reference)) => {
                class(name).zip(RefId::parse(reference)).map(|object| self.objects.remove(&object));
            }
        }
    }

    pub fn hears(&self, class: ClassId, id: RefId) -> bool {
        let definition = class.definition();
        definition.events
            && !definition.own
            && (self.all || self.classes.contains(&class) || self.objects.contains(&(class, id)))
    }

    pub fn is_empty(&self) -> bool {
        !self.all && self.classes.is_empty() && self.objects.is_empty()
    }

    /// How many there are; nobody needs very many.
    pub fn len(&self) -> usize {
        self.classes.len() + self.objects.len() + usize::from(self.all)
    }

    /// Clients that wait for tasks only are answered sooner.
    pub fn only_tasks(&self) -> bool {
        let mut classes = self.classes.iter().chain(self.objects.iter().map(|(class, _)| class));
        !self.all && classes.all(|class| *class == ClassId::Task)
    }
}

fn class(name: &str) -> Option<ClassId> {
    ClassId::by_lower_name(&name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_matched_in_lower_case() {
        let one = RefId(7);
        let subscriptions = Subscriptions::parse(["vm", "Host", "no_such", &format!("Task/{one}")]);
        assert!(subscriptions.hears(ClassId::Vm, one) && subscriptions.hears(ClassId::Host, one));
        assert!(subscriptions.hears(ClassId::Task, one) && !subscriptions.hears(ClassId::Task, RefId(8)));
        assert!(!subscriptions.hears(ClassId::Vbd, one));
    }

    #[test]
    fn some_classes_tell_nothing() {
        let all = Subscriptions::parse(["*"]);
        assert!(!all.hears(ClassId::Session, RefId(7)) && !all.hears(ClassId::Secret, RefId(7)));
        assert!(!all.hears(ClassId::XeniosAccount, RefId(7)) && all.hears(ClassId::Message, RefId(7)));
    }
}
