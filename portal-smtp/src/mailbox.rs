//! Reading a spool back, for a mailbox page.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use mail_parser::{Address, Message, MessageParser, MessagePart, MimeHeaders as _};
use portal_core::ports::InlineImage;
use portal_core::values::{FirmId, ImageKind, Timestamp};

use crate::mime::{FIRM, ONE_CLICK, UNSUBSCRIBE, UNSUBSCRIBE_POST};
use crate::spool::ENDING;

/// The largest file that is read: ours are a few kilobytes, and whoever can write there might put anything.
const MAX_MAIL_BYTES: u64 = 8 * 1024 * 1024;

/// A mail as it lies in the spool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpooledMail {
    /// What [`read_spooled`] finds it by: 32 hexadecimal digits.
    pub id: String,
    /// The Message-ID, without angle brackets.
    pub message_id: String,
    /// The firm that speaks, when it is one of this program's own mails.
    pub firm: Option<FirmId>,
    /// Who speaks.
    pub from: Correspondent,
    /// Where answers go, when elsewhere.
    pub reply_to: Option<Correspondent>,
    /// Who it goes to.
    pub to: Correspondent,
    /// The subject.
    pub subject: String,
    /// When it was sent, by its own word.
    pub date: Option<Timestamp>,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// The pictures that the HTML part shows.
    pub images: Vec<InlineImage>,
    /// Where such mail is turned off with one click, if it can be.
    pub unsubscribe: Option<String>,
}

/// Somebody in a header of a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Correspondent {
    /// Their name, or nothing.
    pub name: String,
    /// Their address.
    pub address: String,
}

/// The newest mails of a spool folder, newest first, `limit` at most. Files that are no mails are left out.
///
/// # Errors
/// Those of the file system, when the folder or a mail in it cannot be read.
pub async fn read_spool(folder: impl AsRef<Path>, limit: usize) -> io::Result<Vec<SpooledMail>> {
    let folder = folder.as_ref().to_owned();
    tokio::task::spawn_blocking(move || {
        let mut mails = Vec::new();
        for (_, id) in newest(&folder, limit)? {
            mails.extend(read(&folder, &id)?);
        }
        Ok(mails)
    })
    .await?
}

/// The newest mails of one firm in a spool folder, newest first, `limit` at most.
///
/// # Errors
/// As for [`read_spool`].
pub async fn read_spool_of(folder: impl AsRef<Path>, firm: FirmId, limit: usize) -> io::Result<Vec<SpooledMail>> {
    let folder = folder.as_ref().to_owned();
    tokio::task::spawn_blocking(move || {
        let mut mails = Vec::new();
        for (_, id) in newest(&folder, usize::MAX)? {
            if mails.len() >= limit {
                break;
            }
            mails.extend(read(&folder, &id)?.filter(|mail| mail.firm == Some(firm)));
        }
        Ok(mails)
    })
    .await?
}

/// The mail of a spool folder with this id; `None` when there is none, or when that is no id.
///
/// # Errors
/// Those of the file system, when the mail cannot be read.
pub async fn read_spooled(folder: impl AsRef<Path>, id: &str) -> io::Result<Option<SpooledMail>> {
    let (folder, id) = (folder.as_ref().to_owned(), id.to_owned());
    tokio::task::spawn_blocking(move || read(&folder, &id)).await?
}

/// Ids of the newest mails, newest first; no more than `limit` are held at a time.
fn newest(folder: &PathBuf, limit: usize) -> io::Result<Vec<(SystemTime, String)>> {
    let mut kept = BinaryHeap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(id) = name.to_str().and_then(|name| name.strip_suffix(ENDING)).filter(|id| is_id(id)) else {
            continue;
        };
        match entry.metadata().and_then(|metadata| metadata.modified()) {
            Ok(time) => kept.push(Reverse((time, id.to_owned()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        if kept.len() > limit {
            kept.pop();
        }
    }
    Ok(kept.into_sorted_vec().into_iter().map(|Reverse(mail)| mail).collect())
}

/// An id becomes part of a path, and comes from a request: 32 digits, nothing else.
fn is_id(id: &str) -> bool {
    id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

fn read(folder: &Path, id: &str) -> io::Result<Option<SpooledMail>> {
    if !is_id(id) {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    match fs::File::open(folder.join(format!("{id}{ENDING}"))) {
        Ok(file) => file.take(MAX_MAIL_BYTES).read_to_end(&mut bytes)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(MessageParser::default().parse(&bytes).map(|message| mail(id, &message)))
}

fn mail(id: &str, message: &Message<'_>) -> SpooledMail {
    SpooledMail {
        id: id.to_owned(),
        message_id: message.message_id().unwrap_or_default().to_owned(),
        firm: message.header(FIRM).and_then(|header| header.as_text()?.trim().parse().ok()),
        from: correspondent(message.from()).unwrap_or_default(),
        reply_to: correspondent(message.reply_to()),
        to: correspondent(message.to()).unwrap_or_default(),
        subject: message.subject().unwrap_or_default().to_owned(),
        date: message.date().map(|date| Timestamp::from_micros(date.to_timestamp().saturating_mul(1_000_000))),
        text: message.body_text(0).unwrap_or_default().into_owned(),
        html: message.body_html(0).unwrap_or_default().into_owned(),
        images: message.parts.iter().filter_map(image).collect(),
        unsubscribe: one_click(message),
    }
}

/// A part that is a picture which other parts can show.
fn image(part: &MessagePart<'_>) -> Option<InlineImage> {
    let stated = part.content_type()?;
    let media_type = format!("{}/{}", stated.ctype(), stated.subtype()?);
    let kind = ImageKind::ALL.into_iter().find(|kind| kind.media_type() == media_type)?;
    Some(InlineImage { content_id: part.content_id()?.to_owned(), kind, bytes: part.contents().to_vec().into() })
}

/// The link to which mail programs post (RFC 8058): there only together with the word that it is for one click.
fn one_click(message: &Message<'_>) -> Option<String> {
    let link = message.header_raw(UNSUBSCRIBE)?.trim().strip_prefix('<')?.strip_suffix('>')?;
    (message.header_raw(UNSUBSCRIBE_POST)?.trim() == ONE_CLICK).then(|| link.to_owned())
}

fn correspondent(header: Option<&Address<'_>>) -> Option<Correspondent> {
    let first = header?.first()?;
    Some(Correspondent {
        name: first.name().unwrap_or_default().to_owned(),
        address: first.address().unwrap_or_default().to_owned(),
    })
}
