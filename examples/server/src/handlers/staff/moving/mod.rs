//! Moving one or several: through the folders, always with who would gain and who would lose, and back again by Undo.

mod preview;

use portal_core::files::FolderKind;
use portal_core::values::{ClientId, Cursor, FileName, FolderId, NodeId, PageRequest};
use portal_core::{Error, StaffFiles};

use self::preview::Previews;
use super::bulk::{Did, Done, Item, MOST, Outcome, TakenBack, each_once, name_of};
use super::{Spot, files, head, sharers};
use crate::handlers::{Ids, Listing, PAGE_ITEMS, Sort};
use crate::views::staff::{FolderChoice, MoveDialog};
use crate::views::{Crumb, Flash, Undo, paths, words};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, go_saying, page, refused};
use crate::web::posted::{Back, Posted};
use crate::web::problem::Problem;

/// What is asked of the dialog: what is moved, from which list, and which folder is looked at.
struct Wanted {
    nodes: Vec<NodeId>,
    list: Option<(FolderId, Listing)>,
    at: Option<FolderId>,
    more: Option<String>,
}

/// `GET /staff/clients/{client}/nodes/{node}/move`: begins where it lies.
pub(crate) async fn form(staff: AsStaff, ids: Ids) -> Answer {
    let (client, node): (ClientId, NodeId) = (ids.of("client")?, ids.of("node")?);
    let at = Spot::of(&staff.staff.files(client), node).await?.parent;
    let wanted = Wanted { nodes: vec![node], list: None, at, more: None };
    page(&dialog(&staff, client, wanted, None).await?)
}

/// The dialog for those that were selected in a list. It changes nothing yet.
pub(super) async fn open(
    staff: &AsStaff,
    client: ClientId,
    folder: Option<FolderId>,
    nodes: Vec<NodeId>,
    listing: Listing,
) -> Answer {
    let folder = match folder {
        Some(folder) => folder,
        None => staff.staff.clients().find(client).await?.root,
    };
    let wanted = Wanted { nodes, list: Some((folder, listing)), at: Some(folder), more: None };
    page(&dialog(staff, client, wanted, None).await?)
}

async fn dialog(
    staff: &AsStaff,
    client: ClientId,
    wanted: Wanted,
    error: Option<String>,
) -> Result<MoveDialog, Problem> {
    let Wanted { nodes, list, at, more } = wanted;
    let files = staff.staff.files(client);
    let head = head(&staff.staff, client).await?;
    let page = PageRequest::first(PAGE_ITEMS).after(more.map(Cursor::new));
    let found = files.list(at, &page).await?;
    let mut items = Vec::with_capacity(nodes.len());
    for node in &nodes {
        items.extend(name_of(&files, *node).await?.map(|name| (*node, name)));
    }
    if items.is_empty() {
        return Err(Problem::NotFound);
    }
    let here = found.folder;
    let effects = Previews::of(&files, &nodes, here.id).await?.lines(&head.contacts);
    let mut path: Vec<(FolderId, FileName)> = here.path;
    path.push((here.id, here.name));
    let root = path.first().map_or(here.id, |(root, _)| *root);
    // Folders come first: where a page ends with one there may be more of them.
    let ends_with_folder = found.entries.items.last().is_some_and(|entry| entry.node.folder().is_some());
    let folder = |entry: portal_core::Entry| {
        Some(FolderChoice {
            id: entry.node.folder()?,
            shared_with: sharers(&entry.shared_with),
            moved: nodes.contains(&entry.node),
            name: entry.name,
        })
    };
    Ok(MoveDialog {
        frame: staff.frame(),
        items,
        list: list.map(|(folder, listing)| {
            let (order, path) = (listing.order(), paths::folder(client, folder));
            (folder, crate::views::ListPlace { order, ..listing.paging().place(path, None) })
        }),
        root,
        crumbs: path.into_iter().skip(1).map(|(folder, name)| Crumb { folder, name }).collect(),
        folders: found.entries.items.into_iter().filter_map(folder).collect(),
        more: found.entries.next.filter(|_| ends_with_folder),
        effects,
        error,
        client: head,
    })
}

/// What the dialog posts, and Undo.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fields {
    #[serde(default)]
    node: Vec<Item>,
    folder: Option<FolderId>,
    sort: Option<Sort>,
    after: Option<String>,
    #[serde(default)]
    back: Vec<String>,
    at: Option<FolderId>,
    more: Option<String>,
    into: Option<FolderId>,
    confirmed: Option<String>,
    /// What each was called where it goes back to: Undo gives them their names back.
    #[serde(default)]
    called: Vec<String>,
}

/// `POST /staff/clients/{client}/move`: looks into another folder, or moves there.
pub(crate) async fn choose(ids: Ids, posted: Posted<AsStaff, Fields>) -> Answer {
    let Posted { actor: staff, fields, command, back: came_from } = posted;
    let client: ClientId = ids.of("client")?;
    let Fields { node, folder, sort, after, back, at, more, into, confirmed, called } = fields;
    let nodes = each_once(node);
    if !(1..=MOST).contains(&nodes.len()) || ![0, nodes.len()].contains(&called.len()) {
        return Err(Problem::Malformed);
    }
    let list = folder.map(|folder| (folder, Listing { sort, after, back }));
    let wanted = Wanted { nodes, list, at: into.or(at), more };
    let Some(into) = into else { return page(&dialog(&staff, client, wanted, None).await?) };
    let files = staff.staff.files(client);
    let previews = Previews::of(&files, &wanted.nodes, into).await?;
    if !previews.confirmed_by(confirmed.as_deref()) {
        let why = confirmed.map(|_| "Who would see it changed in the meantime. Look at it once more.".to_owned());
        return refused(&dialog(&staff, client, wanted, why).await?);
    }
    let mut moving = Moving { files: &files, into, outcomes: Vec::new(), left: Vec::new() };
    for (index, node) in wanted.nodes.iter().enumerate() {
        let command = format!("{command}/{node}");
        if moving.one(*node, &previews, called.get(index), command).await? == Went::NotAsShown && moving.left.is_empty()
        {
            let why = "Somebody was given access in the meantime. Look at it once more.".to_owned();
            return refused(&dialog(&staff, client, wanted, Some(why)).await?);
        }
    }
    moving.told(&staff, client, wanted, previews.gives(), came_from).await
}

/// How moving one of them went.
#[derive(PartialEq, Eq)]
enum Went {
    /// It is told of.
    Told,
    /// It would have given more than was shown.
    NotAsShown,
}

/// Something that was moved: where it lay, and what it was called there.
struct Left {
    node: NodeId,
    from: FolderId,
    called: FileName,
}

/// Moving under way.
struct Moving<'a> {
    files: &'a StaffFiles,
    into: FolderId,
    outcomes: Vec<Outcome>,
    left: Vec<Left>,
}

impl Moving<'_> {
    /// Moves one, unless it lies there: a press that is repeated finds it so, and what it gave then is no gain any more.
    async fn one(
        &mut self,
        node: NodeId,
        previews: &Previews,
        called: Option<&String>,
        command: String,
    ) -> Result<Went, Problem> {
        let Some(name) = name_of(self.files, node).await? else {
            self.outcomes.push(Outcome::of(node, None, Did::of(Err(Error::NotFound), "")?));
            return Ok(Went::Told);
        };
        if previews.lies_there(node) {
            self.outcomes.push(Outcome::of(node, Some(name.to_string()), Did::Already("Lies there".to_owned())));
            return Ok(Went::Told);
        }
        let moved = self.files.move_to(node, self.into).giving(previews.gains_of(node)).command(command).await;
        let did = match moved {
            Err(Error::GivesAccess(_)) if self.left.is_empty() => return Ok(Went::NotAsShown),
            Ok(moved) => {
                let now = self.called_again(node, moved.name, called).await?;
                let said = match now == name {
                    true => "Moved".to_owned(),
                    false => format!("Moved, and called “{now}” there"),
                };
                self.left.push(Left { node, from: moved.from, called: name.clone() });
                Did::Changed(said)
            }
            Err(error) => Did::of(Err(error), "")?,
        };
        self.outcomes.push(Outcome::of(node, Some(name.to_string()), did));
        Ok(Went::Told)
    }

    /// Gives something its earlier name back, where a number was put to it for the sake of the other folder.
    async fn called_again(&self, node: NodeId, now: FileName, before: Option<&String>) -> Result<FileName, Problem> {
        let Some(before) = before.and_then(|name| FileName::new(name).ok()).filter(|name| *name != now) else {
            return Ok(now);
        };
        match self.files.rename(node, before).await {
            Ok(renamed) => Ok(renamed.name),
            Err(Error::NotFound) => Ok(now),
            Err(error) => Err(error.into()),
        }
    }

    /// What posts them back to where they lay, if that was one folder: those who lost access get it back, and nobody else
    /// gets any.
    async fn undo(&self) -> Result<Option<Vec<(String, String)>>, Problem> {
        let Some(first) = self.left.first().filter(|first| self.left.iter().all(|one| one.from == first.from)) else {
            return Ok(None);
        };
        let nodes: Vec<NodeId> = self.left.iter().map(|one| one.node).collect();
        let previews = Previews::of(self.files, &nodes, first.from).await?;
        let mut fields = vec![("into".to_owned(), first.from.to_string())];
        fields.extend(previews.confirms().map(|confirmed| ("confirmed".to_owned(), confirmed)));
        for one in &self.left {
            fields.push(("node".to_owned(), one.node.to_string()));
            fields.push(("called".to_owned(), one.called.to_string()));
        }
        Ok(Some(fields))
    }

    /// The page they were moved from, which says what became of them.
    async fn told(self, staff: &AsStaff, client: ClientId, wanted: Wanted, gives: bool, back: Back) -> Answer {
        let into = self.files.list(Some(self.into), &PageRequest::first(1)).await?.folder;
        let place = match into.kind {
            FolderKind::Root => "All files".to_owned(),
            _ => format!("“{}”", into.name),
        };
        let undo = self.undo().await?;
        let mailed = if gives { " Nobody was emailed." } else { "" };
        let did: Vec<&Outcome> = self.outcomes.iter().filter(|outcome| outcome.line.done).collect();
        let said = match did.as_slice() {
            [] => "Nothing was moved.".to_owned(),
            [only] => format!("“{}” is in {place} now.{mailed}", only.line.name.as_deref().unwrap_or("It")),
            some => {
                let items = words::counted(&(some.len() as u64), "item is", "items are");
                format!("{items} in {place} now.{mailed}")
            }
        };
        let action = paths::move_nodes(client);
        if let Some((folder, listing)) = wanted.list {
            let undo = undo.map(|mut fields| {
                fields.push(("folder".to_owned(), folder.to_string()));
                TakenBack { action: Some(action), fields }
            });
            let done = Done::new(said, undo, self.outcomes);
            return files::list(staff, client, Some(folder), listing, Some(done)).await;
        }
        let from = self.left.first().map_or(self.into, |left| left.from);
        let back = back.or(paths::folder(client, from));
        if let Some(missed) = self.outcomes.iter().find(|outcome| !outcome.line.done) {
            return go_saying(&back, Flash::problem(format!("{said} {}", missed.line.said)));
        }
        let flash = Flash::done(said);
        go_saying(
            &back,
            match undo {
                Some(fields) => flash.undone_by(
                    fields.into_iter().fold(Undo::at(action), |undo, (name, value)| undo.field(name, value)),
                ),
                None => flash,
            },
        )
    }
}
