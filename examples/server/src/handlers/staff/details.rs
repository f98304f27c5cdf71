//! The part of a contact's form that says how else they are reached.

use portal_core::directory::{ContactDetails, EmailKind, PhoneKind};
use portal_core::values::{EmailAddress, PhoneNumber};

use crate::views::Field;
use crate::views::staff::DetailField;

/// What is said beside an address that is none.
pub(super) const WHOLE_ADDRESS: &str = "Type the whole address, such as name@example.com.";
const WHOLE_NUMBER: &str = "Type the number with its country, such as +1 512 555 0100.";

/// Kinds, and what was typed of each, row by row.
type Rows<'a> = (&'a [String], &'a [String]);

/// The fields of that part.
#[derive(Debug)]
pub(super) struct DetailFields<'a> {
    pub(super) emails: Rows<'a>,
    pub(super) phones: Rows<'a>,
}

/// The rows as the form shows them.
#[derive(Debug, Default)]
pub(super) struct DetailRows {
    pub(super) emails: Vec<DetailField>,
    pub(super) phones: Vec<DetailField>,
}

impl DetailRows {
    /// What there is, with a row for one more.
    pub(super) fn of(details: &ContactDetails) -> Self {
        let email = |(kind, address): &(EmailKind, EmailAddress)| row(kind.name(), Field::of(address));
        let phone = |(kind, number): &(PhoneKind, PhoneNumber)| row(kind.name(), Field::of(number));
        let emails = details.emails().iter().map(email).collect();
        Self::with_one_more(emails, details.phones().iter().map(phone).collect())
    }

    fn with_one_more(emails: Vec<DetailField>, phones: Vec<DetailField>) -> Self {
        let more = |mut rows: Vec<DetailField>, kind: &str| {
            if rows.len() < ContactDetails::MAX {
                rows.push(row(kind, Field::default()));
            }
            rows
        };
        Self { emails: more(emails, EmailKind::Work.name()), phones: more(phones, PhoneKind::Mobile.name()) }
    }
}

fn row(kind: &str, field: Field) -> DetailField {
    DetailField { kind: kind.to_owned(), field }
}

impl DetailFields<'_> {
    /// What they say, or the rows with what is wrong with them; `None` where the form had none of them, which leaves all as it is.
    pub(super) fn read(&self) -> Result<Option<ContactDetails>, DetailRows> {
        if self.emails.1.is_empty() && self.phones.1.is_empty() {
            return Ok(None);
        }
        let emails = read(self.emails, EmailKind::named, EmailAddress::new);
        let phones = read(self.phones, PhoneKind::named, PhoneNumber::new);
        let details = match (emails, phones) {
            (Some(emails), Some(phones)) => ContactDetails::new(emails, phones).ok(),
            _ => None,
        };
        details.map(Some).ok_or_else(|| {
            let emails = shown(self.emails, EmailAddress::new, WHOLE_ADDRESS);
            let phones = shown(self.phones, PhoneNumber::new, WHOLE_NUMBER);
            DetailRows::with_one_more(emails, phones)
        })
    }
}

/// The rows that hold something.
fn filled<'a>((kinds, typed): Rows<'a>) -> impl Iterator<Item = (&'a str, &'a str)> {
    kinds.iter().zip(typed).map(|(kind, typed)| (kind.as_str(), typed.trim())).filter(|(_, typed)| !typed.is_empty())
}

fn read<K, V, E>(
    rows: Rows<'_>,
    kind_of: impl Fn(&str) -> Option<K>,
    value_of: impl Fn(&str) -> Result<V, E>,
) -> Option<Vec<(K, V)>> {
    let pair = |(kind, typed): (&str, &str)| Some((kind_of(kind)?, value_of(typed).ok()?));
    if rows.0.len() == rows.1.len() { filled(rows).map(pair).collect() } else { None }
}

fn shown<V, E>(rows: Rows<'_>, value_of: impl Fn(&str) -> Result<V, E>, wrong: &str) -> Vec<DetailField> {
    let field = |(kind, typed): (&str, &str)| {
        let field = if value_of(typed).is_ok() { Field::of(typed) } else { Field::refused(typed, wrong) };
        row(kind, field)
    };
    filled(rows).map(field).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What fields with these rows say.
    fn said(emails: &[(&str, &str)], phones: &[(&str, &str)]) -> Result<Option<ContactDetails>, DetailRows> {
        let owned = |rows: &[(&str, &str)]| -> (Vec<String>, Vec<String>) {
            rows.iter().map(|(kind, typed)| ((*kind).to_owned(), (*typed).to_owned())).unzip()
        };
        let (emails, phones) = (owned(emails), owned(phones));
        DetailFields { emails: (&emails.0, &emails.1), phones: (&phones.0, &phones.1) }.read()
    }

    #[test]
    fn rows_are_read_and_blank_ones_are_passed_over() {
        let typed = said(&[("work", " ana@work.test "), ("other", "")], &[("home", "+1 512 555 0100")]);
        let details = typed.unwrap().unwrap();
        assert_eq!(details.emails().len(), 1);
        assert_eq!(details.phones()[0].1.as_str(), "+15125550100");
        let rows = DetailRows::of(&details);
        assert_eq!((rows.emails.len(), rows.phones.len()), (2, 2), "with a row for one more");
        assert_eq!(said(&[("work", "")], &[("work", "")]).unwrap(), Some(ContactDetails::default()));
        assert_eq!(said(&[], &[]).unwrap(), None);
    }

    #[test]
    fn what_is_wrong_with_a_row_stands_beside_it_and_nothing_typed_is_lost() {
        let rows = said(&[("work", "ana@"), ("other", "b@x.test")], &[("home", "512")]).unwrap_err();
        assert_eq!(rows.emails[0].field, Field::refused("ana@", WHOLE_ADDRESS));
        assert_eq!(rows.emails[1], DetailField { kind: "other".to_owned(), field: Field::of("b@x.test") });
        assert!(rows.phones[0].field.error.is_some());
        assert!(said(&[("nothing", "b@x.test")], &[]).is_err());
    }
}
