//! The program beside a real ClamAV daemon, whose only signature is that of the file by which scanners are tried out.

use std::fmt::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use portal_core::memory::MemoryScanner;
use tokio::time::timeout;

use crate::browser::Browser;
use crate::process::{PATIENCE, Program, command};

/// A daemon, which is killed when the test is done with it.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Daemon {
    /// Starts it and waits until it listens.
    async fn start(folder: &Path, port: u16) -> Self {
        let signatures = folder.join("signatures");
        std::fs::create_dir_all(&signatures).unwrap();
        let mut signature = "Eicar-Test:0:*:".to_owned();
        MemoryScanner::eicar().iter().for_each(|byte| write!(signature, "{byte:02x}").unwrap());
        std::fs::write(signatures.join("eicar.ndb"), signature + "\n").unwrap();
        let (folder, signatures) = (folder.display(), signatures.display());
        let config = format!("{folder}/clamd.conf");
        std::fs::write(
            &config,
            format!(
                "Foreground yes\nDatabaseDirectory {signatures}\nTemporaryDirectory {folder}\nTCPSocket {port}\n\
                 TCPAddr 127.0.0.1\nStreamMaxLength 1M\n"
            ),
        )
        .unwrap();
        let quiet = || Stdio::null();
        let child = Command::new("clamd").args(["--config-file", &config]).stdout(quiet()).stderr(quiet()).spawn();
        let daemon = Self(child.expect("clamd is installed by scripts/services"));
        let listens = async {
            while TcpStream::connect(("127.0.0.1", port)).is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(PATIENCE, listens).await.expect("clamd does not listen");
        daemon
    }
}

/// A port that nobody listens on now.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

async fn upload(browser: &mut Browser, folder: &str, name: &str, bytes: &[u8]) -> String {
    let page = browser.get(folder).await.ok();
    let answer = browser.upload(&page, &format!("{folder}/upload"), &[(name, bytes)], true).await;
    format!("{} {}", answer.status.as_u16(), answer.text())
}

#[tokio::test(flavor = "multi_thread")]
async fn s37_what_a_real_scanner_finds_is_refused_and_what_it_could_not_see_yet_waits_for_it() {
    let (data, clamav) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let port = free_port();
    let scanner = format!("clamd:127.0.0.1:{port}?max_bytes=1048576");

    // Nobody is there yet: it does not start, and says so in one sentence.
    let refused = command(data.path(), &["--listen", "127.0.0.1:0", "--scanner", &scanner]).output().unwrap();
    assert!(!refused.status.success());
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains(&format!("the scanner at `127.0.0.1:{port}` does not answer")), "{said}");

    let daemon = Daemon::start(clamav.path(), port).await;
    let program = Program::start(data.path(), &["--scanner", &scanner]);
    let (email, password) = program.staff();
    let mut staff = program.browser();
    let form = staff.get("/staff/sign-in").await.ok();
    let entered = staff.submit(&form, "/staff/sign-in", &[("email", &email), ("password", &password)]).await;
    let acme = staff.follow(entered).await.ok().link("/staff/clients/client_", "");
    let folder = staff.visit(&acme).await.ok().items(&format!("{acme}/files/folder_")).swap_remove(0);

    let answer = upload(&mut staff, &folder, "clean.pdf", b"%PDF-1.7 clean").await;
    assert!(answer.starts_with("201 "), "{answer}");
    let hidden = [vec![b' '; 70_000], MemoryScanner::eicar()].concat();
    for (name, bytes) in
        [("virus.pdf", MemoryScanner::eicar()), ("hidden.pdf", hidden), ("big.pdf", vec![7; 1_100_000])]
    {
        let answer = upload(&mut staff, &folder, name, &bytes).await;
        assert!(answer.starts_with("422 ") && answer.contains("scanner refused this file"), "{name}: {answer}");
    }

    // It goes away, and what is uploaded meanwhile waits for it.
    drop(daemon);
    let answer = upload(&mut staff, &folder, "later.pdf", b"%PDF-1.7 later").await;
    assert!(answer.starts_with("202 ") && answer.contains("has arrived"), "{answer}");
    let page = staff.get(&folder).await.ok().shows("clean.pdf").shows("Not finished yet").shows("checked for viruses");
    for name in ["virus.pdf", "hidden.pdf", "big.pdf"] {
        assert!(!page.mentions(name), "{name}");
    }
    let _daemon = Daemon::start(clamav.path(), port).await;
    let shown = async {
        while staff.get(&folder).await.ok().mentions("Not finished yet") {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    timeout(PATIENCE + PATIENCE, shown).await.expect("it is not looked at");
    staff.get(&folder).await.ok().shows("later.pdf");
    let activity = staff.get(&format!("{acme}/activity")).await.ok();
    activity.shows("Eicar-Test").shows("virus.pdf");
    assert_eq!(program.stop(), Some(0));
}
