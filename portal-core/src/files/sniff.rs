//! What a file is by its content: a name and a declared type are only somebody's word.

use super::MediaType;

/// How many of the first bytes are looked at.
const SNIFFED_BYTES: usize = 4 * 1024;

/// How far into a file an `<svg` may stand, after a prologue and comments.
const SVG_WITHIN_BYTES: usize = 1024;

/// The type that the first bytes of a file tell; `None` when they tell none, as those of plain text do. Nothing is decoded for it.
pub fn sniffed(head: &[u8]) -> Option<MediaType> {
    let head = head.get(..SNIFFED_BYTES).unwrap_or(head);
    if is_svg(head) {
        return MediaType::new("image/svg+xml");
    }
    infer::get(head).and_then(|kind| MediaType::new(kind.mime_type()))
}

/// Whether a type that somebody named and the one that the content tells cannot both be right. Where the content is the wrapping of
/// what was named (a ZIP of a spreadsheet, XML of a drawing), both are.
pub fn disagree(named: &MediaType, sniffed: &MediaType) -> bool {
    let (named, sniffed) = (usual(named.as_str()), usual(sniffed.as_str()));
    if named == sniffed || named == "application/octet-stream" {
        return false;
    }
    let wraps = match sniffed {
        "application/zip" => {
            ["+zip", "openxmlformats", "opendocument", "java-archive", "ms-excel", "ms-word"].as_slice()
        }
        "application/xml" => ["+xml", "text/plain"].as_slice(),
        "application/x-ole-storage" => ["msword", "ms-", "vnd.visio"].as_slice(),
        _ => &[],
    };
    !wraps.iter().any(|part| named.contains(part))
}

/// One name for types that have several.
fn usual(name: &str) -> &str {
    match name {
        "image/jpg" | "image/pjpeg" => "image/jpeg",
        "application/x-pdf" => "application/pdf",
        "application/x-zip-compressed" | "application/x-zip" => "application/zip",
        "text/xml" => "application/xml",
        "image/heif" | "image/heic-sequence" => "image/heic",
        "application/xhtml+xml" => "text/html",
        other => other,
    }
}

fn is_svg(head: &[u8]) -> bool {
    let head = head.get(..SVG_WITHIN_BYTES).unwrap_or(head);
    let begins_as_markup = head.trim_ascii_start().strip_prefix(b"\xef\xbb\xbf").unwrap_or(head.trim_ascii_start());
    begins_as_markup.starts_with(b"<") && head.windows(4).any(|four| four.eq_ignore_ascii_case(b"<svg"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(head: &[u8]) -> Option<String> {
        sniffed(head).map(|kind| kind.as_str().to_owned())
    }

    #[test]
    fn a_type_is_read_off_the_content() {
        for (head, expected) in [
            (&b"%PDF-1.7\n"[..], "application/pdf"),
            (b"rubbish before it\n%PDF-1.4\n", "application/pdf"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
            (b"GIF89a\x01\0", "image/gif"),
            (b"PK\x03\x04\x14\0\0\0", "application/zip"),
            (b"MZ\x90\0\x03\0\0\0", "application/vnd.microsoft.portable-executable"),
            (b"\n <!DOCTYPE html><html><script>alert(1)</script>", "text/html"),
            (b"<?xml version=\"1.0\"?><note/>", "text/xml"),
            (b"<?xml version=\"1.0\"?>\n<!-- a drawing -->\n<SVG onload=\"alert(1)\"/>", "image/svg+xml"),
            (b"\xef\xbb\xbf<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "image/svg+xml"),
            (b"#!/bin/sh\nrm -rf /", "text/x-shellscript"),
        ] {
            assert_eq!(told(head).as_deref(), Some(expected), "{}", String::from_utf8_lossy(head));
        }
        for plain in [&b""[..], b"%", b"P", b"name,amount\nAna,7\n", b"Dear Ana, <svg is a word here", &[0; 10_000]] {
            assert_eq!(told(plain), None, "{}", String::from_utf8_lossy(plain));
        }
    }

    #[test]
    fn no_more_than_the_first_bytes_are_looked_at_and_no_bytes_are_too_odd() {
        let late = [vec![b' '; SNIFFED_BYTES], b"<html>".to_vec()].concat();
        assert_eq!(told(&late), None);
        let mut odd = 0x2545_f491_4f6c_dd1d_u64;
        for length in 0..600 {
            let bytes: Vec<u8> = (0..length)
                .map(|_| {
                    odd ^= odd << 13;
                    odd ^= odd >> 7;
                    odd ^= odd << 17;
                    odd.to_le_bytes()[0]
                })
                .collect();
            let _whatever = sniffed(&bytes);
            for magic in [&b"PK\x03\x04"[..], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"RIFF", b"\0\0\0\x18ftyp", b"%PDF"]
            {
                let _whatever = sniffed(&[magic, &bytes].concat());
            }
        }
    }

    #[test]
    fn what_was_named_and_what_it_is_disagree_only_when_both_cannot_be() {
        let kind = |text| MediaType::new(text).unwrap();
        let spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        for (named, sniffed) in [
            ("application/pdf", "application/pdf"),
            ("image/jpg", "image/jpeg"),
            ("application/octet-stream", "image/png"),
            (spreadsheet, "application/zip"),
            ("image/svg+xml", "text/xml"),
            ("application/x-zip-compressed", "application/zip"),
        ] {
            assert!(!disagree(&kind(named), &kind(sniffed)), "{named} {sniffed}");
        }
        for (named, sniffed) in [
            ("application/pdf", "text/html"),
            ("application/pdf", "application/zip"),
            ("image/png", "image/svg+xml"),
            ("text/plain", "application/vnd.microsoft.portable-executable"),
            (spreadsheet, "application/pdf"),
        ] {
            assert!(disagree(&kind(named), &kind(sniffed)), "{named} {sniffed}");
        }
    }
}
