//! What contacts do.

use portal_core::directory::{MailingChange, Topic};
use portal_core::{Error, Operation};

use super::answer::{Answer, ask, command, document, nothing, often, page, pages, read};
use crate::draw::Draw;
use crate::known::{KnownNode, Learned};
use crate::part_by_part;
use crate::side::Side;

pub(super) async fn contact(side: &Side, draw: &Draw) -> Answer {
    let Some(session) = &draw.session else { return Answer::of::<()>(Err(Error::SignedOut), nothing) };
    let contact = match side.portal.contact(session, draw.contact.id).await {
        Ok(contact) => contact,
        Err(error) => return Answer::of::<()>(Err(error), nothing),
    };
    let files = contact.files();
    match draw.operation {
        Operation::ContactMe => ask(contact.me()).await,
        Operation::ContactHome => ask(contact.home()).await,
        Operation::ContactRoots => ask(async { Ok((files.roots().await?, files.archived_roots().await?)) }).await,
        Operation::ContactListArchive => {
            let folder = draw.folder;
            let read = |at| {
                let files = files.clone();
                async move {
                    let listing = files.archived_in(folder, &at).await?;
                    let (entries, next) = page(listing.entries);
                    Ok((format!("{} {:?} {:?} {entries}", listing.name, listing.access, listing.path), next))
                }
            };
            pages(&draw.page, read).await
        }
        Operation::ContactListFolder => {
            let (folder, order) = (draw.folder, draw.order);
            let read = |at| {
                let files = files.clone();
                async move {
                    let listing = files.list_by(folder, order, &at).await?;
                    let (entries, next) = page(listing.entries);
                    Ok((format!("{} {:?} {:?} {entries}", listing.name, listing.access, listing.path), next))
                }
            };
            pages(&draw.page, read).await
        }
        Operation::ContactAddFolder => {
            let learn = |made| Learned::Node(KnownNode::new(draw.client, made, Some(draw.folder)), None);
            command(draw, files.add_folder(draw.folder, draw.name.clone()), learn).await
        }
        Operation::ContactWithdraw => command(draw, files.withdraw(draw.document), nothing).await,
        Operation::ContactUpload => {
            let upload = files.upload(draw.folder, draw.name.clone(), draw.bytes);
            command(draw, upload, document(draw, None)).await
        }
        Operation::ContactDoneUploading => command(draw, files.done_uploading(draw.folder), nothing).await,
        Operation::ContactListUploads => ask(files.uploads().list()).await,
        Operation::ContactResumeUpload | Operation::ContactGiveUpUpload => {
            part_by_part::of_a_contact(files.uploads(), draw).await
        }
        Operation::ContactDownloadFolder => part_by_part::zip(files.download_folder(draw.folder).await).await,
        Operation::ContactReadDocument => ask(files.document(draw.document)).await,
        Operation::ContactDownload => read(files.download(draw.document, draw.range).await).await,
        Operation::ContactPreview => ask(files.preview(draw.document, 0, 100)).await,
        Operation::ContactReceipts => {
            let files = files;
            let read = |at| {
                let files = files.clone();
                async move { Ok(page(files.receipts(&at).await?)) }
            };
            pages(&draw.page, read).await
        }
        Operation::ContactReadMail => ask(contact.notifications().read()).await,
        Operation::ContactChooseMail => {
            let topic = if draw.flag { Topic::Shared } else { Topic::NewDocuments };
            command(draw, contact.notifications().choose(MailingChange::topic(topic, often(draw))), nothing).await
        }
        other => unreachable!("{other:?}"),
    }
}
