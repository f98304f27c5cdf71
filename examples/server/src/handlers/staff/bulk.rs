//! One act on several folders and documents: each is a commit of its own, named by the press of the button and the item, so
//! that a second try goes on where the first was broken off; and each has its own result.

use portal_core::sharing::{Audience, Visibility};
use portal_core::values::{ClientId, FileName, FolderId, IdError, NodeId};
use portal_core::{Error, SharedWith as SeenBy, StaffFiles};

use super::nodes::still_seen_by;
use super::share::several;
use super::{Spot, files, moving, trash};
use crate::handlers::{Ids, Listing, Sort};
use crate::views::staff::BulkLine;
use crate::views::{Flash, ListPlace, StaffFrame, Toggle, Undo, words};
use crate::web::actors::AsStaff;
use crate::web::pages::Answer;
use crate::web::posted::Posted;
use crate::web::problem::{Problem, refusal_sentence};

/// The most folders and documents that one act is for.
pub(super) const MOST: usize = 200;

/// The form around a list: what is done, to what of it, and which page of it was looked at.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fields {
    act: Act,
    #[serde(default)]
    node: Vec<Item>,
    sort: Option<Sort>,
    after: Option<String>,
    #[serde(default)]
    back: Vec<String>,
}

impl Fields {
    /// What is done to what, each once, and the page of the list.
    fn read(self) -> (Act, Vec<NodeId>, Listing) {
        let Self { act, node, sort, after, back } = self;
        (act, each_once(node), Listing { sort, after, back })
    }
}

/// A folder or document as forms name it.
#[derive(Debug, Clone, Copy, serde::Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Item(NodeId);

impl TryFrom<String> for Item {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse().map(Self)
    }
}

pub(super) fn each_once(items: Vec<Item>) -> Vec<NodeId> {
    let mut nodes: Vec<NodeId> = Vec::with_capacity(items.len());
    for Item(node) in items {
        if !nodes.contains(&node) {
            nodes.push(node);
        }
    }
    nodes
}

/// What can be done to several at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum Act {
    /// Opens the share dialog for all of them.
    Share,
    /// Opens the dialog that moves all of them.
    Move,
    /// Lets all contacts see them.
    Show,
    /// Takes that back.
    Hide,
    /// Archives them.
    Archive,
    /// Takes them out of the archive.
    Unarchive,
    /// Moves them to the trash.
    Trash,
    /// Takes them out of it.
    Restore,
}

impl Act {
    /// What takes it back, as the form names it.
    fn taken_back_by(self) -> Option<&'static str> {
        match self {
            Self::Share | Self::Move => None,
            Self::Show => Some("hide"),
            Self::Hide => Some("show"),
            Self::Archive => Some("unarchive"),
            Self::Unarchive => Some("archive"),
            Self::Trash => Some("restore"),
            Self::Restore => Some("trash"),
        }
    }

    /// What is said of so many, as a sentence.
    fn said(self, what: &str, one: bool) -> String {
        let (are, its) = if one { ("is", "its") } else { ("are", "their") };
        match self {
            Self::Share | Self::Show => format!("All contacts see {what} now. Nobody was emailed."),
            Self::Move => format!("{what} {are} moved."),
            Self::Hide => format!("{what} {are} not shown to all contacts any more."),
            Self::Archive => format!("{what} {are} archived. Whoever has access can go on to read it."),
            Self::Unarchive => format!("{what} {are} out of the archive."),
            Self::Trash => format!("{what} {are} in the trash."),
            Self::Restore => format!("{what} {are} back, with {its} sharing."),
        }
    }
}

/// What became of one of them.
pub(super) struct Outcome {
    pub(super) node: NodeId,
    pub(super) line: BulkLine,
    changed: bool,
}

impl Outcome {
    pub(super) fn of(node: NodeId, name: Option<String>, did: Did) -> Self {
        let (said, done, changed) = match did {
            Did::Changed(said) => (said, true, true),
            Did::Already(said) => (said, true, false),
            Did::Refused(why) => (why, false, false),
        };
        Self { node, line: BulkLine { name, said, done }, changed }
    }
}

/// `POST /staff/clients/{client}/files`.
pub(crate) async fn in_root(ids: Ids, posted: Posted<AsStaff, Fields>) -> Answer {
    in_files(ids.of("client")?, None, posted).await
}

/// `POST /staff/clients/{client}/files/{folder}`.
pub(crate) async fn in_folder(ids: Ids, posted: Posted<AsStaff, Fields>) -> Answer {
    in_files(ids.of("client")?, Some(ids.of("folder")?), posted).await
}

async fn in_files(client: ClientId, folder: Option<FolderId>, posted: Posted<AsStaff, Fields>) -> Answer {
    let Posted { actor: staff, fields, command, .. } = posted;
    let (act, nodes, listing) = fields.read();
    match act {
        _ if !(1..=MOST).contains(&nodes.len()) => {}
        Act::Share => return several::open(&staff, client, folder, &nodes, listing).await,
        Act::Move => return moving::open(&staff, client, folder, nodes, listing).await,
        Act::Show | Act::Hide | Act::Archive | Act::Unarchive | Act::Trash | Act::Restore => {}
    }
    let done = carry_out(&staff.staff.files(client), act, &nodes, &command).await?;
    files::list(&staff, client, folder, listing, Some(done)).await
}

/// `POST /staff/clients/{client}/trash`.
pub(crate) async fn in_trash(ids: Ids, posted: Posted<AsStaff, Fields>) -> Answer {
    let Posted { actor: staff, fields, command, .. } = posted;
    let client: ClientId = ids.of("client")?;
    let (act, nodes, listing) = fields.read();
    if !matches!(act, Act::Restore | Act::Trash) {
        return Err(Problem::Malformed);
    }
    let done = carry_out(&staff.staff.files(client), act, &nodes, &command).await?;
    trash::show(&staff, client, listing.paging(), Some(done)).await
}

/// How all of it is taken back at once.
pub(super) struct TakenBack {
    /// Where that is posted, if not to the list itself.
    pub(super) action: Option<String>,
    /// What is posted, besides the place in the list.
    pub(super) fields: Vec<(String, String)>,
}

/// What was done to several, for the page that is shown next.
pub(super) struct Done {
    said: String,
    undo: Option<TakenBack>,
    outcomes: Vec<Outcome>,
}

async fn carry_out(files: &StaffFiles, act: Act, nodes: &[NodeId], command: &str) -> Result<Done, Problem> {
    let kept = match nodes.len() {
        0 => Some("Select folders or documents first.".to_owned()),
        1..=MOST => None,
        many => Some(format!("At most {MOST} at once, and {many} are selected. Nothing was done.")),
    };
    if let Some(kept) = kept {
        return Ok(Done::new(kept, None, Vec::new()));
    }
    let mut outcomes = Vec::with_capacity(nodes.len());
    for node in nodes {
        outcomes.push(carry_out_one(files, act, *node, &format!("{command}/{node}")).await?);
    }
    let done: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.line.done).collect();
    let said = match done.as_slice() {
        [] => "Nothing was done.".to_owned(),
        [Outcome { line: BulkLine { name: Some(name), .. }, .. }] => act.said(&format!("“{name}”"), true),
        some => act.said(&words::counted(&(some.len() as u64), "item", "items"), some.len() == 1),
    };
    let changed = outcomes.iter().filter(|outcome| outcome.changed);
    let nodes: Vec<(String, String)> = changed.map(|one| ("node".to_owned(), one.node.to_string())).collect();
    let undo = act.taken_back_by().filter(|_| !nodes.is_empty()).map(|act| TakenBack {
        action: None,
        fields: std::iter::once(("act".to_owned(), act.to_owned())).chain(nodes).collect(),
    });
    Ok(Done::new(said, undo, outcomes))
}

/// What an act did: what is said of it, or of how it stood before, or why it was refused.
pub(super) enum Did {
    Changed(String),
    Already(String),
    Refused(String),
}

impl Did {
    /// Of an act that was tried. What keeps one of them from being done keeps none of the others.
    pub(super) fn of(tried: Result<(), Error>, said: &str) -> Result<Self, Problem> {
        Ok(match tried {
            Ok(()) => Self::Changed(said.to_owned()),
            Err(Error::Refused(refusal)) => Self::Refused(refusal_sentence(refusal)),
            Err(Error::GivesAccess(_)) => {
                Self::Refused("It would give access that was not shown. Move it once more to see to whom.".to_owned())
            }
            Err(Error::NotFound) => Self::Refused("It is not there any more.".to_owned()),
            Err(Error::Busy) => Self::Refused("Others were changing it at the same time. Try it once more.".to_owned()),
            Err(error) => return Err(error.into()),
        })
    }
}

async fn carry_out_one(files: &StaffFiles, act: Act, node: NodeId, command: &str) -> Result<Outcome, Problem> {
    let name = name_of(files, node).await?;
    let did = match act {
        Act::Trash => Did::of(files.trash(node).command(command).await, "In the trash")?,
        Act::Archive => Did::of(files.archive(node).command(command).await, "Archived")?,
        Act::Unarchive => Did::of(files.unarchive(node).command(command).await, "Out of the archive")?,
        Act::Restore => Did::of(files.restore(node).command(command).await, "Back where it was")?,
        Act::Move => Did::Refused("Choose where to first.".to_owned()),
        Act::Share | Act::Show => set_visible(files, node, true, command).await?,
        Act::Hide => set_visible(files, node, false, command).await?,
    };
    Ok(Outcome::of(node, name.map(|name| name.to_string()), did))
}

/// Turns the toggle, or says that it stood so before, or what keeps it as it is.
async fn set_visible(files: &StaffFiles, node: NodeId, visible: bool, command: &str) -> Result<Did, Problem> {
    let before = match files.sharing(node).await {
        Ok(before) => before,
        Err(error) => return Did::of(Err(error), ""),
    };
    let named = |contact| {
        let of = |seen: &&SeenBy| seen.audience == Audience::Contact(contact);
        before.shared_with.iter().find(of).and_then(|seen| seen.name.clone()).unwrap_or_else(|| "a contact".to_owned())
    };
    if let Toggle::Fixed { because } = Toggle::of(&before.visibility, node, named) {
        return Ok(Did::Refused(because));
    }
    let turned = files.set_visible(node, visible).command(command).await;
    let said = if visible { "Shown to all contacts" } else { "Hidden" };
    let did = Did::of(turned, said)?;
    Ok(match (did, before.visibility, visible) {
        (Did::Changed(_), Visibility::Off, false) => Did::Already("Hidden before".to_owned()),
        (Did::Changed(_), Visibility::On, true) => Did::Already("Shown to all contacts before".to_owned()),
        (Did::Changed(said), _, false) => match still_seen_by(files, node).await?.as_slice() {
            [] => Did::Changed(said),
            [one] => Did::Changed(format!("Not shown to all any more; {one} still sees it, by another sharing")),
            names => {
                let names = words::listed(names);
                Did::Changed(format!("Not shown to all any more; {names} still see it, by another sharing"))
            }
        },
        (did, _, _) => did,
    })
}

/// The name of something, while it is there.
pub(super) async fn name_of(files: &StaffFiles, node: NodeId) -> Result<Option<FileName>, Problem> {
    match Spot::of(files, node).await {
        Ok(spot) => Ok(Some(spot.name)),
        Err(Problem::NotFound) => Ok(None),
        Err(problem) => Err(problem),
    }
}

impl Done {
    pub(super) fn new(said: String, undo: Option<TakenBack>, outcomes: Vec<Outcome>) -> Self {
        Self { said, undo, outcomes }
    }

    /// What is said of it on the page at `place`, with one Undo for all that was changed.
    fn flash(&self, place: &ListPlace) -> Flash {
        let (said, all) = (&self.said, self.outcomes.len());
        let flash = match (self.missed().len(), all) {
            (0, 1..) => Flash::done(said),
            (_, 0) => Flash::problem(said),
            (missed, _) => Flash::problem(format!("{said} {missed} of {all} could not be: the list says why.")),
        };
        match &self.undo {
            Some(TakenBack { action, fields }) => {
                let undo = Undo::at(action.as_ref().unwrap_or(&place.path));
                let place = place.fields().into_iter().map(|(name, value)| (name.to_owned(), value));
                let undo = place.chain(fields.clone()).fold(undo, |undo, (name, value)| undo.field(name, value));
                flash.undone_by(undo)
            }
            None => flash,
        }
    }

    /// What became of each.
    pub(super) fn lines(&self) -> Vec<BulkLine> {
        self.outcomes.iter().map(|outcome| outcome.line.clone()).collect()
    }

    /// What stays selected, for another try.
    pub(super) fn missed(&self) -> Vec<NodeId> {
        let missed = self.outcomes.iter().filter(|outcome| !outcome.line.done);
        missed.map(|outcome| outcome.node).collect()
    }

    /// Whether nothing of it was done.
    pub(super) fn failed(&self) -> bool {
        self.outcomes.iter().all(|outcome| !outcome.line.done)
    }
}

/// The frame of the page that is shown after an act: it says what was done, and comes back to that very page.
pub(super) fn after(frame: StaffFrame, place: &ListPlace, done: Option<&Done>) -> StaffFrame {
    match done {
        Some(done) => StaffFrame { flash: Some(done.flash(place)), here: place.here(), ..frame },
        None => frame,
    }
}
