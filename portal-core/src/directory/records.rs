//! The records of the directory.

use super::mailing::{Addressee, DigestTimes, Mailing};
use super::{ContactDetails, DataKey, Event, FolderTemplate, Logo, Policies, Quotas};
use crate::change::Area;
use crate::values::{
    ClientId, Color, ContactId, DisplayName, EmailAddress, ExternalId, FirmId, FolderId, FolderTemplateId, Language,
    MailFooter, MemberId, TimeZone, Timestamp,
};

/// The area of firms, team members, clients and contacts.
#[derive(Debug, Clone, Copy)]
pub struct Directory;

impl Area for Directory {
    type Key = Key;
    type Record = Record;
    type Event = Event;
}

/// Names one record of the directory, within its firm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A firm.
    Firm(FirmId),
    /// A team member.
    Member(MemberId),
    /// A client.
    Client(ClientId),
    /// A contact.
    Contact(ContactId),
    /// Whether a contact may enter the portal: versioned apart from the contact's name and address.
    PortalAccess(ContactId),
    /// That a member looks after a client.
    Assignment(ClientId, MemberId),
    /// How mail reaches somebody.
    Mailing(Addressee),
    /// A data key of the firm, by its number.
    DataKey(u32),
    /// A folder template of the firm.
    FolderTemplate(FolderTemplateId),
}

/// One record of the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A firm.
    Firm(Firm),
    /// A team member.
    Member(Member),
    /// A client.
    Client(Client),
    /// A contact.
    Contact(Contact),
    /// Whether a contact may enter the portal.
    PortalAccess(PortalAccess),
    /// That a member looks after a client.
    Assignment(Assignment),
    /// How mail reaches somebody.
    Mailing(Mailing),
    /// A data key of the firm.
    DataKey(DataKey),
    /// A folder template of the firm.
    FolderTemplate(FolderTemplate),
}

impl Record {
    /// The key that names this record.
    pub fn key(&self) -> Key {
        match self {
            Self::Firm(firm) => Key::Firm(firm.id),
            Self::Member(member) => Key::Member(member.id),
            Self::Client(client) => Key::Client(client.id),
            Self::Contact(contact) => Key::Contact(contact.id),
            Self::PortalAccess(access) => Key::PortalAccess(access.contact),
            Self::Assignment(assignment) => Key::Assignment(assignment.client, assignment.member),
            Self::Mailing(mailing) => Key::Mailing(mailing.addressee),
            Self::DataKey(key) => Key::DataKey(key.number),
            Self::FolderTemplate(template) => Key::FolderTemplate(template.id),
        }
    }
}

/// A firm: the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firm {
    /// The firm's id.
    pub id: FirmId,
    /// The host's own id for it, unique in the deployment.
    pub external_id: Option<ExternalId>,
    /// The firm's name, as its clients know it.
    pub name: DisplayName,
    /// What the firm has chosen.
    pub settings: FirmSettings,
    /// When it was added.
    pub created_at: Timestamp,
}

/// What a firm has chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirmSettings {
    /// The firm's colour, on pages and in mail.
    pub color: Color,
    /// The firm's logo, on pages and in mail.
    pub logo: Option<Logo>,
    /// What stands under each of its mails.
    pub mail_footer: Option<MailFooter>,
    /// Where answers to the firm's mail go, if it wants them.
    pub reply_to: Option<EmailAddress>,
    /// The name that mail is from, if it is another than the firm's.
    pub sender_name: Option<DisplayName>,
    /// The language of mail to whoever chose none.
    pub language: Language,
    /// Where the firm's days begin and end.
    pub time_zone: TimeZone,
    /// When daily and weekly mail goes.
    pub digests: DigestTimes,
    /// Whether each new client gets a Client Uploads folder.
    pub client_uploads_for_new_clients: bool,
    /// Whether contacts, too, are told of what other contacts upload where they have access.
    pub contacts_hear_of_uploads: bool,
    /// Whether mail may show the names of files.
    pub file_names_in_mail: bool,
    /// The most bytes that one upload may have.
    pub max_upload_bytes: u64,
    /// How much is kept of each contact, and in all.
    pub quotas: Quotas,
    /// What it lets its clients and its team do.
    pub policies: Policies,
}

impl FirmSettings {
    /// The colour of a firm that chose none: `#1f5f5b`.
    pub const DEFAULT_COLOR: Color = Color::from_rgb([0x1f, 0x5f, 0x5b]);
    /// The size that an upload may have at a firm that chose none: 10 GB.
    pub const DEFAULT_MAX_UPLOAD_BYTES: u64 = 10_000_000_000;
}

impl Default for FirmSettings {
    fn default() -> Self {
        Self {
            color: Self::DEFAULT_COLOR,
            logo: None,
            mail_footer: None,
            reply_to: None,
            sender_name: None,
            language: Language::ENGLISH,
            time_zone: TimeZone::UTC,
            digests: DigestTimes::default(),
            client_uploads_for_new_clients: true,
            contacts_hear_of_uploads: false,
            file_names_in_mail: true,
            max_upload_bytes: Self::DEFAULT_MAX_UPLOAD_BYTES,
            quotas: Quotas::default(),
            policies: Policies::default(),
        }
    }
}

/// What a team member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything but firm settings, team and purging.
    Member,
    /// Everything, but that owners are made, changed and removed by owners alone.
    Admin,
    /// Everything; a firm always has one.
    Owner,
}

impl Role {
    /// Whether firm settings, team and purging are open to this role.
    pub const fn administers(self) -> bool {
        matches!(self, Self::Admin | Self::Owner)
    }
}

/// A team member of a firm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The member's id.
    pub id: MemberId,
    /// The host's own id for them, unique in the firm.
    pub external_id: Option<ExternalId>,
    /// Their name.
    pub name: DisplayName,
    /// Where they are told of things.
    pub email: EmailAddress,
    /// What they may do.
    pub role: Role,
    /// When they were added.
    pub created_at: Timestamp,
    /// When they left the team, if they did: their name stays on what they did.
    pub removed_at: Option<Timestamp>,
}

/// A client: a business or a person that the firm serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The client's id.
    pub id: ClientId,
    /// The host's own id for it, unique in the firm.
    pub external_id: Option<ExternalId>,
    /// The client's name.
    pub name: DisplayName,
    /// The folder that holds all of the client's files and is never shown to contacts.
    pub root: FolderId,
    /// When it was added.
    pub created_at: Timestamp,
}

/// A contact: a person at one client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The contact's id.
    pub id: ContactId,
    /// The client they belong to.
    pub client: ClientId,
    /// The host's own id for them, unique in the firm.
    pub external_id: Option<ExternalId>,
    /// Their name.
    pub name: DisplayName,
    /// Where they are told of things and prove who they are, once known.
    pub email: Option<EmailAddress>,
    /// How else they are reached: for staff to read; nobody signs in by it and nothing is sent there.
    pub details: ContactDetails,
    /// When they were added.
    pub created_at: Timestamp,
    /// When they were taken off the client, if they were: what they uploaded stays, under their name.
    pub removed_at: Option<Timestamp>,
}

/// Whether a contact may enter the portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalAccess {
    /// The contact.
    pub contact: ContactId,
    /// Whether they may enter. Staff take it away and give it back.
    pub allowed: bool,
    /// When they last signed in, as far as the firm was told.
    pub last_signed_in_at: Option<Timestamp>,
}

/// That a team member looks after a client, and so is told when it uploads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The client.
    pub client: ClientId,
    /// The team member.
    pub member: MemberId,
    /// Since when.
    pub created_at: Timestamp,
}
