//! Every page with sample values: what the pages are looked at and checked by.

pub(crate) mod contact;
pub(crate) mod dialogs;
pub(crate) mod people;
pub(crate) mod plain;
pub(crate) mod staff;

use askama::Template;
use portal_core::directory::Role;
use portal_core::values::{ContactId, DisplayName, EmailAddress, FileName, Timestamp};
use portal_server::views::{ContactFrame, FirmFace, Flash, Hidden, PlainFrame, StaffFrame, Undo};

/// A rendered page and the name of its file.
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) html: String,
}

pub(crate) fn sample(name: &'static str, view: &impl Template) -> Sample {
    Sample { name, html: view.render().unwrap() }
}

/// What a Content-Security-Policy would name.
const NONCE: &str = "bm9uY2U";

/// 12 March 2026, 14:05 UTC.
pub(crate) const NOW: Timestamp = Timestamp::from_micros(1_773_324_300_000_000);

pub(crate) fn ago(minutes: i64) -> Timestamp {
    Timestamp::from_micros(NOW.as_micros() - minutes * 60_000_000)
}

pub(crate) fn name(text: &str) -> DisplayName {
    DisplayName::new(text).unwrap()
}

pub(crate) fn file(text: &str) -> FileName {
    FileName::new(text).unwrap()
}

pub(crate) fn email(text: &str) -> EmailAddress {
    EmailAddress::new(text).unwrap()
}

pub(crate) fn firm() -> FirmFace {
    FirmFace {
        address: "harbor".into(),
        name: name("Harbor & Lane Accounting"),
        color: "#1f5f5b".parse().unwrap(),
        logo: None,
    }
}

pub(crate) fn csrf() -> Hidden {
    Hidden::new("sample-token")
}

pub(crate) fn plain_frame() -> PlainFrame {
    PlainFrame { firm: Some(firm()), csrf: csrf(), nonce: NONCE.to_owned(), flash: None, now: NOW }
}

pub(crate) fn staff_frame() -> StaffFrame {
    StaffFrame {
        firm: firm(),
        member: name("Maya Lindqvist"),
        role: Role::Owner,
        here: "/staff/clients".to_owned(),
        access_url: "https://portal.acme.test/p/demo".to_owned(),
        mailbox: true,
        csrf: csrf(),
        nonce: NONCE.to_owned(),
        flash: None,
        now: NOW,
    }
}

pub(crate) fn flashed_staff_frame() -> StaffFrame {
    let undo = Undo::at("/staff/clients/x/nodes/y/restore").field("audience", "all");
    StaffFrame { flash: Some(Flash::done("“W-2 2025.pdf” is in the trash.").undone_by(undo)), ..staff_frame() }
}

pub(crate) fn contact_frame() -> ContactFrame {
    ContactFrame {
        firm: firm(),
        contact: ContactId::from_bits(11),
        contact_name: name("Ana Ruiz"),
        client_name: name("Acme Carpentry LLC"),
        others: true,
        csrf: csrf(),
        nonce: NONCE.to_owned(),
        flash: None,
        now: NOW,
    }
}

pub(crate) fn all() -> Vec<Sample> {
    let mut samples = staff::samples();
    samples.extend(dialogs::samples());
    samples.extend(people::samples());
    samples.extend(contact::samples());
    samples.extend(plain::samples());
    samples
}
