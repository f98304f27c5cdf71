//! Pages of PDFs, drawn by hayro.

use std::sync::Arc;

use bytes::Bytes;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use portal_core::ports::{Preview, PreviewError};

use crate::limits::fit;
use crate::render::unreadable;

pub(crate) fn render(file: &Bytes, number: u32, width_pixels: u32) -> Result<Preview, PreviewError> {
    let pdf = Pdf::new(Arc::new(file.clone())).map_err(|error| refusal(&error))?;
    let pages = u32::try_from(pdf.pages().len()).unwrap_or(u32::MAX);
    if pages == 0 {
        return Err(unreadable("it has no pages"));
    }
    let index = usize::try_from(number).unwrap_or(usize::MAX);
    let page = pdf.pages().get(index).ok_or(PreviewError::NoSuchPage { pages })?;

    let (width, height) = page.render_dimensions();
    let (wide, high) =
        fit(width.into(), height.into(), width_pixels).ok_or_else(|| unreadable("the page has no size"))?;
    // hayro drops what is left of a pixel: half a pixel more makes it the whole number that was meant.
    let scale = |pixels: u16, length: f32| (f32::from(pixels) + 0.5) / length;
    let pixmap = hayro::render(
        page,
        &RenderCache::new(),
        // The default finds a standard font for each that the file does not hold.
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &PixmapSettings { x_scale: scale(wide, width), y_scale: scale(high, height), bg_color: WHITE },
    );
    let (width_pixels, height_pixels) = (pixmap.width().into(), pixmap.height().into());
    let png = pixmap.into_png().map_err(|error| PreviewError::Failed(error.into()))?;
    Ok(Preview { png: png.into(), width_pixels, height_pixels, pages })
}

fn refusal(error: &LoadPdfError) -> PreviewError {
    unreadable(match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => "it is locked with a password",
        LoadPdfError::Decryption(_) => "it is locked in a way that cannot be opened",
        LoadPdfError::Invalid => "it is damaged",
    })
}
