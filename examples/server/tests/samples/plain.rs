//! The pages without navigation.

use portal_core::values::{ClientId, ContactId};
use portal_server::views::contact::*;
use portal_server::views::errors::ErrorPage;
use portal_server::views::mailbox::{MailLine, MailPage, Mailbox};
use portal_server::views::{Field, FirmFace, Hidden, PlainFrame};

use super::{Sample, ago, email, firm, name, plain_frame, sample};

const STATUSES: [(&str, u16); 8] = [
    ("error-400", 400),
    ("error-403", 403),
    ("error-404", 404),
    ("error-409", 409),
    ("error-413", 413),
    ("error-429", 429),
    ("error-500", 500),
    ("error-503", 503),
];

pub(crate) fn samples() -> Vec<Sample> {
    let access = AccessPage {
        frame: plain_frame(),
        email: Field::default(),
        reason: Some("Sign in to see what Harbor & Lane Accounting shared with you.".into()),
    };
    let code = CodePage {
        frame: plain_frame(),
        masked_email: "a•••@acme.test".into(),
        expires_at: ago(-9),
        code: Field::default(),
        exhausted: false,
    };
    let portal = |firm: FirmFace, client: &str, contact: &str, id, here| PortalLine {
        client: ClientId::from_bits(client.len() as u128),
        firm,
        client_name: name(client),
        contact: ContactId::from_bits(id),
        contact_name: name(contact),
        here,
    };
    let other_firm = FirmFace {
        address: "north".into(),
        name: name("Northgate Tax"),
        color: "#7a3e9d".parse().unwrap(),
        logo: None,
    };
    let choose = ChoosePage {
        frame: plain_frame(),
        email: email("novak@family.test"),
        portals: vec![
            portal(firm(), "Jan and Petra Novak", "Jan Novak", 15, true),
            portal(firm(), "Jan and Petra Novak", "Petra Novak", 16, false),
            portal(other_firm, "Novak Ltd", "Jan Novak", 17, false),
        ],
    };
    let mail = || MailLine {
        name: "00001.eml".into(),
        from: "Harbor & Lane Accounting <portal@localhost.test>".into(),
        to: "ana@acme.test".into(),
        subject: "Harbor & Lane Accounting shared “2025 Tax” with you".into(),
        at: ago(2),
    };
    let mailbox = Mailbox {
        frame: PlainFrame { firm: None, ..plain_frame() },
        folder: "/home/ana/portal-data/mail".into(),
        rows: vec![mail(), MailLine { name: "00002.eml".into(), subject: "Your code: 824 135".into(), ..mail() }],
    };
    let unsubscribe = UnsubscribePage {
        frame: plain_frame(),
        about: "mail about new documents",
        off: false,
        again: false,
        can_be_on_again: true,
        action: Hidden::new("/unsubscribe/harbor/token"),
    };
    let mut samples = vec![
        sample("access", &access),
        sample(
            "access-refused",
            &AccessPage {
                email: Field::refused("ana@", "This is not an email address. Write it like ana@example.com."),
                reason: None,
                ..access
            },
        ),
        sample("code", &code),
        sample(
            "code-wrong",
            &CodePage {
                code: Field::refused("123456", "That is not the code. Check the newest mail; 4 tries are left."),
                ..code.clone()
            },
        ),
        sample("code-exhausted", &CodePage { exhausted: true, ..code }),
        sample("link-here", &LinkHere { frame: plain_frame(), action: Hidden::new("/p/harbor/link/a/b/c") }),
        sample(
            "link-tells-code",
            &LinkTellsCode { frame: plain_frame(), code: Hidden::new("824135"), expires_at: ago(-9) },
        ),
        sample("link-gone", &LinkGone { frame: plain_frame(), signed_in: None }),
        sample("unsubscribe", &unsubscribe),
        sample("unsubscribed", &UnsubscribePage { off: true, ..unsubscribe.clone() }),
        sample("choose", &choose),
        sample("choose-none", &ChoosePage { portals: Vec::new(), ..choose }),
        sample("mailbox", &mailbox),
        sample("mailbox-empty", &Mailbox { rows: Vec::new(), ..mailbox }),
        sample(
            "mail",
            &MailPage {
                frame: PlainFrame { firm: None, ..plain_frame() },
                mail: mail(),
                text: Hidden::new("Hello Ana,\n\nHarbor & Lane Accounting shared a folder with you: 2025 Tax.\n"),
                html: true,
                links: vec![Hidden::new("http://127.0.0.1:8080/p/harbor")],
            },
        ),
    ];
    samples.extend(STATUSES.map(|(name, status)| {
        sample(name, &ErrorPage::of(plain_frame(), status).with_way_on("To the start page", "/p/harbor"))
    }));
    samples
}
