//! Who is connected, and whose calls run: one permit for every connection, one share for every
//! running call, each given back when it is dropped, whatever happened in between.
//!
//! A call may outlive its connection. So calls are counted apart from connections, and more
//! generously: a client that leaves frees its place at once, but cannot pile up calls without end.

use super::Settings;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

pub struct Accounts {
    tcp: Arc<Semaphore>,
    unix: Arc<Semaphore>,
    certified: Arc<Semaphore>,
    address_limit: usize,
    unix_limit: usize,
    addresses: Arc<Counts>,
    /// Everybody on the Unix socket is one client.
    calls: Arc<Counts>,
    /// Told while a client waits for a place; idle connections listen and leave.
    pub crowded: Notify,
}

/// The right to one connection.
pub struct Permit {
    _place: OwnedSemaphorePermit,
    _share: Option<Share>,
    _certified: Option<OwnedSemaphorePermit>,
}

/// How many calls may run for each connection that a client may have.
const CALLS_PER_CONNECTION: usize = 4;

/// How much each client has of something.
#[derive(Default)]
struct Counts(Mutex<HashMap<Option<IpAddr>, usize>>);

/// One of what is counted.
pub struct Share {
    client: Option<IpAddr>,
    counts: Arc<Counts>,
}

impl Accounts {
    pub fn new(settings: &Settings) -> Arc<Accounts> {
        Arc::new(Accounts {
            tcp: Arc::new(Semaphore::new(settings.conn_limit_tcp)),
            certified: Arc::new(Semaphore::new(settings.conn_limit_clientcert)),
            unix: Arc::new(Semaphore::new(settings.conn_limit_unix)),
            address_limit: settings.conn_limit_address,
            unix_limit: settings.conn_limit_unix,
            addresses: Arc::default(),
            calls: Arc::default(),
            crowded: Notify::new(),
        })
    }

    /// Wait for a free place. Clients wait in the listen queue meanwhile.
    pub async fn place(&self, unix: bool) -> Option<OwnedSemaphorePermit> {
        let places = if unix { &self.unix } else { &self.tcp };
        loop {
            let wait = tokio::time::timeout(Duration::from_millis(200), Arc::clone(places).acquire_owned());
            match wait.await {
                Ok(place) => return place.ok(),
                Err(_) => self.crowded.notify_waiters(),
            }
        }
    }

    #[cfg(test)]
    pub fn free_places(&self) -> usize {
        self.unix.available_permits()
    }

    /// The permit for a connection from this address, unless it has too many already.
    pub fn admit(self: &Arc<Self>, place: OwnedSemaphorePermit, address: Option<IpAddr>) -> Option<Permit> {
        let share = match address {
            Some(address) => Some(self.addresses.take(Some(network(address)), self.address_limit)?),
            None => None,
        };
        Some(Permit { _place: place, _share: share, _certified: None })
    }

    /// The same permit for a client that shows a certificate, unless there are too many of those.
    pub fn certify(&self, permit: Permit) -> Option<Permit> {
        let certified = Arc::clone(&self.certified).try_acquire_owned().ok()?;
        Some(Permit { _certified: Some(certified), ..permit })
    }

    /// The right to one running call, unless this client has far too many already.
    pub fn begin(&self, address: Option<IpAddr>) -> Option<Share> {
        let connections = if address.is_some() { self.address_limit } else { self.unix_limit };
        self.calls.take(address.map(network), connections.saturating_mul(CALLS_PER_CONNECTION))
    }
}

impl Counts {
    fn lock(&self) -> MutexGuard<'_, HashMap<Option<IpAddr>, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn take(self: &Arc<Self>, client: Option<IpAddr>, limit: usize) -> Option<Share> {
        let mut counts = self.lock();
        let count = counts.get(&client).copied().unwrap_or_default();
        if count >= limit {
            return None;
        }
        counts.insert(client, count + 1);
        Some(Share { client, counts: Arc::clone(self) })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut counts = self.counts.lock();
        if let Some(count) = counts.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.client);
            }
        }
    }
}

/// What counts as one client: an IPv4 address, or the /64 of an IPv6 address.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) if !address.is_loopback() => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_gets_its_share_and_gives_it_back() {
        let accounts = Accounts::new(&Settings { conn_limit_address: 2, ..Settings::default() });
        let admit = async |text: &str| accounts.admit(accounts.place(false).await?, text.parse().ok());
        let first = admit("10.0.0.1").await;
        let second = admit("::ffff:10.0.0.1").await;
        assert!(first.is_some() && second.is_some());
        assert!(admit("10.0.0.1").await.is_none());
        assert!(admit("10.0.0.2").await.is_some());
        drop(first);
        assert!(admit("10.0.0.1").await.is_some());
        drop(second);
        assert!(accounts.addresses.lock().is_empty());
        assert_eq!(accounts.tcp.available_permits(), 800);
    }

    #[tokio::test]
    async fn clients_with_certificates_have_a_limit_of_their_own() {
        let accounts = Accounts::new(&Settings { conn_limit_clientcert: 1, ..Settings::default() });
        let admit = async || accounts.admit(accounts.place(false).await.unwrap(), None).unwrap();
        let first = accounts.certify(admit().await);
        assert!(first.is_some());
        assert!(accounts.certify(admit().await).is_none());
        drop(first);
        assert!(accounts.certify(admit().await).is_some());
    }

    #[test]
    fn neighbours_of_one_ipv6_network_are_one_client() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:2"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
    }
}
