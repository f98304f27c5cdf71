//! A list of clients and their contacts, as a spreadsheet saves it: read from CSV, line by line, into rows of an import.
//!
//! Each line is a client, with one of its contacts or without; a client with three contacts has three lines. What is wrong with
//! one line is said of that line and holds up no other; what is wrong with the file as a whole is said before anything is read.

mod cells;
mod columns;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use portal_core::directory::{ImportRow, ImportedClient, RowOutcome};
use portal_core::values::{DisplayName, ExternalId};

use columns::Columns;

/// The most bytes of a list.
pub(crate) const MAX_BYTES: usize = 2 * 1024 * 1024;
/// The most lines of a list, its head not counted in.
pub(crate) const MAX_LINES: usize = 10_000;

/// A list to begin with: it is itself a list that can be brought in.
pub(crate) const SAMPLE: &str = "\u{feff}Client ID,Client name,Contact ID,Contact name,Email,Work email,Personal email,Mobile phone,Work phone,Home phone\r\n\
C-1001,Acme Carpentry LLC,P-1,Ana Ruiz,ana@acme.example,,,+1 512 555 0100,,\r\n\
C-1001,Acme Carpentry LLC,P-2,Ben Ortiz,ben@acme.example,,ben@home.example,,+1 512 555 0101,\r\n\
C-1002,Bolt Family Trust,,,,,,,,\r\n";

/// Why a file is no list at all: what is said beside its field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ListError {
    #[error("Choose a file first.")]
    Nothing,
    #[error("This file is larger than 2 MB. Split it into several: a client may stand in any of them.")]
    TooLarge,
    #[error("This file has more than {} lines. Split it into several: a client may stand in any of them.", MAX_LINES)]
    TooLong,
    #[error("This is an Excel workbook. In Excel choose File, Save As, and the type “CSV UTF-8”, and send that file.")]
    Workbook,
    #[error(
        "This file is not UTF-8 text, so that letters such as é would be lost. In Excel choose File, Save As, and the type “CSV UTF-8”."
    )]
    NotUtf8,
    #[error("This file is empty.")]
    Empty,
    #[error("The first line names no column “{missing}”. It reads: {found}. The sample file shows how it should.")]
    MissingColumn { missing: &'static str, found: String },
    #[error("The first line names the column “{twice}” twice. Keep one of them.")]
    ColumnTwice { twice: &'static str },
    #[error(
        "The file has columns of contacts, but none is called “{missing}”: it tells people apart when you send the list again."
    )]
    ContactWithout { missing: &'static str },
}

/// A list that was read.
#[derive(Debug)]
pub(crate) struct ClientList {
    /// The file as text, to be handed on.
    pub(crate) text: String,
    /// Columns that are not read, as they are called.
    pub(crate) passed_over: Vec<String>,
    pub(crate) lines: Vec<Line>,
    rows: Vec<ImportRow>,
}

/// A line of the list.
#[derive(Debug)]
pub(crate) struct Line {
    /// Its number in the file, as editors count.
    pub(crate) number: u64,
    /// What stands there as the client's name, or its id.
    pub(crate) client: String,
    /// What stands there as the contact's name.
    pub(crate) contact: Option<String>,
    /// Its rows in the import, or what is wrong with it.
    read: Result<Places, String>,
}

/// Where the rows of a line stand in the import.
#[derive(Debug, Clone, Copy, Default)]
struct Places {
    client: Option<usize>,
    contact: Option<usize>,
}

/// What becomes of a line: of its client, unless a line before says it, and of its contact, if it has one; or why nothing.
pub(crate) type LineOutcome = Result<(Option<RowOutcome>, Option<RowOutcome>), String>;

impl ClientList {
    /// Reads a file.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, ListError> {
        let text = text_of(bytes)?;
        let (delimiter, body) = delimiter_of(&text);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(body.as_bytes());
        let mut at = Counted { text: &text, byte: 0, line: 1 };
        let skipped = text.len() - body.len();
        let blank = |record: &csv::StringRecord| record.iter().all(|cell| cell.trim().is_empty());
        let (mut columns, mut reading, mut lines) = (None, Reading::default(), Vec::new());
        for record in reader.records() {
            let record = record.map_err(|_| ListError::NotUtf8)?;
            match &columns {
                _ if blank(&record) => {}
                None => columns = Some(Columns::read(&record)?),
                Some(_) if lines.len() == MAX_LINES => return Err(ListError::TooLong),
                Some(columns) => {
                    let begins = record.position().map_or(0, csv::Position::byte);
                    let number = at.line_of(skipped.saturating_add(usize::try_from(begins).unwrap_or(usize::MAX)));
                    lines.push(reading.line(number, columns, &record));
                }
            }
        }
        let columns = columns.filter(|_| !lines.is_empty()).ok_or(ListError::Empty)?;
        Ok(Self { passed_over: columns.passed_over, lines, rows: reading.rows, text })
    }

    /// The rows to bring in.
    pub(crate) fn rows(&self) -> Vec<ImportRow> {
        self.rows.clone()
    }

    /// What becomes of each line, where these became of the rows.
    pub(crate) fn outcomes(&self, rows: &[RowOutcome]) -> Vec<LineOutcome> {
        let of = |place: Option<usize>| place.and_then(|place| rows.get(place).copied());
        let outcome = |line: &Line| match &line.read {
            Ok(places) => Ok((of(places.client), of(places.contact))),
            Err(why) => Err(why.clone()),
        };
        self.lines.iter().map(outcome).collect()
    }
}

/// What was read so far.
#[derive(Default)]
struct Reading {
    rows: Vec<ImportRow>,
    /// The clients that lines before have named, with where and how.
    clients: HashMap<ExternalId, (u64, Option<DisplayName>)>,
}

impl Reading {
    fn line(&mut self, number: u64, columns: &Columns, record: &csv::StringRecord) -> Line {
        let cells = columns.cells(record);
        let client = if cells.client_name.is_empty() { cells.client_id } else { cells.client_name };
        let read = self.read(number, &cells);
        let contact = Some(cells.contact_name).filter(|name| !name.is_empty());
        Line { number, client: client.to_owned(), contact: contact.map(str::to_owned), read }
    }

    fn read(&mut self, number: u64, cells: &cells::Cells<'_>) -> Result<Places, String> {
        let id = cells.client()?;
        let name = cells.name_of_client()?;
        let contact = cells.contact(&id)?;
        let mut places = Places::default();
        let known = self.clients.get(&id);
        match (known.and_then(|(line, name)| Some((line, name.as_ref()?))), name) {
            (Some((line, known)), Some(name)) if *known != name => {
                return Err(format!("Line {line} calls this client “{known}”. Which of the two holds?"));
            }
            (Some(_), _) => {}
            (None, None) if contact.is_none() => return Err("The client’s name is missing.".to_owned()),
            (None, name) => {
                places.client = name.is_some().then_some(self.rows.len());
                let row = name.clone().map(|name| ImportedClient { external_id: id.clone(), name });
                self.rows.extend(row.map(ImportRow::Client));
                self.clients.insert(id, (number, name));
            }
        }
        if let Some(contact) = contact {
            places.contact = Some(self.rows.len());
            self.rows.push(ImportRow::Contact(contact));
        }
        Ok(places)
    }
}

/// Where in a text one is, by lines as editors count them.
struct Counted<'a> {
    text: &'a str,
    byte: usize,
    line: u64,
}

impl Counted<'_> {
    /// The line of what begins at `byte`, or after the ends of lines that stand there; further on than what was asked before.
    fn line_of(&mut self, byte: usize) -> u64 {
        let rest = self.text.get(byte..).unwrap_or_default();
        let begins = self.text.len() - rest.trim_start_matches(['\r', '\n']).len();
        let passed = self.text.get(self.byte..begins).unwrap_or_default();
        self.line += passed.matches('\n').count() as u64;
        self.byte = self.byte.max(begins);
        self.line
    }
}

fn text_of(bytes: &[u8]) -> Result<String, ListError> {
    if bytes.len() > MAX_BYTES {
        return Err(ListError::TooLarge);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(ListError::Workbook);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| ListError::NotUtf8)?;
    if text.contains('\0') { Err(ListError::NotUtf8) } else { Ok(text.to_owned()) }
}

/// What stands between cells, and the text without the line in which Excel says so. Where a comma is the decimal point, Excel
/// writes semicolons.
fn delimiter_of(text: &str) -> (u8, &str) {
    if let Some(rest) = text.strip_prefix("sep=")
        && let Some((&delimiter, after)) = rest.as_bytes().split_first()
        && let Some(end) = after.iter().position(|byte| *byte == b'\n')
        && delimiter.is_ascii()
    {
        return (delimiter, rest.get(end + 2..).unwrap_or_default());
    }
    let head = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |delimiter: u8| head.bytes().filter(|byte| *byte == delimiter).count();
    let found = [b',', b';', b'\t'].into_iter().rev().max_by_key(|delimiter| count(*delimiter));
    (found.unwrap_or(b','), text)
}
