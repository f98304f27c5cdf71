//! A contact's page, and the pages that bring in lists of clients and contacts.

use portal_core::directory::{Contact, ContactDetails, EmailKind, PhoneKind, PortalStatus};
use portal_core::values::{ClientId, ExternalId, Language, PhoneNumber};
use portal_server::views::staff::*;

use super::staff::{ANA, head};
use super::{Sample, ago, email, name, sample, staff_frame};

pub(crate) fn samples() -> Vec<Sample> {
    let import = ImportForm { frame: staff_frame(), error: None };
    let wrong =
        "The first line names no column “Client ID”. It reads: “Name”, “Email”. The sample file shows how it should.";
    let removed = Contact { removed_at: Some(ago(60 * 24)), ..contact() };
    let erased = Contact {
        name: name("Erased contact"),
        email: None,
        external_id: None,
        details: ContactDetails::default(),
        ..removed.clone()
    };
    vec![
        sample("staff-contact", &page(contact())),
        sample("staff-contact-removed", &page(removed)),
        sample("staff-contact-erased", &page(erased)),
        sample("staff-contact-bare", &page(Contact { email: None, details: ContactDetails::default(), ..contact() })),
        sample("staff-export", &ExportClient { frame: staff_frame(), client: head() }),
        sample("staff-import", &import),
        sample("staff-import-refused", &ImportForm { error: Some(wrong.into()), ..import }),
        sample("staff-import-look", &look()),
        sample("staff-import-nothing", &nothing_new()),
        sample("staff-import-done", &ImportDone { frame: staff_frame(), counts: counts(), refused: refused() }),
    ]
}

fn contact() -> Contact {
    let phone = |kind, text: &str| (kind, PhoneNumber::new(text).unwrap());
    let emails =
        [(EmailKind::Personal, email("ana.ruiz.carpenter@home.test")), (EmailKind::Work, email("office@acme.test"))];
    let phones = [phone(PhoneKind::Mobile, "+15125550100"), phone(PhoneKind::Work, "+15125550101")];
    Contact {
        id: ANA,
        client: ClientId::from_bits(1),
        external_id: Some(ExternalId::new("P-1001").unwrap()),
        name: name("Ana Ruiz"),
        email: Some(email("ana@acme.test")),
        details: ContactDetails::new(emails, phones).unwrap(),
        created_at: ago(60 * 24 * 90),
        removed_at: None,
    }
}

fn page(contact: Contact) -> ContactPage {
    ContactPage {
        frame: staff_frame(),
        client: head(),
        contact,
        status: PortalStatus::LastSignedIn(ago(130)),
        language: Some(Language::GERMAN),
        bounced: None,
    }
}

fn counts() -> ImportCounts {
    ImportCounts {
        new_clients: 12,
        new_contacts: 20,
        changed_clients: 0,
        changed_contacts: 3,
        unchanged: 41,
        lines: [62, 24, 3, 33, 2],
    }
}

fn line(number: u64, contact: Option<&str>) -> ImportLine {
    ImportLine {
        number,
        client: "Harborview Family Trust".into(),
        client_mark: None,
        contact: contact.map(str::to_owned),
        contact_mark: None,
        refused: None,
    }
}

fn refused() -> Vec<ImportLine> {
    let why = |text: &str| Some(text.to_owned());
    vec![
        ImportLine { refused: why("“ana@” is no email address."), ..line(7, Some("Ana Ruiz")) },
        ImportLine { refused: why("The client ID is missing."), client: String::new(), ..line(31, None) },
    ]
}

fn look() -> ImportLook {
    let (new, changed) = (Some(ImportMark::New), Some(ImportMark::Changed));
    let mut lines = vec![
        ImportLine { client_mark: new, contact_mark: new, ..line(2, Some("Zoë Harbor")) },
        ImportLine { contact_mark: new, ..line(3, Some("Ben Harbor")) },
        ImportLine { client_mark: Some(ImportMark::Unchanged), contact_mark: changed, ..line(4, Some("Cleo Park")) },
        ImportLine { client_mark: new, ..line(5, None) },
    ];
    lines.extend(refused());
    ImportLook {
        frame: staff_frame(),
        file: "Client ID,Client name\nC1,\"Smith & Sons\"\n".into(),
        passed_over: vec!["Notes".into(), "Fax".into()],
        counts: counts(),
        show: ImportShow::All,
        lines,
        page: 1,
        pages: 2,
    }
}

fn nothing_new() -> ImportLook {
    let counts = ImportCounts { unchanged: 2, lines: [2, 0, 0, 2, 0], ..ImportCounts::default() };
    let same = Some(ImportMark::Unchanged);
    let lines = vec![ImportLine { client_mark: same, contact_mark: same, ..line(2, Some("Ana Ruiz")) }];
    ImportLook { passed_over: Vec::new(), counts, lines, pages: 1, ..look() }
}
