//! The hash chain that makes a quiet change of history visible.
//!
//! One commit makes one link for each chain that it touches: `sha256(head ‖ sequence ‖ digest of the commit's events)`. Core
//! computes the digest of the events; a store links under the chain's lock; [`verify`] walks a chain and says where it breaks.

use crate::values::{ClientId, Digest, FirmId, LoginId};

/// Which chain a link belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChainKey {
    /// What happened at a firm outside any client.
    Firm(FirmId),
    /// What happened at a client.
    Client(ClientId),
    /// What happened to a login.
    Login(LoginId),
}

/// One link of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The link's number in its chain, from 1.
    pub sequence: u64,
    /// The digest of the events that one commit added to this chain.
    pub events: Digest,
    /// The head of the chain once this link is on it.
    pub head: Digest,
}

/// Where a chain does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChainError {
    /// A link is missing, doubled or out of order.
    #[error("link {expected} is missing or out of order")]
    Sequence {
        /// The number that should have come.
        expected: u64,
    },
    /// The events are not those that were linked.
    #[error("the events of link {sequence} were changed")]
    Events {
        /// The link whose events do not match.
        sequence: u64,
    },
    /// The head does not follow from the link before.
    #[error("link {sequence} does not follow from the one before")]
    Head {
        /// The link whose head does not follow.
        sequence: u64,
    },
    /// The chain is shorter than a head kept elsewhere says.
    #[error("the chain ends at {found}, but {anchored} links were anchored")]
    Tail {
        /// The number of links that were anchored.
        anchored: u64,
        /// The number of links found.
        found: u64,
    },
}

/// The digest of what one commit adds to one chain: its events' payloads, in order.
pub fn events_digest<'a>(payloads: impl IntoIterator<Item = &'a str>) -> Digest {
    let digests: Vec<Digest> = payloads.into_iter().map(|payload| Digest::of(payload.as_bytes())).collect();
    let parts: Vec<&[u8]> = digests.iter().map(|digest| digest.as_bytes().as_slice()).collect();
    Digest::of_parts(&parts)
}

/// The link that follows `previous` (the last link's sequence and head, or `None` at the start) for `events`.
pub fn link(previous: Option<(u64, Digest)>, events: Digest) -> Link {
    let (last, head) = previous.unwrap_or((0, Digest::ZERO));
    let sequence = last + 1;
    let head = Digest::of_parts(&[head.as_bytes(), &sequence.to_be_bytes(), events.as_bytes()]);
    Link { sequence, events, head }
}

/// Walks `links` from the start of a chain. Each comes with the payloads of its events as they are stored now; `anchor` is
/// a sequence and head kept outside the database, if there is one.
///
/// # Errors
/// [`ChainError`] names the first link that does not hold.
pub fn verify<'a, P>(
    links: impl IntoIterator<Item = (Link, P)>,
    anchor: Option<(u64, Digest)>,
) -> Result<u64, ChainError>
where
    P: IntoIterator<Item = &'a str>,
{
    let mut previous: Option<(u64, Digest)> = None;
    for (found, payloads) in links {
        let wanted = link(previous, events_digest(payloads));
        if found.sequence != wanted.sequence {
            return Err(ChainError::Sequence { expected: wanted.sequence });
        }
        if found.events != wanted.events {
            return Err(ChainError::Events { sequence: found.sequence });
        }
        let anchored_otherwise =
            anchor.is_some_and(|(sequence, head)| sequence == found.sequence && head != found.head);
        if found.head != wanted.head || anchored_otherwise {
            return Err(ChainError::Head { sequence: found.sequence });
        }
        previous = Some((found.sequence, found.head));
    }
    let found = previous.map_or(0, |(sequence, _)| sequence);
    match anchor {
        Some((anchored, _)) if anchored > found => Err(ChainError::Tail { anchored, found }),
        _ => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain() -> Vec<(Link, Vec<&'static str>)> {
        let mut previous = None;
        [vec!["a"], vec!["b", "c"], vec!["d"]]
            .into_iter()
            .map(|payloads| {
                let next = link(previous, events_digest(payloads.iter().copied()));
                previous = Some((next.sequence, next.head));
                (next, payloads)
            })
            .collect()
    }

    #[test]
    fn l36_edit_removal_reorder_and_a_cut_tail_are_found() {
        let head = chain()[2].0.head;
        assert_eq!(verify(chain(), Some((3, head))), Ok(3));

        let mut edited = chain();
        edited[1].1 = vec!["b", "x"];
        assert_eq!(verify(edited, None), Err(ChainError::Events { sequence: 2 }));

        let mut moved_between_events = chain();
        moved_between_events[1].1 = vec!["bc"];
        assert_eq!(verify(moved_between_events, None), Err(ChainError::Events { sequence: 2 }));

        let mut removed = chain();
        removed.remove(0);
        assert_eq!(verify(removed, None), Err(ChainError::Sequence { expected: 1 }));

        let mut reordered = chain();
        reordered.swap(1, 2);
        assert_eq!(verify(reordered, None), Err(ChainError::Sequence { expected: 2 }));

        let mut cut = chain();
        cut.pop();
        assert_eq!(verify(cut.clone(), None), Ok(2));
        assert_eq!(verify(cut, Some((3, head))), Err(ChainError::Tail { anchored: 3, found: 2 }));

        let mut rewritten = chain();
        rewritten[2] = (link(Some((2, rewritten[1].0.head)), events_digest(["z"])), vec!["z"]);
        assert_eq!(verify(rewritten, Some((3, head))), Err(ChainError::Head { sequence: 3 }));
    }
}
