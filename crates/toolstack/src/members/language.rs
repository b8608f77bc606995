//! What a coordinator and a member say to each other. Versioned as steps are: only added to.

use crate::plan::Edit;
use machine::{Belief, Fact, Fault, Step};
use model::{Text, Uuid};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub struct Question {
    /// The secret of the pool.
    pub secret: Text,
    pub ask: Ask,
}

#[derive(Clone, Serialize, Deserialize)]
pub enum Ask {
    /// To a member: let your machine do this.
    Perform(Step),
    /// To a member: what is there?
    Inspect,
    /// To a member: what happens next? `heard`: the number of the last fact that arrived.
    NextFact { heard: u64 },
    /// To a member: the pool will have another secret soon. Accept both until the new one is used.
    NewSecret { secret: Text },
    /// To a coordinator: take me in.
    Admit(Box<Newcomer>),
    /// To a coordinator: what is on this host? A simulated one forgets when its process ends.
    Belief { host: Uuid },
    /// To a coordinator: have you taken this host in?
    Known { host: Uuid },
}

/// A host that wants to join, with all that comes with it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Newcomer {
    pub host: Uuid,
    /// Fingerprint of the certificate at its door.
    pub fingerprint: Text,
    /// Its rows, as edits that make them; references are those of its own pool.
    pub rows: Vec<Edit>,
}

#[derive(Clone, Serialize, Deserialize)]
pub enum Reply {
    Performed(Result<Vec<Fact>, Fault>),
    Facts(Vec<Fact>),
    /// The number of a fact and the fact; nothing happened for a while if there is none.
    Next(Option<(u64, Fact)>),
    /// Names and hashes of those who may log in.
    Admitted {
        accounts: Vec<(Text, Text)>,
    },
    Known(bool),
    Belief(Box<Belief>),
    Done,
    Refused {
        code: Text,
        params: Vec<Text>,
    },
}
