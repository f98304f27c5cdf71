//! The server's keys: made at the first start, kept in a file apart from the data, readable by its owner alone.

mod file;
mod ring;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hmac::{Hmac, KeyInit as _, Mac as _};
use portal_core::ports::KeyRing;
use portal_core::values::{LinkKey, RingKeyId, Secret};
use sha2::Sha256;
use zeroize::Zeroizing;

use file::KeyFile;
pub(crate) use file::make_private_folder;
pub use ring::FileKeyRing;

/// The keys that this server has from its key file.
#[derive(Clone)]
pub struct ServerKeys {
    /// Links, codes and lookups of addresses derive from it.
    pub link: LinkKey,
    /// Form tokens derive from it.
    pub forms: Secret,
    /// Wraps the data keys of firms.
    pub ring: Arc<dyn KeyRing>,
}

impl fmt::Debug for ServerKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { link, forms, ring: _ } = self;
        f.debug_struct("ServerKeys").field("link", link).field("forms", forms).finish_non_exhaustive()
    }
}

/// Why the key file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFileError {
    /// It cannot be read or made.
    #[error("the key file `{}` cannot be used: {source}", path.display())]
    Io {
        /// Where it should be.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// It holds something else.
    #[error("the key file `{}` does not hold a key of this server", .0.display())]
    Malformed(PathBuf),
    /// It holds as many keys as one may.
    #[error("the key file `{}` holds as many keys as one may: no more are added", .0.display())]
    Full(PathBuf),
    /// Others on this machine can read it.
    #[error("the key file `{}` can be read by others: take their rights away (chmod 600)", .0.display())]
    Open(PathBuf),
    /// There is a database already, whose links, logins and documents the missing key belongs to.
    #[error(
        "there is a database but no key file `{}`: put the file back, or say with --keys where it is (a new key would cut every login off, \
         and open no document)",
        .0.display()
    )]
    Lost(PathBuf),
}

impl ServerKeys {
    /// Derives the keys from 32 random bytes, with no file behind them.
    pub fn derive(master: &[u8; 32]) -> Self {
        Self::of(&KeyFile::new(*master), None)
    }

    /// Reads the key file, or makes it when neither it nor the database is there. Of several servers that start at once
    /// one makes it and the others read that one.
    ///
    /// # Errors
    /// [`KeyFileError`] says what is wrong with the file.
    pub fn open(path: &Path, database: &Path) -> Result<Self, KeyFileError> {
        let failed = |source| KeyFileError::Io { path: path.to_owned(), source };
        if !path.try_exists().map_err(failed)? {
            if database.exists() {
                return Err(KeyFileError::Lost(path.to_owned()));
            }
            KeyFile::make(path).map_err(failed)?;
        }
        Ok(Self::of(&KeyFile::read(path)?, Some(path)))
    }

    fn of(file: &KeyFile, path: Option<&Path>) -> Self {
        let link = LinkKey::new(*expand(file.master(), b"links"));
        let ring = FileKeyRing::new(file, path, link.clone());
        Self { link, forms: Secret::new(*expand(file.master(), b"forms")), ring: Arc::new(ring) }
    }
}

/// Adds a key to the file, with which data keys are wrapped from then on, and says which one it is. The earlier ones stay.
///
/// # Errors
/// [`KeyFileError`] says what is wrong with the file.
pub fn add_ring_key(path: &Path) -> Result<RingKeyId, KeyFileError> {
    KeyFile::add(path)
}

/// One key for each use, so that what one leaks tells nothing of the other.
fn expand(master: &[u8; 32], usage: &[u8]) -> Zeroizing<[u8; 32]> {
    // INVARIANT: HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(master) else { return Zeroizing::new([0; 32]) };
    mac.update(b"portal-server key 1 ");
    mac.update(usage);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;

    use super::*;

    fn number(id: &RingKeyId) -> String {
        id.as_str().split('-').next().unwrap().to_owned()
    }

    fn master(path: &Path) -> [u8; 32] {
        *KeyFile::read(path).unwrap().master()
    }

    #[test]
    fn the_key_is_made_once_and_its_owner_alone_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let (key, database) = (folder.path().join("keys/portal.key"), folder.path().join("portal.sqlite3"));
        ServerKeys::open(&key, &database).unwrap();
        let first = master(&key);
        std::fs::write(&database, "").unwrap();
        ServerKeys::open(&key, &database).unwrap();
        assert_eq!(master(&key), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = || std::fs::metadata(&key).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(), 0o600);
            add_ring_key(&key).unwrap();
            assert_eq!((mode(), master(&key)), (0o600, first), "the link key stays");
            std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
            assert!(matches!(ServerKeys::open(&key, &database), Err(KeyFileError::Open(_))));
            assert!(matches!(add_ring_key(&key), Err(KeyFileError::Open(_))));
        }
    }

    #[test]
    fn a_database_without_its_key_is_not_given_another() {
        let folder = tempfile::tempdir().unwrap();
        let (key, database) = (folder.path().join("portal.key"), folder.path().join("portal.sqlite3"));
        std::fs::write(&database, "").unwrap();
        assert!(matches!(ServerKeys::open(&key, &database), Err(KeyFileError::Lost(_))));
        assert!(add_ring_key(&key).is_err());
        assert!(!key.exists());
    }

    #[test]
    fn servers_that_start_at_once_have_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("keys/portal.key");
        let found: Vec<[u8; 32]> = std::thread::scope(|scope| {
            let start = || {
                KeyFile::make(&key).unwrap();
                master(&key)
            };
            let racers: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
            racers.into_iter().map(|racer| racer.join().unwrap()).collect()
        });
        assert!(found.iter().all(|key| *key == found[0]));
        assert_eq!(std::fs::read_dir(folder.path().join("keys")).unwrap().count(), 1);
    }

    #[test]
    fn keys_that_are_added_at_once_are_all_kept() {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("portal.key");
        KeyFile::make(&key).unwrap();
        let mut added: Vec<String> = std::thread::scope(|scope| {
            let racers: Vec<_> = (0..8).map(|_| scope.spawn(|| number(&add_ring_key(&key).unwrap()))).collect();
            racers.into_iter().map(|racer| racer.join().unwrap()).collect()
        });
        added.sort();
        assert_eq!(added, ["2", "3", "4", "5", "6", "7", "8", "9"]);
        assert_eq!(KeyFile::read(&key).unwrap().added().count(), 8);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left lying");
    }

    #[test]
    fn l37_a_key_of_a_file_that_was_lost_is_not_taken_for_another_of_its_number() {
        let ids = [(); 2].map(|()| {
            let folder = tempfile::tempdir().unwrap();
            let key = folder.path().join("portal.key");
            KeyFile::make(&key).unwrap();
            add_ring_key(&key).unwrap()
        });
        assert_eq!(number(&ids[0]), number(&ids[1]));
        assert_ne!(ids[0], ids[1]);
    }

    #[tokio::test]
    async fn l37_the_ring_takes_up_a_new_key_and_still_opens_what_the_earlier_ones_wrapped() {
        let folder = tempfile::tempdir().unwrap();
        let (key, database) = (folder.path().join("portal.key"), folder.path().join("none"));
        // A file of before there were several keys.
        std::fs::write(&key, format!("portal-key-1 {}\n", BASE64.encode([7; 32]))).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let running = ServerKeys::open(&key, &database).unwrap().ring;
        let secret = Secret::new([9; 32]);
        let first = running.wrap(&secret, b"firm").await.unwrap();
        assert!(first.by.as_str().starts_with("1-"));
        // Another process adds one and wraps with it.
        add_ring_key(&key).unwrap();
        let other = ServerKeys::open(&key, &database).unwrap().ring;
        let second = other.wrap(&secret, b"firm").await.unwrap();
        assert!(second.by.as_str().starts_with("2-"));
        for ring in [&running, &other] {
            for wrapped in [&first, &second] {
                assert_eq!(ring.unwrap(wrapped, b"firm").await.unwrap(), secret);
            }
            assert_eq!(ring.current().await.unwrap(), second.by);
        }
        // A key that stands in no file is not wrapped with: it would be gone after the next start.
        std::fs::remove_file(&key).unwrap();
        assert!(running.wrap(&secret, b"firm").await.is_err());
        assert!(running.unwrap(&second, b"firm").await.is_ok());
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("portal.key");
        let good = format!("portal-key-1 {}\n", BASE64.encode([7; 32]));
        let second = format!("portal-ring-key 2 {}\n", BASE64.encode([8; 32]));
        let mixed = [
            format!("{good}{good}"),
            format!("{second}{good}"),
            format!("{good}portal-ring-key 2 AAAA\n"),
            format!("{good}portal-ring-key x {}\n", BASE64.encode([8; 32])),
            format!("{good}{second}{second}"),
            format!("{good}{}", second.trim_end().split_at(40).0),
        ];
        let texts = ["", "hunter2", "portal-key-1 AAAA", "portal-key-1 !"].map(str::to_owned);
        for text in texts.into_iter().chain(mixed) {
            let mut file = tempfile::NamedTempFile::new_in(folder.path()).unwrap();
            file.write_all(text.as_bytes()).unwrap();
            file.persist(&key).unwrap();
            let refusal = ServerKeys::open(&key, &folder.path().join("none")).unwrap_err();
            assert!(matches!(refusal, KeyFileError::Malformed(_)), "{text}");
            assert!(!refusal.to_string().contains("hunter2"));
        }
    }

    #[test]
    fn l38_keys_for_two_uses_differ_and_never_print() {
        let keys = ServerKeys::derive(&[7; 32]);
        let uses = [b"links".as_slice(), b"forms", b"wraps"];
        let derived = uses.map(|usage| *expand(&[7; 32], usage));
        assert!(derived[0] != derived[1] && derived[1] != derived[2] && derived[0] != derived[2]);
        assert!(format!("{keys:?}").contains("Secret(…)"));
        assert!(!format!("{keys:?}").contains('7'));
    }
}
