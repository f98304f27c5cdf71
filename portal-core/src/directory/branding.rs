//! How a firm shows itself in its mail and on its pages, beside its name and colour.

use super::{Directory, DirectoryRefusal, Event, Firm, Record};
use crate::change::{Decision, Versioned, Write};
use crate::values::{BlobKey, Digest, Id as _, ImageKind};

/// A firm's logo: where its bytes lie, and what they were measured to be before anybody decoded them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// Where its bytes lie.
    pub blob: BlobKey,
    /// What it was measured to be.
    pub picture: LogoPicture,
    /// Whether it is shown. One that was taken off is kept until another takes its place, so that it can be brought back.
    pub shown: bool,
}

/// A picture that can be a logo, as its first bytes tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct LogoPicture {
    /// What it is.
    pub kind: ImageKind,
    /// How many bytes it has.
    pub size_bytes: u32,
    /// How many pixels it is wide.
    pub width: u32,
    /// How many pixels it is high.
    pub height: u32,
}

impl LogoPicture {
    /// The most bytes of a logo: every mail carries it.
    pub const MAX_BYTES: u32 = 200_000;
    /// The most pixels of a logo in either direction.
    pub const MAX_SIDE: u32 = 2_000;
    /// The least pixels of a logo in either direction.
    pub const MIN_SIDE: u32 = 16;

    /// Measures a PNG or JPEG by its first bytes; nothing is decoded. What somebody says it is does not count.
    ///
    /// # Errors
    /// [`DirectoryRefusal::LogoTooLarge`], [`DirectoryRefusal::LogoUnknown`] and [`DirectoryRefusal::LogoSides`].
    pub fn measure(bytes: &[u8]) -> Result<Self, DirectoryRefusal> {
        let size_bytes = u32::try_from(bytes.len()).ok().filter(|size| *size <= Self::MAX_BYTES);
        let size_bytes = size_bytes.ok_or(DirectoryRefusal::LogoTooLarge { limit_bytes: Self::MAX_BYTES })?;
        let kind = match imagesize::image_type(bytes) {
            Ok(imagesize::ImageType::Png) => ImageKind::Png,
            Ok(imagesize::ImageType::Jpeg) => ImageKind::Jpeg,
            _ => return Err(DirectoryRefusal::LogoUnknown),
        };
        let size = imagesize::blob_size(bytes).map_err(|_| DirectoryRefusal::LogoUnknown)?;
        let within = Self::MIN_SIDE..=Self::MAX_SIDE;
        let side = |pixels: usize| u32::try_from(pixels).ok().filter(|pixels| within.contains(pixels));
        let (Some(width), Some(height)) = (side(size.width), side(size.height)) else {
            return Err(DirectoryRefusal::LogoSides { least: Self::MIN_SIDE, most: Self::MAX_SIDE });
        };
        Ok(Self { kind, size_bytes, width, height })
    }

    /// How wide and high it is shown within so many pixels: in its own proportions, at least a pixel, and never enlarged.
    pub fn within(&self, most_width: u32, most_height: u32) -> (u32, u32) {
        let (width, height) = (u64::from(self.width.max(1)), u64::from(self.height.max(1)));
        let (most_width, most_height) = (u64::from(most_width), u64::from(most_height));
        let by_height = (width * most_height / height, most_height);
        let by_width = (most_width, height * most_width / width);
        let (shown_width, shown_height) = match (width <= most_width, height <= most_height) {
            (true, true) => (width, height),
            _ if by_height.0 <= most_width => by_height,
            _ => by_width,
        };
        let pixels = |count: u64| u32::try_from(count).unwrap_or(u32::MAX).max(1);
        (pixels(shown_width), pixels(shown_height))
    }
}

impl Logo {
    /// What it is known by outside: another logo is known by another mark, and where its bytes lie is not told.
    pub fn mark(&self) -> String {
        let bits = Digest::of_parts(&[b"logo", &self.blob.as_u128().to_be_bytes()]).leading_u128();
        format!("{bits:032x}")
    }
}

impl Firm {
    /// The firm's logo, if it has one that is shown.
    pub fn logo(&self) -> Option<&Logo> {
        self.settings.logo.as_ref().filter(|logo| logo.shown)
    }
}

/// Gives a firm a logo, which is shown from now on. It answers where the bytes of the one before lie: nobody needs them any more.
pub fn set_logo(firm: &Versioned<Firm>, blob: BlobKey, picture: LogoPicture) -> Decision<Directory, Option<BlobKey>> {
    let mut changed = firm.value.clone();
    let before = changed.settings.logo.replace(Logo { blob, picture, shown: true });
    let event = Event::FirmChanged { firm: changed.id };
    Decision::nothing(before.map(|logo| logo.blob))
        .write(Write::Update(firm.version, Record::Firm(changed)))
        .event(event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::png_head as png;

    fn jpeg(width: u16, height: u16) -> Vec<u8> {
        let mut bytes = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xc0\0\x11\x08".to_vec();
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes.extend([3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
        bytes
    }

    #[test]
    fn l28_a_logo_is_measured_before_anybody_decodes_it() {
        let sides = Err(DirectoryRefusal::LogoSides { least: 16, most: 2_000 });
        let measured = LogoPicture::measure(&png(600, 200)).unwrap();
        assert_eq!((measured.kind, measured.width, measured.height), (ImageKind::Png, 600, 200));
        let measured = LogoPicture::measure(&jpeg(600, 200)).unwrap();
        assert_eq!((measured.kind, measured.width, measured.height), (ImageKind::Jpeg, 600, 200));
        for (width, height) in [(0, 100), (15, 100), (2_001, 100), (100, u32::MAX)] {
            assert_eq!(LogoPicture::measure(&png(width, height)), sides, "{width} × {height}");
        }
        assert_eq!(LogoPicture::measure(&jpeg(u16::MAX, 100)), sides);
        assert!(LogoPicture::measure(&png(2_000, 16)).is_ok());
        let mut large = png(100, 100);
        large.resize(200_000, 0);
        assert!(LogoPicture::measure(&large).is_ok());
        large.push(0);
        assert_eq!(LogoPicture::measure(&large), Err(DirectoryRefusal::LogoTooLarge { limit_bytes: 200_000 }));
    }

    #[test]
    fn l25_what_is_neither_png_nor_jpeg_is_no_logo() {
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100\" height=\"100\"/>";
        let gif = b"GIF89a\x64\0\x64\0\0\0\0";
        let bmp = [b"BM".as_slice(), &[0; 60]].concat();
        for bytes in
            [b"".as_slice(), svg, gif, &bmp, b"%PDF-1.7", b"<!doctype html>", &png(100, 100)[..12], &jpeg(9, 9)[..24]]
        {
            assert_eq!(LogoPicture::measure(bytes), Err(DirectoryRefusal::LogoUnknown), "{bytes:?}");
        }
    }

    #[test]
    fn a_logo_is_shown_in_its_proportions_and_never_enlarged() {
        let shown = |width, height| {
            let kind = ImageKind::Png;
            LogoPicture { kind, size_bytes: 1, width, height }.within(240, 64)
        };
        assert_eq!(shown(100, 40), (100, 40));
        assert_eq!(shown(480, 128), (240, 64));
        assert_eq!(shown(2_000, 100), (240, 12));
        assert_eq!(shown(64, 640), (6, 64));
        assert_eq!(shown(16, 2_000), (1, 64));
        assert_eq!(shown(2_000, 16), (240, 1));
    }
}
