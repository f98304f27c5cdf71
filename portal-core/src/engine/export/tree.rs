//! Documents with all their versions: the live ones as they lie, what is archived and what lies in the trash in folders of their own.

use std::collections::{HashMap, HashSet, VecDeque};

use super::manifest::{FolderLine, Manifest, Part, VersionLine};
use super::{Exporter, Exporting};
use crate::change::Version;
use crate::change::Versioned;
use crate::engine::scanning::{Asked, refuse_unscanned};
use crate::engine::zip_paths::Paths;
use crate::engine::{Error, Refusal};
use crate::files::{Document, DocumentVersion, FilesRefusal, Folder};
use crate::ports::store::{Child, NodeRead, TrashRow};
use crate::values::{Cursor, DocumentId, FileName, FolderId, ListOrder, NodeId, PageRequest, RunningDigest, VersionId};

/// So often the tree is gone through again, while it changes, before the export gives up.
const MOST_ROUNDS: usize = 20;
const EARLIER: &str = "Earlier versions/";

/// What was written so far.
#[derive(Default)]
struct Done {
    paths: Paths,
    folders: HashMap<FolderId, String>,
    documents: HashMap<DocumentId, String>,
    versions: HashSet<VersionId>,
}

/// A folder that is being gone through.
struct Level {
    folder: FolderId,
    /// Its path, with a slash behind.
    path: String,
    part: Part,
    waiting: VecDeque<Child>,
    /// What of its list is still to be read; `None` for nothing.
    rest: Option<Option<Cursor>>,
}

impl Level {
    fn of(folder: FolderId, path: String, part: Part) -> Self {
        Self { folder, path, part, waiting: VecDeque::new(), rest: Some(None) }
    }
}

impl<C: Exporter> Exporting<C> {
    /// Writes all documents. An upload changes no tree: one that comes meanwhile may be in it or not.
    pub(super) async fn documents(&mut self, manifest: &mut Manifest) -> Result<(), Error> {
        let mut done = Done::default();
        for _ in 0..MOST_ROUNDS {
            let before = self.tree().await?;
            self.live(&mut done, manifest).await?;
            self.archived(&mut done, manifest).await?;
            self.trashed(&mut done, manifest).await?;
            // INVARIANT: whatever is moved, archived, removed or brought back changes the tree, so that in a round in which it
            // stayed as it was nothing went past behind the way.
            if self.tree().await? == before {
                return Ok(());
            }
        }
        Err(Error::Busy)
    }

    async fn tree(&self) -> Result<Version, Error> {
        let tree = self.engine.store.tree(self.firm(), self.client.id).await?;
        tree.map(|tree| tree.version).ok_or(Error::NotFound)
    }

    async fn live(&mut self, done: &mut Done, manifest: &mut Manifest) -> Result<(), Error> {
        let top = Part::Files.folder();
        if done.folders.insert(self.client.root, top.to_owned()).is_none() {
            self.zip.folder(top, self.client.created_at)?;
        }
        self.below(Level::of(self.client.root, top.to_owned(), Part::Files), done, manifest).await.map(drop)
    }

    async fn archived(&mut self, done: &mut Done, manifest: &mut Manifest) -> Result<(), Error> {
        let mut after = None;
        loop {
            self.may_go_on().await?;
            let page = PageRequest::default().after(after);
            let page = self.engine.store.archive(self.firm(), self.client.id, &page).await?;
            self.roots(page.items, Part::Archive, done, manifest).await?;
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    async fn trashed(&mut self, done: &mut Done, manifest: &mut Manifest) -> Result<(), Error> {
        let mut after = None;
        loop {
            self.may_go_on().await?;
            let page = PageRequest::default().after(after);
            let page = self.engine.store.trash(self.firm(), self.client.id, &page).await?;
            self.roots(page.items, Part::Trash, done, manifest).await?;
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    /// What was taken out of its folder itself, and all that lies below it.
    async fn roots(
        &mut self,
        rows: Vec<TrashRow>,
        part: Part,
        done: &mut Done,
        manifest: &mut Manifest,
    ) -> Result<(), Error> {
        let mut waiting: VecDeque<NodeRead> = rows.into_iter().map(|row| row.node).collect();
        while let Some(node) = waiting.pop_front() {
            match node {
                NodeRead::Folder(folder) => {
                    let path = self.folder(&folder, part.folder(), part, done, manifest)?;
                    waiting.extend(self.below(Level::of(folder.id, path, part), done, manifest).await?);
                }
                NodeRead::Document(document) => self.document(&document, part.folder(), part, done, manifest).await?,
            }
        }
        Ok(())
    }

    /// Goes through a folder and all folders in it. What is archived inside the trash is no part of the archive: it is answered, to
    /// be gone through by itself.
    async fn below(&mut self, top: Level, done: &mut Done, manifest: &mut Manifest) -> Result<Vec<NodeRead>, Error> {
        let mut levels = vec![top];
        let mut aside = Vec::new();
        while let Some(level) = levels.last_mut() {
            let (path, part) = (level.path.clone(), level.part);
            match level.waiting.pop_front() {
                Some(Child::Folder(read, _)) => {
                    let path = self.folder(&read.folder, &path, part, done, manifest)?;
                    levels.push(Level::of(read.folder.id, path, part));
                }
                Some(Child::Document(read, _)) => self.document(&read.document, &path, part, done, manifest).await?,
                None => {
                    let Some(after) = level.rest.take() else {
                        levels.pop();
                        continue;
                    };
                    let (folder, first) = (level.folder, after.is_none());
                    self.may_go_on().await?;
                    let page = PageRequest::default().after(after);
                    let page = self.engine.store.children(self.firm(), folder, ListOrder::Name, &page).await?;
                    level.rest = page.next.map(Some);
                    level.waiting = page.items.into();
                    if first && part == Part::Trash {
                        aside.extend(self.archived_in(folder).await?);
                    }
                }
            }
        }
        Ok(aside)
    }

    /// What is archived in a folder that lies in the trash.
    async fn archived_in(&self, folder: FolderId) -> Result<Vec<NodeRead>, Error> {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = PageRequest::default().after(after);
            let page = self.engine.store.archived_children(self.firm(), folder, &page).await?;
            for child in page.items {
                let node: NodeId = match child {
                    Child::Folder(read, _) => read.folder.id.into(),
                    Child::Document(read, _) => read.document.id.into(),
                };
                found.extend(self.engine.store.node(self.firm(), node).await?);
            }
            after = page.next;
            if after.is_none() {
                return Ok(found);
            }
        }
    }

    /// The path of a folder, which is added where it was not yet.
    fn folder(
        &mut self,
        folder: &Folder,
        above: &str,
        part: Part,
        done: &mut Done,
        manifest: &mut Manifest,
    ) -> Result<String, Error> {
        if let Some(path) = done.folders.get(&folder.id) {
            return Ok(path.clone());
        }
        let path = done.paths.settle(above, &folder.place.name) + "/";
        self.zip.folder(&path, folder.place.created_at)?;
        done.folders.insert(folder.id, path.clone());
        manifest.folders.push(FolderLine::of(folder, &path, part));
        Ok(path)
    }

    /// All versions of a document that were not written yet: the one that is shown in its folder, those before it apart.
    async fn document(
        &mut self,
        document: &Versioned<Document>,
        above: &str,
        part: Part,
        done: &mut Done,
        manifest: &mut Manifest,
    ) -> Result<(), Error> {
        let mut versions = self.versions(document.id).await?;
        let all = versions.len();
        for (place, version) in versions.drain(..).enumerate() {
            if !done.versions.insert(version.id) {
                continue;
            }
            let path = match done.documents.get(&document.id) {
                Some(path) => path.clone(),
                None => {
                    let path = done.paths.settle(above, &document.place.name);
                    done.documents.insert(document.id, path.clone());
                    path
                }
            };
            let shown = version.id == document.current;
            // They are numbered from the first that there was.
            let number = all - place;
            let path = if shown { path } else { earlier(&path, number, &version.uploaded_as) };
            let left_out = !self.version(&path, document, &version).await?;
            manifest.versions.push(VersionLine { part, path, number, shown, left_out, version });
        }
        Ok(())
    }

    /// The versions of a document, the newest first: what is known of them, not their bytes.
    async fn versions(&self, document: DocumentId) -> Result<Vec<DocumentVersion>, Error> {
        let (mut versions, mut after) = (Vec::new(), None);
        loop {
            self.may_go_on().await?;
            let page = PageRequest::default().after(after);
            let page = self.engine.store.versions(self.firm(), document, &page).await?;
            versions.extend(page.items);
            after = page.next;
            if after.is_none() {
                return Ok(versions);
            }
        }
    }

    /// Writes a version, byte for byte what arrived; `false` for what the scanner found harmful.
    async fn version(
        &mut self,
        path: &str,
        document: &Versioned<Document>,
        version: &DocumentVersion,
    ) -> Result<bool, Error> {
        let (firm, actor) = (self.firm(), self.caller.actor());
        let asked = Asked { firm, actor, place: &document.place, version };
        match refuse_unscanned(&self.engine, asked).await {
            Err(Error::Refused(Refusal::Files(FilesRefusal::Infected))) => return Ok(false),
            looked => looked?,
        }
        let body = self.engine.blobs_of(self.firm()).read(version.blob, 0..version.size_bytes).await?;
        self.zip.begin(path, Some(version.size_bytes), version.uploaded_at)?;
        let mut digest = RunningDigest::default();
        self.zip.copy(body, |piece| digest.update(piece)).await?;
        if digest.digest() == version.sha256 {
            Ok(true)
        } else {
            Err(Error::corrupt("the bytes of a document are not those that arrived"))
        }
    }
}

/// `Earlier versions/Files/2025/w2.pdf/1 scan.pdf`.
fn earlier(path: &str, number: usize, uploaded_as: &FileName) -> String {
    format!("{EARLIER}{path}/{number} {uploaded_as}")
}
