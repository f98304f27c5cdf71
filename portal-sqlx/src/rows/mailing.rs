//! How mail reaches people, as rows.

use std::collections::BTreeMap;

use portal_core::change::Versioned;
use portal_core::directory::{Addressee, Bounce, Frequency, Mailing, Topic};
use portal_core::ports::store::StoreError;
use portal_core::values::{EmailAddress, Id as _, Language};

use super::directory::read_maybe_email;
use super::{Stored, Table};
use crate::sql::{Fields, Value, unreadable};

/// Somebody in two columns: what they are, and who.
pub(crate) fn addressee(addressee: Addressee) -> [Value; 2] {
    match addressee {
        Addressee::Contact(contact) => [Value::Int(0), Value::id(contact)],
        Addressee::Member(member) => [Value::Int(1), Value::id(member)],
    }
}

pub(super) fn read_addressee(fields: &mut Fields<'_>) -> Result<Addressee, StoreError> {
    match fields.int()? {
        0 => fields.id().map(Addressee::Contact),
        1 => fields.id().map(Addressee::Member),
        other => Err(unreadable(format_args!("{other} is nobody whom mail is for"))),
    }
}

/// The bits of their id, and the code of a key that names their mailing in a command's outcome.
pub(super) fn key_of(addressee: Addressee) -> (i64, u128) {
    match addressee {
        Addressee::Contact(contact) => (40, contact.as_u128()),
        Addressee::Member(member) => (41, member.as_u128()),
    }
}

pub(super) fn read_language(text: &str) -> Result<Language, StoreError> {
    Language::new(text).map_err(|_| unreadable("a language that is none"))
}

const fn frequency(often: Frequency) -> i64 {
    match often {
        Frequency::AtOnce => 0,
        Frequency::Daily => 1,
        Frequency::Weekly => 2,
        Frequency::Off => 3,
    }
}

/// How often a topic goes; of one that a link turned off, how often it went before, so many further on.
const OFF_BY_LINK: i64 = 10;

fn how_often(mailing: &Mailing, topic: Topic) -> i64 {
    match mailing.off_by_link.get(&topic) {
        Some(before) => OFF_BY_LINK + frequency(*before),
        None => frequency(mailing.often(topic)),
    }
}

/// How often it goes, and how often it went before a link turned it off.
fn read_how_often(fields: &mut Fields<'_>) -> Result<(Frequency, Option<Frequency>), StoreError> {
    match fields.int()? {
        code if code >= OFF_BY_LINK => Ok((Frequency::Off, Some(read_frequency_of(code - OFF_BY_LINK)?))),
        code => Ok((read_frequency_of(code)?, None)),
    }
}

fn read_frequency_of(code: i64) -> Result<Frequency, StoreError> {
    let known = Frequency::ALL.into_iter().find(|often| frequency(*often) == code);
    known.ok_or_else(|| unreadable(format_args!("{code} is no frequency")))
}

impl Stored for Mailing {
    const TABLE: &'static Table = &Table {
        name: "portal.mailings",
        key: &["firm_id", "addressee", "addressee_id"],
        columns: &[
            "shared",
            "new_documents",
            "client_uploaded",
            "language",
            "bounced_address",
            "bounced_at",
            "bounced_reason",
        ],
        unique: &[],
    };

    fn columns(&self) -> Vec<Value> {
        let mut columns: Vec<Value> = Topic::ALL.into_iter().map(|topic| Value::Int(how_often(self, topic))).collect();
        let bounce = self.bounce.as_ref();
        columns.extend([
            Value::maybe_text(self.language.as_ref().map(Language::as_str)),
            Value::maybe_text(bounce.map(|bounce| EmailAddress::as_str(&bounce.address))),
            Value::maybe_time(bounce.map(|bounce| bounce.at)),
            Value::maybe_text(bounce.map(|bounce| bounce.reason.as_str())),
        ]);
        columns
    }

    fn read(fields: &mut Fields<'_>) -> Result<Versioned<Self>, StoreError> {
        fields.skip(1)?;
        let (addressee, version) = (read_addressee(fields)?, fields.version()?);
        let mut often = BTreeMap::new();
        let mut off_by_link = BTreeMap::new();
        for topic in Topic::ALL {
            let (now, before) = read_how_often(fields)?;
            often.insert(topic, now);
            off_by_link.extend(before.map(|before| (topic, before)));
        }
        often.retain(|_, often| *often != Frequency::AtOnce);
        let language = fields.maybe_text()?.map(read_language).transpose()?;
        let (address, at, reason) = (read_maybe_email(fields)?, fields.maybe_time()?, fields.maybe_text()?);
        let bounce = match (address, at, reason) {
            (Some(address), Some(at), Some(reason)) => Some(Bounce { address, at, reason: reason.to_owned() }),
            (None, None, None) => None,
            _ => return Err(unreadable("half a bounce")),
        };
        Ok(Versioned::new(version, Self { addressee, often, off_by_link, language, bounce }))
    }
}
