//! The firm's folder templates.

use super::Staff;
use crate::change::{Context, Decision, Versioned};
use crate::directory::{self, FolderTemplate, FolderTree};
use crate::engine::caller::{StaffAuthority, StaffCaller};
use crate::engine::run::Operate;
use crate::engine::{Call, Engine, Error, Operation};
use crate::record::Whole;
use crate::values::{DisplayName, FirmId, FolderTemplateId};

/// The firm's folder templates: trees of folders that it plants at its clients.
#[derive(Debug, Clone)]
pub struct StaffFolderTemplates {
    staff: Staff,
}

impl StaffFolderTemplates {
    pub(super) fn new(staff: Staff) -> Self {
        Self { staff }
    }

    /// All of them, by name.
    ///
    /// # Errors
    /// As for [`Staff::firm`].
    pub async fn list(&self) -> Result<Vec<FolderTemplate>, Error> {
        self.staff.authorize(Operation::ListFolderTemplates).await?;
        let all = self.staff.engine.store.folder_templates(self.staff.caller.firm).await?;
        Ok(all.into_iter().map(|template| template.value).collect())
    }

    /// Adds a template.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::Denied`](crate::engine::ErrorKind::Denied) for all but owners and admins;
    /// [`DirectoryRefusal::TooManyTemplates`](directory::DirectoryRefusal::TooManyTemplates).
    pub fn add(&self, name: DisplayName, folders: FolderTree) -> Call<FolderTemplateId> {
        self.staff.call(AddFolderTemplate { name, folders })
    }

    /// Changes a template. Clients who have it keep what they have; planting it again adds what is new.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::Denied`](crate::engine::ErrorKind::Denied) for all but owners and admins;
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound).
    pub fn change(&self, template: FolderTemplateId, name: DisplayName, folders: FolderTree) -> Call<()> {
        self.staff.call(ChangeFolderTemplate { template, name, folders })
    }

    /// Removes a template. Clients who have it keep what they have; was it the one for new clients, these get none.
    ///
    /// # Errors
    /// As for [`Self::change`].
    pub fn remove(&self, template: FolderTemplateId) -> Call<()> {
        self.staff.call(RemoveFolderTemplate { template })
    }

    /// Chooses the template that new clients get; `None` for none.
    ///
    /// # Errors
    /// As for [`Self::change`].
    pub fn choose_default(&self, template: Option<FolderTemplateId>) -> Call<()> {
        self.staff.call(ChooseDefaultTemplate { template })
    }
}

/// A template of the firm.
pub(super) async fn template_of(
    engine: &Engine,
    firm: FirmId,
    template: FolderTemplateId,
) -> Result<Versioned<FolderTemplate>, Error> {
    engine.store.folder_template(firm, template).await?.ok_or(Error::NotFound)
}

#[derive(serde::Serialize)]
struct AddFolderTemplate {
    name: DisplayName,
    folders: FolderTree,
}

impl Operate for AddFolderTemplate {
    const OPERATION: Operation = Operation::AddFolderTemplate;
    type By = StaffCaller;
    type Loaded = usize;
    type Output = FolderTemplateId;

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<usize, Error> {
        Ok(engine.store.folder_templates(authority.firm).await?.len())
    }

    fn decide(
        &self,
        _: &StaffAuthority,
        existing: &usize,
        context: &Context,
    ) -> Result<Decision<Whole, FolderTemplateId>, Error> {
        Ok(directory::add_folder_template(&self.name, &self.folders, *existing, context)?.lift())
    }
}

#[derive(serde::Serialize)]
struct ChangeFolderTemplate {
    template: FolderTemplateId,
    name: DisplayName,
    folders: FolderTree,
}

impl Operate for ChangeFolderTemplate {
    const OPERATION: Operation = Operation::ChangeFolderTemplate;
    type By = StaffCaller;
    type Loaded = Versioned<FolderTemplate>;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Self::Loaded, Error> {
        template_of(engine, authority.firm, self.template).await
    }

    fn decide(&self, _: &StaffAuthority, it: &Self::Loaded, context: &Context) -> Result<Decision<Whole>, Error> {
        Ok(directory::change_folder_template(it, &self.name, &self.folders, context).lift())
    }
}

#[derive(serde::Serialize)]
struct RemoveFolderTemplate {
    template: FolderTemplateId,
}

impl Operate for RemoveFolderTemplate {
    const OPERATION: Operation = Operation::RemoveFolderTemplate;
    type By = StaffCaller;
    type Loaded = Versioned<FolderTemplate>;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Self::Loaded, Error> {
        template_of(engine, authority.firm, self.template).await
    }

    fn decide(&self, _: &StaffAuthority, it: &Self::Loaded, context: &Context) -> Result<Decision<Whole>, Error> {
        Ok(directory::remove_folder_template(it, context).lift())
    }
}

#[derive(serde::Serialize)]
struct ChooseDefaultTemplate {
    template: Option<FolderTemplateId>,
}

impl Operate for ChooseDefaultTemplate {
    const OPERATION: Operation = Operation::ChooseDefaultTemplate;
    type By = StaffCaller;
    type Loaded = Vec<Versioned<FolderTemplate>>;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Self::Loaded, Error> {
        let all = engine.store.folder_templates(authority.firm).await?;
        match self.template {
            Some(chosen) if all.iter().all(|template| template.id != chosen) => Err(Error::NotFound),
            _ => Ok(all),
        }
    }

    fn decide(&self, _: &StaffAuthority, all: &Self::Loaded, _: &Context) -> Result<Decision<Whole>, Error> {
        Ok(directory::choose_default_template(all, self.template).lift())
    }
}
