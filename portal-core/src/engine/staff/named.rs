//! What folders and documents are called now.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::{Engine, Error};
use crate::values::{DocumentId, FileName, FirmId, FolderId, NodeId};

/// The names of folders and documents, looked up once for a whole page. What is gone for good has none.
pub(super) struct NodeNames(BTreeMap<NodeId, FileName>);

impl NodeNames {
    pub(super) async fn of(
        engine: &Engine,
        firm: FirmId,
        nodes: impl IntoIterator<Item = NodeId>,
    ) -> Result<Self, Error> {
        let (mut folders, mut documents) = (Vec::<FolderId>::new(), Vec::<DocumentId>::new());
        for node in nodes.into_iter().collect::<BTreeSet<_>>() {
            match node {
                NodeId::Folder(folder) => folders.push(folder),
                NodeId::Document(document) => documents.push(document),
            }
        }
        let mut names = BTreeMap::new();
        if !folders.is_empty() {
            let found = engine.store.folders_by_id(firm, &folders).await?;
            names.extend(found.into_iter().map(|folder| (folder.id.into(), folder.place.name)));
        }
        if !documents.is_empty() {
            let found = engine.store.documents_by_id(firm, &documents).await?;
            let named = found.into_iter().map(|read| (read.document.id.into(), read.document.value.place.name));
            names.extend(named);
        }
        Ok(Self(names))
    }

    pub(super) fn of_node(&self, node: NodeId) -> Option<FileName> {
        self.0.get(&node).cloned()
    }
}
