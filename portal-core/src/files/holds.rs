//! What keeps folders and documents from being removed for good: holds, and the time that uploads are kept (S26).
//!
//! A hold lies on the row of what is held, so that whoever reads that row or what is above something sees it, and a change of
//! the one excludes a change of the other. It changes the client's tree, as a purge does: of both at once one is decided anew. Whoever erases a
//! person asks [`refuse_kept`] of what they uploaded, as a purge does: what is held stays, and their name on it.

use std::time::Duration;

use super::trash::Entry;
use super::{Event, Files, FilesRefusal, Place};
use crate::change::{Context, Decision};
use crate::values::{Actor, DisplayName, Timestamp};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// That something is to be kept, with all below it, whatever else holds: for a lawsuit, an audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Why.
    pub reason: DisplayName,
    /// Who said so.
    pub by: Actor,
    /// Since when.
    pub since: Timestamp,
}

/// Puts a hold on a folder or document; on the client's root it holds all that the client has.
///
/// # Errors
/// [`FilesRefusal::AlreadyHeld`].
pub(crate) fn place_hold(
    entry: &Entry,
    reason: &DisplayName,
    by: Actor,
    context: &Context,
) -> Result<Decision<Files>, FilesRefusal> {
    let place = entry.place();
    if place.hold.is_some() {
        return Err(FilesRefusal::AlreadyHeld);
    }
    let event = Event::HoldPlaced {
        client: place.client,
        node: entry.node(),
        name: context.note("held", place.name.as_str()),
        reason: context.note("reason", reason.as_str()),
    };
    let hold = Some(Box::new(Hold { reason: reason.clone(), by, since: context.now }));
    Ok(Decision::nothing(()).write(entry.placed(Place { hold, ..place.clone() })).event(event))
}

/// Takes the hold off a folder or document. Holds above it and below it stay.
///
/// # Errors
/// [`FilesRefusal::NotHeld`].
pub(crate) fn release_hold(entry: &Entry, context: &Context) -> Result<Decision<Files>, FilesRefusal> {
    let place = entry.place();
    if place.hold.is_none() {
        return Err(FilesRefusal::NotHeld);
    }
    let event = Event::HoldReleased {
        client: place.client,
        node: entry.node(),
        name: context.note("released", place.name.as_str()),
    };
    Ok(Decision::nothing(()).write(entry.placed(Place { hold: None, ..place.clone() })).event(event))
}

/// Whether something may be removed for good: `held` when it, something above it or something below it is, `newest` when the
/// newest version of it and all below it came.
///
/// # Errors
/// [`FilesRefusal::Held`] and [`FilesRefusal::Retained`].
pub(crate) fn refuse_kept(
    held: bool,
    newest: Option<Timestamp>,
    retention_days: u32,
    now: Timestamp,
) -> Result<(), FilesRefusal> {
    if held {
        return Err(FilesRefusal::Held);
    }
    match newest.map(|at| at + DAY * retention_days) {
        Some(until) if retention_days > 0 && now < until => Err(FilesRefusal::Retained { until }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: u32) -> Timestamp {
        Timestamp::from_micros(0) + DAY * number
    }

    #[test]
    fn s26_what_is_held_or_too_young_is_not_removed_for_good() {
        assert_eq!(refuse_kept(true, None, 0, day(9)), Err(FilesRefusal::Held));
        assert_eq!(refuse_kept(true, Some(day(0)), 5, day(9)), Err(FilesRefusal::Held));
        assert_eq!(refuse_kept(false, Some(day(1)), 5, day(5)), Err(FilesRefusal::Retained { until: day(6) }));
        assert_eq!(refuse_kept(false, Some(day(1)), 5, day(6)), Ok(()), "to the instant");
        assert_eq!(refuse_kept(false, Some(day(1)), 0, day(1)), Ok(()), "where nothing is kept for a time");
        assert_eq!(refuse_kept(false, None, 5, day(1)), Ok(()), "an empty folder");
    }
}
