//! How much a file may ask for, and how large a picture gets.

/// The largest file that is looked at.
pub const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// The widest picture that is made, whatever is asked for.
pub const MAX_WIDTH_PIXELS: u32 = 4096;

/// The longest side of a picture: a page that is higher is drawn narrower.
pub const MAX_SIDE_PIXELS: u32 = 8192;

/// The most pixels of a picture.
pub const MAX_PICTURE_PIXELS: u32 = 16_000_000;

/// The most pixels of an image that is decoded: the largest cameras of telephones have 50 million, scanners reach this.
pub const MAX_SOURCE_PIXELS: u64 = 64_000_000;

/// The most bytes that an image may have when it is decoded: room for [`MAX_SOURCE_PIXELS`] in colour.
pub(crate) const MAX_DECODED_BYTES: u64 = 3 * MAX_SOURCE_PIXELS;

/// The size of the picture of something `width` by `height`, in any unit: `wanted_pixels` wide, or less where a limit asks for it; `None` when it has
/// no size.
pub(crate) fn fit(width: f64, height: f64, wanted_pixels: u32) -> Option<(u16, u16)> {
    let real = |length: f64| length.is_finite() && length > 0.0;
    if !real(width) || !real(height) {
        return None;
    }
    let wanted = f64::from(wanted_pixels.clamp(1, MAX_WIDTH_PIXELS));
    let longest = f64::from(MAX_SIDE_PIXELS);
    let by_pixels = f64::from(MAX_PICTURE_PIXELS).sqrt() / width.sqrt() / height.sqrt();
    let scale = (wanted / width).min(longest / height).min(by_pixels);
    #[expect(clippy::cast_possible_truncation, reason = "clamped into the range just before")]
    let pixels = |length: f64| (length * scale).round().clamp(1.0, longest) as u16;
    Some((pixels(width), pixels(height)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_page_is_as_wide_as_asked() {
        assert_eq!(fit(612.0, 792.0, 1000), Some((1000, 1294)));
        assert_eq!(fit(50.0, 50.0, 800), Some((800, 800)));
    }

    #[test]
    fn whatever_the_page_and_the_wish_the_picture_stays_within_limits() {
        let lengths = [1e-300, 1e-3, 1.0, 600.0, 14_400.0, 200_000.0, 1e18, 1e300];
        for width in lengths {
            for height in lengths {
                for wanted in [0, 1, 800, 4096, u32::MAX] {
                    let (wide, high) = fit(width, height, wanted).unwrap();
                    let pixels = u32::from(wide) * u32::from(high);
                    assert!(wide >= 1 && high >= 1 && u32::from(wide) <= MAX_WIDTH_PIXELS.min(wanted.max(1)));
                    assert!(u32::from(high) <= MAX_SIDE_PIXELS && pixels <= MAX_PICTURE_PIXELS + MAX_SIDE_PIXELS);
                }
            }
        }
    }

    #[test]
    fn what_has_no_size_has_no_picture() {
        for (width, height) in [(0.0, 1.0), (1.0, -1.0), (f64::NAN, 1.0), (1.0, f64::INFINITY)] {
            assert_eq!(fit(width, height, 100), None);
        }
    }
}
