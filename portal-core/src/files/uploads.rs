//! Uploads: a row before the first byte, a document after the last.

use std::time::Duration;

use super::trash::condemn_blob;
use super::{
    Document, DocumentVersion, Event, Files, FilesRefusal, Key, MediaType, Place, Receipt, Record, Removal, Upload,
    UploadInto,
};
use crate::change::{Context, Decision, Versioned, Write};
use crate::values::{Actor, ClientId, Digest, DocumentId, FileName, FolderId, GrantId};

/// What came of an upload's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Received {
    /// How many bytes came.
    pub size_bytes: u64,
    /// The SHA-256 of them.
    pub sha256: Digest,
}

/// How long an upload may take before the sweeper may condemn it.
pub const UPLOAD_DEADLINE: Duration = Duration::from_secs(24 * 60 * 60);

/// Writes the upload's row, which the document's commit expects and the sweeper's takes.
pub fn start_upload(
    client: ClientId,
    into: UploadInto,
    name: &FileName,
    declared_type: Option<&MediaType>,
    by: Actor,
    context: &Context,
) -> Decision<Files, Upload> {
    let upload = Upload {
        id: context.id("upload"),
        client,
        into,
        name: name.clone(),
        declared_type: declared_type.cloned(),
        blob: context.random_id("upload"),
        by,
        started_at: context.now,
        deadline: context.now + UPLOAD_DEADLINE,
    };
    Decision::nothing(upload.clone()).write(Write::Create(Record::Upload(upload)))
}

/// The document that the command of `context` makes of its upload.
pub fn new_document(context: &Context) -> DocumentId {
    context.id("document")
}

/// Turns a complete upload into a new document in `folder`, which was shared by the grant `shared` in the same go.
pub fn finish_upload(
    upload: &Versioned<Upload>,
    folder: FolderId,
    received: Received,
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
    };
    let document = Document { id: version.document, place, current: version.id };
    let event = Event::Uploaded {
        client: upload.client,
        folder,
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

/// Turns a complete upload into a new version of `document`.
///
/// # Errors
/// [`FilesRefusal::InTrash`].
pub fn finish_version(
    upload: &Versioned<Upload>,
    document: &Versioned<Document>,
    received: Received,
    context: &Context,
) -> Result<Decision<Files, Receipt>, FilesRefusal> {
    let (Removal::Live, Some(folder)) = (document.place.removal, document.place.parent) else {
        return Err(FilesRefusal::InTrash);
    };
    let version = version_of(upload, document.id, received, context);
    let changed = Document { current: version.id, ..document.value.clone() };
    let event = Event::VersionAdded {
        client: upload.client,
        folder,
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

fn version_of(upload: &Upload, document: DocumentId, received: Received, context: &Context) -> DocumentVersion {
    DocumentVersion {
        id: context.id("version"),
        document,
        blob: upload.blob,
        size_bytes: received.size_bytes,
        sha256: received.sha256,
        declared_type: upload.declared_type.clone(),
        uploaded_as: upload.name.clone(),
        uploaded_by: upload.by,
        uploaded_at: context.now,
    }
}

/// Gives an upload up: its row goes, its bytes are condemned. Whoever was still uploading is told so.
pub fn condemn_upload(upload: &Versioned<Upload>, context: &Context) -> Decision<Files> {
    Decision::nothing(())
        .write(Write::Delete(Key::Upload(upload.id), upload.version))
        .and(condemn_blob(upload.blob, context))
}
