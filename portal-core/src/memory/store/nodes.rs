//! Folders and documents out of their rows.

use std::ops::Bound;

use super::lists::{Listed, Rank};
use super::rows::{RowId, Rows, Space};
use crate::files::{Document, DocumentVersion, Folder, Key, Place, Removal};
use crate::ports::store::{Child, DocumentRead, FolderRead, NodeRead, TrashRow};
use crate::record;
use crate::values::{DocumentId, FirmId, FoldedName, FolderId, NodeId, Timestamp, VersionId};

/// Where something stands in its folder's list.
pub(super) type Position = (Rank, String, NodeId);

impl Rows {
    /// What lies live in a folder, after a position.
    pub(super) fn live_in(
        &self,
        firm: FirmId,
        folder: FolderId,
        after: Option<Position>,
    ) -> impl Iterator<Item = (Position, NodeId)> {
        let listed = |(rank, name, node): Position| Listed::Child(folder, rank, FoldedName::from_store(name), node);
        let first = (Rank::Folder, String::new(), FolderId::from_bits(0).into());
        let start = after.map_or(Bound::Included(listed(first)), |after| Bound::Excluded(listed(after)));
        self.from(Space::Firm(firm), start).map_while(move |(listed, _)| match listed {
            Listed::Child(parent, rank, name, node) if *parent == folder => {
                Some(((*rank, name.as_str().to_owned(), *node), *node))
            }
            _ => None,
        })
    }

    /// A node as it is kept, purged or not.
    pub(super) fn kept_node(&self, (space, key): RowId) -> Option<NodeRead> {
        match key {
            record::Key::Files(Key::Folder(_)) => self.read::<Folder>(space, key).map(NodeRead::Folder),
            record::Key::Files(Key::Document(_)) => self.read::<Document>(space, key).map(NodeRead::Document),
            _ => None,
        }
    }

    /// A document with a version of it, unless it is purged.
    pub(super) fn document_with(
        &self,
        firm: FirmId,
        id: DocumentId,
        version: Option<VersionId>,
    ) -> Option<DocumentRead> {
        let space = Space::Firm(firm);
        let document =
            self.read::<Document>(space, Key::Document(id)).filter(|document| !is_purged(&document.place))?;
        let current = self.look(space, Key::Version(version.unwrap_or(document.current))).cloned()?;
        Some(DocumentRead { document, current })
    }

    /// When a folder was made, or the current version of a document came.
    pub(super) fn dated(&self, firm: FirmId, node: NodeId) -> Option<Timestamp> {
        let space = Space::Firm(firm);
        match node {
            NodeId::Folder(id) => Some(self.look::<Folder>(space, Key::Folder(id))?.place.created_at),
            NodeId::Document(id) => {
                let current = self.look::<Document>(space, Key::Document(id))?.current;
                Some(self.look::<DocumentVersion>(space, Key::Version(current))?.uploaded_at)
            }
        }
    }

    pub(super) fn child(&self, firm: FirmId, node: NodeId) -> Option<Child> {
        let grants = self.grants(firm, node);
        match node {
            NodeId::Folder(id) => {
                let folder = self.look::<Folder>(Space::Firm(firm), Key::Folder(id))?.clone();
                Some(Child::Folder(FolderRead { folder }, grants))
            }
            NodeId::Document(id) => Some(Child::Document(self.document_with(firm, id, None)?, grants)),
        }
    }

    /// The versions at `listed` whose documents are not purged.
    pub(super) fn versions_at(&self, firm: FirmId, listed: Listed) -> impl Iterator<Item = &DocumentVersion> {
        self.at(Space::Firm(firm), listed)
            .filter_map(|(space, key)| self.look::<DocumentVersion>(space, key))
            .filter(move |version| self.document_with(firm, version.document, Some(version.id)).is_some())
    }

    pub(super) fn trash_row(&self, firm: FirmId, node: NodeRead) -> Option<TrashRow> {
        let place = match &node {
            NodeRead::Folder(folder) => &folder.place,
            NodeRead::Document(document) => &document.place,
        };
        let above = self.path(firm, place.parent?.into())?;
        Some(TrashRow {
            parent_name: above.first().map(|(_, parent)| parent.name.clone()),
            restorable: above.iter().all(|(_, place)| place.removal.is_there()),
            node,
        })
    }

    /// What stands in a list over all firms, with its firm.
    pub(super) fn over_firms(&self, listed: Listed) -> impl Iterator<Item = (FirmId, RowId)> {
        self.at(Space::Deployment, listed).filter_map(|id| match id.0 {
            Space::Firm(firm) => Some((firm, id)),
            Space::Deployment => None,
        })
    }
}

/// Whether it is gone for good, and only not swept yet.
pub(super) fn is_purged(place: &Place) -> bool {
    matches!(place.removal, Removal::Purged(_))
}
