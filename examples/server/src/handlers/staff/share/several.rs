//! Sharing several folders and documents at once: each with each audience is a commit of its own.

use portal_core::notifications::Told;
use portal_core::sharing::{Access, Audience, SharingRefusal};
use portal_core::values::{ClientId, ContactId, FolderId, NodeId};
use portal_core::{Error, Refusal, StaffFiles};

use super::super::bulk::{Did, Done, Item, MOST, Outcome, TakenBack, each_once, name_of};
use super::super::{files, head};
use super::terms::{self, Chosen, WithWhom};
use super::{not_told_because, said_name, told as told_of};
use crate::handlers::{Ids, Listing, Sort};
use crate::views::staff::{BulkLine, ClientHead, ContactChoice, ContactLine, ShareForm, ShareSeveral, audience_value};
use crate::views::{ListPlace, paths, words};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, page, refused};
use crate::web::posted::Posted;
use crate::web::problem::Problem;

/// The dialog for those that were selected in a list. It changes nothing yet.
pub(in crate::handlers::staff) async fn open(
    staff: &AsStaff,
    client: ClientId,
    folder: Option<FolderId>,
    nodes: &[NodeId],
    listing: Listing,
) -> Answer {
    let folder = match folder {
        Some(folder) => folder,
        None => staff.staff.clients().find(client).await?.root,
    };
    page(&dialog(staff, client, folder, nodes, listing, ShareForm::default()).await?)
}

async fn dialog(
    staff: &AsStaff,
    client: ClientId,
    folder: FolderId,
    nodes: &[NodeId],
    listing: Listing,
    form: ShareForm,
) -> Result<ShareSeveral, Problem> {
    let files = staff.staff.files(client);
    let (mut items, mut told, mut shared) = (Vec::new(), Vec::new(), false);
    for node in nodes {
        let Some(name) = name_of(&files, *node).await? else { continue };
        items.push((*node, name));
        told.extend(told_of(&files, *node).await?);
        shared |= !files.sharing(*node).await?.own.is_empty();
    }
    if items.is_empty() {
        return Err(Problem::NotFound);
    }
    let head = head(&staff.staff, client).await?;
    let team = files.team_told().await?;
    let choice = |row: &ContactLine| {
        let of_them: Vec<Told> = told.iter().filter(|told| told.contact == row.id).map(|told| told.told).collect();
        let by_mail = of_them.iter().any(|told| told.is_mailed());
        let otherwise = of_them.first().copied().unwrap_or(Told::NotMeant);
        ContactChoice {
            id: row.id,
            name: row.name.clone(),
            email: row.email.clone(),
            told: by_mail,
            not_told_because: if by_mail { None } else { not_told_because(otherwise) },
        }
    };
    let order = listing.order();
    let place = ListPlace { order, ..listing.paging().place(paths::folder(client, folder), None) };
    Ok(ShareSeveral {
        frame: staff.frame(),
        folder,
        place,
        contacts: head.contacts.iter().map(choice).collect(),
        team_told: team.members.into_iter().map(|member| member.name).collect(),
        team_is_fallback: team.nobody_assigned,
        items,
        shared,
        form,
        client: head,
    })
}

/// What the dialog posts: what of which page of the list, and the terms.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fields {
    #[serde(default)]
    node: Vec<Item>,
    sort: Option<Sort>,
    after: Option<String>,
    #[serde(default)]
    back: Vec<String>,
    #[serde(default)]
    audience: Vec<WithWhom>,
    access: Access,
    #[serde(default)]
    until: String,
    #[serde(default)]
    zone: String,
    alerts: Option<String>,
    notify: bool,
}

/// `POST /staff/clients/{client}/files/{folder}/share-several`.
pub(crate) async fn share(ids: Ids, posted: Posted<AsStaff, Fields>) -> Answer {
    let Posted { actor: staff, fields, command, .. } = posted;
    let (client, folder): (ClientId, FolderId) = (ids.of("client")?, ids.of("folder")?);
    let Fields { node, sort, after, back, audience, access, until, zone, alerts, notify } = fields;
    let (nodes, listing) = (each_once(node), Listing { sort, after, back });
    if !(1..=MOST).contains(&nodes.len()) {
        return Err(Problem::Malformed);
    }
    let terms = terms::Fields { audience, access, until, zone, until_at: None, alerts, notify };
    let chosen = match terms.read() {
        Ok(chosen) => chosen,
        Err(form) => return refused(&dialog(&staff, client, folder, &nodes, listing, *form).await?),
    };
    let files = staff.staff.files(client);
    let mut sharing = Sharing { files: &files, chosen: &chosen, outcomes: Vec::new(), had: false, told: Vec::new() };
    for node in &nodes {
        if let Some(refusal) = sharing.one(*node, &command).await? {
            let form = chosen.refused(refusal);
            return refused(&dialog(&staff, client, folder, &nodes, listing, form).await?);
        }
    }
    let head = head(&staff.staff, client).await?;
    let done = sharing.done(&head, paths::unshare(client, folder));
    files::list(&staff, client, Some(folder), listing, Some(done)).await
}

/// Sharing under way.
struct Sharing<'a> {
    files: &'a StaffFiles,
    chosen: &'a Chosen,
    outcomes: Vec<Outcome>,
    /// Whether somebody had a grant before, so that taking it away is no way back.
    had: bool,
    /// Who is emailed, once for each thing.
    told: Vec<ContactId>,
}

impl Sharing<'_> {
    /// Shares one with all that were chosen; or tells what is wrong with the terms, which are the same for all.
    async fn one(&mut self, node: NodeId, command: &str) -> Result<Option<Refusal>, Problem> {
        let name = name_of(self.files, node).await?.map(|name| name.to_string());
        let mut did = Did::Changed("Shared".to_owned());
        let held = held(self.files, node).await?;
        for audience in &self.chosen.audiences {
            let share = self
                .files
                .share(node, *audience, self.chosen.access)
                .until(self.chosen.until)
                .alerts(self.chosen.alerts);
            let share = if self.chosen.notify { share.notify() } else { share };
            // What sharing refuses next, this refuses too; sharing says why.
            if self.chosen.notify
                && let Ok(told) = share.who_will_be_told().await
            {
                self.told.extend(told.by_mail().map(|row| row.contact));
            }
            self.had |= held.contains(audience);
            let shared = share.command(format!("{command}/{node}/{}", audience_value(*audience))).await;
            if let Err(Error::Refused(refusal @ Refusal::Sharing(SharingRefusal::EndsInThePast))) = shared {
                return Ok(Some(refusal));
            }
            did = Did::of(shared.map(|_| ()), "Shared")?;
            if let Did::Refused(_) = did {
                break;
            }
        }
        self.outcomes.push(Outcome::of(node, name, did));
        Ok(None)
    }

    fn done(self, client: &ClientHead, unshare: String) -> Done {
        let shared: Vec<NodeId> = self.outcomes.iter().filter(|one| one.line.done).map(|one| one.node).collect();
        let with: Vec<String> = self.chosen.audiences.iter().map(|audience| said_name(client, *audience)).collect();
        let what = match (shared.len(), self.outcomes.as_slice()) {
            (0, _) => return Done::new("Nothing was shared.".to_owned(), None, self.outcomes),
            (1, [Outcome { line: BulkLine { name: Some(name), .. }, .. }]) => format!("“{name}” is"),
            (1, _) => "1 item is".to_owned(),
            (many, _) => format!("{many} items are"),
        };
        let said = format!("{what} shared with {}. {}", words::listed(&with), self.mailed(client));
        let nodes = shared.iter().map(|node| ("node".to_owned(), node.to_string()));
        let audiences = self.chosen.audiences.iter().map(|one| ("audience".to_owned(), audience_value(*one)));
        let taken_back = TakenBack { action: Some(unshare), fields: nodes.chain(audiences).collect() };
        Done::new(said, (!self.had).then_some(taken_back), self.outcomes)
    }

    /// Who is emailed, and how often: each thing that is new to somebody is a mail of its own.
    fn mailed(&self, client: &ClientHead) -> String {
        let mut told: Vec<ContactId> = self.told.clone();
        told.sort_unstable();
        told.dedup();
        let name = |contact: &ContactId| said_name(client, Audience::Contact(*contact));
        let names: Vec<String> = told.iter().map(name).collect();
        match (names.as_slice(), self.told.len()) {
            ([], _) => "Nobody is emailed.".to_owned(),
            (names, mails) if mails == names.len() => format!("We email {}.", words::listed(names)),
            (names, mails) => format!("We email {}: {mails} mails, one for each.", words::listed(names)),
        }
    }
}

/// Who has a grant on the very thing; nobody on what is not there, which sharing then says.
async fn held(files: &StaffFiles, node: NodeId) -> Result<Vec<Audience>, Problem> {
    match files.sharing(node).await {
        Ok(sharing) => Ok(sharing.own.iter().map(|grant| grant.audience).collect()),
        Err(Error::NotFound) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// What Undo posts.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnshareFields {
    #[serde(default)]
    node: Vec<Item>,
    sort: Option<Sort>,
    after: Option<String>,
    #[serde(default)]
    back: Vec<String>,
    #[serde(default)]
    audience: Vec<WithWhom>,
}

/// `POST /staff/clients/{client}/files/{folder}/unshare`: the undo of sharing several.
pub(crate) async fn unshare(ids: Ids, posted: Posted<AsStaff, UnshareFields>) -> Answer {
    let Posted { actor: staff, fields, command, .. } = posted;
    let (client, folder): (ClientId, FolderId) = (ids.of("client")?, ids.of("folder")?);
    let UnshareFields { node, sort, after, back, audience } = fields;
    let nodes = each_once(node);
    if !(1..=MOST).contains(&nodes.len()) || audience.is_empty() {
        return Err(Problem::Malformed);
    }
    let files = staff.staff.files(client);
    let mut outcomes = Vec::new();
    for node in nodes {
        let name = name_of(&files, node).await?.map(|name| name.to_string());
        let mut did = Did::Already("Not shared with them".to_owned());
        for WithWhom(audience) in &audience {
            let command = format!("{command}/{node}/{}", audience_value(*audience));
            match files.revoke(node, *audience).command(command).await {
                // Whoever was taken off meanwhile has nothing any more.
                Err(Error::NotFound) if name.is_some() => {}
                revoked => did = Did::of(revoked, "Not shared with them any more")?,
            }
        }
        outcomes.push(Outcome::of(node, name, did));
    }
    let done = outcomes.iter().filter(|one| one.line.done).count();
    let said = format!("{} shared as before.", words::counted(&(done as u64), "item is", "items are"));
    let done = Done::new(said, None, outcomes);
    files::list(&staff, client, Some(folder), Listing { sort, after, back }, Some(done)).await
}
