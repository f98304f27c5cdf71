//! The server's key file: made at the first start, kept apart from the data, readable by its owner alone.

use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use portal_core::ports::{Entropy as _, SystemEntropy};
use portal_core::values::LinkKey;
use portal_core::values::Secret;
use sha2::Sha256;
use zeroize::Zeroizing;

/// The keys that this server derives from its key file.
#[derive(Debug, Clone)]
pub struct ServerKeys {
    /// Links, codes and lookups of addresses derive from it.
    pub link: LinkKey,
    /// Form tokens derive from it.
    pub forms: Secret,
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
    /// Others on this machine can read it.
    #[error("the key file `{}` can be read by others: take their rights away (chmod 600)", .0.display())]
    Open(PathBuf),
    /// There is a database already, whose links and logins the missing key belongs to.
    #[error(
        "there is a database but no key file `{}`: put the file back, or say with --keys where it is (a new key would cut every login off)",
        .0.display()
    )]
    Lost(PathBuf),
}

impl ServerKeys {
    /// Derives the keys from 32 random bytes.
    pub fn derive(master: &[u8; 32]) -> Self {
        Self { link: LinkKey::new(expand(master, b"links")), forms: Secret::new(expand(master, b"forms")) }
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
            make(path).map_err(failed)?;
        }
        let master = read(path)?;
        Ok(Self::derive(&master))
    }
}

/// One key for each use, so that what one leaks tells nothing of the other.
fn expand(master: &[u8; 32], usage: &[u8]) -> [u8; 32] {
    // INVARIANT: HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(master) else { return [0; 32] };
    mac.update(b"portal-server key 1 ");
    mac.update(usage);
    mac.finalize().into_bytes().into()
}

fn make(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_private_folder(folder)?;
    let master = Zeroizing::new(SystemEntropy.draw().map_err(io::Error::other)?);
    // tempfile makes it 0600; linking it into place fails if somebody was quicker, and then theirs is the key.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(Zeroizing::new(format!("portal-key-1 {}\n", BASE64.encode(master))).as_bytes())?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(_) => std::fs::File::open(folder)?.sync_all(),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error.error),
    }
}

/// Makes a folder that its owner alone may enter; one that is there already is left as it is.
pub(crate) fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn read(path: &Path) -> Result<Zeroizing<[u8; 32]>, KeyFileError> {
    let failed = |source| KeyFileError::Io { path: path.to_owned(), source };
    let file = std::fs::File::open(path).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = file.metadata().map_err(failed)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(KeyFileError::Open(path.to_owned()));
        }
    }
    let mut text = Zeroizing::new(String::new());
    file.take(1024).read_to_string(&mut text).map_err(failed)?;
    let malformed = || KeyFileError::Malformed(path.to_owned());
    let digits = text.trim().strip_prefix("portal-key-1 ").ok_or_else(malformed)?;
    let bytes = Zeroizing::new(BASE64.decode(digits).map_err(|_| malformed())?);
    <[u8; 32]>::try_from(bytes.as_slice()).map(Zeroizing::new).map_err(|_| malformed())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn master(path: &Path) -> [u8; 32] {
        *read(path).unwrap()
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
            assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
            std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
            assert!(matches!(ServerKeys::open(&key, &database), Err(KeyFileError::Open(_))));
        }
    }

    #[test]
    fn a_database_without_its_key_is_not_given_another() {
        let folder = tempfile::tempdir().unwrap();
        let (key, database) = (folder.path().join("portal.key"), folder.path().join("portal.sqlite3"));
        std::fs::write(&database, "").unwrap();
        assert!(matches!(ServerKeys::open(&key, &database), Err(KeyFileError::Lost(_))));
        assert!(!key.exists());
    }

    #[test]
    fn servers_that_start_at_once_have_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("keys/portal.key");
        let found: Vec<[u8; 32]> = std::thread::scope(|scope| {
            let start = || {
                make(&key).unwrap();
                master(&key)
            };
            let racers: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
            racers.into_iter().map(|racer| racer.join().unwrap()).collect()
        });
        assert!(found.iter().all(|key| *key == found[0]));
        assert_eq!(std::fs::read_dir(folder.path().join("keys")).unwrap().count(), 1);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("portal.key");
        for text in ["", "hunter2", "portal-key-1 AAAA", "portal-key-1 !"] {
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
        assert_ne!(expand(&[7; 32], b"links"), expand(&[7; 32], b"forms"));
        assert!(format!("{keys:?}").contains("Secret(…)"));
        assert!(!format!("{keys:?}").contains('7'));
    }
}
