//! A page of rows: read at once, judged row by row, written in one commit.

use std::collections::{BTreeMap, BTreeSet};

use super::Importer;
use crate::change::{Context, Decision, Versioned, Write};
use crate::directory::{
    self, Client, Contact, Directory, Firm, FolderTemplate, ImportedClient, ImportedContact, NewClient, RowOutcome,
    RowRefusal,
};
use crate::engine::new_client::{plant_client, template_for_new};
use crate::engine::run::{Answer, Operate};
use crate::engine::{Engine, Error, Operation};
use crate::record::{Key, Whole};
use crate::sharing;
use crate::values::{ExternalId, FirmId};

/// Records by the host's ids for them.
type ById<T> = BTreeMap<ExternalId, Versioned<T>>;

/// What became of a page's rows, and the keys that tell so again: a tree comes with a client that is made and with nothing else,
/// portal access with a contact.
pub(super) struct PageOutcome {
    pub(super) rows: Vec<RowOutcome>,
    made: Vec<Key>,
}

impl Answer for PageOutcome {
    fn made(&self) -> Vec<Key> {
        self.made.clone()
    }

    fn remade(_made: &[Key]) -> Option<Self> {
        None
    }
}

/// Clients of an import.
#[derive(serde::Serialize)]
pub(super) struct ClientPage<C> {
    #[serde(skip)]
    pub(super) caller: C,
    pub(super) rows: Vec<ImportedClient>,
}

impl<C: Importer> Operate for ClientPage<C> {
    const OPERATION: Operation = C::IMPORT;
    type By = C;
    type Loaded = (Versioned<Firm>, Option<Versioned<FolderTemplate>>, ById<Client>);
    type Output = PageOutcome;

    async fn load(&self, engine: &Engine, _: &C::Authority) -> Result<Self::Loaded, Error> {
        let firm = engine.store.firm(self.caller.firm()).await?.ok_or(Error::NotFound)?;
        let template = template_for_new(engine, self.caller.firm()).await?;
        Ok((firm, template, clients(engine, self.caller.firm(), &self.rows).await?))
    }

    fn decide(
        &self,
        _: &C::Authority,
        (firm, template, found): &Self::Loaded,
        context: &Context,
    ) -> Result<Decision<Whole, PageOutcome>, Error> {
        let (mut whole, mut outcome) = (Decision::nothing(()), PageOutcome { rows: Vec::new(), made: Vec::new() });
        for (row, (became, decision)) in self.rows.iter().zip(judge_clients(&self.rows, found, context)) {
            whole = whole.and(decision.lift::<Whole>());
            match (became, found.get(&row.external_id)) {
                (RowOutcome::Created, _) => {
                    let new = NewClient::new(row.name.clone()).external_id(row.external_id.clone());
                    let (by, context) = (self.caller.actor(), within(context, &row.external_id));
                    let folders = template.as_ref().map(|template| &template.value);
                    let planted = plant_client(&new, firm, folders, by, &context)?;
                    outcome.made.push(sharing::Key::Tree(planted.output.id).into());
                    whole = whole.and(planted);
                }
                (RowOutcome::Updated, Some(client)) => outcome.made.push(directory::Key::Client(client.id).into()),
                _ => {}
            }
            outcome.rows.push(became);
        }
        if let Some(template) = template.as_ref().filter(|_| outcome.rows.contains(&RowOutcome::Created)) {
            whole = whole.expect(directory::Key::FolderTemplate(template.id).into(), template.version);
        }
        Ok(whole.map(|()| outcome))
    }

    async fn replay(&self, engine: &Engine, _: &C::Authority, made: &[Key]) -> Result<PageOutcome, Error> {
        let found = clients(engine, self.caller.firm(), &self.rows).await?;
        let context = Context::new(engine.clock.now(), crate::values::Digest::ZERO, [0; 32]);
        let judged = judge_clients(&self.rows, &found, &context).map(|(became, _)| became);
        let keys = self.rows.iter().map(|row| {
            let client = found.get(&row.external_id)?;
            Some([sharing::Key::Tree(client.id).into(), directory::Key::Client(client.id).into()])
        });
        Ok(told_again(judged, keys, made))
    }
}

/// Contacts of an import.
#[derive(serde::Serialize)]
pub(super) struct ContactPage<C> {
    #[serde(skip)]
    pub(super) caller: C,
    pub(super) rows: Vec<ImportedContact>,
}

impl<C: Importer> Operate for ContactPage<C> {
    const OPERATION: Operation = C::IMPORT;
    type By = C;
    type Loaded = (BTreeMap<ExternalId, Option<Versioned<Client>>>, ById<Contact>);
    type Output = PageOutcome;

    async fn load(&self, engine: &Engine, _: &C::Authority) -> Result<Self::Loaded, Error> {
        let firm = self.caller.firm();
        Ok((known_clients(engine, firm, &self.rows).await?, contacts(engine, firm, &self.rows).await?))
    }

    fn decide(
        &self,
        _: &C::Authority,
        (clients, found): &Self::Loaded,
        context: &Context,
    ) -> Result<Decision<Whole, PageOutcome>, Error> {
        let (mut whole, mut outcome) = (Decision::nothing(()), PageOutcome { rows: Vec::new(), made: Vec::new() });
        for (row, (became, decision)) in self.rows.iter().zip(judge_contacts(&self.rows, found, clients, context)) {
            outcome.rows.push(became);
            let created = decision.writes.iter().find_map(|write| match write {
                Write::Create(directory::Record::PortalAccess(access)) => Some(access.contact),
                _ => None,
            });
            match (became, created, found.get(&row.external_id)) {
                (RowOutcome::Created, Some(contact), _) => {
                    outcome.made.push(directory::Key::PortalAccess(contact).into());
                }
                (RowOutcome::Updated, _, Some(contact)) => {
                    outcome.made.push(directory::Key::Contact(contact.id).into())
                }
                _ => {}
            }
            whole = whole.and(decision.lift::<Whole>());
        }
        // Contacts of one client rest on it together.
        let mut rested_on = BTreeSet::new();
        whole.writes.retain(|write| !matches!(write, Write::Expect(key, _) if !rested_on.insert(*key)));
        Ok(whole.map(|()| outcome))
    }

    async fn replay(&self, engine: &Engine, _: &C::Authority, made: &[Key]) -> Result<PageOutcome, Error> {
        let firm = self.caller.firm();
        let (clients, found) =
            (known_clients(engine, firm, &self.rows).await?, contacts(engine, firm, &self.rows).await?);
        let context = Context::new(engine.clock.now(), crate::values::Digest::ZERO, [0; 32]);
        let judged = judge_contacts(&self.rows, &found, &clients, &context).map(|(became, _)| became);
        let keys = self.rows.iter().map(|row| {
            let contact = found.get(&row.external_id)?;
            Some([directory::Key::PortalAccess(contact.id).into(), directory::Key::Contact(contact.id).into()])
        });
        Ok(told_again(judged, keys, made))
    }
}

/// What became of rows when they were written, told again: `keys` are those that say of each that its record was made or
/// changed. What was neither is judged as it is now.
fn told_again(
    judged: impl Iterator<Item = RowOutcome>,
    keys: impl Iterator<Item = Option<[Key; 2]>>,
    made: &[Key],
) -> PageOutcome {
    let rows = judged.zip(keys).map(|(judged, keys)| match keys {
        Some([created, _]) if made.contains(&created) => RowOutcome::Created,
        Some([_, changed]) if made.contains(&changed) => RowOutcome::Updated,
        _ if matches!(judged, RowOutcome::Created | RowOutcome::Updated) => {
            RowOutcome::Refused(RowRefusal::ChangedSince)
        }
        _ => judged,
    });
    PageOutcome { rows: rows.collect(), made: made.to_vec() }
}

/// Every row has ids and salts of its own, whatever page it came to stand on.
fn within(context: &Context, id: &ExternalId) -> Context {
    context.within(id.as_str())
}

pub(super) fn judge_clients<'a>(
    rows: &'a [ImportedClient],
    found: &'a ById<Client>,
    context: &'a Context,
) -> impl Iterator<Item = (RowOutcome, Decision<Directory>)> + 'a {
    let judge = |row: &ImportedClient| {
        directory::client_row(row, found.get(&row.external_id), &within(context, &row.external_id))
    };
    rows.iter().map(judge)
}

pub(super) fn judge_contacts<'a>(
    rows: &'a [ImportedContact],
    found: &'a ById<Contact>,
    clients: &'a BTreeMap<ExternalId, Option<Versioned<Client>>>,
    context: &'a Context,
) -> impl Iterator<Item = (RowOutcome, Decision<Directory>)> + 'a {
    let judge = |row: &ImportedContact| {
        directory::contact_row(row, found.get(&row.external_id), clients, &within(context, &row.external_id))
    };
    rows.iter().map(judge)
}

/// The clients that there are of those in the rows, in one read.
pub(super) async fn clients(engine: &Engine, firm: FirmId, rows: &[ImportedClient]) -> Result<ById<Client>, Error> {
    let ids: Vec<ExternalId> = rows.iter().map(|row| row.external_id.clone()).collect();
    let found = engine.store.clients_by_external_ids(firm, &ids).await?;
    Ok(found.into_iter().filter_map(|client| Some((client.external_id.clone()?, client))).collect())
}

/// The contacts that there are of those in the rows, in one read; those who were erased too, by what is kept of their ids.
pub(super) async fn contacts(engine: &Engine, firm: FirmId, rows: &[ImportedContact]) -> Result<ById<Contact>, Error> {
    let ids = rows.iter().map(|row| &row.external_id);
    let erased: BTreeMap<ExternalId, &ExternalId> = ids.clone().map(|id| (id.erased(firm), id)).collect();
    let ids: Vec<ExternalId> = ids.cloned().chain(erased.keys().cloned()).collect();
    let found = engine.store.contacts_by_external_ids(firm, &ids).await?;
    let by_id = found.into_iter().filter_map(|read| {
        let id = read.contact.external_id.as_ref()?;
        Some((erased.get(id).map_or(id, |named| *named).clone(), read.contact))
    });
    Ok(by_id.collect())
}

/// The clients that there are of those that contacts' rows name, in one read.
pub(super) async fn known_clients(
    engine: &Engine,
    firm: FirmId,
    rows: &[ImportedContact],
) -> Result<BTreeMap<ExternalId, Option<Versioned<Client>>>, Error> {
    let ids: Vec<ExternalId> = rows.iter().map(|row| row.client.clone()).collect();
    let found = engine.store.clients_by_external_ids(firm, &ids).await?;
    Ok(found.into_iter().filter_map(|client| Some((client.external_id.clone()?, Some(client)))).collect())
}
