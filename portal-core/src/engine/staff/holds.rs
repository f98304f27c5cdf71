//! Holds: what is to be kept whatever else holds (S26).

use super::files::StaffFiles;
use super::trash::{Found, find};
use crate::change::{Context, Decision};
use crate::engine::caller::{StaffAuthority, StaffCaller};
use crate::engine::run::Operate;
use crate::engine::{Call, Engine, Error, Operation};
use crate::files;
use crate::record::Whole;
use crate::sharing;
use crate::values::{ClientId, DisplayName, NodeId};

impl StaffFiles {
    /// Puts a hold on a folder or document, in the trash or not, with all below it; on the client's root it holds all that the
    /// client has. What is held can be put in the trash, and is neither removed for good nor withdrawn.
    ///
    /// # Errors
    /// Awaiting it: [`FilesRefusal::AlreadyHeld`](files::FilesRefusal::AlreadyHeld).
    pub fn place_hold(&self, node: impl Into<NodeId>, reason: DisplayName) -> Call<()> {
        self.staff.call(PlaceHold { client: self.client, node: node.into(), reason })
    }

    /// Takes a hold off. Holds above and below stay.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::Denied`](crate::engine::ErrorKind::Denied) for all but owners and admins;
    /// [`FilesRefusal::NotHeld`](files::FilesRefusal::NotHeld).
    pub fn release_hold(&self, node: impl Into<NodeId>) -> Call<()> {
        self.staff.call(ReleaseHold { client: self.client, node: node.into() })
    }
}

#[derive(serde::Serialize)]
struct PlaceHold {
    client: ClientId,
    node: NodeId,
    reason: DisplayName,
}

impl Operate for PlaceHold {
    const OPERATION: Operation = Operation::PlaceHold;
    type By = StaffCaller;
    type Loaded = Found;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Found, Error> {
        find(engine, authority, self.client, self.node).await
    }

    fn decide(&self, by: &StaffAuthority, found: &Found, context: &Context) -> Result<Decision<Whole>, Error> {
        let held = files::place_hold(&found.entry, &self.reason, by.actor(), context)?;
        // INVARIANT: a purge changes the tree too, of whatever above this: of both at once one is decided anew.
        Ok(held.lift::<Whole>().and(sharing::touch_tree(self.client, found.ancestry.tree).lift()))
    }
}

#[derive(serde::Serialize)]
struct ReleaseHold {
    client: ClientId,
    node: NodeId,
}

impl Operate for ReleaseHold {
    const OPERATION: Operation = Operation::ReleaseHold;
    type By = StaffCaller;
    type Loaded = Found;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Found, Error> {
        find(engine, authority, self.client, self.node).await
    }

    fn decide(&self, _: &StaffAuthority, found: &Found, context: &Context) -> Result<Decision<Whole>, Error> {
        let released = files::release_hold(&found.entry, context)?;
        Ok(released.lift::<Whole>().and(sharing::touch_tree(self.client, found.ancestry.tree).lift()))
    }
}
