//! How a stranger's file is handed out so that it never runs: as an attachment, under a type that the server chose.

use std::fmt::Write as _;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};

use super::ranges::Wanted;

/// What a download's headers say.
#[derive(Debug, Clone, Copy)]
pub struct Attachment<'a> {
    /// What the file is called, as it was typed.
    pub name: &'a str,
    /// How many bytes it has.
    pub size_bytes: u64,
    /// The strong tag of its bytes, quotes included: a hash of them.
    pub etag: &'a str,
}

impl Attachment<'_> {
    /// The status and headers of an answer to what is `wanted` of it.
    pub fn head(&self, wanted: &Wanted) -> (StatusCode, HeaderMap) {
        let mut headers = HeaderMap::new();
        let mut set = |name, value: String| {
            // INVARIANT: every value made here is visible ASCII.
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        };
        set(header::ETAG, self.etag.to_owned());
        set(header::ACCEPT_RANGES, "bytes".to_owned());
        set(header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'; frame-ancestors 'none'".to_owned());
        let status = match wanted {
            Wanted::Unchanged => return (StatusCode::NOT_MODIFIED, headers),
            Wanted::Unsatisfiable => {
                set(header::CONTENT_RANGE, format!("bytes */{}", self.size_bytes));
                set(header::CONTENT_LENGTH, "0".to_owned());
                return (StatusCode::RANGE_NOT_SATISFIABLE, headers);
            }
            Wanted::Whole => {
                set(header::CONTENT_LENGTH, self.size_bytes.to_string());
                StatusCode::OK
            }
            Wanted::Part(range) => {
                let last = range.end.saturating_sub(1);
                set(header::CONTENT_RANGE, format!("bytes {}-{last}/{}", range.start, self.size_bytes));
                set(header::CONTENT_LENGTH, range.end.saturating_sub(range.start).to_string());
                StatusCode::PARTIAL_CONTENT
            }
        };
        set(header::CONTENT_TYPE, media_type(self.name).to_owned());
        set(header::CONTENT_DISPOSITION, attachment(self.name));
        (status, headers)
    }
}

/// What the headers of a folder's zip file say, of which nobody knows yet how many bytes it will have.
pub fn zip_head(folder: &str) -> HeaderMap {
    let said = [
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'; frame-ancestors 'none'".to_owned()),
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, attachment(&format!("{folder}.zip"))),
    ];
    // INVARIANT: every value made here is visible ASCII.
    said.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::try_from(value).ok()?))).collect()
}

/// The type under which a file of this name is handed out: one that no browser runs, whatever the bytes are.
///
/// What may hold scripts (HTML, SVG, XML) and what is unknown is `application/octet-stream`.
pub fn media_type(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
    match extension.as_str() {
        "pdf" => "application/pdf",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "tif" | "tiff" => "image/tiff",
        "heic" => "image/heic",
        "csv" => "text/csv; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}

/// The `Content-Disposition` of a download (RFC 6266): the name in UTF-8 by RFC 8187, and before it one in plain ASCII for
/// readers of old.
///
/// No name adds a header, a parameter or a path.
pub fn attachment(name: &str) -> String {
    let inert = |character: char| character.is_control() || is_misread(character) || matches!(character, '/' | '\\');
    let name: String = name.chars().map(|character| if inert(character) { '_' } else { character }).collect();
    let name = name.trim_matches(|character| character == '.' || character == ' ');
    let name = if name.is_empty() { "download" } else { name };
    let plain = |character: char| if character.is_ascii() && !matches!(character, '"' | '%') { character } else { '_' };
    let fallback: String = name.chars().map(plain).collect();
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing into a string does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"{fallback}\"; filename*=UTF-8''{encoded}")
}

/// Bidi marks, what is not seen, and what breaks a line.
fn is_misread(character: char) -> bool {
    matches!(
        character,
        '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            | '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{2028}' | '\u{2029}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l26_a_name_follows_rfc_6266_and_keeps_its_script() {
        assert_eq!(attachment("w2.pdf"), "attachment; filename=\"w2.pdf\"; filename*=UTF-8''w2.pdf");
        assert_eq!(
            attachment("Erklärung 2025.pdf"),
            "attachment; filename=\"Erkl_rung 2025.pdf\"; filename*=UTF-8''Erkl%C3%A4rung%202025.pdf"
        );
        assert_eq!(attachment("確定申告.pdf").matches('%').count(), 12);
        assert_eq!(attachment("50% \"off\".pdf").split("; ").nth(1), Some("filename=\"50_ _off_.pdf\""));
    }

    #[test]
    fn l26_what_is_dangerous_in_a_name_is_inert() {
        for name in [
            "a\r\nX-Evil: 1.pdf",
            "a\";\u{0} filename=evil.exe",
            "../../etc/passwd",
            "C:\\x\\y",
            "a\u{202e}fdp.exe",
            "a\u{2028}\u{2029}\u{200b}b",
            "'; x=\"y",
        ] {
            let line = attachment(name);
            assert!(HeaderValue::from_str(&line).is_ok(), "{name:?}");
            assert!(!line.contains(['\r', '\n', '\0', '/', '\\']), "{line}");
            assert!(!line.contains("%E2%80") && !line.contains("%2F") && !line.contains("%0"), "{line}");
            assert_eq!(line.matches('"').count(), 2, "{line}");
        }
        assert_eq!(attachment(".."), attachment(""));
    }

    #[test]
    fn l25_what_may_hold_a_script_is_never_named_as_what_it_is() {
        for name in ["a.html", "a.HTM", "a.svg", "a.xml", "a.xhtml", "a.js", "a", "a.pdf.exe", "a.mhtml", "a.swf"] {
            assert_eq!(media_type(name), "application/octet-stream", "{name}");
        }
        assert_eq!(media_type("scan.PDF"), "application/pdf");
    }

    #[test]
    fn l25_a_download_is_an_attachment_in_a_sandbox() {
        let file = Attachment { name: "x.svg", size_bytes: 10, etag: "\"e\"" };
        let (status, headers) = file.head(&Wanted::Whole);
        assert_eq!(status, StatusCode::OK);
        assert!(headers[header::CONTENT_DISPOSITION].to_str().unwrap().starts_with("attachment;"));
        assert!(headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().starts_with("sandbox;"));
        assert_eq!(headers[header::CONTENT_TYPE], "application/octet-stream");
        assert_eq!(headers[header::CONTENT_LENGTH], "10");
    }

    #[test]
    fn a_part_says_which_it_is_and_a_missing_one_how_much_there_is() {
        let file = Attachment { name: "x.pdf", size_bytes: 10, etag: "\"e\"" };
        let (status, headers) = file.head(&Wanted::Part(2..5));
        assert_eq!(
            (status, headers[header::CONTENT_LENGTH].clone()),
            (StatusCode::PARTIAL_CONTENT, "3".parse().unwrap())
        );
        assert_eq!(headers[header::CONTENT_RANGE], "bytes 2-4/10");
        let (status, headers) = file.head(&Wanted::Unsatisfiable);
        assert_eq!(status, StatusCode::RANGE_NOT_SATISFIABLE);
        assert_eq!(headers[header::CONTENT_RANGE], "bytes */10");
        assert!(!headers.contains_key(header::CONTENT_DISPOSITION));
        assert_eq!(file.head(&Wanted::Unchanged).0, StatusCode::NOT_MODIFIED);
    }
}
