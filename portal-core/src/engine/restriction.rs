//! Which clients a team member sees, where their firm restricts members to those that they are assigned to (S38).
//!
//! This is the one place that finds it out, for what they ask ([`Seen`] is part of their authority) and for what they are
//! mailed ([`sees`], [`assigned_among`]).

use std::collections::BTreeSet;

use super::Engine;
use crate::change::{Version, Versioned, Write};
use crate::directory::{self, Assignment, Firm, Member};
use crate::ports::store::StoreError;
use crate::record::Whole;
use crate::values::{ClientId, ContactId, FirmId, MemberId, MessageId};

/// What a member's call is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    /// The firm, its team, or all clients that the member sees.
    Firm,
    /// A client.
    Client(ClientId),
    /// The client of a contact.
    Contact(ContactId),
    /// The client that a message speaks of.
    Message(MessageId),
}

/// Which clients a member sees, as far as it matters to a call.
#[derive(Debug)]
pub(crate) enum Seen {
    /// All of them, for owners and admins do.
    ByRole,
    /// All of them, for the firm does not restrict its members, as it stands at this version.
    ByPolicy(FirmId, Version),
    /// The one that the call is about, for they are assigned to it.
    ByAssignment(Versioned<Assignment>),
    /// Those that they are assigned to; the call is about none of them alone.
    Assigned,
    /// Not the one that the call is about.
    Nothing,
}

impl Seen {
    /// What a member of the firm sees of what their call is about.
    pub(crate) async fn by(engine: &Engine, firm: FirmId, member: &Member, about: About) -> Result<Self, StoreError> {
        if member.role.administers() {
            return Ok(Self::ByRole);
        }
        let Some(found) = engine.store.firm(firm).await? else { return Ok(Self::Nothing) };
        if !found.settings.policies.restricts(member.role) {
            return Ok(Self::ByPolicy(firm, found.version));
        }
        let client = match about {
            About::Firm => return Ok(Self::Assigned),
            About::Client(client) => Some(client),
            About::Contact(contact) => {
                engine.store.contact(firm, &contact.into()).await?.map(|read| read.contact.client)
            }
            About::Message(message) => engine.store.delivery(firm, message).await?.and_then(|message| message.client),
        };
        let Some(client) = client else { return Ok(Self::Nothing) };
        let assignment = engine.store.assignment(firm, client, member.id).await?;
        Ok(assignment.map_or(Self::Nothing, Self::ByAssignment))
    }

    /// Whether lists are narrowed to the clients that the member is assigned to.
    pub(crate) const fn is_narrowed(&self) -> bool {
        !matches!(self, Self::ByRole | Self::ByPolicy(..))
    }

    /// Whether they see the client that the call is about.
    pub(crate) const fn includes_the_client(&self) -> bool {
        matches!(self, Self::ByRole | Self::ByPolicy(..) | Self::ByAssignment(_))
    }

    /// What a commit rests on, so that nothing slips past an assignment that is taken away, or a policy that is set, meanwhile.
    /// What lets them see more needs no guard.
    pub(crate) fn guard(&self) -> Option<Write<Whole>> {
        match self {
            Self::ByPolicy(firm, version) => Some(Write::Expect(directory::Key::Firm(*firm).into(), *version)),
            Self::ByAssignment(it) => {
                Some(Write::Expect(directory::Key::Assignment(it.client, it.member).into(), it.version))
            }
            Self::ByRole | Self::Assigned | Self::Nothing => None,
        }
    }
}

/// Whether a member sees a client, for mail that is about to go to them.
pub(crate) async fn sees(engine: &Engine, firm: &Firm, member: &Member, client: ClientId) -> Result<bool, StoreError> {
    if !firm.settings.policies.restricts(member.role) {
        return Ok(true);
    }
    Ok(engine.store.assignment(firm.id, client, member.id).await?.is_some())
}

/// Which of these clients a member is assigned to.
pub(crate) async fn assigned_among(
    engine: &Engine,
    firm: FirmId,
    member: MemberId,
    clients: BTreeSet<ClientId>,
) -> Result<BTreeSet<ClientId>, StoreError> {
    let clients: Vec<ClientId> = clients.into_iter().collect();
    Ok(engine.store.assigned_among(firm, member, &clients).await?.into_iter().collect())
}
