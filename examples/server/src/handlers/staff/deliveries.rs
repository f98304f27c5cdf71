//! The delivery ledger.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use portal_core::MailSubject;
use portal_core::notifications::{MailKind, Message};
use portal_core::ports::store::DeliveryQuery;
use portal_core::values::{ClientId, DisplayName, FileName, MessageId, NodeId};

use crate::handlers::{Asked, Ids, Paging};
use crate::views::staff::{Deliveries, DeliveryLine, Phrase};
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
    let wanted = DeliveryQuery { dead_only: only_dead, ..DeliveryQuery::default() };
    let found = staff.staff.deliveries().list(&wanted, &paging.request()).await?;
    let clients = clients(&staff, &found.items).await?;
    let subjects = staff.staff.deliveries().subjects(&found.items).await?;
    let asked = if only_dead { vec![("only", "dead".to_owned())] } else { Vec::new() };
    let lines = found.items.into_iter().zip(&subjects).map(|(message, subject)| line(message, subject, &clients));
    page(&Deliveries {
        frame: staff.frame(),
        only_dead,
        rows: lines.collect(),
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

fn line(message: Message, subject: &MailSubject, clients: &HashMap<ClientId, DisplayName>) -> DeliveryLine {
    let subject = message.client.map(|client| in_words(client, message.kind, subject)).unwrap_or_default();
    let client = message.client.and_then(|client| Some((client, clients.get(&client)?.clone())));
    let Message { id, address, kind, state, tries, last_error, created_at, due_at, settled_at, .. } = message;
    DeliveryLine { id, address, kind, subject, client, state, tries, last_error, created_at, due_at, settled_at }
}

/// What a message speaks of: `“2025 Tax”`, `“w2.pdf” in “Client Uploads”`, `3 uploads in “Client Uploads”`.
fn in_words(client: ClientId, kind: MailKind, subject: &MailSubject) -> Vec<Phrase> {
    let thing = |(node, name): &(NodeId, FileName)| {
        let href = match node {
            NodeId::Folder(folder) => paths::folder(client, folder),
            NodeId::Document(document) => paths::document(client, document),
        };
        Phrase::leading_to(format!("“{name}”"), href)
    };
    let first = subject.first.as_ref().map_or_else(|| Phrase::words("something that is gone"), thing);
    if kind == MailKind::Shared {
        return vec![first];
    }
    let uploads = match subject.count {
        0 | 1 => first,
        many => Phrase::words(format!("{many} uploads")),
    };
    let folder = subject.folder.as_ref().map(|(folder, name)| thing(&((*folder).into(), name.clone())));
    let into = folder.into_iter().flat_map(|folder| [Phrase::words(" in "), folder]);
    std::iter::once(uploads).chain(into).collect()
}

/// `POST /staff/deliveries/{message}/resend`.
pub(crate) async fn resend(ids: Ids, posted: Posted<AsStaff, NoFields>) -> Answer {
    let Posted { actor: staff, command, back, .. } = posted;
    staff.staff.deliveries().resend(ids.of::<MessageId>("message")?).command(command).await?;
    go_saying(&back.within(paths::deliveries().to_owned()), Flash::done("The mail is on its way once more."))
}
