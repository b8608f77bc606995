//! `Interned`: equal texts, sets and maps share their memory while a pool is read.
//!
//! Most rows of a large pool say the same things (`platform`, `os_version`, the words in a
//! description). Values are recognised by their encoded bytes, so a known one is not even decoded.
//! The memory of what was seen is small and forgets: it is a cache, not a dictionary.

use model::{Field, Set, Text, TextMap, Value};
use std::any::Any;
use std::hash::{BuildHasher, RandomState};

#[derive(Default)]
pub struct Interned {
    texts: Seen<Text>,
    /// Texts within maps, by their own bytes.
    words: Seen<Text>,
    sets: Seen<Set<Text>>,
    maps: Seen<TextMap>,
}

impl Interned {
    /// Set a field to an encoded `Value`.
    pub fn assign(&mut self, field: &mut dyn Field, bytes: &[u8]) -> Result<(), String> {
        let value = || postcard::from_bytes::<Value>(bytes).map_err(|error| error.to_string());
        let misfit = |misfit: model::Misfit| format!("{misfit:?}");
        let any: &mut dyn Any = field;
        if let Some(text) = any.downcast_mut::<Text>() {
            if bytes.len() <= INLINE {
                return text.assign(&value()?).map_err(misfit);
            }
            *text = self.texts.get(bytes, || {
                let mut text = Text::default();
                text.assign(&value()?).map_err(misfit).map(|()| text)
            })?;
        } else if let Some(set) = any.downcast_mut::<Set<Text>>() {
            *set = self.sets.get(bytes, || {
                let mut set = Set::EMPTY;
                set.assign(&value()?).map_err(misfit).map(|()| set)
            })?;
        } else if let Some(map) = any.downcast_mut::<TextMap>() {
            let words = &mut self.words;
            *map = self.maps.get(bytes, || {
                let mut map = TextMap::EMPTY;
                map.assign(&value()?).map_err(misfit)?;
                Ok(map.iter().map(|(key, value)| (words.shared(key), words.shared(value))).collect())
            })?;
        } else {
            field.assign(&value()?).map_err(misfit)?;
        }
        Ok(())
    }
}

/// Texts up to here need no memory beside the row; two bytes more are tag and length.
const INLINE: usize = 23 + 2;

/// The values seen lately, one for each hash.
struct Seen<T> {
    slots: Vec<Option<(Box<[u8]>, T)>>,
    hasher: RandomState,
}

impl<T> Default for Seen<T> {
    fn default() -> Self {
        Seen { slots: (0..Self::SLOTS).map(|_| None).collect(), hasher: RandomState::new() }
    }
}

impl<T> Seen<T> {
    const SLOTS: usize = 4096;
}

impl<T: Clone> Seen<T> {
    fn get(&mut self, bytes: &[u8], make: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
        let at = self.hasher.hash_one(bytes) as usize % Self::SLOTS;
        match &mut self.slots[at] {
            Some((known, value)) if **known == *bytes => Ok(value.clone()),
            slot => {
                let value = make()?;
                *slot = Some((bytes.into(), value.clone()));
                Ok(value)
            }
        }
    }
}

impl Seen<Text> {
    /// The same text, sharing memory with one that was seen before.
    fn shared(&mut self, text: &Text) -> Text {
        if !text.is_heap_allocated() {
            return text.clone();
        }
        self.get(text.as_bytes(), || Ok(text.clone())).unwrap_or_else(|_| text.clone())
    }
}
