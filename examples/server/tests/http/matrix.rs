//! Who may do what (l31): every route, asked for by everybody, and what it did.

use std::sync::Arc;

use hyper::Method;
use portal_server::mailbox::{Mailbox, SentMail};
use portal_server::routes::{Route, TABLE, Who};

use super::cast::{ACTORS, Answered, Cast, MARKER};

/// What each is answered, in the order of [`ACTORS`]. `Y`: as asked. `S`: led to sign in. `N`: there is no such thing. `D`: for
/// owners and admins. `R`: refused by a rule, or by a wrong code or password. `G`: a link that is over. `M`: not asked as it should be.
///
/// Staff act on the client Acme of their firm; contacts at their own page, on a folder and a document of Acme. The host has no
/// pages: what it may do stands in the matrix of operations.
pub const MATRIX: &[(&str, &str, &str)] = &[
    ("GET", "/", "YYYYYYYYYYY"),
    ("GET", "/healthz", "YYYYYYYYYYY"),
    ("GET", "/assets/{name}", "YYYYYYYYYYY"),
    ("GET", "/theme/{color}", "YYYYYYYYYYY"),
    // What the token in a mail can do stands in mail.rs; one that is none is answered alike, whoever holds it.
    ("GET", "/unsubscribe/{firm}/{token}", "NNNNNNNNNNN"),
    ("POST", "/unsubscribe/{firm}/{token}", "NNNNNNNNNNN"),
    ("POST", "/unsubscribe/{firm}/{token}/again", "NNNNNNNNNNN"),
    ("GET", "/mailbox", "NNNNNNNNNNN"),
    ("GET", "/mailbox/{mail}", "NNNNNNNNNNN"),
    ("GET", "/mailbox/{mail}/html", "NNNNNNNNNNN"),
    ("GET", "/p/{firm}", "YYYYYYYYYYY"),
    ("POST", "/p/{firm}", "YYYYYYYYYYY"),
    ("GET", "/p/{firm}/code", "YYYYYYYYYYY"),
    ("POST", "/p/{firm}/code", "RRRRRRRRRRR"),
    ("GET", "/p/{firm}/link/{address}/{attempt}/{secret}", "GGGGGGGGGGG"),
    ("POST", "/p/{firm}/link/{address}/{attempt}/{secret}", "GGGGGGGGGGG"),
    ("GET", "/p/{firm}/choose", "SSSSSYYYYYS"),
    ("GET", "/p/{firm}/{contact}", "SSSSSYYYYYS"),
    ("GET", "/p/{firm}/{contact}/files", "SSSSSYYYYYS"),
    ("GET", "/p/{firm}/{contact}/files/{node}", "SSSSSYYNNNS"),
    ("GET", "/p/{firm}/{contact}/files/{node}/zip", "SSSSSYYNNNS"),
    ("POST", "/p/{firm}/{contact}/files/{node}/upload", "SSSSSRYNNNS"),
    ("POST", "/p/{firm}/{contact}/files/{node}/done", "SSSSSRYNNNS"),
    ("POST", "/p/{firm}/{contact}/files/{node}/uploads", "SSSSSRYNNNS"),
    // The firm lets its contacts make folders in these tests.
    ("POST", "/p/{firm}/{contact}/files/{node}/folders", "SSSSSRYNNNS"),
    ("GET", "/p/{firm}/{contact}/files/{node}/new-folder", "SSSSSYYNNNS"),
    ("POST", "/p/{firm}/{contact}/files/{node}/new-folder", "SSSSSRYNNNS"),
    // Contacts and the firm's team ask about an upload of their own.
    ("GET", "/p/{firm}/{contact}/uploads/{upload}", "SSSSSYYYYYS"),
    ("PATCH", "/p/{firm}/{contact}/uploads/{upload}", "SSSSSYYYYYS"),
    ("DELETE", "/p/{firm}/{contact}/uploads/{upload}", "SSSSSYYYYYS"),
    ("POST", "/p/{firm}/{contact}/uploads/{upload}/discard", "SSSSSYYYYYS"),
    ("GET", "/p/{firm}/{contact}/documents/{document}/download", "SSSSSYYNNNS"),
    ("GET", "/p/{firm}/{contact}/documents/{document}/withdraw", "SSSSSYYNNNS"),
    // Contacts withdraw what they uploaded themselves.
    ("POST", "/p/{firm}/{contact}/documents/{document}/withdraw", "SSSSSYYYYYS"),
    ("GET", "/p/{firm}/{contact}/documents/{document}/pages/{page}", "SSSSSYYNNNS"),
    ("GET", "/p/{firm}/{contact}/archive", "SSSSSYYYYYS"),
    ("GET", "/p/{firm}/{contact}/files/{node}/archive", "SSSSSYYNNNS"),
    ("GET", "/p/{firm}/{contact}/receipts", "SSSSSYYYYYS"),
    ("GET", "/p/{firm}/{contact}/settings", "SSSSSYYYYYS"),
    ("POST", "/p/{firm}/{contact}/notifications", "SSSSSYYYYYS"),
    ("POST", "/p/{firm}/{contact}/sessions/{session}/end", "SSSSSYYYYYS"),
    ("POST", "/p/{firm}/{contact}/sessions/end-others", "SSSSSYYYYYS"),
    ("GET", "/staff/sign-in", "YYYYYYYYYYY"),
    ("POST", "/staff/sign-in", "RRRRRRRRRRR"),
    ("GET", "/staff/clients", "YYYYYSSSSSS"),
    ("POST", "/staff/clients", "YYYYYSSSSSS"),
    ("GET", "/staff/clients/new", "YYYYYSSSSSS"),
    ("GET", "/staff/clients/import", "YYDDYSSSSSS"),
    ("POST", "/staff/clients/import", "YYDDYSSSSSS"),
    ("POST", "/staff/clients/import/run", "YYDDYSSSSSS"),
    ("GET", "/staff/clients/import/sample", "YYDDYSSSSSS"),
    ("GET", "/staff/clients/{client}", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/export", "YYDDNSSSSSS"),
    ("POST", "/staff/clients/{client}/export", "YYDDNSSSSSS"),
    ("GET", "/staff/clients/{client}/rename", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/rename", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/team", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/team", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/team/{member}/assign", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/team/{member}/unassign", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/contacts/new", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/contacts/new", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/contacts/{contact}", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/contacts/{contact}/edit", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/contacts/{contact}/edit", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/contacts/{contact}/remove", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/contacts/{contact}/remove", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/contacts/{contact}/erase", "YYDDNSSSSSS"),
    ("POST", "/staff/clients/{client}/contacts/{contact}/erase", "YYDDNSSSSSS"),
    ("POST", "/staff/clients/{client}/contacts/{contact}/portal-access", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/contacts/{contact}/clear-bounce", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/contacts/{contact}/view-as", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/contacts/{contact}/view-as/{folder}", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/files", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/files/{folder}", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/files", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/files/{folder}", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/files/{folder}/share-several", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/files/{folder}/unshare", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/files/{folder}/new-folder", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/files/{folder}/new-folder", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/files/{folder}/upload", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/files/{folder}/zip", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/files/{folder}/uploads", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/files/{folder}/folders", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/uploads/{upload}", "YYYYNSSSSSS"),
    ("PATCH", "/staff/clients/{client}/uploads/{upload}", "YYYYNSSSSSS"),
    ("DELETE", "/staff/clients/{client}/uploads/{upload}", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/uploads/{upload}/discard", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/trash", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/trash", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/template", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/template", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/archive", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/activity", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/nodes/{node}/rename", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/nodes/{node}/rename", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/nodes/{node}/visible", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/nodes/{node}/move", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/move", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/nodes/{node}/hold", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/nodes/{node}/hold", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/nodes/{node}/release", "YYDDNSSSSSS"),
    ("POST", "/staff/clients/{client}/nodes/{node}/archive", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/nodes/{node}/unarchive", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/nodes/{node}/trash", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/nodes/{node}/restore", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/nodes/{node}/purge", "YYDDNSSSSSS"),
    ("POST", "/staff/clients/{client}/nodes/{node}/purge", "YYDDNSSSSSS"),
    ("GET", "/staff/clients/{client}/nodes/{node}/share", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/nodes/{node}/share", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/nodes/{node}/revoke", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/nodes/{node}/explain", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/documents/{document}", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/documents/{document}/download", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/documents/{document}/pages/{page}", "YYYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/documents/{document}/add-version", "YYYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/documents/{document}/add-version", "YYYYNSSSSSS"),
    ("GET", "/staff/activity", "YYYYYSSSSSS"),
    ("GET", "/staff/deliveries", "YYYYYSSSSSS"),
    ("POST", "/staff/deliveries/{message}/resend", "YYYYNSSSSSS"),
    ("GET", "/staff/settings", "YYYYYSSSSSS"),
    ("POST", "/staff/settings", "YYDDYSSSSSS"),
    ("POST", "/staff/logo", "YYDDYSSSSSS"),
    // It is there since its owner set one.
    ("GET", "/p/{firm}/logo", "YYYYYYYYYYY"),
    ("POST", "/staff/logo/remove", "YYDDYSSSSSS"),
    ("POST", "/staff/logo/restore", "YYDDYSSSSSS"),
    ("GET", "/staff/policies", "YYYYYSSSSSS"),
    ("POST", "/staff/policies", "YYDDYSSSSSS"),
    ("GET", "/staff/mail", "YYYYYSSSSSS"),
    ("GET", "/staff/mail/html", "YYYYYSSSSSS"),
    ("POST", "/staff/mail/test", "YYYYYSSSSSS"),
    ("POST", "/staff/notifications", "YYYYYSSSSSS"),
    ("GET", "/staff/templates", "YYYYYSSSSSS"),
    ("POST", "/staff/templates", "YYDDYSSSSSS"),
    ("GET", "/staff/templates/new", "YYDDYSSSSSS"),
    ("GET", "/staff/templates/{template}", "YYDDNSSSSSS"),
    ("POST", "/staff/templates/{template}", "YYDDNSSSSSS"),
    ("POST", "/staff/templates/{template}/remove", "YYDDNSSSSSS"),
    ("POST", "/staff/templates/{template}/default", "YYDDNSSSSSS"),
    ("GET", "/staff/team", "YYYYYSSSSSS"),
    ("POST", "/staff/team", "YYDDYSSSSSS"),
    ("GET", "/staff/team/new", "YYDDYSSSSSS"),
    ("POST", "/staff/team/{member}/role", "YYDDNSSSSSS"),
    ("GET", "/staff/team/{member}/remove", "YYDDNSSSSSS"),
    ("POST", "/staff/team/{member}/remove", "YYDDNSSSSSS"),
    // Last, since whoever did it is signed out.
    ("POST", "/p/{firm}/sign-out", "SSSSSYYYYYS"),
    ("POST", "/staff/sign-out", "YYYYYSSSSSS"),
];

pub fn row(method: &str, path: &str) -> (&'static Route, &'static str) {
    let route = TABLE.iter().find(|route| route.method == method && route.path == path);
    let row = MATRIX.iter().find(|row| row.0 == method && row.1 == path);
    (route.unwrap_or_else(|| panic!("there is no {method} {path}")), row.unwrap().2)
}

/// Whether something must have changed, or must not have.
fn changes(route: &Route, letter: char) -> bool {
    match (letter, route.path) {
        // The server's own staff accounts are not the portal's; what signing out does is seen by asking again.
        (_, "/staff/sign-in" | "/staff/sign-out") => false,
        // What a list would do is looked at by sending it.
        (_, "/staff/clients/import") => false,
        // A wrong code is counted.
        ('R', "/p/{firm}/code") => true,
        ('Y', _) => route.method != Method::GET,
        _ => false,
    }
}

#[tokio::test]
async fn l31_l23_every_route_answers_and_does_for_everybody_what_the_matrix_says_and_no_more() {
    let mut cast = Cast::assemble(None).await;
    let (mut wrong, mut shown) = (Vec::new(), [false; ACTORS.len()]);
    for (method, path, letters) in MATRIX {
        let (route, _) = row(method, path);
        assert_eq!(letters.len(), ACTORS.len(), "{route:?}");
        for (index, expected) in letters.chars().enumerate() {
            let Answered { letter, page, changed, by_others } = cast.ask(index, route).await;
            let by = format!("{route:?} by {}", ACTORS[index]);
            if letter != expected {
                wrong.push(format!("{by}: {letter} instead of {expected}"));
            }
            if changed.is_empty() == changes(route, expected) {
                wrong.push(format!("{by}, answered {letter}, changed {changed:?}"));
            }
            if by_others {
                wrong.push(format!("{by} changed {changed:?} as somebody else"));
            }
            shown[index] |= page.mentions(MARKER);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let expected = ACTORS.map(may_see);
    assert_eq!(shown, expected, "who was shown the name of a folder or document of Acme's, of {ACTORS:?}");
}

#[tokio::test]
async fn s38_where_members_are_restricted_an_unassigned_one_is_answered_as_if_there_were_no_such_client() {
    let mut cast = Cast::assemble(None).await;
    cast.restrict().await;
    let (assigned, unassigned) = (2, 3);
    let (mut wrong, mut shown, mut hidden) = (Vec::new(), [false; ACTORS.len()], 0);
    for (method, path, letters) in MATRIX.iter().filter(|(_, path, _)| path.starts_with("/staff/")) {
        let (route, _) = row(method, path);
        for index in [assigned, unassigned] {
            let allowed = letters.chars().nth(index).unwrap();
            let hides = index == unassigned && ["{client}", "{message}"].iter().any(|named| path.contains(named));
            let expected = if hides && allowed == 'Y' { 'N' } else { allowed };
            hidden += usize::from(expected != allowed);
            let Answered { letter, page, changed, .. } = cast.ask(index, route).await;
            // What is for owners and admins may be denied, or not be there: neither tells anything.
            let fits = letter == expected || hides && expected == 'D' && letter == 'N';
            if !fits || changed.is_empty() == changes(route, expected) {
                wrong.push(format!("{route:?} by {}: {letter} instead of {expected}, {changed:?}", ACTORS[index]));
            }
            shown[index] |= page.mentions(MARKER);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(hidden > 50, "{hidden} were hidden");
    assert!(shown[assigned] && !shown[unassigned], "{shown:?}");
}

/// Whether somebody may be shown what Acme's folder is called: its firm's team, and those to whom it is shared.
fn may_see(actor: &str) -> bool {
    ![
        "owner of another firm",
        "contact with nothing",
        "contact of a sibling client",
        "contact of another firm",
        "visitor",
    ]
    .contains(&actor)
}

#[tokio::test]
async fn l34_a_query_that_a_page_does_not_ask_is_refused_and_nothing_is_done() {
    let mut cast = Cast::assemble(None).await;
    cast.query = "?no_such_field=1";
    for route in TABLE {
        let (owner, contact) = (0, 5);
        let index = if route.path.starts_with("/staff/") { owner } else { contact };
        let Answered { letter, changed, .. } = cast.ask(index, route).await;
        assert_eq!((letter, changed), ('M', Vec::new()), "{route:?}");
    }
}

/// The demo's mailbox with one mail in it.
struct OneMail;

#[async_trait::async_trait]
impl Mailbox for OneMail {
    fn place(&self) -> String {
        "memory".to_owned()
    }

    async fn list(&self, _limit: usize) -> std::io::Result<Vec<SentMail>> {
        Ok(self.read("one").await?.into_iter().collect())
    }

    async fn read(&self, name: &str) -> std::io::Result<Option<SentMail>> {
        let text = |text: &str| text.to_owned();
        Ok((name == "one").then(|| SentMail {
            name: text("one"),
            from: text("firm@miller.test"),
            to: text("ana@acme.test"),
            subject: text("A subject that is shown"),
            at: portal_core::values::Timestamp::from_micros(0),
            text: text("A text that is shown"),
            html: Some(text("<p>A text that is shown")),
            images: Vec::new(),
        }))
    }
}

#[tokio::test]
async fn l31_with_the_demo_on_the_mailbox_is_open_to_whoever_sits_at_the_machine() {
    let mut cast = Cast::assemble(Some(Arc::new(OneMail))).await;
    for route in TABLE.iter().filter(|route| route.who == Who::Demo) {
        for (index, actor) in ACTORS.iter().enumerate() {
            for (mail, expected) in [("one", 'Y'), ("another", if route.path == "/mailbox" { 'Y' } else { 'N' })] {
                cast.mail = mail;
                let Answered { letter, page, changed, .. } = cast.ask(index, route).await;
                assert_eq!(letter, expected, "{route:?} by {actor}");
                assert_eq!(page.text().contains("that is shown"), expected == 'Y', "{route:?} by {actor}");
                assert!(changed.is_empty(), "{route:?} by {actor} changed {changed:?}");
            }
        }
    }
}

#[test]
fn l31_every_route_has_its_row_in_the_matrix() {
    for route in TABLE {
        let rows = MATRIX.iter().filter(|(method, path, _)| route.method == *method && route.path == *path).count();
        assert_eq!(rows, 1, "{route:?}");
    }
    assert_eq!(MATRIX.len(), TABLE.len());
}

#[test]
fn l31_whom_the_table_names_for_a_route_is_whom_the_matrix_lets_in() {
    for (method, path, letters) in MATRIX {
        let (route, _) = row(method, path);
        let of = |actors: std::ops::Range<usize>| letters[actors].to_owned();
        let only = |letters: &str, allowed: &str| letters.chars().all(|letter| allowed.contains(letter));
        let (administrators, members, other_owner) = (of(0..2), of(2..4), of(4..5));
        let (contacts, visitor) = (of(5..10), of(10..11));
        let nobody_else = |signed_in: &str| signed_in.chars().all(|letter| letter == 'S');
        let fits = match route.who {
            // The token says who it is for, and here it is none.
            Who::Anybody if path.starts_with("/unsubscribe/") => only(letters, "N"),
            Who::Anybody => {
                only(letters, if *path == "/staff/sign-in" && route.method == Method::POST { "R" } else { "Y" })
            }
            Who::Demo => only(letters, "N"),
            Who::Visitor => only(letters, "YRG"),
            Who::SignedIn => only(&contacts, "Y") && nobody_else(&(of(0..5) + &visitor)),
            Who::Contact => {
                only(&contacts, "YNR") && contacts.starts_with(['Y', 'R']) && nobody_else(&(of(0..5) + &visitor))
            }
            Who::Staff => {
                only(&(administrators + &members), "Y")
                    && only(&other_owner, "YN")
                    && nobody_else(&(contacts + &visitor))
            }
            Who::Administrator => {
                only(&administrators, "Y")
                    && only(&members, "D")
                    && only(&other_owner, "YN")
                    && nobody_else(&(contacts + &visitor))
            }
        };
        assert!(fits, "{route:?}: {letters}");
    }
}
