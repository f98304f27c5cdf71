//! The small dialogs: each a page of its own, lifted into the page that links to it.

use askama::Template;
use portal_core::values::{DisplayName, DocumentId, FileName, FolderId, MemberId, NodeId, Timestamp};

use super::client::ClientHead;
use super::templates::TemplateLine;
#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;
use crate::views::{Field, StaffFrame};

/// `GET /staff/clients/new`; posts `name` and `member` (several: who is assigned) to
/// [`paths::clients`].
#[derive(Debug, Clone, Template)]
#[template(path = "staff/new_client.html")]
pub struct NewClient {
    /// The frame.
    pub frame: StaffFrame,
    /// The name.
    pub name: Field,
    /// The team, to assign from.
    pub team: Vec<TeamChoice>,
    /// Whether a Client Uploads folder comes with it.
    pub client_uploads: bool,
    /// The template whose folders come with it, if one is given to new clients.
    pub template: Option<TemplateLine>,
}

/// A team member to choose.
#[derive(Debug, Clone)]
pub struct TeamChoice {
    /// The member.
    pub id: MemberId,
    /// Their name.
    pub name: DisplayName,
    /// Whether they are chosen.
    pub chosen: bool,
}

/// `GET`/`POST /staff/clients/{client}/team`; posts `member`, several: exactly those are assigned from then on.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/assign_team.html")]
pub struct AssignTeam {
    /// The frame.
    pub frame: StaffFrame,
    /// The client.
    pub client: ClientHead,
    /// The team.
    pub team: Vec<TeamChoice>,
    /// Whether whoever looks sees this client only as long as they are assigned.
    pub leaves: bool,
}

/// `GET` of [`paths::export_client`]; posts no field to the same, which answers with a file.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/export_client.html")]
pub struct ExportClient {
    /// The frame.
    pub frame: StaffFrame,
    /// The client.
    pub client: ClientHead,
}

/// `GET`/`POST` of [`paths::new_folder`]; posts `name`.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/new_folder.html")]
pub struct NewFolder {
    /// The frame.
    pub frame: StaffFrame,
    /// The client.
    pub client: ClientHead,
    /// The folder it is made in.
    pub parent: FolderId,
    /// That folder's name; `None` for the client's root.
    pub parent_name: Option<FileName>,
    /// The name.
    pub name: Field,
}

impl NewFolder {
    fn back(&self) -> String {
        match self.parent_name {
            Some(_) => paths::folder(self.client.id, self.parent),
            None => paths::files(self.client.id),
        }
    }
}

/// `GET`/`POST` of [`paths::rename_node`] and `rename_client`; posts `name`.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/rename.html")]
pub struct Rename {
    /// The frame.
    pub frame: StaffFrame,
    /// The client.
    pub client: ClientHead,
    /// The folder or document; `None` for the client itself.
    pub node: Option<NodeId>,
    /// What it is called now.
    pub before: String,
    /// The name.
    pub name: Field,
}

impl Rename {
    fn action(&self) -> String {
        self.node.map_or_else(|| paths::rename_client(self.client.id), |node| paths::rename_node(self.client.id, node))
    }
}

/// `GET`/`POST` of [`paths::purge`]; posts no field. Its words say what is lost.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/purge.html")]
pub struct PurgeNode {
    /// The frame.
    pub frame: StaffFrame,
    /// The client.
    pub client: ClientHead,
    /// The folder or document.
    pub node: NodeId,
    /// Its name.
    pub name: FileName,
    /// What is lost, an item a line: `12 documents (48 MB)`.
    pub lost: Vec<String>,
    /// Why nothing of it can be lost: a hold, or the time for which uploads are kept.
    pub kept: Option<String>,
    /// Until when it is kept, where that is known.
    pub until: Option<Timestamp>,
}

/// `GET`/`POST` of [`paths::add_version`]; posts multipart: the token, then one `file`.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/add_version.html")]
pub struct AddVersion {
    /// The frame.
    pub frame: StaffFrame,
    /// The client.
    pub client: ClientHead,
    /// The document.
    pub document: DocumentId,
    /// Its name.
    pub name: FileName,
    /// What was wrong with the file.
    pub error: Option<String>,
}
