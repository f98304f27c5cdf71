//! Pictures of images.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::io::Cursor;

use bytes::Bytes;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use portal_core::ports::PreviewError;
use portal_pdf::render;
use support::decoded;

/// Red on the left, blue on the right.
fn halves(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) }).into()
}

fn written(picture: &DynamicImage, format: ImageFormat) -> Bytes {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner().into()
}

fn is_red(pixel: &Rgba<u8>) -> bool {
    pixel.0[0] > 200 && pixel.0[2] < 60
}

#[test]
fn every_kind_of_image_is_made_smaller_and_never_larger() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        let file = written(&halves(400, 300), format);
        for (asked, size) in [(100, (100, 75)), (400, (400, 300)), (4000, (400, 300)), (0, (1, 1))] {
            let preview = render(&file, 0, asked).unwrap();
            assert_eq!((preview.width_pixels, preview.height_pixels, preview.pages), (size.0, size.1, 1));
            let picture = decoded(&preview.png);
            assert_eq!(picture.dimensions(), size, "{format:?}");
            if asked > 0 {
                assert!(is_red(picture.get_pixel(1, 1)) && !is_red(picture.get_pixel(size.0 - 2, 1)), "{format:?}");
            }
        }
        assert!(matches!(render(&file, 1, 100), Err(PreviewError::NoSuchPage { pages: 1 })));
    }
}

#[test]
fn a_photograph_is_turned_upright_by_its_exif_orientation() {
    let jpeg = written(&halves(400, 300), ImageFormat::Jpeg);
    // Where the red half is after each of the eight orientations of EXIF.
    let (left, right, above, below) = ((5, 50), (394, 50), (50, 5), (50, 394));
    for (orientation, red, sideways) in [
        (1, left, false),
        (2, right, false),
        (3, right, false),
        (4, left, false),
        (5, above, true),
        (6, above, true),
        (7, below, true),
        (8, below, true),
    ] {
        let mut exif = b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
        let turned: Bytes = [&jpeg[..2], &exif, &jpeg[2..]].concat().into();
        let preview = render(&turned, 0, 400).unwrap();
        let size = (preview.width_pixels, preview.height_pixels);
        assert_eq!(size, if sideways { (300, 400) } else { (400, 300) }, "orientation {orientation}");
        assert!(is_red(decoded(&preview.png).get_pixel(red.0, red.1)), "orientation {orientation}");
        let small = render(&turned, 0, 150).unwrap();
        assert_eq!(small.width_pixels, 150, "orientation {orientation}");
    }
}

#[test]
fn transparency_stays_and_deep_colours_become_eight_bits() {
    let glass = DynamicImage::from(RgbaImage::from_pixel(8, 8, Rgba([9, 9, 9, 100])));
    let preview = render(&written(&glass, ImageFormat::Png), 0, 8).unwrap();
    assert_eq!(decoded(&preview.png).get_pixel(3, 3).0, [9, 9, 9, 100]);
    let deep = DynamicImage::ImageRgb16(halves(8, 8).into_rgb16());
    let preview = render(&written(&deep, ImageFormat::Png), 0, 8).unwrap();
    assert!(is_red(decoded(&preview.png).get_pixel(1, 1)));
}

#[test]
fn what_stands_in_a_photograph_beside_its_pixels_goes_nowhere() {
    let jpeg = written(&halves(8, 8), ImageFormat::Jpeg);
    let place = b"\xff\xfe\x00\x14taken at my home!!";
    let file: Bytes = [&jpeg[..2], place, &jpeg[2..]].concat().into();
    let preview = render(&file, 0, 8).unwrap();
    assert!(!preview.png.windows(7).any(|window| window == b"my home"));
}

/// The head of a PNG that claims to be this large.
fn claims(width: u32, height: u32) -> Bytes {
    let small = written(&halves(8, 8), ImageFormat::Png);
    let mut bytes = small.to_vec();
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    // CRC-32 of the chunk, bit by bit.
    let crc = bytes[12..29].iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    });
    bytes[29..33].copy_from_slice(&(!crc).to_be_bytes());
    bytes.into()
}

#[test]
fn l28_an_image_is_measured_before_it_is_decoded() {
    assert!(matches!(render(&claims(30_000, 30_000), 0, 100), Err(PreviewError::TooMuch { what: "pixels" })));
    assert!(matches!(render(&claims(1 << 30, 1 << 30), 0, 100), Err(PreviewError::TooMuch { .. })));
    let within = render(&claims(8, 9), 0, 100);
    assert!(!matches!(within, Err(PreviewError::TooMuch { .. })), "the head itself is sound: {within:?}");
}

#[test]
fn a_damaged_image_is_unreadable_wherever_it_is_cut_or_changed() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        let file = written(&halves(64, 48), format);
        let (mut shown, mut refused) = (0, 0);
        for at in 12..file.len() {
            let mut changed = file.to_vec();
            changed[at] ^= 0x55;
            for file in [file.slice(..at), changed.into()] {
                match render(&file, 0, 32) {
                    Ok(_) => shown += 1,
                    Err(PreviewError::Unreadable { .. } | PreviewError::TooMuch { .. }) => refused += 1,
                    other => unreachable!("{format:?} at {at}: {other:?}"),
                }
            }
        }
        assert!(refused > 10, "{format:?}: {shown} shown, {refused} refused");
    }
}
