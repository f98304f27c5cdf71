//! Stylesheet and scripts, built into the program: each in files by idea, and one file to browsers.

use std::sync::LazyLock;

/// One file under `/assets/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asset {
    /// Its name.
    pub name: &'static str,
    /// Its `Content-Type`.
    pub content_type: &'static str,
    /// What it holds.
    pub text: &'static str,
}

/// The text of the files of a folder, one after the other.
macro_rules! joined {
    ($folder:literal: $($name:literal)*) => {
        concat!($(include_str!(concat!("../../assets/", $folder, "/", $name)), "\n"),*)
    };
}

/// Every file. Later styles win over earlier ones; scripts use what those before them made.
pub const ALL: &[Asset] = &[
    Asset {
        name: "portal.css",
        content_type: "text/css; charset=utf-8",
        text: joined!("styles": "base.css" "controls.css" "lists.css" "pages.css" "staff.css" "uploads.css" "screens.css"),
    },
    Asset {
        name: "portal.js",
        content_type: "text/javascript; charset=utf-8",
        text: joined!(
            "scripts": "portal.js" "say.js" "times.js" "pages.js" "dialogs.js" "controls.js" "share.js" "lists.js"
            "peek.js" "figures.js" "tray.js" "sending.js" "folders.js" "uploads.js"
        ),
    },
    Asset { name: "icon.svg", content_type: "image/svg+xml", text: include_str!("../../assets/icon.svg") },
];

/// The file of this name.
pub fn find(name: &str) -> Option<&'static Asset> {
    ALL.iter().find(|asset| asset.name == name)
}

/// A word that changes whenever a file does, so that browsers may keep them for good.
pub fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        // FNV-1a: nothing rests on it but caches.
        let bytes = ALL.iter().flat_map(|asset| asset.text.bytes());
        let hash = bytes
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        format!("{hash:016x}")
    });
    &VERSION
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_styles_and_scripts_is_served() {
        for (folder, name) in [("styles", "portal.css"), ("scripts", "portal.js")] {
            let served = find(name).unwrap().text;
            for file in std::fs::read_dir(format!("{}/assets/{folder}", env!("CARGO_MANIFEST_DIR"))).unwrap() {
                let path = file.unwrap().path();
                assert!(served.contains(&std::fs::read_to_string(&path).unwrap()), "{path:?}");
            }
        }
    }
}
