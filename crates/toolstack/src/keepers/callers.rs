//! Callers get a row of their own when they are met, as long as there are not too many of them; and
//! rows learn when their caller was last heard.

use crate::door::callers::{Known, Usage, is_about};
use model::{Caller, Date, Ref, Text};
use store::Snapshot;

/// `last_access` is written again after so many seconds, not with every call.
const ACCESS_SECONDS: i64 = 600;

/// What there is to write.
#[derive(Debug, Default, PartialEq)]
pub struct News {
    pub met: Vec<(Known, Date)>,
    pub heard: Vec<(Ref<Caller>, Date)>,
}

impl News {
    pub fn is_empty(&self) -> bool {
        self.met.is_empty() && self.heard.is_empty()
    }
}

pub fn news(pool: &Snapshot, callers: &[(Known, Usage)], most: usize) -> News {
    let mut news = News::default();
    let mut room = most.saturating_sub(pool.all::<Caller>().filter(|(_, row)| row.auto_registered).count());
    for (known, usage) in callers {
        let last = Date::from_seconds(usage.last_micros / 1_000_000);
        let mut met = false;
        for (id, row) in pool.all::<Caller>().filter(|(_, row)| is_about(row, known)) {
            met = true;
            if last.seconds() - row.last_access.seconds() > ACCESS_SECONDS {
                news.heard.push((id, last));
            }
        }
        if !met && room > 0 && !known.address.is_empty() {
            room -= 1;
            news.met.push((known.clone(), last));
        }
    }
    news
}

/// The row of a caller that was just met.
pub fn row(known: Known, last_access: Date, uuid: model::Uuid) -> Caller {
    let Known { agent, address } = known;
    let name = if agent.is_empty() { address.clone() } else { Text::new(format!("{agent} {address}")) };
    Caller {
        uuid,
        name_label: name,
        user_agent: agent,
        client_ip: address,
        last_access,
        auto_registered: true,
        ..Caller::default()
    }
}
