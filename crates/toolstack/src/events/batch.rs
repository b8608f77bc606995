//! `Batch`: the events of one answer, written straight from the snapshot.

use crate::door::answer::{record, write_record};
use crate::events::{Subscriptions, Token};
use model::{ClassId, Date, RefId, Text, Value, ValueWriter};
use std::sync::Arc;
use store::Snapshot;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Add,
    Mod,
    Del,
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Operation::Add => "add",
            Operation::Mod => "mod",
            Operation::Del => "del",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Generation of the change; 0 for messages.
    pub id: u64,
    pub class: ClassId,
    pub operation: Operation,
    pub reference: RefId,
}

pub struct Batch {
    pub snapshot: Arc<Snapshot>,
    pub events: Vec<Event>,
    /// Of `event.from`: the token for the next call. Of `event.next`: the time.
    pub form: Form,
}

#[derive(Clone, Copy, Debug)]
pub enum Form {
    From(Token),
    Next(Date),
}

impl Batch {
    /// What a client with this token has not heard yet: messages first, then additions, changes and
    /// deletions, each in the order in which they happened.
    pub fn since(snapshot: Arc<Snapshot>, token: Token, wanted: &Subscriptions) -> Batch {
        let events = events_since(&snapshot, token, wanted);
        let next = Token { rows: snapshot.generation(), messages: snapshot.generation() };
        Batch { snapshot, events, form: Form::From(next) }
    }

    pub fn write(&self, out: &mut dyn ValueWriter) {
        match self.form {
            Form::Next(_) => self.write_events(out),
            Form::From(token) => {
                out.begin_struct();
                out.member("events");
                self.write_events(out);
                out.member("valid_ref_counts");
                out.begin_struct();
                for (name, count) in self.counts() {
                    out.member(name);
                    out.tagged_int(count);
                }
                out.end_struct();
                out.member("token");
                out.string(&token.to_string());
                out.end_struct();
            }
        }
    }

    fn write_events(&self, out: &mut dyn ValueWriter) {
        let timestamp = self.timestamp();
        out.begin_array();
        for event in &self.events {
            out.begin_struct();
            out.member("id");
            out.string(&event.id.to_string());
            out.member("timestamp");
            out.string(&timestamp);
            out.member("class");
            out.string(event.class.definition().lower_name);
            out.member("operation");
            out.string(event.operation.name());
            out.member("ref");
            out.reference(event.reference);
            if let Some(entry) = self.present(event) {
                out.member("snapshot");
                write_record(&self.snapshot, event.reference, &*entry.row, out);
            }
            out.end_struct();
        }
        out.end_array();
    }

    fn present(&self, event: &Event) -> Option<&store::Entry> {
        let shown = event.operation != Operation::Del;
        shown.then(|| self.snapshot.entry(event.class, event.reference)).flatten()
    }

    fn timestamp(&self) -> Text {
        match self.form {
            Form::From(_) => Text::new_static("0.0"),
            Form::Next(now) => Text::new(format!("{}.0", now.seconds())),
        }
    }

    /// How many rows each table has, also those that tell no events.
    fn counts(&self) -> impl Iterator<Item = (&'static str, i64)> {
        let tables = ClassId::all().map(ClassId::definition).filter(|class| class.in_database && !class.own);
        tables.map(|class| (class.lower_name, self.snapshot.table(class.id).len() as i64))
    }

    pub fn to_value(&self) -> Value {
        let timestamp = Value::String(self.timestamp());
        let event = |event: &Event| {
            let mut members = vec![
                ("id".into(), Value::from(event.id.to_string())),
                ("timestamp".into(), timestamp.clone()),
                ("class".into(), event.class.definition().lower_name.into()),
                ("operation".into(), event.operation.name().into()),
                ("ref".into(), Value::Ref(event.reference)),
            ];
            if self.present(event).is_some() {
                members.push(("snapshot".into(), record(&self.snapshot, event.class, event.reference)));
            }
            Value::Struct(members)
        };
        let events = Value::Array(self.events.iter().map(event).collect());
        match self.form {
            Form::Next(_) => events,
            Form::From(token) => Value::Struct(vec![
                ("events".into(), events),
                (
                    "valid_ref_counts".into(),
                    Value::Struct(self.counts().map(|(name, count)| (name.into(), count.into())).collect()),
                ),
                ("token".into(), token.to_string().into()),
            ]),
        }
    }
}

fn events_since(snapshot: &Snapshot, token: Token, wanted: &Subscriptions) -> Vec<Event> {
    let (mut messages, mut added, mut changed, mut gone) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let changes = snapshot.changes_since(token.rows);
    for (class, id, entry) in changes.present {
        if !wanted.hears(class, id) {
            continue;
        }
        // A message never changes, so one that is new was made.
        if class == ClassId::Message {
            messages.push((entry.created, id));
            continue;
        }
        let event = |operation| Event { id: entry.modified, class, operation, reference: id };
        if entry.created > token.rows {
            added.push(event(Operation::Add));
        } else {
            changed.push(event(Operation::Mod));
        }
    }
    if token.messages < token.rows {
        let all =
            snapshot.table(ClassId::Message).iter().filter(|(id, _)| wanted.hears(ClassId::Message, **id));
        messages =
            all.map(|(id, entry)| (entry.created, *id)).filter(|(made, _)| *made > token.messages).collect();
        messages.sort();
    }
    let message =
        |(_, id)| Event { id: 0, class: ClassId::Message, operation: Operation::Add, reference: id };
    let mut messages: Vec<Event> = messages.into_iter().map(message).collect();
    for (generation, class, id) in changes.gone {
        if wanted.hears(class, id) {
            let generation = if class == ClassId::Message { 0 } else { generation };
            gone.push(Event { id: generation, class, operation: Operation::Del, reference: id });
        }
    }
    messages.append(&mut added);
    messages.append(&mut changed);
    messages.append(&mut gone);
    messages
}

/// How much a batch would take as text, about.
pub fn size(batch: &Batch) -> usize {
    let mut meter = Meter(0);
    batch.write(&mut meter);
    meter.0
}

struct Meter(usize);

impl ValueWriter for Meter {
    fn nil(&mut self) {
        self.0 += 5;
    }
    fn bool(&mut self, _: bool) {
        self.0 += 6;
    }
    fn int(&mut self, _: i64) {
        self.0 += 8;
    }
    fn float(&mut self, _: f64) {
        self.0 += 8;
    }
    fn string(&mut self, value: &str) {
        self.0 += value.len() + 3;
    }
    fn date(&mut self, _: Date) {
        self.0 += 20;
    }
    fn reference(&mut self, _: RefId) {
        self.0 += 49;
    }
    fn begin_array(&mut self) {
        self.0 += 1;
    }
    fn end_array(&mut self) {
        self.0 += 1;
    }
    fn begin_struct(&mut self) {
        self.0 += 1;
    }
    fn member(&mut self, name: &str) {
        self.0 += name.len() + 4;
    }
    fn end_struct(&mut self) {
        self.0 += 1;
    }
}
