//! The program by itself: what it prints, what it refuses, how it ends.

use std::time::Duration;

use tokio::time::timeout;

use crate::browser;
use crate::process::{ANA, PATIENCE, Program, ask, code, command};

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_starts_by_itself_and_says_three_things() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &[]);
    let base = format!("http://{}", program.address);
    assert!(program.printed[2].starts_with(&format!("mail goes to {base}/mailbox")), "{:?}", program.printed);
    let mut browser = program.browser();
    assert_eq!(browser.get("/healthz").await.ok().text(), "ok\n");

    // The sign-in that it printed works, and there is something to look at.
    let (email, password) = program.staff();
    let form = browser.get("/staff/sign-in").await.ok();
    let entered = browser.submit(&form, "/staff/sign-in", &[("email", &email), ("password", &password)]).await;
    let clients = browser.follow(entered).await.ok();
    let clients = clients.shows("Acme Robotics LLC").shows("Okafor Family").shows("Blue Door Bakery");
    let acme = clients.link("/staff/clients/client_", "");
    let files = browser.visit(&acme).await.ok().shows("2024 Tax").shows("Client Uploads");
    let tax = &files.items(&format!("{acme}/files/folder_"))[0];
    let folder = browser.get(tax).await.ok().shows("Form 1120-S 2024.pdf");

    // A page of a PDF is drawn by a child of this very program.
    let document = folder.items(&format!("{acme}/documents/document_")).swap_remove(0);
    browser.get(&document).await.ok();
    let picture = browser.get(&format!("{document}/pages/1?width=300")).await.ok();
    assert!(picture.body.starts_with(b"\x89PNG"));

    // What is asked for by mail can be read in the mailbox.
    let (_, mail) = ask(&program, data.path(), 0).await;
    let its_page = format!("/mailbox/{}", mail.id);
    browser.get("/mailbox").await.ok().shows(ANA).shows(&format!("\"{its_page}\""));
    browser.get(&its_page).await.ok().shows("Sign in to Harbor").shows("/html\"");
    assert_eq!(program.stop(), Some(0));

    // Started again it says the same, and what was removed does not come back.
    let again = Program::start(data.path(), &[]);
    assert_eq!(again.staff(), (email, password));
    assert_eq!(again.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_under_way_is_finished_when_it_is_asked_to_stop() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &[]);
    let (mut browser, mail) = ask(&program, data.path(), 0).await;
    let form = browser.get("/p/demo/code").await.ok();
    let entered = browser.submit(&form, "/p/demo/code", &[("code", &code(&mail))]).await;
    let portals = browser.follow(entered).await.ok().shows("Acme Robotics LLC").shows("Blue Door Bakery");
    let home = portals.link("/p/", "");
    let files = browser.get(&format!("{home}/files")).await.ok();
    let folder = &files.items(&format!("{home}/files/folder_"))[1];
    let page = browser.get(folder).await.ok().shows("Client Uploads");

    // A slow upload: half of it, then the signal, then the rest.
    let body = browser::multipart(&page.token(), &[("slow.pdf", &[7; 300_000])]);
    let cookies: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let head = format!(
        "POST {folder}/upload HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nCookie: {1}\r\nAccept: application/json\r\n\
         Content-Type: multipart/form-data; boundary=edge\r\nContent-Length: {2}\r\nExpect: 100-continue\r\n\
         Connection: close\r\n\r\n",
        program.address,
        cookies.join("; "),
        body.len()
    );
    let mut stream = std::net::TcpStream::connect(program.address).unwrap();
    std::io::Write::write_all(&mut stream, head.as_bytes()).unwrap();
    // It says so once it reads the body: from here on the upload is under way.
    let mut said = [0; 25];
    std::io::Read::read_exact(&mut stream, &mut said).unwrap();
    assert_eq!(&said, b"HTTP/1.1 100 Continue\r\n\r\n");
    std::io::Write::write_all(&mut stream, &body[..150_000]).unwrap();
    let address = program.address;
    let ended = std::thread::spawn(move || program.stop());
    // It takes no more connections as soon as it was told.
    let closed = async {
        while std::net::TcpStream::connect(address).is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, closed).await.expect("it goes on listening");
    std::io::Write::write_all(&mut stream, &body[150_000..]).unwrap();
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut stream, &mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201") && answer.contains("slow.pdf"), "{answer}");
    assert_eq!(ended.join().unwrap(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_firm_without_demo_data_is_added_by_command() {
    let data = tempfile::tempdir().unwrap();
    let add = [
        "--no-demo",
        "add-firm",
        "--name",
        "Smith CPA",
        "--owner-name",
        "Sue Smith",
        "--owner-email",
        "sue@smith.test",
        "--id",
        "smith",
    ];
    let added = command(data.path(), &add).output().unwrap();
    let said = String::from_utf8(added.stdout).unwrap();
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    assert!(said.contains("/p/smith"), "{said}");
    let password = said.trim().rsplit(' ').next().unwrap().to_owned();

    // Once more changes nothing; somebody else's address is refused.
    let again = command(data.path(), &add).output().unwrap();
    assert!(again.status.success());
    assert!(String::from_utf8(again.stdout).unwrap().contains("the password they have"));
    let mut other = add;
    other[9] = "other";
    let refused = command(data.path(), &other).output().unwrap();
    assert!(!refused.status.success());
    assert_eq!(String::from_utf8(refused.stderr).unwrap().lines().count(), 1);

    // A database with a real firm is given no demo, no mailbox and no offered passwords.
    let program = Program::start(data.path(), &[]);
    let mut browser = program.browser();
    assert_eq!(browser.get("/mailbox").await.status, 404);
    assert_eq!(browser.get("/p/demo").await.status, 404);
    let form = browser.get("/staff/sign-in").await.ok().hides("This is a demo");
    let entered =
        browser.submit(&form, "/staff/sign-in", &[("email", "sue@smith.test"), ("password", &password)]).await;
    browser.follow(entered).await.ok().shows("Smith CPA");
}

#[test]
fn l22_what_cannot_be_safe_does_not_start_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    for (arguments, why) in [
        (&["--base-url", "http://portal.acme.test"][..], "base URL"),
        (&["--base-url", "https://a.test/path"], "base URL"),
        (&["--base-url", "https://portal.acme.test"], "--no-demo"),
        (&["--base-url", "https://portal.acme.test", "--no-demo"], "--proxies"),
    ] {
        let refused = command(&data, arguments).output().unwrap();
        assert!(!refused.status.success());
        let said = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.contains(why), "{said}");
        assert!(!data.exists());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn l37_whatever_it_keeps_is_its_owner_s_alone_in_whatever_folder() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o755)).unwrap();
    let program = Program::start(&data, &[]);
    let mut left = vec![data.clone()];
    let mut files = 0;
    while let Some(path) = left.pop() {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        if path.is_dir() {
            left.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
        if path != data {
            files += 1;
            assert_eq!(mode & 0o077, 0, "{} is {mode:o}", path.display());
        }
    }
    assert!(files > 10, "the database, what lies beside it, keys, bytes and mails");
    drop(program);
}

#[tokio::test(flavor = "multi_thread")]
async fn l40_failed_sign_ins_are_logged_in_one_line_each_without_what_was_typed() {
    let data = tempfile::tempdir().unwrap();
    let mut program = Program::start(data.path(), &[]);
    let mut staff = program.browser();
    let form = staff.get("/staff/sign-in").await.ok();
    let (email, password) = program.staff();
    for (email, password) in
        [(email.as_str(), "hunter2"), ("x\r\nportal-server: forged", "hunter2"), (email.as_str(), password.as_str())]
    {
        staff.submit(&form, "/staff/sign-in", &[("email", email), ("password", password)]).await;
    }
    let (mut ana, mail) = ask(&program, data.path(), 0).await;
    let wrong = if code(&mail) == "000000" { "000001" } else { "000000" };
    let form = ana.get("/p/demo/code").await.ok();
    ana.submit(&form, "/p/demo/code", &[("code", wrong)]).await;
    program.child.kill().unwrap();
    let mut logged = String::new();
    std::io::Read::read_to_string(&mut program.child.stderr.take().unwrap(), &mut logged).unwrap();
    let lines: Vec<&str> = logged.lines().filter(|line| line.contains("sign-in by=")).collect();
    let told: Vec<&str> = lines.iter().map(|line| line.split(" address=").next().unwrap()).collect();
    assert_eq!(
        told,
        [
            "portal-server: sign-in by=\"staff password\" outcome=wrong",
            "portal-server: sign-in by=\"staff password\" outcome=wrong",
            "portal-server: sign-in by=\"staff password\" outcome=right",
            "portal-server: sign-in by=\"contact code\" outcome=wrong",
        ],
        "{logged}"
    );
    assert!(lines.iter().all(|line| line.ends_with(" source=127.0.0.1")), "{logged}");
    let address = |line: usize| lines[line].split(' ').find(|word| word.starts_with("address=")).unwrap();
    assert_eq!((address(0), address(1)), (address(2), "address=none"));
    assert!(address(0).starts_with("address=address_"));
    for secret in ["hunter2", "forged", &email, &password, ANA, wrong] {
        assert!(!logged.contains(secret), "`{secret}` stands in {logged}");
    }
}
