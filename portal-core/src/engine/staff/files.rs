//! The folders and documents of a client.

use std::sync::Arc;

use super::listing::{Listing, Names, SharedWith, contacts_in, entries, folder_view, people_of, shared_with};
use super::{Staff, client};
use crate::change::{Context, Decision, Versioned};
use crate::engine::call::Perform;
use crate::engine::caller::{Caller as _, StaffAuthority, StaffCaller};
use crate::engine::content::Readable;
use crate::engine::run::Operate;
use crate::engine::upload::{Announced, Started, take_in};
use crate::engine::worker::who_of_the_team;
use crate::engine::{Body, ByteRange, Call, Download, Engine, Error, Operation};
use crate::files::{self, DocumentVersion, FilesRefusal, FolderKind, MediaType, Receipt, Received, Upload, UploadInto};
use crate::notifications::TeamTold;
use crate::ports::Preview;
use crate::ports::store::{Committed, DocumentRead, NodeRead};
use crate::record::{Key, Whole};
use crate::sharing::{self, Ancestry, ShareRequest};
use crate::values::{ClientId, DocumentId, FileName, FirmId, FolderId, NodeId, Page, PageRequest, UploadId, VersionId};

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

    /// A page of what lies in a folder, or in the client's root.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when the client has no such folder.
    pub async fn list(&self, folder: Option<FolderId>, page: &PageRequest) -> Result<Listing, Error> {
        self.staff.authorize(Operation::ListFolder).await?;
        let engine = self.engine();
        let id = match folder {
            Some(folder) => folder,
            None => client(engine, self.firm(), self.client).await?.root,
        };
        let ancestry = ancestry_of(engine, self.firm(), self.client, id.into()).await?;
        let read = engine.store.node(self.firm(), id.into()).await?.ok_or(Error::NotFound)?;
        let children = engine.store.children(self.firm(), id, page).await?;
        let names = Names::of(engine, self.firm(), people_of(&ancestry, &children)).await?;
        let now = engine.clock.now();
        Ok(Listing {
            folder: folder_view(id, &read, &ancestry, &names, now)?,
            entries: entries(&ancestry, children, &names, now),
        })
    }

    /// Makes a folder.
    ///
    /// # Errors
    /// Awaiting it: [`FilesRefusal::InTrash`].
    pub fn add_folder(&self, parent: FolderId, name: FileName) -> Call<FolderId> {
        self.staff.call(AddFolder { client: self.client, parent, name })
    }

    /// Uploads a document into a folder. A name that is taken gets a number; the receipt tells which.
    ///
    /// # Errors
    /// Awaiting it: [`FilesRefusal`]; [`ErrorKind::Invalid`](crate::engine::ErrorKind::Invalid) when the body breaks off.
    pub fn upload(&self, folder: FolderId, name: FileName, body: impl Into<Body>) -> Call<Receipt, StaffUpload> {
        self.take(UploadInto::NewDocument(folder), name, body.into())
    }

    /// Uploads a new version of a document, which keeps its name.
    ///
    /// # Errors
    /// As for [`Self::upload`].
    pub fn add_version(
        &self,
        document: DocumentId,
        name: FileName,
        body: impl Into<Body>,
    ) -> Call<Receipt, StaffUpload> {
        self.take(UploadInto::NewVersion(document), name, body.into())
    }

    fn take(&self, into: UploadInto, name: FileName, body: Body) -> Call<Receipt, StaffUpload> {
        let announced = Announced { name, declared_type: None };
        let upload = StaffUpload { caller: self.staff.caller, client: self.client, into, announced, body, share: None };
        Call::with(self.engine().clone(), upload)
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

    async fn readable(&self, document: DocumentId, version: Option<VersionId>) -> Result<Readable, Error> {
        let engine = self.engine();
        ancestry_of(engine, self.firm(), self.client, document.into()).await?;
        let read = engine.store.document(self.firm(), document).await?.ok_or(Error::NotFound)?;
        let version = match version {
            Some(version) if version != read.current.id => {
                let found = engine.store.version(self.firm(), version).await?;
                found.filter(|found| found.document == document).ok_or(Error::NotFound)?
            }
            _ => read.current.clone(),
        };
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

#[derive(serde::Serialize)]
struct AddFolder {
    client: ClientId,
    parent: FolderId,
    name: FileName,
}

impl Operate for AddFolder {
    const OPERATION: Operation = Operation::AddFolder;
    type By = StaffCaller;
    type Loaded = Ancestry;
    type Output = FolderId;

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Ancestry, Error> {
        ancestry_of(engine, authority.firm, self.client, self.parent.into()).await
    }

    fn decide(
        &self,
        by: &StaffAuthority,
        above: &Ancestry,
        context: &Context,
    ) -> Result<Decision<Whole, FolderId>, Error> {
        if above.trashed() {
            return Err(FilesRefusal::InTrash.into());
        }
        let kind = FolderKind::Ordinary;
        let added =
            files::add_folder(context.id("folder"), self.client, self.parent, &self.name, kind, by.actor(), context);
        Ok(added.lift::<Whole>().expect(sharing::Key::Tree(self.client).into(), above.tree))
    }
}

/// An upload by staff; see [`StaffFiles::upload`].
#[derive(Debug)]
pub struct StaffUpload {
    caller: StaffCaller,
    client: ClientId,
    into: UploadInto,
    announced: Announced,
    body: Body,
    share: Option<ShareRequest>,
}

impl Call<Receipt, StaffUpload> {
    /// Says what kind of file it is, as the browser declared it.
    pub fn declared_type(mut self, declared: Option<MediaType>) -> Self {
        self.operation.announced.declared_type = declared;
        self
    }

    /// Shares the document in the same go: those who are told of the share are not told of the upload too.
    pub fn share(mut self, request: ShareRequest) -> Self {
        self.operation.share = Some(request);
        self
    }
}

impl Perform for StaffUpload {
    type Output = Receipt;

    async fn perform(self, engine: Arc<Engine>, key: Option<String>) -> Result<Receipt, Error> {
        let Self { caller, client, into, announced, body, share } = self;
        let start = StartUpload { client, into, announced: announced.clone() };
        take_in(&engine, &caller, key, start, body, move |upload, received| FinishUpload {
            upload: upload.id,
            client,
            into,
            name: announced.name,
            received,
            share,
        })
        .await
    }
}

struct StartUpload {
    client: ClientId,
    into: UploadInto,
    announced: Announced,
}

impl serde::Serialize for StartUpload {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.client, self.into, &self.announced.name, &self.announced.declared_type).serialize(serializer)
    }
}

impl Operate for StartUpload {
    const OPERATION: Operation = Operation::Upload;
    type By = StaffCaller;
    type Loaded = (Ancestry, u64);
    type Output = Started;

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<(Ancestry, u64), Error> {
        let ancestry = ancestry_of(engine, authority.firm, self.client, self.into.node()).await?;
        let firm = super::firm(engine, authority.firm).await?;
        Ok((ancestry, firm.settings.max_upload_bytes))
    }

    fn decide(
        &self,
        by: &StaffAuthority,
        (ancestry, limit_bytes): &(Ancestry, u64),
        context: &Context,
    ) -> Result<Decision<Whole, Started>, Error> {
        if ancestry.trashed() {
            return Err(FilesRefusal::InTrash.into());
        }
        let Announced { name, declared_type } = &self.announced;
        let started = files::start_upload(self.client, self.into, name, declared_type.as_ref(), by.actor(), context);
        Ok(started.map(|upload| Started { upload, limit_bytes: *limit_bytes }).lift())
    }
}

#[derive(serde::Serialize)]
struct FinishUpload {
    /// Each try has an upload of its own, so it is no part of what is asked.
    #[serde(skip)]
    upload: UploadId,
    client: ClientId,
    into: UploadInto,
    name: FileName,
    received: Received,
    share: Option<ShareRequest>,
}

struct Finishing {
    upload: Versioned<Upload>,
    ancestry: Ancestry,
    document: Option<DocumentRead>,
}

impl Operate for FinishUpload {
    const OPERATION: Operation = Operation::Upload;
    type By = StaffCaller;
    type Loaded = Finishing;
    type Output = Receipt;

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Finishing, Error> {
        let upload = engine.store.upload(authority.firm, self.upload).await?;
        let document = match self.into {
            UploadInto::NewDocument(_) => None,
            UploadInto::NewVersion(document) => engine.store.document(authority.firm, document).await?,
        };
        Ok(Finishing {
            upload: upload.ok_or(FilesRefusal::UploadExpired)?,
            ancestry: ancestry_of(engine, authority.firm, self.client, self.into.node()).await?,
            document,
        })
    }

    fn decide(
        &self,
        by: &StaffAuthority,
        loaded: &Finishing,
        context: &Context,
    ) -> Result<Decision<Whole, Receipt>, Error> {
        let Finishing { upload, ancestry, document } = loaded;
        if ancestry.trashed() {
            return Err(FilesRefusal::InTrash.into());
        }
        let rests_on_tree =
            |decision: Decision<Whole, Receipt>| decision.expect(sharing::Key::Tree(self.client).into(), ancestry.tree);
        match (self.into, document, &self.share) {
            (UploadInto::NewVersion(_), Some(read), _) => {
                let finished = files::finish_version(upload, &read.document, self.received, context)?;
                Ok(rests_on_tree(finished.lift()))
            }
            (UploadInto::NewVersion(_), None, _) => Err(Error::NotFound),
            (UploadInto::NewDocument(folder), _, None) => {
                Ok(rests_on_tree(files::finish_upload(upload, folder, self.received, true, context).lift()))
            }
            (UploadInto::NewDocument(folder), _, Some(request)) => {
                // The share changes the tree itself, and its mail stands for the upload's.
                let finished = files::finish_upload(upload, folder, self.received, false, context);
                let document = finished.output.document.into();
                let below = super::listing::below(ancestry, document, &self.name, Vec::new());
                let shared = sharing::share(request, &below, by.actor(), context)?;
                Ok(finished.lift::<Whole>().and(shared.lift()))
            }
        }
    }

    fn settle(output: Receipt, committed: &Committed) -> Receipt {
        settle_receipt(output, committed)
    }

    async fn replay(&self, engine: &Engine, authority: &StaffAuthority, made: &[Key]) -> Result<Receipt, Error> {
        receipt_again(engine, authority.firm, made).await
    }
}

/// The receipt with the name that the document got.
pub(in crate::engine) fn settle_receipt(receipt: Receipt, committed: &Committed) -> Receipt {
    match committed.settled_name(files::Key::Document(receipt.document).into()) {
        Some(name) => Receipt { name: name.clone(), ..receipt },
        None => receipt,
    }
}

/// The receipt of an upload that was finished before.
pub(in crate::engine) async fn receipt_again(engine: &Engine, firm: FirmId, made: &[Key]) -> Result<Receipt, Error> {
    let [Key::Files(files::Key::Document(document)), Key::Files(files::Key::Version(version))] = made else {
        return Err(Error::corrupt("the outcome of an upload"));
    };
    let read = engine.store.document(firm, *document).await?.ok_or(Error::NotFound)?;
    let version = engine.store.version(firm, *version).await?.ok_or(Error::NotFound)?;
    Ok(Receipt::of(&version, &read.document.place.name))
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
