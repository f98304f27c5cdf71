//! One operation, drawn: who asks for what about what.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use portal_core::directory::Role;
use portal_core::identity::SessionToken;
use portal_core::sharing::{Access, Audience, ShareRequest};
use portal_core::testing::Dice;
use portal_core::values::{
    ClientId, Cursor, DocumentId, EmailAddress, ExternalId, FileName, FirmId, FolderId, ListOrder, MemberId, MessageId,
    NodeId, PageRequest, SessionId, Timestamp, VersionId,
};
use portal_core::{ByteRange, Operation, Right};

use crate::known::{Known, KnownAttempt, KnownContact};

const ADDRESSES: [&str; 7] = [
    "ana@acme.test",
    "Ana@Acme.test",
    "ben@acme.test",
    "cara@bolt.test",
    "home@cedar.test",
    "nobody@nowhere.test",
    "dan@two.test",
];

const NAMES: [&str; 10] = [
    "w2.pdf",
    "W2.PDF",
    "scan.pdf",
    "scan (2).pdf",
    "Résumé.pdf",
    "re\u{301}sume\u{301}.pdf",
    "2025 Tax",
    "Straße",
    "STRASSE",
    "../x\u{202e}.pdf",
];

const BYTES: [&str; 4] = ["", "bytes", "%PDF-1.7 and so on", "a few more bytes than the least limit"];

/// An operation with everything that it may name; each takes of it what it needs.
#[derive(Debug, Clone)]
pub(crate) struct Draw {
    pub(crate) operation: Operation,
    pub(crate) key: Option<String>,
    pub(crate) firm: FirmId,
    pub(crate) by: MemberId,
    pub(crate) member: MemberId,
    pub(crate) client: ClientId,
    pub(crate) contact: KnownContact,
    pub(crate) folder: FolderId,
    pub(crate) document: DocumentId,
    pub(crate) version: Option<VersionId>,
    pub(crate) node: NodeId,
    pub(crate) message: MessageId,
    pub(crate) session: Option<SessionToken>,
    pub(crate) other_session: SessionId,
    pub(crate) attempt: Option<KnownAttempt>,
    pub(crate) guesses: bool,
    pub(crate) email: EmailAddress,
    pub(crate) name: FileName,
    pub(crate) bytes: &'static str,
    pub(crate) role: Role,
    pub(crate) share: ShareRequest,
    pub(crate) shares_upload: bool,
    pub(crate) flag: bool,
    pub(crate) external: Option<ExternalId>,
    pub(crate) range: ByteRange,
    pub(crate) order: ListOrder,
    pub(crate) page: PageRequest,
    pub(crate) source: IpAddr,
}

impl Draw {
    /// Draws what `operation` is asked about, at `now`.
    pub(crate) fn of(operation: Operation, known: &Known, dice: &mut Dice, now: Timestamp) -> Self {
        let mut things = Things { known, dice };
        let (firm, owner) = things.firm();
        let client = things.client();
        let by = if firm == known.firms[0].0 { things.member(true) } else { owner };
        let (session, contact) = things.who_is_signed_in(operation, client);
        let client = if operation.right() == Right::Contact { contact.client } else { client };
        let node = things.node(operation, client);
        let (document, version) = things.document(client);
        let key = things.key();
        Self {
            operation,
            key,
            firm,
            by,
            member: things.member(false),
            client,
            folder: things.folder(client),
            document,
            version,
            node,
            message: things.message(),
            session,
            other_session: things.session_id(),
            attempt: things.attempt(),
            guesses: things.dice.chance(15),
            email: things.address(),
            name: FileName::new(things.one_of(&NAMES)).unwrap(),
            bytes: things.one_of(&BYTES),
            role: things.one_of(&[Role::Member, Role::Member, Role::Admin, Role::Owner]),
            share: things.share(&contact, now),
            shares_upload: things.dice.chance(30),
            flag: things.dice.chance(50),
            external: things.external(),
            range: things.range(),
            order: things.one_of(&ListOrder::ALL),
            page: things.page(),
            source: IpAddr::V4(Ipv4Addr::new(192, 0, 2, u8::try_from(things.dice.below(8)).unwrap())),
            contact,
        }
    }
}

/// Picks things, mostly fitting ones.
struct Things<'a> {
    known: &'a Known,
    dice: &'a mut Dice,
}

impl Things<'_> {
    fn one_of<T: Clone>(&mut self, items: &[T]) -> T {
        self.dice.pick(items).unwrap().clone()
    }

    /// Mostly the first firm, and now and then another.
    fn firm(&mut self) -> (FirmId, MemberId) {
        if self.dice.chance(95) { self.known.firms[0] } else { self.one_of(&self.known.firms) }
    }

    /// For whoever acts, mostly the owner who is always there.
    fn member(&mut self, acts: bool) -> MemberId {
        if acts && self.dice.chance(60) { self.known.members[0] } else { self.one_of(&self.known.members) }
    }

    fn client(&mut self) -> ClientId {
        if self.dice.chance(50) { self.known.clients[0] } else { self.one_of(&self.known.clients) }
    }

    /// A contact of the client, mostly.
    fn contact(&mut self, client: ClientId) -> KnownContact {
        let own: Vec<_> = self.known.contacts.iter().filter(|contact| contact.client == client).cloned().collect();
        if own.is_empty() || self.dice.chance(8) { self.one_of(&self.known.contacts) } else { self.one_of(&own) }
    }

    /// A session and a contact whom it reaches, mostly; the latest sessions are the likeliest to live.
    fn who_is_signed_in(&mut self, operation: Operation, client: ClientId) -> (Option<SessionToken>, KnownContact) {
        let latest = self.known.sessions.iter().rev().take(4).cloned().collect::<Vec<_>>();
        let Some((token, email)) = self.dice.pick(&latest).cloned() else { return (None, self.contact(client)) };
        let reached: Vec<_> =
            self.known.contacts.iter().filter(|contact| contact.email.as_ref() == Some(&email)).cloned().collect();
        let fits = operation.right() == Right::Contact && !reached.is_empty() && self.dice.chance(92);
        let contact = if fits { self.one_of(&reached) } else { self.contact(client) };
        (Some(token), contact)
    }

    fn folder(&mut self, client: ClientId) -> FolderId {
        let own: Vec<_> = self.known.folders.iter().filter(|folder| folder.0 == client).copied().collect();
        if own.is_empty() || self.dice.chance(5) { self.one_of(&self.known.folders).1 } else { self.one_of(&own).1 }
    }

    fn document(&mut self, client: ClientId) -> (DocumentId, Option<VersionId>) {
        let own: Vec<_> = self.known.documents.iter().filter(|document| document.0 == client).copied().collect();
        let picked =
            if own.is_empty() || self.dice.chance(5) { self.one_of(&self.known.documents) } else { self.one_of(&own) };
        let version = if self.dice.chance(90) { picked.2 } else { self.one_of(&self.known.documents).2 };
        (picked.1, self.dice.chance(30).then_some(version))
    }

    fn node(&mut self, operation: Operation, client: ClientId) -> NodeId {
        let trashed: Vec<_> = self.known.trashed.iter().filter(|node| node.0 == client).copied().collect();
        let of_trash = matches!(operation, Operation::Restore | Operation::Purge | Operation::PreviewPurge);
        if of_trash && !trashed.is_empty() && self.dice.chance(90) {
            return self.one_of(&trashed).1;
        }
        if self.dice.chance(65) { self.folder(client).into() } else { self.document(client).0.into() }
    }

    fn message(&mut self) -> MessageId {
        let unknown = MessageId::from_bits(42);
        self.dice.pick(&self.known.messages).copied().unwrap_or(unknown)
    }

    fn session_id(&mut self) -> SessionId {
        self.dice.pick(&self.known.session_ids).copied().unwrap_or(SessionId::from_bits(42))
    }

    /// One of the latest attempts.
    fn attempt(&mut self) -> Option<KnownAttempt> {
        let latest = self.known.attempts.iter().rev().take(2).cloned().collect::<Vec<_>>();
        self.dice.pick(&latest).cloned()
    }

    fn address(&mut self) -> EmailAddress {
        EmailAddress::new(self.one_of(&ADDRESSES)).unwrap()
    }

    fn share(&mut self, contact: &KnownContact, now: Timestamp) -> ShareRequest {
        let audience = if self.dice.chance(60) { Audience::Contact(contact.id) } else { Audience::AllContacts };
        let access = if self.dice.chance(50) { Access::View } else { Access::ViewAndUpload };
        let seconds = [0, 60, 60 * 60, 24 * 60 * 60];
        let until = now + Duration::from_secs(self.one_of(&seconds));
        ShareRequest {
            until: self.dice.chance(20).then_some(until),
            alerts: self.dice.chance(85),
            notify: self.dice.chance(60),
            ..ShareRequest::new(audience, access)
        }
    }

    fn external(&mut self) -> Option<ExternalId> {
        let number = self.dice.below(12);
        self.dice.chance(25).then(|| ExternalId::new(format!("x_{number}")).unwrap())
    }

    fn range(&mut self) -> ByteRange {
        match self.dice.below(4) {
            0 => ByteRange::Last(self.dice.below(20)),
            1 => ByteRange::From { start: self.dice.below(20), end: Some(self.dice.below(20)) },
            _ => ByteRange::All,
        }
    }

    fn page(&mut self) -> PageRequest {
        let odd = self.dice.chance(3).then(|| Cursor::new("of nothing"));
        PageRequest::first(self.one_of(&[1, 2, 100])).after(odd)
    }

    /// None, a new one, or one that was used before.
    fn key(&mut self) -> Option<String> {
        match self.dice.below(100) {
            0..25 => Some(format!("key {}", self.known.keys.len())),
            25..30 => self.dice.pick(&self.known.keys).cloned(),
            _ => None,
        }
    }
}
