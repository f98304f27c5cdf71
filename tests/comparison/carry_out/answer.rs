//! What an operation answered, and what was learnt by it.

use std::future::IntoFuture;

use portal_core::directory::{
    ContactDetails, Frequency, ImportRow, ImportedClient, ImportedContact, ImportedDetails, PhoneKind,
};
use portal_core::files::Receipt;
use portal_core::sharing::Audience;
use portal_core::values::{Cursor, DisplayName, ExternalId, ListOrder, Page, PageRequest, PhoneNumber};
use portal_core::{Call, Download, Error, ErrorKind, Right};

use crate::draw::{Draw, pictured};
use crate::known::{KnownNode, Learned};

/// What an operation answered.
#[derive(Debug)]
pub(crate) struct Answer {
    /// In words; both portals must use the same.
    pub(crate) told: String,
    pub(crate) accepted: bool,
    /// The session that was shown is over.
    pub(crate) signed_out: bool,
    pub(crate) learned: Learned,
}

impl Answer {
    pub(crate) fn of<T: std::fmt::Debug>(answer: Result<T, Error>, learn: impl FnOnce(T) -> Learned) -> Self {
        match answer {
            Ok(value) => {
                let told = Self::told(format!("{value:?}"));
                Self { learned: learn(value), ..told }
            }
            Err(error) => Self {
                accepted: false,
                signed_out: error.kind() == ErrorKind::SignedOut,
                ..Self::told(format!("{:?}: {error}", error.kind()))
            },
        }
    }

    pub(super) fn told(told: String) -> Self {
        Self { told, accepted: true, signed_out: false, learned: Learned::Nothing }
    }
}

pub(super) async fn ask<T: std::fmt::Debug>(call: impl IntoFuture<Output = Result<T, Error>>) -> Answer {
    Answer::of(call.await, |_| Learned::Nothing)
}

/// The same, under the key that was drawn.
pub(crate) async fn command<T: std::fmt::Debug + 'static, O>(
    draw: &Draw,
    call: Call<T, O>,
    learn: impl FnOnce(T) -> Learned,
) -> Answer
where
    Call<T, O>: IntoFuture<Output = Result<T, Error>>,
{
    let call = match &draw.key {
        Some(key) => call.command(key),
        None => call,
    };
    Answer::of(call.await, learn)
}

/// A list to its end, page by page; where a page ends is the store's own word, and is compared with nothing.
pub(super) async fn pages<F>(first: &PageRequest, mut read: impl FnMut(PageRequest) -> F) -> Answer
where
    F: Future<Output = Result<(String, Option<Cursor>), Error>>,
{
    let mut told = String::new();
    let mut next = first.cursor().cloned();
    loop {
        match read(PageRequest::first(first.limit()).after(next)).await {
            Ok((page, after)) => {
                told += &page;
                next = after;
            }
            Err(error) => return Answer::of::<()>(Err(error), nothing),
        }
        if next.is_none() {
            return Answer::told(told);
        }
        told += " | ";
    }
}

pub(super) fn page<T: std::fmt::Debug>(page: Page<T>) -> (String, Option<Cursor>) {
    (format!("{:?}", page.items), page.next)
}

pub(crate) fn nothing<T>(_: T) -> Learned {
    Learned::Nothing
}

pub(super) fn often(draw: &Draw) -> Frequency {
    match draw.order {
        ListOrder::Name => Frequency::AtOnce,
        ListOrder::NameBackwards => Frequency::Daily,
        ListOrder::Newest => Frequency::Weekly,
        ListOrder::Oldest => Frequency::Off,
    }
}

pub(super) fn name(draw: &Draw) -> DisplayName {
    DisplayName::new(&draw.name.as_str().replace('\u{202e}', "")).unwrap()
}

/// The document that was uploaded, which is shared with `shared_with` already.
pub(crate) fn document<R: AsRef<Receipt>>(draw: &Draw, shared_with: Option<Audience>) -> impl FnOnce(R) -> Learned {
    let (client, folder, pictured) = (draw.client, draw.folder, pictured(draw.bytes));
    let by = (draw.operation.right() == Right::Contact).then_some(draw.contact.id);
    move |arrived| {
        let receipt = arrived.as_ref();
        let node = KnownNode { by, ..KnownNode::new(client, receipt.document, Some(folder)) };
        Learned::Node(KnownNode { version: Some(receipt.version), pictured, ..node }, shared_with)
    }
}

/// A download as text, its bytes too.
pub(super) async fn read(download: Result<Download, Error>) -> Answer {
    let download = match download {
        Ok(download) => download,
        Err(error) => return Answer::of::<()>(Err(error), nothing),
    };
    let told = format!("{:?} {} {:?}", download.document, download.name, download.range);
    let chunks: Vec<bytes::Bytes> = futures_util::TryStreamExt::try_collect(download.body).await.unwrap();
    Answer::told(format!("{told} {:?}", chunks.concat()))
}

/// A phone beside whatever there is, or instead of it.
fn details(draw: &Draw) -> ImportedDetails {
    let phone = |kind, end: &str| {
        let number = PhoneNumber::new(&format!("+151255501{end}")).unwrap();
        ContactDetails::new([], [(kind, number)]).unwrap()
    };
    match draw.order {
        ListOrder::Name => ImportedDetails::Unsaid,
        ListOrder::NameBackwards => ImportedDetails::All(phone(PhoneKind::Work, "01")),
        ListOrder::Newest => ImportedDetails::OfTheirKinds(phone(PhoneKind::Mobile, "02")),
        ListOrder::Oldest => ImportedDetails::OfTheirKinds(phone(PhoneKind::Work, "03")),
    }
}

/// Rows of a list: a client, a contact of it who may be there already, and others that do not fit always.
pub(super) fn rows(draw: &Draw) -> Vec<ImportRow> {
    let id = |text: &str| ExternalId::new(text).unwrap();
    let own = draw.external.clone().unwrap_or_else(|| id("x_1"));
    let client = |external_id| ImportRow::Client(ImportedClient { external_id, name: name(draw) });
    let contact = |external_id, client, email| {
        ImportRow::Contact(ImportedContact { external_id, client, name: name(draw), email, details: details(draw) })
    };
    let mut rows = vec![
        contact(id("k_1"), own.clone(), draw.new_email()),
        client(own.clone()),
        contact(own.clone(), id("x_2"), Some(Some(draw.email.clone()))),
    ];
    if draw.flag {
        rows.extend([client(id("x_2")), client(own)]);
    }
    rows
}
