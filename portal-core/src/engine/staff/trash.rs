//! Renaming, trash, restore and purge.

use super::files::{StaffFiles, ancestry_of, entry_of};
use crate::change::{Context, Decision, Versioned};
use crate::directory::{self, Firm};
use crate::engine::caller::{StaffAuthority, StaffCaller};
use crate::engine::run::{Answer, Operate};
use crate::engine::{Call, Engine, Error, Operation};
use crate::files;
use crate::ports::store::{Committed, Extent, TrashRow};
use crate::record::{Key, Whole};
use crate::sharing::{self, Ancestry};
use crate::values::{ClientId, Digest, FileName, NodeId, Page, PageRequest};

impl StaffFiles {
    /// Renames a folder or document; links and grants stay. Answers the name it got: a taken one gets a number.
    ///
    /// # Errors
    /// Awaiting it: [`FilesRefusal`](files::FilesRefusal) for the client's root and for what lies in the trash or is archived.
    pub fn rename(&self, node: impl Into<NodeId>, name: FileName) -> Call<Renamed> {
        self.staff.call(Rename { client: self.client, node: node.into(), name })
    }

    /// Puts a folder or document in the trash, with all below it: contacts see it no more, from their next request on.
    ///
    /// # Errors
    /// Awaiting it: [`FilesRefusal`](files::FilesRefusal) for the client's root and for what lies in the trash already.
    pub fn trash(&self, node: impl Into<NodeId>) -> Call<()> {
        self.staff.call(Trash { client: self.client, node: node.into() })
    }

    /// Takes a folder or document out of the trash, back to its folder; its grants wake, those not expired. Nobody is told.
    ///
    /// # Errors
    /// Awaiting it: [`FilesRefusal::NotInTrash`](files::FilesRefusal::NotInTrash) and
    /// [`FilesRefusal::FolderGone`](files::FilesRefusal::FolderGone).
    pub fn restore(&self, node: impl Into<NodeId>) -> Call<()> {
        self.staff.call(Restore { client: self.client, node: node.into() })
    }

    /// Removes for good what lies in the trash, with all below it, all versions and all grants. There is no way back.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::Denied`](crate::engine::ErrorKind::Denied) for all but owners and admins;
    /// [`FilesRefusal::NotInTrash`](files::FilesRefusal::NotInTrash), [`FilesRefusal::Held`](files::FilesRefusal::Held) and
    /// [`FilesRefusal::Retained`](files::FilesRefusal::Retained).
    pub fn purge(&self, node: impl Into<NodeId>) -> Call<()> {
        self.staff.call(Purge { client: self.client, node: node.into() })
    }

    /// How much [`Self::purge`] would take away, counted as it is now. Nothing is purged by it.
    ///
    /// # Errors
    /// As for [`Self::purge`].
    pub async fn lost_by_purge(&self, node: impl Into<NodeId> + Send) -> Result<Extent, Error> {
        let authority = self.staff.authorize(Operation::PreviewPurge).await?;
        let purge = Purge { client: self.client, node: node.into() };
        let lost = purge.load(self.engine(), &authority).await?;
        let context = Context::new(self.engine().clock.now(), Digest::ZERO, [0; 32]);
        // What purging would refuse, this refuses too; what it would write is not written.
        let _only_asked = purge.decide(&authority, &lost, &context)?;
        Ok(lost.extent)
    }

    /// What lies in the client's trash, the latest first.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when there is no such client.
    pub async fn trashed(&self, page: &PageRequest) -> Result<Page<TrashRow>, Error> {
        self.staff.authorize(Operation::ListTrash).await?;
        super::client(self.engine(), self.firm(), self.client).await?;
        Ok(self.engine().store.trash(self.firm(), self.client, page).await?)
    }
}

/// What was renamed, and the name it got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamed {
    /// The folder or document.
    pub node: NodeId,
    /// Its name now.
    pub name: FileName,
}

impl Answer for Renamed {
    fn made(&self) -> Vec<Key> {
        vec![files::Key::from(self.node).into()]
    }

    fn remade(_made: &[Key]) -> Option<Self> {
        None
    }
}

/// A folder or document with what an operation on it rests on.
pub(super) struct Found {
    pub(super) entry: files::Entry,
    pub(super) ancestry: Ancestry,
}

pub(super) async fn find(engine: &Engine, by: &StaffAuthority, client: ClientId, node: NodeId) -> Result<Found, Error> {
    Ok(Found {
        ancestry: ancestry_of(engine, by.firm, client, node).await?,
        entry: entry_of(engine, by.firm, client, node).await?,
    })
}

#[derive(serde::Serialize)]
struct Rename {
    client: ClientId,
    node: NodeId,
    name: FileName,
}

impl Operate for Rename {
    const OPERATION: Operation = Operation::Rename;
    type By = StaffCaller;
    type Loaded = Found;
    type Output = Renamed;

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Found, Error> {
        find(engine, authority, self.client, self.node).await
    }

    fn decide(&self, _: &StaffAuthority, found: &Found, context: &Context) -> Result<Decision<Whole, Renamed>, Error> {
        files::refuse_settled(&found.ancestry)?;
        let renamed = match &found.entry {
            files::Entry::Folder(folder) => files::rename_folder(folder, &self.name, context)?,
            files::Entry::Document(document) => files::rename_document(document, &self.name, context)?,
        };
        let answer = Renamed { node: self.node, name: self.name.clone() };
        if renamed.writes.is_empty() {
            return Ok(Decision::nothing(answer));
        }
        let rests_on_tree = renamed.lift::<Whole>().expect(sharing::Key::Tree(self.client).into(), found.ancestry.tree);
        Ok(rests_on_tree.map(|()| answer))
    }

    fn settle(output: Renamed, committed: &Committed) -> Renamed {
        match committed.settled_name(files::Key::from(output.node).into()) {
            Some(name) => Renamed { name: name.clone(), ..output },
            None => output,
        }
    }

    async fn replay(&self, engine: &Engine, authority: &StaffAuthority, _made: &[Key]) -> Result<Renamed, Error> {
        let found = find(engine, authority, self.client, self.node).await?;
        Ok(Renamed { node: self.node, name: found.entry.place().name.clone() })
    }
}

macro_rules! on_a_node {
    ($operation:ident, |$found:ident, $context:ident| $decide:expr) => {
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

            fn decide(&self, _: &StaffAuthority, $found: &Found, $context: &Context) -> Result<Decision<Whole>, Error> {
                let decided: Decision<files::Files> = $decide;
                Ok(decided.lift::<Whole>().and(sharing::touch_tree(self.client, $found.ancestry.tree).lift()))
            }
        }
    };
}

/// Whether something above the node lies in the trash.
fn asleep(ancestry: &Ancestry) -> bool {
    ancestry.steps.iter().skip(1).any(|step| step.trashed)
}

on_a_node!(Trash, |found, context| files::trash_entry(&found.entry, asleep(&found.ancestry), context)?);
on_a_node!(Restore, |found, context| files::restore_entry(&found.entry, !asleep(&found.ancestry), context)?);

#[derive(serde::Serialize)]
struct Purge {
    client: ClientId,
    node: NodeId,
}

/// What is to be removed for good, and what might keep it.
struct Lost {
    found: Found,
    extent: Extent,
    firm: Versioned<Firm>,
}

impl Operate for Purge {
    const OPERATION: Operation = Operation::Purge;
    type By = StaffCaller;
    type Loaded = Lost;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Lost, Error> {
        Ok(Lost {
            // INVARIANT: this comes first. The commit rests on the tree as it was then, and a hold changes the tree.
            found: find(engine, authority, self.client, self.node).await?,
            extent: engine.store.extent(authority.firm, self.node).await?.ok_or(Error::NotFound)?,
            firm: super::firm(engine, authority.firm).await?,
        })
    }

    fn decide(
        &self,
        _: &StaffAuthority,
        Lost { found, extent, firm }: &Lost,
        context: &Context,
    ) -> Result<Decision<Whole>, Error> {
        let purged = files::purge_entry(&found.entry, context)?;
        let held = found.ancestry.held() || extent.holds > 0;
        files::refuse_kept(held, extent.newest_at, firm.settings.policies.retention_days, context.now)?;
        let touched = sharing::touch_tree(self.client, found.ancestry.tree);
        let purged = purged.lift::<Whole>().and(touched.lift());
        Ok(purged.expect(directory::Key::Firm(firm.id).into(), firm.version))
    }
}
