//! Moving folders and documents within their client.

use super::trash::Entry;
use super::{Event, Files, FilesRefusal, Place};
use crate::change::{Context, Decision};
use crate::sharing::Ancestry;
use crate::values::FolderId;

/// Moves a folder or document into the folder of `into`, under the name it has or one that is free there; `from` is its own
/// ancestry. What lies in that folder already stays where it is.
///
/// # Errors
/// [`FilesRefusal::Root`], [`FilesRefusal::InTrash`], [`FilesRefusal::IntoTrash`], [`FilesRefusal::IntoItself`],
/// [`FilesRefusal::Archived`] and [`FilesRefusal::IntoArchive`], and [`FilesRefusal::Held`] for what would go out of a folder that is on hold.
pub(crate) fn move_entry(
    entry: &Entry,
    from: &Ancestry,
    into: &Ancestry,
    context: &Context,
) -> Result<Decision<Files>, FilesRefusal> {
    entry.refuse_root()?;
    let place = entry.place();
    let (Some(old), Some(new)) = (from.steps.get(1), into.node()) else { return Err(FilesRefusal::Root) };
    let (Some(from_folder), Some(folder)) = (place.parent, new.node.folder()) else { return Err(FilesRefusal::Root) };
    if from.trashed() {
        return Err(FilesRefusal::InTrash);
    }
    if into.steps.iter().any(|step| step.node == entry.node()) {
        return Err(FilesRefusal::IntoItself);
    }
    if into.trashed() {
        return Err(FilesRefusal::IntoTrash);
    }
    if from.archived() {
        return Err(FilesRefusal::Archived);
    }
    if into.archived() {
        return Err(FilesRefusal::IntoArchive);
    }
    // What a hold above keeps stays below that hold.
    let held = from.steps.iter().skip(1).filter(|step| step.held);
    if held.clone().any(|above| !into.steps.iter().any(|step| step.node == above.node)) {
        return Err(FilesRefusal::Held);
    }
    if from_folder == folder {
        return Ok(Decision::nothing(()));
    }
    let event = Event::Moved {
        client: place.client,
        node: entry.node(),
        name: context.note("moved", place.name.as_str()),
        from: from_folder,
        from_name: context.note("moved from", old.name.as_str()),
        to: folder,
        to_name: context.note("moved to", new.name.as_str()),
    };
    Ok(Decision::nothing(()).write(entry.placed(moved(place, folder))).event(event))
}

fn moved(place: &Place, folder: FolderId) -> Place {
    Place { parent: Some(folder), ..place.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{Version, Versioned, Write};
    use crate::files::{Folder, FolderKind, Record, Removal};
    use crate::sharing::tests_support::{CLIENT, Path, at};
    use crate::values::{Actor, ClientId, Digest, FileName};

    fn context() -> Context {
        Context::new(at(9), Digest::of(b"test"), [0; 32])
    }

    /// The folder at the end of a path.
    fn entry(path: &Path, kind: FolderKind) -> Entry {
        let ancestry = path.ancestry();
        let step = ancestry.node().unwrap();
        let place = Place {
            client: ClientId::from_bits(CLIENT),
            parent: ancestry.steps.get(1).and_then(|step| step.node.folder()),
            name: FileName::new(step.name.as_str()).unwrap(),
            removal: match (step.trashed, step.archived) {
                (true, _) => Removal::Trashed(at(1)),
                (false, true) => Removal::Archived(at(1)),
                (false, false) => Removal::Live,
            },
            created_by: Actor::Host,
            created_at: at(0),
            hold: None,
        };
        Entry::Folder(Versioned::new(Version::FIRST, Folder { id: step.node.folder().unwrap(), place, kind }))
    }

    fn try_move(what: &Path, into: &Path) -> Result<Decision<Files>, FilesRefusal> {
        move_entry(&entry(what, FolderKind::Ordinary), &what.ancestry(), &into.ancestry(), &context())
    }

    #[test]
    fn what_is_moved_lies_in_the_other_folder_and_nowhere_else() {
        let (what, into) = (Path::root().folder(1).folder(2), Path::root().folder(3));
        let moved = try_move(&what, &into).unwrap();
        let [Write::Update(Version::FIRST, Record::Folder(folder))] = &moved.writes[..] else { panic!("{moved:?}") };
        assert_eq!(folder.place.parent, Some(FolderId::from_bits(3)));
        let told = matches!(moved.events[..], [Event::Moved { from, to, .. }]
            if from == FolderId::from_bits(1) && to == FolderId::from_bits(3));
        assert!(told, "{:?}", moved.events);
        assert!(try_move(&what, &Path::root().folder(1)).unwrap().writes.is_empty(), "it lies there already");
    }

    #[test]
    fn s21_a_folder_goes_neither_into_itself_nor_below_itself() {
        let what = Path::root().folder(1).folder(2);
        for into in [what.clone(), what.clone().folder(3), what.clone().folder(3).folder(4)] {
            assert_eq!(try_move(&what, &into).unwrap_err(), FilesRefusal::IntoItself);
        }
        assert!(try_move(&what, &Path::root()).is_ok(), "upwards it may");
    }

    #[test]
    fn s26_what_a_hold_above_keeps_is_not_moved_out_from_below_it() {
        let held = Path::root().folder(1).held();
        let (inside, outside) = (held.clone().folder(3), Path::root().folder(4));
        assert_eq!(try_move(&held.clone().folder(2), &outside).unwrap_err(), FilesRefusal::Held);
        assert_eq!(try_move(&inside.clone().folder(2), &outside).unwrap_err(), FilesRefusal::Held);
        assert!(try_move(&held.clone().folder(2), &inside).is_ok());
        assert!(try_move(&held, &outside).is_ok(), "a hold of its own goes along");
        assert!(try_move(&outside, &held).is_ok());
        let all = Path::root().held();
        assert!(try_move(&all.clone().folder(1).folder(2), &all.folder(3)).is_ok());
    }

    #[test]
    fn neither_the_root_is_moved_nor_what_lies_in_the_trash_nor_into_it() {
        let (what, into) = (Path::root().folder(1).folder(2), Path::root().folder(3));
        let root = Path::root();
        let refused = move_entry(&entry(&root, FolderKind::Root), &root.ancestry(), &into.ancestry(), &context());
        assert_eq!(refused.unwrap_err(), FilesRefusal::Root);
        assert_eq!(try_move(&what.clone().trashed(), &into).unwrap_err(), FilesRefusal::InTrash);
        let asleep = Path::root().folder(1).trashed().folder(2);
        assert_eq!(try_move(&asleep, &into).unwrap_err(), FilesRefusal::InTrash);
        assert_eq!(try_move(&what, &into.clone().trashed()).unwrap_err(), FilesRefusal::IntoTrash);
        assert_eq!(try_move(&what, &into.clone().trashed().folder(4)).unwrap_err(), FilesRefusal::IntoTrash);
        let archived = Path::root().folder(1).archived();
        assert_eq!(try_move(&archived.folder(2), &into).unwrap_err(), FilesRefusal::Archived);
        assert_eq!(try_move(&what.clone().archived(), &into).unwrap_err(), FilesRefusal::Archived);
        assert_eq!(try_move(&what, &into.archived().folder(4)).unwrap_err(), FilesRefusal::IntoArchive);
    }
}
