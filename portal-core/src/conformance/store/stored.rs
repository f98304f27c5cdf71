//! Reading any record back by the read that answers for it.

use crate::change::Versioned;
use crate::event::Keyspace;
use crate::ports::Store;
use crate::ports::store::NodeRead;
use crate::record::{Key, Record};
use crate::values::{EmailAddress, FirmId, NodeId};
use crate::{directory, files, identity, sharing};

use super::samples::IntoRecord;

/// The record as it is compared: all of it, and addresses as they were typed.
pub(super) fn spelled(record: &Record) -> String {
    let addresses: Vec<&EmailAddress> = match record {
        Record::Directory(directory::Record::Firm(firm)) => firm.settings.reply_to.iter().collect(),
        Record::Directory(directory::Record::Member(member)) => vec![&member.email],
        Record::Directory(directory::Record::Contact(contact)) => contact.email.iter().collect(),
        Record::Directory(directory::Record::Mailing(mailing)) => mailing.bounce.iter().map(|it| &it.address).collect(),
        Record::Identity(identity::Record::Attempt(attempt)) => vec![&attempt.email],
        Record::Identity(identity::Record::Login(login)) => vec![&login.email],
        _ => Vec::new(),
    };
    let typed: Vec<&str> = addresses.into_iter().map(EmailAddress::as_str).collect();
    format!("{record:?} {typed:?}")
}

/// The version and the [spelling](spelled) of what a store holds under a key.
pub(super) async fn stored(store: &dyn Store, keyspace: Keyspace, key: Key) -> Option<(u64, String)> {
    let version = store.version_of(keyspace, key).await.unwrap()?;
    let found = match (key, keyspace) {
        (Key::Directory(key), Keyspace::Firm(firm)) => in_directory(store, firm, key).await,
        (Key::Sharing(key), Keyspace::Firm(firm)) => in_sharing(store, firm, key).await,
        (Key::Files(key), Keyspace::Firm(firm)) => in_files(store, firm, key).await,
        (Key::Identity(key), _) => in_identity(store, key).await,
        _ => None,
    };
    let found = found.unwrap_or_else(|| panic!("{key:?} has a version and is not found"));
    assert_eq!(found.version, version, "the version of {key:?}");
    Some((version.as_u64(), spelled(&found.value)))
}

fn record<T: IntoRecord>(read: Versioned<T>) -> Versioned<Record> {
    Versioned::new(read.version, read.value.into_record())
}

async fn in_directory(store: &dyn Store, firm: FirmId, key: directory::Key) -> Option<Versioned<Record>> {
    match key {
        directory::Key::Firm(id) => store.firm(id).await.unwrap().map(record),
        directory::Key::Member(id) => store.member(firm, &id.into()).await.unwrap().map(record),
        directory::Key::Client(id) => store.client(firm, &id.into()).await.unwrap().map(record),
        directory::Key::Contact(id) => store.contact(firm, &id.into()).await.unwrap().map(|read| record(read.contact)),
        directory::Key::PortalAccess(id) => {
            store.contact(firm, &id.into()).await.unwrap().map(|read| record(read.access))
        }
        directory::Key::Assignment(client, member) => store.assignment(firm, client, member).await.unwrap().map(record),
        directory::Key::Mailing(addressee) => store.mailings(firm, &[addressee]).await.unwrap().pop().map(record),
        directory::Key::FolderTemplate(id) => store.folder_template(firm, id).await.unwrap().map(record),
        directory::Key::DataKey(number) => store.data_key(firm, number).await.unwrap().map(record),
    }
}

async fn in_sharing(store: &dyn Store, firm: FirmId, key: sharing::Key) -> Option<Versioned<Record>> {
    match key {
        sharing::Key::Tree(client) => store.tree(firm, client).await.unwrap().map(record),
        sharing::Key::Grant(grant) => store.grant(firm, grant).await.unwrap().map(record),
    }
}

async fn in_files(store: &dyn Store, firm: FirmId, key: files::Key) -> Option<Versioned<Record>> {
    match key {
        files::Key::Folder(id) => node(store, firm, id.into()).await,
        files::Key::Document(id) => node(store, firm, id.into()).await,
        files::Key::Version(id) => {
            // Every version of the samples belongs to this document.
            let all = store.versions_to_sweep(firm, super::samples::id(9)).await.unwrap();
            all.into_iter().find(|version| version.id == id).map(record)
        }
        files::Key::Upload(id) => store.upload(firm, id).await.unwrap().map(record),
        files::Key::Condemned(blob) => {
            let all = store.condemned(100).await.unwrap();
            all.into_iter()
                .find(|(of, condemned)| *of == firm && condemned.blob == blob)
                .map(|(_, found)| record(found))
        }
    }
}

/// A node, purged or not.
async fn node(store: &dyn Store, firm: FirmId, node: NodeId) -> Option<Versioned<Record>> {
    let mut found: Vec<NodeRead> = store.node(firm, node).await.unwrap().into_iter().collect();
    let purged = store.purged(100).await.unwrap();
    found.extend(purged.into_iter().filter(|(of, _)| *of == firm).map(|(_, node)| node));
    found.into_iter().find_map(|read| match read {
        NodeRead::Folder(folder) if node == folder.id.into() => Some(record(folder)),
        NodeRead::Document(document) if node == document.id.into() => Some(record(document)),
        _ => None,
    })
}

async fn in_identity(store: &dyn Store, key: identity::Key) -> Option<Versioned<Record>> {
    match key {
        identity::Key::Attempt(address, id) => store.attempt(address, id).await.unwrap().map(record),
        identity::Key::Limit(subject, kind) => store.limits(&[(subject, kind)]).await.unwrap().pop()?.map(record),
        identity::Key::Login(id) => store.login(id).await.unwrap().map(record),
        identity::Key::Session(login, id) => store.session(login, id).await.unwrap().map(record),
        identity::Key::Reach(address, contact) => {
            let all = store.reached(address).await.unwrap();
            all.into_iter().find(|reach| reach.contact == contact).map(record)
        }
    }
}
