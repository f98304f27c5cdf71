//! What becomes of an upload: it is begun, goes on, and ends as a document, a version or nothing.

use std::time::Duration;

use super::{Limit, Room, Taken, Upload, UploadInto};
use crate::change::{Context, Decision, Versioned, Write};
use crate::files::trash::condemn_blob;
use crate::files::{
    Document, DocumentVersion, Event, Files, FilesRefusal, Key, MediaType, Place, Receipt, Record, Removal, Scan,
    UploadScan,
};
use crate::values::{Actor, ClientId, Digest, DocumentId, FileName, FolderId, GrantId};

/// What came of an upload's bytes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Received {
    /// How many bytes came.
    pub size_bytes: u64,
    /// The SHA-256 of them.
    pub sha256: Digest,
    /// What they say the file is.
    #[serde(skip)]
    pub sniffed_type: Option<MediaType>,
    /// What a scanner said of them.
    #[serde(skip)]
    pub scan: Scan,
}

impl Received {
    /// What came, when it is whole.
    pub fn of(whole: &Taken, scan: Scan) -> Self {
        let sniffed_type = whole.sniffed_type.clone();
        Self { size_bytes: whole.size_bytes, sha256: whole.digest.digest(), sniffed_type, scan }
    }
}

/// How long an upload in one go may take before the sweeper may condemn it.
pub const UPLOAD_DEADLINE: Duration = Duration::from_secs(24 * 60 * 60);

/// How long after its last byte an upload can be resumed: who was cut off in the evening goes on the next one, or the one after.
pub const RESUMABLE_FOR: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// What an uploader wants to begin.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The client.
    pub client: ClientId,
    /// What it becomes.
    pub into: UploadInto,
    /// What the file is called.
    pub name: &'a FileName,
    /// What the uploader says it is.
    pub declared_type: Option<&'a MediaType>,
    /// How many bytes it has, of an upload that can be resumed.
    pub announced_bytes: Option<u64>,
    /// What it must find room in.
    pub room: &'a Room,
    /// Who uploads.
    pub by: Actor,
}

/// Writes the upload's row, which the document's commit expects and the sweeper's takes.
///
/// # Errors
/// As [`Room::for_upload`] refuses.
pub fn start_upload(wanted: &Wanted<'_>, context: &Context) -> Result<Decision<Files, (Upload, Limit)>, FilesRefusal> {
    let limit = wanted.room.for_upload(wanted.announced_bytes)?;
    let upload = Upload {
        id: context.id("upload"),
        client: wanted.client,
        into: wanted.into,
        name: wanted.name.clone(),
        declared_type: wanted.declared_type.cloned(),
        announced_bytes: wanted.announced_bytes,
        blob: context.random_id("upload"),
        taken: Taken::default(),
        scan: UploadScan::NotAsked,
        by: wanted.by,
        started_at: context.now,
        deadline: context.now + wanted.announced_bytes.map_or(UPLOAD_DEADLINE, |_| RESUMABLE_FOR),
    };
    Ok(Decision::nothing((upload.clone(), limit)).write(Write::Create(Record::Upload(upload))))
}

/// Notes what has come of an upload; a tail that it does not need any more is condemned.
pub fn take(upload: &Versioned<Upload>, taken: Taken, context: &Context) -> Decision<Files, Versioned<Upload>> {
    let before = upload.taken.tail.filter(|tail| taken.tail != Some(*tail));
    let changed = Upload { taken, deadline: context.now + RESUMABLE_FOR, ..upload.value.clone() };
    let decision = Decision::nothing(Versioned::new(upload.version.next(), changed.clone()))
        .write(Write::Update(upload.version, Record::Upload(changed)));
    before.iter().fold(decision, |decision, tail| decision.and(condemn_blob(tail.blob, context)))
}

/// The document that the command of `context` makes of its upload.
pub fn new_document(context: &Context) -> DocumentId {
    context.id("document")
}

/// Turns a complete upload into a new document in `folder`, which lies in the folders `above`, the nearest first; it was shared
/// by the grant `shared` in the same go.
pub fn finish_upload(
    upload: &Versioned<Upload>,
    folder: FolderId,
    above: Vec<FolderId>,
    received: &Received,
    shared: Option<GrantId>,
    context: &Context,
) -> Decision<Files, Receipt> {
    let version = version_of(upload, new_document(context), received, context);
    let place = Place {
        client: upload.client,
        parent: Some(folder),
        name: upload.name.clone(),
        removal: Removal::Live,
        created_by: upload.by,
        created_at: context.now,
        hold: None,
    };
    let document = Document { id: version.document, place, current: version.id, opened_at: None };
    let event = Event::Uploaded {
        client: upload.client,
        folder,
        above,
        document: document.id,
        version: version.id,
        name: context.note("uploaded", upload.name.as_str()),
        size_bytes: received.size_bytes,
        sha256: received.sha256,
        shared,
    };
    Decision::nothing(Receipt::of(&version, &upload.name))
        .write(Write::Delete(Key::Upload(upload.id), upload.version))
        .write(Write::Create(Record::Document(document)))
        .write(Write::Create(Record::Version(version)))
        .event(event)
}

/// Turns a complete upload into a new version of `document`, whose folder lies in the folders `above`.
///
/// # Errors
/// [`FilesRefusal::InTrash`] and [`FilesRefusal::Archived`].
pub fn finish_version(
    upload: &Versioned<Upload>,
    document: &Versioned<Document>,
    above: Vec<FolderId>,
    received: &Received,
    context: &Context,
) -> Result<Decision<Files, Receipt>, FilesRefusal> {
    let folder = match (document.place.removal, document.place.parent) {
        (Removal::Live, Some(folder)) => folder,
        (Removal::Archived(_), _) => return Err(FilesRefusal::Archived),
        _ => return Err(FilesRefusal::InTrash),
    };
    let version = version_of(upload, document.id, received, context);
    let changed = Document { current: version.id, ..document.value.clone() };
    let event = Event::VersionAdded {
        client: upload.client,
        folder,
        above,
        document: document.id,
        version: version.id,
        name: context.note("uploaded", document.place.name.as_str()),
        size_bytes: received.size_bytes,
        sha256: received.sha256,
    };
    Ok(Decision::nothing(Receipt::of(&version, &document.place.name))
        .write(Write::Delete(Key::Upload(upload.id), upload.version))
        .write(Write::Update(document.version, Record::Document(changed)))
        .write(Write::Create(Record::Version(version)))
        .event(event))
}

fn version_of(upload: &Upload, document: DocumentId, received: &Received, context: &Context) -> DocumentVersion {
    DocumentVersion {
        id: context.id("version"),
        document,
        blob: upload.blob,
        size_bytes: received.size_bytes,
        sha256: received.sha256,
        declared_type: upload.declared_type.clone(),
        sniffed_type: received.sniffed_type.clone(),
        scan: received.scan,
        uploaded_as: upload.name.clone(),
        uploaded_by: upload.by,
        uploaded_at: context.now,
    }
}

/// A contact said that they are done with `folder`: what waits to be told of it goes at once.
pub fn done_uploading(client: ClientId, folder: FolderId, name: &FileName, context: &Context) -> Decision<Files> {
    Decision::nothing(()).event(Event::DoneUploading { client, folder, name: context.note("done", name.as_str()) })
}

/// Gives an upload up: its row goes, its bytes are condemned. Whoever was still uploading is told so.
pub fn condemn_upload(upload: &Versioned<Upload>, context: &Context) -> Decision<Files> {
    let given_up = Decision::nothing(())
        .write(Write::Delete(Key::Upload(upload.id), upload.version))
        .and(condemn_blob(upload.blob, context));
    upload.taken.tail.iter().fold(given_up, |decision, tail| decision.and(condemn_blob(tail.blob, context)))
}
