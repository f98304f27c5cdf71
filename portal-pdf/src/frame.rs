//! What goes through the pipes between a previewer and its child.
//!
//! Both are the same program, or two of one version: there is no version in it. The answer comes from a process that looked at a
//! stranger's file, so it is read as carefully as one.

use bytes::{Buf as _, Bytes};
use portal_core::ports::{Preview, PreviewError};

/// The longest word on why a file cannot be read.
const MAX_WHY_CHARS: usize = 200;

/// What is asked for; the file follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) page: u32,
    pub(crate) width_pixels: u32,
    pub(crate) memory_bytes: u64,
    pub(crate) cpu_seconds: u64,
}

impl Request {
    pub(crate) const BYTES: usize = 24;

    pub(crate) fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let fields = self.page.to_le_bytes().into_iter().chain(self.width_pixels.to_le_bytes());
        let fields = fields.chain(self.memory_bytes.to_le_bytes()).chain(self.cpu_seconds.to_le_bytes());
        bytes.iter_mut().zip(fields).for_each(|(byte, field)| *byte = field);
        bytes
    }

    pub(crate) fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
        Some(Self {
            page: bytes.try_get_u32_le().ok()?,
            width_pixels: bytes.try_get_u32_le().ok()?,
            memory_bytes: bytes.try_get_u64_le().ok()?,
            cpu_seconds: bytes.try_get_u64_le().ok()?,
        })
    }
}

const DRAWN: u8 = 0;
const UNSUPPORTED: u8 = 1;
const UNREADABLE: u8 = 2;
const NO_SUCH_PAGE: u8 = 3;
const TOO_MUCH: u8 = 4;
const FAILED: u8 = 5;

/// What a file may take too much of; the place in this list is what goes through the pipe.
const TOO_MUCH_OF: [&str; 4] = ["time", "memory", "pixels", "bytes"];

pub(crate) fn to_bytes(answer: &Result<Preview, PreviewError>) -> Vec<u8> {
    match answer {
        Ok(preview) => {
            let numbers = [preview.pages, preview.width_pixels, preview.height_pixels];
            let numbers = numbers.into_iter().flat_map(u32::to_le_bytes);
            [DRAWN].into_iter().chain(numbers).chain(preview.png.iter().copied()).collect()
        }
        Err(PreviewError::Unsupported) => vec![UNSUPPORTED],
        Err(PreviewError::Unreadable { why }) => [&[UNREADABLE], why.as_bytes()].concat(),
        Err(PreviewError::NoSuchPage { pages }) => [&[NO_SUCH_PAGE][..], &pages.to_le_bytes()].concat(),
        Err(PreviewError::TooMuch { what }) => {
            let at = (0_u8..).zip(TOO_MUCH_OF).find(|(_, known)| known == what).map_or(1, |(at, _)| at);
            vec![TOO_MUCH, at]
        }
        Err(other) => [&[FAILED], other.to_string().as_bytes()].concat(),
    }
}

/// Reads an answer; `None` when it is none.
pub(crate) fn from_bytes(mut bytes: Bytes) -> Option<Result<Preview, PreviewError>> {
    Some(match bytes.try_get_u8().ok()? {
        DRAWN => {
            let mut number = || bytes.try_get_u32_le().ok();
            let (pages, width_pixels, height_pixels) = (number()?, number()?, number()?);
            Ok(Preview { png: bytes, width_pixels, height_pixels, pages })
        }
        UNSUPPORTED => Err(PreviewError::Unsupported),
        UNREADABLE => Err(PreviewError::Unreadable { why: words(&bytes) }),
        NO_SUCH_PAGE => Err(PreviewError::NoSuchPage { pages: bytes.try_get_u32_le().ok()? }),
        TOO_MUCH => {
            Err(PreviewError::TooMuch { what: TOO_MUCH_OF.get(usize::from(bytes.try_get_u8().ok()?)).copied()? })
        }
        FAILED => Err(PreviewError::Failed(words(&bytes).into())),
        _ => return None,
    })
}

/// One short line of what another process said.
pub(crate) fn words(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).take(MAX_WHY_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_comes_through_as_it_was_made() {
        let request = Request { page: 7, width_pixels: 800, memory_bytes: u64::MAX, cpu_seconds: 11 };
        assert_eq!(Request::from_bytes(&request.to_bytes()), Some(request));
        assert_eq!(Request::from_bytes(&request.to_bytes()[1..]), None);
    }

    #[test]
    fn every_answer_comes_through_as_it_was_given() {
        let preview = Preview { png: Bytes::from_static(b"png"), width_pixels: 1, height_pixels: 2, pages: 3 };
        let mut answers = vec![
            Ok(preview),
            Err(PreviewError::Unsupported),
            Err(PreviewError::Unreadable { why: "damaged".into() }),
            Err(PreviewError::NoSuchPage { pages: 70_000 }),
            Err(PreviewError::Failed("no more".into())),
        ];
        answers.extend(TOO_MUCH_OF.map(|what| Err(PreviewError::TooMuch { what })));
        for answer in answers {
            let read = from_bytes(to_bytes(&answer).into()).unwrap();
            assert_eq!(
                format!("{read:?}").replace("the previewer failed", "no more"),
                match &answer {
                    Err(PreviewError::Failed(_)) => "Err(Failed(\"no more\"))".to_owned(),
                    _ => format!("{answer:?}"),
                }
            );
        }
    }

    #[test]
    fn what_is_no_answer_is_taken_for_none() {
        for bytes in [&[][..], &[9], &[DRAWN, 1, 0, 0, 0], &[NO_SUCH_PAGE, 1], &[TOO_MUCH], &[TOO_MUCH, 200]] {
            assert!(from_bytes(Bytes::copy_from_slice(bytes)).is_none(), "{bytes:?}");
        }
    }
}
