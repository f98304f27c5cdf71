//! Moving within a client, and who gains and loses by it.

use std::sync::Arc;

use super::files::{StaffFiles, ancestry_of};
use super::listing::{Names, contacts_in};
use super::trash::{Found, find};
use crate::change::{Context, Decision};
use crate::engine::call::Perform;
use crate::engine::caller::{StaffAuthority, StaffCaller};
use crate::engine::run::{Answer, Operate, run};
use crate::engine::{Call, Engine, Error, GivesAccess, Operation};
use crate::files;
use crate::ports::store::Committed;
use crate::record::{Key, Whole};
use crate::sharing::{self, AccessChange, Ancestry, Audience, MoveEffects, move_effects};
use crate::values::{Actor, ClientId, ContactId, Digest, FileName, FolderId, NodeId};

impl StaffFiles {
    /// Moves a folder or document, with all below it, to another folder of the client; a name that is taken there gets a
    /// number. Grants on it travel along, those from above change, and nobody is told by mail.
    ///
    /// A move that gives somebody more access than they have is refused, unless [`giving`](Call::giving) says that it may.
    ///
    /// # Errors
    /// Awaiting it: [`Error::GivesAccess`], with those who would gain; [`FilesRefusal`](files::FilesRefusal) for the client's
    /// root, for what lies in the trash or the archive or would go there, and for a folder that would lie below itself or too deep;
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when either is not this client's.
    pub fn move_to(&self, node: impl Into<NodeId>, folder: FolderId) -> Call<Moved, Move> {
        let (caller, client) = (self.staff.caller, self.client);
        let asked = MoveNode { client, node: node.into(), folder, giving: Vec::new() };
        Call::with(self.engine().clone(), Move { caller, asked })
    }

    /// Who would gain and who would lose if it were moved there. Nothing is moved by it.
    ///
    /// # Errors
    /// As for [`Self::move_to`], but that gains are told and refuse nothing.
    pub async fn preview_move(&self, node: impl Into<NodeId> + Send, folder: FolderId) -> Result<MovePreview, Error> {
        let authority = self.staff.authorize(Operation::PreviewMove).await?;
        let (engine, node) = (self.engine(), node.into());
        let Places { found, into, height } = places(engine, &authority, self.client, node, folder).await?;
        let below = match node {
            NodeId::Folder(moved) => engine.store.granted_below(self.firm(), self.client, moved).await?,
            NodeId::Document(_) => Vec::new(),
        };
        let context = Context::new(engine.clock.now(), Digest::ZERO, [0; 32]);
        // What moving would refuse, this refuses too; what it would write is not written.
        let moved = files::move_entry(&found.entry, &found.ancestry, &into, &context)?;
        if node.folder().is_some() {
            files::refuse_too_deep(&into, height)?;
        }
        let effects = move_effects(&found.ancestry, &into, &below, context.now);
        let grants = found.ancestry.grants().chain(into.grants()).map(|(_, grant)| grant);
        let below = below.iter().filter_map(Ancestry::node).flat_map(|step| &step.grants);
        let names = Names::of(engine, self.firm(), contacts_in(grants.chain(below))).await?;
        let name_of = |step: Option<&sharing::Step>| step.map(|step| step.name.clone()).ok_or(Error::NotFound);
        Ok(MovePreview {
            name: found.entry.place().name.clone(),
            from: name_of(found.ancestry.steps.get(1))?,
            into: name_of(into.node())?,
            lies_there: moved.writes.is_empty(),
            effects,
            names,
        })
    }
}

/// What a move would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovePreview {
    /// What would be moved.
    pub name: FileName,
    /// The folder it lies in.
    pub from: FileName,
    /// The folder it would lie in.
    pub into: FileName,
    /// Whether it lies there already, so that nothing would happen.
    pub lies_there: bool,
    /// Who would gain and who would lose.
    pub effects: MoveEffects,
    names: Names,
}

impl MovePreview {
    /// The name of a contact of whom the effects speak.
    pub fn name_of(&self, contact: ContactId) -> Option<String> {
        self.names.actor(Actor::Contact(contact))
    }

    /// Whether all contacts, and not only some by name, gain or lose.
    pub fn concerns_all(&self) -> bool {
        let changes = self.effects.gains.iter().chain(&self.effects.losses);
        changes.into_iter().any(|change| change.audience == Audience::AllContacts)
    }
}

/// What was moved, and the name it got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The folder or document.
    pub node: NodeId,
    /// Its name now.
    pub name: FileName,
    /// The folder that it lay in, to which it can be moved back.
    pub from: FolderId,
}

impl Answer for Moved {
    fn made(&self) -> Vec<Key> {
        vec![files::Key::from(self.node).into(), files::Key::Folder(self.from).into()]
    }

    fn remade(_made: &[Key]) -> Option<Self> {
        None
    }
}

/// Moving; see [`StaffFiles::move_to`].
#[derive(Debug)]
pub struct Move {
    caller: StaffCaller,
    asked: MoveNode,
}

impl Call<Moved, Move> {
    /// Says that these may gain by it: those that [`StaffFiles::preview_move`] showed. Should it give anybody anything else,
    /// since somebody shared the folder meanwhile, it is refused with who gains now.
    pub fn giving(mut self, gains: impl Into<Vec<AccessChange>>) -> Self {
        self.operation.asked.giving = gains.into();
        self
    }
}

impl Perform for Move {
    type Output = Moved;

    async fn perform(self, engine: Arc<Engine>, key: Option<String>) -> Result<Moved, Error> {
        run(&engine, &self.caller, key, &self.asked).await
    }
}

#[derive(Debug, serde::Serialize)]
struct MoveNode {
    client: ClientId,
    node: NodeId,
    folder: FolderId,
    giving: Vec<AccessChange>,
}

/// What is moved, and the folder it goes to.
struct Places {
    found: Found,
    into: Ancestry,
    /// How many folders lie in one another below what is moved.
    height: usize,
}

async fn places(
    engine: &Engine,
    by: &StaffAuthority,
    client: ClientId,
    node: NodeId,
    folder: FolderId,
) -> Result<Places, Error> {
    Ok(Places {
        // INVARIANT: this comes first. The commit rests on the tree as it was then, so that nothing that was read later and is
        // another goes through.
        found: find(engine, by, client, node).await?,
        into: ancestry_of(engine, by.firm, client, folder.into()).await?,
        height: match node {
            NodeId::Folder(moved) => engine.store.height(by.firm, moved).await?,
            NodeId::Document(_) => 0,
        },
    })
}

impl Operate for MoveNode {
    const OPERATION: Operation = Operation::Move;
    type By = StaffCaller;
    type Loaded = Places;
    type Output = Moved;

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Places, Error> {
        places(engine, authority, self.client, self.node, self.folder).await
    }

    fn decide(
        &self,
        _: &StaffAuthority,
        Places { found, into, height }: &Places,
        context: &Context,
    ) -> Result<Decision<Whole, Moved>, Error> {
        let moved = files::move_entry(&found.entry, &found.ancestry, into, context)?;
        let place = found.entry.place();
        let answer = Moved { node: self.node, name: place.name.clone(), from: place.parent.ok_or(Error::NotFound)? };
        if moved.writes.is_empty() {
            return Ok(Decision::nothing(answer));
        }
        if self.node.folder().is_some() {
            files::refuse_too_deep(into, *height)?;
        }
        let effects = move_effects(&found.ancestry, into, &[], context.now);
        if !effects.gives_only(&self.giving) {
            return Err(Error::GivesAccess(GivesAccess { gains: effects.gains }));
        }
        // INVARIANT: all that changes the shape of the tree or the grants on it changes the tree, so that of two moves that
        // would make a ring one is decided anew, and a share, a revocation or an upload is before this or after it (S40).
        let touched = sharing::touch_tree(self.client, found.ancestry.tree);
        Ok(moved.lift::<Whole>().and(touched.lift()).map(|()| answer))
    }

    fn settle(output: Moved, committed: &Committed) -> Moved {
        match committed.settled_name(files::Key::from(output.node).into()) {
            Some(name) => Moved { name: name.clone(), ..output },
            None => output,
        }
    }

    async fn replay(&self, engine: &Engine, authority: &StaffAuthority, made: &[Key]) -> Result<Moved, Error> {
        let [_, Key::Files(files::Key::Folder(from))] = made else {
            return Err(Error::corrupt("the outcome of a move"));
        };
        let found = find(engine, authority, self.client, self.node).await?;
        Ok(Moved { node: self.node, name: found.entry.place().name.clone(), from: *from })
    }
}
