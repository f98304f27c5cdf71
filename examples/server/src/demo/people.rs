//! The demo's clients, their contacts, and what is shared with them.

use portal_core::directory::{NewClient, NewContact};
use portal_core::sharing::{Access, Audience};
use portal_core::values::{ClientId, ClientRef, ContactId, ExternalId, FileName, FolderId, NodeId, PageRequest};
use portal_core::{Entry, Staff, StaffFiles};

use super::{DemoError, documents, email, external, name};
use crate::start::{found, is_taken};

/// A client of the demo.
struct DemoClient {
    id: &'static str,
    name: &'static str,
    team: &'static [&'static str],
    contacts: &'static [(&'static str, &'static str, Option<&'static str>)],
    folders: &'static [DemoFolder],
}

/// A folder of the demo, with the names of the documents in it.
struct DemoFolder {
    path: &'static [&'static str],
    shared: Option<(With, Access)>,
    documents: &'static [&'static str],
}

/// Whom a folder of the demo is shared with.
enum With {
    All,
    Contact(&'static str),
}

const CLIENTS: [DemoClient; 3] = [
    DemoClient {
        id: "acme",
        name: "Acme Robotics LLC",
        team: &["olivia", "marcus"],
        contacts: &[
            ("acme-ana", "Ana Flores", Some("ana@acme.test")),
            ("acme-ben", "Ben Ortiz", Some("ben@acme.test")),
        ],
        folders: &[
            DemoFolder {
                path: &["2024 Tax"],
                shared: Some((With::All, Access::View)),
                documents: &["Form 1120-S 2024.pdf", "Schedule K-1 Ana Flores.pdf", "State return 2024.pdf"],
            },
            DemoFolder {
                path: &["2025 Tax"],
                shared: None,
                documents: &["Engagement letter 2025.pdf", "Tax organizer 2025.pdf", "Trial balance 2025.xlsx"],
            },
            DemoFolder { path: &["Bookkeeping"], shared: None, documents: &["Transactions January 2026.csv"] },
            DemoFolder {
                path: &["Bookkeeping", "Bank statements"],
                shared: Some((With::Contact("acme-ben"), Access::ViewAndUpload)),
                documents: &["Bank statement January 2026.pdf"],
            },
        ],
    },
    // Two people with one mailbox: after signing in they say who they are.
    DemoClient {
        id: "okafor",
        name: "Okafor Family",
        team: &["marcus"],
        contacts: &[
            ("okafor-chidi", "Chidi Okafor", Some("family@okafor.test")),
            ("okafor-amara", "Amara Okafor", Some("family@okafor.test")),
        ],
        folders: &[DemoFolder {
            path: &["2025 Tax"],
            shared: Some((With::All, Access::ViewAndUpload)),
            documents: &["W-2 Chidi Okafor.pdf", "Form 1098 mortgage interest.pdf", "Donation receipt.jpg"],
        }],
    },
    // Ana is a contact here, too: one login reaches both portals. Tom has no address yet.
    DemoClient {
        id: "bluedoor",
        name: "Blue Door Bakery",
        team: &[],
        contacts: &[
            ("bluedoor-lena", "Lena Petrov", Some("lena@bluedoor.test")),
            ("bluedoor-ana", "Ana Flores", Some("ana@acme.test")),
            ("bluedoor-tom", "Tom Reyes", None),
        ],
        folders: &[DemoFolder {
            path: &["Shop"],
            shared: Some((With::Contact("bluedoor-ana"), Access::View)),
            documents: &["Lease agreement.pdf", "Floor plan.png", "Payroll fourth quarter.xlsx"],
        }],
    },
];

/// Makes what of all this is not there yet.
pub(super) async fn seed(staff: &Staff) -> Result<(), DemoError> {
    for client in &CLIENTS {
        seed_client(staff, client).await?;
    }
    Ok(())
}

async fn seed_client(staff: &Staff, demo: &DemoClient) -> Result<(), DemoError> {
    let client = client(staff, demo).await?;
    let team = staff.team().list(&PageRequest::first(PageRequest::MAX_LIMIT)).await?.items;
    let looks_after = |id: &ExternalId| demo.team.contains(&id.as_str());
    for member in team.iter().filter(|member| member.external_id.as_ref().is_some_and(looks_after)) {
        staff.assignments(client).assign(member.id).await?;
    }
    for contact in demo.contacts {
        add_contact(staff, client, contact).await?;
    }
    let files = staff.files(client);
    for demo_folder in demo.folders {
        let folder = folder(&files, demo_folder.path).await?;
        for document in demo_folder.documents {
            add_document(&files, folder, document).await?;
        }
        if let Some((with, access)) = &demo_folder.shared {
            let audience = match with {
                With::All => Audience::AllContacts,
                With::Contact(id) => Audience::Contact(contact(staff, client, id).await?),
            };
            files.share(folder, audience, *access).await?;
        }
    }
    Ok(())
}

async fn client(staff: &Staff, demo: &DemoClient) -> Result<ClientId, DemoError> {
    let id = external(demo.id)?;
    if let Some(client) = found(staff.clients().find(ClientRef::from(id.clone())).await)? {
        return Ok(client.id);
    }
    let new = NewClient::new(name(demo.name)?).external_id(id.clone());
    match staff.clients().add(new).await {
        Ok(added) => Ok(added.id),
        Err(error) if is_taken(&error) => Ok(staff.clients().find(ClientRef::from(id)).await?.id),
        Err(error) => Err(error.into()),
    }
}

async fn add_contact(
    staff: &Staff,
    client: ClientId,
    (id, called, address): &(&str, &str, Option<&str>),
) -> Result<(), DemoError> {
    let contact = match address {
        Some(address) => NewContact::new(name(called)?, email(address)?),
        None => NewContact::without_email(name(called)?),
    };
    match staff.contacts(client).add(contact.external_id(external(id)?)).await {
        Ok(_) => Ok(()),
        Err(error) if is_taken(&error) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

async fn contact(staff: &Staff, client: ClientId, id: &str) -> Result<ContactId, DemoError> {
    let wanted = external(id)?;
    let contacts = staff.contacts(client).list(&PageRequest::first(PageRequest::MAX_LIMIT)).await?;
    let found = contacts.items.into_iter().find(|row| row.contact.external_id.as_ref() == Some(&wanted));
    found.map(|row| row.contact.id).ok_or_else(|| DemoError::Text(format!("there is no contact `{id}`")))
}

/// The folder at a path below the client's root; what of it is not there is made.
async fn folder(files: &StaffFiles, path: &[&str]) -> Result<FolderId, DemoError> {
    let mut at = files.list(None, &PageRequest::first(1)).await?.folder.id;
    for part in path {
        at = match entry(files, at, part).await?.map(|entry| entry.node) {
            Some(NodeId::Folder(folder)) => folder,
            _ => files.add_folder(at, file_name(part)?).await?,
        };
    }
    Ok(at)
}

async fn add_document(files: &StaffFiles, folder: FolderId, called: &str) -> Result<(), DemoError> {
    if entry(files, folder, called).await?.is_none() {
        let bytes = documents::make(called)?;
        files.upload(folder, file_name(called)?, bytes).await?;
    }
    Ok(())
}

async fn entry(files: &StaffFiles, folder: FolderId, called: &str) -> Result<Option<Entry>, DemoError> {
    let listing = files.list(Some(folder), &PageRequest::first(PageRequest::MAX_LIMIT)).await?;
    Ok(listing.entries.items.into_iter().find(|entry| entry.name.as_str() == called))
}

fn file_name(text: &str) -> Result<FileName, DemoError> {
    FileName::new(text).map_err(|error| DemoError::Text(error.to_string()))
}
