//! Odd names, typed into every form that takes one: refused with what is wrong beside the field, or made safe.

use portal_core::values::{FileName, PageRequest};

use super::browser::Page;
use super::office::Office;

const UP_AND_AWAY: &str = "../../etc/passwd";
const NUL: &str = "w2\0.pdf";
const TURNED: &str = "invoice\u{202e}fdp.exe";
const NOTHING_BUT_THAT: &str = "\0\u{202e}";

/// What is said of a name that cannot be one.
const TOO_LONG: &str = "A name has at most 200 characters. Shorten it.";
const NOTHING_LEFT: &str = "Type a name with at least one letter or digit.";
const INVISIBLE: &str = "A name has letters, digits and signs, and nothing invisible. Type it anew.";
const EMPTY: &str = "Type a name.";

#[track_caller]
fn assert_says(page: Page, said: &str, what: &str) {
    assert_eq!(page.status, 422, "{what}: {}", page.text());
    page.shows(said).shows("aria-invalid");
}

/// Nothing in a page of ours may end a text early for some reader or turn what stands after it.
#[track_caller]
fn assert_inert(page: Page) {
    let text = page.ok().text();
    let odd = text.chars().find(|letter| matches!(letter, '\0' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'));
    assert_eq!(odd, None, "{text}");
}

#[tokio::test]
async fn l26_odd_names_of_folders_and_documents_are_made_safe_or_refused_beside_the_field() {
    let office = Office::open().await;
    let world = &office.world;
    let files = world.owner.files(world.acme.id);
    let document = world.upload(world.acme.id, world.internal, "plain.pdf", "x").await.unwrap();
    let folder = files.add_folder(world.internal, FileName::new("plain").unwrap()).await.unwrap();
    let client = format!("/staff/clients/{}", world.acme.id);
    let new_folder = format!("{client}/files/{}/new-folder", world.receipts);
    let forms =
        [new_folder.clone(), format!("{client}/nodes/{folder}/rename"), format!("{client}/nodes/{document}/rename")];
    let mut olivia = office.owner().await;
    let long = "x".repeat(10_000);
    for path in &forms {
        let form = olivia.get(path).await.ok();
        for (typed, said) in
            [(long.as_str(), TOO_LONG), (NOTHING_BUT_THAT, NOTHING_LEFT), ("..", NOTHING_LEFT), ("", NOTHING_LEFT)]
        {
            assert_says(olivia.submit(&form, path, &[("name", typed)]).await, said, path);
        }
        for (typed, kept) in
            [(UP_AND_AWAY, ".._.._etc_passwd"), (NUL, "w2.pdf"), (TURNED, "invoicefdp.exe"), (" a/b\\c. ", "a_b_c")]
        {
            let form = olivia.get(path).await.ok();
            let made = olivia.submit(&form, path, &[("name", typed)]).await;
            assert_eq!(made.status, 303, "{typed:?} at {path}: {}", made.text());
            let within = if *path == new_folder { world.receipts } else { world.internal };
            let listing = files.list(Some(within), &PageRequest::default()).await.unwrap().entries.items;
            let names: Vec<&str> = listing.iter().map(|entry| entry.name.as_str()).collect();
            let stem = kept.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or(kept);
            assert!(names.iter().any(|name| name.starts_with(stem)), "{typed:?} at {path}: {names:?}");
            let shown = olivia.follow(made).await;
            assert_inert(shown);
        }
    }
    let listing = files.list(Some(world.receipts), &PageRequest::default()).await.unwrap().entries.items;
    let names: Vec<&str> = listing.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, [".._.._etc_passwd", "a_b_c", "invoicefdp.exe", "w2.pdf"]);
}

/// A form with a name in it: the page that shows it, where it is sent, what else is in it, and where the name is shown then.
struct NameForm {
    shown: String,
    sent: String,
    others: &'static [(&'static str, &'static str)],
    then_at: String,
}

const EMAIL: [(&str, &str); 1] = [("email", "zoe@acme.test")];
const MEMBER: [(&str, &str); 3] =
    [("email", "zoe@miller.test"), ("role", "member"), ("password", "correct horse battery")];
const FIRM: [(&str, &str); 4] =
    [("color", "#1f5f5b"), ("max_upload_megabytes", "10"), ("time_zone", "UTC"), ("digest_hour", "8")];

#[tokio::test]
async fn l26_odd_names_of_people_clients_and_firms_are_refused_beside_the_field_and_dots_and_slashes_are_letters() {
    let office = Office::open().await;
    let world = &office.world;
    let client = format!("/staff/clients/{}", world.acme.id);
    let form = |shown: &str, sent: &str, others: &'static [(&'static str, &'static str)], then_at: &str| NameForm {
        shown: shown.to_owned(),
        sent: sent.to_owned(),
        others,
        then_at: then_at.to_owned(),
    };
    let (rename, contact) = (format!("{client}/rename"), format!("{client}/contacts/new"));
    let edit = format!("{client}/contacts/{}/edit", world.ana.contact);
    let files = format!("{client}/files");
    let forms = [
        form("/staff/clients/new", "/staff/clients", &[], "/staff/clients"),
        form(&rename, &rename, &[], "/staff/clients"),
        form(&contact, &contact, &EMAIL, &files),
        form(&edit, &edit, &EMAIL, &files),
        form("/staff/team/new", "/staff/team", &MEMBER, "/staff/team"),
        form("/staff/settings", "/staff/settings", &FIRM, "/staff/settings"),
    ];
    let mut olivia = office.owner().await;
    let long = "x".repeat(10_000);
    for NameForm { shown, sent: path, others, then_at } in forms {
        let form = olivia.get(&shown).await.ok();
        for (typed, said) in [
            (long.as_str(), TOO_LONG),
            (NUL, INVISIBLE),
            (TURNED, INVISIBLE),
            (NOTHING_BUT_THAT, INVISIBLE),
            ("", EMPTY),
            (" ", EMPTY),
        ] {
            let fields = [&[("name", typed)], others].concat();
            assert_says(olivia.submit(&form, &path, &fields).await, said, &path);
        }
        assert_inert(olivia.get(&then_at).await);
        let fields = [&[("name", UP_AND_AWAY)], others].concat();
        let made = olivia.submit(&form, &path, &fields).await;
        assert_eq!(made.status, 303, "{path}: {}", made.text());
        olivia.get(&then_at).await.ok().shows(UP_AND_AWAY);
    }
}
