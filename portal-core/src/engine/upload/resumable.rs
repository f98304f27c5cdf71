//! Files part by part: what has come is noted as it comes, so that any process can go on with it.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::TryStreamExt as _;

use super::giving_up::condemn;
use super::parts::{Intake, of};
use super::put_too_late;
use crate::change::{Context, Decision, Versioned};
use crate::engine::caller::Caller;
use crate::engine::run::{Operate, once, run};
use crate::engine::scanning::Complete;
use crate::engine::{Body, Engine, Error, ErrorKind, Operation, Refusal};
use crate::event::Keyspace;
use crate::files::{
    self, FilesRefusal, MediaType, Received, Scan, Tail, Taken, UPLOADS_UNDER_WAY, Upload, UploadInto, UploadScan,
};
use crate::ports::{BlobStore, BlobUpload};
use crate::record::Whole;
use crate::values::{BlobKey, ClientId, Digest, FileName, FirmId, Id as _, Timestamp, UploadId};

/// So much larger than what comes may be what is kept apart, which is written anew with it.
const WORTH: u64 = 128;
/// How many parts come before they are noted: a node that dies loses no more of them.
const NOTED_EVERY: usize = 4;

/// An upload that can be resumed, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadProgress {
    /// The upload.
    pub id: UploadId,
    /// What it becomes.
    pub into: UploadInto,
    /// What the file is called.
    pub name: FileName,
    /// What the uploader said it is.
    pub declared_type: Option<MediaType>,
    /// How many bytes the file has.
    pub size_bytes: u64,
    /// How many of them have come.
    pub taken_bytes: u64,
    /// What it waits for.
    pub state: UploadState,
    /// When it began.
    pub started_at: Timestamp,
    /// Until when it can be resumed.
    pub deadline: Timestamp,
}

impl UploadProgress {
    /// Of an upload that can be resumed.
    pub(crate) fn of(upload: Upload) -> Option<Self> {
        Some(Self {
            id: upload.id,
            into: upload.into,
            name: upload.name,
            declared_type: upload.declared_type,
            size_bytes: upload.announced_bytes?,
            taken_bytes: upload.taken.size_bytes,
            state: UploadState::of(upload.scan),
            started_at: upload.started_at,
            deadline: upload.deadline,
        })
    }
}

/// What an upload that can be resumed waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadState {
    /// For its uploader, to send the rest or to finish it.
    UnderWay,
    /// For the scanner: it becomes a document by itself once it was found clean.
    AwaitingScan,
    /// For nothing: the scanner found it harmful.
    Infected,
}

impl UploadState {
    fn of(scan: UploadScan) -> Self {
        match scan {
            UploadScan::NotAsked => Self::UnderWay,
            UploadScan::Waits { .. } => Self::AwaitingScan,
            UploadScan::Infected => Self::Infected,
        }
    }
}

/// Somebody who uploads: what is theirs, and whether they still may.
pub(crate) trait Uploader: Caller {
    /// What going on with an upload is asked as.
    const RESUME: Operation;
    /// What giving an upload up is asked as.
    const GIVE_UP: Operation;

    /// Whether whoever began `upload` may still upload to where it goes.
    fn may_go_on(
        engine: &Engine,
        authority: &Self::Authority,
        upload: &Upload,
    ) -> impl Future<Output = Result<(), Error>> + Send;
}

fn firm_of(caller: &impl Caller) -> Result<FirmId, Error> {
    caller.keyspace().firm().ok_or_else(|| Error::corrupt("an upload outside of a firm"))
}

/// The caller's own uploads at a client that can be resumed, the latest first.
pub(crate) async fn under_way(
    engine: &Engine,
    caller: &impl Caller,
    client: ClientId,
) -> Result<Vec<UploadProgress>, Error> {
    let firm = firm_of(caller)?;
    let all = engine.store.uploads_under_way(firm, client, caller.actor(), UPLOADS_UNDER_WAY).await?;
    Ok(all.into_iter().filter_map(|upload| UploadProgress::of(upload.value)).collect())
}

/// An upload that can be resumed, at one client: whoever uploads to several says to which.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub(crate) struct Own {
    pub(crate) client: Option<ClientId>,
    pub(crate) upload: UploadId,
}

impl Own {
    /// The upload, if the caller began it; anybody else's is not there.
    pub(crate) async fn find(self, engine: &Engine, caller: &impl Caller) -> Result<Versioned<Upload>, Error> {
        let found = engine.store.upload(firm_of(caller)?, self.upload).await?;
        let own = |upload: &Versioned<Upload>| {
            let there = self.client.is_none_or(|client| client == upload.client);
            there && upload.by == caller.actor() && upload.announced_bytes.is_some()
        };
        found.filter(own).ok_or(Error::NotFound)
    }
}

/// How far an upload that the caller began has come, as long as they may go on with it.
pub(crate) async fn progress<C: Uploader>(engine: &Engine, caller: &C, own: Own) -> Result<UploadProgress, Error> {
    let authority = caller.authorize(engine, C::RESUME).await?;
    let upload = own.find(engine, caller).await?;
    C::may_go_on(engine, &authority, &upload).await?;
    UploadProgress::of(upload.value).ok_or(Error::NotFound)
}

/// Takes in what follows the first `from` bytes. What came before the body broke off is kept.
pub(crate) async fn resume<C: Uploader>(
    engine: &Engine,
    caller: &C,
    own: Own,
    from: u64,
    body: Body,
) -> Result<UploadProgress, Error> {
    let authority = caller.authorize(engine, C::RESUME).await?;
    let upload = own.find(engine, caller).await?;
    C::may_go_on(engine, &authority, &upload).await?;
    if upload.taken.size_bytes != from {
        return Err(FilesRefusal::WrongOffset { taken_bytes: upload.taken.size_bytes }.into());
    }
    let mut resumed = Resumed { engine, firm: firm_of(caller)?, upload };
    let taken = resumed.take(body).await;
    let version = resumed.upload.version;
    match taken {
        // Its bytes are where they were no more: because it expired, or because somebody else went on with it.
        Err(Error::Refused(Refusal::Files(FilesRefusal::UploadExpired)))
            if own.find(engine, caller).await?.version != version =>
        {
            Err(FilesRefusal::UploadContested.into())
        }
        Err(error) => Err(error),
        Ok(()) => UploadProgress::of(resumed.upload.value).ok_or(Error::NotFound),
    }
}

/// An upload that is gone on with.
struct Resumed<'a> {
    engine: &'a Engine,
    firm: FirmId,
    upload: Versioned<Upload>,
}

impl Resumed<'_> {
    async fn take(&mut self, mut body: Body) -> Result<(), Error> {
        let announced_bytes = self.upload.announced_bytes.ok_or(Error::NotFound)?;
        // Nothing is read or held before enough comes: whoever only opens lines takes no memory, and what is kept apart is not
        // read and written again for a few bytes.
        let least_bytes = self.upload.taken.tail.map_or(1, |tail| (tail.size_bytes / WORTH).max(1));
        let came = body.read_ahead(least_bytes).await;
        if came < least_bytes && self.upload.taken.size_bytes.saturating_add(came) < announced_bytes {
            while let Some(chunk) = body.next().await {
                chunk.map_err(Error::BrokenOff)?;
            }
            return if came == 0 { Ok(()) } else { Err(FilesRefusal::TooLittle { least_bytes }.into()) };
        }
        let _place = self.engine.uploading.take(self.engine.clock.as_ref(), (self.firm, self.upload.by)).await?;
        let (blobs, target) = (self.blobs(), self.target().await?);
        let mut intake = Intake::of(&*blobs, &target, &self.upload.taken);
        if let Some(tail) = self.upload.taken.tail {
            intake.add(self.read(tail).await?).await?;
        }
        let (mut ended, mut unnoted) = (Ok(()), 0);
        while let Some(chunk) = intake.next(&mut body).await? {
            let chunk = match chunk {
                Ok(chunk) => chunk,
                Err(broken) => {
                    ended = Err(Error::BrokenOff(broken));
                    break;
                }
            };
            if intake.size_bytes().saturating_add(chunk.len() as u64) > announced_bytes {
                ended = Err(FilesRefusal::MoreThanAnnounced { announced_bytes }.into());
                break;
            }
            unnoted += intake.add(chunk).await?;
            if unnoted >= NOTED_EVERY {
                unnoted = 0;
                let taken = intake.settle().await?;
                self.note(taken).await?;
            }
        }
        if intake.size_bytes() == announced_bytes {
            let whole = intake.end().await?;
            self.note(whole).await?;
        } else {
            let rest = intake.rest();
            let taken = intake.settle().await?;
            self.keep(taken, rest).await?;
        }
        ended
    }

    fn blobs(&self) -> Arc<dyn BlobStore> {
        self.engine.blobs_of(self.firm)
    }

    async fn target(&self) -> Result<BlobUpload, Error> {
        match &self.upload.taken.token {
            Some(token) => Ok(BlobUpload { key: self.upload.blob, token: token.clone() }),
            None => Ok(self.blobs().begin(self.upload.blob).await?),
        }
    }

    async fn read(&self, tail: Tail) -> Result<Bytes, Error> {
        let bytes = self.blobs().read(tail.blob, 0..tail.size_bytes).await.map_err(put_too_late)?;
        let chunks: Vec<Bytes> = bytes.try_collect().await?;
        Ok(chunks.concat().into())
    }

    /// Notes what has come. Whoever else went on with it in the meantime has what they noted.
    async fn note(&mut self, taken: Taken) -> Result<(), Error> {
        if taken == self.upload.taken {
            return Ok(());
        }
        let (keyspace, by) = (Keyspace::Firm(self.firm), self.upload.by);
        let put = taken.clone();
        let mut next = None;
        let upload = &self.upload;
        let noted = once(self.engine, keyspace, by, |context| {
            files::take(upload, taken, context).map(|noted| next = Some(noted)).lift()
        });
        match (noted.await?, next) {
            (true, Some(next)) => {
                self.upload = next;
                Ok(())
            }
            _ => {
                self.discard(&put).await;
                Err(FilesRefusal::UploadContested.into())
            }
        }
    }

    /// Takes back the parts that were put and not noted: nothing names them.
    async fn discard(&self, put: &Taken) {
        let Some(token) = &put.token else { return };
        let (blobs, target) = (self.blobs(), BlobUpload { key: self.upload.blob, token: token.clone() });
        for part in of(put).iter().skip(self.upload.taken.parts.len()) {
            // What cannot be taken back now goes with the upload.
            let _goes_later = blobs.discard_part(&target, part).await;
        }
    }

    /// Keeps what is no whole part apart until more comes.
    async fn keep(&mut self, taken: Taken, rest: Bytes) -> Result<(), Error> {
        if rest.is_empty() {
            return self.note(taken).await;
        }
        if self.upload.taken.size_bytes == taken.size_bytes + rest.len() as u64 {
            // Nothing came: the tail is the one that is kept already.
            return Ok(());
        }
        let blob = BlobKey::from_u128(Digest::from_bytes(self.engine.entropy.draw()?).leading_u128());
        let tail = Tail { blob, size_bytes: rest.len() as u64 };
        put_whole(&*self.blobs(), blob, rest).await?;
        let kept = Taken { size_bytes: taken.size_bytes + tail.size_bytes, tail: Some(tail), ..taken };
        let noted = self.note(kept).await;
        if noted.as_ref().is_err_and(|error| error.kind() != ErrorKind::Unavailable) {
            // If it cannot be deleted now, it is met among the bytes that nothing names.
            let _swept_later = self.blobs().delete(blob).await;
        }
        noted
    }
}

async fn put_whole(blobs: &dyn BlobStore, blob: BlobKey, bytes: Bytes) -> Result<(), Error> {
    let target = blobs.begin(blob).await?;
    let part = blobs.put_part(&target, 1, bytes).await?;
    Ok(blobs.complete(&target, &[part]).await?)
}

/// Makes what has come whole, and then of it what `finish` says: once, however often it is asked for.
pub(crate) async fn finish<C, F>(
    engine: &Engine,
    caller: &C,
    own: Own,
    key: Option<String>,
    may_wait: bool,
    finish: impl FnOnce(Scan) -> F + Send,
) -> Result<F::Output, Error>
where
    C: Uploader,
    F: Operate<By = C>,
{
    let authority = caller.authorize(engine, F::OPERATION).await?;
    let found = match own.find(engine, caller).await {
        Ok(upload) => Some(upload),
        // It may have been finished before, by this very command.
        Err(Error::NotFound) => None,
        Err(error) => return Err(error),
    };
    let mut scan = Scan::NotScanned;
    if let Some(upload) = found {
        if let Err(Error::NotFound) = C::may_go_on(engine, &authority, &upload).await {
            // Where it goes is not theirs any more: its bytes are for nobody.
            let _swept_later = condemn(engine, firm_of(caller)?, own.upload).await;
            return Err(Error::NotFound);
        }
        scan = whole(engine, firm_of(caller)?, upload, may_wait && key.is_none()).await?;
    }
    let key = key.unwrap_or_else(|| finishing(own.upload));
    run(engine, caller, Some(key), &finish(scan)).await
}

/// The command that makes something of an upload, whoever asks for it.
pub(super) fn finishing(upload: UploadId) -> String {
    format!("finish {upload}")
}

/// Makes the bytes of an upload whole, and asks the scanner about them.
async fn whole(engine: &Engine, firm: FirmId, upload: Versioned<Upload>, may_wait: bool) -> Result<Scan, Error> {
    match upload.scan {
        UploadScan::Infected => return Err(FilesRefusal::Infected.into()),
        // The scanner is asked when its turn comes, and not each time somebody asks for the upload.
        UploadScan::Waits { due, .. } if may_wait && engine.clock.now() < due => return Err(Error::AwaitingScan),
        UploadScan::Waits { .. } | UploadScan::NotAsked => {}
    }
    let mut resumed = Resumed { engine, firm, upload };
    if resumed.upload.is_whole() && resumed.upload.taken.parts.is_empty() {
        // A file of no bytes at all has one part still, which nobody sent.
        resumed.take(Body::from(Bytes::new())).await?;
    }
    let upload = &resumed.upload.value;
    complete(&*engine.blobs_of(firm), upload).await?;
    let Upload { id, by, blob, taken, .. } = upload;
    Complete { firm, upload: *id, by: *by, blob: *blob, taken, may_wait }.pass(engine).await
}

async fn complete(blobs: &dyn BlobStore, upload: &Upload) -> Result<(), Error> {
    if !upload.is_whole() {
        return Err(FilesRefusal::Incomplete.into());
    }
    let token = upload.taken.token.as_ref().ok_or(FilesRefusal::Incomplete)?;
    let target = BlobUpload { key: upload.blob, token: token.clone() };
    blobs.complete(&target, &of(&upload.taken)).await.map_err(put_too_late)
}

/// What came of the bytes of an upload that is whole.
pub(crate) fn received(upload: &Upload, scan: Scan) -> Result<Received, FilesRefusal> {
    if !upload.is_whole() {
        return Err(FilesRefusal::Incomplete);
    }
    Ok(Received::of(&upload.taken, scan))
}

/// Gives up an upload that the caller began.
#[derive(serde::Serialize)]
pub(crate) struct GiveUp<C> {
    pub(crate) own: Own,
    #[serde(skip)]
    pub(crate) caller: C,
}

impl<C: Uploader> Operate for GiveUp<C> {
    const OPERATION: Operation = C::GIVE_UP;
    type By = C;
    type Loaded = Versioned<Upload>;
    type Output = ();

    async fn load(&self, engine: &Engine, _: &C::Authority) -> Result<Self::Loaded, Error> {
        self.own.find(engine, &self.caller).await
    }

    fn decide(&self, _: &C::Authority, upload: &Self::Loaded, context: &Context) -> Result<Decision<Whole>, Error> {
        Ok(files::condemn_upload(upload, context).lift())
    }
}
