//! Parts of a download: `Range`, `If-Range` and `If-None-Match` (RFC 9110, sections 13 and 14).

use std::ops::Range;

use axum::http::{HeaderMap, header};

/// What a request asks for of something that has `size_bytes` bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// All of it.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Bytes that are not there.
    Unsatisfiable,
    /// Nothing: the browser has it.
    Unchanged,
}

/// Reads what is asked for of something of `size_bytes` bytes whose strong tag is `etag`, quotes included.
///
/// A range in another unit, several at once, and one that is not written well are ignored, as the RFC allows; `If-Range`
/// with another tag, or with a date, gives all of it.
pub fn wanted(headers: &HeaderMap, size_bytes: u64, etag: &str) -> Wanted {
    if lists(headers, header::IF_NONE_MATCH, etag) {
        return Wanted::Unchanged;
    }
    let same = headers.get(header::IF_RANGE).is_none_or(|tag| tag == etag);
    let ranges = headers.get(header::RANGE).and_then(|value| value.to_str().ok()).filter(|_| same);
    ranges.and_then(read).map_or(Wanted::Whole, |asked| asked.within(size_bytes))
}

fn lists(headers: &HeaderMap, name: header::HeaderName, etag: &str) -> bool {
    let tag = |text: &str| text.trim().trim_start_matches("W/") == etag || text.trim() == "*";
    headers.get_all(name).iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(',')).any(tag)
}

enum Asked {
    From(u64),
    Between(u64, u64),
    Last(u64),
}

impl Asked {
    fn within(self, size_bytes: u64) -> Wanted {
        let range = match self {
            Self::From(first) => first..size_bytes,
            Self::Between(first, last) => first..last.saturating_add(1).min(size_bytes),
            Self::Last(count) => size_bytes.saturating_sub(count)..size_bytes,
        };
        if range.is_empty() { Wanted::Unsatisfiable } else { Wanted::Part(range) }
    }
}

fn read(text: &str) -> Option<Asked> {
    let (first, last) = text.trim().strip_prefix("bytes=")?.trim().split_once('-')?;
    let number = |digits: &str| {
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        // More digits than fit are more bytes than there can be.
        plain.then(|| digits.parse().unwrap_or(u64::MAX))
    };
    match (first.trim(), last.trim()) {
        ("", last) => number(last).map(Asked::Last),
        (first, "") => number(first).map(Asked::From),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some(Asked::Between(first, last))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(pairs: &[(header::HeaderName, &str)]) -> Wanted {
        let headers = pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        wanted(&headers, 100, "\"abc\"")
    }

    fn range(text: &str) -> Wanted {
        asking(&[(header::RANGE, text)])
    }

    #[test]
    fn a_range_is_read_as_rfc_9110_says() {
        assert_eq!(range("bytes=0-0"), Wanted::Part(0..1));
        assert_eq!(range("bytes=10-"), Wanted::Part(10..100));
        assert_eq!(range("bytes=10-19"), Wanted::Part(10..20));
        assert_eq!(range("bytes=-10"), Wanted::Part(90..100));
        assert_eq!(range("bytes=-1000"), Wanted::Part(0..100));
        assert_eq!(range("bytes=90-1000"), Wanted::Part(90..100));
        assert_eq!(range("bytes=0-99999999999999999999999"), Wanted::Part(0..100));
    }

    #[test]
    fn a_range_past_the_end_cannot_be_satisfied() {
        for text in ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999999-"] {
            assert_eq!(range(text), Wanted::Unsatisfiable, "{text}");
        }
        let headers = [(header::RANGE, "bytes=0-".parse().unwrap())].into_iter().collect();
        assert_eq!(wanted(&headers, 0, "\"\""), Wanted::Unsatisfiable);
    }

    #[test]
    fn what_is_not_one_well_written_range_is_ignored() {
        for text in
            ["bytes=5-4", "bytes=a-b", "bytes=--5", "bytes=0-1,5-6", "lines=1-2", "bytes", "bytes=-", "bytes=+1-2"]
        {
            assert_eq!(range(text), Wanted::Whole, "{text}");
        }
    }

    #[test]
    fn a_range_of_an_older_file_gives_the_whole_new_one() {
        let part = (header::RANGE, "bytes=10-");
        assert_eq!(asking(&[part.clone(), (header::IF_RANGE, "\"abc\"")]), Wanted::Part(10..100));
        assert_eq!(asking(&[part.clone(), (header::IF_RANGE, "\"old\"")]), Wanted::Whole);
        assert_eq!(asking(&[part, (header::IF_RANGE, "W/\"abc\"")]), Wanted::Whole);
        assert_eq!(asking(&[(header::IF_NONE_MATCH, "\"x\", \"abc\"")]), Wanted::Unchanged);
        assert_eq!(asking(&[(header::IF_NONE_MATCH, "\"x\"")]), Wanted::Whole);
    }
}
