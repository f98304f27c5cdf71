//! From a rendered mail to the bytes that go over the line (RFC 5322, RFC 2045 to 2047).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_builder::MessageBuilder;
use mail_builder::headers::HeaderType;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::date::Date;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use mail_builder::mime::MimePart;
use portal_core::ports::{InlineImage, Mail, MailerError, MailerFault};
use portal_core::values::{Digest, EmailAddress, Timestamp};

/// Says which firm speaks, for whoever looks after the deployment.
pub(crate) const FIRM: &str = "X-Portal-Firm";

/// How mail programs turn mail off with one click (RFC 8058). Whoever signs mail on its way (DKIM) signs both headers.
pub(crate) const UNSUBSCRIBE: &str = "List-Unsubscribe";
pub(crate) const UNSUBSCRIBE_POST: &str = "List-Unsubscribe-Post";
pub(crate) const ONE_CLICK: &str = "List-Unsubscribe=One-Click";

/// The longest Message-ID: with its name and brackets it has to fit on one line of 998 bytes (RFC 5322, 2.1.1).
const MAX_MESSAGE_ID_BYTES: usize = 900;

/// The longest word that is left as it is: a header's first line has room for it.
const MAX_PLAIN_WORD_BYTES: usize = 60;

/// The bytes of `mail` as sent at `date`: text and HTML as alternatives, its pictures beside the HTML, the firm's name before the sender's address, and a
/// word to other machines that nobody waits for their answer (RFC 3834).
///
/// The same mail at the same second gives the same bytes.
///
/// # Errors
/// [`MailerFault::Permanent`] when a field that becomes a header holds a line break or another control character, or when the
/// Message-ID is none.
pub fn to_bytes(mail: &Mail, date: Timestamp) -> Result<Vec<u8>, MailerError> {
    check(mail)?;
    let mut message = MessageBuilder::new()
        .date(Date { date: date.as_seconds() })
        .header("From", correspondent(&mail.from.name, &mail.from.address))
        .header("To", correspondent(&mail.to_name, &mail.to));
    if let Some(reply_to) = &mail.reply_to {
        message = message.header("Reply-To", correspondent("", reply_to));
    }
    if let Some(link) = &mail.unsubscribe {
        message =
            message.header(UNSUBSCRIBE, Raw::new(format!("<{link}>"))).header(UNSUBSCRIBE_POST, Raw::new(ONE_CLICK));
    }
    message
        .header("Subject", subject(&mail.subject))
        .message_id(mail.message_id.as_str())
        .header("Auto-Submitted", Raw::new("auto-generated"))
        .header(FIRM, Raw::new(mail.firm.to_string()))
        .body(MimePart::new(
            ContentType::new("multipart/alternative").attribute("boundary", boundary(mail)),
            vec![MimePart::new("text/plain", mail.text.as_str()), html(mail)],
        ))
        .write_to_vec()
        .map_err(|error| MailerError::new(MailerFault::Ours, "the mail could not be put together").with_source(error))
}

/// The HTML part, together with the pictures that it shows (RFC 2387): without any it stands alone.
fn html(mail: &Mail) -> MimePart<'_> {
    let html = MimePart::new("text/html", mail.html.as_str());
    if mail.images.is_empty() {
        return html;
    }
    let image = |image: &'_ InlineImage| {
        let name = format!("image.{}", image.kind.extension());
        MimePart::new(image.kind.media_type(), image.bytes.to_vec())
            .cid(image.content_id.clone())
            .header("Content-Disposition", ContentType::new("inline").attribute("filename", name))
    };
    let related = ContentType::new("multipart/related").attribute("type", "text/html");
    let related = related.attribute("boundary", format!("{}_related", boundary(mail)));
    MimePart::new(related, std::iter::once(html).chain(mail.images.iter().map(image)).collect::<Vec<_>>())
}

fn check(mail: &Mail) -> Result<(), MailerError> {
    let refused = |reason| Err(MailerError::new(MailerFault::Permanent, reason));
    let headers = [&mail.message_id, &mail.from.name, &mail.to_name, &mail.subject];
    if headers.into_iter().any(|text| text.chars().any(char::is_control)) {
        return refused("a line break or control character stands in a header");
    }
    if !mail.images.iter().all(InlineImage::has_id) {
        return refused("the Content-ID of a picture is none");
    }
    let plain =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>@".contains(&byte));
    let is_message_id = mail.message_id.split_once('@').is_some_and(|(left, right)| plain(left) && plain(right));
    if !is_message_id || mail.message_id.len() > MAX_MESSAGE_ID_BYTES {
        return refused("the Message-ID is none");
    }
    Ok(())
}

/// An address with the name of who it belongs to, and its domain as ASCII: what stands before the `@` stays as it was typed.
fn correspondent<'x>(name: &'x str, address: &EmailAddress) -> HeaderType<'x> {
    let local = address.as_str().rsplit_once('@').map_or("", |(local, _)| local);
    let domain = address.canonical().rsplit_once('@').map_or("", |(_, domain)| domain);
    let address = format!("{local}@{domain}");
    if is_misread(name) {
        return Raw::new(format!("{} <{address}>", encoded_words(name))).into();
    }
    Address::new_address(Some(name).filter(|name| !name.trim().is_empty()), address).into()
}

fn subject(text: &str) -> HeaderType<'_> {
    if is_misread(text) { Raw::new(encoded_words(text)).into() } else { Text::new(text).into() }
}

/// Whether plain text would be read as something else: as an encoded word, behind which anybody could hide what no name may
/// hold, or, too long for a line, as several words.
fn is_misread(text: &str) -> bool {
    text.contains("=?") || text.split(' ').any(|word| word.len() > MAX_PLAIN_WORD_BYTES)
}

/// `text` as encoded words (RFC 2047, 2), each of 75 bytes at most and of whole characters.
fn encoded_words(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for character in text.chars() {
        if word.len() + character.len_utf8() > 45 {
            words.push(std::mem::take(&mut word));
        }
        word.push(character);
    }
    words.push(word);
    let encoded: Vec<String> = words.iter().map(|word| format!("=?utf-8?B?{}?=", STANDARD.encode(word))).collect();
    encoded.join(" ")
}

/// A boundary that no part holds, whoever wrote the parts: to put it there one had to know the digest of what it is put into.
fn boundary(mail: &Mail) -> String {
    let digest = Digest::of_parts(&[mail.message_id.as_bytes(), mail.text.as_bytes(), mail.html.as_bytes()]);
    format!("=_{:032x}", digest.leading_u128())
}
