//! From any file to a picture.

use bytes::Bytes;
use image::ImageFormat;
use portal_core::ports::{Preview, PreviewError};

use crate::limits::MAX_FILE_BYTES;
use crate::{page, picture};

/// How far into a file a PDF may begin: readers have always allowed for rubbish before it.
const PDF_BEGINS_WITHIN_BYTES: usize = 1024;

/// A picture of page `page` (from 0) of `file`, at most `width_pixels` wide, as PNG.
///
/// What the file is, is read off its content. PDFs are drawn on white; of PNG, JPEG, GIF and WebP there is one page, turned upright by
/// its EXIF orientation, never enlarged, and of an animation its first picture.
///
/// On a file that was made for it this may take long, and much memory, or overflow the stack, which ends the process: see
/// [`ChildPreviewer`](crate::ChildPreviewer).
///
/// ```
/// use portal_core::ports::PreviewError;
///
/// let text = "Dear Ana, …".into();
/// assert!(matches!(portal_pdf::render(&text, 0, 800), Err(PreviewError::Unsupported)));
/// ```
///
/// # Errors
/// - [`PreviewError::Unsupported`]: neither a PDF nor one of these images.
/// - [`PreviewError::Unreadable`]: broken, or locked with a password.
/// - [`PreviewError::NoSuchPage`]: there are fewer pages.
/// - [`PreviewError::TooMuch`]: larger than [`MAX_FILE_BYTES`], or an image of more pixels or bytes than is decoded.
pub fn render(file: &Bytes, page: u32, width_pixels: u32) -> Result<Preview, PreviewError> {
    if file.len() as u64 > MAX_FILE_BYTES {
        return Err(PreviewError::TooMuch { what: "bytes" });
    }
    match kind_of(file) {
        Some(Kind::Pdf) => page::render(file, page, width_pixels),
        Some(Kind::Image(format)) => picture::render(file, format, page, width_pixels),
        None => Err(PreviewError::Unsupported),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Pdf,
    Image(ImageFormat),
}

/// What a file is, by its content: a name or a declared type is only somebody's word.
fn kind_of(file: &[u8]) -> Option<Kind> {
    match image::guess_format(file) {
        Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::Gif | ImageFormat::WebP)) => {
            Some(Kind::Image(format))
        }
        Ok(_) => None,
        Err(_) => {
            let start = file.get(..PDF_BEGINS_WITHIN_BYTES).unwrap_or(file);
            start.windows(5).any(|window| window == b"%PDF-").then_some(Kind::Pdf)
        }
    }
}

/// A file that is what it says, and cannot be shown.
pub(crate) fn unreadable(why: &str) -> PreviewError {
    PreviewError::Unreadable { why: why.to_owned() }
}
