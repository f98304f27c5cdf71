//! What is unique about a record, and the lists it stands in: both follow from the record alone, so that nobody who writes
//! one has to think of them.

use super::rows::Space;
use crate::directory::{self, Contact};
use crate::files::{self, DocumentVersion, Place, Removal};
use crate::identity;
use crate::record::Record;
use crate::sharing::{self, Audience};
use crate::values::{
    Actor, AddressKey, BlobKey, ClientId, ContactId, DocumentId, ExternalId, FoldedName, FolderId, MemberId, NodeId,
};

/// What no two records of a space share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unique {
    FirmExternal(ExternalId),
    MemberExternal(ExternalId),
    ClientExternal(ExternalId),
    ContactExternal(ExternalId),
    Grant(ClientId, NodeId, Audience),
    Name(FolderId, FoldedName),
    LoginAddress(AddressKey),
}

/// Where a record stands in a list; ordered as the lists are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Listed {
    /// By folded name.
    Client(String, ClientId),
    /// The assignments of a member.
    LookedAfterBy(MemberId),
    /// Those that were not removed.
    ContactOf(ClientId),
    /// Those that were not removed, by canonical address.
    ContactAt(String),
    GrantOn(NodeId),
    GrantOf(ClientId),
    /// What lies live in a folder: folders first, then by folded name.
    Child(FolderId, Rank, FoldedName, NodeId),
    /// What lies in a folder, live or not.
    Content(FolderId),
    DocumentOf(ClientId),
    Trashed(ClientId),
    Archived(ClientId),
    /// What is archived in a folder itself.
    ArchivedIn(FolderId),
    VersionOf(DocumentId),
    UploadedBy(Actor),
    UploadingBy(ClientId, Actor),
    ReachOf(ContactId),
    /// Over all firms.
    Purged,
    /// Over all firms.
    Upload,
    /// Over all firms.
    Condemned,
    /// Over all firms: that something names these bytes.
    Blob(BlobKey),
}

/// What comes first in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub(super) enum Rank {
    Folder,
    Document,
}

/// What is unique about `record`, and within what.
pub(super) fn uniques(space: Space, record: &Record) -> Vec<(Space, Unique)> {
    use Unique as U;
    match record {
        Record::Directory(record) => match record {
            directory::Record::Firm(firm) => {
                firm.external_id.iter().map(|id| (Space::Deployment, U::FirmExternal(id.clone()))).collect()
            }
            directory::Record::Member(member) => {
                member.external_id.iter().map(|id| (space, U::MemberExternal(id.clone()))).collect()
            }
            directory::Record::Client(client) => {
                client.external_id.iter().map(|id| (space, U::ClientExternal(id.clone()))).collect()
            }
            directory::Record::Contact(contact) => {
                contact.external_id.iter().map(|id| (space, U::ContactExternal(id.clone()))).collect()
            }
            directory::Record::PortalAccess(_)
            | directory::Record::Assignment(_)
            | directory::Record::Mailing(_)
            | directory::Record::FolderTemplate(_)
            | directory::Record::DataKey(_) => Vec::new(),
        },
        Record::Sharing(record) => match record {
            sharing::Record::Grant(grant) => vec![(space, U::Grant(grant.client, grant.node, grant.audience))],
            sharing::Record::Tree(_) => Vec::new(),
        },
        Record::Files(record) => record.place().and_then(name).map(|name| (space, name)).into_iter().collect(),
        Record::Identity(record) => match record {
            identity::Record::Login(login) => vec![(space, U::LoginAddress(login.address))],
            identity::Record::Attempt(_)
            | identity::Record::Limit(_)
            | identity::Record::Session(_)
            | identity::Record::Reach(_) => Vec::new(),
        },
    }
}

/// The name that something holds in its folder while it is live.
pub(super) fn name(place: &Place) -> Option<Unique> {
    let folder = place.parent.filter(|_| place.removal.is_live())?;
    Some(Unique::Name(folder, place.name.folded()))
}

/// The lists that `record` stands in.
pub(super) fn lists(space: Space, record: &Record) -> Vec<(Space, Listed)> {
    match record {
        Record::Directory(directory::Record::Firm(firm)) => {
            firm.settings.logo.iter().map(|logo| (Space::Deployment, Listed::Blob(logo.blob))).collect()
        }
        Record::Directory(record) => directory_lists(record).into_iter().map(|listed| (space, listed)).collect(),
        Record::Sharing(sharing::Record::Grant(grant)) => {
            vec![(space, Listed::GrantOn(grant.node)), (space, Listed::GrantOf(grant.client))]
        }
        Record::Sharing(sharing::Record::Tree(_)) => Vec::new(),
        Record::Files(record) => file_lists(space, record),
        Record::Identity(identity::Record::Reach(reach)) => vec![(space, Listed::ReachOf(reach.contact))],
        Record::Identity(_) => Vec::new(),
    }
}

fn directory_lists(record: &directory::Record) -> Vec<Listed> {
    match record {
        directory::Record::Client(client) => vec![Listed::Client(client.name.folded(), client.id)],
        directory::Record::Assignment(assignment) => vec![Listed::LookedAfterBy(assignment.member)],
        directory::Record::Contact(Contact { removed_at: None, client, email, .. }) => {
            let at = email.as_ref().map(|email| Listed::ContactAt(email.canonical().to_owned()));
            std::iter::once(Listed::ContactOf(*client)).chain(at).collect()
        }
        directory::Record::Contact(_)
        | directory::Record::Firm(_)
        | directory::Record::Member(_)
        | directory::Record::PortalAccess(_)
        | directory::Record::Mailing(_)
        | directory::Record::FolderTemplate(_)
        | directory::Record::DataKey(_) => Vec::new(),
    }
}

fn file_lists(space: Space, record: &files::Record) -> Vec<(Space, Listed)> {
    let everywhere = |listed| (Space::Deployment, listed);
    match record {
        files::Record::Folder(folder) => place_lists(space, &folder.place, folder.id.into(), Rank::Folder),
        files::Record::Document(document) => {
            let mut all = place_lists(space, &document.place, document.id.into(), Rank::Document);
            all.push((space, Listed::DocumentOf(document.place.client)));
            all
        }
        files::Record::Version(DocumentVersion { document, blob, uploaded_by, .. }) => vec![
            (space, Listed::VersionOf(*document)),
            (space, Listed::UploadedBy(*uploaded_by)),
            everywhere(Listed::Blob(*blob)),
        ],
        files::Record::Upload(upload) => {
            let blobs = std::iter::once(upload.blob).chain(upload.taken.tail.map(|tail| tail.blob));
            let mut lists: Vec<_> = blobs.map(|blob| everywhere(Listed::Blob(blob))).collect();
            lists.extend([everywhere(Listed::Upload), (space, Listed::UploadingBy(upload.client, upload.by))]);
            lists
        }
        files::Record::Condemned(condemned) => {
            vec![everywhere(Listed::Condemned), everywhere(Listed::Blob(condemned.blob))]
        }
    }
}

fn place_lists(space: Space, place: &Place, node: NodeId, rank: Rank) -> Vec<(Space, Listed)> {
    let mut all: Vec<(Space, Listed)> =
        place.parent.map(|folder| (space, Listed::Content(folder))).into_iter().collect();
    match (place.removal, place.parent) {
        (Removal::Live, Some(folder)) => all.push((space, Listed::Child(folder, rank, place.name.folded(), node))),
        (Removal::Live, None) => {}
        (Removal::Archived(_), folder) => {
            all.push((space, Listed::Archived(place.client)));
            all.extend(folder.map(|folder| (space, Listed::ArchivedIn(folder))));
        }
        (Removal::Trashed(_), _) => all.push((space, Listed::Trashed(place.client))),
        (Removal::Purged(_), _) => all.push((Space::Deployment, Listed::Purged)),
    }
    all
}
