//! Stylesheet and scripts, built into the program.

use std::sync::LazyLock;

/// One file under `/assets/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asset {
    /// Its name.
    pub name: &'static str,
    /// Its `Content-Type`.
    pub content_type: &'static str,
    /// What it holds.
    pub bytes: &'static [u8],
}

macro_rules! assets {
    ($($name:literal: $content_type:literal,)*) => {
        /// Every file.
        pub const ALL: &[Asset] = &[$(
            Asset {
                name: $name,
                content_type: $content_type,
                bytes: include_bytes!(concat!("../../assets/", $name)),
            },
        )*];
    };
}

assets! {
    "portal.css": "text/css; charset=utf-8",
    "portal.js": "text/javascript; charset=utf-8",
    "lists.js": "text/javascript; charset=utf-8",
    "upload.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}

/// The file of this name.
pub fn find(name: &str) -> Option<&'static Asset> {
    ALL.iter().find(|asset| asset.name == name)
}

/// A word that changes whenever a file does, so that browsers may keep them for good.
pub fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        // FNV-1a: nothing rests on it but caches.
        let bytes = ALL.iter().flat_map(|asset| asset.bytes);
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        format!("{hash:016x}")
    });
    &VERSION
}
