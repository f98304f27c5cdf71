//! What staff can be asked for about a client's files and whom they are shared with.

use portal_core::sharing::{Access, Audience, ShareRequest};
use portal_core::values::ListOrder;
use portal_core::{ByteRange, Operation, Staff};

use super::{Does, Way, told, unpacked};
use crate::things::{Thing, Things};
use crate::words::{called, page, person};

pub(super) fn of_staff_who_share(staff: &Staff, operation: Operation, about: Things) -> Vec<Way<'_>> {
    let Things { client, folder, document, hidden, hidden_document, contact, .. } = about;
    let (all, one, view) = (Audience::AllContacts, Audience::Contact(contact), Access::View);
    match operation {
        Operation::Share => ways! {
            Changes [Client HiddenDocument] staff.files(client).share(hidden_document, all, view);
            Changes [Client Hidden] staff.files(client).share(hidden, all, view);
            Changes [Client Hidden Contact] staff.files(client).share(hidden, one, Access::ViewAndUpload).notify();
        },
        Operation::PreviewRecipients => ways! {
            Reads [Client] staff.files(client).team_told();
            Reads [Client HiddenDocument] staff.files(client).share(hidden_document, all, view).who_will_be_told();
            Reads [Client Hidden Contact] staff.files(client).share(hidden, one, view).notify().who_will_be_told();
        },
        Operation::Revoke => ways! {
            Changes [Client Document Contact] staff.files(client).revoke(document, one);
            Changes [Client Folder Contact] staff.files(client).revoke(folder, one);
        },
        Operation::SetVisible => ways! {
            Changes [Client HiddenDocument] staff.files(client).set_visible(hidden_document, true);
            Changes [Client Hidden] staff.files(client).set_visible(hidden, true);
            Changes [Client Hidden] staff.files(client).set_visible(hidden, false);
        },
        Operation::ReadSharing => ways! {
            Reads [Client Document] staff.files(client).sharing(document);
            Reads [Client Folder] staff.files(client).sharing(folder);
        },
        Operation::Explain => ways! {
            Reads [Client Contact Document] staff.files(client).explain(contact, document);
            Reads [Client Contact Folder] staff.files(client).explain(contact, folder);
        },
        Operation::ViewAsContact => ways! {
            Reads [Contact] staff.view_as(contact).contact();
            Reads [Contact] staff.view_as(contact).roots();
            Reads [Contact Folder] staff.view_as(contact).list(folder, &page());
            Reads [Contact Document] staff.view_as(contact).document(document);
            Reads [Contact Document] staff.view_as(contact).preview(document, 0, 100);
        },
        other => unreachable!("{other:?} is none of sharing's"),
    }
}

pub(super) fn of_staff_in_files(staff: &Staff, operation: Operation, about: Things) -> Vec<Way<'_>> {
    let Things {
        client,
        folder,
        document,
        version,
        hidden,
        open,
        open_document,
        trashed,
        trashed_document,
        archived,
        archived_document,
        template,
        contact,
        upload,
        ..
    } = about;
    let with_all = ShareRequest::new(Audience::AllContacts, Access::View);
    let with_one = ShareRequest::new(Audience::Contact(contact), Access::View);
    let (new, all) = (|| called("1099.pdf"), ByteRange::All);
    match operation {
        Operation::ListFolder => ways! {
            Reads [Client] staff.files(client).list(None, &page());
            Reads [Client Folder] staff.files(client).list(Some(folder), &page());
            Reads [Client Hidden] staff.files(client).list(Some(hidden), &page());
            Reads [Client Folder] staff.files(client).list_by(Some(folder), ListOrder::Newest, &page());
            Reads [Client Open] staff.files(client).list(Some(open), &page());
        },
        Operation::AddFolder => ways! {
            Changes [Client Folder] staff.files(client).add_folder(folder, called("New"));
        },
        Operation::Upload => ways! {
            Changes [Client Folder] staff.files(client).upload(folder, new(), "bytes");
            Changes [Client Folder] staff.files(client).upload(folder, new(), "bytes").share(with_all);
            Changes [Client Folder Contact] staff.files(client).upload(folder, new(), "bytes").share(with_one);
            Changes [Client Folder] staff.files(client).uploads().begin(folder, new(), 5);
        },
        Operation::ListUploads => ways! { Reads [Client] staff.files(client).uploads().list(); },
        Operation::ResumeUpload => ways! {
            Reads [Client Upload] staff.files(client).uploads().progress(upload);
            Changes [Client Upload] staff.files(client).uploads().resume(upload, 0, "bytes");
            Changes [Client Upload] staff.files(client).uploads().finish(upload);
        },
        Operation::GiveUpUpload => ways! { Changes [Client Upload] staff.files(client).uploads().give_up(upload); },
        Operation::AddVersion => ways! {
            Changes [Client Document] staff.files(client).add_version(document, new(), "bytes");
            Changes [Client Document] staff.files(client).uploads().begin_version(document, new(), 5);
        },
        Operation::Rename => ways! {
            Changes [Client Document] staff.files(client).rename(document, called("Renamed.pdf"));
            Changes [Client Folder] staff.files(client).rename(folder, called("Renamed"));
        },
        Operation::Move => ways! {
            Changes [Client Document Hidden] staff.files(client).move_to(document, hidden);
            Changes [Client Folder Hidden] staff.files(client).move_to(folder, hidden);
        },
        Operation::PreviewMove => ways! {
            Reads [Client Document Open] staff.files(client).preview_move(document, open);
            Reads [Client Folder Hidden] staff.files(client).preview_move(folder, hidden);
        },
        Operation::PlaceHold => ways! {
            Changes [Client Document] staff.files(client).place_hold(document, person("Audit"));
            Changes [Client Folder] staff.files(client).place_hold(folder, person("Audit"));
        },
        Operation::ReleaseHold => ways! {
            Changes [Client Open] staff.files(client).release_hold(open);
        },
        Operation::ApplyFolderTemplate => ways! {
            Changes [Client Template] staff.files(client).apply_template(template);
        },
        Operation::Archive => ways! {
            Changes [Client Document] staff.files(client).archive(document);
            Changes [Client Folder] staff.files(client).archive(folder);
        },
        Operation::Unarchive => ways! {
            Changes [Client ArchivedDocument] staff.files(client).unarchive(archived_document);
            Changes [Client Archived] staff.files(client).unarchive(archived);
        },
        Operation::ListArchive => ways! { Reads [Client] staff.files(client).archived(&page()); },
        Operation::Trash => ways! {
            Changes [Client Document] staff.files(client).trash(document);
            Changes [Client Folder] staff.files(client).trash(folder);
        },
        Operation::Restore => ways! {
            Changes [Client TrashedDocument] staff.files(client).restore(trashed_document);
            Changes [Client Trashed] staff.files(client).restore(trashed);
        },
        Operation::Purge => ways! {
            Changes [Client TrashedDocument] staff.files(client).purge(trashed_document);
            Changes [Client Trashed] staff.files(client).purge(trashed);
        },
        Operation::PreviewPurge => ways! {
            Reads [Client TrashedDocument] staff.files(client).lost_by_purge(trashed_document);
            Reads [Client Trashed] staff.files(client).lost_by_purge(trashed);
        },
        Operation::ListTrash => ways! { Reads [Client] staff.files(client).trashed(&page()); },
        Operation::ReadDocument => ways! {
            Reads [Client Document] staff.files(client).document(document);
            Reads [Client OpenDocument] staff.files(client).document(open_document);
            Reads [Client Document] staff.files(client).versions(document, &page());
        },
        Operation::Download => ways! {
            Notes [Client Document] staff.files(client).download(document, None, all);
            Notes [Client Document Version] staff.files(client).download(document, Some(version), all);
        },
        Operation::DownloadFolder => ways! {
            Notes [Client Folder] unpacked(staff.files(client).download_folder(folder));
        },
        Operation::Preview => ways! { Reads [Client Document] staff.files(client).preview(document, 0, 100); },
        other => unreachable!("{other:?} is none of the staff's"),
    }
}
