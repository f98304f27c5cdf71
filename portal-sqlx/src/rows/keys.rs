//! Keys as rows: in the table of their record, and in a command's outcome.

use portal_core::event::Keyspace;
use portal_core::ports::store::StoreError;
use portal_core::record::Key;
use portal_core::values::{FirmId, Id};
use portal_core::{directory, files, identity, sharing};

use super::codes::{DOCUMENT, FOLDER, limit_kind};
use super::{Stored, Table};
use crate::sql::{Fields, Kind, Value, unreadable};

/// The table in which `key` names a row, and the values of its key's columns.
pub(crate) fn row_key(keyspace: Keyspace, key: Key) -> Result<(&'static Table, Vec<Value>), StoreError> {
    let firm = || keyspace.firm().ok_or_else(|| unreadable("a firm's record outside any firm's keyspace"));
    let led = |id: u128| Ok::<_, StoreError>(vec![Value::id(firm()?), Value::bits(id)]);
    Ok(match key {
        Key::Directory(key) => match key {
            directory::Key::Firm(id) => (directory::Firm::TABLE, own_firm(firm()?, id)?),
            directory::Key::Member(id) => (directory::Member::TABLE, led(id.as_u128())?),
            directory::Key::Client(id) => (directory::Client::TABLE, led(id.as_u128())?),
            directory::Key::Contact(id) => (directory::Contact::TABLE, led(id.as_u128())?),
            directory::Key::PortalAccess(id) => (directory::PortalAccess::TABLE, led(id.as_u128())?),
            directory::Key::Assignment(client, member) => {
                let mut key = led(client.as_u128())?;
                key.push(Value::id(member));
                (directory::Assignment::TABLE, key)
            }
            directory::Key::Mailing(addressee) => {
                let [what, who] = super::mailing::addressee(addressee);
                (directory::Mailing::TABLE, vec![Value::id(firm()?), what, who])
            }
            directory::Key::FolderTemplate(id) => (directory::FolderTemplate::TABLE, led(id.as_u128())?),
            directory::Key::DataKey(number) => {
                (directory::DataKey::TABLE, vec![Value::id(firm()?), Value::Int(number.into())])
            }
        },
        Key::Sharing(key) => match key {
            sharing::Key::Tree(client) => (sharing::Tree::TABLE, led(client.as_u128())?),
            sharing::Key::Grant(id) => (sharing::Grant::TABLE, led(id.as_u128())?),
        },
        Key::Files(key) => match key {
            files::Key::Folder(id) => (files::Folder::TABLE, [led(id.as_u128())?, vec![Value::Int(FOLDER)]].concat()),
            files::Key::Document(id) => {
                (files::Document::TABLE, [led(id.as_u128())?, vec![Value::Int(DOCUMENT)]].concat())
            }
            files::Key::Version(id) => (files::DocumentVersion::TABLE, led(id.as_u128())?),
            files::Key::Upload(id) => (files::Upload::TABLE, led(id.as_u128())?),
            files::Key::Condemned(blob) => (files::Condemned::TABLE, led(blob.as_u128())?),
        },
        Key::Identity(key) => match key {
            identity::Key::Attempt(address, id) => (identity::Attempt::TABLE, vec![Value::id(address), Value::id(id)]),
            identity::Key::Limit(subject, kind) => {
                (identity::Limit::TABLE, vec![Value::id(subject), Value::Int(limit_kind(kind))])
            }
            identity::Key::Login(id) => (identity::Login::TABLE, vec![Value::id(id)]),
            identity::Key::Session(login, id) => (identity::Session::TABLE, vec![Value::id(login), Value::id(id)]),
            identity::Key::Reach(address, contact) => {
                (identity::Reach::TABLE, vec![Value::id(address), Value::id(contact)])
            }
        },
    })
}

/// A firm's own record lies in its own keyspace and in no other.
fn own_firm(keyspace: FirmId, id: FirmId) -> Result<Vec<Value>, StoreError> {
    if keyspace == id { Ok(vec![Value::id(id)]) } else { Err(unreadable("a firm in the keyspace of another")) }
}

/// A key in three columns: of what, and its ids.
pub(crate) fn stored_key(key: Key) -> [Value; 3] {
    let (kind, first, second) = match key {
        Key::Directory(directory::Key::Firm(id)) => (0, id.as_u128(), None),
        Key::Directory(directory::Key::Member(id)) => (1, id.as_u128(), None),
        Key::Directory(directory::Key::Client(id)) => (2, id.as_u128(), None),
        Key::Directory(directory::Key::Contact(id)) => (3, id.as_u128(), None),
        Key::Directory(directory::Key::PortalAccess(id)) => (4, id.as_u128(), None),
        Key::Directory(directory::Key::Assignment(client, member)) => (5, client.as_u128(), Some(member.as_u128())),
        Key::Directory(directory::Key::Mailing(addressee)) => {
            let (kind, who) = super::mailing::key_of(addressee);
            (kind, who, None)
        }
        Key::Sharing(sharing::Key::Tree(id)) => (6, id.as_u128(), None),
        Key::Sharing(sharing::Key::Grant(id)) => (7, id.as_u128(), None),
        Key::Files(files::Key::Folder(id)) => (8, id.as_u128(), None),
        Key::Files(files::Key::Document(id)) => (9, id.as_u128(), None),
        Key::Files(files::Key::Version(id)) => (10, id.as_u128(), None),
        Key::Files(files::Key::Upload(id)) => (11, id.as_u128(), None),
        Key::Files(files::Key::Condemned(id)) => (12, id.as_u128(), None),
        Key::Identity(identity::Key::Attempt(address, id)) => (13, address.as_u128(), Some(id.as_u128())),
        Key::Identity(identity::Key::Limit(subject, kind)) => (14 + limit_kind(kind), subject.as_u128(), None),
        Key::Identity(identity::Key::Login(id)) => (17, id.as_u128(), None),
        Key::Identity(identity::Key::Session(login, id)) => (18, login.as_u128(), Some(id.as_u128())),
        Key::Identity(identity::Key::Reach(address, contact)) => (19, address.as_u128(), Some(contact.as_u128())),
        Key::Directory(directory::Key::DataKey(number)) => (20, number.into(), None),
        Key::Directory(directory::Key::FolderTemplate(id)) => (21, id.as_u128(), None),
    };
    [Value::Int(kind), Value::bits(first), second.map_or(Value::Null(Kind::Id), Value::bits)]
}

/// Reads a key back.
pub(crate) fn key_of_row(fields: &mut Fields<'_>) -> Result<Key, StoreError> {
    let (kind, first, second) = (fields.int()?, fields.bits()?, fields.maybe_bits()?);
    let second = || second.ok_or_else(|| unreadable("a key lacks its second id"));
    let limit = |kind| identity::Key::Limit(id(first), kind).into();
    Ok(match kind {
        0 => directory::Key::Firm(id(first)).into(),
        1 => directory::Key::Member(id(first)).into(),
        2 => directory::Key::Client(id(first)).into(),
        3 => directory::Key::Contact(id(first)).into(),
        4 => directory::Key::PortalAccess(id(first)).into(),
        5 => directory::Key::Assignment(id(first), id(second()?)).into(),
        6 => sharing::Key::Tree(id(first)).into(),
        7 => sharing::Key::Grant(id(first)).into(),
        8 => files::Key::Folder(id(first)).into(),
        9 => files::Key::Document(id(first)).into(),
        10 => files::Key::Version(id(first)).into(),
        11 => files::Key::Upload(id(first)).into(),
        12 => files::Key::Condemned(id(first)).into(),
        13 => identity::Key::Attempt(id(first), id(second()?)).into(),
        14 => limit(identity::LimitKind::AskedByAddressAndSource),
        15 => limit(identity::LimitKind::AskedBySource),
        16 => limit(identity::LimitKind::TypedFailures),
        17 => identity::Key::Login(id(first)).into(),
        18 => identity::Key::Session(id(first), id(second()?)).into(),
        19 => identity::Key::Reach(id(first), id(second()?)).into(),
        40 => directory::Key::Mailing(directory::Addressee::Contact(id(first))).into(),
        41 => directory::Key::Mailing(directory::Addressee::Member(id(first))).into(),
        20 => {
            let number = u32::try_from(first).map_err(|_| unreadable("a number of a data key that is none"))?;
            directory::Key::DataKey(number).into()
        }
        21 => directory::Key::FolderTemplate(id(first)).into(),
        other => return Err(unreadable(format_args!("{other} is no kind of key"))),
    })
}

fn id<I: Id>(bits: u128) -> I {
    I::from_u128(bits)
}
