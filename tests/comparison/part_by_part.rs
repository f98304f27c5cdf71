//! Files that come part by part, and folders that go as one file.

use futures_util::TryStreamExt as _;
use portal_core::files::Receipt;
use portal_core::values::Digest;
use portal_core::{Call, ClientExport, ContactUploads, Error, FolderZip, Operation, StaffUploads};

use crate::carry_out::{Answer, command, document, nothing};
use crate::draw::Draw;

macro_rules! part_by_part {
    ($name:ident, $uploads:ident, $give_up:ident) => {
        /// Begins an upload, sends half of it, and then the rest of it; or gives it up.
        pub(crate) async fn $name(uploads: $uploads, draw: &Draw) -> Answer {
            let (first, rest) = draw.bytes.split_at(draw.bytes.len() / 2);
            let begun = async {
                if draw.shares_upload {
                    // One that is left as it is, to be listed and swept.
                    let left = uploads.begin(draw.folder, draw.name.clone(), 9).await?;
                    uploads.resume(left.id, 0, "left").await?;
                }
                let size_bytes = draw.bytes.len() as u64;
                let begun = uploads.begin(draw.folder, draw.name.clone(), size_bytes).await?;
                uploads.resume(begun.id, 0, first).await
            };
            let begun = match begun.await {
                Ok(begun) => begun,
                Err(error) => return Answer::of::<Receipt>(Err(error), nothing),
            };
            if draw.operation == Operation::$give_up {
                return command(draw, uploads.give_up(begun.id), nothing).await;
            }
            if let Err(error) = uploads.resume(begun.id, begun.taken_bytes, rest).await {
                return Answer::of::<Receipt>(Err(error), nothing);
            }
            command(draw, uploads.finish(begun.id), document(draw, None)).await
        }
    };
}

part_by_part!(of_staff, StaffUploads, GiveUpUpload);
part_by_part!(of_a_contact, ContactUploads, ContactGiveUpUpload);

/// A folder's zip file as text, by the digest of its bytes.
pub(crate) async fn zip(zip: Result<FolderZip, Error>) -> Answer {
    let read = async {
        let zip = zip?;
        let chunks: Vec<bytes::Bytes> = zip.body.try_collect().await?;
        Ok(format!("{} {}", zip.name, Digest::of(&chunks.concat())))
    };
    Answer::of(read.await, nothing)
}

/// The export of a client as text, by the digest of its bytes.
pub(crate) async fn export(draw: &Draw, call: Call<ClientExport>) -> Answer {
    let call = match &draw.key {
        Some(key) => call.command(key),
        None => call,
    };
    let read = async {
        let export = call.await?;
        let chunks: Vec<bytes::Bytes> = export.body.try_collect().await?;
        Ok(format!("{} {}", export.name, Digest::of(&chunks.concat())))
    };
    Answer::of(read.await, nothing)
}
