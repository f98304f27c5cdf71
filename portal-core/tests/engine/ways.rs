//! What can be asked of a handle for each operation: every method that passes through it.

use std::fmt::Debug;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

use futures_util::TryStreamExt as _;
use portal_core::directory::{
    ContactChange, FirmChange, Frequency, MailingChange, NewClient, NewContact, NewFirm, NewMember, Role, Topic,
};
use portal_core::ports::store::{ClientQuery, DeliveryQuery};
use portal_core::sharing::{Access, Audience, ShareRequest};
use portal_core::values::{Language, ListOrder};
use portal_core::{ByteRange, ContactHandle, Error, FolderZip, Operation, Portal, Right, SignedIn, Staff};

use crate::everybody::{Handle, Mailed};
use crate::things::{Thing, Things};
use crate::words::{called, email, page, person};

/// What somebody was answered, as text.
pub(crate) type Answer = Result<String, Error>;

/// What a method does when it is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Does {
    /// Tells something, and does nothing.
    Reads,
    /// Tells something, and notes that it did.
    Notes,
    /// Changes something.
    Changes,
    /// Sends what is due.
    Sends,
}

/// One method of a handle: nothing happens until its call is awaited.
pub(crate) struct Way<'a> {
    /// How it is written here.
    pub(crate) name: &'static str,
    pub(crate) does: Does,
    /// The things that it names.
    pub(crate) names: &'static [Thing],
    pub(crate) call: Pin<Box<dyn Future<Output = Answer> + 'a>>,
}

macro_rules! ways {
    ($($does:ident [$($thing:ident)*] $call:expr;)*) => {
        vec![$(Way {
            name: stringify!($call),
            does: Does::$does,
            names: &[$(Thing::$thing),*],
            call: Box::pin(told(async move { $call.await })),
        },)*]
    };
}

async fn told<T: Debug>(call: impl IntoFuture<Output = Result<T, Error>>) -> Answer {
    call.await.map(|answer| format!("{answer:?}"))
}

/// The names in a folder's zip file.
async fn unpacked(zip: impl Future<Output = Result<FolderZip, Error>>) -> Result<Vec<String>, Error> {
    let chunks: Vec<bytes::Bytes> = zip.await?.body.try_collect().await?;
    let archive = zip::ZipArchive::new(std::io::Cursor::new(chunks.concat())).unwrap();
    Ok(archive.file_names().map(|name| name.unwrap().into_owned()).collect())
}

/// Every way to ask for an operation about some things, in an order in which none spoils the next; none where the handle has
/// no method that passes through it. That nobody's authority goes further than their methods, the engine's own tests hold.
pub(crate) fn ways<'a>(handle: &'a Handle, operation: Operation, about: &Things) -> Vec<Way<'a>> {
    match (operation.right(), handle) {
        (Right::Host, Handle::Host(portal)) => of_the_host(portal, operation, *about),
        (Right::Worker, Handle::Host(portal)) => of_the_worker(portal, operation),
        (Right::Staff | Right::Administrator, Handle::Staff(staff, _)) => of_staff(staff, operation, *about),
        (Right::Contact, Handle::Contact { contact, .. }) => of_a_contact(contact, operation, *about),
        (Right::SignedIn, Handle::Contact { signed_in, .. }) => of_a_session(signed_in, operation, *about),
        (Right::Visitor, Handle::Visitor(mailed)) => of_a_visitor(mailed, operation, *about),
        _ => Vec::new(),
    }
}

fn of_the_host(portal: &Portal, operation: Operation, about: Things) -> Vec<Way<'_>> {
    let third = || NewFirm::new(person("Third"), NewMember::new(person("Tess"), email("tess@third.test")));
    match operation {
        Operation::AddFirm => ways! { Changes [] portal.host().firms().add(third()); },
        Operation::FindFirm => ways! { Reads [Firm] portal.host().firms().find(about.firm); },
        Operation::ListFirms => ways! { Reads [] portal.host().firms().list(&page()); },
        Operation::NoteBounce => ways! {
            Changes [] portal.host().mail(about.firm).bounced(email("ben@acme.test"), "no such mailbox");
        },
        Operation::RotateDataKey => ways! { Changes [Firm] portal.host().keys().rotate(about.firm); },
        // The scene's ring has a newer key than the data keys were wrapped with.
        Operation::RewrapDataKeys => ways! { Changes [] portal.host().keys().rewrap(&page()); },
        other => unreachable!("{other:?} is none of the host's"),
    }
}

fn of_the_worker(portal: &Portal, operation: Operation) -> Vec<Way<'_>> {
    match operation {
        Operation::RunDue => ways! {
            Reads [] portal.worker().backlog();
            Reads [] portal.worker().run_sign_in();
            Sends [] portal.worker().run_due();
        },
        // Its steps are asked for by nobody but itself.
        _ => Vec::new(),
    }
}

fn of_staff(staff: &Staff, operation: Operation, about: Things) -> Vec<Way<'_>> {
    match operation {
        Operation::ReadFirm
        | Operation::ListTeam
        | Operation::ListClients
        | Operation::AddClient
        | Operation::ListDeliveries
        | Operation::Resend
        | Operation::ReadOwnMail
        | Operation::ChooseOwnMail
        | Operation::ChangeFirm
        | Operation::AddMember
        | Operation::ChangeMemberRole
        | Operation::RemoveMember => of_staff_at_the_firm(staff, operation, about),
        Operation::ReadClient
        | Operation::RenameClient
        | Operation::ListAssigned
        | Operation::Assign
        | Operation::Unassign
        | Operation::ListContacts
        | Operation::AddContact
        | Operation::ChangeContact
        | Operation::RemoveContact
        | Operation::SetPortalAccess
        | Operation::SetContactLanguage
        | Operation::ClearBounce
        | Operation::ReadActivity => of_staff_at_a_client(staff, operation, about),
        Operation::Share
        | Operation::PreviewRecipients
        | Operation::Revoke
        | Operation::SetVisible
        | Operation::ReadSharing
        | Operation::Explain
        | Operation::ViewAsContact => of_staff_who_share(staff, operation, about),
        _ => of_staff_in_files(staff, operation, about),
    }
}

fn daily(topic: Topic) -> MailingChange {
    MailingChange::topic(topic, Frequency::Daily)
}

fn of_staff_at_the_firm(staff: &Staff, operation: Operation, about: Things) -> Vec<Way<'_>> {
    let Things { client, member, message, .. } = about;
    let of_the_client = DeliveryQuery { client: Some(client), dead_only: false };
    let renamed = FirmChange { name: Some(person("Renamed")), ..FirmChange::default() };
    let uma = NewMember::new(person("Uma"), email("uma@team.test"));
    match operation {
        Operation::ReadFirm => ways! {
            Reads [] staff.firm();
            Reads [] staff.me();
        },
        Operation::ListTeam => ways! { Reads [] staff.team().list(&page()); },
        Operation::ListClients => ways! { Reads [] staff.clients().list(&ClientQuery::default(), &page()); },
        Operation::AddClient => ways! { Changes [] staff.clients().add(NewClient::new(person("Elm"))); },
        Operation::ListDeliveries => ways! {
            Reads [] staff.deliveries().list(&DeliveryQuery::default(), &page());
            Reads [Client] staff.deliveries().list(&of_the_client, &page());
            Reads [] staff.deliveries().subjects(&[]);
        },
        Operation::ReadOwnMail => ways! { Reads [] staff.notifications().read(); },
        Operation::ChooseOwnMail => ways! { Changes [] staff.notifications().choose(daily(Topic::ClientUploaded)); },
        Operation::Resend => ways! { Changes [Message] staff.deliveries().resend(message); },
        Operation::ChangeFirm => ways! { Changes [] staff.settings().change(renamed); },
        Operation::AddMember => ways! { Changes [] staff.team().add(uma); },
        Operation::ChangeMemberRole => ways! { Changes [Member] staff.team().change_role(member, Role::Admin); },
        Operation::RemoveMember => ways! { Changes [Member] staff.team().remove(member); },
        other => unreachable!("{other:?} is none of the firm's"),
    }
}

fn of_staff_at_a_client(staff: &Staff, operation: Operation, about: Things) -> Vec<Way<'_>> {
    let Things { client, contact, member, newcomer, .. } = about;
    let renamed = ContactChange { name: Some(person("Renamed")), ..ContactChange::default() };
    let gil = NewContact::without_email(person("Gil"));
    match operation {
        Operation::ReadClient => ways! { Reads [Client] staff.clients().find(client); },
        Operation::RenameClient => ways! { Changes [Client] staff.clients().rename(client, person("Renamed")); },
        Operation::ListAssigned => ways! { Reads [Client] staff.assignments(client).list(); },
        Operation::Assign => ways! { Changes [Client Newcomer] staff.assignments(client).assign(newcomer); },
        Operation::Unassign => ways! { Changes [Client Member] staff.assignments(client).unassign(member); },
        Operation::ListContacts => ways! { Reads [Client] staff.contacts(client).list(&page()); },
        Operation::AddContact => ways! { Changes [Client] staff.contacts(client).add(gil); },
        Operation::ChangeContact => ways! { Changes [Client Contact] staff.contacts(client).change(contact, renamed); },
        Operation::RemoveContact => ways! { Changes [Client Contact] staff.contacts(client).remove(contact); },
        Operation::SetPortalAccess => ways! {
            Changes [Client Contact] staff.contacts(client).set_portal_access(contact, false);
        },
        Operation::SetContactLanguage => ways! {
            Changes [Client Contact] staff.contacts(client).set_language(contact, Some(Language::GERMAN));
        },
        Operation::ClearBounce => ways! {
            Changes [Client Contact] staff.contacts(client).clear_bounce(contact);
        },
        Operation::ReadActivity => ways! { Reads [Client] staff.activity(client, &page()); },
        other => unreachable!("{other:?} is none of a client's"),
    }
}

fn of_staff_who_share(staff: &Staff, operation: Operation, about: Things) -> Vec<Way<'_>> {
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

fn of_staff_in_files(staff: &Staff, operation: Operation, about: Things) -> Vec<Way<'_>> {
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

fn of_a_contact(contact: &ContactHandle, operation: Operation, about: Things) -> Vec<Way<'_>> {
    let Things { folder, document, their_upload, .. } = about;
    match operation {
        Operation::ContactMe => ways! { Reads [] contact.me(); },
        Operation::ContactHome => ways! { Reads [] contact.home(); },
        Operation::ContactRoots => ways! { Reads [] contact.files().roots(); },
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

fn of_a_session(signed_in: &SignedIn, operation: Operation, about: Things) -> Vec<Way<'_>> {
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

fn of_a_visitor(mailed: &Mailed, operation: Operation, about: Things) -> Vec<Way<'_>> {
    let Mailed { visitor, browser, asked, code, secret, unsubscribe, firm } = mailed;
    let (address, attempt) = (asked.address, asked.attempt);
    let nobody = email("nobody@nowhere.test");
    match operation {
        Operation::AccessPage => ways! { Reads [Firm] visitor.access_page(about.firm); },
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
