//! Pictures of PDF pages, judged by poppler and qpdf.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod support;

use bytes::Bytes;
use portal_core::ports::{Preview, PreviewError};
use portal_pdf::{MAX_FILE_BYTES, MAX_SIDE_PIXELS, render};
use support::{Page, by_qpdf, decoded, difference, pdf, through};

const RED: [u8; 4] = [255, 0, 0, 255];
const BLUE: [u8; 4] = [0, 0, 255, 255];
const WHITE: [u8; 4] = [255, 255, 255, 255];

/// The same page, drawn by poppler in the same size. It is told the size that the page has before it is turned.
fn by_poppler(file: &[u8], page: u32, preview: &Preview, sideways: bool) -> image::RgbaImage {
    let (width, height) = (preview.width_pixels, preview.height_pixels);
    let (width, height) = if sideways { (height, width) } else { (width, height) };
    let [page, width, height] = [page + 1, width, height].map(|number| number.to_string());
    let args = ["-png", "-cropbox", "-f", &page, "-l", &page, "-scale-to-x", &width, "-scale-to-y", &height, "-"];
    decoded(&through("pdftoppm", &args, file))
}

fn corners(preview: &Preview) -> [[u8; 4]; 4] {
    let picture = decoded(&preview.png);
    let (right, bottom) = (picture.width() - 1, picture.height() - 1);
    [(0, 0), (right, 0), (right, bottom), (0, bottom)].map(|(x, y)| picture.get_pixel(x, y).0)
}

fn why(answer: Result<Preview, PreviewError>) -> String {
    match answer {
        Err(PreviewError::Unreadable { why }) => why,
        other => panic!("not unreadable: {other:?}"),
    }
}

#[test]
fn a_page_is_as_wide_as_asked_and_says_how_many_there_are() {
    let file = pdf(&[Page::with_corners(612.0, 792.0), Page::with_corners(800.0, 400.0), Page::letter("three")]);
    let counted = String::from_utf8(through("pdfinfo", &["-"], &file)).unwrap();
    assert!(counted.lines().any(|line| line.split_whitespace().eq(["Pages:", "3"])), "{counted}");
    for (page, size) in [(0, (1000, 1294)), (1, (1000, 500)), (2, (1000, 1294))] {
        let preview = render(&file, page, 1000).unwrap();
        assert_eq!((preview.width_pixels, preview.height_pixels, preview.pages), (size.0, size.1, 3));
        assert_eq!(decoded(&preview.png).dimensions(), size);
    }
    assert!(matches!(render(&file, 3, 1000), Err(PreviewError::NoSuchPage { pages: 3 })));
    assert!(matches!(render(&file, u32::MAX, 1000), Err(PreviewError::NoSuchPage { pages: 3 })));
}

#[test]
fn pages_are_turned_as_their_rotation_says_and_cut_to_what_is_shown() {
    let turned = [
        (0, [RED, WHITE, BLUE, WHITE]),
        (90, [WHITE, RED, WHITE, BLUE]),
        (180, [BLUE, WHITE, RED, WHITE]),
        (270, [WHITE, BLUE, WHITE, RED]),
        (-90, [WHITE, BLUE, WHITE, RED]),
    ];
    for (rotate, expected) in turned {
        let file = pdf(&[Page { rotate, ..Page::with_corners(600.0, 300.0) }]);
        let preview = render(&file, 0, 300).unwrap();
        assert_eq!(corners(&preview), expected, "turned by {rotate}");
        let sideways = rotate % 180 != 0;
        assert_eq!(preview.height_pixels, if sideways { 600 } else { 150 });
        assert!(difference(&decoded(&preview.png), &by_poppler(&file, 0, &preview, sideways)) < 1.0);
    }
    let crop = Page { further: "/CropBox [0 150 300 300] /UserUnit 2", ..Page::with_corners(600.0, 300.0) };
    let preview = render(&pdf(&[crop]), 0, 300).unwrap();
    assert_eq!((corners(&preview), preview.height_pixels), ([RED, WHITE, WHITE, WHITE], 150));
    let shifted = Page { media_box: [-600.0, -300.0, 0.0, 0.0], ..Page::with_corners(600.0, 300.0) };
    assert_eq!(corners(&render(&pdf(&[shifted]), 0, 300).unwrap())[1], WHITE);
}

#[test]
fn text_in_fonts_that_the_file_does_not_hold_is_seen() {
    let text = "Engagement letter 2025, signed";
    let file = pdf(&[Page::letter(text), Page::letter("")]);
    let preview = render(&file, 0, 1000).unwrap();
    let ink = |page| decoded(&render(&file, page, 1000).unwrap().png).pixels().filter(|pixel| pixel.0 != WHITE).count();
    assert_eq!(ink(1), 0);
    // Each of the eight lines, in each of the four fonts, has ink; poppler, with fonts of its own, has about as much at about the same places.
    let picture = decoded(&preview.png);
    for (at, line) in [720, 696, 648, 624, 576, 552, 504, 480].into_iter().enumerate() {
        let top = (792 - line) * 1000 / 612 - 15;
        let inked = (top..top + 20).any(|y| (80..400).any(|x| picture.get_pixel(x, y).0 != WHITE));
        assert!(inked, "line {at} is blank");
    }
    assert!(difference(&picture, &by_poppler(&file, 0, &preview, false)) < 6.0);
}

#[test]
fn l28_pages_of_any_size_stay_within_pixels() {
    for (width, height) in [(200_000.0, 200_000.0), (200_000.0, 3.0), (3.0, 200_000.0), (0.5, 0.5), (1e9, 1e9)] {
        let preview = render(&pdf(&[Page::with_corners(width, height)]), 0, 800).unwrap();
        assert!(preview.width_pixels <= 800 && preview.height_pixels <= MAX_SIDE_PIXELS, "{width} by {height}");
    }
    let preview = render(&pdf(&[Page::with_corners(612.0, 792.0)]), 0, u32::MAX).unwrap();
    assert!(preview.width_pixels * preview.height_pixels <= 16_100_000);
}

#[test]
fn a_file_locked_with_a_password_says_so_and_one_locked_against_changes_is_shown() {
    let file = pdf(&[Page::with_corners(612.0, 792.0)]);
    for bits in ["40", "128", "256"] {
        let weak: &[&str] = if bits == "256" { &[] } else { &["--allow-weak-crypto"] };
        let locked = by_qpdf(&[weak, &["--encrypt", "reader", "owner", bits, "--"]].concat(), &file);
        assert_eq!(why(render(&locked, 0, 100)), "it is locked with a password", "{bits} bits");
        let open = by_qpdf(&[weak, &["--encrypt", "", "owner", bits, "--"]].concat(), &file);
        assert_eq!(corners(&render(&open, 0, 100).unwrap()), [RED, WHITE, BLUE, WHITE], "{bits} bits");
    }
}

#[test]
fn compressed_object_streams_and_rubbish_before_the_header_are_read() {
    let file = pdf(&[Page::with_corners(612.0, 792.0)]);
    let compressed = by_qpdf(&["--object-streams=generate", "--compress-streams=y"], &file);
    let behind_rubbish = Bytes::from([&b"\r\n\0rubbish\n"[..], &file].concat());
    for file in [compressed, behind_rubbish] {
        assert_eq!(corners(&render(&file, 0, 100).unwrap()), [RED, WHITE, BLUE, WHITE]);
    }
}

#[test]
fn a_broken_file_is_unreadable_and_one_of_another_kind_is_unsupported() {
    let no_pages = support::file(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec(),
    ]);
    for broken in [
        Bytes::from("%PDF-1.7\n"),
        Bytes::from("%PDF-1.7 and then a lot of words, none of which is an object"),
        no_pages,
    ] {
        why(render(&broken, 0, 100));
    }
    for other in [
        &b""[..],
        b"Dear Ana",
        b"PK\x03\x04",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"BM\0\0\0\0\0\0\0\0",
        b"\x7fELF",
        b"%PD",
    ] {
        assert!(matches!(render(&Bytes::copy_from_slice(other), 0, 100), Err(PreviewError::Unsupported)), "{other:?}");
    }
    let large = Bytes::from(vec![b'%'; usize::try_from(MAX_FILE_BYTES).unwrap() + 1]);
    assert!(matches!(render(&large, 0, 100), Err(PreviewError::TooMuch { what: "bytes" })));
}

#[test]
fn wherever_a_file_is_cut_or_changed_there_is_an_answer() {
    let file = by_qpdf(
        &["--object-streams=generate"],
        &pdf(&[Page::letter("Engagement letter"), Page::with_corners(99.0, 99.0)]),
    );
    let (mut shown, mut refused) = (0, 0);
    let mut try_one = |file: Bytes| match render(&file, 0, 60) {
        Ok(_) => shown += 1,
        Err(PreviewError::Unreadable { .. } | PreviewError::Unsupported | PreviewError::NoSuchPage { .. }) => {
            refused += 1
        }
        Err(other) => panic!("{other:?}"),
    };
    for at in (0..file.len()).step_by(13) {
        try_one(file.slice(..at));
        for change in [0, 0xff, b'9', b' '] {
            let mut changed = file.to_vec();
            changed[at] = change;
            try_one(changed.into());
        }
    }
    assert!(shown > 100 && refused > 100, "{shown} shown, {refused} refused: this says nothing");
}
