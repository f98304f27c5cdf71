//! What somebody who copies the database's files gets to know.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use portal_core::testing::World;
use portal_sqlx::SqliteStore;

/// Bytes as a text in which each of them is a letter.
fn letters(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// The ways in which bytes may be written down: as they are, in hexadecimal, and in base64, also in the middle of something
/// longer.
fn spellings(bytes: &[u8]) -> Vec<String> {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut spellings = vec![letters(bytes), hex.to_uppercase(), hex];
    for before in 0..3 {
        let shifted = [&vec![0; before], bytes].concat();
        // The digits that hold bits of what stands before or after are not known.
        let known = (before * 8).div_ceil(6)..(before + bytes.len()) * 8 / 6;
        for alphabet in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            spellings.push(alphabet.encode(&shifted)[known.clone()].to_owned());
        }
    }
    spellings
}

fn holds(files: &str, secret: &[u8]) -> bool {
    spellings(secret).iter().any(|spelt| files.contains(spelt))
}

/// All bytes of all files in a folder, as letters: the database, its log, and what else lies beside it.
fn contents(folder: &Path) -> String {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    files.map(|bytes| letters(&bytes)).collect()
}

#[tokio::test]
async fn l02_the_files_hold_no_link_no_code_and_no_token_however_it_is_spelt() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("portal.db")).await.unwrap();
    store.migrate().await.unwrap();
    let world = World::builder().store(Arc::new(store.clone())).build().await.unwrap();
    let session = world.session_of(&world.ana).await.unwrap();
    let visitor = world.portal.visitor(std::net::IpAddr::from([192, 0, 2, 1]));
    let browser = visitor.browser_token().unwrap();
    visitor.ask(world.firm, world.ben.email.clone(), &browser).await.unwrap();
    world.run_worker().await.unwrap();
    // One attempt that waits to be redeemed, and one that was.
    let (mut links, mut codes) = (Vec::new(), Vec::new());
    for person in [&world.ana, &world.ben] {
        let mail = world.mailer.last_to(&person.email).unwrap();
        let link = mail.text.lines().find(|line| line.contains("https://portal.test/access/")).unwrap();
        links.push(link.trim().rsplit('/').next().unwrap().to_owned());
        let bare = |line: &str| line.split_whitespace().collect::<String>();
        codes.push(mail.text.lines().map(bare).find(|line| line.len() == 6 && line.parse::<u32>().is_ok()).unwrap());
    }

    let open = contents(folder.path());
    store.close().await;
    let files = open + &contents(folder.path());
    let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    for link in &links {
        assert!(decoded(link).len() >= 16);
        assert!(!holds(&files, &decoded(link)) && !holds(&files, link.as_bytes()), "a link");
    }
    for code in &codes {
        let as_shown = format!("{} {}", &code[..3], &code[3..]);
        assert!(!holds(&files, code.as_bytes()) && !holds(&files, as_shown.as_bytes()), "a code");
    }
    let (token, in_cookie) = (decoded(&session.expose()), decoded(&browser.expose()));
    // The ids of login and session lead the token and are no secret; what follows is.
    assert!(!holds(&files, &token[32..]), "the token of a session");
    assert!(!holds(&files, &in_cookie), "the token of a browser");

    // What is stored of them is found, so that what is not found is not there.
    assert!(holds(&files, session.digest().as_bytes()) && holds(&files, browser.digest().as_bytes()));
    assert!(holds(&files, &token[..16]) && holds(&files, world.ben.email.as_str().as_bytes()));
    for spelt in spellings(&in_cookie) {
        let planted = format!("before{spelt}after");
        assert!(holds(&planted, &in_cookie), "a secret spelt so would be found: {spelt:?}");
    }
}
