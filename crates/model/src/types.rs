//! The types that fields have: references, dates, sets and maps.
//!
//! All are small and cheap to clone: an empty set or map is one null pointer, and a full one is
//! shared. Rows stay compact because most of what they hold is empty.

use crate::value::Text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

/// A reference without its class: 128 bits, printed as `OpaqueRef:<uuid>`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct RefId(pub u128);

impl RefId {
    /// `OpaqueRef:NULL`: points at nothing.
    pub const NULL: RefId = RefId(0);
    /// Quirk empty-ref: some fields start as the empty string, and clients test for it.
    pub const EMPTY: RefId = RefId(1);
    const PREFIX: &'static str = "OpaqueRef:";

    pub fn is_null(self) -> bool {
        self.0 <= 1
    }

    /// Read the wire form. Anything that this server cannot have given out is `None`.
    pub fn parse(text: &str) -> Option<RefId> {
        if text.is_empty() {
            return Some(RefId::EMPTY);
        }
        let rest = text.strip_prefix(Self::PREFIX)?;
        if rest == "NULL" {
            return Some(RefId::NULL);
        }
        parse_uuid(rest).map(RefId)
    }

    /// The wire form, without allocation.
    pub fn encode(self, buffer: &mut [u8; 46]) -> &str {
        match self {
            RefId::NULL => "OpaqueRef:NULL",
            RefId::EMPTY => "",
            RefId(bits) => {
                buffer[..10].copy_from_slice(Self::PREFIX.as_bytes());
                uuid::Uuid::from_u128(bits).as_hyphenated().encode_lower(&mut buffer[10..]);
                std::str::from_utf8(buffer).unwrap_or_default()
            }
        }
    }
}

/// A uuid in its canonical form: 36 characters, lower-case, with hyphens.
pub fn parse_uuid(text: &str) -> Option<u128> {
    let canonical = text.len() == 36 && !text.bytes().any(|byte| byte.is_ascii_uppercase());
    canonical.then(|| uuid::Uuid::try_parse(text).ok()).flatten().map(|uuid| uuid.as_u128())
}

impl fmt::Display for RefId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.encode(&mut [0; 46]))
    }
}
impl fmt::Debug for RefId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// A reference to a row of class `T`.
pub struct Ref<T>(pub RefId, PhantomData<fn() -> T>);

impl<T> Ref<T> {
    pub const NULL: Ref<T> = Ref(RefId::NULL, PhantomData);
    pub const EMPTY: Ref<T> = Ref(RefId::EMPTY, PhantomData);

    pub const fn new(id: RefId) -> Ref<T> {
        Ref(id, PhantomData)
    }
    pub const fn from_bits(bits: u128) -> Ref<T> {
        Ref(RefId(bits), PhantomData)
    }
    pub fn id(self) -> RefId {
        self.0
    }
    pub fn is_null(self) -> bool {
        self.0.is_null()
    }
    /// `None` if this points at nothing.
    pub fn some(self) -> Option<Ref<T>> {
        (!self.is_null()).then_some(self)
    }
}
impl<T> Clone for Ref<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Ref<T> {}
impl<T> PartialEq for Ref<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Ref<T> {}
impl<T> PartialOrd for Ref<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Ref<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> std::hash::Hash for Ref<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> Default for Ref<T> {
    fn default() -> Self {
        Ref::NULL
    }
}
impl<T> fmt::Display for Ref<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, out)
    }
}
impl<T> fmt::Debug for Ref<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, out)
    }
}
impl<T> Serialize for Ref<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
impl<'de, T> Deserialize<'de> for Ref<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        RefId::deserialize(deserializer).map(Ref::new)
    }
}

/// A uuid field. Kept as bits, printed in lower case; the nil uuid prints as the empty string,
/// which is what a row without a uuid shows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Uuid(pub u128);

impl Uuid {
    pub const NIL: Uuid = Uuid(0);

    pub fn parse(text: &str) -> Option<Uuid> {
        if text.is_empty() { Some(Uuid::NIL) } else { parse_uuid(&text.to_ascii_lowercase()).map(Uuid) }
    }
    pub fn encode(self, buffer: &mut [u8; 36]) -> &str {
        if self == Uuid::NIL {
            return "";
        }
        uuid::Uuid::from_u128(self.0).as_hyphenated().encode_lower(buffer)
    }
}
impl fmt::Display for Uuid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.encode(&mut [0; 36]))
    }
}
impl fmt::Debug for Uuid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// A moment, in whole seconds since 1970-01-01 UTC.
///
/// Quirk zoneless-date: a date that came without a zone is UTC and stays without a zone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Date {
    doubled: i64,
}

impl Date {
    pub const EPOCH: Date = Date { doubled: 0 };

    pub const fn from_seconds(seconds: i64) -> Date {
        Date { doubled: seconds * 2 }
    }
    pub const fn zoneless(seconds: i64) -> Date {
        Date { doubled: seconds * 2 + 1 }
    }
    pub const fn seconds(self) -> i64 {
        self.doubled >> 1
    }
    pub const fn is_zoneless(self) -> bool {
        self.doubled & 1 == 1
    }

    /// Read `20250319T04:16:24Z`, also with hyphens, a fraction, `+01:00`, or no zone at all.
    pub fn parse(text: &str) -> Option<Date> {
        let bytes = text.as_bytes();
        let mut at = 0;
        let mut digits = |count: usize| -> Option<i64> {
            let part = bytes.get(at..at + count)?;
            at += count;
            part.iter()
                .try_fold(0i64, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
        };
        let year = digits(4)?;
        let hyphens = bytes.get(4) == Some(&b'-');
        let (month, day, rest) = if hyphens {
            let part = bytes.get(4..10)?;
            if part[3] != b'-' {
                return None;
            }
            (two(&part[1..3])?, two(&part[4..6])?, bytes.get(10..)?)
        } else {
            (digits(2)?, digits(2)?, bytes.get(8..)?)
        };
        let [b'T' | b' ', h1, h2, b':', m1, m2, b':', s1, s2, zone @ ..] = rest else { return None };
        let (hour, minute, second) = (two(&[*h1, *h2])?, two(&[*m1, *m2])?, two(&[*s1, *s2])?);
        if !(1..=12).contains(&month)
            || !(1..=days_in(year, month)).contains(&day)
            || hour > 23
            || minute > 59
            || second > 60
        {
            return None;
        }
        let zone = match zone {
            [b'.', fraction @ ..] => {
                &fraction[fraction.iter().take_while(|byte| byte.is_ascii_digit()).count()..]
            }
            other => other,
        };
        let seconds = days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
        match zone {
            [] => Some(Date::zoneless(seconds)),
            [b'Z'] => Some(Date::from_seconds(seconds)),
            [sign @ (b'+' | b'-'), h1, h2, rest @ ..] => {
                let minutes = match rest {
                    [] => 0,
                    [b':', m1, m2] | [m1, m2] => two(&[*m1, *m2])?,
                    _ => return None,
                };
                let offset = two(&[*h1, *h2])? * 3600 + minutes * 60;
                Some(Date::from_seconds(if *sign == b'+' { seconds - offset } else { seconds + offset }))
            }
            _ => None,
        }
    }
}

fn two(digits: &[u8]) -> Option<i64> {
    match digits {
        [a, b] if a.is_ascii_digit() && b.is_ascii_digit() => Some(i64::from((a - b'0') * 10 + (b - b'0'))),
        _ => None,
    }
}
fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}
/// Days since 1970-01-01 of a date of the Gregorian calendar, counted in years that begin in March.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

impl fmt::Display for Date {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, time) = (self.seconds().div_euclid(86400), self.seconds().rem_euclid(86400));
        let (year, month, day) = civil_from_days(days);
        let zone = if self.is_zoneless() { "" } else { "Z" };
        write!(
            out,
            "{year:04}{month:02}{day:02}T{:02}:{:02}:{:02}{zone}",
            time / 3600,
            time / 60 % 60,
            time % 60
        )
    }
}
impl fmt::Debug for Date {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// A set in the order in which its members came. `insert` adds no member twice; quirk list-set: a set
/// that is given whole keeps what it was given, twice or not (`task.error_info` needs that).
#[derive(PartialEq, Eq)]
pub struct Set<T>(Option<Arc<Vec<T>>>);

impl<T> Set<T> {
    pub const EMPTY: Set<T> = Set(None);
}
impl<T: Clone + PartialEq> Set<T> {
    /// Add a member at the end; `false` if it was there already.
    pub fn insert(&mut self, member: T) -> bool {
        if self.contains(&member) {
            return false;
        }
        Arc::make_mut(self.0.get_or_insert_default()).push(member);
        true
    }
    /// Take a member out; `false` if it was not there.
    pub fn remove(&mut self, member: &T) -> bool {
        let Some(at) = self.iter().position(|candidate| candidate == member) else { return false };
        if self.len() == 1 {
            self.0 = None;
        } else if let Some(items) = &mut self.0 {
            Arc::make_mut(items).remove(at);
        }
        true
    }
}
impl<T> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let members: Vec<T> = items.into_iter().collect();
        Set((!members.is_empty()).then(|| Arc::new(members)))
    }
}
impl<T> Deref for Set<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        self.0.as_ref().map_or(&[], |items| items)
    }
}
impl<T> Clone for Set<T> {
    fn clone(&self) -> Self {
        Set(self.0.clone())
    }
}
impl<T> Default for Set<T> {
    fn default() -> Self {
        Set(None)
    }
}
impl<T: fmt::Debug> fmt::Debug for Set<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.iter()).finish()
    }
}

/// A map, ordered by key.
#[derive(PartialEq, Eq)]
pub struct Map<K, V>(Option<Arc<BTreeMap<K, V>>>);

impl<K, V> Map<K, V> {
    pub const EMPTY: Map<K, V> = Map(None);

    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.0.iter().flat_map(|map| map.iter())
    }
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |map| map.len())
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}
impl<K: Ord + Clone, V: Clone> Map<K, V> {
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: std::borrow::Borrow<Q>,
    {
        self.0.as_ref()?.get(key)
    }
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: std::borrow::Borrow<Q>,
    {
        self.get(key).is_some()
    }
    /// Set a key; the value that was there before comes back.
    pub fn insert(&mut self, key: impl Into<K>, value: impl Into<V>) -> Option<V> {
        Arc::make_mut(self.0.get_or_insert_default()).insert(key.into(), value.into())
    }
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: std::borrow::Borrow<Q>,
    {
        if !self.contains_key(key) {
            return None;
        }
        let removed = self.0.as_mut().and_then(|map| Arc::make_mut(map).remove(key));
        if self.is_empty() || self.0.as_ref().is_some_and(|map| map.is_empty()) {
            self.0 = None;
        }
        removed
    }
}
impl<K: Ord, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(items: I) -> Self {
        let map: BTreeMap<K, V> = items.into_iter().collect();
        Map((!map.is_empty()).then(|| Arc::new(map)))
    }
}
impl<K, V> Clone for Map<K, V> {
    fn clone(&self) -> Self {
        Map(self.0.clone())
    }
}
impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Map(None)
    }
}
impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Map<K, V> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_map().entries(self.iter()).finish()
    }
}

/// A map from text to text, the commonest of all.
pub type TextMap = Map<Text, Text>;

/// An enum of the model: its values in declared order, with their wire names.
pub trait ApiEnum: Copy + Eq + 'static {
    /// Wire names, in declared order.
    const NAMES: &'static [&'static str];
    fn index(self) -> usize;
    fn from_index(index: usize) -> Option<Self>;

    fn name(self) -> &'static str {
        Self::NAMES[self.index()]
    }
    /// Quirk enum-case: values are matched without regard to case.
    fn parse(text: &str) -> Option<Self> {
        let index = Self::NAMES.iter().position(|name| name.eq_ignore_ascii_case(text))?;
        Self::from_index(index)
    }
    fn all() -> impl DoubleEndedIterator<Item = Self> {
        (0..Self::NAMES.len()).filter_map(Self::from_index)
    }
}

/// A set of enum values, one bit each. Shown in reverse of the declared order, as XAPI builds it.
pub struct EnumSet<E>(u128, PhantomData<fn() -> E>);

impl<E: ApiEnum> EnumSet<E> {
    pub const EMPTY: EnumSet<E> = EnumSet(0, PhantomData);

    pub fn contains(self, value: E) -> bool {
        self.0 & (1 << value.index()) != 0
    }
    pub fn insert(&mut self, value: E) {
        self.0 |= 1 << value.index();
    }
    pub fn remove(&mut self, value: E) {
        self.0 &= !(1 << value.index());
    }
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
    pub fn iter(self) -> impl Iterator<Item = E> {
        E::all().rev().filter(move |value| self.contains(*value))
    }
}
impl<E: ApiEnum> FromIterator<E> for EnumSet<E> {
    fn from_iter<I: IntoIterator<Item = E>>(items: I) -> Self {
        let mut set = EnumSet::EMPTY;
        for item in items {
            set.insert(item);
        }
        set
    }
}
impl<E> Clone for EnumSet<E> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<E> Copy for EnumSet<E> {}
impl<E> PartialEq for EnumSet<E> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<E> Default for EnumSet<E> {
    fn default() -> Self {
        EnumSet(0, PhantomData)
    }
}
impl<E: ApiEnum> fmt::Debug for EnumSet<E> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.iter().map(E::name)).finish()
    }
}
