//! What contacts, those who signed in and visitors can ask for.

use portal_core::directory::Topic;
use portal_core::values::ListOrder;
use portal_core::{ByteRange, ContactHandle, Operation, SignedIn};

use super::{Does, Way, daily, told, unpacked};
use crate::everybody::Mailed;
use crate::things::{Thing, Things};
use crate::words::{called, email, page};

pub(super) fn of_a_contact(contact: &ContactHandle, operation: Operation, about: Things) -> Vec<Way<'_>> {
    let Things { folder, document, their_upload, .. } = about;
    match operation {
        Operation::ContactMe => ways! { Reads [] contact.me(); },
        Operation::ContactHome => ways! { Reads [] contact.home(); },
        Operation::ContactRoots => ways! {
            Reads [] contact.files().roots();
            Reads [] contact.files().archived_roots();
            Reads [] contact.files().archived_below();
        },
        Operation::ContactListArchive => ways! {
            Reads [Folder] contact.files().archived_in(folder, &page());
        },
        Operation::ContactListFolder => ways! {
            Reads [Folder] contact.files().list(folder, &page());
            Reads [Folder] contact.files().list_by(folder, ListOrder::Newest, &page());
        },
        Operation::ContactWithdraw => ways! { Changes [Document] contact.files().withdraw(document); },
        Operation::ContactAddFolder => ways! { Changes [Folder] contact.files().add_folder(folder, called("New")); },
        Operation::ContactUpload => ways! {
            Changes [Folder] contact.files().upload(folder, called("1099.pdf"), "bytes");
            Changes [Folder] contact.files().uploads().begin(folder, called("1099.pdf"), 5);
        },
        Operation::ContactDoneUploading => ways! { Changes [Folder] contact.files().done_uploading(folder); },
        Operation::ContactListUploads => ways! { Reads [] contact.files().uploads().list(); },
        Operation::ContactResumeUpload => ways! {
            Reads [TheirUpload] contact.files().uploads().progress(their_upload);
            Changes [TheirUpload] contact.files().uploads().resume(their_upload, 0, "bytes");
            Changes [TheirUpload] contact.files().uploads().finish(their_upload);
        },
        Operation::ContactGiveUpUpload => ways! {
            Changes [TheirUpload] contact.files().uploads().give_up(their_upload);
        },
        Operation::ContactReadDocument => ways! { Reads [Document] contact.files().document(document); },
        Operation::ContactDownload => ways! { Notes [Document] contact.files().download(document, ByteRange::All); },
        Operation::ContactDownloadFolder => ways! {
            Notes [Folder] unpacked(contact.files().download_folder(folder));
        },
        Operation::ContactPreview => ways! { Reads [Document] contact.files().preview(document, 0, 100); },
        Operation::ContactReceipts => ways! { Reads [] contact.files().receipts(&page()); },
        Operation::ContactReadMail => ways! { Reads [] contact.notifications().read(); },
        Operation::ContactChooseMail => ways! {
            Changes [] contact.notifications().choose(daily(Topic::NewDocuments));
        },
        other => unreachable!("{other:?} is none of a contact's"),
    }
}

pub(super) fn of_a_session(signed_in: &SignedIn, operation: Operation, about: Things) -> Vec<Way<'_>> {
    match operation {
        Operation::ListPortals => ways! {
            Reads [] signed_in.portals();
            Reads [] signed_in.email();
        },
        Operation::ListSessions => ways! { Reads [] signed_in.sessions(); },
        Operation::EndSession => ways! { Changes [Session] signed_in.end_session(about.session); },
        Operation::EndOtherSessions => ways! { Changes [] signed_in.end_other_sessions(); },
        Operation::SignOut => ways! { Changes [] signed_in.sign_out(); },
        other => unreachable!("{other:?} is none of a session's"),
    }
}

pub(super) fn of_a_visitor(mailed: &Mailed, operation: Operation, about: Things) -> Vec<Way<'_>> {
    let Mailed { visitor, browser, asked, code, secret, unsubscribe, firm } = mailed;
    let (address, attempt) = (asked.address, asked.attempt);
    let nobody = email("nobody@nowhere.test");
    match operation {
        Operation::AccessPage => ways! { Reads [Firm] visitor.access_page(about.firm); },
        Operation::ReadLogo => ways! { Reads [Firm] visitor.logo(about.firm); },
        Operation::AskToSignIn => ways! { Changes [Firm] visitor.ask(about.firm, nobody, browser); },
        Operation::LookAtLink => ways! { Reads [] visitor.link(address, attempt, secret, Some(browser)); },
        Operation::RedeemLink => ways! { Changes [] visitor.redeem_link(address, attempt, secret, browser, ""); },
        // Whoever holds a mail may turn such mail off, and nothing else.
        Operation::LookAtUnsubscribe => ways! { Reads [] visitor.unsubscribe_page(*firm, unsubscribe); },
        Operation::Unsubscribe => ways! {
            Changes [] visitor.unsubscribe(*firm, unsubscribe);
            Changes [] visitor.subscribe_again(*firm, unsubscribe);
        },
        Operation::RedeemCode => ways! { Changes [] visitor.redeem_code(address, attempt, code, browser, ""); },
        other => unreachable!("{other:?} is none of a visitor's"),
    }
}
