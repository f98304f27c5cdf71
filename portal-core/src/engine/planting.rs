//! What a folder template makes of a place where some of its folders may be already.

use std::collections::BTreeMap;

use crate::change::{Context, Decision};
use crate::directory::{TemplateFolder, TemplateSharing};
use crate::files::{self, FolderKind};
use crate::record::Whole;
use crate::sharing::{self, Access};
use crate::values::{Actor, ClientId, FoldedName, FolderId};

/// The folders that are there already, by where they lie and what they are called.
pub(crate) type There = BTreeMap<(FolderId, FoldedName), FolderId>;

/// Where a template is planted, and by whom.
#[derive(Clone, Copy)]
pub(crate) struct Bed<'a> {
    pub(crate) client: ClientId,
    pub(crate) there: &'a There,
    pub(crate) by: Actor,
    pub(crate) context: &'a Context,
}

impl Bed<'_> {
    /// Makes the folders that are missing below `parent`; `place` tells apart those of one template.
    pub(crate) fn plant(&self, folders: &[TemplateFolder], parent: FolderId, place: &str) -> Decision<Whole> {
        let Self { client, by, context, .. } = *self;
        folders.iter().zip(0..).fold(Decision::nothing(()), |planted: Decision<Whole>, (folder, number)| {
            let (place, name) = (format!("{place}/{number}"), &folder.name);
            if let Some(there) = self.there.get(&(parent, name.folded())) {
                return planted.and(self.plant(&folder.folders, *there, &place));
            }
            let id: FolderId = context.id(&format!("template{place}"));
            let made = files::add_folder(id, client, parent, name, FolderKind::Ordinary, by, context).lift();
            let access = match folder.sharing {
                TemplateSharing::NotShared => None,
                TemplateSharing::View => Some(Access::View),
                TemplateSharing::ViewAndUpload => Some(Access::ViewAndUpload),
            };
            let planted = planted.and::<FolderId>(made);
            let planted = match access {
                Some(access) => planted.and(sharing::grant_to_all(client, id, name, access, by, context).lift()),
                None => planted,
            };
            planted.and(self.plant(&folder.folders, id, &place))
        })
    }
}
