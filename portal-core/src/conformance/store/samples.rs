//! Records and events as plain as can be; a case changes what it is about.

use crate::directory::{
    self, Addressee, Assignment, Client, Contact, ContactDetails, DataKey, Firm, FirmSettings, FolderTemplate,
    FolderTree, Logo, LogoPicture, Mailing, Member, PortalAccess, Role, TemplateFolder, TemplateSharing,
};
use crate::files::{
    self, Condemned, Document, DocumentVersion, Folder, FolderKind, MediaType, Place, Removal, Scan, Taken, Upload,
    UploadInto, UploadScan,
};
use crate::identity::{self, Attempt, AttemptState, Limit, LimitKind, Login, Proof, ProofMethod, Reach, Session};
use crate::record::Record;
use crate::sharing::{self, Access, Audience, Grant, Tree};
use crate::testing::VirtualClock;
use crate::values::{
    Actor, Digest, DisplayName, EmailAddress, ExternalId, FileName, FolderId, Id, ImageKind, NodeId, Note, RingKeyId,
    Salt, Timestamp,
};

/// A kind of record, to be written.
pub(crate) trait IntoRecord {
    fn into_record(self) -> Record;
}

macro_rules! records {
    ($($area:ident, $records:ident => $($kind:ident: $variant:ident),*;)*) => {$($(
        impl IntoRecord for $kind {
            fn into_record(self) -> Record {
                Record::$area($records::Record::$variant(self))
            }
        }
    )*)*};
}

records! {
    Directory, directory => Firm: Firm, Member: Member, Client: Client, Contact: Contact, PortalAccess: PortalAccess,
        Assignment: Assignment, Mailing: Mailing, DataKey: DataKey, FolderTemplate: FolderTemplate;
    Sharing, sharing => Tree: Tree, Grant: Grant;
    Files, files => Folder: Folder, Document: Document, DocumentVersion: Version, Upload: Upload, Condemned: Condemned;
    Identity, identity => Attempt: Attempt, Limit: Limit, Login: Login, Session: Session, Reach: Reach;
}

/// `seconds` after the suite's beginning of time.
pub(crate) const fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(VirtualClock::START.as_micros() + seconds * 1_000_000)
}

pub(crate) fn id<I: Id>(bits: u128) -> I {
    I::from_u128(bits)
}

pub(crate) fn named(text: &str) -> DisplayName {
    DisplayName::new(text).unwrap()
}

pub(crate) fn file(text: &str) -> FileName {
    FileName::new(text).unwrap()
}

pub(crate) fn email(text: &str) -> EmailAddress {
    EmailAddress::new(text).unwrap()
}

/// A data key of this number, wrapped as it never is: only the ring knows how.
pub(crate) fn data_key(number: u32) -> DataKey {
    DataKey {
        number,
        wrapped: format!("wrapped {number}").into_bytes(),
        wrapped_by: RingKeyId::new("ring-1").unwrap(),
        created_at: at(0),
    }
}

pub(crate) fn external(text: &str) -> ExternalId {
    ExternalId::new(text).unwrap()
}

pub(crate) fn note(text: &str) -> Note {
    Note::new(Salt::from_bytes(*b"0123456789abcdef"), text)
}

/// A logo whose bytes lie there.
pub(crate) fn logo(blob: u128, shown: bool) -> Logo {
    let picture = LogoPicture { kind: ImageKind::Jpeg, size_bytes: 200_000, width: 600, height: 2_000 };
    Logo { blob: id(blob), picture, shown }
}

pub(crate) fn firm(number: u128) -> Firm {
    Firm {
        id: id(number),
        external_id: None,
        name: named(&format!("Firm {number}")),
        settings: FirmSettings::default(),
        created_at: at(0),
    }
}

pub(crate) fn member(number: u128, name: &str) -> Member {
    Member {
        id: id(number),
        external_id: None,
        name: named(name),
        email: email(&format!("member{number}@miller.test")),
        role: Role::Member,
        created_at: at(0),
        removed_at: None,
    }
}

/// A client whose root is the folder of the same number.
pub(crate) fn client(number: u128, name: &str) -> Client {
    Client { id: id(number), external_id: None, name: named(name), root: id(number), created_at: at(0) }
}

pub(crate) fn contact(number: u128, client: u128) -> Contact {
    Contact {
        id: id(number),
        client: id(client),
        external_id: None,
        name: named(&format!("Contact {number}")),
        email: Some(email(&format!("contact{number}@acme.test"))),
        details: ContactDetails::default(),
        created_at: at(0),
        removed_at: None,
    }
}

pub(crate) fn access(contact: u128) -> PortalAccess {
    PortalAccess { contact: id(contact), allowed: true, last_signed_in_at: None }
}

pub(crate) fn assignment(client: u128, member: u128) -> Assignment {
    Assignment { client: id(client), member: id(member), created_at: at(0) }
}

/// A folder template of one folder that is shared, and one in it that is not.
pub(crate) fn template(number: u128, name: &str) -> FolderTemplate {
    let folder = |name: &str| TemplateFolder::new(FileName::new(name).unwrap());
    let folders = vec![folder("Permanent").shared(TemplateSharing::View).with(folder("Letters"))];
    FolderTemplate {
        id: id(number),
        name: named(name),
        folders: FolderTree::new(folders).unwrap(),
        is_default: false,
        created_at: at(0),
    }
}

/// How mail reaches a contact who chose nothing.
pub(crate) fn mailing(contact: u128) -> Mailing {
    Mailing::new(Addressee::Contact(id(contact)))
}

pub(crate) fn tree(client: u128) -> Tree {
    Tree { client: id(client) }
}

pub(crate) fn grant(number: u128, client: u128, node: impl Into<NodeId>, audience: Audience) -> Grant {
    Grant {
        id: id(number),
        client: id(client),
        node: node.into(),
        audience,
        access: Access::View,
        until: None,
        alerts: true,
        created_by: Actor::Host,
        created_at: at(0),
    }
}

pub(crate) fn place(client: u128, parent: Option<u128>, name: &str) -> Place {
    Place {
        client: id(client),
        parent: parent.map(id),
        name: file(name),
        removal: Removal::Live,
        created_by: Actor::Host,
        created_at: at(0),
        hold: None,
    }
}

/// The root of a client: the folder of the same number.
pub(crate) fn root(client: u128) -> Folder {
    Folder { id: id(client), place: place(client, None, "Files"), kind: FolderKind::Root }
}

/// A folder in `parent`, at the client 1.
pub(crate) fn folder(number: u128, parent: u128, name: &str) -> Folder {
    Folder { id: id(number), place: place(1, Some(parent), name), kind: FolderKind::Ordinary }
}

/// A document in `parent`, at the client 1, whose current version has the same number.
pub(crate) fn document(number: u128, parent: u128, name: &str) -> Document {
    Document { id: id(number), place: place(1, Some(parent), name), current: id(number), opened_at: None }
}

/// A version whose bytes lie under the same number, uploaded so many seconds after the beginning as its number says.
pub(crate) fn version(number: u128, document: u128) -> DocumentVersion {
    DocumentVersion {
        id: id(number),
        document: id(document),
        blob: id(number),
        size_bytes: 1_000,
        sha256: Digest::of(&number.to_be_bytes()),
        declared_type: MediaType::new("application/pdf"),
        sniffed_type: None,
        scan: Scan::NotScanned,
        uploaded_as: file("scan.pdf"),
        uploaded_by: Actor::Host,
        uploaded_at: at(i64::try_from(number % 1_000_000).unwrap()),
    }
}

/// An upload of the client 1 whose bytes go under the same number.
pub(crate) fn upload(number: u128, into: UploadInto) -> Upload {
    Upload {
        id: id(number),
        client: id(1),
        into,
        name: file("scan.pdf"),
        declared_type: None,
        announced_bytes: None,
        blob: id(number),
        taken: Taken::default(),
        scan: UploadScan::NotAsked,
        by: Actor::Host,
        started_at: at(0),
        deadline: at(86_400),
    }
}

pub(crate) fn condemned(blob: u128) -> Condemned {
    Condemned { blob: id(blob), since: at(0) }
}

pub(crate) fn attempt(number: u128, address: u128) -> Attempt {
    Attempt {
        id: id(number),
        address: id(address),
        email: email("ana@acme.test"),
        firm: id(1),
        browser: Digest::of(b"browser"),
        state: AttemptState::Asked,
        failures: 0,
        asked_at: at(0),
        expires_at: at(600),
    }
}

pub(crate) fn limit(subject: u128, kind: LimitKind) -> Limit {
    Limit { subject: id(subject), kind, count: 1, since: at(0) }
}

pub(crate) fn login(number: u128, address: u128) -> Login {
    Login { id: id(number), address: id(address), email: email("ana@acme.test"), created_at: at(0) }
}

pub(crate) fn reach(address: u128, contact: u128) -> Reach {
    Reach { address: id(address), firm: id(1), client: id(1), contact: id(contact) }
}

pub(crate) fn uploaded(client: u128, number: u128) -> files::Event {
    files::Event::Uploaded {
        client: id(client),
        folder: id(client),
        above: Vec::new(),
        document: id(number),
        version: id(number),
        name: note("scan.pdf"),
        size_bytes: 1_000,
        sha256: Digest::of(b"bytes"),
        shared: None,
    }
}

pub(crate) fn downloaded(client: u128, number: u128) -> files::Event {
    files::Event::Downloaded { client: id(client), document: id(number), version: id(number), name: note("scan.pdf") }
}

pub(crate) fn asked(address: u128, attempt: u128) -> identity::Event {
    identity::Event::Asked { address: id(address), attempt: id(attempt), firm: id(1) }
}

pub(crate) fn session(number: u128, login: u128) -> Session {
    Session {
        id: id(number),
        login: id(login),
        address: id(login),
        firm: id(1),
        token: Digest::of(b"token"),
        proof: Proof { method: ProofMethod::EmailLink, at: at(0) },
        device: "Firefox on Debian".to_owned(),
        created_at: at(0),
        seen_at: at(0),
        expires_at: at(3_600),
        ended: None,
    }
}

pub(crate) fn signed_in(login: u128, address: u128) -> identity::Event {
    identity::Event::SignedIn {
        login: id(login),
        address: id(address),
        session: id(1),
        attempt: id(1),
        firm: id(1),
        method: ProofMethod::EmailCode,
        source: note("192.0.2.7"),
        device: note("Firefox on Debian"),
    }
}

pub(crate) fn signed_out(login: u128) -> identity::Event {
    identity::Event::SignedOut { login: id(login), session: id(1) }
}

pub(crate) fn revoked(client: u128, number: u128) -> sharing::Event {
    sharing::Event::Revoked {
        client: id(client),
        grant: id(number),
        node: FolderId::from_bits(number).into(),
        name: note("2025 Tax"),
        audience: Audience::AllContacts,
    }
}
