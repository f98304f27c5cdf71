//! What can happen in the directory.

use std::collections::BTreeMap;

use super::{Addressee, Frequency, Role, Topic};
use crate::values::{Actor, ClientId, ContactId, FirmId, FolderTemplateId, Language, MemberId, Note};

/// What can happen in the directory.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Event {
    /// A firm was added.
    FirmAdded {
        /// The firm.
        firm: FirmId,
    },
    /// A firm's name or settings were changed.
    FirmChanged {
        /// The firm.
        firm: FirmId,
    },
    /// The firm got a data key, which is the current one.
    DataKeyAdded {
        /// The firm.
        firm: FirmId,
        /// The key's number.
        number: u32,
    },
    /// A data key of the firm was wrapped anew.
    DataKeyRewrapped {
        /// The firm.
        firm: FirmId,
        /// The key's number.
        number: u32,
    },
    /// Somebody joined the team.
    MemberAdded {
        /// The member.
        member: MemberId,
        /// Their role.
        role: Role,
        /// Their name.
        name: Note,
    },
    /// A member's role was changed.
    MemberRoleChanged {
        /// The member.
        member: MemberId,
        /// Their role from now on.
        role: Role,
    },
    /// Somebody left the team.
    MemberRemoved {
        /// The member.
        member: MemberId,
    },
    /// A client was added.
    ClientAdded {
        /// The client.
        client: ClientId,
        /// Its name.
        name: Note,
    },
    /// A client was renamed.
    ClientRenamed {
        /// The client.
        client: ClientId,
        /// Its name from now on.
        name: Note,
    },
    /// A contact was added.
    ContactAdded {
        /// The client.
        client: ClientId,
        /// The contact.
        contact: ContactId,
        /// Their name.
        name: Note,
        /// Their address, if known.
        email: Option<Note>,
        /// How else they are reached.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        details: Vec<Note>,
    },
    /// A contact's name or address was changed.
    ContactChanged {
        /// The client.
        client: ClientId,
        /// The contact.
        contact: ContactId,
        /// Their name from now on.
        name: Note,
        /// Their address from now on, if known.
        email: Option<Note>,
        /// How else they are reached from now on.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        details: Vec<Note>,
    },
    /// A contact was taken off the client.
    ContactRemoved {
        /// The client.
        client: ClientId,
        /// The contact.
        contact: ContactId,
    },
    /// A contact was erased: what named them is gone, here too.
    ContactErased {
        /// The client.
        client: ClientId,
        /// The contact.
        contact: ContactId,
    },
    /// All that is kept of a client was taken out.
    ClientExported {
        /// The client.
        client: ClientId,
    },
    /// A contact's portal access was taken away or given back.
    PortalAccessChanged {
        /// The client.
        client: ClientId,
        /// The contact.
        contact: ContactId,
        /// Whether they may enter from now on.
        allowed: bool,
    },
    /// A member was assigned to a client.
    Assigned {
        /// The client.
        client: ClientId,
        /// The member.
        member: MemberId,
    },
    /// A member is not assigned to a client any more.
    Unassigned {
        /// The client.
        client: ClientId,
        /// The member.
        member: MemberId,
    },
    /// It was chosen how often somebody is mailed, or in which language: what holds from now on.
    MailChosen {
        /// Whose mail it is.
        addressee: Addressee,
        /// The client they belong to, if they are a contact.
        client: Option<ClientId>,
        /// How often each kind goes; those left out go at once.
        often: BTreeMap<Topic, Frequency>,
        /// The language, if one was chosen.
        language: Option<Language>,
    },
    /// Mail to a contact's address came back.
    MailBounced {
        /// The client.
        client: ClientId,
        /// The contact.
        contact: ContactId,
        /// The address.
        address: Note,
        /// What was said of it.
        reason: Note,
    },
    /// The mark that mail to a contact comes back was taken away.
    BounceCleared {
        /// The client.
        client: ClientId,
        /// The contact.
        contact: ContactId,
    },
    /// A folder template was added.
    FolderTemplateAdded {
        /// The template.
        template: FolderTemplateId,
        /// Its name.
        name: Note,
    },
    /// A folder template was changed.
    FolderTemplateChanged {
        /// The template.
        template: FolderTemplateId,
        /// Its name from now on.
        name: Note,
    },
    /// A folder template was removed.
    FolderTemplateRemoved {
        /// The template.
        template: FolderTemplateId,
        /// Its name.
        name: Note,
    },
    /// It was chosen which folder template new clients get.
    DefaultTemplateChosen {
        /// The template; `None` for none.
        template: Option<FolderTemplateId>,
    },
    /// A folder template was planted at a client.
    FolderTemplateApplied {
        /// The client.
        client: ClientId,
        /// The template.
        template: FolderTemplateId,
        /// Its name.
        name: Note,
    },
    /// The firm learnt that a contact signed in.
    ContactSignedIn {
        /// The client.
        client: ClientId,
        /// The contact.
        contact: ContactId,
    },
}

impl Event {
    crate::values::noted! {
        Self::FolderTemplateAdded { name, .. }
        | Self::FolderTemplateChanged { name, .. }
        | Self::FolderTemplateRemoved { name, .. }
        | Self::FolderTemplateApplied { name, .. } => vec![name],
        Self::MemberAdded { name, .. } | Self::ClientAdded { name, .. } | Self::ClientRenamed { name, .. } => vec![name],
        Self::ContactAdded { name, email, details, .. } | Self::ContactChanged { name, email, details, .. } => {
            std::iter::once(name).chain(email).chain(details).collect()
        },
        Self::MailBounced { address, reason, .. } => vec![address, reason],
        Self::DefaultTemplateChosen { .. }
        | Self::FirmAdded { .. }
        | Self::FirmChanged { .. }
        | Self::DataKeyAdded { .. }
        | Self::DataKeyRewrapped { .. }
        | Self::MemberRoleChanged { .. }
        | Self::MemberRemoved { .. }
        | Self::MailChosen { .. }
        | Self::BounceCleared { .. }
        | Self::ContactRemoved { .. }
        | Self::ContactErased { .. }
        | Self::ClientExported { .. }
        | Self::PortalAccessChanged { .. }
        | Self::Assigned { .. }
        | Self::Unassigned { .. }
        | Self::ContactSignedIn { .. } => Vec::new(),
    }

    /// The member or contact whom it was done to or for, if it was for one.
    pub fn person(&self) -> Option<Actor> {
        match self {
            Self::MemberAdded { member, .. }
            | Self::MemberRoleChanged { member, .. }
            | Self::MemberRemoved { member }
            | Self::Assigned { member, .. }
            | Self::Unassigned { member, .. } => Some(Actor::Member(*member)),
            Self::ContactAdded { contact, .. }
            | Self::ContactChanged { contact, .. }
            | Self::ContactRemoved { contact, .. }
            | Self::PortalAccessChanged { contact, .. }
            | Self::MailBounced { contact, .. }
            | Self::BounceCleared { contact, .. }
            | Self::ContactSignedIn { contact, .. } => Some(Actor::Contact(*contact)),
            Self::MailChosen { addressee: Addressee::Contact(contact), .. } => Some(Actor::Contact(*contact)),
            Self::MailChosen { addressee: Addressee::Member(member), .. } => Some(Actor::Member(*member)),
            _ => None,
        }
    }

    /// The client it happened at, if it was at one.
    pub fn client(&self) -> Option<ClientId> {
        match self {
            Self::ClientAdded { client, .. }
            | Self::ClientRenamed { client, .. }
            | Self::ContactAdded { client, .. }
            | Self::ContactChanged { client, .. }
            | Self::ContactRemoved { client, .. }
            | Self::ContactErased { client, .. }
            | Self::ClientExported { client }
            | Self::PortalAccessChanged { client, .. }
            | Self::FolderTemplateApplied { client, .. }
            | Self::Assigned { client, .. }
            | Self::Unassigned { client, .. }
            | Self::MailBounced { client, .. }
            | Self::BounceCleared { client, .. }
            | Self::ContactSignedIn { client, .. } => Some(*client),
            Self::MailChosen { client, .. } => *client,
            Self::FolderTemplateAdded { .. }
            | Self::FolderTemplateChanged { .. }
            | Self::FolderTemplateRemoved { .. }
            | Self::DefaultTemplateChosen { .. }
            | Self::FirmAdded { .. }
            | Self::FirmChanged { .. }
            | Self::DataKeyAdded { .. }
            | Self::DataKeyRewrapped { .. }
            | Self::MemberAdded { .. }
            | Self::MemberRoleChanged { .. }
            | Self::MemberRemoved { .. } => None,
        }
    }
}
