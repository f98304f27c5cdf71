//! The team's pages.

use portal_core::MailPreview;
use portal_core::directory::{PortalStatus, Role};
use portal_core::notifications::{DropReason, MailKind, MessageState, Rendered, Specimen};
use portal_core::ports::Sender;
use portal_core::sharing::Access;
use portal_core::values::{
    ClientId, ContactId, Cursor, Digest, DocumentId, FolderId, Language, ListOrder, MemberId, MessageId, NodeId,
    VersionId, Weekday,
};
use portal_server::views::staff::*;
use portal_server::views::{
    Crumb, Field, Flash, Hidden, ListPlace, PagePictures, PlainFrame, StaffFrame, Toggle, Undo, paths,
};

use super::dialogs::held;
use super::{Sample, ago, email, file, flashed_staff_frame, name, plain_frame, sample, staff_frame};

const CLIENT: ClientId = ClientId::from_bits(1);
pub(crate) const ANA: ContactId = ContactId::from_bits(11);
pub(crate) const BEN: ContactId = ContactId::from_bits(12);

pub(crate) fn head() -> ClientHead {
    let contact = |id, who, address: Option<&str>, status| {
        let bounced = matches!(status, PortalStatus::Bounced(_)).then(|| "550 no such mailbox".to_owned());
        ContactLine { id, name: name(who), email: address.map(email), status, language: None, bounced }
    };
    ClientHead {
        id: CLIENT,
        name: name("Acme Carpentry LLC"),
        assigned: vec![
            (MemberId::from_bits(21), name("Maya Lindqvist")),
            (MemberId::from_bits(22), name("Tom Okafor")),
        ],
        contacts: vec![
            contact(ANA, "Ana Ruiz", Some("ana@acme.test"), PortalStatus::LastSignedIn(ago(130))),
            contact(BEN, "Ben Whitfield", Some("ben.whitfield@acme-carpentry.test"), PortalStatus::NeverSignedIn),
            contact(ContactId::from_bits(13), "Cleo Park", None, PortalStatus::EmailMissing),
            contact(ContactId::from_bits(14), "Dev Anand", Some("dev@acme.test"), PortalStatus::AccessRemoved),
            contact(ContactId::from_bits(15), "Eli Stone", Some("eli@acme.tset"), PortalStatus::Bounced(ago(300))),
        ],
    }
}

fn lonely_head() -> ClientHead {
    ClientHead { assigned: Vec::new(), contacts: Vec::new(), ..head() }
}

fn crumbs() -> Vec<Crumb> {
    vec![
        Crumb { folder: FolderId::from_bits(31), name: file("2025 Tax") },
        Crumb { folder: FolderId::from_bits(32), name: file("Workpapers and supporting schedules") },
    ]
}

fn folder(id: u128, what: &str, shared_with: SharedWith, visible: Toggle) -> FileLine {
    FileLine {
        name: file(what),
        what: FileWhat::Folder { id: FolderId::from_bits(id), client_uploads: id == 30 },
        shared_with,
        visible,
        on_hold: id == 33,
        by: "Maya Lindqvist".into(),
        at: ago(60 * 24 * 40),
    }
}

fn document(id: u128, what: &str, size_bytes: u64, minutes: i64) -> FileLine {
    FileLine {
        name: file(what),
        what: FileWhat::Document { id: DocumentId::from_bits(id), size_bytes },
        shared_with: SharedWith::Nobody,
        visible: Toggle::Off,
        on_hold: false,
        by: "Ana Ruiz".into(),
        at: ago(minutes),
    }
}

fn file_lines() -> Vec<FileLine> {
    let fixed = Toggle::Fixed { because: "Shared with Ana Ruiz. Change it under Share.".into() };
    vec![
        folder(
            30,
            "Client Uploads",
            SharedWith::AllContacts,
            Toggle::Fixed { because: "Shared with all contacts. Change it under Share.".into() },
        ),
        folder(31, "2025 Tax", SharedWith::Contacts(vec!["Ana Ruiz".into()]), fixed),
        folder(33, "Payroll", SharedWith::Nobody, Toggle::Off),
        FileLine {
            visible: Toggle::On,
            shared_with: SharedWith::AllContacts,
            ..document(41, "Engagement letter.pdf", 184_000, 3)
        },
        document(42, "Ledger 2025.xlsx", 2_500_000, 190),
        document(43, "Receipt from the hardware store, photographed.jpg", 4_404_019, 60 * 24 * 3),
        document(44, "Bank statements Q1–Q4 2025, all accounts, scanned at the branch.pdf", 20_000_000, 60 * 24 * 400),
        document(45, "Photos.zip", 734_000_000, 60 * 24 * 5),
    ]
}

fn files() -> FilesPage {
    FilesPage {
        frame: staff_frame(),
        client: head(),
        crumbs: Vec::new(),
        held: Held::default(),
        folder: FolderId::from_bits(29),
        rows: file_lines(),
        place: ListPlace { order: Some(ListOrder::Name), ..ListPlace::at("/staff/clients/1/files") },
        results: Vec::new(),
        selected: Vec::new(),
        unfinished: Vec::new(),
        receipts: Vec::new(),
        missed: Vec::new(),
        max_upload_bytes: 10_000_000_000,
        archived: false,
    }
}

/// After an act on several, of which one could not be done: it stays selected.
fn files_after_an_act() -> FilesPage {
    let line = |what: &str, said: &str, done| BulkLine { name: Some(what.into()), said: said.into(), done };
    let refused = "All contacts see it by “Taxes”, the folder above. Change that there.";
    FilesPage {
        frame: StaffFrame {
            flash: Some(
                Flash::problem(
                    "2 items are not shown to all contacts any more. 1 of 3 could not be: the list says why.",
                )
                .undone_by(Undo::at("/staff/clients/1/files").field("act", "show")),
            ),
            ..staff_frame()
        },
        results: vec![
            line("2025 Tax", "Hidden", true),
            line("Engagement letter.pdf", "Hidden before", true),
            line("Ledger 2025.xlsx", refused, false),
        ],
        selected: vec![DocumentId::from_bits(42).into()],
        ..files()
    }
}

fn third_page() -> ListPlace {
    ListPlace {
        order: Some(ListOrder::Oldest),
        after: Some(Cursor::new("c d")),
        back: vec![Cursor::new("a b")],
        next: Some(Cursor::new("e f")),
        ..ListPlace::at("/staff/clients/1/files/2")
    }
}

fn activity() -> Vec<ActivityLine> {
    let line = |minutes, who: Phrase, what: Vec<Phrase>| ActivityLine { at: ago(minutes), who, what };
    let words = |text: &str| Phrase::words(text);
    let ana = || Phrase::leading_to("Ana Ruiz", paths::in_panel(ANA));
    let tax = || Phrase::leading_to("“2025 Tax”", paths::folder(CLIENT, FolderId::from_bits(31)));
    let w2 = Phrase::leading_to("“W-2 2025 (2).pdf”", paths::document(CLIENT, DocumentId::from_bits(41)));
    vec![
        line(3, ana(), vec![words("uploaded "), w2, words(" (184 KB, sent as “W-2 2025.pdf”)")]),
        line(130, ana(), vec![words("signed in")]),
        line(
            60 * 20,
            words("Maya Lindqvist"),
            vec![words("shared "), tax(), words(" with "), ana(), words(" as View and Upload")],
        ),
        line(60 * 24 * 40, words("Maya Lindqvist"), vec![words("made the folder "), tax()]),
        line(60 * 24 * 41, words("Maya Lindqvist"), vec![words("deleted “Draft” for good")]),
    ]
}

fn policies() -> PoliciesPage {
    PoliciesPage {
        frame: staff_frame(),
        make_folders: true,
        withdrawal: WithdrawalChoice::Grace,
        minutes: Field::of(15),
        quotas: QuotaFields {
            contact_files: Field::of("10000"),
            contact_gigabytes: Field::of("100"),
            firm_files: Field::of(""),
            firm_gigabytes: Field::refused("many", "Type a whole number, or leave it empty."),
        },
        retention_days: Field::refused("-1", "Type whole days, from 0 to 36500."),
    }
}

pub(crate) fn samples() -> Vec<Sample> {
    let clients = clients();
    let trash = trash();
    let document = document_page();
    let view_as = view_as();
    vec![
        sample("staff-sign-in", &sign_in()),
        sample(
            "staff-sign-in-refused",
            &StaffSignIn {
                problem: Some("Email address and password do not go together. Check both and try once more.".into()),
                email: Field::of("maya@harbor.test"),
                demo: Vec::new(),
                ..sign_in()
            },
        ),
        sample("staff-clients", &clients),
        sample(
            "staff-clients-empty",
            &Clients { rows: Vec::new(), place: ListPlace::at("/staff/clients"), ..clients.clone() },
        ),
        sample("staff-clients-none-found", &Clients { rows: Vec::new(), query: "zeb&<b>".into(), ..clients }),
        sample("staff-files", &files()),
        sample("staff-files-after-an-act", &files_after_an_act()),
        sample("staff-files-flash", &FilesPage { frame: flashed_staff_frame(), ..files() }),
        sample("staff-files-folder", &FilesPage { crumbs: crumbs(), place: third_page(), ..files() }),
        sample("staff-files-held", &FilesPage { crumbs: crumbs(), held: held(), ..files() }),
        sample("staff-policies", &policies()),
        sample("staff-files-empty", &FilesPage { rows: Vec::new(), client: lonely_head(), ..files() }),
        sample("staff-templates", &templates()),
        sample("staff-templates-empty", &TemplatesPage { rows: Vec::new(), ..templates() }),
        sample("staff-template", &template_form()),
        sample("staff-apply-template", &ApplyTemplate { frame: staff_frame(), client: head(), rows: templates().rows }),
        sample("staff-archive", &archive()),
        sample("staff-archive-empty", &ArchivePage { rows: Vec::new(), ..archive() }),
        sample("staff-trash", &trash),
        sample("staff-trash-empty", &TrashPage { rows: Vec::new(), ..trash }),
        sample("staff-document", &document),
        sample(
            "staff-document-no-preview",
            &DocumentPage {
                name: file("Ledger 2025.xlsx"),
                pictures: PagePictures::None {
                    because: "This kind of file has no preview. Download it to look at it.".into(),
                },
                activity: Vec::new(),
                ..document
            },
        ),
        sample(
            "staff-activity",
            &ActivityPage {
                frame: staff_frame(),
                client: head(),
                filter: filter("uploads"),
                rows: activity(),
                place: ListPlace::default(),
            },
        ),
        sample(
            "staff-firm-activity",
            &FirmActivityPage {
                frame: staff_frame(),
                filter: filter("uploads"),
                rows: activity(),
                place: ListPlace::default(),
            },
        ),
        sample(
            "staff-firm-activity-empty",
            &FirmActivityPage {
                frame: staff_frame(),
                filter: filter(""),
                rows: Vec::new(),
                place: ListPlace::default(),
            },
        ),
        sample("staff-deliveries", &deliveries()),
        sample("staff-deliveries-empty", &Deliveries { only_dead: true, rows: Vec::new(), ..deliveries() }),
        sample("staff-settings", &settings()),
        sample(
            "staff-settings-member",
            &FirmSettingsPage {
                frame: StaffFrame {
                    role: Role::Member,
                    flash: Some(Flash::problem("Owners and admins change these.")),
                    ..staff_frame()
                },
                ..settings()
            },
        ),
        sample("staff-mail", &looks()),
        sample("staff-team", &team()),
        sample("staff-view-as", &view_as),
        sample(
            "staff-view-as-empty",
            &ViewAs {
                rows: Vec::new(),
                crumbs: Vec::new(),
                obstacle: Some("Their portal access was taken away.".into()),
                ..view_as
            },
        ),
    ]
}

fn sign_in() -> StaffSignIn {
    let account = |who: &str, role, address: &str| DemoAccount {
        name: name(who),
        role,
        email: address.into(),
        password: Hidden::new("demo demo demo"),
    };
    StaffSignIn {
        frame: PlainFrame { firm: None, ..plain_frame() },
        email: Field::default(),
        password: Field::default(),
        problem: None,
        demo: vec![
            account("Maya Lindqvist", "Owner", "maya@harbor.test"),
            account("Tom Okafor", "Member", "tom@harbor.test"),
        ],
    }
}

fn clients() -> Clients {
    let client = |id, what: &str, contacts, assigned: &[&str], days: i64| ClientLine {
        id: ClientId::from_bits(id),
        name: name(what),
        contacts,
        assigned: assigned.iter().map(ToString::to_string).collect(),
        created_at: ago(60 * 24 * days),
    };
    Clients {
        frame: staff_frame(),
        query: String::new(),
        rows: vec![
            client(1, "Acme Carpentry LLC", 4, &["Maya Lindqvist", "Tom Okafor"], 40),
            client(2, "Bright & Early Bakery", 1, &["Tom Okafor"], 3),
            client(3, "Jan and Petra Novak", 2, &[], 0),
            client(4, "Société Générale d’Électricité du Lac et des Montagnes", 12, &["Maya Lindqvist"], 400),
        ],
        place: ListPlace {
            order: Some(ListOrder::Newest),
            after: Some(Cursor::new("acme/1")),
            next: Some(Cursor::new("novak/3")),
            ..ListPlace::at("/staff/clients")
        },
    }
}

fn templates() -> TemplatesPage {
    let line = |id, called: &str, is_default| TemplateLine {
        id: portal_core::values::FolderTemplateId::from_bits(id),
        name: name(called),
        folders: "Permanent (view)\n  Letters\nClient Uploads\n  Receipts (upload)\n".to_owned(),
        is_default,
    };
    TemplatesPage { frame: staff_frame(), rows: vec![line(1, "1040", true), line(2, "Bookkeeping", false)] }
}

fn template_form() -> TemplatePage {
    TemplatePage {
        frame: staff_frame(),
        template: None,
        name: Field::of("1040"),
        folders: Field::refused(
            "A\n     B",
            "Line 2 is too far to the right: put it two spaces right of the folder it lies in.",
        ),
    }
}

fn archive() -> ArchivePage {
    let line = |node: NodeId, what: &str, lies_in: Option<&str>| ArchiveLine {
        node,
        name: file(what),
        lies_in: lies_in.map(file),
        archived_at: ago(60 * 24 * 3),
    };
    ArchivePage {
        frame: staff_frame(),
        client: head(),
        rows: vec![
            line(FolderId::from_bits(51).into(), "2023 Tax", None),
            line(DocumentId::from_bits(52).into(), "Engagement letter 2022.pdf", Some("Letters")),
        ],
        place: ListPlace::default(),
    }
}

fn trash() -> TrashPage {
    let line = |node: NodeId, what: &str, was_in: Option<&str>, restorable: bool| TrashLine {
        node,
        name: file(what),
        was_in: was_in.map(file),
        trashed_at: ago(200),
        by: Some("Ana Ruiz, who withdrew it".into()),
        on_hold: !restorable,
        restorable,
    };
    TrashPage {
        frame: staff_frame(),
        client: head(),
        rows: vec![
            line(FolderId::from_bits(51).into(), "2023 Tax", None, true),
            line(DocumentId::from_bits(52).into(), "W-2 draft.pdf", Some("2023 Tax"), false),
        ],
        place: ListPlace::default(),
        results: Vec::new(),
        selected: Vec::new(),
    }
}

fn document_page() -> DocumentPage {
    let version = |number, what: &str, by: &str, minutes| VersionLine {
        id: VersionId::from_bits(u128::from(number)),
        number,
        uploaded_as: file(what),
        by: by.into(),
        at: ago(minutes),
        size_bytes: 184_000 * number,
        sha256: Digest::of(what.as_bytes()),
        warning: (number == 1).then(|| {
            "It came as application/pdf, and its content is text/html. Ask who sent it before you open it.".to_owned()
        }),
    };
    DocumentPage {
        frame: staff_frame(),
        client: head(),
        document: DocumentId::from_bits(41),
        name: file("Engagement letter.pdf"),
        crumbs: crumbs(),
        shared_with: SharedWith::Contacts(vec!["Ana Ruiz".into(), "Ben Whitfield".into()]),
        held: Held::default(),
        visible: Toggle::Fixed { because: "“2025 Tax” above it is shared with Ana Ruiz.".into() },
        pictures: PagePictures::Pages { count: 12, shown: 2 },
        versions: vec![
            version(2, "Engagement letter FINAL.pdf", "Maya Lindqvist", 3),
            version(1, "letter.pdf", "Tom Okafor", 4000),
        ],
        more_versions: Some(Cursor::new("1")),
        activity: activity(),
    }
}

fn deliveries() -> Deliveries {
    let line = |id, address: &str, kind, state, tries, error: Option<&str>| DeliveryLine {
        id: MessageId::from_bits(id),
        address: email(address),
        kind,
        subject: vec![
            Phrase::words("3 uploads in "),
            Phrase::leading_to("“Client Uploads”", paths::folder(CLIENT, FolderId::from_bits(29))),
        ],
        client: (kind != MailKind::SignIn).then(|| (CLIENT, name("Acme Carpentry LLC"))),
        state,
        tries,
        last_error: error.map(Into::into),
        created_at: ago(10),
        due_at: ago(-2),
        settled_at: (state != MessageState::Waiting).then(|| ago(9)),
    };
    Deliveries {
        frame: staff_frame(),
        only_dead: false,
        rows: vec![
            line(1, "ana@acme.test", MailKind::Shared, MessageState::Sent, 1, None),
            line(2, "maya@harbor.test", MailKind::ClientUploaded, MessageState::Waiting, 0, None),
            line(
                3,
                "tom@harbor.test",
                MailKind::ClientUploaded,
                MessageState::Waiting,
                2,
                Some("the mail server is not there"),
            ),
            line(
                4,
                "ben.whitfield@acme-carpentry.test",
                MailKind::NewDocuments,
                MessageState::Dead,
                8,
                Some("550 no such mailbox"),
            ),
            line(5, "dev@acme.test", MailKind::Shared, MessageState::Dropped(DropReason::AccessGone), 0, None),
            line(6, "ana@acme.test", MailKind::SignIn, MessageState::Sent, 1, None),
        ],
        place: ListPlace { next: Some(Cursor::new("6")), ..ListPlace::at("/staff/deliveries") },
    }
}

fn settings() -> FirmSettingsPage {
    FirmSettingsPage {
        frame: staff_frame(),
        logo_error: Some("This file has more than 200 KB. Save it smaller, and choose it again.".to_owned()),
        logo_kept: true,
        mail_footer: Field::of("Harbor & Lane Accounting\n12 Quay Street, Bristol"),
        name: Field::of("Harbor & Lane Accounting"),
        color: Field::of("#1f5f5b"),
        reply_to: Field::refused(
            "office@",
            "This is not an email address. Write it like office@firm.example, or leave it empty.",
        ),
        time_zone: Field::of("Europe/Berlin"),
        digest_hour: Field::of(8),
        sender_name: Field::of("Harbor & Lane"),
        language: Language::ENGLISH,
        mail_languages: vec![Language::GERMAN, Language::ENGLISH],
        digest_day: Weekday::Monday,
        own_mail: vec![portal_server::views::MailChoice {
            topic: portal_core::directory::Topic::ClientUploaded,
            often: portal_core::directory::Frequency::Daily,
        }],
        client_uploads: true,
        contacts_hear: false,
        file_names: true,
        members_restricted: false,
        max_upload_megabytes: Field::of(10_000),
    }
}

fn looks() -> MailLooks {
    let words = Rendered {
        subject: "Harbor & Lane Accounting hat „2025“ für Sie freigegeben".into(),
        text: "Harbor & Lane Accounting hat den Ordner „2025“ für Sie freigegeben.\n\nOrdner öffnen:\nhttps://portal.test/p\n".into(),
        html: "<p>Harbor &amp; Lane Accounting</p>".into(),
    };
    MailLooks {
        frame: staff_frame(),
        specimen: Specimen::SharedFolder,
        languages: vec![Language::GERMAN, Language::ENGLISH],
        preview: MailPreview {
            from: Sender { name: "Harbor & Lane".into(), address: email("portal@portal.test") },
            reply_to: Some(email("office@harbor.test")),
            language: Language::GERMAN,
            words: Ok(words),
            images: Vec::new(),
        },
    }
}

fn team() -> TeamPage {
    let member = |id, who: &str, address: &str, role, me| MemberLine {
        id: MemberId::from_bits(id),
        name: name(who),
        email: email(address),
        role,
        me,
    };
    TeamPage {
        frame: staff_frame(),
        rows: vec![
            member(21, "Maya Lindqvist", "maya@harbor.test", Role::Owner, true),
            member(22, "Tom Okafor", "tom@harbor.test", Role::Member, false),
        ],
    }
}

fn view_as() -> ViewAs {
    ViewAs {
        frame: staff_frame(),
        client: head(),
        contact: ANA,
        contact_name: name("Ana Ruiz"),
        obstacle: None,
        crumbs: crumbs(),
        rows: vec![
            ViewAsLine {
                node: FolderId::from_bits(31).into(),
                name: file("2025 Tax"),
                access: Access::ViewAndUpload,
                at: ago(60 * 24 * 40),
                size_bytes: None,
            },
            ViewAsLine {
                node: DocumentId::from_bits(41).into(),
                name: file("Engagement letter.pdf"),
                access: Access::View,
                at: ago(3),
                size_bytes: Some(184_000),
            },
        ],
        place: ListPlace::default(),
    }
}

fn filter(show: &str) -> ActivityFilter {
    let people = vec![(ANA.to_string(), "Ana Ruiz".to_owned()), (BEN.to_string(), "Ben Whitfield".to_owned())];
    ActivityFilter { show: show.to_owned(), day: String::new(), people }
}
