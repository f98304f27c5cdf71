//! A contact's pages.

use portal_core::UploadState;
use portal_core::directory::{Frequency, Topic};
use portal_core::files::Receipt;
use portal_core::sharing::Access;
use portal_core::values::{Actor, ContactId, Digest, DocumentId, FolderId, ListOrder, SessionId, VersionId};
use portal_server::views::contact::*;
use portal_server::views::{Crumb, Field, ListPlace, MailChoice, MissedFile, PagePictures, ReceiptLines, Unfinished};

use super::{NOW, Sample, ago, contact_frame, email, file, sample};

fn folder(id: u128, what: &str, access: Access) -> MyFileLine {
    let what_it_is = MyFileWhat::Folder { id: FolderId::from_bits(id), may_upload: access == Access::ViewAndUpload };
    MyFileLine { name: file(what), what: what_it_is, at: ago(60 * 24 * 40), withdrawable: false }
}

fn document(id: u128, what: &str, size_bytes: u64, by: &str, minutes: i64) -> MyFileLine {
    let what_it_is = MyFileWhat::Document { id: DocumentId::from_bits(id), size_bytes, by: by.into() };
    MyFileLine { name: file(what), what: what_it_is, at: ago(minutes), withdrawable: by == "You" }
}

fn documents() -> Vec<MyFileLine> {
    vec![
        document(41, "Engagement letter.pdf", 184_000, "Maya Lindqvist", 3),
        document(42, "Ledger 2025.xlsx", 2_500_000, "Tom Okafor", 60 * 26),
        document(
            43,
            "Receipt from the hardware store, photographed on site in bad light.jpg",
            4_404_019,
            "You",
            60 * 24 * 30,
        ),
    ]
}

fn receipt(what: &str, uploaded_as: &str) -> ReceiptLines {
    ReceiptLines {
        receipt: Receipt {
            document: DocumentId::from_bits(61),
            version: VersionId::from_bits(62),
            name: file(what),
            uploaded_as: file(uploaded_as),
            size_bytes: 20_000_000,
            sha256: Digest::of(what.as_bytes()),
            uploaded_by: Actor::Contact(ContactId::from_bits(11)),
            uploaded_at: NOW,
            seen: what == uploaded_as,
        },
        uploaded_by: "You".into(),
        folder: Some(file("Client Uploads")),
    }
}

fn unfinished() -> Unfinished {
    Unfinished {
        discard: "/p/harbor/1/uploads/1/discard".into(),
        name: "All of 2025, scanned at the branch on a Friday afternoon.zip".into(),
        size_bytes: 2_000_000_000,
        taken_bytes: 1_234_000_000,
        state: UploadState::UnderWay,
        deadline: ago(-60 * 60),
    }
}

fn withdraw(refused: Option<&str>) -> WithdrawDialog {
    WithdrawDialog {
        frame: contact_frame(),
        document: DocumentId::from_bits(43),
        name: file("W-2 2025.pdf"),
        until: Some(ago(-12)),
        refused: refused.map(Into::into),
    }
}

pub(crate) fn samples() -> Vec<Sample> {
    let uploads = folder(30, "Client Uploads", Access::ViewAndUpload);
    let home = HomePage { frame: contact_frame(), recent: documents(), uploads: vec![uploads.clone()], roots: 3 };
    let top = MyFilesPage {
        frame: contact_frame(),
        crumbs: Vec::new(),
        access: None,
        archived: false,
        has_archive: true,
        makes_folders: false,
        rows: vec![
            uploads,
            folder(31, "2025 Tax", Access::View),
            document(41, "Engagement letter.pdf", 184_000, "Maya Lindqvist", 3),
        ],
        place: ListPlace { order: Some(ListOrder::Name), ..ListPlace::at("/p/harbor/1/files") },
        max_upload_bytes: 10_000_000_000,
        unfinished: Vec::new(),
        receipts: Vec::new(),
        missed: Vec::new(),
    };
    let below = MyFilesPage {
        crumbs: vec![
            Crumb { folder: FolderId::from_bits(30), name: file("Client Uploads") },
            Crumb { folder: FolderId::from_bits(34), name: file("Receipts from the year 2025") },
        ],
        access: Some(Access::ViewAndUpload),
        makes_folders: true,
        rows: documents(),
        ..top.clone()
    };
    let archived = below.clone();
    let session = |id, device: &str, here| SessionLine {
        id: SessionId::from_bits(id),
        device: device.into(),
        created_at: ago(60 * 50),
        seen_at: ago(12),
        here,
    };
    let page = MyDocumentPage {
        frame: contact_frame(),
        document: DocumentId::from_bits(41),
        name: file("Engagement letter.pdf"),
        crumbs: vec![Crumb { folder: FolderId::from_bits(31), name: file("2025 Tax") }],
        size_bytes: 184_000,
        by: "Maya Lindqvist".into(),
        at: ago(3),
        withdrawable: None,
        stays: None,
        archived: false,
        pictures: PagePictures::Pages { count: 3, shown: 1 },
    };
    vec![
        sample("contact-home", &home),
        sample("contact-home-empty", &HomePage { recent: Vec::new(), uploads: Vec::new(), roots: 0, ..home }),
        sample("contact-files", &top),
        sample("contact-files-empty", &MyFilesPage { rows: Vec::new(), ..top }),
        sample("contact-files-folder", &below),
        sample(
            "contact-files-uploaded",
            &MyFilesPage { receipts: vec![receipt("W-2 2025 (2).pdf", "W-2 2025.pdf")], ..below.clone() },
        ),
        sample(
            "contact-files-mixed",
            &MyFilesPage {
                receipts: vec![receipt("W-2 2025 (2).pdf", "W-2 2025.pdf"), receipt("Ledger.xlsx", "Ledger.xlsx")],
                missed: vec![MissedFile {
                    name: Some("All of 2025, scanned at the branch on a Friday afternoon.pdf".into()),
                    why: "It is larger than the 10 MB allowed.".into(),
                }],
                ..below.clone()
            },
        ),
        sample("contact-files-unfinished", &MyFilesPage { unfinished: vec![unfinished()], ..below.clone() }),
        sample("contact-files-folder-empty", &MyFilesPage { rows: Vec::new(), ..below }),
        sample(
            "contact-files-archived",
            &MyFilesPage { archived: true, access: Some(Access::View), makes_folders: false, ..archived },
        ),
        sample("contact-document", &page),
        sample("contact-document-withdrawable", &MyDocumentPage { withdrawable: Some(Some(ago(-12))), ..page.clone() }),
        sample(
            "contact-document-stays",
            &MyDocumentPage {
                stays: Some("Harbor & Lane Accounting has opened it already. Ask them to remove it.".into()),
                ..page.clone()
            },
        ),
        sample("contact-withdraw", &withdraw(None)),
        sample(
            "contact-withdraw-over",
            &withdraw(Some("The time to withdraw it is over. Ask Harbor & Lane to remove it.")),
        ),
        sample(
            "contact-new-folder",
            &MyNewFolder {
                frame: contact_frame(),
                parent: FolderId::from_bits(30),
                parent_name: file("Client Uploads"),
                name: Field::refused(" ", "Type a name with at least one letter or digit."),
            },
        ),
        sample(
            "contact-document-no-preview",
            &MyDocumentPage {
                name: file("Ledger 2025.xlsx"),
                pictures: PagePictures::None {
                    because: "This kind of file has no preview. Download it to look at it.".into(),
                },
                ..page
            },
        ),
        sample(
            "contact-archive",
            &MyArchivePage {
                frame: contact_frame(),
                crumbs: vec![Crumb { folder: FolderId::from_bits(31), name: file("2025 Tax") }],
                rows: documents(),
                below: vec![folder(35, "Old ledgers", Access::View), document(45, "W-2 2023.pdf", 91_000, "You", 900)],
                place: ListPlace::default(),
            },
        ),
        sample(
            "contact-archive-empty",
            &MyArchivePage {
                frame: contact_frame(),
                crumbs: Vec::new(),
                rows: Vec::new(),
                below: Vec::new(),
                place: ListPlace::default(),
            },
        ),
        sample(
            "contact-receipts",
            &ReceiptsPage {
                frame: contact_frame(),
                rows: vec![receipt("W-2 2025 (2).pdf", "W-2 2025.pdf"), receipt("Ledger.xlsx", "Ledger.xlsx")],
                place: ListPlace::default(),
            },
        ),
        sample(
            "contact-receipts-empty",
            &ReceiptsPage { frame: contact_frame(), rows: Vec::new(), place: ListPlace::default() },
        ),
        sample(
            "contact-settings",
            &MySettingsPage {
                frame: contact_frame(),
                email: email("ana@acme.test"),
                mail: vec![
                    MailChoice { topic: Topic::Shared, often: Frequency::AtOnce },
                    MailChoice { topic: Topic::NewDocuments, often: Frequency::Weekly },
                ],
                sessions: vec![
                    session(1, "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", true),
                    session(
                        2,
                        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1",
                        false,
                    ),
                ],
            },
        ),
    ]
}
