//! Images: measured, decoded within limits, made smaller, turned upright.

use std::io::Cursor;

use bytes::Bytes;
use image::error::LimitErrorKind;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits};
use portal_core::ports::{Preview, PreviewError};

use crate::limits::{MAX_DECODED_BYTES, MAX_SOURCE_PIXELS, fit};
use crate::render::unreadable;

pub(crate) fn render(file: &Bytes, format: ImageFormat, page: u32, width_pixels: u32) -> Result<Preview, PreviewError> {
    let mut reader = ImageReader::with_format(Cursor::new(file.as_ref()), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refusal)?;

    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_SOURCE_PIXELS {
        return Err(PreviewError::TooMuch { what: "pixels" });
    }
    if decoder.total_bytes() > MAX_DECODED_BYTES {
        return Err(PreviewError::TooMuch { what: "memory" });
    }
    if page > 0 {
        return Err(PreviewError::NoSuchPage { pages: 1 });
    }
    // A picture without a readable orientation is shown as it lies.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let (width, height) = if lies_on_its_side(orientation) { (height, width) } else { (width, height) };
    let (wide, high) = fit(width.into(), height.into(), width_pixels.min(width))
        .map(|(wide, high)| (u32::from(wide), u32::from(high)))
        .ok_or_else(|| unreadable("the image has no size"))?;

    let decoded = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    // Smaller first, then turned: what is turned is copied.
    let (across, down) = if lies_on_its_side(orientation) { (high, wide) } else { (wide, high) };
    let mut picture = match (decoded.width(), decoded.height()) {
        size if size == (across, down) => decoded,
        _ => decoded.thumbnail_exact(across, down),
    };
    picture.apply_orientation(orientation);
    encode(picture)
}

fn lies_on_its_side(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

/// PNG of eight bits: a browser needs no more, and nothing of the file but its pixels goes along.
fn encode(picture: DynamicImage) -> Result<Preview, PreviewError> {
    let picture = if picture.color().has_alpha() {
        DynamicImage::ImageRgba8(picture.into_rgba8())
    } else {
        DynamicImage::ImageRgb8(picture.into_rgb8())
    };
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png).map_err(|error| PreviewError::Failed(error.into()))?;
    let (width_pixels, height_pixels) = (picture.width(), picture.height());
    Ok(Preview { png: png.into_inner().into(), width_pixels, height_pixels, pages: 1 })
}

fn refusal(error: ImageError) -> PreviewError {
    match error {
        ImageError::Limits(limit) => {
            let what = if limit.kind() == LimitErrorKind::DimensionError { "pixels" } else { "memory" };
            PreviewError::TooMuch { what }
        }
        ImageError::Unsupported(_) => unreadable("it is an image of a rare kind"),
        _ => unreadable("it is damaged"),
    }
}
