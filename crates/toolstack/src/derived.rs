//! What follows from rows and is kept in rows: what updates still ask for, sums, and lists of allowed operations.
//!
//! Called at the end of every transaction that changes rows.

use store::Transaction;

pub fn refresh(tx: &mut Transaction) {
    crate::guidance::refresh(tx);
    crate::ha::refresh(tx);
    crate::operations::cluster::refresh(tx);
    crate::accounting::refresh(tx);
    crate::allowed::refresh(tx);
}
