//! The key file: what stands in it, how it is made, and how a key is added.
//!
//! ```text
//! portal-key-1 BASE64            from which links, forms and the first ring key derive
//! portal-ring-key 2 BASE64       and so on: the last one wraps, all of them unwrap
//! ```

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use portal_core::ports::{Entropy as _, SystemEntropy};
use portal_core::values::RingKeyId;
use zeroize::Zeroizing;

use super::{KeyFileError, expand};

/// So large a file is read, and so many keys are added to it, which are far fewer bytes.
const MOST_BYTES: u64 = 1024 * 1024;
const MOST_KEYS: usize = 10_000;

type Key = Zeroizing<[u8; 32]>;

/// A key of the ring.
pub(super) struct RingKey {
    pub(super) id: RingKeyId,
    pub(super) key: Key,
}

impl RingKey {
    /// Named by its number and by itself: where a file was lost and another begun, no two keys have one name.
    #[expect(clippy::expect_used, reason = "digits and a dash are printable, and few")]
    fn new(number: u32, key: Key) -> Self {
        let [a, b, c, d, ..] = *expand(&key, b"name");
        let id = RingKeyId::new(format!("{number}-{:08x}", u32::from_be_bytes([a, b, c, d]))).expect("digits");
        Self { id, key }
    }
}

/// What a key file holds.
pub(super) struct KeyFile {
    master: Key,
    /// Those that were added, the last added last.
    added: Vec<(u32, Key)>,
}

impl KeyFile {
    pub(super) fn new(master: [u8; 32]) -> Self {
        Self { master: Zeroizing::new(master), added: Vec::new() }
    }

    pub(super) fn master(&self) -> &[u8; 32] {
        &self.master
    }

    /// The first key of the ring.
    pub(super) fn first(&self) -> RingKey {
        RingKey::new(1, expand(&self.master, b"wraps"))
    }

    /// Those that were added, the current one last.
    pub(super) fn added(&self) -> impl Iterator<Item = RingKey> {
        self.added.iter().map(|(number, key)| RingKey::new(*number, key.clone()))
    }

    /// Makes a file with a new key, unless somebody was quicker: then theirs stays.
    pub(super) fn make(path: &Path) -> io::Result<()> {
        let folder = folder_of(path);
        make_private_folder(folder)?;
        let text = Self { master: new_key()?, added: Vec::new() }.text();
        // tempfile makes it 0600; linking it into place fails if somebody was quicker.
        match written(folder, &text)?.persist_noclobber(path) {
            Ok(_) => File::open(folder)?.sync_all(),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error.error),
        }
    }

    /// Adds a key. Of several that do so at once each adds its own.
    pub(super) fn add(path: &Path) -> Result<RingKeyId, KeyFileError> {
        let failed = |source| KeyFileError::Io { path: path.to_owned(), source };
        let folder = File::open(folder_of(path)).map_err(failed)?;
        // Held until the folder is closed; the file itself is replaced, and so cannot be what is held.
        folder.lock().map_err(failed)?;
        let mut file = Self::read(path)?;
        if file.added.len() >= MOST_KEYS {
            return Err(KeyFileError::Full(path.to_owned()));
        }
        let number = file.added.last().map_or(1, |(number, _)| *number).saturating_add(1);
        let key = new_key().map_err(failed)?;
        file.added.push((number, key.clone()));
        let written = written(folder_of(path), &file.text()).map_err(failed)?;
        written.persist(path).map_err(|error| failed(error.error))?;
        folder.sync_all().map_err(failed)?;
        Ok(RingKey::new(number, key).id)
    }

    pub(super) fn read(path: &Path) -> Result<Self, KeyFileError> {
        let failed = |source| KeyFileError::Io { path: path.to_owned(), source };
        let file = File::open(path).map_err(failed)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = file.metadata().map_err(failed)?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(KeyFileError::Open(path.to_owned()));
            }
        }
        let mut text = Zeroizing::new(String::new());
        file.take(MOST_BYTES).read_to_string(&mut text).map_err(failed)?;
        Self::parse(&text).ok_or_else(|| KeyFileError::Malformed(path.to_owned()))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.trim().lines();
        let master = decoded(lines.next()?.strip_prefix("portal-key-1 ")?)?;
        let mut added = Vec::new();
        let mut before = 1;
        for line in lines {
            let (number, digits) = line.strip_prefix("portal-ring-key ")?.split_once(' ')?;
            let number: u32 = number.parse().ok()?;
            if number <= before {
                return None;
            }
            added.push((number, decoded(digits)?));
            before = number;
        }
        Some(Self { master, added })
    }

    fn text(&self) -> Zeroizing<String> {
        let encoded = |key: &Key| Zeroizing::new(BASE64.encode(**key));
        let mut text = Zeroizing::new(format!("portal-key-1 {}\n", *encoded(&self.master)));
        for (number, key) in &self.added {
            // A text that grows would leave copies behind.
            let line = Zeroizing::new(format!("portal-ring-key {number} {}\n", *encoded(key)));
            text = Zeroizing::new([text.as_str(), line.as_str()].concat());
        }
        text
    }
}

fn new_key() -> io::Result<Key> {
    SystemEntropy.draw().map(Zeroizing::new).map_err(io::Error::other)
}

fn decoded(digits: &str) -> Option<Key> {
    let bytes = Zeroizing::new(BASE64.decode(digits).ok()?);
    <[u8; 32]>::try_from(bytes.as_slice()).ok().map(Zeroizing::new)
}

/// A file with this text, in the folder and under no name that stays.
fn written(folder: &Path, text: &str) -> io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes a folder that its owner alone may enter; one that is there already is left as it is.
pub(crate) fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
