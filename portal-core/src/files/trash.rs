//! Trash, restore and purge.
//!
//! Only the topmost node is marked: what lies below it sleeps with it, grants and all, and wakes with it. A purge marks
//! the node for good in one commit; the sweeper then takes what lies below it away in batches, from the leaves up.

use super::{
    Condemned, Document, DocumentVersion, Event, Files, FilesRefusal, Folder, FolderKind, Key, Place, Record, Removal,
};
use crate::change::{Context, Decision, Versioned, Write};
use crate::values::{BlobKey, NodeId};

/// A folder or document as the trash handles it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    Folder(Versioned<Folder>),
    Document(Versioned<Document>),
}

impl Entry {
    pub(crate) fn node(&self) -> NodeId {
        match self {
            Self::Folder(folder) => folder.id.into(),
            Self::Document(document) => document.id.into(),
        }
    }

    pub(crate) fn place(&self) -> &Place {
        match self {
            Self::Folder(folder) => &folder.place,
            Self::Document(document) => &document.place,
        }
    }

    pub(super) fn removed(&self, removal: Removal) -> Write<Files> {
        self.placed(Place { removal, ..self.place().clone() })
    }

    /// The same at another place.
    pub(super) fn placed(&self, place: Place) -> Write<Files> {
        match self {
            Self::Folder(folder) => {
                Write::Update(folder.version, Record::Folder(Folder { place, ..folder.value.clone() }))
            }
            Self::Document(document) => {
                Write::Update(document.version, Record::Document(Document { place, ..document.value.clone() }))
            }
        }
    }

    pub(super) fn refuse_root(&self) -> Result<(), FilesRefusal> {
        match self {
            Self::Folder(folder) if folder.kind == FolderKind::Root => Err(FilesRefusal::Root),
            _ => Ok(()),
        }
    }
}

/// Puts a folder or document in the trash, from where it comes back to its folder's list, archived or not. `asleep` says whether something above it lies there already.
///
/// # Errors
/// [`FilesRefusal::Root`] and [`FilesRefusal::InTrash`].
pub(crate) fn trash_entry(entry: &Entry, asleep: bool, context: &Context) -> Result<Decision<Files>, FilesRefusal> {
    entry.refuse_root()?;
    if asleep || !entry.place().removal.is_there() {
        return Err(FilesRefusal::InTrash);
    }
    let place = entry.place();
    let event =
        Event::Trashed { client: place.client, node: entry.node(), name: context.note("trashed", place.name.as_str()) };
    Ok(Decision::nothing(()).write(entry.removed(Removal::Trashed(context.now))).event(event))
}

/// Takes a folder or document out of the trash, to the folder it lay in. `parent_live` says whether that one is there.
///
/// # Errors
/// [`FilesRefusal::NotInTrash`] and [`FilesRefusal::FolderGone`].
pub(crate) fn restore_entry(
    entry: &Entry,
    parent_live: bool,
    context: &Context,
) -> Result<Decision<Files>, FilesRefusal> {
    if !matches!(entry.place().removal, Removal::Trashed(_)) {
        return Err(FilesRefusal::NotInTrash);
    }
    if !parent_live {
        return Err(FilesRefusal::FolderGone);
    }
    let place = entry.place();
    let event = Event::Restored {
        client: place.client,
        node: entry.node(),
        name: context.note("restored", place.name.as_str()),
    };
    Ok(Decision::nothing(()).write(entry.removed(Removal::Live)).event(event))
}

/// Marks a folder or document in the trash as gone for good.
///
/// # Errors
/// [`FilesRefusal::NotInTrash`]: only what lies in the trash is purged.
pub(crate) fn purge_entry(entry: &Entry, context: &Context) -> Result<Decision<Files>, FilesRefusal> {
    if !matches!(entry.place().removal, Removal::Trashed(_)) {
        return Err(FilesRefusal::NotInTrash);
    }
    let place = entry.place();
    let event =
        Event::Purged { client: place.client, node: entry.node(), name: context.note("purged", place.name.as_str()) };
    Ok(Decision::nothing(()).write(entry.removed(Removal::Purged(context.now))).event(event))
}

/// Takes a purged document away, with its versions; their bytes are condemned.
pub(crate) fn sweep_document(
    document: &Versioned<Document>,
    versions: &[Versioned<DocumentVersion>],
    context: &Context,
) -> Decision<Files> {
    let taken = Decision::nothing(()).write(Write::Delete(Key::Document(document.id), document.version));
    versions.iter().fold(taken, |decision, version| {
        decision
            .write(Write::Delete(Key::Version(version.id), version.version))
            .and(condemn_blob(version.blob, context))
    })
}

/// Takes a purged folder away that has nothing in it any more.
pub(crate) fn sweep_folder(folder: &Versioned<Folder>) -> Decision<Files> {
    Decision::nothing(()).write(Write::Delete(Key::Folder(folder.id), folder.version))
}

/// Says that no record needs these bytes any more.
pub(crate) fn condemn_blob(blob: BlobKey, context: &Context) -> Decision<Files> {
    Decision::nothing(()).write(Write::Create(Record::Condemned(Condemned { blob, since: context.now })))
}

/// Forgets condemned bytes that were deleted.
pub(crate) fn forget(condemned: &Versioned<Condemned>) -> Decision<Files> {
    Decision::nothing(()).write(Write::Delete(Key::Condemned(condemned.blob), condemned.version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Version;
    use crate::values::{Actor, ClientId, Digest, FileName, FolderId, Timestamp};

    fn context() -> Context {
        Context::new(Timestamp::from_micros(9), Digest::of(b"test"), [0; 32])
    }

    fn folder(kind: FolderKind, removal: Removal) -> Entry {
        let place = Place {
            client: ClientId::from_bits(1),
            parent: Some(FolderId::from_bits(2)),
            name: FileName::new("2025 Tax").unwrap(),
            removal,
            created_by: Actor::Host,
            created_at: Timestamp::from_micros(0),
            hold: None,
        };
        Entry::Folder(Versioned::new(Version::FIRST, Folder { id: FolderId::from_bits(3), place, kind }))
    }

    const TRASHED: Removal = Removal::Trashed(Timestamp::from_micros(5));

    #[test]
    fn trash_takes_what_is_live_and_never_the_root() {
        assert!(trash_entry(&folder(FolderKind::Ordinary, Removal::Live), false, &context()).is_ok());
        assert!(trash_entry(&folder(FolderKind::ClientUploads, Removal::Live), false, &context()).is_ok());
        let refused = |entry: &Entry, asleep| trash_entry(entry, asleep, &context()).unwrap_err();
        assert_eq!(refused(&folder(FolderKind::Root, Removal::Live), false), FilesRefusal::Root);
        assert_eq!(refused(&folder(FolderKind::Ordinary, Removal::Live), true), FilesRefusal::InTrash);
        assert_eq!(refused(&folder(FolderKind::Ordinary, TRASHED), false), FilesRefusal::InTrash);
    }

    #[test]
    fn restore_and_purge_take_what_lies_in_the_trash_alone() {
        let (live, trashed) = (folder(FolderKind::Ordinary, Removal::Live), folder(FolderKind::Ordinary, TRASHED));
        let purged = folder(FolderKind::Ordinary, Removal::Purged(Timestamp::from_micros(6)));
        assert!(restore_entry(&trashed, true, &context()).is_ok());
        assert_eq!(restore_entry(&trashed, false, &context()).unwrap_err(), FilesRefusal::FolderGone);
        assert!(purge_entry(&trashed, &context()).is_ok());
        for entry in [live, purged] {
            assert_eq!(restore_entry(&entry, true, &context()).unwrap_err(), FilesRefusal::NotInTrash);
            assert_eq!(purge_entry(&entry, &context()).unwrap_err(), FilesRefusal::NotInTrash);
        }
    }
}
