//! What is asked about: things of one client, of which any can be put in another's place.

use portal_core::Staff;
use portal_core::directory::{FolderTree, NewContact, NewMember, TemplateFolder, TemplateSharing};
use portal_core::ports::store::DeliveryQuery;
use portal_core::sharing::{Access, Audience};
use portal_core::testing::Person;
use portal_core::values::{
    ClientId, ContactId, DocumentId, FirmId, FolderId, FolderTemplateId, MemberId, MessageId, SessionId, UploadId,
    VersionId,
};

use crate::words::{called, email, page, person};

macro_rules! things {
    ($($(#[$doc:meta])* $field:ident $name:ident: $id:ident = $nowhere:literal;)*) => {
        /// Things of one client and its firm.
        #[derive(Debug, Clone, Copy)]
        pub(crate) struct Things {
            $($(#[$doc])* pub(crate) $name: $id,)*
        }

        /// Which of the things.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Thing {
            $($field,)*
        }

        impl Things {
            /// These, but one of them of others.
            pub(crate) fn with(self, thing: Thing, others: &Self) -> Self {
                match thing {
                    $(Thing::$field => Self { $name: others.$name, ..self },)*
                }
            }

            /// These, asked for in the places of the folder and the document that are shared with one contact alone.
            pub(crate) fn those_shared_with_all(self) -> Self {
                Self { folder: self.open, document: self.open_document, ..self }
            }

            /// Every id among them, as it is written.
            pub(crate) fn ids(&self) -> Vec<String> {
                vec![$(self.$name.to_string(),)*]
            }
        }

        /// Things that are nowhere.
        pub(crate) const NOWHERE: Things = Things { $($name: $id::from_bits($nowhere),)* };
    };
}

things! {
    Firm firm: FirmId = 41;
    Client client: ClientId = 42;
    /// A folder that is shared.
    Folder folder: FolderId = 43;
    /// A document in it, of two versions.
    Document document: DocumentId = 44;
    /// The first of them.
    Version version: VersionId = 45;
    /// A folder that nobody was given.
    Hidden hidden: FolderId = 46;
    /// A document in it.
    HiddenDocument hidden_document: DocumentId = 47;
    /// A folder that is shared with all contacts of the client, for View and Upload.
    Open open: FolderId = 55;
    /// A document in it.
    OpenDocument open_document: DocumentId = 56;
    Trashed trashed: FolderId = 48;
    TrashedDocument trashed_document: DocumentId = 49;
    /// What is archived.
    Archived archived: FolderId = 59;
    ArchivedDocument archived_document: DocumentId = 60;
    /// The contact with whom the folder is shared.
    Contact contact: ContactId = 50;
    /// A member who is assigned.
    Member member: MemberId = 51;
    /// A member who is not.
    Newcomer newcomer: MemberId = 52;
    /// A folder template of the firm's.
    Template template: FolderTemplateId = 61;
    Message message: MessageId = 53;
    /// A session of the contact's.
    Session session: SessionId = 54;
    /// An upload of the staff's that broke off.
    Upload upload: UploadId = 57;
    /// One of the contact's.
    TheirUpload their_upload: UploadId = 58;
}

/// What a client has in these tests, all of it called by its name: a folder with a document, shared with a person and with
/// mail that tells them, a folder shared with nobody and one shared with all, and something in the trash. Its mail has not gone yet.
pub(crate) async fn add(staff: &Staff, whose: &Person, member: MemberId, newcomer: MemberId) -> Things {
    let (firm, client, contact) = (whose.firm, whose.client, whose.contact);
    let found = staff.clients().find(client).await.unwrap();
    let (files, root, name) = (staff.files(client), found.root, found.name.to_string());
    let name = |what: &str| called(&format!("{name} {what}"));
    let folder = files.add_folder(root, name("papers")).await.unwrap();
    let first = files.upload(folder, name("w2.pdf"), "%PDF-1.7").await.unwrap();
    let (document, version) = (first.document, first.version);
    files.add_version(document, name("w2.pdf"), "%PDF-1.7 again").await.unwrap();
    let hidden = files.add_folder(root, name("drafts")).await.unwrap();
    let hidden_document = files.upload(hidden, name("draft.pdf"), "%PDF-1.7").await.unwrap().document;
    let open = files.add_folder(root, name("notices")).await.unwrap();
    let open_document = files.upload(open, name("notice.pdf"), "%PDF-1.7").await.unwrap().document;
    files.place_hold(open, person("Audit")).await.unwrap();
    files.share(open, Audience::AllContacts, Access::ViewAndUpload).await.unwrap();
    let upload = files.uploads().begin(folder, name("scan.pdf"), 5).await.unwrap().id;
    let trashed = files.add_folder(root, name("old papers")).await.unwrap();
    let trashed_document = files.upload(root, name("old.pdf"), "%PDF-1.7").await.unwrap().document;
    files.trash(trashed).await.unwrap();
    files.trash(trashed_document).await.unwrap();
    let archived = files.add_folder(root, name("shelf")).await.unwrap();
    let archived_document = files.upload(root, name("letter.pdf"), "%PDF-1.7").await.unwrap().document;
    files.archive(archived).await.unwrap();
    files.archive(archived_document).await.unwrap();
    files.share(document, whose.audience(), Access::View).await.unwrap();
    files.share(folder, whose.audience(), Access::View).notify().await.unwrap();
    staff.assignments(client).assign(member).await.unwrap();
    let tree = FolderTree::new(vec![TemplateFolder::new(called("Permanent")).shared(TemplateSharing::View)]).unwrap();
    let template = staff.folder_templates().add(person("1040"), tree).await.unwrap();
    Things {
        firm,
        client,
        folder,
        document,
        version,
        hidden,
        hidden_document,
        open,
        open_document,
        trashed,
        trashed_document,
        archived,
        archived_document,
        contact,
        template,
        member,
        newcomer,
        upload,
        ..NOWHERE
    }
}

/// One more member of a team.
pub(crate) async fn join(staff: &Staff, name: &str, address: &str) -> MemberId {
    staff.team().add(NewMember::new(person(name), email(address))).await.unwrap()
}

/// One more contact of a person's client.
pub(crate) async fn beside(staff: &Staff, other: &Person, name: &str, address: &str) -> Person {
    let contact = NewContact::new(person(name), email(address));
    let contact = staff.contacts(other.client).add(contact).await.unwrap();
    Person { contact, email: email(address), ..other.clone() }
}

/// The mail about a client's things.
pub(crate) async fn message(staff: &Staff, about: &Things) -> MessageId {
    let query = DeliveryQuery { client: Some(about.client), ..DeliveryQuery::default() };
    staff.deliveries().list(&query, &page()).await.unwrap().items[0].id
}
