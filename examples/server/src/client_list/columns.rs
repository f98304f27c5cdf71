//! The first line of a list: which column says what.

use csv::StringRecord;
use portal_core::directory::{EmailKind, PhoneKind};

use super::ListError;
use super::cells::Cells;

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    ClientId,
    ClientName,
    ContactId,
    ContactName,
    Email,
    OtherEmail(EmailKind),
    Phone(PhoneKind),
}

/// Columns as people write them: capitals, spaces, hyphens and underlines make no difference, and of addresses and phones there
/// may be several, with a number behind.
const NAMES: [(&str, Column); 18] = [
    ("clientid", Column::ClientId),
    ("clientname", Column::ClientName),
    ("client", Column::ClientName),
    ("contactid", Column::ContactId),
    ("contactname", Column::ContactName),
    ("contact", Column::ContactName),
    ("email", Column::Email),
    ("emailaddress", Column::Email),
    ("workemail", Column::OtherEmail(EmailKind::Work)),
    ("personalemail", Column::OtherEmail(EmailKind::Personal)),
    ("otheremail", Column::OtherEmail(EmailKind::Other)),
    ("mobilephone", Column::Phone(PhoneKind::Mobile)),
    ("mobile", Column::Phone(PhoneKind::Mobile)),
    ("cellphone", Column::Phone(PhoneKind::Mobile)),
    ("workphone", Column::Phone(PhoneKind::Work)),
    ("homephone", Column::Phone(PhoneKind::Home)),
    ("otherphone", Column::Phone(PhoneKind::Other)),
    ("phone", Column::Phone(PhoneKind::Other)),
];

impl Column {
    fn named(name: &str) -> Option<Self> {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        let numbered = plain.trim_end_matches(|letter: char| letter.is_ascii_digit());
        let found = |name: &str| NAMES.into_iter().find(|(known, _)| *known == name).map(|(_, column)| column);
        found(&plain).or_else(|| found(numbered).filter(|column| column.may_come_again()))
    }

    fn may_come_again(self) -> bool {
        matches!(self, Self::OtherEmail(_) | Self::Phone(_))
    }

    /// How the sample file calls it.
    fn name(self) -> &'static str {
        match self {
            Self::ClientId => "Client ID",
            Self::ClientName => "Client name",
            Self::ContactId => "Contact ID",
            Self::ContactName => "Contact name",
            Self::Email => "Email",
            Self::OtherEmail(_) => "Other email",
            Self::Phone(_) => "Phone",
        }
    }
}

/// Which cell of a line says what.
#[derive(Debug)]
pub(super) struct Columns {
    columns: Vec<Option<Column>>,
    pub(super) passed_over: Vec<String>,
}

impl Columns {
    pub(super) fn read(head: &StringRecord) -> Result<Self, ListError> {
        let columns: Vec<Option<Column>> = head.iter().map(Column::named).collect();
        for (place, column) in columns.iter().enumerate() {
            let before = columns.iter().take(place);
            if let Some(twice) = column.filter(|column| !column.may_come_again())
                && before.flatten().any(|other| *other == twice)
            {
                return Err(ListError::ColumnTwice { twice: twice.name() });
            }
        }
        let has = |wanted: Column| columns.contains(&Some(wanted));
        if let Some(missing) = [Column::ClientId, Column::ClientName].into_iter().find(|wanted| !has(*wanted)) {
            let found: Vec<String> = head.iter().take(8).map(|name| format!("“{}”", shortened(name))).collect();
            return Err(ListError::MissingColumn { missing: missing.name(), found: found.join(", ") });
        }
        let of_contacts = |column: &Column| !matches!(column, Column::ClientId | Column::ClientName);
        let needed = [Column::ContactId, Column::ContactName].into_iter().find(|wanted| !has(*wanted));
        if let Some(missing) = needed.filter(|_| columns.iter().flatten().any(of_contacts)) {
            return Err(ListError::ContactWithout { missing: missing.name() });
        }
        let unread = head.iter().zip(&columns).filter(|(name, column)| column.is_none() && !name.trim().is_empty());
        let passed_over = unread.map(|(name, _)| shortened(name)).collect();
        Ok(Self { columns, passed_over })
    }

    /// What a line says.
    pub(super) fn cells<'a>(&self, record: &'a StringRecord) -> Cells<'a> {
        let mut cells = Cells {
            surplus: record.iter().skip(self.columns.len()).any(|it| !it.trim().is_empty()),
            ..Cells::default()
        };
        for (column, text) in self.columns.iter().zip(record) {
            let text = text.trim();
            match column {
                Some(Column::ClientId) => cells.client_id = text,
                Some(Column::ClientName) => cells.client_name = text,
                Some(Column::ContactId) => cells.contact_id = text,
                Some(Column::ContactName) => cells.contact_name = text,
                Some(Column::Email) => cells.email = text,
                Some(Column::OtherEmail(kind)) if !text.is_empty() => cells.emails.push((*kind, text)),
                Some(Column::Phone(kind)) if !text.is_empty() => cells.phones.push((*kind, text)),
                _ => {}
            }
        }
        cells
    }
}

fn shortened(name: &str) -> String {
    name.trim().chars().take(40).collect()
}
