//! `BadRequest`: bytes from outside that are not a message. The server answers with an HTTP page,
//! never with an RPC error: there is no call to which such an error could belong.

use model::{Text, Value};

/// Arrays and structs may be nested this deep, in both encodings.
pub const MAX_DEPTH: usize = 64;

/// Why a message could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRequest {
    #[error("text that is not UTF-8")]
    NotUtf8,
    #[error("values nested deeper than {} levels", MAX_DEPTH)]
    TooDeep,
    #[error("malformed message: {0}")]
    Malformed(String),
}

impl BadRequest {
    pub(crate) fn malformed(what: impl Into<String>) -> BadRequest {
        BadRequest::Malformed(what.into())
    }
}

/// Drop every member whose name comes again later. Sorting keeps a hostile struct of many
/// members from costing quadratic time.
pub(crate) fn keep_last(members: &mut Vec<(Text, Value)>) {
    if members.len() < 2 {
        return;
    }
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by(|a, b| members[*a].0.cmp(&members[*b].0));
    if order.windows(2).all(|pair| members[pair[0]].0 != members[pair[1]].0) {
        return;
    }
    let mut overruled = vec![false; members.len()];
    for pair in order.windows(2) {
        overruled[pair[0]] = members[pair[0]].0 == members[pair[1]].0;
    }
    let mut at = 0;
    members.retain(|_| {
        at += 1;
        !overruled[at - 1]
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_equal_members_stays() {
        let member = |name: &str, value: i64| (Text::new(name), Value::Int(value));
        let mut members =
            vec![member("b", 1), member("a", 2), member("b", 3), member("b", 4), member("c", 5)];
        keep_last(&mut members);
        assert_eq!(members, [member("a", 2), member("b", 4), member("c", 5)]);
    }
}
