//! What was just drawn, and what could not be: a page asks for a picture to learn how many there are, and a moment later the
//! browser asks for the same one; and a file that takes all the time there is must not take it again and again.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::ports::{Preview, PreviewError};
use crate::values::{Digest, FirmId, Timestamp};

/// For how long what could not be drawn is not tried again: a busy machine may be why.
const REFUSED_FOR: Duration = Duration::from_secs(60 * 60);
/// Of how many files it is remembered that they could not be drawn.
const REFUSED_FILES: usize = 512;
/// After so many pages that could not be drawn none of the file is tried: page numbers are what whoever asks says they are.
const REFUSED_PAGES: usize = 3;

/// The bytes of a file of one firm: by how fast a picture comes nobody learns what others look at.
pub(super) type Drawn = (FirmId, Digest);

/// A picture by what is drawn: access was decided before, and nothing is found without the very bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) file: Drawn,
    pub(super) page: u32,
    pub(super) width_pixels: u32,
}

/// The last pictures, and the last files of which there are none.
pub(super) struct Kept {
    most_bytes: usize,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// The last asked for first.
    pictures: VecDeque<(Wanted, Preview)>,
    /// The last refused first.
    refused: VecDeque<Refused>,
}

struct Refused {
    file: Drawn,
    at: Timestamp,
    /// Each page, with the narrowest picture that was too much.
    pages: Vec<(u32, u32)>,
    why: PreviewError,
}

impl Kept {
    pub(super) fn new(most_bytes: usize) -> Self {
        Self { most_bytes, inner: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What drawing gave before, where it would give the same again.
    pub(super) fn find(&self, wanted: &Wanted, now: Timestamp) -> Option<Result<Preview, PreviewError>> {
        let mut inner = self.lock();
        let at = inner.pictures.iter().position(|(drawn, _)| drawn == wanted);
        if let Some(found) = at.and_then(|at| inner.pictures.remove(at)) {
            let preview = found.1.clone();
            inner.pictures.push_front(found);
            return Some(Ok(preview));
        }
        inner.refused.retain(|refused| now.since(refused.at) < REFUSED_FOR);
        let refused = inner.refused.iter().find(|refused| refused.covers(wanted))?;
        same(&refused.why).map(Err)
    }

    /// Keeps what drawing gave. What may go otherwise another time is not remembered.
    pub(super) fn note(&self, wanted: &Wanted, drawn: &Result<Preview, PreviewError>, now: Timestamp) {
        match drawn {
            Ok(preview) => self.keep(wanted, preview),
            Err(error) => {
                if let Some(why) = same(error) {
                    self.refuse(wanted, why, now);
                }
            }
        }
    }

    fn keep(&self, wanted: &Wanted, preview: &Preview) {
        let mut inner = self.lock();
        inner.pictures.push_front((*wanted, preview.clone()));
        let mut bytes = 0;
        let fits = |(_, preview): &(Wanted, Preview)| {
            bytes += preview.png.len();
            bytes <= self.most_bytes
        };
        let count = inner.pictures.iter().map(fits).take_while(|fits| *fits).count();
        inner.pictures.truncate(count);
    }

    fn refuse(&self, wanted: &Wanted, why: PreviewError, now: Timestamp) {
        let mut inner = self.lock();
        let known = inner.refused.iter().position(|refused| refused.file == wanted.file);
        let mut pages = known.and_then(|at| inner.refused.remove(at)).map(|refused| refused.pages).unwrap_or_default();
        pages.retain(|(page, _)| *page != wanted.page);
        pages.push((wanted.page, wanted.width_pixels));
        inner.refused.push_front(Refused { file: wanted.file, at: now, pages, why });
        inner.refused.truncate(REFUSED_FILES);
    }
}

impl Refused {
    /// Whether drawing this would be refused, too: it is as wide as what was, or wider, or nothing of the file can be drawn.
    fn covers(&self, wanted: &Wanted) -> bool {
        let page = |(page, width): &(u32, u32)| *page == wanted.page && *width <= wanted.width_pixels;
        self.file == wanted.file && (self.pages.len() >= REFUSED_PAGES || self.pages.iter().any(page))
    }
}

/// The same refusal once more, if it is the file's own fault.
fn same(why: &PreviewError) -> Option<PreviewError> {
    match why {
        PreviewError::Unreadable { why } => Some(PreviewError::Unreadable { why: why.clone() }),
        PreviewError::TooMuch { what } => Some(PreviewError::TooMuch { what }),
        PreviewError::Unsupported | PreviewError::NoSuchPage { .. } | PreviewError::Failed(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);

    fn wanted(file: &str, page: u32, width_pixels: u32) -> Wanted {
        Wanted { file: (FirmId::from_bits(1), Digest::of(file.as_bytes())), page, width_pixels }
    }

    /// A picture of ten bytes.
    fn drawn() -> Result<Preview, PreviewError> {
        Ok(Preview { png: vec![0; 10].into(), width_pixels: 1, height_pixels: 1, pages: 9 })
    }

    fn too_much() -> Result<Preview, PreviewError> {
        Err(PreviewError::TooMuch { what: "time" })
    }

    #[test]
    fn what_was_drawn_is_kept_while_there_is_room() {
        let kept = Kept::new(30);
        let has = |file, page, width| kept.find(&wanted(file, page, width), NOW).is_some();
        for (file, page, width) in [("a", 0, 100), ("a", 0, 101), ("b", 0, 100)] {
            assert!(!has(file, page, width));
            kept.note(&wanted(file, page, width), &drawn(), NOW);
        }
        assert!(has("a", 0, 100));
        // A fourth takes the place of the one not asked for longest.
        kept.note(&wanted("a", 1, 100), &drawn(), NOW);
        assert!(has("a", 0, 100) && has("b", 0, 100) && has("a", 1, 100));
        assert!(!has("a", 0, 101));
        kept.note(&wanted("c", 0, 100), &Ok(Preview { png: vec![0; 31].into(), ..drawn().unwrap() }), NOW);
        assert!(!has("c", 0, 100), "larger than all there is room for");
    }

    #[test]
    fn l28_a_page_that_takes_too_much_is_drawn_once() {
        let kept = Kept::new(30);
        let refused = |page, width, now| matches!(kept.find(&wanted("bomb", page, width), now), Some(Err(_)));
        kept.note(&wanted("bomb", 0, 200), &too_much(), NOW);
        assert!(refused(0, 200, NOW) && refused(0, 2000, NOW));
        assert!(!refused(0, 199, NOW), "narrower is less");
        assert!(!refused(1, 200, NOW), "another page may be fine");
        kept.note(&wanted("bomb", 1, 200), &too_much(), NOW);
        kept.note(&wanted("bomb", 0, 100), &too_much(), NOW);
        assert!(!refused(2, 200, NOW));
        kept.note(&wanted("bomb", 999, 200), &too_much(), NOW);
        assert!(refused(2, 40, NOW), "three pages speak for all");
        assert!(kept.find(&wanted("other", 0, 200), NOW).is_none());
        assert!(!refused(0, 200, NOW + REFUSED_FOR), "the machine may have been busy");
    }

    #[test]
    fn l28_of_many_such_files_the_last_are_remembered() {
        let kept = Kept::new(30);
        for number in 0..=REFUSED_FILES {
            kept.note(&wanted(&number.to_string(), 0, 1), &too_much(), NOW);
        }
        assert!(kept.find(&wanted("0", 0, 1), NOW).is_none());
        assert!(kept.find(&wanted("1", 0, 1), NOW).is_some());
    }

    #[test]
    fn what_may_go_otherwise_another_time_is_tried_again() {
        let kept = Kept::new(30);
        let errors =
            [PreviewError::Failed("no child".into()), PreviewError::Unsupported, PreviewError::NoSuchPage { pages: 9 }];
        for error in errors {
            kept.note(&wanted("a", 9, 10), &Err(error), NOW);
        }
        assert!(kept.find(&wanted("a", 9, 10), NOW).is_none());
        kept.note(&wanted("a", 0, 10), &Err(PreviewError::Unreadable { why: "locked".into() }), NOW);
        assert!(matches!(kept.find(&wanted("a", 0, 10), NOW), Some(Err(PreviewError::Unreadable { .. }))));
    }
}
