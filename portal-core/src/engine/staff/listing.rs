//! A folder as staff see it.

use std::collections::BTreeMap;

use crate::change::Versioned;
use crate::engine::{Engine, Error};
use crate::files::{DocumentVersion, FolderKind, Hold, Place};
use crate::ports::store::{Child, NodeRead};
use crate::sharing::{Access, Ancestry, Audience, Grant, Visibility, visibility};
use crate::values::{Actor, ContactId, FileName, FirmId, FolderId, NodeId, Page, Timestamp};

/// A folder and a page of what lies in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The folder.
    pub folder: FolderView,
    /// What lies in it: folders first, then in the order asked for.
    pub entries: Page<Entry>,
}

/// A folder and the way to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderView {
    /// The folder.
    pub id: FolderId,
    /// What it is called.
    pub name: FileName,
    /// What it is for.
    pub kind: FolderKind,
    /// The folders above it, the client's root first.
    pub path: Vec<(FolderId, FileName)>,
    /// Who sees it by grants on it or above it.
    pub shared_with: Vec<SharedWith>,
    /// What its visible toggle shows.
    pub visibility: Visibility,
    /// Whether it lies in the trash, or below something that does.
    pub in_trash: bool,
    /// Whether it is archived, by itself or by something above it.
    pub archived: bool,
    /// The hold on it itself.
    pub hold: Option<Hold>,
    /// Whether it is on hold, by itself or by something above it.
    pub on_hold: bool,
}

/// A folder or document in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The folder or document.
    pub node: NodeId,
    /// What it is called.
    pub name: FileName,
    /// Which of the two, and what is known of it.
    pub kind: EntryKind,
    /// Who sees it.
    pub shared_with: Vec<SharedWith>,
    /// What its visible toggle shows.
    pub visibility: Visibility,
    /// Who made or uploaded it.
    pub by: Actor,
    /// Their name, if it is known.
    pub by_name: Option<String>,
    /// When it was made or last uploaded.
    pub at: Timestamp,
    /// Whether it is on hold, by itself or by something above it.
    pub on_hold: bool,
}

/// Which of the two, and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryKind {
    /// A folder.
    Folder(FolderKind),
    /// A document, with the version that is shown.
    Document(Box<DocumentVersion>),
}

/// Somebody who sees a folder or document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedWith {
    /// Who.
    pub audience: Audience,
    /// The contact's name, for one contact.
    pub name: Option<String>,
    /// What they may do.
    pub access: Access,
    /// Until when.
    pub until: Option<Timestamp>,
    /// The folder above that they see it by, unless it is by a grant on it itself.
    pub inherited_from: Option<Inherited>,
}

/// The folder above by which somebody sees something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inherited {
    /// The folder.
    pub node: NodeId,
    /// What it is called.
    pub name: FileName,
}

/// The names of contacts and members, looked up once for a whole page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names(BTreeMap<Actor, String>);

impl Names {
    pub(super) async fn of(
        engine: &Engine,
        firm: FirmId,
        actors: impl IntoIterator<Item = Actor>,
    ) -> Result<Self, Error> {
        let wanted: std::collections::BTreeSet<Actor> =
            actors.into_iter().filter(|actor| matches!(actor, Actor::Member(_) | Actor::Contact(_))).collect();
        if wanted.is_empty() {
            return Ok(Self(BTreeMap::new()));
        }
        let wanted: Vec<Actor> = wanted.into_iter().collect();
        Ok(Self(engine.store.names(firm, &wanted).await?.into_iter().collect()))
    }

    pub(super) fn actor(&self, actor: Actor) -> Option<String> {
        self.0.get(&actor).cloned()
    }

    fn contact(&self, contact: ContactId) -> Option<String> {
        self.actor(Actor::Contact(contact))
    }
}

/// The contacts that the grants of an ancestry name.
pub(super) fn contacts_in<'a>(grants: impl IntoIterator<Item = &'a Versioned<Grant>>) -> Vec<Actor> {
    let contact = |grant: &'a Versioned<Grant>| match grant.audience {
        Audience::Contact(contact) => Some(Actor::Contact(contact)),
        Audience::AllContacts => None,
    };
    grants.into_iter().filter_map(contact).collect()
}

/// Who sees the node at `now`: each audience once, by its highest grant, the nearest of equals.
pub(super) fn shared_with(ancestry: &Ancestry, names: &Names, now: Timestamp) -> Vec<SharedWith> {
    let mut best = BTreeMap::<Audience, SharedWith>::new();
    for (index, step) in ancestry.steps.iter().enumerate() {
        for grant in step.grants.iter().filter(|grant| !grant.expired(now)) {
            let inherited = || Inherited { node: step.node, name: step.name.clone() };
            let found = SharedWith {
                audience: grant.audience,
                name: match grant.audience {
                    Audience::Contact(contact) => names.contact(contact),
                    Audience::AllContacts => None,
                },
                access: grant.access,
                until: grant.until,
                inherited_from: (index > 0).then(inherited),
            };
            match best.get(&grant.audience) {
                Some(known) if known.access >= found.access => {}
                _ => {
                    best.insert(grant.audience, found);
                }
            }
        }
    }
    best.into_values().collect()
}

/// The folder of `ancestry` as a view.
pub(super) fn folder_view(
    id: FolderId,
    read: &NodeRead,
    ancestry: &Ancestry,
    names: &Names,
    now: Timestamp,
) -> Result<FolderView, Error> {
    let NodeRead::Folder(folder) = read else { return Err(Error::NotFound) };
    let above = ancestry.steps.iter().skip(1).rev();
    let path = above.filter_map(|step| match step.node {
        NodeId::Folder(folder) => Some((folder, step.name.clone())),
        NodeId::Document(_) => None,
    });
    Ok(FolderView {
        id,
        name: folder.place.name.clone(),
        kind: folder.kind,
        path: path.collect(),
        shared_with: shared_with(ancestry, names, now),
        visibility: visibility(ancestry, now),
        in_trash: ancestry.trashed(),
        archived: ancestry.archived(),
        hold: folder.place.hold.as_deref().cloned(),
        on_hold: ancestry.held(),
    })
}

/// The children of a folder as entries.
pub(super) fn entries(above: &Ancestry, children: Page<Child>, names: &Names, now: Timestamp) -> Page<Entry> {
    children.map(|child| {
        let (node, place, kind, grants, by, at): (NodeId, Place, EntryKind, _, Actor, Timestamp) = match child {
            Child::Folder(read, grants) => {
                let folder = read.folder;
                let (by, at) = (folder.place.created_by, folder.place.created_at);
                (folder.id.into(), folder.place, EntryKind::Folder(folder.kind), grants, by, at)
            }
            Child::Document(read, grants) => {
                let (by, at) = (read.current.uploaded_by, read.current.uploaded_at);
                let document = read.document.value;
                (document.id.into(), document.place, EntryKind::Document(Box::new(read.current)), grants, by, at)
            }
        };
        let ancestry = above.below(node, &place.name, grants);
        Entry {
            node,
            shared_with: shared_with(&ancestry, names, now),
            visibility: visibility(&ancestry, now),
            by,
            by_name: names.actor(by),
            at,
            kind,
            on_hold: above.held() || place.hold.is_some(),
            name: place.name,
        }
    })
}

/// Everybody whose name a page of children needs.
pub(super) fn people_of(above: &Ancestry, children: &Page<Child>) -> Vec<Actor> {
    let mut people = contacts_in(above.grants().map(|(_, grant)| grant));
    for child in &children.items {
        let (grants, by) = match child {
            Child::Folder(read, grants) => (grants, read.folder.place.created_by),
            Child::Document(read, grants) => (grants, read.current.uploaded_by),
        };
        people.extend(contacts_in(grants));
        people.push(by);
    }
    people
}
