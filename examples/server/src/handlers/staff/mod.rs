//! The pages of the firm's team.

pub(crate) mod activity;
mod activity_filter;
pub(crate) mod archive;
pub(crate) mod branding;
pub(crate) mod bulk;
pub(crate) mod clients;
pub(crate) mod contact;
pub(crate) mod contacts;
pub(crate) mod deliveries;
mod details;
pub(crate) mod document;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod files;
pub(crate) mod holds;
pub(crate) mod import;
pub(crate) mod mail;
pub(crate) mod moving;
pub(crate) mod nodes;
pub(crate) mod policies;
pub(crate) mod settings;
pub(crate) mod share;
pub(crate) mod sign_in;
pub(crate) mod team;
pub(crate) mod templates;
pub(crate) mod trash;
mod trashed;
pub(crate) mod uploads;
pub(crate) mod view_as;

use portal_core::values::{ClientId, ContactId, FileName, FolderId, NodeId, PageRequest};
use portal_core::{Entry, SharedWith as SeenBy, Staff, StaffFiles};

use crate::views::staff::{ClientHead, ContactLine, SharedWith};
use crate::views::{Crumb, paths};
use crate::web::actors::AsStaff;
use crate::web::problem::Problem;

/// Whether they are an owner or an admin: pages that lead to what only these may do are shown to nobody else.
fn administers(staff: &AsStaff) -> Result<(), Problem> {
    if staff.me.role.administers() { Ok(()) } else { Err(Problem::Denied) }
}

/// What stands above every page of a client's record. A client has few contacts: all of them are shown.
async fn head(staff: &Staff, client: ClientId) -> Result<ClientHead, Problem> {
    let found = staff.clients().find(client).await?;
    let assigned = staff.assignments(client).list().await?;
    let contacts = staff.contacts(client).list(&PageRequest::first(PageRequest::MAX_LIMIT)).await?;
    let mut rows = contacts.items;
    rows.sort_by_cached_key(|row| row.contact.name.as_str().to_lowercase());
    let contact = |row: portal_core::ContactRow| ContactLine {
        bounced: row.bounced().map(|bounce| bounce.reason.clone()),
        id: row.contact.id,
        name: row.contact.name,
        email: row.contact.email,
        status: row.status,
        language: row.mailing.language,
    };
    Ok(ClientHead {
        id: client,
        name: found.name,
        assigned: assigned.into_iter().map(|member| (member.id, member.name)).collect(),
        contacts: rows.into_iter().map(contact).collect(),
    })
}

/// Where a folder or document lies, and what it is called.
struct Spot {
    name: FileName,
    /// The folder it lies in; `None` for the client's root.
    parent: Option<FolderId>,
    /// The folders from below the root to the one it lies in.
    crumbs: Vec<Crumb>,
}

impl Spot {
    async fn of(files: &StaffFiles, node: NodeId) -> Result<Self, Problem> {
        let (name, path) = match node {
            NodeId::Folder(folder) => {
                let found = files.list(Some(folder), &PageRequest::first(1)).await?.folder;
                (found.name, found.path)
            }
            NodeId::Document(document) => {
                let found = files.document(document).await?;
                (found.name, found.path)
            }
        };
        let parent = path.last().map(|(folder, _)| *folder);
        let crumbs = path.into_iter().skip(1).map(|(folder, name)| Crumb { folder, name }).collect();
        Ok(Self { name, parent, crumbs })
    }

    /// The page that lists it.
    fn page(&self, client: ClientId) -> String {
        match self.crumbs.last() {
            Some(crumb) => paths::folder(client, crumb.folder),
            None => paths::files(client),
        }
    }
}

/// With whom something is shared, in a few words.
fn sharers(seen_by: &[SeenBy]) -> SharedWith {
    if seen_by.is_empty() {
        return SharedWith::Nobody;
    }
    let names: Option<Vec<String>> = seen_by.iter().map(|seen| seen.name.clone()).collect();
    names.map_or(SharedWith::AllContacts, SharedWith::Contacts)
}

/// The name of a contact among those who see something.
fn named(entry: &Entry, contact: ContactId) -> String {
    let of = |seen: &&SeenBy| seen.audience == portal_core::sharing::Audience::Contact(contact);
    entry.shared_with.iter().find(of).and_then(|seen| seen.name.clone()).unwrap_or_else(|| "a contact".to_owned())
}
