//! Asking, looking at links, redeeming.

use super::world::{World, email, minutes, refusal, wrong};
use crate::engine::LinkView;
use crate::identity::IdentityRefusal;
use crate::ports::store::{IdentityReads as _, Outbox as _};
use crate::testing::Yields;
use crate::values::FirmId;

#[tokio::test]
async fn a_link_or_a_code_signs_in_and_both_find_the_same_login() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    practice.contact("Ana", "ana@acme.test").await;
    let first = world.sign_in(practice.firm, "ana@acme.test").await;

    let asker = world.ask(practice.firm, "ANA@acme.test").await;
    world.work().await;
    let challenge = world.mail(&asker).await.unwrap();
    let (head, tail) = challenge.code.expose_text().split_at(3);
    let second = asker.by_code(&format!(" {head}-{tail} ")).await.unwrap();
    assert_eq!(first.login, second.login);
    assert_ne!(first.session, second.session);
    for session in [&first, &second] {
        let signed_in = world.portal.signed_in(&session.token).await.unwrap();
        assert_eq!(signed_in.email().await.unwrap(), email("ana@acme.test"));
    }
}

#[tokio::test]
async fn l02_a_dump_of_the_database_holds_no_usable_token_or_code() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    practice.contact("Ana", "ana@acme.test").await;
    let asker = world.ask(practice.firm, "ana@acme.test").await;
    world.work().await;
    let challenge = world.mail(&asker).await.unwrap();
    let before = format!("{:?}", world.store);
    let session = asker.by_link(&challenge).await.unwrap();
    let dump = before + &format!("{:?}", world.store);

    let browser = asker.browser.expose();
    for secret in [challenge.link.expose_text(), browser.as_str(), session.token.expose().as_str()] {
        assert!(!dump.contains(secret), "a secret is in the database");
    }
    let code = challenge.code.expose_text();
    let words = dump.split(|character: char| !character.is_ascii_alphanumeric());
    assert!(!words.clone().any(|word| word == code), "the code is in the database");
    let digest = asker.browser.digest().to_string();
    assert!(words.clone().any(|word| word == digest), "the dump shows what is stored");
}

#[tokio::test]
async fn l03_link_and_code_end_ten_minutes_after_they_were_asked_for() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    practice.contact("Ana", "ana@acme.test").await;
    let asker = world.ask(practice.firm, "ana@acme.test").await;
    world.clock.advance(minutes(7));
    world.work().await;
    let challenge = world.mail(&asker).await.unwrap();
    world.clock.advance(minutes(3));
    assert_eq!(refusal(asker.by_link(&challenge).await), IdentityRefusal::AttemptOver);
    assert_eq!(refusal(asker.by_code(challenge.code.expose_text()).await), IdentityRefusal::AttemptOver);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn l04_a_hundred_redemptions_at_once_make_one_session() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    practice.contact("Ana", "ana@acme.test").await;
    let asker = world.ask(practice.firm, "ana@acme.test").await;
    world.work().await;
    let challenge = world.mail(&asker).await.unwrap();

    let nodes: Vec<_> = (10..14).map(|seed| world.watched_node(seed, Yields::seeded(seed))).collect();
    let (address, attempt) = (asker.asked.address, asker.asked.attempt);
    let redeeming: Vec<_> = (0..100)
        .map(|number: usize| {
            let source = std::net::IpAddr::from([192, 0, 2, 1]);
            let visitor = nodes[number % nodes.len()].visitor(source);
            let call = if number.is_multiple_of(2) {
                visitor.redeem_link(address, attempt, challenge.link.expose_text(), &asker.browser, "Firefox")
            } else {
                visitor.redeem_code(address, attempt, challenge.code.expose_text(), &asker.browser, "Firefox")
            };
            tokio::spawn(async move { call.await })
        })
        .collect();
    let mut sessions = Vec::new();
    for redeemed in redeeming {
        match redeemed.await.unwrap() {
            Ok(session) => sessions.push(session),
            refused => assert_eq!(refusal(refused), IdentityRefusal::AttemptOver),
        }
    }
    assert_eq!(sessions.len(), 1);
    let rows = world.store.sessions(sessions[0].login, crate::ports::Clock::now(&world.clock)).await.unwrap();
    assert_eq!(rows.len(), 1);
}

#[tokio::test]
async fn l05_looking_at_a_link_fifty_times_uses_nothing_up() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    practice.contact("Ana", "ana@acme.test").await;
    let asker = world.ask(practice.firm, "ana@acme.test").await;
    world.work().await;
    let challenge = world.mail(&asker).await.unwrap();
    let elsewhere = asker.visitor.browser_token().unwrap();
    let look = async |secret: &str, browser| {
        let (address, attempt) = (asker.asked.address, asker.asked.attempt);
        asker.visitor.link(address, attempt, secret, browser).await.unwrap()
    };

    let before = format!("{:?}", world.store);
    let link = challenge.link.expose_text();
    let shown = LinkView::ShowCode { code: challenge.code.clone(), expires_at: asker.asked.expires_at };
    for _ in 0..50 {
        assert_eq!(look(link, None).await, shown);
        assert_eq!(look(link, Some(&elsewhere)).await, shown);
        assert_eq!(look(link, Some(&asker.browser)).await, LinkView::SignIn);
        assert_eq!(look("forged", Some(&asker.browser)).await, LinkView::Gone);
    }
    assert_eq!(format!("{:?}", world.store), before, "a GET changes nothing");

    asker.by_link(&challenge).await.unwrap();
    assert_eq!(look(link, Some(&asker.browser)).await, LinkView::Gone);
}

#[tokio::test]
async fn l05_neither_link_nor_code_works_in_another_browser() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    practice.contact("Ana", "ana@acme.test").await;
    let asker = world.ask(practice.firm, "ana@acme.test").await;
    world.work().await;
    let challenge = world.mail(&asker).await.unwrap();
    let browser = asker.visitor.browser_token().unwrap();
    let scanner = super::world::Asker { visitor: asker.visitor.clone(), browser, asked: asker.asked.clone() };
    assert_eq!(refusal(scanner.by_link(&challenge).await), IdentityRefusal::OtherBrowser);
    for _ in 0..10 {
        assert_eq!(refusal(scanner.by_code("000000").await), IdentityRefusal::OtherBrowser);
    }
    asker.by_code(challenge.code.expose_text()).await.unwrap();
}

#[tokio::test]
async fn l06_a_code_belongs_to_its_own_attempt() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    practice.contact("Ana", "ana@acme.test").await;
    let [one, other] =
        [world.ask(practice.firm, "ana@acme.test").await, world.ask(practice.firm, "ana@acme.test").await];
    world.work().await;
    let challenge = world.mail(&other).await.unwrap();
    let refused = refusal(one.by_code(challenge.code.expose_text()).await);
    assert_eq!(refused, IdentityRefusal::WrongCode { tries_left: 4 });
    assert_eq!(refusal(one.by_link(&challenge).await), IdentityRefusal::AttemptOver);
    other.by_code(challenge.code.expose_text()).await.unwrap();
}

#[tokio::test]
async fn l08_an_unknown_address_is_answered_like_a_known_one_at_every_step() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    practice.contact("Ana", "ana@acme.test").await;
    let known = world.ask(practice.firm, "ana@acme.test").await;
    let unknown = world.ask(practice.firm, "eve@acme.test").await;
    assert_eq!(known.asked.expires_at, unknown.asked.expires_at);
    assert_eq!(
        (known.asked.masked_email.as_str(), unknown.asked.masked_email.as_str()),
        ("a•••@acme.test", "e•••@acme.test")
    );
    world.work().await;

    let code = wrong(&world.mail(&known).await.unwrap());
    assert!(world.mail(&unknown).await.is_none());
    for tries_left in (0..5).rev() {
        let answers = [known.by_code(code).await, unknown.by_code(code).await].map(refusal);
        assert_eq!(answers, [IdentityRefusal::WrongCode { tries_left }; 2]);
    }
    assert_eq!(
        [known.by_code(code).await, unknown.by_code(code).await].map(refusal),
        [IdentityRefusal::AttemptOver; 2]
    );
}

#[tokio::test]
async fn nothing_is_asked_at_a_firm_that_there_is_not() {
    let world = World::new();
    let visitor = world.visitor("192.0.2.1");
    let browser = visitor.browser_token().unwrap();
    let firm = FirmId::from_bits(404);
    let refused = visitor.ask(firm, email("ana@acme.test"), &browser).await.unwrap_err();
    assert_eq!(refused.kind(), crate::engine::ErrorKind::NotFound);
    assert_eq!(visitor.access_page(firm).await.unwrap_err().kind(), crate::engine::ErrorKind::NotFound);
}

#[tokio::test]
async fn asking_again_under_the_same_key_is_asking_once_and_a_strangers_same_key_is_another() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    let visitor = world.visitor("192.0.2.1");
    let (mine, strangers) = (visitor.browser_token().unwrap(), visitor.browser_token().unwrap());
    let ask =
        async |browser| visitor.ask(practice.firm, email("ana@acme.test"), browser).command("form-1").await.unwrap();
    let first = ask(&mine).await;
    assert_eq!(ask(&mine).await, first);
    assert_ne!(ask(&strangers).await.attempt, first.attempt);
    assert_eq!(world.store.backlog().await.unwrap().events, 2);
}
