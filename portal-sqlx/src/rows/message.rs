//! Messages as rows, and the events that they speak of beside them.

use portal_core::event::Keyspace;
use portal_core::notifications::{DropReason, MailKind, Message, MessageState, NewMessage, Recipient};
use portal_core::ports::store::StoreError;
use portal_core::values::{AddressKey, AttemptId, ContactId, MemberId};

use super::codes::{lane, read_space, space};
use super::directory::read_email;
use crate::sql::{Fields, Kind, Row, Value, unreadable};

/// The columns of a message `m` and of an event `v` it speaks of, as [`messages`] reads them.
pub(crate) const MESSAGE: &str = "m.number, m.lead_id, m.space, m.message_id, m.firm_id, m.recipient, m.recipient_id, \
     m.recipient_address_key, m.address, m.kind, m.client_id, m.folder_id, m.batched, m.created_at, m.due_at, m.state, \
     m.drop_reason, m.tries, m.last_error, m.settled_at, v.event_id";

/// The events `v` of messages `m`.
pub(crate) const SPEAKS_OF: &str = "LEFT JOIN portal.message_events v \
     ON v.lead_id = m.lead_id AND v.space = m.space AND v.message_id = m.message_id";

/// The columns of [`new_message`].
pub(crate) const NEW_MESSAGE: &str = "lead_id, space, message_id, firm_id, recipient, recipient_id, \
     recipient_address_key, address, canonical, kind, lane, client_id, folder_id, batched, created_at, due_at, state, \
     tries";

/// Of `state`.
pub(crate) const WAITING: i64 = 0;
pub(crate) const DEAD: i64 = 3;

/// A state in two columns: which, and why it was dropped.
pub(crate) fn state(state: MessageState) -> [Value; 2] {
    let reason = |reason| match reason {
        DropReason::AccessGone => 0,
        DropReason::NothingLeft => 1,
        DropReason::TooLate => 2,
        DropReason::AddressGone => 3,
        DropReason::AlertsOff => 4,
        DropReason::TurnedOff => 5,
        DropReason::Bounced => 6,
    };
    match state {
        MessageState::Waiting => [Value::Int(WAITING), Value::Null(Kind::Int)],
        MessageState::Sent => [Value::Int(1), Value::Null(Kind::Int)],
        MessageState::Dropped(why) => [Value::Int(2), Value::Int(reason(why))],
        MessageState::Dead => [Value::Int(DEAD), Value::Null(Kind::Int)],
    }
}

fn read_state(fields: &mut Fields<'_>) -> Result<MessageState, StoreError> {
    Ok(match (fields.int()?, fields.maybe_int()?) {
        (0, _) => MessageState::Waiting,
        (1, _) => MessageState::Sent,
        (2, Some(0)) => MessageState::Dropped(DropReason::AccessGone),
        (2, Some(1)) => MessageState::Dropped(DropReason::NothingLeft),
        (2, Some(2)) => MessageState::Dropped(DropReason::TooLate),
        (2, Some(3)) => MessageState::Dropped(DropReason::AddressGone),
        (2, Some(4)) => MessageState::Dropped(DropReason::AlertsOff),
        (2, Some(5)) => MessageState::Dropped(DropReason::TurnedOff),
        (2, Some(6)) => MessageState::Dropped(DropReason::Bounced),
        (3, _) => MessageState::Dead,
        (other, _) => return Err(unreadable(format_args!("{other} is no state of a message"))),
    })
}

/// The number of a kind of mail.
pub(crate) const fn kind(kind: MailKind) -> i64 {
    match kind {
        MailKind::Shared => 0,
        MailKind::NewDocuments => 1,
        MailKind::ClientUploaded => 2,
        MailKind::SignIn => 3,
        MailKind::Test => 4,
    }
}

fn read_kind(fields: &mut Fields<'_>) -> Result<MailKind, StoreError> {
    let number = fields.int()?;
    let known = MailKind::ALL.into_iter().find(|mail| kind(*mail) == number);
    known.ok_or_else(|| unreadable(format_args!("{number} is no kind of mail")))
}

fn recipient(to: Recipient) -> [Value; 3] {
    match to {
        Recipient::Contact(contact) => [Value::Int(0), Value::id(contact), Value::Null(Kind::Id)],
        Recipient::Member(member) => [Value::Int(1), Value::id(member), Value::Null(Kind::Id)],
        Recipient::Attempt(address, attempt) => [Value::Int(2), Value::id(attempt), Value::id(address)],
    }
}

fn read_recipient(fields: &mut Fields<'_>) -> Result<Recipient, StoreError> {
    let (which, id, address) = (fields.int()?, fields.bits()?, fields.maybe_id::<AddressKey>()?);
    match (which, address) {
        (0, _) => Ok(Recipient::Contact(ContactId::from_bits(id))),
        (1, _) => Ok(Recipient::Member(MemberId::from_bits(id))),
        (2, Some(address)) => Ok(Recipient::Attempt(address, AttemptId::from_bits(id))),
        _ => Err(unreadable("a recipient that is none")),
    }
}

/// A message that waits from now on, without its events.
pub(crate) fn new_message(keyspace: Keyspace, new: &NewMessage) -> Vec<Value> {
    let mut columns = space(keyspace).to_vec();
    columns.extend([Value::id(new.id), Value::id(new.firm)]);
    columns.extend(recipient(new.to));
    columns.extend([
        Value::text(new.address.as_str()),
        Value::text(new.address.canonical()),
        Value::Int(kind(new.kind)),
        Value::Int(lane(new.kind.lane())),
        Value::maybe_id(new.client),
        Value::maybe_id(new.folder),
        Value::flag(new.batch.is_some()),
        Value::time(new.created_at),
        Value::time(new.due_at()),
        Value::Int(WAITING),
        Value::Int(0),
    ]);
    columns
}

/// Puts the events back into their messages: one row for each, in their order. Each message comes with its number.
pub(crate) fn messages(rows: &[Row]) -> Result<Vec<(i64, Message)>, StoreError> {
    let mut all: Vec<(i64, Message)> = Vec::new();
    for row in rows {
        let mut fields = row.fields();
        let number = fields.int()?;
        if all.last().is_none_or(|(last, _)| *last != number) {
            all.push((number, message(&mut fields)?));
        } else {
            fields.skip(MESSAGE_WIDTH)?;
        }
        if let (Some(event), Some((_, last))) = (fields.maybe_id()?, all.last_mut()) {
            last.events.push(event);
        }
    }
    Ok(all)
}

/// How many columns [`message`] reads.
const MESSAGE_WIDTH: usize = 19;

/// Reads a message that follows its number, without its events.
pub(crate) fn message(fields: &mut Fields<'_>) -> Result<Message, StoreError> {
    Ok(Message {
        keyspace: read_space(fields)?,
        id: fields.id()?,
        firm: fields.id()?,
        to: read_recipient(fields)?,
        address: read_email(fields)?,
        kind: read_kind(fields)?,
        client: fields.maybe_id()?,
        folder: fields.maybe_id()?,
        events: Vec::new(),
        batched: fields.flag()?,
        created_at: fields.time()?,
        due_at: fields.time()?,
        state: read_state(fields)?,
        tries: fields.count()?,
        last_error: fields.maybe_text()?.map(str::to_owned),
        settled_at: fields.maybe_time()?,
    })
}
