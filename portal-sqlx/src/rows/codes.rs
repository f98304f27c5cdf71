//! The numbers that stand for states, kinds and actors. Once released, a number keeps its meaning.

use portal_core::audit::ChainKey;
use portal_core::directory::Role;
use portal_core::event::{EventTopic, Keyspace, Lane};
use portal_core::files::{FolderKind, Removal};
use portal_core::identity::{AttemptState, LimitKind, ProofMethod};
use portal_core::ports::store::StoreError;
use portal_core::sharing::{Access, Audience};
use portal_core::values::{Actor, ContactId, FirmId, Id as _, NodeId, Timestamp, Weekday};

use crate::sql::{Fields, Kind, Value, unreadable};

/// Of `is_document`.
pub(crate) const FOLDER: i64 = 0;
pub(crate) const DOCUMENT: i64 = 1;

/// Of `removal`. The greatest on a way up tells whether any of it was removed, and the least whether any of it is archived.
pub(crate) const ARCHIVED: i64 = -1;
pub(crate) const LIVE: i64 = 0;
pub(crate) const TRASHED: i64 = 1;
pub(crate) const PURGED: i64 = 2;

/// Of `audience`.
pub(crate) const ALL_CONTACTS: i64 = 0;
pub(crate) const ONE_CONTACT: i64 = 1;

/// A closed list of values, each with its number, in both directions.
macro_rules! codes {
    ($($(#[$doc:meta])* $write:ident, $read:ident: $type:ident { $($variant:ident = $code:literal),* })*) => {$(
        $(#[$doc])*
        pub(crate) const fn $write(value: $type) -> i64 {
            match value { $($type::$variant => $code,)* }
        }

        pub(crate) fn $read(fields: &mut Fields<'_>) -> Result<$type, StoreError> {
            match fields.int()? {
                $($code => Ok($type::$variant),)*
                other => Err(unreadable(format_args!("{other} is no {}", stringify!($type)))),
            }
        }
    )*};
}

codes! {
    role, read_role: Role { Member = 0, Admin = 1, Owner = 2 }
    weekday, read_weekday: Weekday {
        Monday = 0, Tuesday = 1, Wednesday = 2, Thursday = 3, Friday = 4, Saturday = 5, Sunday = 6
    }
    folder_kind, read_folder_kind: FolderKind { Root = 0, ClientUploads = 1, Ordinary = 2 }
    access, read_access: Access { View = 0, ViewAndUpload = 1 }
    attempt_state, read_attempt_state: AttemptState { Asked = 0, Issued = 1, Redeemed = 2, Exhausted = 3 }
    proof_method, read_proof_method: ProofMethod { EmailLink = 0, EmailCode = 1 }
    limit_kind, read_limit_kind: LimitKind { AskedByAddressAndSource = 0, AskedBySource = 1, TypedFailures = 2 }
}

/// Written beside a message's kind, from which it follows.
pub(crate) const fn lane(lane: Lane) -> i64 {
    match lane {
        Lane::SignIn => 0,
        Lane::Ordinary => 1,
    }
}

/// An actor in two columns: which, and who.
/// What an event is about, as its row says it beside the payload, from which it follows.
pub(crate) const fn event_topic(topic: EventTopic) -> i64 {
    match topic {
        EventTopic::Sharing => 1,
        EventTopic::Uploads => 2,
        EventTopic::Downloads => 3,
        EventTopic::Files => 4,
        EventTopic::Mail => 5,
        EventTopic::People => 6,
        EventTopic::Settings => 7,
    }
}

pub(crate) fn actor(actor: Actor) -> [Value; 2] {
    let (code, id) = match actor {
        Actor::Host => (0, None),
        Actor::Member(member) => (1, Some(member.as_u128())),
        Actor::Contact(contact) => (2, Some(contact.as_u128())),
        Actor::Login(login) => (3, Some(login.as_u128())),
        Actor::Visitor => (4, None),
        Actor::Worker => (5, None),
    };
    [Value::Int(code), id.map_or(Value::Null(Kind::Id), Value::bits)]
}

pub(crate) fn read_actor(fields: &mut Fields<'_>) -> Result<Actor, StoreError> {
    let code = fields.int()?;
    match code {
        1 => fields.id().map(Actor::Member),
        2 => fields.id().map(Actor::Contact),
        3 => fields.id().map(Actor::Login),
        0 | 4 | 5 => {
            fields.skip(1)?;
            Ok(if code == 0 {
                Actor::Host
            } else if code == 4 {
                Actor::Visitor
            } else {
                Actor::Worker
            })
        }
        other => Err(unreadable(format_args!("{other} is no actor"))),
    }
}

/// A node in two columns: its id, and whether it is a document.
pub(crate) fn node(node: NodeId) -> [Value; 2] {
    match node {
        NodeId::Folder(folder) => [Value::id(folder), Value::Int(FOLDER)],
        NodeId::Document(document) => [Value::id(document), Value::Int(DOCUMENT)],
    }
}

pub(crate) fn read_node(fields: &mut Fields<'_>) -> Result<NodeId, StoreError> {
    let id = fields.bits()?;
    Ok(if fields.flag()? {
        NodeId::Document(portal_core::values::DocumentId::from_bits(id))
    } else {
        NodeId::Folder(portal_core::values::FolderId::from_bits(id))
    })
}

/// A removal in two columns: how, and since when.
pub(super) fn removal(removal: Removal) -> [Value; 2] {
    match removal {
        Removal::Live => [Value::Int(LIVE), Value::Null(Kind::Int)],
        Removal::Archived(at) => [Value::Int(ARCHIVED), Value::time(at)],
        Removal::Trashed(at) => [Value::Int(TRASHED), Value::time(at)],
        Removal::Purged(at) => [Value::Int(PURGED), Value::time(at)],
    }
}

pub(super) fn read_removal(fields: &mut Fields<'_>) -> Result<Removal, StoreError> {
    let since = |at: Option<Timestamp>| at.ok_or_else(|| unreadable("a removal without its time"));
    match (fields.int()?, fields.maybe_time()?) {
        (LIVE, _) => Ok(Removal::Live),
        (ARCHIVED, at) => since(at).map(Removal::Archived),
        (TRASHED, at) => since(at).map(Removal::Trashed),
        (PURGED, at) => since(at).map(Removal::Purged),
        (other, _) => Err(unreadable(format_args!("{other} is no removal"))),
    }
}

/// An audience in two columns: which, and who.
pub(crate) fn audience(audience: Audience) -> [Value; 2] {
    match audience {
        Audience::AllContacts => [Value::Int(ALL_CONTACTS), Value::bits(0)],
        Audience::Contact(contact) => [Value::Int(ONE_CONTACT), Value::id(contact)],
    }
}

pub(super) fn read_audience(fields: &mut Fields<'_>) -> Result<Audience, StoreError> {
    let (code, contact) = (fields.int()?, fields.id::<ContactId>()?);
    match code {
        ALL_CONTACTS => Ok(Audience::AllContacts),
        ONE_CONTACT => Ok(Audience::Contact(contact)),
        other => Err(unreadable(format_args!("{other} is no audience"))),
    }
}

/// A keyspace in two columns: the id that leads, and of what it is.
pub(crate) fn space(keyspace: Keyspace) -> [Value; 2] {
    match keyspace {
        Keyspace::Firm(firm) => [Value::id(firm), Value::Int(0)],
        Keyspace::Address(address) => [Value::id(address), Value::Int(1)],
        Keyspace::Login(login) => [Value::id(login), Value::Int(2)],
    }
}

pub(super) fn read_space(fields: &mut Fields<'_>) -> Result<Keyspace, StoreError> {
    let lead = fields.bits()?;
    match fields.int()? {
        0 => Ok(Keyspace::Firm(FirmId::from_bits(lead))),
        1 => Ok(Keyspace::Address(portal_core::values::AddressKey::from_bits(lead))),
        2 => Ok(Keyspace::Login(portal_core::values::LoginId::from_bits(lead))),
        other => Err(unreadable(format_args!("{other} is no keyspace"))),
    }
}

/// A chain in three columns: the id that leads, of what it is, and of which. A firm's chains lead with the firm; a login has
/// one chain whatever keyspace adds to it. `None` for a firm's chain outside its keyspace: there is none.
pub(crate) fn chain(keyspace: Keyspace, chain: ChainKey) -> Option<[Value; 3]> {
    match (chain, keyspace) {
        (ChainKey::Firm(id), Keyspace::Firm(firm)) => Some([Value::id(firm), Value::Int(0), Value::id(id)]),
        (ChainKey::Client(id), Keyspace::Firm(firm)) => Some([Value::id(firm), Value::Int(1), Value::id(id)]),
        (ChainKey::Login(id), Keyspace::Address(_) | Keyspace::Login(_)) => {
            Some([Value::id(id), Value::Int(2), Value::id(id)])
        }
        _ => None,
    }
}
