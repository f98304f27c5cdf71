//! What staff do with a client's files, and whom they share them with.

use portal_core::files::Receipt;
use portal_core::sharing::Access;
use portal_core::{Operation, Staff};

use super::answer::{Answer, ask, command, document, name, nothing, page, pages, read};
use crate::draw::{Draw, pictured};
use crate::known::{KnownNode, Learned};
use crate::part_by_part;

pub(super) async fn by_staff(staff: &Staff, draw: &Draw) -> Answer {
    let Draw { client, node, folder, .. } = draw;
    let (client, node, folder) = (*client, *node, *folder);
    let files = staff.files(client);
    let audience = draw.share.audience;
    match draw.operation {
        Operation::ListFolder => {
            let (folder, order) = ((!draw.flag).then_some(folder), draw.order);
            let read = |at| {
                let files = files.clone();
                async move {
                    let listing = files.list_by(folder, order, &at).await?;
                    let (entries, next) = page(listing.entries);
                    Ok((format!("{:?} {entries}", listing.folder), next))
                }
            };
            pages(&draw.page, read).await
        }
        Operation::AddFolder => {
            let learn = |made| Learned::Node(KnownNode::new(client, made, Some(folder)), None);
            command(draw, files.add_folder(folder, draw.name.clone()), learn).await
        }
        Operation::Upload => {
            let upload = files.upload(folder, draw.name.clone(), draw.bytes);
            let upload = if draw.shares_upload { upload.share(draw.share) } else { upload };
            command(draw, upload, document(draw, draw.shares_upload.then_some(audience))).await
        }
        Operation::ListUploads => ask(files.uploads().list()).await,
        Operation::ResumeUpload | Operation::GiveUpUpload => part_by_part::of_staff(files.uploads(), draw).await,
        Operation::DownloadFolder => part_by_part::zip(files.download_folder(folder).await).await,
        Operation::AddVersion => {
            let upload = files.add_version(draw.document, draw.name.clone(), draw.bytes);
            let learn = |receipt: Receipt| Learned::Version(draw.document, receipt.version, pictured(draw.bytes));
            command(draw, upload, learn).await
        }
        Operation::Rename => command(draw, files.rename(node, draw.name.clone()), nothing).await,
        Operation::Move => {
            // Whoever confirms looks at what is shown first; the others meet the refusal, if somebody gains.
            let shown = if draw.shares_upload { None } else { files.preview_move(node, folder).await.ok() };
            let giving = shown.map_or(Vec::new(), |shown| shown.effects.gains);
            command(draw, files.move_to(node, folder).giving(giving), nothing).await
        }
        Operation::PreviewMove => ask(files.preview_move(node, folder)).await,
        Operation::PlaceHold => command(draw, files.place_hold(node, name(draw)), nothing).await,
        Operation::ReleaseHold => command(draw, files.release_hold(node), nothing).await,
        Operation::ApplyFolderTemplate => command(draw, files.apply_template(draw.template), nothing).await,
        Operation::Archive => command(draw, files.archive(node), nothing).await,
        Operation::Unarchive => command(draw, files.unarchive(node), nothing).await,
        Operation::ListArchive => {
            let files = files;
            let read = |at| {
                let files = files.clone();
                async move { Ok(page(files.archived(&at).await?)) }
            };
            pages(&draw.page, read).await
        }
        Operation::Trash => command(draw, files.trash(node), nothing).await,
        Operation::Restore => command(draw, files.restore(node), nothing).await,
        Operation::Purge => command(draw, files.purge(node), nothing).await,
        Operation::PreviewPurge => ask(files.lost_by_purge(node)).await,
        Operation::ListTrash => {
            let files = files;
            let read = |at| {
                let files = files.clone();
                async move { Ok(page(files.trashed(&at).await?)) }
            };
            pages(&draw.page, read).await
        }
        Operation::ReadDocument => {
            let document = draw.document;
            let read = |at| {
                let files = files.clone();
                async move {
                    let (versions, next) = page(files.versions(document, &at).await?);
                    Ok((format!("{:?} {versions}", files.document(document).await?), next))
                }
            };
            pages(&draw.page, read).await
        }
        Operation::Download => read(files.download(draw.document, draw.version, draw.range).await).await,
        Operation::Preview => ask(files.preview(draw.document, 0, 100)).await,
        Operation::Share => {
            let share = files.share(node, audience, draw.share.access);
            let share = share.until(draw.share.until).alerts(draw.share.alerts);
            command(draw, if draw.share.notify { share.notify() } else { share }, nothing).await
        }
        Operation::PreviewRecipients => {
            let both = async {
                let share = files.share(node, audience, Access::View).notify();
                Ok((share.who_will_be_told().await?, files.team_told().await?))
            };
            ask(both).await
        }
        Operation::Revoke => command(draw, files.revoke(node, audience), nothing).await,
        Operation::SetVisible => command(draw, files.set_visible(node, draw.flag), nothing).await,
        Operation::ReadSharing => ask(files.sharing(node)).await,
        Operation::Explain => ask(files.explain(draw.contact.id, node)).await,
        Operation::ViewAsContact => {
            let sight = staff.view_as(draw.contact.id);
            let read = |at| {
                let sight = sight.clone();
                async move {
                    let roots = sight.roots().await?;
                    let Ok(listing) = sight.list(folder, &at).await else { return Ok((format!("{roots:?}"), None)) };
                    let (entries, next) = page(listing.entries);
                    Ok((format!("{roots:?} {:?} {:?} {entries}", listing.access, listing.path), next))
                }
            };
            pages(&draw.page, read).await
        }
        other => unreachable!("{other:?}"),
    }
}
