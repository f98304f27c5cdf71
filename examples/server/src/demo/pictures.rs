//! Pictures of the demo: a plan, and a photograph of a receipt.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{ImageEncoder as _, Rgb, RgbImage};

use super::DemoError;

fn failed(error: impl std::fmt::Display) -> DemoError {
    DemoError::Document(error.to_string())
}

/// A floor plan: walls, doors and counters, as PNG.
pub(super) fn floor_plan() -> Result<Vec<u8>, DemoError> {
    const WALL: Rgb<u8> = Rgb([38, 46, 48]);
    const COUNTER: Rgb<u8> = Rgb([31, 95, 91]);
    const FLOOR: Rgb<u8> = Rgb([246, 243, 236]);
    let mut plan = RgbImage::from_pixel(1200, 800, Rgb([255, 255, 255]));
    fill(&mut plan, (60, 60, 1080, 680), FLOOR);
    for wall in [
        (60, 60, 1080, 12),
        (60, 728, 1080, 12),
        (60, 60, 12, 680),
        (1128, 60, 12, 680),
        (700, 60, 12, 440),
        (700, 490, 260, 12),
    ] {
        fill(&mut plan, wall, WALL);
    }
    // Doors: gaps in the walls.
    for door in [(180, 728, 130, 12), (1010, 728, 80, 12), (700, 330, 12, 90)] {
        fill(&mut plan, door, FLOOR);
    }
    for counter in
        [(180, 260, 360, 46), (494, 260, 46, 200), (780, 120, 120, 90), (940, 120, 120, 90), (780, 250, 280, 40)]
    {
        fill(&mut plan, counter, COUNTER);
    }
    for table in 0..4 {
        fill(&mut plan, (140 + table * 130, 580, 70, 70), Rgb([205, 190, 160]));
    }
    let mut png = Vec::new();
    let encoder = PngEncoder::new(&mut png);
    encoder.write_image(&plan, plan.width(), plan.height(), image::ExtendedColorType::Rgb8).map_err(failed)?;
    Ok(png)
}

fn fill(picture: &mut RgbImage, (left, top, width, height): (u32, u32, u32, u32), color: Rgb<u8>) {
    for y in top..(top + height).min(picture.height()) {
        for x in left..(left + width).min(picture.width()) {
            picture.put_pixel(x, y, color);
        }
    }
}

/// A page as a telephone takes it: on a table, a little askew, in uneven light; as JPEG.
pub(super) fn photograph(page: &[u8]) -> Result<Vec<u8>, DemoError> {
    const SIZE: (u32, u32) = (1200, 1500);
    const TABLE: Rgb<u8> = Rgb([122, 96, 70]);
    let drawn = portal_pdf::render(&bytes::Bytes::copy_from_slice(page), 0, 1000).map_err(failed)?;
    let page = image::load_from_memory(&drawn.png).map_err(failed)?.into_rgb8();
    let (sine, cosine) = (-0.045_f32).sin_cos();
    let photograph = RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| {
        let (dx, dy) = (as_f32(x) - 600.0, as_f32(y) - 750.0);
        let (from_x, from_y) = (dx * cosine + dy * sine + 500.0, dy * cosine - dx * sine + 660.0);
        let light = 1.0 - (dx * 0.6 + dy).abs() / 4200.0;
        let paper = inside(from_x, page.width()).zip(inside(from_y, page.height()));
        let Rgb(channels) = paper.map_or(TABLE, |(x, y)| *page.get_pixel(x, y));
        Rgb(channels.map(|channel| dimmed(channel, light)))
    });
    let mut jpeg = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut jpeg, 82);
    encoder.write_image(&photograph, SIZE.0, SIZE.1, image::ExtendedColorType::Rgb8).map_err(failed)?;
    Ok(jpeg)
}

fn as_f32(pixel: u32) -> f32 {
    f32::from(u16::try_from(pixel).unwrap_or(u16::MAX))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it lies within the picture's width, which was checked"
)]
fn inside(at: f32, size: u32) -> Option<u32> {
    (at >= 0.0 && at < as_f32(size)).then_some(at as u32)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what a byte holds")]
fn dimmed(channel: u8, light: f32) -> u8 {
    (f32::from(channel) * light).clamp(0.0, 255.0) as u8
}
