//! What is another's (l33): answered exactly as what is nowhere, and nothing is done.

use hyper::header;
use portal_core::values::ClientId;
use portal_server::routes::{Route, TABLE, Who};

use super::browser::Page;
use super::cast::{ACTORS, Answered, Cast, MARKER, firm_and_contact};
use super::matrix::{MATRIX, row};

const NO_CLIENT: ClientId = ClientId::from_bits(41);

/// All that an answer says, but for what is another number in each.
fn said(page: &Page) -> String {
    let random = [header::DATE.as_str(), header::CONTENT_SECURITY_POLICY.as_str(), "x-request-id"];
    let headers = page.headers.iter().filter(|(name, _)| !random.contains(&name.as_str()));
    let headers: Vec<String> = headers.map(|(name, value)| format!("{name}: {value:?}\n")).collect();
    format!("{}\n{}\n{}", page.status, headers.concat(), page.without_numbers())
}

/// Asks for what is another's, at a client of one's own or theirs, and for what is nowhere; says what is wrong with the answers.
async fn ask_for_both(
    cast: &mut Cast,
    index: usize,
    route: &Route,
    (theirs, nowhere): (ClientId, ClientId),
) -> Vec<String> {
    (cast.client, cast.is_nowhere) = (theirs, false);
    let there = cast.ask(index, route).await;
    (cast.client, cast.is_nowhere) = (nowhere, true);
    let unknown = cast.ask(index, route).await;
    let by = format!("{route:?} by {}", ACTORS[index]);
    let mut wrong = Vec::new();
    for answered in [&there, &unknown] {
        if answered.letter != 'N' || !answered.changed.is_empty() || answered.page.mentions(MARKER) {
            wrong.push(format!("{by}: {} and {:?}", answered.letter, answered.changed));
        }
    }
    if said(&there.page) != said(&unknown.page) {
        wrong.push(format!("{by}: {}\n instead of {}", said(&there.page), said(&unknown.page)));
    }
    wrong
}

#[tokio::test]
async fn l33_what_is_another_s_is_answered_exactly_as_what_is_nowhere() {
    let mut cast = Cast::assemble(None).await;
    let acme = cast.client;
    let (mut wrong, mut compared) = (Vec::new(), 0);
    for (method, path, letters) in MATRIX {
        let (route, _) = row(method, path);
        for (index, _) in letters.chars().enumerate().filter(|(_, letter)| *letter == 'N' && route.who != Who::Demo) {
            wrong.extend(ask_for_both(&mut cast, index, route, (acme, NO_CLIENT)).await);
            compared += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 50, "{compared} were compared");
}

#[tokio::test]
async fn l33_what_is_another_client_s_is_not_found_under_this_one() {
    let mut cast = Cast::assemble(None).await;
    let bolt = cast.office.world.bolt.id;
    let names_more = |route: &&Route| {
        let rest = route.path.strip_prefix("/staff/clients/{client}");
        rest.is_some_and(|rest| {
            ["{node}", "{folder}", "{document}", "{contact}"].iter().any(|name| rest.contains(name))
        })
    };
    let (mut wrong, mut compared) = (Vec::new(), 0);
    for route in TABLE.iter().filter(names_more) {
        wrong.extend(ask_for_both(&mut cast, 0, route, (bolt, bolt)).await);
        compared += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 25, "{compared} were compared");
}

#[tokio::test]
async fn l31_l33_nobody_asks_under_the_contact_of_another() {
    let mut cast = Cast::assemble(None).await;
    let (mut wrong, mut asked) = (Vec::new(), 0);
    for route in TABLE.iter().filter(|route| route.path.starts_with("/p/{firm}/{contact}")) {
        for index in cast.contacts() {
            for (whose, place) in cast.places_of_others(index) {
                // What is public of a firm is shown at whatever address of it.
                let nobody = cast.ask_at(index, route, cast.nobody_at(&place)).await;
                let answered = cast.ask_at(index, route, place).await;
                let by = format!("{route:?} of {whose} by {}", ACTORS[index]);
                if answered.letter != 'N' || !answered.changed.is_empty() || answered.page.mentions(MARKER) {
                    wrong.push(format!("{by}: {} and {:?}", answered.letter, answered.changed));
                }
                if answered.page.without_numbers() != nobody.page.without_numbers() {
                    wrong.push(format!("{by} is answered otherwise than for nobody"));
                }
                asked += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(asked >= 11 * 5 * 5, "{asked}");
}

#[tokio::test]
async fn l31_l33_nobody_ends_the_session_of_another() {
    let mut cast = Cast::assemble(None).await;
    let (route, _) = row("POST", "/p/{firm}/{contact}/sessions/{session}/end");
    for index in cast.contacts() {
        for other in cast.contacts().into_iter().filter(|other| *other != index) {
            let (firm, contact) = firm_and_contact(cast.person(index));
            let answered = cast.ask_at(index, route, (firm, contact, cast.session(other))).await;
            assert_eq!(answered.letter, 'N', "of {} by {}", ACTORS[other], ACTORS[index]);
            assert!(answered.changed.is_empty(), "{:?}", answered.changed);
        }
    }
    // Each of them could: those were real, and are there still.
    for index in cast.contacts() {
        let Answered { letter, changed, .. } = cast.ask(index, route).await;
        assert_eq!((letter, changed.len()), ('Y', 1), "{}", ACTORS[index]);
    }
}
