//! Clients that are known by a certificate instead of a password.
//!
//! While the pool allows it, its servers ask clients for certificates. Who shows one that an authority
//! of the pool vouches for, in the pool's chosen name, may log in by it. This is decided at the login,
//! so it counts at once when an authority comes or goes.

use crate::operations::pool::certificates::{authority_texts, revocation_texts};
use crate::operations::pool::the_pool;
use crate::toolstack::Toolstack;
use model::Pool;
use std::sync::Arc;
use store::Snapshot;
use wire::tls::{Authorities, CertificateDer, Identity, ServerConfig, TlsError};

pub fn are_asked_for(pool: &Snapshot) -> bool {
    pool.first::<Pool>().is_some_and(|(_, pool)| pool.client_certificate_auth_enabled)
}

/// How a server that shows this identity serves now.
pub fn server_config(pool: &Snapshot, identity: &Identity) -> Result<Arc<ServerConfig>, TlsError> {
    if are_asked_for(pool) { identity.server_config_that_asks() } else { identity.server_config() }
}

/// Whether who shows this chain may log in by it.
pub fn is_trusted(toolstack: &Toolstack, chain: &[CertificateDer<'static>]) -> bool {
    let pool = toolstack.store.snapshot();
    if chain.is_empty() || !are_asked_for(&pool) {
        return false;
    }
    let Ok((_, row)) = the_pool(&pool) else { return false };
    let authorities =
        Authorities { certificates: authority_texts(&pool), revocations: revocation_texts(&pool) };
    authorities.vouch(chain, &row.client_certificate_auth_name, toolstack.clock.now().seconds())
}
