//! One record of every kind, all of one client.

use portal_core::directory::{
    self, Addressee, Assignment, Client, Contact, ContactDetails, DataKey, Firm, FirmSettings, Mailing, Member,
    PortalAccess, Role,
};
use portal_core::files::{
    self, Condemned, Document, DocumentVersion, Folder, FolderKind, Place, Removal, Scan, Upload, UploadInto,
    UploadScan,
};
use portal_core::identity::{self, Attempt, AttemptState, Limit, LimitKind, Login, Proof, ProofMethod, Reach, Session};
use portal_core::record::Record;
use portal_core::sharing::{self, Access, Audience, Grant, Tree};
use portal_core::values::*;

pub(super) const FIRM: FirmId = FirmId::from_bits(1);
pub(super) const CLIENT: ClientId = ClientId::from_bits(2);
pub(super) const CONTACT: ContactId = ContactId::from_bits(3);
pub(super) const MEMBER: MemberId = MemberId::from_bits(4);
pub(super) const ROOT: FolderId = FolderId::from_bits(5);
pub(super) const FOLDER: FolderId = FolderId::from_bits(6);
pub(super) const DOCUMENT: DocumentId = DocumentId::from_bits(7);
pub(super) const VERSION: VersionId = VersionId::from_bits(8);
pub(super) const BLOB: BlobKey = BlobKey::from_bits(9);
pub(super) const ADDRESS: AddressKey = AddressKey::from_bits(10);
pub(super) const LOGIN: LoginId = LoginId::from_bits(11);
pub(super) const NOW: Timestamp = Timestamp::from_micros(1_000_000);

fn external(text: &str) -> Option<ExternalId> {
    Some(ExternalId::new(text).unwrap())
}

fn place(parent: Option<FolderId>, name: &str) -> Place {
    Place {
        client: CLIENT,
        parent,
        name: FileName::new(name).unwrap(),
        removal: Removal::Live,
        created_by: Actor::Member(MEMBER),
        created_at: NOW,
        hold: None,
    }
}

pub(super) fn email() -> EmailAddress {
    EmailAddress::new("Ana@acme.test").unwrap()
}

pub(super) fn firm_records() -> Vec<Record> {
    use files::Record as F;
    let name = DisplayName::new("Acme").unwrap();
    let grant = |id, node: NodeId, audience| {
        let (access, created_by) = (Access::View, Actor::Host);
        let id = GrantId::from_bits(id);
        Grant { id, client: CLIENT, node, audience, access, until: None, alerts: true, created_by, created_at: NOW }
    };
    let document =
        |id, name: &str| Document { id, place: place(Some(FOLDER), name), current: VERSION, opened_at: None };
    let upload = Upload {
        id: UploadId::from_bits(1),
        client: CLIENT,
        into: UploadInto::NewDocument(FOLDER),
        name: FileName::new("w2.pdf").unwrap(),
        declared_type: None,
        announced_bytes: Some(1),
        blob: BLOB,
        taken: files::Taken::default(),
        scan: UploadScan::NotAsked,
        by: Actor::Contact(CONTACT),
        started_at: NOW,
        deadline: NOW,
    };
    let version = DocumentVersion {
        id: VERSION,
        document: DOCUMENT,
        blob: BLOB,
        size_bytes: 1,
        sha256: Digest::ZERO,
        declared_type: None,
        sniffed_type: None,
        scan: Scan::NotScanned,
        uploaded_as: FileName::new("w2.pdf").unwrap(),
        uploaded_by: Actor::Contact(CONTACT),
        uploaded_at: NOW,
    };
    let directory: Vec<directory::Record> = vec![
        directory::Record::Firm(Firm {
            id: FIRM,
            external_id: external("firm"),
            name: name.clone(),
            settings: FirmSettings::default(),
            created_at: NOW,
        }),
        directory::Record::Member(Member {
            id: MEMBER,
            external_id: external("u_17"),
            name: name.clone(),
            email: email(),
            role: Role::Owner,
            created_at: NOW,
            removed_at: None,
        }),
        directory::Record::Client(Client {
            id: CLIENT,
            external_id: external("c_1"),
            name: name.clone(),
            root: ROOT,
            created_at: NOW,
        }),
        directory::Record::Contact(Contact {
            id: CONTACT,
            client: CLIENT,
            external_id: external("p_1"),
            name,
            email: Some(email()),
            details: ContactDetails::default(),
            created_at: NOW,
            removed_at: None,
        }),
        directory::Record::PortalAccess(PortalAccess { contact: CONTACT, allowed: true, last_signed_in_at: None }),
        directory::Record::Mailing(Mailing::new(Addressee::Contact(CONTACT))),
        directory::Record::Assignment(Assignment { client: CLIENT, member: MEMBER, created_at: NOW }),
        directory::Record::FolderTemplate(directory::FolderTemplate {
            id: FolderTemplateId::from_bits(1),
            name: DisplayName::new("1040").unwrap(),
            folders: directory::FolderTree::default(),
            is_default: true,
            created_at: NOW,
        }),
        directory::Record::DataKey(DataKey {
            number: 1,
            wrapped: vec![7; 61],
            wrapped_by: RingKeyId::new("ring-1").unwrap(),
            created_at: NOW,
        }),
    ];
    let files = vec![
        F::Folder(Folder { id: ROOT, place: place(None, "Acme"), kind: FolderKind::Root }),
        F::Folder(Folder { id: FOLDER, place: place(Some(ROOT), "2025 Tax"), kind: FolderKind::Ordinary }),
        F::Document(document(DOCUMENT, "w2.pdf")),
        // Of the same name, so that it is settled.
        F::Document(document(DocumentId::from_bits(70), "W2.pdf")),
        F::Version(version),
        F::Upload(upload),
        F::Condemned(Condemned { blob: BLOB, since: NOW }),
    ];
    let sharing = vec![
        sharing::Record::Tree(Tree { client: CLIENT }),
        sharing::Record::Grant(grant(1, FOLDER.into(), Audience::AllContacts)),
        sharing::Record::Grant(grant(2, DOCUMENT.into(), Audience::Contact(CONTACT))),
    ];
    directory
        .into_iter()
        .map(Record::from)
        .chain(files.into_iter().map(Record::from))
        .chain(sharing.into_iter().map(Record::from))
        .collect()
}

pub(super) fn identity_records() -> Vec<Record> {
    use identity::Record as I;
    let attempt = Attempt {
        id: AttemptId::from_bits(1),
        address: ADDRESS,
        email: email(),
        firm: FIRM,
        browser: Digest::ZERO,
        state: AttemptState::Asked,
        failures: 0,
        asked_at: NOW,
        expires_at: NOW,
    };
    let session = Session {
        id: SessionId::from_bits(1),
        login: LOGIN,
        address: ADDRESS,
        firm: FIRM,
        token: Digest::ZERO,
        proof: Proof { method: ProofMethod::EmailCode, at: NOW },
        device: "Firefox".into(),
        created_at: NOW,
        seen_at: NOW,
        expires_at: NOW,
        ended: None,
    };
    [
        I::Attempt(attempt),
        I::Limit(Limit { subject: ADDRESS, kind: LimitKind::TypedFailures, count: 1, since: NOW }),
        I::Login(Login { id: LOGIN, address: ADDRESS, email: email(), created_at: NOW }),
        I::Session(session),
        I::Reach(Reach { address: ADDRESS, firm: FIRM, client: CLIENT, contact: CONTACT }),
    ]
    .into_iter()
    .map(Record::from)
    .collect()
}
