//! Which client portals an address reaches.

use std::collections::BTreeSet;

use super::SessionAuthority;
use crate::directory::{Firm, may_enter};
use crate::engine::{Engine, Error};
use crate::identity::Session;
use crate::values::{ClientId, ClientRef, Color, ContactId, DisplayName, EmailAddress, FirmId};

/// A client portal that somebody signed in may enter, as one contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalChoice {
    /// The firm.
    pub firm: FirmId,
    /// Its name.
    pub firm_name: DisplayName,
    /// Its colour.
    pub color: Color,
    /// The client.
    pub client: ClientId,
    /// The client's name.
    pub client_name: DisplayName,
    /// The contact they are there.
    pub contact: ContactId,
    /// That contact's name: people who share an address tell themselves apart by it.
    pub contact_name: DisplayName,
}

/// The portals of a session's address. The index says at which firms to look, and so does the session, which a firm may have known before the index did. Whom the
/// address reaches there, and whether they may enter, only the firm's own directory says.
pub(super) async fn list(engine: &Engine, authority: &SessionAuthority) -> Result<Vec<PortalChoice>, Error> {
    let email = authority.login(engine).await?.email;
    let mut choices = Vec::new();
    for firm in firms_to_ask(engine, &authority.session).await? {
        if let Some(firm) = engine.store.firm(firm).await? {
            choices.extend(at(engine, &firm, &email).await?);
        }
    }
    choices.sort_by_key(order);
    Ok(choices)
}

/// The firms that may know the address of a session.
pub(crate) async fn firms_to_ask(engine: &Engine, session: &Session) -> Result<BTreeSet<FirmId>, Error> {
    let reached = engine.store.reached(session.address).await?;
    Ok(reached.iter().map(|reach| reach.firm).chain([session.firm]).collect())
}

async fn at(engine: &Engine, firm: &Firm, email: &EmailAddress) -> Result<Vec<PortalChoice>, Error> {
    let mut choices = Vec::new();
    for read in engine.store.contacts_by_email(firm.id, email).await? {
        if !may_enter(&read.contact, &read.access, |theirs| theirs == email) {
            continue;
        }
        let contact = read.contact.value;
        let Some(client) = engine.store.client(firm.id, &ClientRef::Id(contact.client)).await? else { continue };
        choices.push(PortalChoice {
            firm: firm.id,
            firm_name: firm.name.clone(),
            color: firm.settings.color,
            client: client.id,
            client_name: client.value.name,
            contact: contact.id,
            contact_name: contact.name,
        });
    }
    Ok(choices)
}

fn order(choice: &PortalChoice) -> (String, FirmId, String, ClientId, String, ContactId) {
    let folded = |name: &DisplayName| name.folded();
    (
        folded(&choice.firm_name),
        choice.firm,
        folded(&choice.client_name),
        choice.client,
        folded(&choice.contact_name),
        choice.contact,
    )
}
