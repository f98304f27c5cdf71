//! Delivery reports: mail servers say by mail, later, that a mail could not be delivered (RFC 3464).

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders as _};
use portal_core::notifications::message_of;
use portal_core::values::{FirmId, MessageId};

use crate::mime::FIRM;

/// The most bytes of a report that are read: ours are small mails, and a report holds one of them at most.
pub const MAX_REPORT_BYTES: usize = 2_000_000;

/// What a delivery report says of one of the portal's mails that never arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    /// The firm whose mail it is, by the mail's own word.
    pub firm: FirmId,
    /// The mail.
    pub message: MessageId,
    /// What the mail server said of it.
    pub reason: String,
}

/// Reads what came back: whether it is a delivery report, and says that one of the portal's mails failed for good (RFC 3464: the
/// action `failed`, with a status of class 5). `None` for everything else: a mail that is late or was delivered, a report of
/// somebody else's mail, an answer by a person or a machine, and what is too large.
///
/// A report is nobody's signature. What vouches for it is the Message-ID of the mail that it brings back: a digest that only those know through
/// whose hands the mail went, and the delivery ledger of the firm must know it too, as
/// [`HostMail::bounced`](portal_core::HostMail::bounced) asks. So whoever forges one says of nobody's mail but their own that it does not arrive.
///
/// # Examples
/// ```no_run
/// # async fn note(portal: portal_core::Portal, raw: &[u8]) -> Result<(), portal_core::Error> {
/// if let Some(failed) = portal_smtp::undelivered(raw) {
///     portal.host().mail(failed.firm).bounced(failed.message, failed.reason).await?;
/// }
/// # Ok(()) }
/// ```
pub fn undelivered(raw: &[u8]) -> Option<Undelivered> {
    if raw.len() > MAX_REPORT_BYTES {
        return None;
    }
    let report = MessageParser::default().parse(raw)?;
    let root = report.content_type()?;
    let is_report = root.ctype().eq_ignore_ascii_case("multipart")
        && root.subtype().is_some_and(|subtype| subtype.eq_ignore_ascii_case("report"))
        && root.attribute("report-type").is_some_and(|kind| kind.eq_ignore_ascii_case("delivery-status"));
    if !is_report {
        return None;
    }
    let reason = report.parts.iter().filter(|part| is(part, "message", "delivery-status")).find_map(failure)?;
    let (firm, message) = report.parts.iter().find_map(brought_back)?;
    Some(Undelivered { firm, message, reason })
}

fn is(part: &MessagePart<'_>, kind: &str, subtype: &str) -> bool {
    part.content_type().is_some_and(|stated| {
        stated.ctype().eq_ignore_ascii_case(kind)
            && stated.subtype().is_some_and(|stated| stated.eq_ignore_ascii_case(subtype))
    })
}

/// What was said of the first recipient for whom it failed for good. Our mails have one each.
fn failure(status: &MessagePart<'_>) -> Option<String> {
    let text = String::from_utf8_lossy(status.contents()).replace("\r\n", "\n");
    let failed = |block: &str| {
        let fields = MessageParser::default().parse_headers(block)?;
        let field =
            |name: &'static str| Some(fields.header_raw(name)?.split_whitespace().collect::<Vec<_>>().join(" "));
        let (action, status) = (field("Action")?, field("Status")?);
        // A comment may follow either.
        let is_failed = action.split(' ').next().is_some_and(|action| action.eq_ignore_ascii_case("failed"));
        (is_failed && status.starts_with("5.")).then(|| match field("Diagnostic-Code") {
            // It begins with the protocol that it is of.
            Some(said) => said.split_once(';').map_or(said.as_str(), |(_, said)| said.trim()).to_owned(),
            None => status,
        })
    };
    // Of the message first, and then of each recipient, a block each; some servers write more empty lines between them.
    text.split("\n\n").map(str::trim).filter(|block| !block.is_empty()).find_map(failed)
}

/// The portal's own mail that a report brings back, whole or by its head.
fn brought_back(part: &MessagePart<'_>) -> Option<(FirmId, MessageId)> {
    if is(part, "message", "rfc822") || is(part, "message", "global") {
        return part.message().and_then(known_by);
    }
    if is(part, "text", "rfc822-headers") || is(part, "message", "global-headers") {
        return known_by(&MessageParser::default().parse_headers(part.contents())?);
    }
    None
}

fn known_by(mail: &Message<'_>) -> Option<(FirmId, MessageId)> {
    let firm = mail.header_raw(FIRM)?.trim().parse().ok()?;
    Some((firm, message_of(mail.message_id()?)?))
}
