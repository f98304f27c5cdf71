//! Saying that one is done: the team is told now, and not when the window ends.

use super::ContactFiles;
use super::caller::{ContactAuthority, ContactCaller};
use super::uploads::{refuse_view_only, uploadable};
use crate::change::{Context, Decision};
use crate::engine::run::Operate;
use crate::engine::{Call, Engine, Error, Operation};
use crate::files;
use crate::record::Whole;
use crate::sharing::Ancestry;
use crate::values::FolderId;

impl ContactFiles {
    /// Says that the contact is done uploading into a folder: mail about it that waits for more goes at once. Where none waits,
    /// nothing is sent; what comes later is told as always. Whoever is told daily or weekly is told then.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when the folder is not there for them;
    /// [`FilesRefusal::ViewOnly`](crate::files::FilesRefusal::ViewOnly) when it is only theirs to look at.
    pub fn done_uploading(&self, folder: FolderId) -> Call<()> {
        Call::plain(self.handle.engine.clone(), self.handle.caller.clone(), DoneUploading { folder })
    }
}

#[derive(serde::Serialize)]
struct DoneUploading {
    folder: FolderId,
}

impl Operate for DoneUploading {
    const OPERATION: Operation = Operation::ContactDoneUploading;
    type By = ContactCaller;
    type Loaded = Ancestry;
    type Output = ();

    async fn load(&self, engine: &Engine, by: &ContactAuthority) -> Result<Ancestry, Error> {
        uploadable(engine, by, self.folder).await
    }

    fn decide(&self, by: &ContactAuthority, ancestry: &Ancestry, context: &Context) -> Result<Decision<Whole>, Error> {
        let client = refuse_view_only(by, ancestry, context.now)?;
        let name = &ancestry.node().ok_or(Error::NotFound)?.name;
        Ok(files::done_uploading(client, self.folder, name, context).lift())
    }
}
