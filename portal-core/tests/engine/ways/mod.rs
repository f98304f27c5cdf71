//! What can be asked of a handle for each operation: every method that passes through it.

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

mod of_contacts;
mod of_files;
mod of_staff;

use std::fmt::Debug;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

use futures_util::TryStreamExt as _;
use portal_core::directory::{Frequency, MailingChange, NewFirm, NewMember, Topic};
use portal_core::{ClientExport, Error, FolderZip, Operation, Portal, Right};

use crate::everybody::Handle;
use crate::things::{Thing, Things};
use crate::words::{email, page, person, rows};
use of_contacts::{of_a_contact, of_a_session, of_a_visitor};
use of_staff::of_staff;

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

async fn told<T: Debug>(call: impl IntoFuture<Output = Result<T, Error>>) -> Answer {
    call.await.map(|answer| format!("{answer:?}"))
}

/// The names in a folder's zip file.
async fn unpacked(zip: impl Future<Output = Result<FolderZip, Error>>) -> Result<Vec<String>, Error> {
    let chunks: Vec<bytes::Bytes> = zip.await?.body.try_collect().await?;
    let archive = zip::ZipArchive::new(std::io::Cursor::new(chunks.concat())).unwrap();
    Ok(archive.file_names().map(|name| name.unwrap().into_owned()).collect())
}

/// The names in the export of a client.
async fn exported(export: impl IntoFuture<Output = Result<ClientExport, Error>>) -> Result<Vec<String>, Error> {
    let chunks: Vec<bytes::Bytes> = export.await?.body.try_collect().await?;
    let archive = zip::ZipArchive::new(std::io::Cursor::new(chunks.concat())).unwrap();
    Ok(archive.file_names().map(|name| name.unwrap().into_owned()).collect())
}

/// Every way to ask for an operation about some things, in an order in which none spoils the next; none where the handle has
/// no method that passes through it. That nobody's authority goes further than their methods, the engine's own tests hold.
pub(crate) fn ways<'a>(handle: &'a Handle, operation: Operation, about: &Things) -> Vec<Way<'a>> {
    match (operation.right(), handle) {
        (Right::Host, Handle::Host(portal)) => of_the_host(portal, operation, *about),
        (Right::Worker, Handle::Host(portal)) => of_the_worker(portal, operation),
        (Right::Staff | Right::StaffAtClient | Right::Administrator, Handle::Staff(staff, _)) => {
            of_staff(staff, operation, *about)
        }
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
        Operation::SyncDirectory => ways! {
            Reads [Firm] portal.host().sync(about.firm).preview(rows("oak"));
            Changes [Firm] portal.host().sync(about.firm).rows(rows("oak"));
        },
        Operation::ExportForHost => ways! {
            Changes [Client] exported(portal.host().export(about.firm, about.client));
        },
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

fn daily(topic: Topic) -> MailingChange {
    MailingChange::topic(topic, Frequency::Daily)
}
