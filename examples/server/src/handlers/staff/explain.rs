//! Why somebody sees a folder or document, or does not.

use portal_core::values::{ClientId, NodeId};

use super::{Spot, head};
use crate::handlers::{Asked, Ids};
use crate::views::staff::ExplainDialog;
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, page};
use crate::web::problem::Problem;

/// Whom an explanation is about.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExplainQuery {
    #[serde(default)]
    contact: String,
}

/// `GET /staff/clients/{client}/nodes/{node}/explain`.
pub(crate) async fn explain(staff: AsStaff, ids: Ids, Asked(query): Asked<ExplainQuery>) -> Answer {
    let (client, node): (ClientId, NodeId) = (ids.of("client")?, ids.of("node")?);
    let files = staff.staff.files(client);
    let name = Spot::of(&files, node).await?.name;
    let client = head(&staff.staff, client).await?;
    // Whoever is preselected is answered for at once.
    let about = match query.contact.as_str() {
        "" => client.contacts.first().map(|line| line.id),
        contact => Some(contact.parse().map_err(|_| Problem::Malformed)?),
    };
    let answer = match about {
        None => None,
        Some(contact) => {
            let line = client.contacts.iter().find(|line| line.id == contact).ok_or(Problem::NotFound)?;
            Some((contact, line.name.clone(), files.explain(contact, node).await?))
        }
    };
    page(&ExplainDialog { frame: staff.frame(), client, node, name, answer })
}
