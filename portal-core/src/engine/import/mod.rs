//! Bringing in the host's own lists of clients and contacts, by the host itself or by an administrator.
//!
//! Rows are written a page a commit, clients first. What was written stays when an import breaks off: run again, it finds that
//! these rows say the same already, and goes on with the others. Nobody is mailed about it.

mod pages;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::call::{Call, Perform, Plain};
use super::caller::{Caller, HostCaller, StaffCaller};
use super::run::run;
use super::{Engine, Error, Operation};
use crate::change::{Context, Versioned};
use crate::directory::{
    Client, DirectoryRefusal, ImportRow, ImportedClient, ImportedContact, MAX_ROWS, RowOutcome, RowRefusal, doubled,
};
use crate::values::{Digest, ExternalId, FirmId};
use pages::{ClientPage, ContactPage, known_clients};

/// So many rows are written in one commit.
const PAGE_ROWS: usize = 50;

/// Somebody who brings in lists.
pub(crate) trait Importer: Caller {
    /// By which right.
    const IMPORT: Operation;

    /// At which firm.
    fn firm(&self) -> FirmId;
}

impl Importer for HostCaller {
    const IMPORT: Operation = Operation::SyncDirectory;

    fn firm(&self) -> FirmId {
        self.firm
    }
}

impl Importer for StaffCaller {
    const IMPORT: Operation = Operation::Import;

    fn firm(&self) -> FirmId {
        self.firm
    }
}

/// What became of the rows of an import, or would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportReport {
    /// Of each row, in the order in which they were given.
    pub rows: Vec<RowOutcome>,
}

impl ImportReport {
    /// How many rows came out so.
    pub fn count(&self, is: impl Fn(RowOutcome) -> bool) -> usize {
        self.rows.iter().filter(|outcome| is(**outcome)).count()
    }

    /// The rows that were refused, by their places, and why.
    pub fn refused(&self) -> impl Iterator<Item = (usize, RowRefusal)> + '_ {
        self.rows.iter().enumerate().filter_map(|(place, outcome)| match outcome {
            RowOutcome::Refused(why) => Some((place, *why)),
            _ => None,
        })
    }
}

/// An import that was put together and not yet made.
struct Import<C> {
    caller: C,
    rows: Vec<ImportRow>,
}

pub(crate) fn import<C: Importer>(engine: Arc<Engine>, caller: C, rows: Vec<ImportRow>) -> Call<ImportReport> {
    Call::with(engine, Plain::new(Import { caller, rows }))
}

impl<C: Importer> Perform for Import<C> {
    type Output = ImportReport;

    async fn perform(self, engine: Arc<Engine>, key: Option<String>) -> Result<ImportReport, Error> {
        let Self { caller, rows } = self;
        let mut sorted = Sorted::of(rows)?;
        let key = |what: &str, number: usize| key.as_ref().map(|key| format!("{key}/{what}/{number}"));
        for (number, (places, rows)) in sorted.clients().enumerate() {
            let page = ClientPage { caller: caller.clone(), rows };
            let outcome = run(&engine, &caller, key("clients", number), &page).await?;
            sorted.settle(&places, outcome.rows);
        }
        for (number, (places, rows)) in sorted.contacts().enumerate() {
            let page = ContactPage { caller: caller.clone(), rows };
            let outcome = run(&engine, &caller, key("contacts", number), &page).await?;
            sorted.settle(&places, outcome.rows);
        }
        Ok(ImportReport { rows: sorted.outcomes })
    }
}

/// What an import would do: row by row the same, and nothing is written.
pub(crate) async fn preview(engine: &Engine, firm: FirmId, rows: Vec<ImportRow>) -> Result<ImportReport, Error> {
    let mut sorted = Sorted::of(rows)?;
    // Nothing that derives from it is kept.
    let context = Context::new(engine.clock.now(), Digest::ZERO, [0; 32]);
    let mut to_be: BTreeSet<ExternalId> = BTreeSet::new();
    for (places, rows) in sorted.clients() {
        let found = pages::clients(engine, firm, &rows).await?;
        let outcomes: Vec<RowOutcome> = pages::judge_clients(&rows, &found, &context).map(|(it, _)| it).collect();
        let new = rows.iter().zip(&outcomes).filter(|(_, outcome)| **outcome == RowOutcome::Created);
        to_be.extend(new.map(|(row, _)| row.external_id.clone()));
        sorted.settle(&places, outcomes);
    }
    for (places, rows) in sorted.contacts() {
        let mut clients: BTreeMap<ExternalId, Option<Versioned<Client>>> = known_clients(engine, firm, &rows).await?;
        clients.extend(rows.iter().filter(|row| to_be.contains(&row.client)).map(|row| (row.client.clone(), None)));
        let found = pages::contacts(engine, firm, &rows).await?;
        let outcomes = pages::judge_contacts(&rows, &found, &clients, &context).map(|(outcome, _)| outcome);
        sorted.settle(&places, outcomes.collect());
    }
    Ok(ImportReport { rows: sorted.outcomes })
}

/// A page of rows, with their places in the import.
type Placed<R> = Vec<(usize, R)>;

/// The rows of an import by kind, and what became of each; those that are doubled are refused from the start.
struct Sorted {
    clients: Placed<ImportedClient>,
    contacts: Placed<ImportedContact>,
    outcomes: Vec<RowOutcome>,
}

impl Sorted {
    fn of(rows: Vec<ImportRow>) -> Result<Self, Error> {
        if rows.len() > MAX_ROWS {
            return Err(DirectoryRefusal::TooManyRows { max: MAX_ROWS }.into());
        }
        let twice = doubled(&rows);
        let mut sorted = Self {
            clients: Vec::new(),
            contacts: Vec::new(),
            outcomes: vec![RowOutcome::Refused(RowRefusal::Twice); rows.len()],
        };
        for (place, row) in rows.into_iter().enumerate().filter(|(place, _)| !twice.contains(place)) {
            match row {
                ImportRow::Client(row) => sorted.clients.push((place, row)),
                ImportRow::Contact(row) => sorted.contacts.push((place, row)),
            }
        }
        Ok(sorted)
    }

    fn clients(&mut self) -> impl Iterator<Item = (Vec<usize>, Vec<ImportedClient>)> + Send + use<> {
        in_pages(std::mem::take(&mut self.clients))
    }

    fn contacts(&mut self) -> impl Iterator<Item = (Vec<usize>, Vec<ImportedContact>)> + Send + use<> {
        in_pages(std::mem::take(&mut self.contacts))
    }

    fn settle(&mut self, places: &[usize], outcomes: Vec<RowOutcome>) {
        for (place, outcome) in places.iter().zip(outcomes) {
            if let Some(slot) = self.outcomes.get_mut(*place) {
                *slot = outcome;
            }
        }
    }
}

fn in_pages<R: Send>(rows: Placed<R>) -> impl Iterator<Item = (Vec<usize>, Vec<R>)> + Send {
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let page: Placed<R> = rows.by_ref().take(PAGE_ROWS).collect();
        if page.is_empty() { None } else { Some(page.into_iter().unzip()) }
    })
}
