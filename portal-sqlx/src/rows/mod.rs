//! Records as rows: which table, which columns, and back.

mod branding;
mod codes;
mod contact_details;
mod directory;
mod event;
mod files;
mod identity;
mod keys;
mod mailing;
mod message;
mod sharing;
mod templates;

use portal_core::change::Versioned;
use portal_core::ports::store::StoreError;
use portal_core::record::Record;
use portal_core::{
    directory as area_directory, files as area_files, identity as area_identity, sharing as area_sharing,
};

use crate::sql::{Fields, Value};

pub(crate) use codes::{
    ALL_CONTACTS, ARCHIVED, DOCUMENT, FOLDER, LIVE, ONE_CONTACT, PURGED, TRASHED, actor, audience, chain, event_topic,
    lane, limit_kind, node, read_actor, read_node, space,
};
pub(crate) use directory::contact_read;
pub(crate) use event::{EVENT, NOTES, happened};
pub(crate) use files::{PARKED, document_read, node_read, read_file_name};
pub(crate) use keys::{key_of_row, row_key, stored_key};
pub(crate) use mailing::addressee;
pub(crate) use message::{
    DEAD, MESSAGE, NEW_MESSAGE, SPEAKS_OF, WAITING, kind as mail_kind, message, messages, new_message,
    state as message_state,
};

/// A table of records. Its rows are the key's columns, the version, and the others, in this order.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// What leads comes first.
    pub(crate) key: &'static [&'static str],
    pub(crate) columns: &'static [&'static str],
    /// Columns of which no two rows have the same values, beside the key.
    pub(crate) unique: &'static [&'static str],
}

impl Table {
    /// All columns of a row called `alias`, as [`Stored::read`] reads them.
    pub(crate) fn select(&self, alias: &str) -> String {
        let all = self.key.iter().chain(&["version"]).chain(self.columns);
        all.map(|column| format!("{alias}.{column}")).collect::<Vec<_>>().join(", ")
    }

    /// How many columns that are.
    pub(crate) fn width(&self) -> usize {
        self.key.len() + 1 + self.columns.len()
    }
}

/// A record that has a table.
pub(crate) trait Stored: Sized {
    /// Its table.
    const TABLE: &'static Table;

    /// The values of the table's columns, without key and version.
    fn columns(&self) -> Vec<Value>;

    /// Reads a whole row.
    fn read(fields: &mut Fields<'_>) -> Result<Versioned<Self>, StoreError>;
}

/// The table of a record, and the values of its columns.
pub(crate) fn columns_of(record: &Record) -> Vec<Value> {
    match record {
        Record::Directory(record) => match record {
            area_directory::Record::Firm(firm) => firm.columns(),
            area_directory::Record::Member(member) => member.columns(),
            area_directory::Record::Client(client) => client.columns(),
            area_directory::Record::Contact(contact) => contact.columns(),
            area_directory::Record::PortalAccess(access) => access.columns(),
            area_directory::Record::Assignment(assignment) => assignment.columns(),
            area_directory::Record::Mailing(mailing) => mailing.columns(),
            area_directory::Record::DataKey(key) => key.columns(),
            area_directory::Record::FolderTemplate(template) => template.columns(),
        },
        Record::Sharing(record) => match record {
            area_sharing::Record::Tree(tree) => tree.columns(),
            area_sharing::Record::Grant(grant) => grant.columns(),
        },
        Record::Files(record) => match record {
            area_files::Record::Folder(folder) => folder.columns(),
            area_files::Record::Document(document) => document.columns(),
            area_files::Record::Version(version) => version.columns(),
            area_files::Record::Upload(upload) => upload.columns(),
            area_files::Record::Condemned(condemned) => condemned.columns(),
        },
        Record::Identity(record) => match record {
            area_identity::Record::Attempt(attempt) => attempt.columns(),
            area_identity::Record::Limit(limit) => limit.columns(),
            area_identity::Record::Login(login) => login.columns(),
            area_identity::Record::Session(session) => session.columns(),
            area_identity::Record::Reach(reach) => reach.columns(),
        },
    }
}
