//! What the share dialog posts: grants are given, changed and taken away, each with its way back.

use portal_core::sharing::{Audience, Grant};
use portal_core::values::{ClientId, DisplayName, NodeId};
use portal_core::{Error, StaffFiles, ToldRow};

use super::super::{Spot, head};
use super::terms::{Chosen, Fields, Held, WithWhom};
use super::{dialog, said_name};
use crate::handlers::Ids;
use crate::views::staff::{ClientHead, access_value, audience_value};
use crate::views::{Flash, Undo, paths, words};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, go_saying, refused};
use crate::web::posted::Posted;
use crate::web::problem::Problem;

/// `POST /staff/clients/{client}/nodes/{node}/share`.
pub(crate) async fn share(ids: Ids, posted: Posted<AsStaff, Fields>) -> Answer {
    let Posted { actor: staff, fields, command, back } = posted;
    let (client, node): (ClientId, NodeId) = (ids.of("client")?, ids.of("node")?);
    let chosen = match fields.read() {
        Ok(chosen) => chosen,
        Err(form) => return refused(&dialog(&staff, client, node, *form).await?),
    };
    let files = staff.staff.files(client);
    let (spot, head) = (Spot::of(&files, node).await?, head(&staff.staff, client).await?);
    let held = Held::of(&files, node, staff.visit.now()).await?;
    let told = if chosen.notify { told_by(&files, node, &chosen).await? } else { Vec::new() };
    for audience in &chosen.audiences {
        let share = files.share(node, *audience, chosen.access).until(chosen.until).alerts(chosen.alerts);
        let share = if chosen.notify { share.notify() } else { share };
        let shared = share.command(format!("{command}/{}", audience_value(*audience))).await;
        if let Err(Error::Refused(refusal)) = shared {
            return refused(&dialog(&staff, client, node, chosen.refused(refusal)).await?);
        }
        shared?;
    }
    let with: Vec<String> = chosen.audiences.iter().map(|audience| said_name(&head, *audience)).collect();
    let shared = format!("“{}” is shared with {}", spot.name, words::listed(&with));
    let became = changes(&chosen, &held, &head);
    let said = match told.as_slice() {
        [] => format!("{shared}.{became} Nobody is emailed."),
        told => format!("{shared}.{became} We email {}.", words::listed(told)),
    };
    let flash = Flash::done(said);
    let flash = match taken_back(client, node, &chosen, &held) {
        Some(undo) => flash.undone_by(undo),
        None => flash,
    };
    go_saying(&back.or(spot.page(client)), flash)
}

/// Whose access became another by sharing anew, as sentences.
fn changes(chosen: &Chosen, held: &Held, client: &ClientHead) -> String {
    let before = |audience: &Audience| held.by(*audience).filter(|grant| grant.access != chosen.access);
    let changed = chosen.audiences.iter().filter_map(|audience| Some((audience, before(audience)?)));
    let told = changed.map(|(audience, grant)| {
        let who = said_name(client, *audience);
        format!(" {who}: {} became {}.", words::access(&grant.access), words::access(&chosen.access))
    });
    told.collect()
}

/// How to take sharing back, where one form can: those who had it had the same, or one has it newly.
fn taken_back(client: ClientId, node: NodeId, chosen: &Chosen, held: &Held) -> Option<Undo> {
    let before: Vec<Option<&Grant>> = chosen.audiences.iter().map(|audience| held.by(*audience)).collect();
    match before.as_slice() {
        [None] => {
            let audience = chosen.audiences.first()?;
            Some(Undo::at(paths::revoke(client, node)).field("audience", audience_value(*audience)))
        }
        [Some(first), ..] => {
            let alike = |grant: &Option<&Grant>| {
                grant.is_some_and(|grant| {
                    (grant.access, grant.until, grant.alerts) == (first.access, first.until, first.alerts)
                })
            };
            let changed = !chosen.is(first) && before.iter().all(alike);
            changed.then(|| share_again(client, node, first, &chosen.audiences))
        }
        _ => None,
    }
}

/// Who is emailed of what is about to be shared, each once.
async fn told_by(files: &StaffFiles, node: NodeId, chosen: &Chosen) -> Result<Vec<DisplayName>, Problem> {
    let mut told: Vec<ToldRow> = Vec::new();
    for audience in &chosen.audiences {
        let share = files.share(node, *audience, chosen.access).until(chosen.until).notify();
        match share.who_will_be_told().await {
            Ok(by) => told.extend(by.by_mail().cloned()),
            // Sharing itself is refused next, and says why.
            Err(Error::Refused(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    told.sort_by_key(|row| row.contact);
    told.dedup_by_key(|row| row.contact);
    Ok(told.into_iter().map(|row| row.name).collect())
}

/// The form that takes a grant away.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RevokeForm {
    audience: WithWhom,
}

/// `POST /staff/clients/{client}/nodes/{node}/revoke`.
pub(crate) async fn revoke(ids: Ids, posted: Posted<AsStaff, RevokeForm>) -> Answer {
    let Posted { actor: staff, fields: RevokeForm { audience: WithWhom(audience) }, back, .. } = posted;
    let (client, node): (ClientId, NodeId) = (ids.of("client")?, ids.of("node")?);
    let files = staff.staff.files(client);
    let (spot, head) = (Spot::of(&files, node).await?, head(&staff.staff, client).await?);
    let own = files.sharing(node).await?.own.into_iter().find(|grant| grant.audience == audience);
    files.revoke(node, audience).await?;
    let said = format!("“{}” is not shared with {} any more.", spot.name, said_name(&head, audience));
    let flash = Flash::done(said);
    let now = staff.visit.now();
    let flash = match own.filter(|grant| !grant.expired(now)) {
        Some(grant) => flash.undone_by(share_again(client, node, &grant, &[audience])),
        None => flash,
    };
    go_saying(&back.or(spot.page(client)), flash)
}

/// Shares as it was shared before, silently.
fn share_again(client: ClientId, node: NodeId, grant: &Grant, audiences: &[Audience]) -> Undo {
    let mut undo =
        Undo::at(paths::share(client, node)).field("access", access_value(grant.access)).field("notify", false);
    for audience in audiences {
        undo = undo.field("audience", audience_value(*audience));
    }
    if let Some(until) = grant.until {
        undo = undo.field("until_at", until.as_micros());
    }
    if grant.alerts { undo.field("alerts", "on") } else { undo }
}
