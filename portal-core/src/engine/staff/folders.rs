//! Making folders.

use super::files::{StaffFiles, ancestry_of};
use crate::change::{Context, Decision};
use crate::engine::caller::{StaffAuthority, StaffCaller};
use crate::engine::folders::folder_named;
use crate::engine::run::Operate;
use crate::engine::{Call, Engine, Error, Operation};
use crate::files::{self, FolderKind};
use crate::record::Whole;
use crate::sharing::{self, Ancestry};
use crate::values::{ClientId, FileName, FolderId};

impl StaffFiles {
    /// Makes a folder. A name that is taken gets a number.
    ///
    /// # Errors
    /// Awaiting it: [`FilesRefusal::InTrash`](files::FilesRefusal::InTrash),
    /// [`FilesRefusal::Archived`](files::FilesRefusal::Archived) and [`FilesRefusal::TooDeep`](files::FilesRefusal::TooDeep).
    pub fn add_folder(&self, parent: FolderId, name: FileName) -> Call<FolderId> {
        self.staff.call(AddFolder { client: self.client, parent, name, reuses: false })
    }

    /// The folder of that name in another, made if there is none: so a folder with folders in it can be sent twice, and comes
    /// once. Names are alike as they are where they would collide; two who make it at the very same instant get one each.
    ///
    /// # Errors
    /// As for [`Self::add_folder`].
    pub fn find_or_add_folder(&self, parent: FolderId, name: FileName) -> Call<FolderId> {
        self.staff.call(AddFolder { client: self.client, parent, name, reuses: true })
    }
}

#[derive(serde::Serialize)]
struct AddFolder {
    client: ClientId,
    parent: FolderId,
    name: FileName,
    reuses: bool,
}

struct Loaded {
    above: Ancestry,
    /// The folder of that name, where it may be taken for the new one.
    there: Option<FolderId>,
}

impl Operate for AddFolder {
    const OPERATION: Operation = Operation::AddFolder;
    type By = StaffCaller;
    type Loaded = Loaded;
    type Output = FolderId;

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Loaded, Error> {
        let above = ancestry_of(engine, authority.firm, self.client, self.parent.into()).await?;
        let there = match self.reuses {
            true => folder_named(engine, authority.firm, self.parent, &self.name).await?,
            false => None,
        };
        Ok(Loaded { above, there })
    }

    fn decide(
        &self,
        by: &StaffAuthority,
        Loaded { above, there }: &Loaded,
        context: &Context,
    ) -> Result<Decision<Whole, FolderId>, Error> {
        files::refuse_settled(above)?;
        if let Some(there) = there {
            return Ok(Decision::nothing(*there));
        }
        files::refuse_too_deep(above, 0)?;
        let (id, kind) = (context.id("folder"), FolderKind::Ordinary);
        let added = files::add_folder(id, self.client, self.parent, &self.name, kind, by.actor(), context);
        Ok(added.lift::<Whole>().expect(sharing::Key::Tree(self.client).into(), above.tree))
    }
}
