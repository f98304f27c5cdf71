//! The share dialog of a folder or document.

mod grants;
pub(crate) mod several;
mod terms;

use portal_core::notifications::Told;
use portal_core::sharing::{Access, Audience};
use portal_core::values::{ClientId, ContactId, NodeId, Timestamp};
use portal_core::{Error, NodeSharing, StaffFiles, ToldRow};

pub(crate) use self::grants::{revoke, share};
use self::terms::{Held, WithWhom, as_it_is};
use super::{Spot, head};
use crate::handlers::{Asked, Ids};
use crate::views::staff::{ClientHead, ContactChoice, ContactLine, GrantLine, ShareDialog, ShareForm};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, page};
use crate::web::problem::Problem;

/// With whom the dialog opens; what they have is filled in.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShareQuery {
    audience: Option<WithWhom>,
}

/// `GET /staff/clients/{client}/nodes/{node}/share?audience=`.
pub(crate) async fn form(staff: AsStaff, ids: Ids, Asked(query): Asked<ShareQuery>) -> Answer {
    let (client, node): (ClientId, NodeId) = (ids.of("client")?, ids.of("node")?);
    let form = match query.audience {
        Some(WithWhom(audience)) => {
            let held = Held::of(&staff.staff.files(client), node, staff.visit.now()).await?;
            held.by(audience).map_or_else(|| ShareForm { audiences: vec![audience], ..ShareForm::default() }, as_it_is)
        }
        None => ShareForm::default(),
    };
    page(&dialog(&staff, client, node, form).await?)
}

async fn dialog(staff: &AsStaff, client: ClientId, node: NodeId, form: ShareForm) -> Result<ShareDialog, Problem> {
    let files = staff.staff.files(client);
    let name = Spot::of(&files, node).await?.name;
    let head = head(&staff.staff, client).await?;
    let grants = grants(files.sharing(node).await?, &head, staff.visit.now());
    let told = told(&files, node).await?;
    let team = files.team_told().await?;
    let choice = |row: &ContactLine| {
        let told = told.iter().find(|told| told.contact == row.id).map_or(Told::NotMeant, |told| told.told);
        ContactChoice {
            id: row.id,
            name: row.name.clone(),
            email: row.email.clone(),
            told: told.is_mailed(),
            not_told_because: not_told_because(told),
        }
    };
    Ok(ShareDialog {
        frame: staff.frame(),
        node,
        name,
        grants,
        contacts: head.contacts.iter().map(choice).collect(),
        team_told: team.members.into_iter().map(|member| member.name).collect(),
        team_is_fallback: team.nobody_assigned,
        form,
        client: head,
    })
}

/// Whom Share & Notify would email, contact by contact; nobody where the thing cannot be shared now.
async fn told(files: &StaffFiles, node: NodeId) -> Result<Vec<ToldRow>, Problem> {
    match files.share(node, Audience::AllContacts, Access::View).notify().who_will_be_told().await {
        Ok(told) => Ok(told.contacts),
        Err(Error::Refused(_)) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

fn not_told_because(told: Told) -> Option<String> {
    let why = match told {
        Told::ByMail => return None,
        Told::Daily => "With their next daily mail.",
        Told::Weekly => "With their next weekly mail.",
        Told::TurnedOff => "Turned such mail off.",
        Told::Bounced => "Mail to their address comes back.",
        Told::EmailMissing => "No email address.",
        Told::AccessRemoved => "Portal access removed.",
        Told::HasAccess => "Has access already.",
        Told::OwnMailbox => "Your own mailbox.",
        _ => "Not emailed.",
    };
    Some(why.to_owned())
}

/// The grants that reach something: its own, and then those by a folder above.
fn grants(sharing: NodeSharing, client: &ClientHead, now: Timestamp) -> Vec<GrantLine> {
    let who = |audience: Audience, name: Option<String>| match audience {
        Audience::AllContacts => "All contacts".to_owned(),
        Audience::Contact(contact) => {
            name.or_else(|| contact_name(client, contact)).unwrap_or_else(|| "A former contact".to_owned())
        }
    };
    let own = sharing.own.into_iter().map(|grant| GrantLine {
        audience: grant.audience,
        who: who(grant.audience, None),
        access: grant.access,
        until: grant.until,
        ended: grant.expired(now),
        alerts: grant.alerts,
        from: None,
    });
    let inherited = sharing.shared_with.into_iter().filter_map(|seen| {
        Some(GrantLine {
            audience: seen.audience,
            who: who(seen.audience, seen.name),
            access: seen.access,
            until: seen.until,
            ended: false,
            alerts: true,
            from: Some(seen.inherited_from?.name),
        })
    });
    own.chain(inherited).collect()
}

fn contact_name(client: &ClientHead, contact: ContactId) -> Option<String> {
    client.contacts.iter().find(|line| line.id == contact).map(|line| line.name.to_string())
}

fn said_name(client: &ClientHead, audience: Audience) -> String {
    match audience {
        Audience::AllContacts => format!("all contacts of {}", client.name),
        Audience::Contact(contact) => contact_name(client, contact).unwrap_or_else(|| "a contact".to_owned()),
    }
}
