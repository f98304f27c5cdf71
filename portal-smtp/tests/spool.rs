//! What is particular to a spool; what every mailer has to do is in the conformance suite.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use portal_core::ports::{Clock, InlineImage, Mail, Mailer, MailerFault, Sender};
use portal_core::values::{EmailAddress, FirmId, ImageKind, Timestamp, WebLink};
use portal_smtp::{Correspondent, SpoolMailer, mime, read_spool, read_spool_of, read_spooled};

struct Noon;

#[async_trait]
impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(1_700_000_000_000_000)
    }

    async fn pause(&self, _span: Duration) {}
}

async fn spool() -> (tempfile::TempDir, SpoolMailer) {
    let folder = tempfile::tempdir().unwrap();
    let mailer = SpoolMailer::open(folder.path()).await.unwrap().clock(Arc::new(Noon));
    (folder, mailer)
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::new(text).unwrap()
}

fn mail(message_id: &str) -> Mail {
    Mail {
        message_id: message_id.to_owned(),
        firm: FirmId::from_bits(7),
        from: Sender { name: "Oak & Co, Inc.".into(), address: address("portal@mail.test") },
        reply_to: Some(address("office@oak.test")),
        to: address("ana@acme.test"),
        to_name: "Ana García".into(),
        subject: "Oak & Co shared “2025 Tax” with you".into(),
        text: "Hello Ana,\n\nhere it is: https://portal.test/f/1?a=b\n".into(),
        html: "<p>Hello Ana</p>\n".into(),
        images: Vec::new(),
        unsubscribe: WebLink::new("https://portal.test/unsubscribe/u").ok(),
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// What Python's `email` makes of a mail.
fn as_python_reads(bytes: &[u8]) -> serde_json::Value {
    let program = r#"
import email, email.policy, json, sys
message = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
def people(name):
    header = message[name]
    return [[a.display_name, a.addr_spec] for a in header.addresses] if header else None
print(json.dumps({
    "headers": sorted(message.keys()),
    "defects": [str(d) for p in message.walk() for d in p.defects] + [str(d) for h in message.values() for d in getattr(h, "defects", [])],
    "from": people("From"), "to": people("To"), "reply_to": people("Reply-To"),
    "subject": message["Subject"], "message_id": message["Message-ID"], "date": int(message["Date"].datetime.timestamp()),
    "auto_submitted": message["Auto-Submitted"], "type": message.get_content_type(),
    "parts": [[p.get_content_type(), p.get_content_charset(), p.get_content()] for p in message.iter_parts()],
}))
"#;
    asked_of_python(program, bytes)
}

/// What a program in Python tells of these bytes.
fn asked_of_python(program: &str, bytes: &[u8]) -> serde_json::Value {
    let mut python =
        Command::new("python3").args(["-c", program]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    python.stdin.take().unwrap().write_all(bytes).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The tree of a mail's parts, as Python's `email` reads it: each with its type, its own headers and its bytes' digest.
fn tree_as_python_reads(bytes: &[u8]) -> serde_json::Value {
    let program = r#"
import email, email.policy, hashlib, json, sys
def part(message):
    told = {"type": message.get_content_type(), "defects": [str(d) for d in message.defects]}
    if message.is_multipart():
        told["root"] = message.get_param("type")
        told["parts"] = [part(p) for p in message.iter_parts()]
    else:
        body = message.get_payload(decode=True)
        told |= {"id": message["Content-ID"], "disposition": message.get_content_disposition(), "file": message.get_filename()}
        told |= {"coding": message["Content-Transfer-Encoding"], "sha256": hashlib.sha256(body).hexdigest()}
    return told
print(json.dumps(part(email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default))))
"#;
    asked_of_python(program, bytes)
}

#[test]
fn a_picture_stands_beside_the_html_that_shows_it_and_apart_from_the_text() {
    let picture: Vec<u8> = (0..=u8::MAX).cycle().take(5_000).collect();
    let image =
        InlineImage { content_id: "0a1b@logo.portal".into(), kind: ImageKind::Png, bytes: picture.clone().into() };
    let sent = Mail { images: vec![image], ..mail("m1@portal.test") };
    let bytes = mime::to_bytes(&sent, Noon.now()).unwrap();
    let tree = tree_as_python_reads(&bytes);
    assert_eq!((&tree["type"], &tree["defects"]), (&"multipart/alternative".into(), &serde_json::json!([])));
    let [text, related] = tree["parts"].as_array().unwrap().as_slice() else { unreachable!("{tree}") };
    assert_eq!((&text["type"], &text["disposition"]), (&"text/plain".into(), &serde_json::Value::Null));
    assert_eq!((&related["type"], &related["root"]), (&"multipart/related".into(), &"text/html".into()), "RFC 2387");
    let [html, shown] = related["parts"].as_array().unwrap().as_slice() else { unreachable!("{tree}") };
    assert_eq!(html["type"], "text/html");
    let sha256 = portal_core::values::Digest::of(&picture).to_string();
    let expected = serde_json::json!({
        "type": "image/png", "defects": [], "id": "<0a1b@logo.portal>", "disposition": "inline", "file": "image.png",
        "coding": "base64", "sha256": sha256,
    });
    assert_eq!(*shown, expected);
    assert!(bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 998), "RFC 5322, 2.1.1");

    let alone = tree_as_python_reads(&mime::to_bytes(&mail("m1@portal.test"), Noon.now()).unwrap());
    let types: Vec<_> = alone["parts"].as_array().unwrap().iter().map(|part| part["type"].clone()).collect();
    assert_eq!(types, ["text/plain", "text/html"]);
}

/// Runs of white space in a header are one space to some readers.
fn spaced_once(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn words(value: &serde_json::Value) -> String {
    spaced_once(value.as_str().unwrap())
}

#[tokio::test]
async fn a_mail_reads_back_as_it_was_sent() {
    let (folder, mailer) = spool().await;
    let sent = mail("m1.abc@portal.test");
    mailer.send(&sent).await.unwrap();
    let mails = read_spool(folder.path(), 10).await.unwrap();
    let [read] = mails.as_slice() else { unreachable!("one mail was sent: {mails:?}") };
    assert_eq!(read.message_id, sent.message_id);
    assert_eq!(read.from, Correspondent { name: sent.from.name, address: "portal@mail.test".into() });
    assert_eq!(read.reply_to.as_ref().unwrap().address, "office@oak.test");
    assert_eq!(read.to, Correspondent { name: sent.to_name, address: "ana@acme.test".into() });
    assert_eq!((&read.subject, read.firm), (&sent.subject, Some(sent.firm)));
    assert_eq!(read.date, Some(Noon.now()));
    assert_eq!(read.text.replace("\r\n", "\n"), sent.text);
    assert_eq!(read.html.replace("\r\n", "\n"), sent.html);
    assert_eq!(read_spooled(folder.path(), &read.id).await.unwrap().as_ref(), Some(read));
}

#[tokio::test]
async fn another_parser_reads_the_same_whatever_stands_in_names_subject_and_text() {
    let (folder, mailer) = spool().await;
    let long_word = "x".repeat(2_000);
    let texts = [
        "plain",
        "Ana \"the boss\" O'Neil, Jr. <x@y.test>",
        "Žofie Ñandú",
        "会計事務所 株式会社",
        "سارة",
        "👩‍👩‍👧 family",
        "  two  spaces  within ",
        "a@b.test",
        "=?utf-8?Q?=3Cspan=3E?=",
        "x=?utf-8?B?DQpCY2M6IGV2ZUB4LnRlc3Q=?= ééé 株式会社 株式会社 株式会社 株式会社",
        "(comment)",
        "back\\slash",
        &long_word,
        &"ordinary words, many of them, ".repeat(40),
        "dots.at the.end.",
        ";:,",
    ];
    for text in texts {
        let sent = Mail {
            from: Sender { name: text.into(), address: address("Portal.Mail@BÜCHER.test") },
            to_name: text.into(),
            subject: text.into(),
            text: format!("{text}\n.\n..\nFrom here\n--=_boundary\n{text} \n\ttab\n"),
            html: format!("<p>{text}</p>"),
            ..mail("m1@portal.test")
        };
        let bytes = mime::to_bytes(&sent, Noon.now()).unwrap();
        mailer.send(&sent).await.unwrap();
        let shown = read_spool(folder.path(), 1).await.unwrap().remove(0);
        for shown in [shown.from.name, shown.to.name, shown.subject] {
            assert_eq!(spaced_once(&shown), spaced_once(text));
        }
        let read = as_python_reads(&bytes);
        assert_eq!(read["defects"], serde_json::json!([]), "{text:?}");
        for (field, address) in [("from", "Portal.Mail@xn--bcher-kva.test"), ("to", "ana@acme.test")] {
            let [people] = read[field].as_array().unwrap().as_slice() else { unreachable!("{field} of {text:?}") };
            // Python 3.11 leaves a space between two encoded words of a name, which RFC 2047, 6.2 has it drop.
            let unspaced = |text: &str| text.split_whitespace().collect::<String>();
            assert_eq!(unspaced(people[0].as_str().unwrap()), unspaced(text));
            assert_eq!(people[1], address);
        }
        assert_eq!(words(&read["subject"]), spaced_once(text));
        for (at, kind, body) in [(0, "text/plain", &sent.text), (1, "text/html", &sent.html)] {
            let part = &read["parts"][at];
            assert_eq!((part[0].as_str(), part[1].as_str()), (Some(kind), Some("utf-8")));
            assert_eq!(part[2].as_str().unwrap().trim_end_matches('\n'), body.trim_end_matches('\n'));
        }
        let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
        assert!(lines.iter().all(|line| line.len() <= 999), "a line is longer than RFC 5322 allows");
        assert!(bytes.is_ascii());
    }
}

#[tokio::test]
async fn headers_are_those_of_rfc_5322_each_once_and_say_that_a_machine_wrote() {
    let read = as_python_reads(&mime::to_bytes(&mail("m1@portal.test"), Noon.now()).unwrap());
    let headers = [
        "Auto-Submitted",
        "Content-Type",
        "Date",
        "From",
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
        "MIME-Version",
        "Message-ID",
        "Reply-To",
        "Subject",
        "To",
        "X-Portal-Firm",
    ];
    assert_eq!(read["headers"], serde_json::json!(headers));
    assert_eq!(read["auto_submitted"], "auto-generated");
    assert_eq!(read["message_id"], "<m1@portal.test>");
    assert_eq!(read["date"], Noon.now().as_seconds());
    assert_eq!(read["type"], "multipart/alternative");
    let bare = Mail { reply_to: None, to_name: String::new(), ..mail("m1@portal.test") };
    let read = as_python_reads(&mime::to_bytes(&bare, Noon.now()).unwrap());
    assert_eq!(read["reply_to"], serde_json::Value::Null);
    assert_eq!(read["to"], serde_json::json!([["", "ana@acme.test"]]));
}

#[test]
fn a_word_too_long_for_a_line_is_encoded_and_not_folded_into_several() {
    let long = "x".repeat(300);
    let sent = Mail { to_name: long.clone(), subject: long, ..mail("m1@portal.test") };
    let text = String::from_utf8(mime::to_bytes(&sent, Noon.now()).unwrap()).unwrap();
    let header = |name: &str| text.split("\r\n").find(|line| line.starts_with(name)).unwrap().to_owned();
    assert!(header("To: ").starts_with("To: =?utf-8?B?") && header("Subject: ").starts_with("Subject: =?utf-8?B?"));
    assert!(text.lines().all(|line| line.len() <= 90), "{text}");
}

#[tokio::test]
async fn the_mails_of_one_firm_are_read_without_those_of_another() {
    let (folder, mailer) = spool().await;
    let other = FirmId::from_bits(8);
    for (id, firm) in [("m1@portal.test", FirmId::from_bits(7)), ("m2@portal.test", other), ("m3@portal.test", other)] {
        mailer.send(&Mail { firm, ..mail(id) }).await.unwrap();
    }
    let ids = async |firm: FirmId, limit| {
        let mails = read_spool_of(folder.path(), firm, limit).await.unwrap();
        mails.into_iter().map(|mail| mail.message_id).collect::<Vec<_>>()
    };
    assert_eq!(ids(FirmId::from_bits(7), 1).await, ["m1@portal.test"]);
    assert_eq!(ids(other, 10).await, ["m3@portal.test", "m2@portal.test"]);
    assert_eq!(ids(other, 1).await, ["m3@portal.test"]);
    assert_eq!(ids(FirmId::from_bits(9), 10).await, [""; 0]);
}

#[tokio::test]
async fn a_mail_sent_again_replaces_itself_and_another_does_not() {
    let (folder, mailer) = spool().await;
    for _ in 0..3 {
        mailer.send(&mail("m1@portal.test")).await.unwrap();
    }
    assert_eq!(files(folder.path()).len(), 1);
    let bytes = fs::read(&files(folder.path())[0]).unwrap();
    mailer.send(&mail("m1@portal.test")).await.unwrap();
    assert_eq!(
        fs::read(&files(folder.path())[0]).unwrap(),
        bytes,
        "the same mail at the same second has the same bytes"
    );
    mailer.send(&mail("M1@portal.test")).await.unwrap();
    assert_eq!(files(folder.path()).len(), 2);
}

#[tokio::test]
async fn l39_a_line_break_in_any_field_is_refused_and_nothing_is_written() {
    let (folder, mailer) = spool().await;
    for bad in ["a\r\nBcc: eve@x.test", "a\nb", "a\rb", "a\0b", "a\u{85}b", "a\u{1b}[31mb"] {
        let fields: [fn(&mut Mail, String); 4] = [
            |mail, bad| mail.subject = bad,
            |mail, bad| mail.to_name = bad,
            |mail, bad| mail.from.name = bad,
            |mail, bad| mail.message_id = format!("{bad}@portal.test"),
        ];
        for (at, set) in fields.into_iter().enumerate() {
            let mut mail = mail("m1@portal.test");
            set(&mut mail, bad.to_owned());
            let error = mailer.send(&mail).await.unwrap_err();
            assert_eq!(error.fault, MailerFault::Permanent, "{bad:?} in field {at}");
        }
    }
    for bad in [
        "",
        "m1",
        "@",
        "m1@",
        "<m1@portal.test>",
        "m 1@portal.test",
        "m@1@portal.test",
        "é@portal.test",
        &"m".repeat(990),
    ] {
        assert_eq!(mailer.send(&mail(bad)).await.unwrap_err().fault, MailerFault::Permanent, "{bad:?}");
    }
    assert!(files(folder.path()).is_empty());
}

#[tokio::test]
async fn the_mailbox_shows_the_newest_first_though_the_clock_stands_still() {
    let (folder, mailer) = spool().await;
    for number in 0..30 {
        mailer.send(&mail(&format!("m{number}@portal.test"))).await.unwrap();
    }
    mailer.send(&mail("m3@portal.test")).await.unwrap();
    fs::write(folder.path().join("notes.eml"), "not ours").unwrap();
    fs::write(folder.path().join("unfinished-1"), "cut off").unwrap();
    let shown =
        |mails: Vec<portal_smtp::SpooledMail>| mails.into_iter().map(|mail| mail.message_id).collect::<Vec<_>>();
    let newest = shown(read_spool(folder.path(), 3).await.unwrap());
    assert_eq!(newest, ["m3@portal.test", "m29@portal.test", "m28@portal.test"]);
    assert_eq!(read_spool(folder.path(), 100).await.unwrap().len(), 30);
    assert!(read_spool(folder.path(), 0).await.unwrap().is_empty());
}

#[tokio::test]
async fn only_ids_of_mails_are_looked_up() {
    let (folder, mailer) = spool().await;
    mailer.send(&mail("m1@portal.test")).await.unwrap();
    let outside = folder.path().parent().unwrap().join("outside.eml");
    fs::write(&outside, "Subject: secret\r\n\r\n").unwrap();
    for id in ["../outside", "", "0", "/etc/passwd", "00000000000000000000000000000000"] {
        assert_eq!(read_spooled(folder.path(), id).await.unwrap(), None, "{id}");
    }
    fs::remove_file(outside).unwrap();
}

#[tokio::test]
async fn mails_are_open_to_their_owner_alone() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("data/mail");
    let mailer = SpoolMailer::open(&folder).await.unwrap();
    mailer.send(&mail("m1@portal.test")).await.unwrap();
    for path in [folder.clone(), files(&folder)[0].clone()] {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o077, 0);
    }
}

#[tokio::test]
async fn a_spool_that_cannot_be_written_is_our_fault_and_names_no_address() {
    let (folder, mailer) = spool().await;
    fs::remove_dir_all(folder.path()).unwrap();
    let error = mailer.send(&mail("m1@portal.test")).await.unwrap_err();
    assert_eq!(error.fault, MailerFault::Ours);
    assert!(!format!("{error:?} {error}").contains("acme.test"));
    fs::write(folder.path(), "a file").unwrap();
    assert_eq!(SpoolMailer::open(folder.path()).await.unwrap_err().fault, MailerFault::Ours);
    fs::remove_file(folder.path()).unwrap();
}
