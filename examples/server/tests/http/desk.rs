//! The owner of a firm before the list of a client's files.

use portal_core::sharing::{Access, Audience};
use portal_core::values::{DocumentId, NodeId, PageRequest};

use super::browser::{Browser, Page};
use super::office::Office;

/// The owner at her desk.
pub struct Desk {
    pub office: Office,
    pub olivia: Browser,
    /// The list of all of Acme's files.
    pub list: String,
    /// The page that was looked at last.
    pub page: Page,
}

/// The owner at the list of Acme's files.
pub async fn desk() -> Desk {
    let office = Office::open().await;
    let mut olivia = office.owner().await;
    let list = format!("/staff/clients/{}/files", office.world.acme.id);
    let page = olivia.get(&list).await.ok();
    Desk { office, olivia, list, page }
}

/// A form's fields: an act, and to what.
pub fn act(name: &'static str, nodes: &[NodeId]) -> Vec<(&'static str, String)> {
    let nodes = nodes.iter().map(|node| ("node", node.to_string()));
    std::iter::once(("act", name.to_owned())).chain(nodes).collect()
}

impl Desk {
    pub async fn post(&mut self, path: &str, fields: &[(&'static str, String)]) -> Page {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.olivia.submit(&self.page, path, &fields).await
    }

    /// Posts to the list of all files.
    pub async fn do_to(&mut self, name: &'static str, nodes: &[NodeId]) -> Page {
        let list = self.list.clone();
        self.post(&list, &act(name, nodes)).await
    }

    /// What Undo of a page posts, and where to.
    pub async fn undo(&mut self, page: &Page) -> Page {
        let text = page.text();
        let flash = text.split("data-flashes").nth(1).unwrap().split("id=\"undo\"").next().unwrap();
        let attribute = |of: &str, name: &str| {
            of.split(&format!("{name}=\"")).nth(1).map(|rest| rest.split('"').next().unwrap().to_owned())
        };
        let action = attribute(flash, "action").unwrap_or_else(|| panic!("no undo on {text}"));
        let fields: Vec<(String, String)> = flash
            .split("<input")
            .skip(1)
            .map(|input| (attribute(input, "name").unwrap(), attribute(input, "value").unwrap()))
            .filter(|(name, _)| name != "_csrf")
            .collect();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.olivia.submit(page, &action, &fields).await
    }

    pub async fn document(&self, name: &str) -> DocumentId {
        self.office.world.upload(self.office.world.acme.id, self.office.world.tax, name, "x").await.unwrap()
    }

    pub async fn in_trash(&self) -> Vec<NodeId> {
        let files = self.office.world.owner.files(self.office.world.acme.id);
        let trash = files.trashed(&PageRequest::default()).await.unwrap();
        trash.items.into_iter().map(|row| node_of(&row.node)).collect()
    }

    /// With whom something itself is shared.
    pub async fn audiences(&self, node: impl Into<NodeId>) -> Vec<(Audience, Access)> {
        let files = self.office.world.owner.files(self.office.world.acme.id);
        let own = files.sharing(node.into()).await.unwrap().own;
        own.into_iter().map(|grant| (grant.audience, grant.access)).collect()
    }
}

fn node_of(read: &portal_core::ports::store::NodeRead) -> NodeId {
    match read {
        portal_core::ports::store::NodeRead::Folder(folder) => folder.value.id.into(),
        portal_core::ports::store::NodeRead::Document(document) => document.value.id.into(),
    }
}
