//! Delivery reports as mail servers write them (RFC 3464), and what is none.

use portal_core::values::{FirmId, MessageId};
use portal_smtp::{MAX_REPORT_BYTES, Undelivered, undelivered};

const FIRM: FirmId = FirmId::from_bits(7);
const MESSAGE: MessageId = MessageId::from_bits(0xabc);

/// The head of one of our mails, as a report brings it back.
fn head() -> String {
    format!(
        "Received: from portal.test by mx.portal.test; Mon, 16 Nov 2026 08:00:00 +0000\r\n\
         From: \"Oak & Co\" <portal@portal.test>\r\nTo: Ana <ana@acme.test>\r\nSubject: Something was shared\r\n\
         Message-ID: <{MESSAGE}@portal.test>\r\nAuto-Submitted: auto-generated\r\nX-Portal-Firm: {FIRM}\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=\"utf-8\"\r\n\r\n"
    )
}

/// A report with this status part, which brings back `third`.
fn report(status: &str, third: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx.test (Mail Delivery System)\r\nTo: portal@portal.test\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"B0.1/mx.test\"\r\n\r\n\
         This is a MIME-encapsulated message.\r\n\r\n--B0.1/mx.test\r\nContent-Description: Notification\r\n\
         Content-Type: text/plain; charset=us-ascii\r\n\r\nI'm sorry to have to inform you...\r\n\r\n\
         --B0.1/mx.test\r\nContent-Description: Delivery report\r\nContent-Type: message/delivery-status\r\n\r\n{status}\r\n\
         --B0.1/mx.test\r\n{third}\r\n--B0.1/mx.test--\r\n"
    )
}

fn whole() -> String {
    format!("Content-Description: Undelivered Message\r\nContent-Type: message/rfc822\r\n\r\n{}Hello\r\n", head())
}

fn postfix(action: &str, status: &str, said: &str) -> String {
    format!(
        "Reporting-MTA: dns; mx.test\r\nX-Postfix-Queue-ID: 4F1A2B3C4D\r\nX-Postfix-Sender: rfc822; portal@portal.test\r\n\
         Arrival-Date: Mon, 16 Nov 2026 08:00:01 +0000 (UTC)\r\n\r\nFinal-Recipient: rfc822; ana@acme.test\r\n\
         Original-Recipient: rfc822;ana@acme.test\r\nAction: {action}\r\nStatus: {status}\r\nRemote-MTA: dns; mail.acme.test\r\n\
         Diagnostic-Code: smtp; {said}\r\n"
    )
}

fn said(reason: &str) -> Option<Undelivered> {
    Some(Undelivered { firm: FIRM, message: MESSAGE, reason: reason.to_owned() })
}

#[test]
fn a_report_of_postfix_says_what_the_other_server_said() {
    let status =
        postfix("failed", "5.1.1", "550 5.1.1 <ana@acme.test>: Recipient address rejected:\r\n    User unknown");
    let expected = said("550 5.1.1 <ana@acme.test>: Recipient address rejected: User unknown");
    assert_eq!(undelivered(report(&status, &whole()).as_bytes()), expected);
    let head_alone = format!("Content-Type: text/rfc822-headers\r\n\r\n{}", head());
    assert_eq!(undelivered(report(&status, &head_alone).as_bytes()), expected);
    let unix = report(&status, &whole()).replace("\r\n", "\n");
    assert_eq!(undelivered(unix.as_bytes()), expected, "as it lies in a file");
}

#[test]
fn a_report_of_exchange_is_read_with_its_own_fields_and_blank_lines() {
    let status = "Reporting-MTA: dns;AM0PR01MB1234.eurprd01.prod.exchangelabs.test\r\nReceived-From-MTA: dns;mx.test\r\n\
                  Arrival-Date: Mon, 16 Nov 2026 08:00:01 +0000\r\n\r\n\r\nOriginal-Recipient: rfc822;ana@acme.test\r\n\
                  Final-Recipient: rfc822;ana@acme.test\r\nAction: failed\r\nStatus: 5.1.10\r\n\
                  Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup\r\n\
                  X-Display-Name: Ana\r\n\r\n";
    let read = undelivered(report(status, &whole()).as_bytes());
    assert_eq!(read, said("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"));
}

#[test]
fn a_report_of_gmail_is_read_within_what_it_wraps_it_into() {
    let status = "Reporting-MTA: dns; googlemail.com\r\nArrival-Date: Mon, 16 Nov 2026 00:00:01 -0800 (PST)\r\n\
                  X-Original-Message-ID: <other@portal.test>\r\n\r\nFinal-Recipient: rfc822; ana@acme.test\r\nAction: failed\r\n\
                  Status: 5.1.1\r\nRemote-MTA: dns; gmail-smtp-in.l.google.com. (2a00:1450:4013:c01::1b, the server for the domain acme.test.)\r\n\
                  Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try\r\n\
                  \x20550-5.1.1 double-checking the recipient's email address for typos\r\n 550 5.1.1 or unnecessary spaces.\r\n\
                  Last-Attempt-Date: Mon, 16 Nov 2026 00:00:02 -0800 (PST)\r\n";
    // Gmail puts text, HTML and a picture into a multipart/related of its own before them.
    let wrapped = report(status, &whole()).replace(
        "Content-Description: Notification\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nI'm sorry to have to inform you...\r\n",
        "Content-Type: multipart/related; boundary=\"in\"\r\n\r\n--in\r\nContent-Type: multipart/alternative; boundary=\"inner\"\r\n\r\n\
         --inner\r\nContent-Type: text/plain; charset=\"UTF-8\"\r\n\r\n** Address not found **\r\n\r\n--inner\r\n\
         Content-Type: text/html; charset=\"UTF-8\"\r\n\r\n<html><b>Address not found</b></html>\r\n\r\n--inner--\r\n--in\r\n\
         Content-Type: image/png; name=\"icon.png\"\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <icon.png>\r\n\r\niVBORw0K\r\n--in--\r\n",
    );
    let read = undelivered(wrapped.as_bytes()).unwrap();
    assert_eq!((read.firm, read.message), (FIRM, MESSAGE));
    assert!(
        read.reason.starts_with("550-5.1.1 The email account") && read.reason.ends_with("spaces."),
        "{}",
        read.reason
    );
}

#[test]
fn what_is_late_was_delivered_or_failed_for_a_while_marks_nobody() {
    for (action, status) in [
        ("delayed", "4.4.1"),
        ("failed", "4.4.7"),
        ("delayed", "5.1.1"),
        ("delivered", "2.0.0"),
        ("relayed", "2.0.0"),
        ("expanded", "2.0.0"),
        ("failedx", "5.1.1"),
        ("failed", "55.1.1"),
        ("failed", ""),
    ] {
        let status_part = postfix(action, status, "450 4.2.0 come back later");
        assert_eq!(undelivered(report(&status_part, &whole()).as_bytes()), None, "{action} {status}");
    }
    assert!(
        undelivered(report(&postfix("Failed (for good)", "5.0.0 (undefined)", "x"), &whole()).as_bytes()).is_some()
    );
}

#[test]
fn a_report_without_a_diagnosis_says_its_status() {
    let status = "Reporting-MTA: dns; mx.test\r\n\r\nFinal-Recipient: rfc822; ana@acme.test\r\nAction: failed\r\nStatus: 5.2.1\r\n";
    assert_eq!(undelivered(report(status, &whole()).as_bytes()), said("5.2.1"));
}

#[test]
fn what_is_no_report_or_of_nobodys_mail_tells_nothing() {
    let status = postfix("failed", "5.1.1", "550 no such user");
    let good = report(&status, &whole());
    assert!(undelivered(good.as_bytes()).is_some());
    for (what, other) in [
        ("another kind of report", good.replace("report-type=delivery-status", "report-type=disposition-notification")),
        ("no report at all", good.replace("multipart/report; report-type=delivery-status", "multipart/mixed")),
        ("somebody's answer that quotes it", format!("From: eve@evil.test\r\nSubject: Re\r\n\r\n{good}")),
        ("no Message-ID of ours", good.replace(&MESSAGE.to_string(), "CAF1234567890")),
        ("no firm", good.replace("X-Portal-Firm", "X-Another")),
        ("a firm that is none", good.replace(&FIRM.to_string(), "firm_7")),
        ("nothing brought back", report(&status, "Content-Type: text/plain\r\n\r\nHello\r\n")),
        ("our mail as text", report(&status, &format!("Content-Type: text/plain\r\n\r\n{}", head()))),
        ("no status", good.replace("message/delivery-status", "text/plain")),
        ("nothing", String::new()),
        ("too large", format!("{good}{}", " ".repeat(MAX_REPORT_BYTES))),
    ] {
        assert_eq!(undelivered(other.as_bytes()), None, "{what}");
    }
}

#[test]
fn however_a_report_is_cut_or_nested_it_is_read_or_not_and_nothing_else() {
    let good = report(&postfix("failed", "5.1.1", "550 no such user"), &whole());
    for length in 0..good.len() {
        let _ = undelivered(&good.as_bytes()[..length]);
        let mut broken = good.clone().into_bytes();
        broken[length] = broken[length].wrapping_add(128);
        let _ = undelivered(&broken);
    }
    let mut nested = good;
    for _ in 0..200 {
        nested = format!("Content-Type: message/rfc822\r\n\r\n{nested}");
    }
    assert_eq!(undelivered(nested.as_bytes()), None);
}
