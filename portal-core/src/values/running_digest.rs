//! A SHA-256 that another process can go on with.

use std::fmt;

use sha2::digest::common::hazmat::{SerializableState, SerializedState};
use sha2::{Digest as _, Sha256};

use super::Digest;

/// A SHA-256 of bytes that are still coming in: it can be kept, and gone on with by another process.
///
/// # Examples
/// ```
/// use portal_core::values::{Digest, RunningDigest};
///
/// let mut digest = RunningDigest::default();
/// digest.update(b"the first half, ");
/// let kept = digest.to_state();
/// let mut elsewhere = RunningDigest::from_state(&kept).expect("it was kept so");
/// elsewhere.update(b"the second half");
/// assert_eq!(elsewhere.digest(), Digest::of(b"the first half, the second half"));
/// ```
#[derive(Clone, Default)]
pub struct RunningDigest(Box<Sha256>);

impl RunningDigest {
    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all bytes added so far.
    pub fn digest(&self) -> Digest {
        let sha256: [u8; 32] = Sha256::clone(&self.0).finalize().into();
        Digest::from_bytes(sha256)
    }

    /// How it stands, to be kept.
    pub fn to_state(&self) -> Vec<u8> {
        self.0.serialize().to_vec()
    }

    /// Goes on with one that was kept; `None` for what is none that this version of the library can read.
    pub fn from_state(state: &[u8]) -> Option<Self> {
        let state = SerializedState::<Sha256>::try_from(state).ok()?;
        Sha256::deserialize(&state).ok().map(|hash| Self(Box::new(hash)))
    }
}

impl PartialEq for RunningDigest {
    fn eq(&self, other: &Self) -> bool {
        self.to_state() == other.to_state()
    }
}

impl Eq for RunningDigest {}

impl fmt::Debug for RunningDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RunningDigest({})", self.digest())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_on_from_wherever_it_was_kept() {
        let bytes: Vec<u8> = (0..200).collect();
        for cut in 0..bytes.len() {
            let (first, rest) = bytes.split_at(cut);
            let mut digest = RunningDigest::default();
            digest.update(first);
            let mut again = RunningDigest::from_state(&digest.to_state()).unwrap();
            assert_eq!(again, digest);
            again.update(rest);
            assert_eq!(again.digest(), Digest::of(&bytes), "kept after {cut} bytes");
        }
    }

    #[test]
    fn what_was_not_kept_so_is_not_gone_on_with() {
        let state = RunningDigest::default().to_state();
        assert!(RunningDigest::from_state(&[]).is_none());
        assert!(RunningDigest::from_state(&state[1..]).is_none());
        assert!(RunningDigest::from_state(&[&state[..], b"x"].concat()).is_none());
        let overfull: Vec<u8> = state.iter().map(|_| 0xff).collect();
        assert!(RunningDigest::from_state(&overfull).is_none());
    }
}
