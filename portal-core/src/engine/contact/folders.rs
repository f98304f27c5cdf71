//! Folders that contacts make, where the firm lets them (S39).

use super::ContactFiles;
use super::caller::{ContactAuthority, ContactCaller};
use crate::change::{Context, Decision, Versioned};
use crate::directory::{self, Firm};
use crate::engine::folders::folder_named;
use crate::engine::run::Operate;
use crate::engine::sight::Sight;
use crate::engine::{Call, Engine, Error, Operation};
use crate::files::{self, FilesRefusal, FolderKind};
use crate::record::Whole;
use crate::sharing::{self, Ancestry, effective_access, may_upload};
use crate::values::{Actor, FileName, FolderId};

impl ContactFiles {
    /// Makes a folder in a shared one, into which those may look and upload who may there. A name that is taken gets a number.
    /// Nobody is told by mail.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when the folder is not there for them;
    /// [`FilesRefusal::ViewOnly`] when it is only theirs to look at; [`FilesRefusal::NoFolders`] when the firm's policy does
    /// not let contacts make folders; [`FilesRefusal::Archived`] and [`FilesRefusal::TooDeep`].
    pub fn add_folder(&self, parent: FolderId, name: FileName) -> Call<FolderId> {
        self.folder(AddFolder { parent, name, reuses: false })
    }

    /// The folder of that name in a shared one, made if there is none: so a folder with folders in it can be sent twice, and
    /// comes once. Names are alike as they are where they would collide; two who make it at the very same instant get one each.
    ///
    /// # Errors
    /// As for [`Self::add_folder`], also where there is such a folder already.
    pub fn find_or_add_folder(&self, parent: FolderId, name: FileName) -> Call<FolderId> {
        self.folder(AddFolder { parent, name, reuses: true })
    }

    fn folder(&self, asked: AddFolder) -> Call<FolderId> {
        Call::plain(self.handle.engine.clone(), self.handle.caller.clone(), asked)
    }
}

#[derive(serde::Serialize)]
struct AddFolder {
    parent: FolderId,
    name: FileName,
    reuses: bool,
}

struct Loaded {
    above: Ancestry,
    firm: Versioned<Firm>,
    /// The folder of that name, where it may be taken for the new one.
    there: Option<FolderId>,
}

impl Operate for AddFolder {
    const OPERATION: Operation = Operation::ContactAddFolder;
    type By = ContactCaller;
    type Loaded = Loaded;
    type Output = FolderId;

    async fn load(&self, engine: &Engine, authority: &ContactAuthority) -> Result<Loaded, Error> {
        let contact = &authority.contact.contact;
        let sight = Sight { engine, firm: authority.firm, client: contact.client, contact: contact.id };
        let (above, _) = sight.seen(self.parent.into()).await?;
        let there = match self.reuses {
            true => folder_named(engine, authority.firm, self.parent, &self.name).await?,
            false => None,
        };
        Ok(Loaded { above, firm: engine.store.firm(authority.firm).await?.ok_or(Error::NotFound)?, there })
    }

    fn decide(
        &self,
        by: &ContactAuthority,
        Loaded { above, firm, there }: &Loaded,
        context: &Context,
    ) -> Result<Decision<Whole, FolderId>, Error> {
        let contact = by.contact.contact.id;
        // Time goes on between load and decide, and a grant may end in between.
        effective_access(contact, above, context.now).ok_or(Error::NotFound)?;
        files::refuse_settled(above)?;
        if !may_upload(contact, above, context.now) {
            return Err(FilesRefusal::ViewOnly.into());
        }
        if !firm.settings.policies.contacts_make_folders {
            return Err(FilesRefusal::NoFolders.into());
        }
        if let Some(there) = there {
            return Ok(Decision::nothing(*there));
        }
        files::refuse_too_deep(above, 0)?;
        let (id, by) = (context.id("folder"), Actor::Contact(contact));
        let added = files::add_folder(id, above.client, self.parent, &self.name, FolderKind::Ordinary, by, context);
        Ok(added
            .lift::<Whole>()
            .expect(sharing::Key::Tree(above.client).into(), above.tree)
            .expect(directory::Key::Firm(firm.id).into(), firm.version))
    }
}
