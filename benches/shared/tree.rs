//! A client's tree of a given size and depth, planted in each store.

use std::sync::Arc;

use portal_core::change::Write;
use portal_core::directory::{self, Client, Contact, ContactDetails, Firm, FirmSettings, PortalAccess};
use portal_core::event::Keyspace;
use portal_core::files::{self, Document, DocumentVersion, Folder, FolderKind, Place, Removal, Scan};
use portal_core::memory::MemoryStore;
use portal_core::ports::Store;
use portal_core::ports::store::{Changes, Command};
use portal_core::record::{Record, Whole};
use portal_core::sharing::{self, Access, Audience, Grant, Tree};
use portal_core::values::{
    Actor, BlobKey, ClientId, ContactId, Digest, DisplayName, DocumentId, EmailAddress, FileName, FirmId, FolderId,
    GrantId, NodeId, Timestamp, VersionId,
};

use portal_sqlx::SqliteStore;

const AT: Timestamp = Timestamp::from_micros(1_600_000_000_000_000);

/// What was planted, and where.
pub(crate) struct Planted {
    pub(crate) documents: u128,
    pub(crate) depth: u128,
    pub(crate) firm: FirmId,
    pub(crate) client: ClientId,
    pub(crate) contact: ContactId,
    pub(crate) deepest: DocumentId,
}

/// For each of these numbers there is a contact with so many grants on documents, beside the one with a single grant at the
/// top.
pub(crate) const GRANTS: [u128; 3] = [10, 100, 1_000];

impl Planted {
    pub(crate) fn new(documents: u128, depth: u128) -> Self {
        Self {
            documents,
            depth,
            firm: FirmId::from_bits(1),
            client: ClientId::from_bits(2),
            contact: ContactId::from_bits(3),
            deepest: DocumentId::from_bits(documents),
        }
    }

    fn people(&self) -> Vec<Record> {
        let (id, client, contact) = (self.firm, self.client, self.contact);
        let name = DisplayName::new("Acme").expect("a name");
        let email = Some(EmailAddress::new("ana@acme.test").expect("an address"));
        let firm =
            Firm { id, external_id: None, name: name.clone(), settings: FirmSettings::default(), created_at: AT };
        let root = folder(0);
        let person = Contact {
            id: contact,
            client,
            external_id: None,
            name: name.clone(),
            email,
            details: ContactDetails::default(),
            created_at: AT,
            removed_at: None,
        };
        let access = PortalAccess { contact, allowed: true, last_signed_in_at: None };
        let client = Client { id: client, external_id: None, name, root, created_at: AT };
        vec![
            directory::Record::Firm(firm).into(),
            directory::Record::Client(client).into(),
            directory::Record::Contact(person).into(),
            directory::Record::PortalAccess(access).into(),
        ]
    }

    fn records(&self) -> Vec<Record> {
        let client = self.client;
        let mut records = self.people();
        records.push(sharing::Record::Tree(Tree { client }).into());
        records.push(self.folder(folder(0), None, "Files", FolderKind::Root));
        for level in 1..self.depth {
            records.push(self.folder(folder(level), Some(folder(level - 1)), "spine", FolderKind::Ordinary));
        }
        records.push(sharing::Record::Grant(grant(client, 1, self.contact, folder(1).into())).into());
        for grants in GRANTS {
            let (contact, every) = (with_grants(grants), self.documents / grants);
            records.extend((1..=grants).map(|number| {
                let document = DocumentId::from_bits(number * every);
                sharing::Record::Grant(grant(client, grants * 10_000 + number, contact, document.into())).into()
            }));
        }
        for number in 1..=self.documents {
            let leaf = folder(1_000_000 + (number - 1) / 100);
            if (number - 1) % 100 == 0 {
                let above = Some(folder(self.depth - 1));
                records.push(self.folder(leaf, above, &format!("leaf {number}"), FolderKind::Ordinary));
            }
            records.extend(self.document(number, leaf));
        }
        records
    }

    fn folder(&self, id: FolderId, parent: Option<FolderId>, name: &str, kind: FolderKind) -> Record {
        files::Record::Folder(Folder { id, place: place(self.client, parent, name), kind }).into()
    }

    fn document(&self, number: u128, leaf: FolderId) -> [Record; 2] {
        let (id, current) = (DocumentId::from_bits(number), VersionId::from_bits(number));
        let place = place(self.client, Some(leaf), &format!("document {number}.pdf"));
        let version = DocumentVersion {
            id: current,
            document: id,
            blob: BlobKey::from_bits(number),
            size_bytes: 1,
            sha256: Digest::ZERO,
            declared_type: None,
            sniffed_type: None,
            scan: Scan::NotScanned,
            uploaded_as: place.name.clone(),
            uploaded_by: Actor::Host,
            uploaded_at: AT,
        };
        [
            files::Record::Document(Document { id, place, current, opened_at: None }).into(),
            files::Record::Version(version).into(),
        ]
    }

    async fn plant(&self, store: &dyn Store) {
        for (number, records) in self.records().chunks(2_000).enumerate() {
            let command = Command {
                keyspace: Keyspace::Firm(self.firm),
                actor: Actor::Host,
                id: format!("plant {number}"),
                input: Digest::ZERO,
                run: number as u128,
            };
            let writes = records.iter().cloned().map(Write::<Whole>::Create).collect();
            let changes = Changes { command, at: AT, writes, events: Vec::new(), made: Vec::new() };
            store.commit(&changes).await.expect("planting");
        }
    }
}

fn folder(bits: u128) -> FolderId {
    FolderId::from_bits(1_000_000 + bits)
}

fn place(client: ClientId, parent: Option<FolderId>, name: &str) -> Place {
    let name = FileName::new(name).expect("a name");
    Place { client, parent, name, removal: Removal::Live, created_by: Actor::Host, created_at: AT, hold: None }
}

/// The contact that has so many grants.
pub(crate) fn with_grants(grants: u128) -> ContactId {
    ContactId::from_bits(1_000 + grants)
}

fn grant(client: ClientId, number: u128, contact: ContactId, node: NodeId) -> Grant {
    Grant {
        id: GrantId::from_bits(number),
        client,
        node,
        audience: Audience::Contact(contact),
        access: Access::View,
        until: None,
        alerts: true,
        created_by: Actor::Host,
        created_at: AT,
    }
}

/// The stores, and the folder that they lie in as long as this lives.
pub(crate) struct Stores {
    pub(crate) stores: Vec<(String, Arc<dyn Store>)>,
    _folder: tempfile::TempDir,
}

/// The same tree in each store.
pub(crate) async fn stores(planted: &Planted) -> Stores {
    let folder = tempfile::tempdir().expect("a folder");
    let sqlite = SqliteStore::open(folder.path().join("portal.sqlite3")).await.expect("a database");
    sqlite.migrate().await.expect("tables");
    let stores: Vec<(String, Arc<dyn Store>)> =
        vec![("memory".into(), Arc::new(MemoryStore::default())), ("SQLite".into(), Arc::new(sqlite))];
    for (_, store) in &stores {
        planted.plant(&**store).await;
    }
    Stores { stores, _folder: folder }
}
