//! Who is connected: one permit for every connection, given back when it is dropped, whatever
//! happened in between.

use super::Settings;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

pub struct Accounts {
    tcp: Arc<Semaphore>,
    unix: Arc<Semaphore>,
    address_limit: usize,
    addresses: Mutex<HashMap<IpAddr, usize>>,
    /// Told while a client waits for a place; idle connections listen and leave.
    pub crowded: Notify,
}

/// The right to one connection.
pub struct Permit {
    _place: OwnedSemaphorePermit,
    address: Option<(IpAddr, Arc<Accounts>)>,
}

impl Accounts {
    pub fn new(settings: &Settings) -> Arc<Accounts> {
        Arc::new(Accounts {
            tcp: Arc::new(Semaphore::new(settings.conn_limit_tcp)),
            unix: Arc::new(Semaphore::new(settings.conn_limit_unix)),
            address_limit: settings.conn_limit_address,
            addresses: Mutex::new(HashMap::new()),
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
        let Some(address) = address.map(network) else {
            return Some(Permit { _place: place, address: None });
        };
        let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        let count = addresses.entry(address).or_default();
        if *count >= self.address_limit {
            return None;
        }
        *count += 1;
        Some(Permit { _place: place, address: Some((address, Arc::clone(self))) })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let Some((address, accounts)) = self.address.take() else { return };
        let mut addresses = accounts.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = addresses.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                addresses.remove(&address);
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
        assert!(accounts.addresses.lock().unwrap().is_empty());
        assert_eq!(accounts.tcp.available_permits(), 800);
    }

    #[test]
    fn neighbours_of_one_ipv6_network_are_one_client() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:2"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
    }
}
