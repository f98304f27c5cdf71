//! Folder templates.

use askama::Template;
use portal_core::values::{DisplayName, FolderTemplateId};

use super::client::ClientHead;
#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;
use crate::views::{Field, StaffFrame};

/// `GET /staff/templates`. Rows post `chosen` (`true` or `false`) to [`paths::default_template`], and no field to
/// [`paths::remove_template`].
#[derive(Debug, Clone, Template)]
#[template(path = "staff/templates.html")]
pub struct TemplatesPage {
    /// The frame.
    pub frame: StaffFrame,
    /// The templates, by name.
    pub rows: Vec<TemplateLine>,
}

/// A folder template.
#[derive(Debug, Clone)]
pub struct TemplateLine {
    /// The template.
    pub id: FolderTemplateId,
    /// Its name.
    pub name: DisplayName,
    /// Its folders, one a line, two spaces deeper for what lies in one.
    pub folders: String,
    /// Whether new clients get it.
    pub is_default: bool,
}

impl TemplateLine {
    /// The folders to be read: what stands in one, deeper, and in words how each is shared.
    pub(super) fn outline(&self) -> String {
        let line = |line: &str| {
            let shared = [(" (view)", " · View Only"), (" (upload)", " · View and Upload")];
            let said =
                shared.into_iter().find_map(|(typed, said)| Some(format!("{}{said}", line.strip_suffix(typed)?)));
            said.unwrap_or_else(|| line.to_owned()).replace("  ", "\t")
        };
        self.folders.lines().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// `GET`/`POST` of [`paths::template`], and of [`paths::new_template`] and [`paths::templates`]; posts `name` and `folders`.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/template.html")]
pub struct TemplatePage {
    /// The frame.
    pub frame: StaffFrame,
    /// Which; `None` for a new one.
    pub template: Option<FolderTemplateId>,
    /// Its name.
    pub name: Field,
    /// Its folders.
    pub folders: Field,
}

/// `GET`/`POST` of [`paths::apply_template`]; posts `template`.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/apply_template.html")]
pub struct ApplyTemplate {
    /// The frame.
    pub frame: StaffFrame,
    /// The client.
    pub client: ClientHead,
    /// The templates.
    pub rows: Vec<TemplateLine>,
}
