//! What is archived: out of the daily lists, and readable.

use super::files::StaffFiles;
use super::trash::{Found, find};
use crate::change::{Context, Decision};
use crate::engine::caller::{StaffAuthority, StaffCaller};
use crate::engine::run::Operate;
use crate::engine::{Call, Engine, Error, Operation};
use crate::files;
use crate::ports::store::TrashRow;
use crate::record::Whole;
use crate::sharing;
use crate::values::{ClientId, NodeId, Page, PageRequest};

impl StaffFiles {
    /// Archives a folder or document with all below it: it leaves its folder's list, and whoever has access may go on to read
    /// it. It takes nothing new, and is neither renamed nor moved; sharing, holds and the trash are as open as before. Nobody is
    /// told by mail.
    ///
    /// # Errors
    /// Awaiting it: [`FilesRefusal`](files::FilesRefusal) for the client's root, and for what lies in the trash or is archived.
    pub fn archive(&self, node: impl Into<NodeId>) -> Call<()> {
        self.staff.call(Archive { client: self.client, node: node.into() })
    }

    /// Takes a folder or document out of the archive, back to its folder; a name that is taken there gets a number. Nobody is
    /// told by mail.
    ///
    /// # Errors
    /// Awaiting it: [`FilesRefusal::NotArchived`](files::FilesRefusal::NotArchived) and
    /// [`FilesRefusal::InTrash`](files::FilesRefusal::InTrash).
    pub fn unarchive(&self, node: impl Into<NodeId>) -> Call<()> {
        self.staff.call(Unarchive { client: self.client, node: node.into() })
    }

    /// What is archived of the client itself and lies below nothing in the trash, the latest first.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when there is no such client.
    pub async fn archived(&self, page: &PageRequest) -> Result<Page<TrashRow>, Error> {
        self.staff.authorize(Operation::ListArchive).await?;
        super::client(self.engine(), self.firm(), self.client).await?;
        Ok(self.engine().store.archive(self.firm(), self.client, page).await?)
    }
}

macro_rules! on_a_node {
    ($operation:ident, $decide:ident) => {
        #[derive(serde::Serialize)]
        struct $operation {
            client: ClientId,
            node: NodeId,
        }

        impl Operate for $operation {
            const OPERATION: Operation = Operation::$operation;
            type By = StaffCaller;
            type Loaded = Found;
            type Output = ();

            async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Found, Error> {
                find(engine, authority, self.client, self.node).await
            }

            fn decide(&self, _: &StaffAuthority, found: &Found, context: &Context) -> Result<Decision<Whole>, Error> {
                let decided = files::$decide(&found.entry, &found.ancestry, context)?;
                // INVARIANT: an upload rests on the tree, so that nothing comes into what is archived at the same time.
                Ok(decided.lift::<Whole>().and(sharing::touch_tree(self.client, found.ancestry.tree).lift()))
            }
        }
    };
}

on_a_node!(Archive, archive_entry);
on_a_node!(Unarchive, unarchive_entry);
