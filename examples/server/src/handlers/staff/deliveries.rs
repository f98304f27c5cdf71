//! The delivery ledger.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use portal_core::notifications::Message;
use portal_core::ports::store::DeliveryQuery;
use portal_core::values::{ClientId, DisplayName, MessageId};

use crate::handlers::{Asked, Ids, Paging};
use crate::views::staff::{Deliveries, DeliveryLine};
use crate::views::{Flash, ListPlace, paths};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, go_saying, page};
use crate::web::posted::{NoFields, Posted};
use crate::web::problem::Problem;

/// The query of the ledger.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LedgerQuery {
    only: Option<String>,
    after: Option<String>,
    #[serde(default)]
    back: Vec<String>,
}

/// `GET /staff/deliveries`.
pub(crate) async fn list(staff: AsStaff, Asked(query): Asked<LedgerQuery>) -> Answer {
    let only_dead = match query.only.as_deref() {
        None | Some("") => false,
        Some("dead") => true,
        Some(_) => return Err(Problem::Malformed),
    };
    let paging = Paging { after: query.after, back: query.back };
    let wanted = DeliveryQuery { client: None, dead_only: only_dead };
    let found = staff.staff.deliveries().list(&wanted, &paging.request()).await?;
    let clients = clients(&staff, &found.items).await?;
    let asked = if only_dead { vec![("only", "dead".to_owned())] } else { Vec::new() };
    page(&Deliveries {
        frame: staff.frame(),
        only_dead,
        rows: found.items.into_iter().map(|message| line(message, &clients)).collect(),
        place: ListPlace { asked, ..paging.place(paths::deliveries(), found.next) },
    })
}

/// The names of the clients that messages speak of, each looked up once.
async fn clients(staff: &AsStaff, messages: &[Message]) -> Result<HashMap<ClientId, DisplayName>, Problem> {
    let mut names = HashMap::new();
    for client in messages.iter().filter_map(|message| message.client) {
        if let Entry::Vacant(unknown) = names.entry(client) {
            unknown.insert(staff.staff.clients().find(client).await?.name);
        }
    }
    Ok(names)
}

fn line(message: Message, clients: &HashMap<ClientId, DisplayName>) -> DeliveryLine {
    let client = message.client.and_then(|client| Some((client, clients.get(&client)?.clone())));
    let Message { id, address, kind, state, tries, last_error, created_at, due_at, settled_at, .. } = message;
    DeliveryLine { id, address, kind, client, state, tries, last_error, created_at, due_at, settled_at }
}

/// `POST /staff/deliveries/{message}/resend`.
pub(crate) async fn resend(ids: Ids, posted: Posted<AsStaff, NoFields>) -> Answer {
    let Posted { actor: staff, command, .. } = posted;
    staff.staff.deliveries().resend(ids.of::<MessageId>("message")?).command(command).await?;
    go_saying(paths::deliveries(), Flash::done("The mail is on its way once more."))
}
