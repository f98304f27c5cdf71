//! Archiving: what is done with leaves its folder's list and stays readable for whoever has access.
//!
//! Only the topmost node is marked: what lies below it is archived with it. It takes nothing new, and is neither renamed nor
//! moved; who sees it may change, and so may holds. It gives its name up, so that the next year's folder may have it: taken
//! out of the archive it gets a number, if the name is taken. Nobody is told by mail.

use super::trash::Entry;
use super::{Event, Files, FilesRefusal, Removal};
use crate::change::{Context, Decision};
use crate::sharing::Ancestry;

/// Archives a folder or document with all below it.
///
/// # Errors
/// [`FilesRefusal::Root`], [`FilesRefusal::InTrash`], and [`FilesRefusal::Archived`] for what is archived already, by itself or
/// by something above it.
pub(crate) fn archive_entry(
    entry: &Entry,
    ancestry: &Ancestry,
    context: &Context,
) -> Result<Decision<Files>, FilesRefusal> {
    entry.refuse_root()?;
    refuse_settled(ancestry)?;
    let place = entry.place();
    let event = Event::Archived {
        client: place.client,
        node: entry.node(),
        name: context.note("archived", place.name.as_str()),
    };
    Ok(Decision::nothing(()).write(entry.removed(Removal::Archived(context.now))).event(event))
}

/// Takes a folder or document out of the archive, back to its folder's list.
///
/// # Errors
/// [`FilesRefusal::InTrash`], and [`FilesRefusal::NotArchived`] for what is not archived itself.
pub(crate) fn unarchive_entry(
    entry: &Entry,
    ancestry: &Ancestry,
    context: &Context,
) -> Result<Decision<Files>, FilesRefusal> {
    if ancestry.trashed() {
        return Err(FilesRefusal::InTrash);
    }
    let place = entry.place();
    if !matches!(place.removal, Removal::Archived(_)) {
        return Err(FilesRefusal::NotArchived);
    }
    let event = Event::Unarchived {
        client: place.client,
        node: entry.node(),
        name: context.note("unarchived", place.name.as_str()),
    };
    Ok(Decision::nothing(()).write(entry.removed(Removal::Live)).event(event))
}

/// Refuses to change what stays as it is: what lies in the trash, or is archived.
///
/// # Errors
/// [`FilesRefusal::InTrash`] and [`FilesRefusal::Archived`].
pub(crate) fn refuse_settled(ancestry: &Ancestry) -> Result<(), FilesRefusal> {
    if ancestry.trashed() {
        return Err(FilesRefusal::InTrash);
    }
    if ancestry.archived() { Err(FilesRefusal::Archived) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{Version, Versioned};
    use crate::files::{Folder, FolderKind, Place};
    use crate::sharing::tests_support::{ANA, Path, at};
    use crate::sharing::{Access, effective_access, may_upload};
    use crate::values::{Actor, ClientId, Digest, FileName, FolderId};

    fn context() -> Context {
        Context::new(at(9), Digest::of(b"test"), [0; 32])
    }

    fn folder(kind: FolderKind, removal: Removal) -> Entry {
        let place = Place {
            client: ClientId::from_bits(1),
            parent: Some(FolderId::from_bits(2)),
            name: FileName::new("2024 Tax").unwrap(),
            removal,
            created_by: Actor::Host,
            created_at: at(0),
            hold: None,
        };
        Entry::Folder(Versioned::new(Version::FIRST, Folder { id: FolderId::from_bits(3), place, kind }))
    }

    #[test]
    fn what_is_live_is_archived_once_and_the_root_never() {
        let (live, path) = (folder(FolderKind::Ordinary, Removal::Live), Path::root().folder(1));
        assert!(archive_entry(&live, &path.ancestry(), &context()).is_ok());
        assert!(archive_entry(&folder(FolderKind::ClientUploads, Removal::Live), &path.ancestry(), &context()).is_ok());
        let refused = |entry: &Entry, path: &Path| archive_entry(entry, &path.ancestry(), &context()).unwrap_err();
        assert_eq!(refused(&folder(FolderKind::Root, Removal::Live), &path), FilesRefusal::Root);
        assert_eq!(refused(&live, &path.clone().trashed()), FilesRefusal::InTrash);
        assert_eq!(refused(&live, &path.clone().archived()), FilesRefusal::Archived);
        assert_eq!(refused(&live, &path.archived().folder(2)), FilesRefusal::Archived, "by the folder above it");
    }

    #[test]
    fn what_is_archived_itself_comes_back_unless_it_sleeps() {
        let archived = folder(FolderKind::Ordinary, Removal::Archived(at(1)));
        let path = Path::root().folder(1).archived();
        assert!(unarchive_entry(&archived, &path.ancestry(), &context()).is_ok());
        let below = Path::root().folder(1).archived().folder(2);
        let refused = |entry: &Entry, path: &Path| unarchive_entry(entry, &path.ancestry(), &context()).unwrap_err();
        assert_eq!(refused(&folder(FolderKind::Ordinary, Removal::Live), &below), FilesRefusal::NotArchived);
        let asleep = Path::root().folder(1).trashed().folder(2).archived();
        assert_eq!(refused(&archived, &asleep), FilesRefusal::InTrash);
    }

    #[test]
    fn what_is_archived_is_read_by_whoever_has_access_and_takes_nothing_new() {
        let path = Path::root().folder(1).grant(ANA, Access::ViewAndUpload);
        assert!(may_upload(ANA, &path.ancestry(), at(0)));
        for archived in [path.clone().archived(), path.clone().archived().folder(2)] {
            assert_eq!(effective_access(ANA, &archived.ancestry(), at(0)), Some(Access::View));
        }
        let beside = Path::root().folder(1).archived().folder(2).grant(ANA, Access::ViewAndUpload);
        assert_eq!(effective_access(ANA, &beside.ancestry(), at(0)), Some(Access::View));
    }
}
