//! Moving: where to, and who gains and who loses by it.

use askama::Template;
use portal_core::values::{ClientId, Cursor, FileName, FolderId, NodeId, Timestamp};

use super::client::ClientHead;
use super::files::SharedWith;
#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;
use crate::views::{Crumb, ListPlace, StaffFrame};

/// `GET` of [`paths::move_node`], and the answer to [`paths::move_nodes`]. Each of its forms posts there `node` (several) and,
/// where they were selected in a list, `folder` and the page's place; to look into another folder `at`, and `more` for the
/// next page of its folders; to move there `into`, and `confirmed` where somebody gains by it.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/move.html")]
pub struct MoveDialog {
    /// The frame.
    pub frame: StaffFrame,
    /// The client.
    pub client: ClientHead,
    /// What is moved.
    pub items: Vec<(NodeId, FileName)>,
    /// The folder in whose list they were selected, and the page of it; `None` for what was not selected.
    pub list: Option<(FolderId, ListPlace)>,
    /// The client's root.
    pub root: FolderId,
    /// The folders from below the root to the one that is looked at; empty at the root.
    pub crumbs: Vec<Crumb>,
    /// The folders in it.
    pub folders: Vec<FolderChoice>,
    /// After which of them the next page begins.
    pub more: Option<Cursor>,
    /// What moving there would do.
    pub effects: MoveLines,
    /// What is to be said of a move that was not done.
    pub error: Option<String>,
}

/// A folder to look into.
#[derive(Debug, Clone)]
pub struct FolderChoice {
    /// Which.
    pub id: FolderId,
    /// Its name.
    pub name: FileName,
    /// With whom it is shared.
    pub shared_with: SharedWith,
    /// Whether it is moved itself, and so is no place to move to.
    pub moved: bool,
}

/// What moving there would do.
#[derive(Debug, Clone, Default)]
pub struct MoveLines {
    /// Why some of it cannot be moved there.
    pub refused: Vec<String>,
    /// How many can.
    pub movable: usize,
    /// Whether all of it lies there already.
    pub lies_there: bool,
    /// Who would gain.
    pub gains: Vec<ChangeLine>,
    /// Who would lose.
    pub losses: Vec<ChangeLine>,
    /// For whom nothing changes, though it does for all others.
    pub unchanged: Vec<ChangeLine>,
    /// What the form says back to confirm the gains; empty where there are none.
    pub confirms: String,
}

/// What changes for somebody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangeLine {
    /// Who.
    pub who: String,
    /// What changes for them, as the rest of a sentence.
    pub what: String,
    /// From when on, if not at once.
    pub since: Option<Timestamp>,
    /// Of how many of those that are moved it is true, if not of all.
    pub of: Option<String>,
}

impl MoveLines {
    /// Whether nobody gains and nobody loses.
    fn changes_nothing(&self) -> bool {
        self.gains.is_empty() && self.losses.is_empty()
    }
}

impl MoveDialog {
    /// What is moved, in a few words.
    fn what(&self) -> String {
        match self.items.as_slice() {
            [(_, only)] => format!("“{only}”"),
            items => format!("{} items", items.len()),
        }
    }

    fn names(&self) -> String {
        let names: Vec<String> = self.items.iter().map(|(_, name)| format!("“{name}”")).collect();
        words::listed(&names)
    }

    /// The folder that is looked at.
    fn at(&self) -> FolderId {
        self.crumbs.last().map_or(self.root, |crumb| crumb.folder)
    }

    /// Where one goes without moving.
    fn back(&self) -> String {
        let client: ClientId = self.client.id;
        self.list.as_ref().map_or_else(|| paths::files(client), |(_, place)| place.here())
    }
}
