//! The folders and documents of a client.

use std::sync::Arc;

use super::listing::{Listing, Names, SharedWith, contacts_in, entries, folder_view, people_of, shared_with};
use super::opening::note_opening;
use super::{Staff, client};
use crate::engine::caller::Caller as _;
use crate::engine::content::Readable;
use crate::engine::worker::who_of_the_team;
use crate::engine::{ByteRange, Download, Engine, Error, Operation};
use crate::files::{self, DocumentVersion, Hold};
use crate::notifications::TeamTold;
use crate::ports::Preview;
use crate::ports::store::NodeRead;
use crate::sharing::Ancestry;
use crate::values::{
    ClientId, DocumentId, FileName, FirmId, FolderId, ListOrder, NodeId, Page, PageRequest, Timestamp, VersionId,
};

/// The folders and documents of a client, and who sees them.
#[derive(Debug, Clone)]
pub struct StaffFiles {
    pub(super) staff: Staff,
    pub(super) client: ClientId,
}

/// A document with what staff want to know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentDetails {
    /// The document.
    pub id: DocumentId,
    /// What it is called.
    pub name: FileName,
    /// The folders above it, the client's root first.
    pub path: Vec<(FolderId, FileName)>,
    /// The version that is shown.
    pub current: DocumentVersion,
    /// Who uploaded that, by name.
    pub uploaded_by_name: Option<String>,
    /// Who sees it.
    pub shared_with: Vec<SharedWith>,
    /// Whether it lies in the trash, or below something that does.
    pub in_trash: bool,
    /// Whether it is archived, by itself or by something above it.
    pub archived: bool,
    /// The hold on it itself.
    pub hold: Option<Hold>,
    /// Whether it is on hold, by itself or by something above it.
    pub on_hold: bool,
    /// When a team member first opened it, if a contact uploaded it.
    pub opened_at: Option<Timestamp>,
}

impl StaffFiles {
    pub(super) fn new(staff: Staff, client: ClientId) -> Self {
        Self { staff, client }
    }

    pub(super) fn engine(&self) -> &Arc<Engine> {
        &self.staff.engine
    }

    pub(super) fn firm(&self) -> FirmId {
        self.staff.caller.firm
    }

    /// A page of what lies in a folder, or in the client's root: folders first, then by name.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when the client has no such folder.
    pub async fn list(&self, folder: Option<FolderId>, page: &PageRequest) -> Result<Listing, Error> {
        self.list_by(folder, ListOrder::Name, page).await
    }

    /// The same in another order; folders come first in each.
    ///
    /// # Errors
    /// As for [`Self::list`].
    pub async fn list_by(
        &self,
        folder: Option<FolderId>,
        order: ListOrder,
        page: &PageRequest,
    ) -> Result<Listing, Error> {
        self.staff.authorize(Operation::ListFolder).await?;
        let engine = self.engine();
        let id = match folder {
            Some(folder) => folder,
            None => client(engine, self.firm(), self.client).await?.root,
        };
        let ancestry = ancestry_of(engine, self.firm(), self.client, id.into()).await?;
        let read = engine.store.node(self.firm(), id.into()).await?.ok_or(Error::NotFound)?;
        let children = engine.store.children(self.firm(), id, order, page).await?;
        let names = Names::of(engine, self.firm(), people_of(&ancestry, &children)).await?;
        let now = engine.clock.now();
        Ok(Listing {
            folder: folder_view(id, &read, &ancestry, &names, now)?,
            entries: entries(&ancestry, children, &names, now),
        })
    }

    /// A document with what staff want to know of it.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when the client has no such document.
    pub async fn document(&self, document: DocumentId) -> Result<DocumentDetails, Error> {
        self.staff.authorize(Operation::ReadDocument).await?;
        let engine = self.engine();
        let ancestry = ancestry_of(engine, self.firm(), self.client, document.into()).await?;
        let read = engine.store.document(self.firm(), document).await?.ok_or(Error::NotFound)?;
        let mut people = contacts_in(ancestry.grants().map(|(_, grant)| grant));
        people.push(read.current.uploaded_by);
        let names = Names::of(engine, self.firm(), people).await?;
        let above = ancestry.steps.iter().skip(1).rev();
        let path = above.filter_map(|step| match step.node {
            NodeId::Folder(folder) => Some((folder, step.name.clone())),
            NodeId::Document(_) => None,
        });
        Ok(DocumentDetails {
            id: document,
            name: read.document.place.name.clone(),
            path: path.collect(),
            uploaded_by_name: names.actor(read.current.uploaded_by),
            shared_with: shared_with(&ancestry, &names, engine.clock.now()),
            in_trash: ancestry.trashed(),
            archived: ancestry.archived(),
            on_hold: ancestry.held(),
            opened_at: read.document.opened_at,
            hold: read.document.value.place.hold.map(|hold| *hold),
            current: read.current,
        })
    }

    /// The versions of a document, newest first: each is its own receipt.
    ///
    /// # Errors
    /// As for [`Self::document`].
    pub async fn versions(&self, document: DocumentId, page: &PageRequest) -> Result<Page<DocumentVersion>, Error> {
        self.staff.authorize(Operation::ReadDocument).await?;
        ancestry_of(self.engine(), self.firm(), self.client, document.into()).await?;
        Ok(self.engine().store.versions(self.firm(), document, page).await?)
    }

    /// Downloads a document: the version that is shown, or another.
    ///
    /// # Errors
    /// As for [`Self::document`]; [`ErrorKind::Invalid`](crate::engine::ErrorKind::Invalid) for a range past the end.
    pub async fn download(
        &self,
        document: DocumentId,
        version: Option<VersionId>,
        range: ByteRange,
    ) -> Result<Download, Error> {
        self.staff.authorize(Operation::Download).await?;
        self.readable(document, version).await?.download(self.engine(), range).await
    }

    /// A picture of page `page` (from 0) of a document, at most `width_pixels` wide.
    ///
    /// # Errors
    /// As for [`Self::document`]; [`Error::Preview`] says why there is no picture.
    pub async fn preview(&self, document: DocumentId, page: u32, width_pixels: u32) -> Result<Preview, Error> {
        self.staff.authorize(Operation::Preview).await?;
        self.readable(document, None).await?.preview(self.engine(), page, width_pixels).await
    }

    pub(super) async fn readable(&self, document: DocumentId, version: Option<VersionId>) -> Result<Readable, Error> {
        let engine = self.engine();
        ancestry_of(engine, self.firm(), self.client, document.into()).await?;
        let read = engine.store.document(self.firm(), document).await?.ok_or(Error::NotFound)?;
        let version = match version {
            Some(version) if version != read.current.id => {
                let found = engine.store.version(self.firm(), version).await?;
                found.filter(|found| found.document == document).ok_or(Error::NotFound)?.value
            }
            _ => read.current.clone(),
        };
        note_opening(engine, &self.staff.caller, &read).await?;
        Ok(Readable { firm: self.firm(), actor: self.staff.caller.actor(), read, version })
    }

    /// The members who are told when this client uploads, for the share dialog: those assigned, or the firm's owners,
    /// and then it says so.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when there is no such client.
    pub async fn team_told(&self) -> Result<TeamTold, Error> {
        self.staff.authorize(Operation::PreviewRecipients).await?;
        client(self.engine(), self.firm(), self.client).await?;
        who_of_the_team(self.engine(), self.firm(), self.client).await
    }
}

/// The ancestry of a node of that very client.
pub(in crate::engine) async fn ancestry_of(
    engine: &Engine,
    firm: FirmId,
    client: ClientId,
    node: NodeId,
) -> Result<Ancestry, Error> {
    let found = engine.store.ancestry(firm, node).await?;
    found.filter(|ancestry| ancestry.client == client).ok_or(Error::NotFound)
}

/// Where a node of that very client lies, without whom it is granted to, who may be very many: for what staff put there.
pub(super) async fn place_of(engine: &Engine, firm: FirmId, client: ClientId, node: NodeId) -> Result<Ancestry, Error> {
    let found = engine.store.ancestries(firm, &[node], &[]).await?.pop();
    found.filter(|ancestry| ancestry.client == client).ok_or(Error::NotFound)
}

/// A folder or document of that very client, by itself.
pub(super) async fn entry_of(
    engine: &Engine,
    firm: FirmId,
    client: ClientId,
    node: NodeId,
) -> Result<files::Entry, Error> {
    let entry = match engine.store.node(firm, node).await?.ok_or(Error::NotFound)? {
        NodeRead::Folder(folder) => files::Entry::Folder(folder),
        NodeRead::Document(document) => files::Entry::Document(document),
    };
    if entry.place().client == client { Ok(entry) } else { Err(Error::NotFound) }
}
