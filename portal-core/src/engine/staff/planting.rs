//! Folder templates planted at clients: what is there already stays as it is, and what is missing is made and shared, silently.

use super::files::{StaffFiles, ancestry_of};
use super::templates::template_of;
use crate::change::{Context, Decision, Versioned};
use crate::directory::{self, FolderTemplate, TemplateFolder};
use crate::engine::caller::{StaffAuthority, StaffCaller};
use crate::engine::planting::{Bed, There};
use crate::engine::run::Operate;
use crate::engine::{Call, Engine, Error, Operation};
use crate::files::FilesRefusal;
use crate::ports::store::NodeRead;
use crate::record::Whole;
use crate::sharing::{self, Ancestry};
use crate::values::{ClientId, FirmId, FoldedName, FolderId, FolderTemplateId};

impl StaffFiles {
    /// Plants a folder template at the client: the folders of it that are missing are made, and shared as it says; those that
    /// are there, by their names, stay as they are. Doing it again does nothing. Nobody is told by mail.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when the firm has no such template;
    /// [`FilesRefusal::NameOfDocument`] when a document has the name of one of its folders.
    pub fn apply_template(&self, template: FolderTemplateId) -> Call<()> {
        self.staff.call(ApplyFolderTemplate { client: self.client, template })
    }
}

/// Finds the folders of a template that are there already, level by level.
async fn there(engine: &Engine, firm: FirmId, root: FolderId, template: &FolderTemplate) -> Result<There, Error> {
    let mut there = There::new();
    let mut level: Vec<(FolderId, &[TemplateFolder])> = vec![(root, template.folders.folders())];
    // INVARIANT: a template is ten folders deep at most, so that there are no more questions than that.
    while !level.is_empty() {
        let places = level.iter().flat_map(|(parent, folders)| folders.iter().map(|it| (*parent, it.name.folded())));
        let places: Vec<(FolderId, FoldedName)> = places.collect();
        if places.is_empty() {
            break;
        }
        for node in engine.store.named_in(firm, &places).await? {
            match node {
                NodeRead::Folder(folder) => {
                    let parent = folder.place.parent.ok_or_else(|| Error::corrupt("a folder without its own"))?;
                    there.insert((parent, folder.place.name.folded()), folder.id);
                }
                NodeRead::Document(_) => return Err(FilesRefusal::NameOfDocument.into()),
            }
        }
        let below = level.iter().flat_map(|(parent, folders)| {
            let found = |folder: &'_ TemplateFolder| there.get(&(*parent, folder.name.folded())).copied();
            folders.iter().filter_map(move |folder| Some((found(folder)?, folder.folders.as_slice())))
        });
        level = below.filter(|(_, folders)| !folders.is_empty()).collect();
    }
    Ok(there)
}

#[derive(serde::Serialize)]
struct ApplyFolderTemplate {
    client: ClientId,
    template: FolderTemplateId,
}

struct Ground {
    root: FolderId,
    ancestry: Ancestry,
    template: Versioned<FolderTemplate>,
    there: There,
}

impl Operate for ApplyFolderTemplate {
    const OPERATION: Operation = Operation::ApplyFolderTemplate;
    type By = StaffCaller;
    type Loaded = Ground;
    type Output = ();

    async fn load(&self, engine: &Engine, by: &StaffAuthority) -> Result<Ground, Error> {
        let root = super::client(engine, by.firm, self.client).await?.root;
        // INVARIANT: this comes before what is there is looked at. The commit changes the tree as it was then, so that of two who
        // plant at once one finds what the other made.
        let ancestry = ancestry_of(engine, by.firm, self.client, root.into()).await?;
        let template = template_of(engine, by.firm, self.template).await?;
        let there = there(engine, by.firm, root, &template).await?;
        Ok(Ground { root, ancestry, template, there })
    }

    fn decide(&self, by: &StaffAuthority, ground: &Ground, context: &Context) -> Result<Decision<Whole>, Error> {
        let Ground { root, ancestry, template, there } = ground;
        let bed = Bed { client: self.client, there, by: by.actor(), context };
        let planted = bed.plant(template.folders.folders(), *root, "");
        if planted.writes.is_empty() {
            return Ok(planted);
        }
        let noted = directory::note_template(template, self.client, context);
        let touched = sharing::touch_tree(self.client, ancestry.tree);
        let rests_on_it = directory::Key::FolderTemplate(template.id).into();
        Ok(planted.and(noted.lift()).and(touched.lift()).expect(rests_on_it, template.version))
    }
}
