//! What is sent arrives as it was written, and nothing else does.

use futures_util::future::join_all;

use super::Mailbox;
use crate::ports::{InlineImage, Mail, Mailer, MailerFault, Sender};
use crate::values::{EmailAddress, FirmId, ImageKind, WebLink};

fn address(text: &str) -> EmailAddress {
    EmailAddress::new(text).unwrap()
}

/// A plain mail.
fn mail(number: u32) -> Mail {
    Mail {
        message_id: format!("message{number}@portal.test"),
        firm: FirmId::from_bits(1),
        from: Sender { name: "Miller CPA".to_owned(), address: address("portal@miller.test") },
        reply_to: Some(address("office@miller.test")),
        to: address("ana@acme.test"),
        to_name: "Ana Ruiz".to_owned(),
        subject: "2025 Tax was shared with you".to_owned(),
        text: "Hello Ana,\n\nlook at it: https://portal.miller.test/portal/1?a=b&c=d\n".to_owned(),
        html: "<p>Hello Ana,</p>\n<p><a href=\"https://portal.miller.test/portal/1?a=b&amp;c=d\">look at it</a></p>\n"
            .to_owned(),
        images: Vec::new(),
        unsubscribe: WebLink::new(format!("https://portal.miller.test/unsubscribe/{}", "Ab-_".repeat(40))).ok(),
    }
}

/// The mail as it is compared: typed addresses, and no white space at the end of the parts.
fn told(mail: &Mail) -> [String; 11] {
    let part = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
    [
        mail.message_id.clone(),
        mail.from.name.clone(),
        mail.from.address.as_str().to_owned(),
        mail.reply_to.as_ref().map_or_else(String::new, |reply_to| reply_to.as_str().to_owned()),
        mail.to.as_str().to_owned(),
        mail.to_name.clone(),
        mail.subject.clone(),
        part(&mail.text),
        part(&mail.html),
        format!("{:?}", mail.images.iter().map(|it| (&it.content_id, it.kind, &it.bytes)).collect::<Vec<_>>()),
        mail.unsubscribe.as_ref().map_or_else(String::new, |link| link.as_str().to_owned()),
    ]
}

/// Sends mails and holds that each arrived as it was written, and none other.
async fn arrive(mailer: &dyn Mailer, mailbox: &dyn Mailbox, mails: &[Mail]) {
    for mail in mails {
        mailer.send(mail).await.unwrap();
    }
    let mut received: Vec<_> = mailbox.received().await.iter().map(told).collect();
    let mut expected: Vec<_> = mails.iter().map(told).collect();
    received.sort();
    expected.sort();
    for (received, expected) in received.iter().zip(&expected) {
        assert_eq!(received, expected);
    }
    assert_eq!(received.len(), expected.len());
}

/// A mail arrives with all that it had.
pub async fn a_mail_arrives_as_it_was_written(mailer: &dyn Mailer, mailbox: &dyn Mailbox) {
    arrive(mailer, mailbox, &[mail(1), Mail { reply_to: None, unsubscribe: None, ..mail(2) }]).await;
}

/// The pictures of a mail arrive with it, byte by byte, under the ids that its HTML part shows them by.
pub async fn pictures_arrive_with_the_mail(mailer: &dyn Mailer, mailbox: &dyn Mailbox) {
    let image = |id: &str, kind, bytes: Vec<u8>| InlineImage { content_id: id.to_owned(), kind, bytes: bytes.into() };
    let every_byte: Vec<u8> = (0..=u8::MAX).cycle().take(100_000).collect();
    let png = image("0a1b@logo.portal", ImageKind::Png, every_byte);
    let jpeg = image("2c.3d@logo.portal", ImageKind::Jpeg, b"\r\n.\r\n--boundary\r\n".to_vec());
    let html = "<p><img src=\"cid:0a1b@logo.portal\"><img src=\"cid:2c.3d@logo.portal\"></p>\n".to_owned();
    let both = Mail { html: html.clone(), images: vec![png.clone(), jpeg], ..mail(1) };
    let one = Mail { html, images: vec![png], ..mail(2) };
    arrive(mailer, mailbox, &[both, one, mail(3)]).await;
}

/// Letters of all scripts arrive, in names, subject and text.
pub async fn letters_of_all_scripts_arrive(mailer: &dyn Mailer, mailbox: &dyn Mailbox) {
    let texts =
        ["Ana García Núñez", "Müller & Söhne", "株式会社山田", "Пётр Ильич", "שלום", "\u{1F98A} fox", "e\u{301}"];
    let mails: Vec<Mail> = (1..)
        .zip(texts)
        .map(|(number, text)| Mail {
            from: Sender { name: text.to_owned(), ..mail(number).from },
            to_name: text.to_owned(),
            subject: format!("{text} shared “2025 Tax” with you – {text}"),
            text: format!("Hello {text},\n{text}\n"),
            html: format!("<p>Hello {text}</p>\n"),
            ..mail(number)
        })
        .collect();
    arrive(mailer, mailbox, &mails).await;
}

/// Characters that mean something in headers mean nothing in names and subjects. (Requirement 39.)
pub async fn l39_odd_characters_arrive_as_they_are(mailer: &dyn Mailer, mailbox: &dyn Mailbox) {
    let odd = [
        "Miller, \"Max\" & Co.",
        "a <b@c.test>",
        "(comment) ; : \\ @",
        "=?utf-8?q?=41?=",
        "Bcc: x@y.test",
        "'; --",
        "100% _",
    ];
    let mails: Vec<Mail> = (1..)
        .zip(odd)
        .map(|(number, text)| Mail {
            from: Sender { name: text.to_owned(), ..mail(number).from },
            to_name: text.to_owned(),
            subject: text.to_owned(),
            ..mail(number)
        })
        .collect();
    arrive(mailer, mailbox, &mails).await;
}

/// Long subjects, long lines and lines that mean something in transport arrive whole.
pub async fn long_and_dotted_lines_arrive(mailer: &dyn Mailer, mailbox: &dyn Mailbox) {
    let long = Mail {
        subject: format!("{} end", "a rather long subject ".repeat(12).trim_end()),
        to_name: "n".repeat(200),
        text: format!("{}\n{}\n", "x".repeat(5_000), "word ".repeat(2_000).trim_end()),
        html: format!("<p>{}</p>\n", "ä".repeat(5_000)),
        ..mail(1)
    };
    let dotted = Mail {
        text: ".\n..\n.\nFrom here on\n>From there\n-- \n--boundary\n\n.end\n=3D=\nQUIT\n".to_owned(),
        html: ".\n<p>.</p>\n.\n".to_owned(),
        ..mail(2)
    };
    arrive(mailer, mailbox, &[long, dotted]).await;
}

/// A line break in any header is refused for good, and nothing is sent. (Requirement 39.)
pub async fn l39_a_line_break_in_a_header_is_refused(mailer: &dyn Mailer, mailbox: &dyn Mailbox) {
    let places: [fn(&mut Mail) -> &mut String; 4] =
        [|mail| &mut mail.message_id, |mail| &mut mail.from.name, |mail| &mut mail.to_name, |mail| &mut mail.subject];
    for place in places {
        for broken in
            ["x\r\nBcc: eve@evil.test", "x\nBcc: eve@evil.test", "x\rBcc: eve@evil.test", "x\r\n\r\nbody", "\n"]
        {
            let mut forged = mail(1);
            *place(&mut forged) = broken.to_owned();
            let answer = mailer.send(&forged).await;
            let refused = answer.as_ref().is_err_and(|error| error.fault == MailerFault::Permanent);
            assert!(refused, "{broken:?} was taken: {answer:?}");
        }
    }
    for broken in ["x\r\nBcc: eve@evil.test", "a@b\r\n\r\nbody", "a b@c", "a@b>", "a", ""] {
        let image = InlineImage { content_id: broken.to_owned(), kind: ImageKind::Png, bytes: vec![1].into() };
        let answer = mailer.send(&Mail { images: vec![image], ..mail(1) }).await;
        let refused = answer.as_ref().is_err_and(|error| error.fault == MailerFault::Permanent);
        assert!(refused, "{broken:?} was taken as the id of a picture: {answer:?}");
    }
    assert_eq!(mailbox.received().await, []);
    arrive(mailer, mailbox, &[mail(1)]).await;
}

/// The same mail again keeps its Message-ID, so that whoever gets both knows them for one. (Case N5.)
pub async fn n05_a_mail_sent_again_keeps_its_message_id(mailer: &dyn Mailer, mailbox: &dyn Mailbox) {
    for _ in 0..3 {
        mailer.send(&mail(1)).await.unwrap();
    }
    let received = mailbox.received().await;
    assert!(!received.is_empty());
    assert!(received.iter().all(|received| told(received) == told(&mail(1))), "{received:?}");
}

/// Many sent at once arrive, each once.
pub async fn many_at_once_arrive(mailer: &dyn Mailer, mailbox: &dyn Mailbox) {
    let mails: Vec<Mail> =
        (1..=30).map(|number| Mail { to: address(&format!("contact{number}@acme.test")), ..mail(number) }).collect();
    for answer in join_all(mails.iter().map(|mail| mailer.send(mail))).await {
        answer.unwrap();
    }
    let mut received: Vec<_> = mailbox.received().await.iter().map(told).collect();
    let mut expected: Vec<_> = mails.iter().map(told).collect();
    received.sort();
    expected.sort();
    assert_eq!(received, expected);
}
