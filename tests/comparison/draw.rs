//! One operation, drawn: who asks for what about what.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use portal_core::directory::Role;
use portal_core::identity::SessionToken;
use portal_core::sharing::{Access, Audience, ShareRequest};
use portal_core::testing::Dice;
use portal_core::values::{
    ClientId, Cursor, DocumentId, EmailAddress, ExternalId, FileName, FirmId, FolderId, FolderTemplateId, ListOrder,
    MemberId, MessageId, NodeId, PageRequest, SessionId, Timestamp, VersionId,
};
use portal_core::{ByteRange, Operation, Right};

use crate::known::{Known, KnownAttempt, KnownContact, KnownMember, KnownNode};

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

const BYTES: [&str; 5] =
    ["", "bytes", "%PDF-1.7 and so on", "%PDF-1.7, another one", "a few more bytes than the least limit"];

/// Whether there are pictures of such bytes.
pub(crate) fn pictured(bytes: &str) -> bool {
    bytes.starts_with("%PDF-")
}

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
    pub(crate) template: FolderTemplateId,
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
        let mut things = Things { operation, known, dice };
        let firm = things.firm();
        let (session, contact) = things.who(firm);
        let client = contact.client;
        let node = things.node(&contact, |_| true);
        let (document, version) = things.document(&contact);
        let (key, address) = (things.key(), things.address());
        Self {
            operation,
            key,
            firm,
            by: things.acting(firm),
            member: things.member(firm),
            client,
            folder: things.folder(&contact),
            document,
            version,
            node: node.id,
            message: things.message(firm),
            template: things.template(),
            other_session: things.session_id(session.as_ref()),
            session,
            attempt: things.attempt(),
            guesses: things.dice.chance(15),
            email: things.reached(firm).unwrap_or(address),
            name: FileName::new(things.one_of(&NAMES)).unwrap(),
            bytes: things.one_of(&BYTES),
            role: things.one_of(&[Role::Member, Role::Member, Role::Admin, Role::Owner]),
            share: things.share(node, &contact, now),
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

    /// The address that a contact is given: `None` leaves them the one they have.
    pub(crate) fn new_email(&self) -> Option<Option<EmailAddress>> {
        self.flag.then(|| (!self.shares_upload).then(|| self.email.clone()))
    }
}

/// Picks things, mostly fitting ones: what is always refused is compared with nothing.
struct Things<'a> {
    operation: Operation,
    known: &'a Known,
    dice: &'a mut Dice,
}

impl Things<'_> {
    fn one_of<T: Clone>(&mut self, items: &[T]) -> T {
        self.dice.pick(items).unwrap().clone()
    }

    /// Mostly the first firm, and now and then another.
    fn firm(&mut self) -> FirmId {
        if self.dice.chance(95) { self.known.firms[0].0 } else { self.one_of(&self.known.firms).0 }
    }

    /// Whoever acts: mostly somebody of the firm who may.
    fn acting(&mut self, firm: FirmId) -> MemberId {
        let right = self.operation.right();
        let may = |it: &KnownMember| right != Right::Administrator || it.role != Role::Member;
        self.known.members.pick(self.dice, |it| it.firm == firm && may(it)).unwrap().id
    }

    /// Whom it is done to: one owner stays, mostly.
    fn member(&mut self, firm: FirmId) -> MemberId {
        let owner = self.known.firms[0].1;
        self.known.members.pick(self.dice, |it| it.firm == firm && it.id != owner).unwrap().id
    }

    /// A session and a contact whom it reaches, for what contacts do; otherwise a contact of a client of the firm.
    fn who(&mut self, firm: FirmId) -> (Option<SessionToken>, KnownContact) {
        let (known, operation) = (self.known, self.operation);
        let latest = known.sessions.there.last().filter(|_| self.dice.chance(85)).cloned();
        let session = latest.or_else(|| known.sessions.pick(self.dice, |_| true));
        let reached = known.signed_in();
        let fits = |it: &&KnownContact| known.has_fitting(operation, it.client, it);
        let fitting: Vec<KnownContact> = reached.iter().filter(fits).cloned().collect();
        let as_contact = operation.right() == Right::Contact && self.dice.chance(95);
        let contact = self.dice.pick(&fitting).or(reached.first()).filter(|_| as_contact).cloned();
        let contact = contact.unwrap_or_else(|| self.contact_of(firm));
        (session.map(|(token, _)| token), contact)
    }

    /// A contact of a client of the firm at whom there is something to do, mostly.
    fn contact_of(&mut self, firm: FirmId) -> KnownContact {
        let known = self.known;
        let anybody = known.contacts.anyone();
        let fits = |it: &&(FirmId, ClientId)| it.0 == firm && known.has_fitting(self.operation, it.1, anybody);
        let fitting: Vec<ClientId> = known.clients.iter().filter(fits).map(|it| it.1).collect();
        let client = match self.dice.below(100) {
            // The first client has the most in it.
            0..40 => fitting.first(),
            40..95 => self.dice.pick(&fitting),
            _ => None,
        };
        let client = client.copied().unwrap_or_else(|| self.one_of(&known.clients).1);
        let contact = known.contacts.pick(self.dice, |contact| contact.client == client).unwrap();
        if self.dice.chance(97) { KnownContact { client, ..contact } } else { contact }
    }

    /// A node of the contact's client that the operation can be done to, mostly.
    fn node(&mut self, contact: &KnownContact, is: impl Fn(&KnownNode) -> bool) -> KnownNode {
        let nodes = self.known.nodes.iter().filter(|node| is(node)).copied();
        let of_client = nodes.clone().filter(|node| node.client == contact.client);
        let fits = |node: &KnownNode| self.known.fits(self.operation, *node, contact);
        let fitting: Vec<KnownNode> = of_client.filter(fits).collect();
        let fitting = self.dice.pick(&fitting).copied().filter(|_| self.dice.chance(92));
        fitting.unwrap_or_else(|| self.one_of(&nodes.collect::<Vec<_>>()))
    }

    fn folder(&mut self, contact: &KnownContact) -> FolderId {
        match self.node(contact, |node| !node.is_document()).id {
            NodeId::Folder(folder) => folder,
            NodeId::Document(_) => unreachable!("only folders were asked for"),
        }
    }

    fn document(&mut self, contact: &KnownContact) -> (DocumentId, Option<VersionId>) {
        let node = self.node(contact, KnownNode::is_document);
        let NodeId::Document(document) = node.id else { unreachable!("only documents were asked for") };
        let any = self.one_of(&self.known.versions);
        let version = node.version.filter(|_| self.dice.chance(90)).unwrap_or(any);
        (document, self.dice.chance(30).then_some(version))
    }

    /// Mostly one that is there.
    fn template(&mut self) -> FolderTemplateId {
        let known = self.dice.pick(&self.known.templates).copied().filter(|_| self.dice.chance(95));
        known.unwrap_or(FolderTemplateId::from_bits(42))
    }

    fn message(&mut self, firm: FirmId) -> MessageId {
        let own: Vec<MessageId> = self.known.messages.iter().filter(|it| it.0 == firm).map(|it| it.1).collect();
        let unknown = MessageId::from_bits(42);
        if self.dice.chance(95) { self.dice.pick(&own).copied().unwrap_or(unknown) } else { unknown }
    }

    /// Mostly one of the same login.
    fn session_id(&mut self, session: Option<&SessionToken>) -> SessionId {
        let email = |token: &SessionToken| {
            self.known.sessions.there.iter().find(|it| it.0.session() == token.session()).map(|it| it.1.clone())
        };
        let email = session.and_then(email);
        let own: Vec<SessionId> = self
            .known
            .sessions
            .there
            .iter()
            .filter(|it| Some(&it.1) == email.as_ref())
            .map(|it| it.0.session())
            .collect();
        let own = self.dice.pick(&own).copied().filter(|_| self.dice.chance(70));
        own.or_else(|| self.dice.pick(&self.known.session_ids).copied()).unwrap_or(SessionId::from_bits(42))
    }

    /// Mostly the latest attempt.
    fn attempt(&mut self) -> Option<KnownAttempt> {
        let latest = self.known.attempts.there.last().filter(|_| self.dice.chance(85)).cloned();
        latest.or_else(|| self.known.attempts.pick(self.dice, |_| true))
    }

    fn address(&mut self) -> EmailAddress {
        EmailAddress::new(self.one_of(&ADDRESSES)).unwrap()
    }

    /// For whoever asks to sign in: mostly an address that the firm knows.
    fn reached(&mut self, firm: FirmId) -> Option<EmailAddress> {
        if self.operation != Operation::AskToSignIn || !self.dice.chance(75) {
            return None;
        }
        let clients: Vec<ClientId> = self.known.clients.iter().filter(|it| it.0 == firm).map(|it| it.1).collect();
        let enters = |it: &&KnownContact| it.may_enter && clients.contains(&it.client);
        let known: Vec<_> = self.known.contacts.there.iter().filter(enters).filter_map(|it| it.email.clone()).collect();
        self.dice.pick(&known).cloned()
    }

    fn share(&mut self, node: KnownNode, contact: &KnownContact, now: Timestamp) -> ShareRequest {
        let audience = if self.dice.chance(60) { Audience::Contact(contact.id) } else { Audience::AllContacts };
        let granted = self.known.shared.iter().filter(|it| it.0 == node.id).map(|it| it.1).collect::<Vec<_>>();
        let granted = self.dice.pick(&granted).copied().filter(|_| self.dice.chance(80));
        let audience = if self.operation == Operation::Revoke { granted.unwrap_or(audience) } else { audience };
        let views = self.dice.chance(if node.is_document() { 90 } else { 50 });
        let access = if views { Access::View } else { Access::ViewAndUpload };
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
        match self.dice.below(10) {
            0..2 => ByteRange::Last(self.dice.below(20)),
            2..4 => ByteRange::From { start: self.dice.below(10), end: Some(self.dice.below(20)) },
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
