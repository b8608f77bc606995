//! `SR`: storage repositories, made, found again, looked through, forgotten and destroyed.

mod create;
mod introduce;
mod probe;
mod questions;
mod remove;
mod scan;

pub use probe::found;
pub use questions::reaches_all;

use crate::handler::Handler::{self, Change as C, Plan as P, Read as R, Serve as S};

pub const HANDLERS: &[(&str, Handler)] = &[
    ("SR.create", P(create::create)),
    ("SR.make", R(create::make)),
    ("SR.introduce", C(introduce::introduce)),
    ("SR.set_shared", C(introduce::set_shared)),
    ("SR.destroy", P(remove::destroy)),
    ("SR.forget", C(remove::forget)),
    ("SR.scan", P(scan::scan)),
    ("SR.update", P(scan::update)),
    ("SR.probe", S(probe::probe)),
    ("SR.probe_ext", S(probe::probe_ext)),
    ("SR.get_supported_types", R(questions::supported_types)),
    ("SR.get_live_hosts", R(questions::live_hosts)),
    ("SR.assert_can_host_ha_statefile", R(questions::can_host_statefile)),
    ("SR.assert_supports_database_replication", R(questions::supports_replication)),
];
