//! Events as rows, and their personal texts beside them.

use portal_core::event::{Event, Happened};
use portal_core::ports::store::StoreError;
use portal_core::values::Salt;

use super::codes::{read_actor, read_space};
use crate::sql::{Fields, Row, unreadable};

/// The columns of an event `e` and of a note `n` of it, as [`happened`] reads them.
pub(crate) const EVENT: &str = "e.number, e.lead_id, e.space, e.event_id, e.at, e.actor, e.actor_id, e.payload, \
     n.position, n.salt, n.note";

/// The notes `n` of events `e`.
pub(crate) const NOTES: &str = "LEFT JOIN portal.event_notes n \
     ON n.lead_id = e.lead_id AND n.space = e.space AND n.event_id = e.event_id";

/// Puts the notes back into their events: one row for each note, or one for an event without any. Each event comes with its
/// number, in the order of the rows.
pub(crate) fn happened(rows: &[Row]) -> Result<Vec<(i64, Happened)>, StoreError> {
    let mut all: Vec<(i64, Happened)> = Vec::new();
    for row in rows {
        let mut fields = row.fields();
        let (number, event) = (fields.int()?, event(&mut fields)?);
        if all.last().is_none_or(|(last, _)| *last != number) {
            all.push((number, event));
        }
        let note = fields.joined(3, |fields| Ok((fields.int()?, fields.bytes()?, fields.text()?.to_owned())))?;
        if let (Some((position, salt, text)), Some((_, last))) = (note, all.last_mut()) {
            let position = usize::try_from(position).map_err(unreadable)?;
            if let Some(note) = last.event.notes_mut().into_iter().nth(position) {
                note.restore(Salt::from_bytes(salt), text);
            }
        }
    }
    Ok(all)
}

fn event(fields: &mut Fields<'_>) -> Result<Happened, StoreError> {
    let (keyspace, id, at, actor) = (read_space(fields)?, fields.id()?, fields.time()?, read_actor(fields)?);
    let event = Event::from_payload(fields.text()?).map_err(unreadable)?;
    Ok(Happened { id, keyspace, at, actor, event })
}
