//! Who holds connections: nobody holds so many that nobody else can come.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use portal_core::identity::Source;

/// How many connections each peer holds, as limits count them.
#[derive(Debug, Clone)]
pub(crate) struct Peers {
    /// The most for each; behind proxies all come from a few, and there is no such limit.
    most: Option<usize>,
    held: Arc<Mutex<HashMap<String, usize>>>,
}

/// A connection that a peer holds, until it is dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    peer: String,
    held: Arc<Mutex<HashMap<String, usize>>>,
}

impl Peers {
    /// Peers of which each may hold `most` connections.
    pub(crate) fn new(most: Option<usize>) -> Self {
        Self { most, held: Arc::default() }
    }

    /// A seat for `peer`, unless they hold as many as they may.
    pub(crate) fn seat(&self, peer: IpAddr) -> Option<Seat> {
        let peer = Source::from(peer).counted_as();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.get(&peer).copied().unwrap_or(0);
        if self.most.is_some_and(|most| count >= most) {
            return None;
        }
        held.insert(peer.clone(), count + 1);
        drop(held);
        Some(Seat { peer, held: Arc::clone(&self.held) })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        match held.get_mut(&self.peer) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(held.remove(&self.peer)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l10_one_peer_holds_its_share_and_no_more() {
        let peers = Peers::new(Some(2));
        let seat = |text: &str| peers.seat(text.parse().unwrap());
        let (first, second) = (seat("192.0.2.1"), seat("192.0.2.1"));
        assert!(first.is_some() && second.is_some());
        assert!(seat("192.0.2.1").is_none());
        let other = seat("192.0.2.2");
        assert!(other.is_some());
        drop(first);
        let third = seat("192.0.2.1");
        assert!(third.is_some());
        assert!(seat("192.0.2.1").is_none());
        drop((second, third, other));
        assert!(peers.held.lock().unwrap().is_empty(), "who left is forgotten");
    }

    #[test]
    fn l10_a_subscriber_with_many_addresses_is_one_peer_and_proxies_of_ours_are_not_limited() {
        let peers = Peers::new(Some(1));
        let _first = peers.seat("2001:db8:1:2::1".parse().unwrap()).unwrap();
        assert!(peers.seat("2001:db8:1:2::2".parse().unwrap()).is_none());
        let behind = Peers::new(None);
        let seats: Vec<_> = (0..100).map(|_| behind.seat("127.0.0.1".parse().unwrap())).collect();
        assert!(seats.iter().all(Option::is_some));
    }
}
