//! The team's dialogs, as pages of their own.

use portal_core::directory::Role;
use portal_core::sharing::{Access, Audience, Effect, Explanation, Obstacle, Reason};
use portal_core::values::{
    ContactId, Cursor, DocumentId, FileName, FolderId, FolderTemplateId, GrantId, Language, MemberId, NodeId,
};
use portal_server::views::staff::*;
use portal_server::views::{Crumb, Field, ListPlace};

use super::staff::{ANA, BEN, head};
use super::{Sample, ago, email, file, name, sample, staff_frame};

pub(crate) fn samples() -> Vec<Sample> {
    let team = || {
        vec![
            TeamChoice { id: MemberId::from_bits(21), name: name("Maya Lindqvist"), chosen: true },
            TeamChoice { id: MemberId::from_bits(22), name: name("Tom Okafor"), chosen: false },
        ]
    };
    let taken = Field::refused("  ", "A name is needed. Type what your team calls them.");
    let contact = ContactForm {
        frame: staff_frame(),
        client: head(),
        contact: None,
        name: Field::default(),
        email: Field::default(),
        emails: vec![detail("work", Field::default())],
        phones: vec![detail("mobile", Field::default())],
        language: None,
        languages: vec![Language::GERMAN, Language::ENGLISH],
    };
    let folder = NewFolder {
        frame: staff_frame(),
        client: head(),
        parent: FolderId::from_bits(31),
        parent_name: Some(file("2025 Tax")),
        name: Field::default(),
    };
    let share = share();
    vec![
        sample(
            "dialog-new-client",
            &NewClient {
                frame: staff_frame(),
                name: taken,
                team: team(),
                client_uploads: true,
                template: Some(template()),
            },
        ),
        sample("dialog-assign-team", &AssignTeam { frame: staff_frame(), client: head(), team: team(), leaves: true }),
        sample("dialog-new-contact", &contact),
        sample(
            "dialog-edit-contact",
            &ContactForm {
                contact: Some(ANA),
                name: Field::of("Ana Ruiz"),
                email: Field::of("ana@acme.test"),
                emails: vec![
                    detail("personal", Field::of("ana@home.test")),
                    detail("work", Field::refused("ana@", "Type the whole address, such as name@example.com.")),
                ],
                phones: vec![detail("mobile", Field::of("+15125550100")), detail("work", Field::default())],
                ..contact
            },
        ),
        sample(
            "dialog-remove-contact",
            &RemoveContact { frame: staff_frame(), client: head(), contact: ANA, name: name("Ana Ruiz") },
        ),
        sample("dialog-erase-contact", &erase(None)),
        sample("dialog-erase-contact-kept", &erase(Some("It is on hold; what is on hold is kept.".into()))),
        sample("dialog-new-folder", &folder),
        sample(
            "dialog-rename",
            &Rename {
                frame: staff_frame(),
                client: head(),
                node: Some(DocumentId::from_bits(41).into()),
                before: "Engagement letter.pdf".into(),
                name: Field::of("Engagement letter.pdf"),
            },
        ),
        sample(
            "dialog-purge",
            &PurgeNode {
                frame: staff_frame(),
                client: head(),
                node: FolderId::from_bits(51).into(),
                name: file("2023 Tax"),
                lost: vec![
                    "this folder and 2 folders in it".into(),
                    "12 documents (48 MB)".into(),
                    "3 earlier versions, counted in that size".into(),
                ],
                kept: None,
                until: None,
            },
        ),
        sample(
            "dialog-add-version",
            &AddVersion {
                frame: staff_frame(),
                client: head(),
                document: DocumentId::from_bits(41),
                name: file("Engagement letter.pdf"),
                error: None,
            },
        ),
        sample("dialog-share-folder", &share),
        sample(
            "dialog-share-document",
            &ShareDialog {
                node: DocumentId::from_bits(41).into(),
                name: file("Engagement letter.pdf"),
                grants: Vec::new(),
                form: ShareForm { audience_error: Some("Choose at least one.".into()), ..ShareForm::default() },
                ..share
            },
        ),
        sample("dialog-share-several", &share_several(vec![item(31, "2025 Tax"), item(32, "2024 Tax")])),
        sample(
            "dialog-share-several-documents",
            &ShareSeveral {
                shared: true,
                form: ShareForm { audience_error: Some("Choose at least one.".into()), ..ShareForm::default() },
                ..share_several(
                    (40..46).map(|id| (DocumentId::from_bits(id).into(), file(&format!("Scan {id}.pdf")))).collect(),
                )
            },
        ),
        sample("dialog-move", &moving(vec![item(31, "2025 Tax")])),
        sample("dialog-move-several", &moving((40..45).map(|id| item(id, &format!("Scan {id}.pdf"))).collect())),
        sample("dialog-hold", &hold(Held::default())),
        sample("dialog-held", &hold(held())),
        sample(
            "dialog-purge-held",
            &PurgeNode {
                frame: staff_frame(),
                client: head(),
                node: FolderId::from_bits(51).into(),
                name: file("2023 Tax"),
                lost: Vec::new(),
                kept: Some("It is on hold, or something above or below it is; what is on hold is kept.".into()),
                until: None,
            },
        ),
        sample("dialog-explain", &explain(true)),
        sample("dialog-explain-no", &explain(false)),
        sample(
            "dialog-new-member",
            &NewMember {
                frame: staff_frame(),
                name: Field::default(),
                email: Field::default(),
                role: Role::Member,
                password: Field::refused("", "This is one of the passwords that everybody tries. Choose another."),
            },
        ),
        sample(
            "dialog-remove-member",
            &RemoveMember { frame: staff_frame(), member: MemberId::from_bits(22), name: name("Tom Okafor") },
        ),
    ]
}

fn template() -> TemplateLine {
    TemplateLine {
        id: FolderTemplateId::from_bits(81),
        name: name("1040"),
        folders: "Permanent (view)\n  Letters\n2026 Tax (upload)\n".into(),
        is_default: true,
    }
}

fn share() -> ShareDialog {
    let choice = |id, who: &str, address: Option<&str>, why: Option<&str>| ContactChoice {
        id,
        name: name(who),
        email: address.map(email),
        told: why.is_none(),
        not_told_because: why.map(Into::into),
    };
    let grant = |audience, who: &str, access, from: Option<&str>| GrantLine {
        audience,
        who: who.into(),
        access,
        until: from.is_none().then(|| ago(-60 * 24 * 30)),
        ended: false,
        alerts: from.is_some(),
        from: from.map(file),
    };
    ShareDialog {
        frame: staff_frame(),
        client: head(),
        node: FolderId::from_bits(31).into(),
        name: file("2025 Tax"),
        grants: vec![
            grant(Audience::Contact(ANA), "Ana Ruiz", Access::ViewAndUpload, None),
            grant(Audience::AllContacts, "All contacts", Access::View, Some("Taxes")),
        ],
        contacts: vec![
            choice(ANA, "Ana Ruiz", Some("ana@acme.test"), Some("Has access already.")),
            choice(BEN, "Ben Whitfield", Some("ben.whitfield@acme-carpentry.test"), None),
            choice(ContactId::from_bits(13), "Cleo Park", None, Some("No email address, so they cannot sign in yet.")),
        ],
        team_told: vec![name("Maya Lindqvist"), name("Tom Okafor")],
        team_is_fallback: false,
        form: ShareForm {
            audiences: vec![Audience::Contact(BEN)],
            access: Some(Access::ViewAndUpload),
            ..ShareForm::default()
        },
    }
}

fn item(id: u128, what: &str) -> (NodeId, FileName) {
    (FolderId::from_bits(id).into(), file(what))
}

fn share_several(items: Vec<(NodeId, FileName)>) -> ShareSeveral {
    let ShareDialog { frame, client, contacts, team_told, team_is_fallback, form, .. } = share();
    ShareSeveral {
        frame,
        client,
        folder: FolderId::from_bits(30),
        place: ListPlace::at("/staff/clients/1/files"),
        items,
        shared: false,
        contacts,
        team_told,
        team_is_fallback,
        form,
    }
}

fn moving(items: Vec<(NodeId, FileName)>) -> MoveDialog {
    let change = |who: &str, what: &str| ChangeLine { who: who.into(), what: what.into(), since: None, of: None };
    let choice = |id, what: &str, shared_with, moved| FolderChoice {
        id: FolderId::from_bits(id),
        name: file(what),
        shared_with,
        moved,
    };
    let several = items.len() > 1;
    MoveDialog {
        frame: staff_frame(),
        client: head(),
        list: several.then(|| (FolderId::from_bits(30), ListPlace::at("/staff/clients/1/files"))),
        root: FolderId::from_bits(30),
        crumbs: vec![Crumb { folder: FolderId::from_bits(33), name: file("Shared with Ana") }],
        folders: vec![
            choice(34, "2024", SharedWith::Contacts(vec!["Ana Ruiz".into()]), false),
            choice(31, "2025 Tax", SharedWith::Nobody, true),
        ],
        more: Some(Cursor::new("34")),
        effects: MoveLines {
            refused: if several {
                vec!["“Scan 44.pdf” cannot be moved here. It is on hold.".into()]
            } else {
                Vec::new()
            },
            movable: items.len(),
            lies_there: false,
            gains: vec![
                change("Ana Ruiz", "will see it"),
                ChangeLine {
                    since: Some(ago(-60 * 24 * 30)),
                    ..change("All other contacts (Ben Whitfield)", "will see it and may upload")
                },
            ],
            losses: vec![ChangeLine {
                of: several.then(|| "2 of 5 items".into()),
                ..change("Cleo Park", "will not see it any more")
            }],
            unchanged: vec![change("Dev Anand", "has View Only")],
            confirms: "00".into(),
        },
        error: several.then(|| "Who would see it changed in the meantime. Look at it once more.".into()),
        items,
    }
}

pub(crate) fn held() -> Held {
    let own = HoldLine {
        reason: "Lawsuit of the former landlord".into(),
        by: "Maya Lindqvist".into(),
        since: ago(60 * 24 * 3),
    };
    Held { on_hold: true, own: Some(own) }
}

fn hold(held: Held) -> HoldDialog {
    HoldDialog {
        frame: staff_frame(),
        client: head(),
        node: FolderId::from_bits(31).into(),
        what: "“2025 Tax”".into(),
        held,
        reason: Field::refused(" ", "A name is needed."),
    }
}

fn explain(sees: bool) -> ExplainDialog {
    let reason = |audience, folder, what: &str, effect| Reason {
        grant: GrantId::from_bits(folder),
        node: FolderId::from_bits(folder).into(),
        name: file(what),
        audience,
        access: Access::View,
        effect,
    };
    let decides = if sees { Effect::Decides } else { Effect::Expired(ago(600)) };
    let explanation = Explanation {
        archived: false,
        access: sees.then_some(Access::View),
        obstacles: if sees { Vec::new() } else { vec![Obstacle::AccessRemoved] },
        reasons: vec![
            reason(Audience::Contact(ANA), 31, "2025 Tax", decides),
            reason(Audience::Contact(BEN), 30, "Taxes", Effect::ForAnother),
        ],
    };
    ExplainDialog {
        frame: staff_frame(),
        client: head(),
        node: FolderId::from_bits(31).into(),
        name: file("2025 Tax"),
        answer: Some((ANA, name("Ana Ruiz"), explanation)),
    }
}

fn detail(kind: &str, field: Field) -> DetailField {
    DetailField { kind: kind.to_owned(), field }
}

fn erase(kept: Option<String>) -> EraseContact {
    let typed = Field::default();
    EraseContact { frame: staff_frame(), client: head(), contact: ANA, name: name("Ana Ruiz"), typed, kept }
}
