//! Folder templates: trees of folders that a firm plants at its clients.

use std::collections::BTreeSet;

use super::{Directory, DirectoryRefusal, Event, Key, Record};
use crate::change::{Context, Decision, Versioned, Write};
use crate::values::{ClientId, DisplayName, FileName, FolderTemplateId, Timestamp};

/// How many templates a firm may have.
pub const MOST_FOLDER_TEMPLATES: usize = 50;

/// A tree of folders that the firm plants at its clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderTemplate {
    /// The template's id.
    pub id: FolderTemplateId,
    /// What it is called.
    pub name: DisplayName,
    /// The folders.
    pub folders: FolderTree,
    /// Whether new clients get it.
    pub is_default: bool,
    /// When it was added.
    pub created_at: Timestamp,
}

/// Folders in folders: neither too many nor too deep, and no two of one name in one folder.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct FolderTree(Vec<TemplateFolder>);

/// A folder of a template.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TemplateFolder {
    /// What it is called.
    pub name: FileName,
    /// Whether and how it is shared with all contacts of the client.
    pub sharing: TemplateSharing,
    /// The folders in it.
    pub folders: Vec<TemplateFolder>,
}

impl TemplateFolder {
    /// A folder that is shared with nobody and has none in it.
    pub fn new(name: FileName) -> Self {
        Self { name, sharing: TemplateSharing::NotShared, folders: Vec::new() }
    }

    /// The same, shared so with all contacts.
    #[must_use]
    pub fn shared(self, sharing: TemplateSharing) -> Self {
        Self { sharing, ..self }
    }

    /// The same with another folder in it.
    #[must_use]
    pub fn with(mut self, folder: Self) -> Self {
        self.folders.push(folder);
        self
    }
}

/// Whether and how a folder of a template is shared with all contacts of the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplateSharing {
    /// It is not, unless a folder above it is.
    NotShared,
    /// They may look at it.
    View,
    /// They may look at it and upload into it.
    ViewAndUpload,
}

/// Why folders make no template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FolderTreeError {
    /// More folders than a template may have.
    #[error("a template has at most {most} folders")]
    TooMany {
        /// How many it may have.
        most: usize,
    },
    /// Folders deeper in one another than in a template.
    #[error("folders of a template lie at most {most} deep")]
    TooDeep {
        /// How deep they may lie.
        most: usize,
    },
    /// Two folders in one place have the same name, but for case and composition.
    #[error("two folders in one place have the same name")]
    SameName,
    /// A text that is no template's.
    #[error("this is no text of a template")]
    Unreadable,
}

impl FolderTree {
    /// How many folders a template may have.
    pub const MOST_FOLDERS: usize = 100;
    /// How deep folders of a template may lie.
    pub const DEEPEST: usize = 10;

    /// A template of these folders.
    ///
    /// # Errors
    /// [`FolderTreeError`].
    pub fn new(folders: Vec<TemplateFolder>) -> Result<Self, FolderTreeError> {
        let mut left = Self::MOST_FOLDERS;
        check(&folders, Self::DEEPEST, &mut left)?;
        Ok(Self(folders))
    }

    /// The folders at the top.
    pub fn folders(&self) -> &[TemplateFolder] {
        &self.0
    }

    /// The whole as one text, which [`from_text`](Self::from_text) reads.
    pub fn to_text(&self) -> String {
        // Strings and lists of them are always written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what [`to_text`](Self::to_text) wrote.
    ///
    /// # Errors
    /// [`FolderTreeError`] for what it did not.
    pub fn from_text(text: &str) -> Result<Self, FolderTreeError> {
        let folders: Vec<Written> = serde_json::from_str(text).map_err(|_| FolderTreeError::Unreadable)?;
        Self::new(folders.into_iter().map(TemplateFolder::try_from).collect::<Result<_, _>>()?)
    }
}

/// A folder of a template as its text has it.
#[derive(serde::Deserialize)]
struct Written {
    name: String,
    sharing: TemplateSharing,
    folders: Vec<Self>,
}

impl TryFrom<Written> for TemplateFolder {
    type Error = FolderTreeError;

    fn try_from(written: Written) -> Result<Self, FolderTreeError> {
        let folders = written.folders.into_iter().map(Self::try_from).collect::<Result<_, _>>()?;
        let name = FileName::new(&written.name).map_err(|_| FolderTreeError::Unreadable)?;
        Ok(Self { name, sharing: written.sharing, folders })
    }
}

/// Goes down no deeper than `levels`, and past no more folders than are `left`.
fn check(folders: &[TemplateFolder], levels: usize, left: &mut usize) -> Result<(), FolderTreeError> {
    if folders.is_empty() {
        return Ok(());
    }
    if levels == 0 {
        return Err(FolderTreeError::TooDeep { most: FolderTree::DEEPEST });
    }
    *left = left.checked_sub(folders.len()).ok_or(FolderTreeError::TooMany { most: FolderTree::MOST_FOLDERS })?;
    let mut names = BTreeSet::new();
    for folder in folders {
        if !names.insert(folder.name.folded()) {
            return Err(FolderTreeError::SameName);
        }
        check(&folder.folders, levels - 1, left)?;
    }
    Ok(())
}

/// Adds a template to those that the firm has.
///
/// # Errors
/// [`DirectoryRefusal::TooManyTemplates`].
pub fn add_folder_template(
    name: &DisplayName,
    folders: &FolderTree,
    existing: usize,
    context: &Context,
) -> Result<Decision<Directory, FolderTemplateId>, DirectoryRefusal> {
    if existing >= MOST_FOLDER_TEMPLATES {
        return Err(DirectoryRefusal::TooManyTemplates { most: MOST_FOLDER_TEMPLATES });
    }
    let template = FolderTemplate {
        id: context.id("folder template"),
        name: name.clone(),
        folders: folders.clone(),
        is_default: false,
        created_at: context.now,
    };
    let event = Event::FolderTemplateAdded { template: template.id, name: noted(context, name) };
    Ok(Decision::nothing(template.id).write(Write::Create(Record::FolderTemplate(template))).event(event))
}

/// Changes a template. Clients who have it keep what they have.
pub fn change_folder_template(
    template: &Versioned<FolderTemplate>,
    name: &DisplayName,
    folders: &FolderTree,
    context: &Context,
) -> Decision<Directory> {
    let changed = FolderTemplate { name: name.clone(), folders: folders.clone(), ..template.value.clone() };
    if changed == template.value {
        return Decision::nothing(());
    }
    let event = Event::FolderTemplateChanged { template: template.id, name: noted(context, name) };
    Decision::nothing(()).write(Write::Update(template.version, Record::FolderTemplate(changed))).event(event)
}

/// Removes a template. Clients who have it keep what they have.
pub fn remove_folder_template(template: &Versioned<FolderTemplate>, context: &Context) -> Decision<Directory> {
    let event = Event::FolderTemplateRemoved { template: template.id, name: noted(context, &template.name) };
    Decision::nothing(()).write(Write::Delete(Key::FolderTemplate(template.id), template.version)).event(event)
}

/// Chooses which of all its templates new clients of the firm get; `None` for none of them.
pub fn choose_default_template(
    templates: &[Versioned<FolderTemplate>],
    chosen: Option<FolderTemplateId>,
) -> Decision<Directory> {
    let is_chosen = |template: &Versioned<FolderTemplate>| Some(template.id) == chosen;
    if templates.iter().all(|template| template.is_default == is_chosen(template)) {
        return Decision::nothing(());
    }
    // INVARIANT: the commit rests on every template, so that of two who choose at once one decides anew, and one is chosen.
    let decided = templates.iter().fold(Decision::nothing(()), |decision, template| {
        let is_default = is_chosen(template);
        match template.is_default == is_default {
            true => decision.expect(Key::FolderTemplate(template.id), template.version),
            false => {
                let changed = FolderTemplate { is_default, ..template.value.clone() };
                decision.write(Write::Update(template.version, Record::FolderTemplate(changed)))
            }
        }
    });
    decided.event(Event::DefaultTemplateChosen { template: chosen })
}

/// Says that a template was planted at a client.
pub fn note_template(template: &FolderTemplate, client: ClientId, context: &Context) -> Decision<Directory> {
    let name = noted(context, &template.name);
    Decision::nothing(()).event(Event::FolderTemplateApplied { client, template: template.id, name })
}

fn noted(context: &Context, name: &DisplayName) -> crate::values::Note {
    context.note("folder template", name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Version;
    use crate::values::Digest;

    fn folder(name: &str) -> TemplateFolder {
        TemplateFolder::new(FileName::new(name).unwrap())
    }

    fn chain(depth: usize) -> TemplateFolder {
        (1..depth).fold(folder("deepest"), |below, _| folder("above").with(below))
    }

    #[test]
    fn a_tree_has_so_many_folders_so_deep_and_no_two_of_one_name() {
        assert!(FolderTree::new(Vec::new()).is_ok());
        let many = |count: usize| (0..count).map(|number| folder(&format!("{number}"))).collect::<Vec<_>>();
        assert!(FolderTree::new(many(100)).is_ok());
        assert_eq!(FolderTree::new(many(101)), Err(FolderTreeError::TooMany { most: 100 }));
        let spread = TemplateFolder { folders: many(99), ..folder("top") };
        assert!(FolderTree::new(vec![spread.clone()]).is_ok());
        assert!(FolderTree::new(vec![spread, folder("one more")]).is_err());
        assert!(FolderTree::new(vec![chain(10)]).is_ok());
        assert_eq!(FolderTree::new(vec![chain(11)]), Err(FolderTreeError::TooDeep { most: 10 }));
        let twins = |one: &str, other: &str| FolderTree::new(vec![folder("top").with(folder(one)).with(folder(other))]);
        assert_eq!(twins("R\u{e9}sum\u{e9}", "re\u{301}SUME\u{301}"), Err(FolderTreeError::SameName));
        assert!(twins("2024", "2025").is_ok());
    }

    #[test]
    fn one_template_at_most_is_for_new_clients() {
        let context = Context::new(Timestamp::from_micros(0), Digest::of(b"test"), [0; 32]);
        let template = |number: u128, is_default| {
            let name = DisplayName::new("1040").unwrap();
            let id = FolderTemplateId::from_bits(number);
            let template =
                FolderTemplate { id, name, folders: FolderTree::default(), is_default, created_at: context.now };
            Versioned::new(Version::FIRST, template)
        };
        let all = [template(1, true), template(2, false), template(3, false)];
        let chosen = |id: Option<u128>| choose_default_template(&all, id.map(FolderTemplateId::from_bits));
        assert!(chosen(Some(1)).writes.is_empty());
        let decided = chosen(Some(3));
        assert_eq!(decided.writes.len(), 3, "all of them are expected or changed: {:?}", decided.writes);
        let updates = |write: &&Write<Directory>| matches!(write, Write::Update(..));
        assert_eq!(decided.writes.iter().filter(updates).count(), 2);
        assert_eq!(chosen(None).writes.iter().filter(updates).count(), 1);
        let full = add_folder_template(&all[0].name, &FolderTree::default(), MOST_FOLDER_TEMPLATES, &context);
        assert_eq!(full.unwrap_err(), DirectoryRefusal::TooManyTemplates { most: 50 });
    }
}
