//! Encryption at rest, by the program itself.

use std::path::{Path, PathBuf};

use crate::browser::Browser;
use crate::process::{Program, command};

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

fn run(data: &Path, arguments: &[&str]) -> (bool, String) {
    let output = command(data, arguments).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

async fn signed_in(program: &Program) -> Browser {
    let mut browser = program.browser();
    let (email, password) = program.staff();
    let form = browser.get("/staff/sign-in").await.ok();
    let entered = browser.submit(&form, "/staff/sign-in", &[("email", &email), ("password", &password)]).await;
    browser.follow(entered).await.ok();
    browser
}

/// The bytes of a document of the demo, fetched through its page.
async fn downloaded(browser: &mut Browser) -> Vec<u8> {
    let clients = browser.get("/staff/clients").await.ok();
    let acme = clients.link("/staff/clients/client_", "");
    let files = browser.visit(&acme).await.ok();
    let folder = browser.get(&files.items(&format!("{acme}/files/folder_"))[0]).await.ok();
    let document = folder.items(&format!("{acme}/documents/document_")).swap_remove(0);
    browser.get(&format!("{document}/download")).await.ok().body.to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn l37_the_server_encrypts_by_itself_and_its_keys_change_while_it_runs() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &[]);
    let mut browser = signed_in(&program).await;
    let document = downloaded(&mut browser).await;
    assert!(document.starts_with(b"%PDF"));
    let stored = files_below(&data.path().join("blobs"));
    assert!(stored.len() > 10);
    for file in stored {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(4).any(|four| four == b"%PDF"), "{}", file.display());
    }

    let (done, said) = run(data.path(), &["rotate-keys", "--data-keys"]);
    assert!(done && said.contains("the key 2-") && said.contains("1 encryption keys were wrapped"), "{said}");
    assert_eq!(downloaded(&mut browser).await, document, "the running server goes on");
    // Another one, which remembers nothing, reads what is wrapped with the new key.
    let again = Program::start(data.path(), &[]);
    assert_eq!(downloaded(&mut signed_in(&again).await).await, document);
    assert_eq!((program.stop(), again.stop()), (Some(0), Some(0)));

    // Without its keys nothing is read, and nothing is made up.
    let key = data.path().join("keys/portal.key");
    let kept = std::fs::read_to_string(&key).unwrap();
    std::fs::write(&key, kept.lines().next().unwrap()).unwrap();
    let (done, said) = run(data.path(), &["rotate-keys"]);
    assert!(!done && said.contains("cannot be unwrapped"), "{said}");
    std::fs::remove_file(&key).unwrap();
    let (done, said) = run(data.path(), &["rotate-keys"]);
    assert!(!done && said.contains("there is a database but no key file"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn l37_documents_of_before_there_was_encryption_are_refused_in_one_sentence() {
    let data = tempfile::tempdir().unwrap();
    let blob = data.path().join("blobs/3f/3f0000000000000000000000000000e1");
    std::fs::create_dir_all(&blob).unwrap();
    std::fs::write(blob.join("part-1-abc"), "%PDF-1.7").unwrap();
    let (done, said) = run(data.path(), &["--no-demo", "--listen", "127.0.0.1:0"]);
    assert!(!done && said.contains("were kept unencrypted") && said.lines().count() == 1, "{said}");
}
