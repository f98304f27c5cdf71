//! Reads of files.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use async_trait::async_trait;

use super::MemoryStore;
use super::lists::{Listed, Rank, Unique};
use super::nodes::is_purged;
use super::paging::{page, position, sorted_page};
use super::rows::Space;
use crate::change::Versioned;
use crate::files::{
    Condemned, Document, DocumentVersion, Folder, Key, Place, Removal, UPLOADS_UNDER_WAY, Upload, UploadScan, Usage,
};
use crate::ports::store::{
    Child, DocumentRead, Extent, FileReads, KeptUploads, NodeRead, StoreError, TrashRow, UploaderUsage,
};
use crate::sharing::Grant;
use crate::values::{
    Actor, BlobKey, ClientId, ContactId, DocumentId, FirmId, FoldedName, FolderId, ListOrder, NodeId, Page,
    PageRequest, Timestamp, UploadId, VersionId,
};

fn size(version: &DocumentVersion) -> Usage {
    Usage { files: 1, bytes: version.size_bytes }
}

fn announced(upload: &Upload) -> Usage {
    Usage { files: 1, bytes: upload.announced_bytes.unwrap_or(0) }
}

fn sum(all: impl Iterator<Item = Usage>) -> Usage {
    all.fold(Usage::default(), |sum, one| sum + one)
}

/// The first of what a worker is to take away, of whatever firm, by age.
fn oldest<T, A: Ord>(all: impl Iterator<Item = (FirmId, T)>, limit: usize, age: impl Fn(&T) -> A) -> Vec<(FirmId, T)> {
    let mut all: Vec<(FirmId, T)> = all.collect();
    all.sort_by_key(|(_, one)| age(one));
    all.truncate(limit);
    all
}

fn removed_at(node: &NodeRead) -> (Option<Timestamp>, NodeId) {
    let (removal, id) = match node {
        NodeRead::Folder(folder) => (folder.place.removal, folder.id.into()),
        NodeRead::Document(document) => (document.place.removal, document.id.into()),
    };
    match removal {
        Removal::Archived(at) | Removal::Trashed(at) | Removal::Purged(at) => (Some(at), id),
        Removal::Live => (None, id),
    }
}

#[async_trait]
impl FileReads for MemoryStore {
    async fn node(&self, firm: FirmId, node: NodeId) -> Result<Option<NodeRead>, StoreError> {
        let found = self.state().rows.kept_node((Space::Firm(firm), Key::from(node).into()));
        Ok(found.filter(|node| match node {
            NodeRead::Folder(folder) => !is_purged(&folder.place),
            NodeRead::Document(document) => !is_purged(&document.place),
        }))
    }

    async fn children(
        &self,
        firm: FirmId,
        folder: FolderId,
        order: ListOrder,
        request: &PageRequest,
    ) -> Result<Page<Child>, StoreError> {
        let rows = &self.state().rows;
        if order == ListOrder::Name {
            let live = rows.live_in(firm, folder, position(request));
            return Ok(page(request, live.filter_map(|(place, node)| Some((place, rows.child(firm, node)?)))));
        }
        let live = rows.live_in(firm, folder, None);
        let dated = |((rank, _, node), _)| Some((rank, rows.dated(firm, node)?, node));
        let nodes = match order {
            ListOrder::Name | ListOrder::NameBackwards => {
                sorted_page(request, live.map(|((rank, name, node), _)| ((rank, Reverse((name, node))), node)))
            }
            ListOrder::Newest => {
                let newest = |(rank, at, node)| ((rank, Reverse((at, node))), node);
                sorted_page(request, live.filter_map(dated).map(newest))
            }
            ListOrder::Oldest => sorted_page(request, live.filter_map(dated).map(|place| (place, place.2))),
        };
        let items = nodes.items.into_iter().filter_map(|node| rows.child(firm, node)).collect();
        Ok(Page { items, next: nodes.next })
    }

    async fn document(&self, firm: FirmId, document: DocumentId) -> Result<Option<DocumentRead>, StoreError> {
        Ok(self.state().rows.document_with(firm, document, None))
    }

    async fn documents_by_id(&self, firm: FirmId, documents: &[DocumentId]) -> Result<Vec<DocumentRead>, StoreError> {
        let rows = &self.state().rows;
        Ok(documents.iter().filter_map(|id| rows.document_with(firm, *id, None)).collect())
    }

    async fn folders_by_id(&self, firm: FirmId, folders: &[FolderId]) -> Result<Vec<Folder>, StoreError> {
        let rows = &self.state().rows;
        let there = |id: &FolderId| rows.look::<Folder>(Space::Firm(firm), Key::Folder(*id));
        Ok(folders.iter().filter_map(there).filter(|folder| !is_purged(&folder.place)).cloned().collect())
    }

    async fn version(
        &self,
        firm: FirmId,
        version: VersionId,
    ) -> Result<Option<Versioned<DocumentVersion>>, StoreError> {
        let rows = &self.state().rows;
        let found = rows.read::<DocumentVersion>(Space::Firm(firm), Key::Version(version));
        Ok(found.filter(|found| rows.document_with(firm, found.document, None).is_some()))
    }

    async fn versions(
        &self,
        firm: FirmId,
        document: DocumentId,
        request: &PageRequest,
    ) -> Result<Page<DocumentVersion>, StoreError> {
        let rows = &self.state().rows;
        let versions = rows.versions_at(firm, Listed::VersionOf(document));
        Ok(sorted_page(request, versions.map(|it| (Reverse((it.uploaded_at, it.id)), it.clone()))))
    }

    async fn archived_children(
        &self,
        firm: FirmId,
        folder: FolderId,
        request: &PageRequest,
    ) -> Result<Page<Child>, StoreError> {
        let rows = &self.state().rows;
        let space = Space::Firm(firm);
        let archived = rows.at(space, Listed::ArchivedIn(folder)).filter_map(|id| {
            let (node, place): (NodeId, Place) = match rows.kept_node(id)? {
                NodeRead::Folder(folder) => (folder.id.into(), folder.value.place),
                NodeRead::Document(document) => (document.id.into(), document.value.place),
            };
            let rank = if node.folder().is_some() { Rank::Folder } else { Rank::Document };
            Some(((rank, place.name.folded().as_str().to_owned(), node), rows.child(firm, node)?))
        });
        Ok(sorted_page(request, archived))
    }

    async fn named_in(&self, firm: FirmId, places: &[(FolderId, FoldedName)]) -> Result<Vec<NodeRead>, StoreError> {
        let rows = &self.state().rows;
        let asked: std::collections::BTreeSet<&(FolderId, FoldedName)> = places.iter().collect();
        let held = asked
            .into_iter()
            .filter_map(|(folder, name)| rows.holder(Space::Firm(firm), Unique::Name(*folder, name.clone())));
        Ok(held.filter_map(|id| rows.kept_node(id)).collect())
    }

    async fn height(&self, firm: FirmId, folder: FolderId) -> Result<usize, StoreError> {
        let rows = &self.state().rows;
        let (mut height, mut level) = (0, vec![folder]);
        loop {
            let below = level.iter().flat_map(|folder| rows.at(Space::Firm(firm), Listed::Content(*folder)));
            let folders = below.filter_map(|(space, key)| rows.look::<Folder>(space, key));
            level = folders.filter(|folder| !is_purged(&folder.place)).map(|folder| folder.id).collect();
            if level.is_empty() {
                return Ok(height);
            }
            height += 1;
        }
    }

    async fn archive(
        &self,
        firm: FirmId,
        client: ClientId,
        request: &PageRequest,
    ) -> Result<Page<TrashRow>, StoreError> {
        let rows = &self.state().rows;
        let archived = rows
            .at(Space::Firm(firm), Listed::Archived(client))
            .filter_map(|id| rows.kept_node(id))
            .filter_map(|node| Some((Reverse(removed_at(&node)), rows.trash_row(firm, node)?)))
            .filter(|(_, row)| row.restorable);
        Ok(sorted_page(request, archived))
    }

    async fn recent_documents(
        &self,
        firm: FirmId,
        client: ClientId,
        roots: Option<&[NodeId]>,
        limit: usize,
    ) -> Result<Vec<DocumentRead>, StoreError> {
        let rows = &self.state().rows;
        let space = Space::Firm(firm);
        let mut newest_first: Vec<(Reverse<(Timestamp, DocumentId)>, DocumentId)> = rows
            .at(space, Listed::DocumentOf(client))
            .filter_map(|(_, key)| rows.look::<Document>(space, key))
            .filter_map(|it| {
                let current = rows.look::<DocumentVersion>(space, Key::Version(it.current))?;
                Some((Reverse((current.uploaded_at, it.id)), it.id))
            })
            .collect();
        newest_first.sort();
        let shown = |document: DocumentId| {
            rows.path(firm, document.into()).is_some_and(|path| {
                path.iter().all(|(_, place)| place.removal.is_live())
                    && roots.is_none_or(|roots| path.iter().any(|(node, _)| roots.contains(node)))
            })
        };
        Ok(newest_first
            .into_iter()
            .filter(|(_, id)| shown(*id))
            .filter_map(|(_, id)| rows.document_with(firm, id, None))
            .take(limit)
            .collect())
    }

    async fn uploaded_by(
        &self,
        firm: FirmId,
        contact: ContactId,
        request: &PageRequest,
    ) -> Result<Page<DocumentRead>, StoreError> {
        let rows = &self.state().rows;
        let uploads = rows.versions_at(firm, Listed::UploadedBy(Actor::Contact(contact))).filter_map(|version| {
            let read = rows.document_with(firm, version.document, Some(version.id))?;
            Some((Reverse((version.uploaded_at, version.id)), read))
        });
        Ok(sorted_page(request, uploads))
    }

    async fn kept_uploads(&self, firm: FirmId, contact: ContactId) -> Result<KeptUploads, StoreError> {
        let rows = &self.state().rows;
        let (mut kept, mut above) = (KeptUploads::default(), BTreeSet::new());
        for version in rows.versions_at(firm, Listed::UploadedBy(Actor::Contact(contact))) {
            let Some(read) = rows.document_with(firm, version.document, Some(version.id)) else { continue };
            kept.newest_at = kept.newest_at.max(Some(version.uploaded_at));
            let mut place = Some(read.document.value.place.clone());
            let mut node = NodeId::from(version.document);
            while let Some(at) = place.filter(|_| above.insert(node)) {
                kept.holds += u64::from(at.hold.is_some());
                let parent = at.parent.and_then(|it| rows.look::<Folder>(Space::Firm(firm), Key::Folder(it)));
                node = at.parent.map_or(node, NodeId::from);
                place = parent.map(|folder| folder.place.clone());
            }
        }
        Ok(kept)
    }

    async fn trash(&self, firm: FirmId, client: ClientId, request: &PageRequest) -> Result<Page<TrashRow>, StoreError> {
        let rows = &self.state().rows;
        let trashed = rows
            .at(Space::Firm(firm), Listed::Trashed(client))
            .filter_map(|id| rows.kept_node(id))
            .filter_map(|node| Some((Reverse(removed_at(&node)), rows.trash_row(firm, node)?)));
        Ok(sorted_page(request, trashed))
    }

    async fn extent(&self, firm: FirmId, node: NodeId) -> Result<Option<Extent>, StoreError> {
        let rows = &self.state().rows;
        let space = Space::Firm(firm);
        let mut left = vec![(space, Key::from(node).into())];
        let mut extent = Extent::default();
        while let Some(row) = left.pop() {
            match rows.kept_node(row) {
                Some(NodeRead::Folder(folder)) if !is_purged(&folder.place) => {
                    extent.folders += 1;
                    extent.holds += u64::from(folder.place.hold.is_some());
                    left.extend(rows.at(space, Listed::Content(folder.id)));
                }
                Some(NodeRead::Document(document)) if !is_purged(&document.place) => {
                    extent.documents += 1;
                    extent.holds += u64::from(document.place.hold.is_some());
                    for version in rows.versions_at(firm, Listed::VersionOf(document.id)) {
                        extent.versions += 1;
                        extent.newest_at = extent.newest_at.max(Some(version.uploaded_at));
                        extent.size_bytes = extent.size_bytes.saturating_add(version.size_bytes);
                    }
                }
                _ => {}
            }
        }
        Ok((extent != Extent::default()).then_some(extent))
    }

    async fn upload(&self, firm: FirmId, upload: UploadId) -> Result<Option<Versioned<Upload>>, StoreError> {
        Ok(self.state().rows.read(Space::Firm(firm), Key::Upload(upload)))
    }

    async fn uploads_under_way(
        &self,
        firm: FirmId,
        client: ClientId,
        by: Actor,
        limit: usize,
    ) -> Result<Vec<Versioned<Upload>>, StoreError> {
        let rows = &self.state().rows;
        let all = rows.at(Space::Firm(firm), Listed::UploadingBy(client, by));
        let mut all: Vec<Versioned<Upload>> = all.filter_map(|(space, key)| rows.read(space, key)).collect();
        all.sort_by_key(|upload| Reverse((upload.started_at, upload.id)));
        all.truncate(limit);
        Ok(all)
    }

    async fn uploader_usage(&self, firm: FirmId, client: ClientId, by: Actor) -> Result<UploaderUsage, StoreError> {
        let rows = &self.state().rows;
        let space = Space::Firm(firm);
        let kept = rows.at(space, Listed::UploadedBy(by)).filter_map(|(space, key)| rows.look(space, key)).map(size);
        let under_way = rows.at(space, Listed::UploadingBy(client, by)).take(UPLOADS_UNDER_WAY);
        let under_way = under_way.filter_map(|(space, key)| rows.look(space, key)).map(announced);
        Ok(UploaderUsage { kept: sum(kept), under_way: sum(under_way) })
    }

    async fn firm_usage(&self, firm: FirmId) -> Result<Usage, StoreError> {
        let rows = &self.state().rows;
        let own = |space| space == Space::Firm(firm);
        let kept = rows.all::<DocumentVersion>().filter(|(space, _)| own(*space)).map(|(_, version)| size(version));
        let under_way = rows.all::<Upload>().filter(|(space, _)| own(*space)).map(|(_, upload)| announced(upload));
        Ok(sum(kept) + sum(under_way))
    }

    async fn overdue_uploads(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<(FirmId, Versioned<Upload>)>, StoreError> {
        let rows = &self.state().rows;
        let overdue = rows
            .over_firms(Listed::Upload)
            .filter_map(|(firm, (space, key))| Some((firm, rows.read::<Upload>(space, key)?)))
            .filter(|(_, upload)| upload.deadline <= now);
        Ok(oldest(overdue, limit, |upload| (upload.deadline, upload.id)))
    }

    async fn uploads_to_scan(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<(FirmId, Versioned<Upload>)>, StoreError> {
        let rows = &self.state().rows;
        let due = |upload: &Upload| match upload.scan {
            UploadScan::Waits { due, .. } => Some(due),
            UploadScan::NotAsked | UploadScan::Infected => None,
        };
        let waiting = rows
            .over_firms(Listed::Upload)
            .filter_map(|(firm, (space, key))| Some((firm, rows.read::<Upload>(space, key)?)))
            .filter(|(_, upload)| due(upload).is_some_and(|due| due <= now));
        Ok(oldest(waiting, limit, |upload| (due(upload), upload.id)))
    }

    async fn condemned(&self, limit: usize) -> Result<Vec<(FirmId, Versioned<Condemned>)>, StoreError> {
        let rows = &self.state().rows;
        let condemned = rows.over_firms(Listed::Condemned);
        let condemned = condemned.filter_map(|(firm, (space, key))| Some((firm, rows.read::<Condemned>(space, key)?)));
        Ok(oldest(condemned, limit, |condemned| (condemned.since, condemned.blob)))
    }

    async fn purged(&self, limit: usize) -> Result<Vec<(FirmId, NodeRead)>, StoreError> {
        let rows = &self.state().rows;
        let purged = rows.over_firms(Listed::Purged).filter_map(|(firm, id)| Some((firm, rows.kept_node(id)?)));
        Ok(oldest(purged, limit, |node| {
            let (at, id) = removed_at(node);
            (at, id.as_u128())
        }))
    }

    async fn contents(&self, firm: FirmId, folder: FolderId, limit: usize) -> Result<Vec<NodeRead>, StoreError> {
        let rows = &self.state().rows;
        let all = rows.at(Space::Firm(firm), Listed::Content(folder));
        Ok(all.filter_map(|id| rows.kept_node(id)).take(limit).collect())
    }

    async fn versions_to_sweep(
        &self,
        firm: FirmId,
        document: DocumentId,
    ) -> Result<Vec<Versioned<DocumentVersion>>, StoreError> {
        let rows = &self.state().rows;
        let all = rows.at(Space::Firm(firm), Listed::VersionOf(document));
        Ok(all.filter_map(|(space, key)| rows.read(space, key)).collect())
    }

    async fn grants_on(&self, firm: FirmId, node: NodeId) -> Result<Vec<Versioned<Grant>>, StoreError> {
        Ok(self.state().rows.grants(firm, node))
    }

    async fn named_blobs(&self, blobs: &[BlobKey]) -> Result<Vec<BlobKey>, StoreError> {
        let rows = &self.state().rows;
        let named = |blob: &&BlobKey| rows.at(Space::Deployment, Listed::Blob(**blob)).next().is_some();
        Ok(blobs.iter().filter(named).copied().collect())
    }
}
