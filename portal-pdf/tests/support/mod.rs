//! PDFs made by hand, small enough to say everything about them, and the judges.
#![allow(dead_code, reason = "each of the tests uses a part")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use bytes::Bytes;

/// A page in the making.
pub(crate) struct Page {
    /// Lower left and upper right corner, in points.
    pub(crate) media_box: [f64; 4],
    /// Degrees, clockwise.
    pub(crate) rotate: i32,
    /// What is drawn.
    pub(crate) content: String,
    /// Further entries of the page's dictionary.
    pub(crate) further: &'static str,
}

impl Page {
    /// A page with a red square in its top left corner, a blue one in its bottom right corner, before it is rotated.
    pub(crate) fn with_corners(width: f64, height: f64) -> Self {
        let side = width.min(height) / 4.0;
        let content =
            format!("1 0 0 rg 0 {} {side} {side} re f 0 0 1 rg {} 0 {side} {side} re f", height - side, width - side);
        Self { media_box: [0.0, 0.0, width, height], rotate: 0, content, further: "" }
    }

    /// A letter in three fonts that the file does not hold.
    pub(crate) fn letter(text: &str) -> Self {
        let mut content = String::from("BT 50 720 Td ");
        for font in ["F1", "F2", "F3", "F4"] {
            for size in [12, 24] {
                let _ = write!(content, "/{font} {size} Tf ({text}) Tj 0 -{} Td ", size * 2);
            }
        }
        content.push_str("ET");
        Self { media_box: [0.0, 0.0, 612.0, 792.0], rotate: 0, content, further: "" }
    }
}

/// A whole PDF file of these pages.
pub(crate) fn pdf(pages: &[Page]) -> Bytes {
    let kids: String = (0..pages.len()).map(|at| format!("{} 0 R ", 7 + 2 * at)).collect();
    let font = |name: &str| format!("<< /Type /Font /Subtype /Type1 /BaseFont /{name} >>");
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pages.len()),
        font("Helvetica"),
        font("Times-BoldItalic"),
        font("Courier"),
        font("SomethingNobodyHas-Bold"),
    ];
    for (at, page) in pages.iter().enumerate() {
        let [left, bottom, right, top] = page.media_box;
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [{left} {bottom} {right} {top}] /Rotate {} /Contents {} 0 R {} \
             /Resources << /Font << /F1 3 0 R /F2 4 0 R /F3 5 0 R /F4 6 0 R >> >> >>",
            page.rotate,
            8 + 2 * at,
            page.further
        ));
        objects.push(format!("<< /Length {} >> stream\n{}\nendstream", page.content.len(), page.content));
    }
    let objects: Vec<Vec<u8>> = objects.into_iter().map(String::into_bytes).collect();
    file(&objects)
}

/// A PDF file of these objects, numbered from 1, of which the first is the catalog.
pub(crate) fn file(objects: &[Vec<u8>]) -> Bytes {
    let mut bytes = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(objects) {
        let _ = writeln!(table, "{:010} 00000 n ", bytes.len());
        bytes.extend(format!("{number} 0 obj\n").into_bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let start = bytes.len();
    let trailer = format!("trailer << /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    bytes.extend(table.into_bytes());
    bytes.extend(trailer.into_bytes());
    bytes.into()
}

/// What a program of the machine makes of `input`.
pub(crate) fn through(program: &str, args: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| unreachable!("this test needs `{program}`: {error}"));
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writing = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    let _stopped_reading = writing.join().unwrap();
    assert!(output.status.success(), "`{program} {args:?}` ended with {}", output.status);
    output.stdout
}

/// The same file, by qpdf with `args`.
pub(crate) fn by_qpdf(args: &[&str], input: &[u8]) -> Bytes {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.pdf");
    std::fs::write(&path, input).unwrap();
    through("qpdf", &[args, &[path.to_str().unwrap(), "-"]].concat(), b"").into()
}

/// A picture, decoded.
pub(crate) fn decoded(png: &[u8]) -> image::RgbaImage {
    image::load_from_memory_with_format(png, image::ImageFormat::Png).unwrap().into_rgba8()
}

/// The mean difference between two pictures, 0 to 255 for each colour.
pub(crate) fn difference(one: &image::RgbaImage, other: &image::RgbaImage) -> f64 {
    assert_eq!(one.dimensions(), other.dimensions());
    let bytes = one.as_raw().iter().zip(other.as_raw());
    let sum: f64 = bytes.map(|(one, other)| f64::from(one.abs_diff(*other))).sum();
    sum / f64::from(one.width()) / f64::from(one.height()) / 3.0
}
