//! Making and renaming folders and documents.

use super::{Document, Event, Files, Folder, FolderKind, Key, Place, Record, Removal};
use crate::change::{Context, Decision, Versioned, Write};
use crate::values::{Actor, ClientId, FileName, FolderId, NodeId, Timestamp};

/// Why files refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FilesRefusal {
    /// The client's root is neither renamed nor moved nor removed.
    #[error("the folder that holds all of a client's files cannot be renamed, moved or removed")]
    Root,
    /// It, or a folder above it, lies in the trash.
    #[error("it lies in the trash; restore it first")]
    InTrash,
    /// It does not lie in the trash.
    #[error("it does not lie in the trash")]
    NotInTrash,
    /// It, or a folder above it, is archived.
    #[error("it is archived, and stays as it is; take it out of the archive first")]
    Archived,
    /// A document has the name of a folder that is to be made.
    #[error("a document has the name of one of the folders; rename it first")]
    NameOfDocument,
    /// It is not archived itself.
    #[error("it is not archived itself")]
    NotArchived,
    /// The folder into which it would go is archived.
    #[error(
        "the folder into which it would go is archived, and takes nothing new; take that one out of the archive first"
    )]
    IntoArchive,
    /// The folder would lie deeper than folders may.
    #[error("folders lie at most {most} deep")]
    TooDeep {
        /// How many folders may lie in one another, below all of a client's files.
        most: usize,
    },
    /// The folder into which it would go lies in the trash.
    #[error("the folder into which it would go lies in the trash; restore that one first")]
    IntoTrash,
    /// A folder goes neither into itself nor into one that lies below it.
    #[error("a folder cannot be moved into itself or into a folder below it")]
    IntoItself,
    /// The folder it lay in is in the trash or gone.
    #[error("the folder it lay in is in the trash; restore that one first")]
    FolderGone,
    /// The file is larger than the firm allows.
    #[error("larger than {limit_bytes} bytes, the most that the firm takes")]
    TooLarge {
        /// The most bytes that an upload may have.
        limit_bytes: u64,
    },
    /// Fewer bytes came than were announced, or they did not match.
    #[error("the upload broke off before the file was whole")]
    Incomplete,
    /// The upload was given up: it took longer than its deadline.
    #[error("the upload took too long and was given up; upload the file again")]
    UploadExpired,
    /// The part that was sent does not follow what has come already.
    #[error("{taken_bytes} bytes of it have come; go on from there")]
    WrongOffset {
        /// How many bytes have come.
        taken_bytes: u64,
    },
    /// More bytes came than were announced.
    #[error("more came than the {announced_bytes} bytes that were announced")]
    MoreThanAnnounced {
        /// How many were announced.
        announced_bytes: u64,
    },
    /// The upload is gone on with from somewhere else at the same time.
    #[error("the upload is gone on with from somewhere else")]
    UploadContested,
    /// The folder holds more than is sent as one file.
    #[error("the folder is too large for one file of {most_documents} documents; take the folders in it one by one")]
    TooMuchForOneFile {
        /// How many documents it may hold.
        most_documents: u64,
    },
    /// Too many uploads of theirs are under way.
    #[error("{most} uploads are under way already; finish some of them, or give them up")]
    TooManyUploads {
        /// How many may be under way at once.
        most: usize,
    },
    /// Too few bytes came for what they cost.
    #[error("send {least_bytes} bytes at a time at least, or the end of the file")]
    TooLittle {
        /// How many bytes are taken at least, unless the file ends with them.
        least_bytes: u64,
    },
    /// What is kept of this contact's uploads is used up.
    #[error("no room is left for it: {left_bytes} bytes more are taken from you; ask the firm to make room")]
    QuotaUsedUp {
        /// How many bytes more are taken.
        left_bytes: u64,
    },
    /// What the firm keeps is used up. How much is left would tell whoever asks what others upload.
    #[error("the firm has no room left for it; remove something for good, or raise its quota")]
    FirmQuotaUsedUp,
    /// The contact may look at this folder and not upload into it.
    #[error("this folder is shared with you as View Only; uploads go to another folder")]
    ViewOnly,
    /// It has a hold already.
    #[error("it is on hold already")]
    AlreadyHeld,
    /// It has no hold.
    #[error("it is not on hold")]
    NotHeld,
    /// It, or something above or below it, is on hold.
    #[error("it is on hold, or something above or below it is; what is on hold is kept")]
    Held,
    /// The firm keeps what was uploaded for longer.
    #[error("it was uploaded too lately: the firm keeps uploads for a time before they are removed for good")]
    Retained {
        /// From then on it can be removed.
        until: Timestamp,
    },
    /// Somebody else uploaded it, or added a version.
    #[error("only what you uploaded yourself can be withdrawn, and only as long as nobody added a version to it")]
    NotYours,
    /// Uploads cannot be withdrawn here.
    #[error("it cannot be withdrawn; ask the firm to remove it")]
    NoWithdrawal,
    /// The firm opened it.
    #[error("the firm has opened it already; ask them to remove it")]
    Opened,
    /// The time in which it could be withdrawn is over.
    #[error("the time to withdraw it is over; ask the firm to remove it")]
    WithdrawalOver,
    /// A scanner found it harmful.
    #[error("the file is harmful: the scanner refused it")]
    Infected,
    /// The firm does not let contacts make folders.
    #[error("new folders are not taken here; upload the files themselves")]
    NoFolders,
}

/// The root folder of a new client.
pub fn plant_root(id: FolderId, client: ClientId, name: &FileName, by: Actor, context: &Context) -> Decision<Files> {
    let place = Place {
        client,
        parent: None,
        name: name.clone(),
        removal: Removal::Live,
        created_by: by,
        created_at: context.now,
        hold: None,
    };
    Decision::nothing(()).write(Write::Create(Record::Folder(Folder { id, place, kind: FolderKind::Root })))
}

/// Makes a folder in `parent`. The caller has seen that the parent is live, and rests the commit on the client's tree.
pub fn add_folder(
    id: FolderId,
    client: ClientId,
    parent: FolderId,
    name: &FileName,
    kind: FolderKind,
    by: Actor,
    context: &Context,
) -> Decision<Files, FolderId> {
    let place = Place {
        client,
        parent: Some(parent),
        name: name.clone(),
        removal: Removal::Live,
        created_by: by,
        created_at: context.now,
        hold: None,
    };
    let event = Event::FolderAdded { client, folder: id, name: context.note(&format!("folder {id}"), name.as_str()) };
    Decision::nothing(id).write(Write::Create(Record::Folder(Folder { id, place, kind }))).event(event)
}

/// Renames a folder; links, grants and what it is for stay.
///
/// # Errors
/// [`FilesRefusal::Root`], [`FilesRefusal::InTrash`] and [`FilesRefusal::Archived`].
pub fn rename_folder(
    folder: &Versioned<Folder>,
    name: &FileName,
    context: &Context,
) -> Result<Decision<Files>, FilesRefusal> {
    if folder.kind == FolderKind::Root {
        return Err(FilesRefusal::Root);
    }
    let renamed = |place| Record::Folder(Folder { place, ..folder.value.clone() });
    rename(folder.id.into(), &folder.place, name, context, |place| Write::Update(folder.version, renamed(place)))
}

/// Renames a document.
///
/// # Errors
/// [`FilesRefusal::InTrash`] and [`FilesRefusal::Archived`].
pub fn rename_document(
    document: &Versioned<Document>,
    name: &FileName,
    context: &Context,
) -> Result<Decision<Files>, FilesRefusal> {
    let renamed = |place| Record::Document(Document { place, ..document.value.clone() });
    rename(document.id.into(), &document.place, name, context, |place| Write::Update(document.version, renamed(place)))
}

fn rename(
    node: NodeId,
    place: &Place,
    name: &FileName,
    context: &Context,
    write: impl FnOnce(Place) -> Write<Files>,
) -> Result<Decision<Files>, FilesRefusal> {
    match place.removal {
        Removal::Live => {}
        Removal::Archived(_) => return Err(FilesRefusal::Archived),
        Removal::Trashed(_) | Removal::Purged(_) => return Err(FilesRefusal::InTrash),
    }
    if place.name == *name {
        return Ok(Decision::nothing(()));
    }
    let event = Event::Renamed {
        client: place.client,
        node,
        from: context.note("renamed from", place.name.as_str()),
        to: context.note("renamed to", name.as_str()),
    };
    Ok(Decision::nothing(()).write(write(Place { name: name.clone(), ..place.clone() })).event(event))
}

/// The key of the record that a node is kept in.
impl From<NodeId> for Key {
    fn from(node: NodeId) -> Self {
        match node {
            NodeId::Folder(id) => Self::Folder(id),
            NodeId::Document(id) => Self::Document(id),
        }
    }
}
