//! Whether the time of an answer tells which addresses a firm knows (security.md 8).
//!
//! Addresses that are known and others that are not take turns in an order drawn by lot: each is asked for, and then a wrong
//! code is typed. Welch's t between the two kinds of times must stay below 4.5, as for a leak that is worth speaking of
//! (Goodwill et al., "A testing methodology for side-channel resistance validation", 2011). It is told over all times,
//! and over those without the slowest twentieth, where the machine's own noise lies.
//!
//! `cargo bench --bench same_time`; exits with 1 when a difference shows.

#![expect(clippy::expect_used, reason = "a program that measures stops where something is wrong")]
#![expect(clippy::disallowed_methods, reason = "what is measured here is real time")]

use std::net::{IpAddr, Ipv4Addr};
use std::process::ExitCode;
use std::time::Instant;

use portal_core::directory::{NewClient, NewContact, NewFirm, NewMember};
use portal_core::identity::{Asked, BrowserToken};
use portal_core::memory::{FixedLinks, MemoryBlobs, MemoryMailer, MemoryStore};
use portal_core::testing::Dice;
use portal_core::values::{DisplayName, EmailAddress, FirmId, LinkKey};
use portal_core::{Portal, Visitor};

/// How many addresses of each kind there are, and how often each is asked for: 10,000 in all.
const ADDRESSES: usize = 500;
const ROUNDS: usize = 10;
/// From which t on a difference is taken for one.
const LIMIT: f64 = 4.5;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let portal = portal();
    let firm = firm(&portal).await;
    let mut turns: Vec<(bool, usize)> = (0..ROUNDS)
        .flat_map(|_| [true, false])
        .flat_map(|known| (0..ADDRESSES).map(move |number| (known, number)))
        .collect();
    shuffle(&mut turns, &mut Dice::new(8));

    let mut asking = Times::default();
    let mut asked = Vec::new();
    for (turn, (known, number)) in turns.iter().enumerate() {
        // A source of its own each time, so that no limit is reached.
        let source = Ipv4Addr::from_bits(0x0a00_0000 + u32::try_from(turn).expect("a few thousand"));
        let visitor = portal.visitor(IpAddr::V4(source));
        let browser = visitor.browser_token().expect("randomness");
        let email = address(*known, *number);
        let began = Instant::now();
        let answer = visitor.ask(firm, email, &browser).await.expect("an answer");
        asking.add(*known, began);
        asked.push((*known, visitor, browser, answer));
    }
    // From here on the known ones have codes that work.
    while portal.worker().run_sign_in().await.expect("work").more {}

    let mut typing = Times::default();
    for (known, visitor, browser, answer) in &asked {
        let began = Instant::now();
        type_wrong_code(visitor, browser, answer).await;
        typing.add(*known, began);
    }
    let same = [asking.tell("asking"), typing.tell("typing a wrong code")];
    if same == [true; 2] { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn portal() -> Portal {
    Portal::builder()
        .store(MemoryStore::new())
        .blobs(MemoryBlobs::new())
        .mailer(MemoryMailer::new())
        .links(FixedLinks::new("https://portal.test").expect("a link"))
        .sender(EmailAddress::new("portal@portal.test").expect("an address"))
        .unencrypted(LinkKey::new([7; 32]))
        .build()
        .expect("a portal")
}

async fn firm(portal: &Portal) -> FirmId {
    let name = |text: &str| DisplayName::new(text).expect("a name");
    let owner = NewMember::new(name("Olga"), EmailAddress::new("olga@miller.test").expect("an address"));
    let added = portal.host().firms().add(NewFirm::new(name("Miller"), owner)).await.expect("a firm");
    let staff = portal.staff(added.firm, added.owner).await.expect("staff");
    let client = staff.clients().add(NewClient::new(name("Acme"))).await.expect("a client").id;
    for number in 0..ADDRESSES {
        let contact = NewContact::new(name("Ana"), address(true, number));
        staff.contacts(client).add(contact).await.expect("a contact");
    }
    added.firm
}

fn address(known: bool, number: usize) -> EmailAddress {
    let kind = if known { "one" } else { "two" };
    EmailAddress::new(&format!("{kind}{number:04}@acme.test")).expect("an address")
}

/// Six characters that are nobody's code.
async fn type_wrong_code(visitor: &Visitor, browser: &BrowserToken, asked: &Asked) {
    let typed = visitor.redeem_code(asked.address, asked.attempt, "none42", browser, "a browser").await;
    assert!(typed.is_err(), "a wrong code signed in");
}

fn shuffle<T>(items: &mut [T], dice: &mut Dice) {
    for end in (1..items.len()).rev() {
        let other = usize::try_from(dice.below(end as u64 + 1)).expect("an index");
        items.swap(end, other);
    }
}

/// Microseconds, of known addresses and of unknown ones.
#[derive(Default)]
struct Times {
    known: Vec<f64>,
    unknown: Vec<f64>,
}

impl Times {
    fn add(&mut self, known: bool, began: Instant) {
        let micros = began.elapsed().as_secs_f64() * 1e6;
        if known { self.known.push(micros) } else { self.unknown.push(micros) }
    }

    /// Prints what was found, and says whether the two kinds look alike.
    fn tell(mut self, what: &str) -> bool {
        let whole = welch_t(&self.known, &self.unknown);
        let mut all: Vec<f64> = self.known.iter().chain(&self.unknown).copied().collect();
        all.sort_by(f64::total_cmp);
        let slowest = *all.get(all.len() * 19 / 20).expect("times were taken");
        self.known.retain(|micros| *micros < slowest);
        self.unknown.retain(|micros| *micros < slowest);
        let cropped = welch_t(&self.known, &self.unknown);
        println!(
            "{what}: known {:.1} µs, unknown {:.1} µs; t = {whole:.2} over all, {cropped:.2} without the slowest twentieth",
            mean(&self.known),
            mean(&self.unknown),
        );
        whole.abs() < LIMIT && cropped.abs() < LIMIT
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn welch_t(one: &[f64], other: &[f64]) -> f64 {
    let error = |values: &[f64]| {
        let mean = mean(values);
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        squares / (values.len() as f64 - 1.0) / values.len() as f64
    };
    (mean(one) - mean(other)) / (error(one) + error(other)).sqrt()
}
