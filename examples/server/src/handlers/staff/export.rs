//! All that is kept of a client, as one file.

use portal_core::values::ClientId;

use super::{administers, head};
use crate::handlers::Ids;
use crate::handlers::documents::export_sent;
use crate::views::staff::ExportClient;
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, page};
use crate::web::posted::{NoFields, Posted};

/// `GET /staff/clients/{client}/export`.
pub(crate) async fn form(staff: AsStaff, ids: Ids) -> Answer {
    administers(&staff)?;
    let client = head(&staff.staff, ids.of("client")?).await?;
    page(&ExportClient { frame: staff.frame(), client })
}

/// `POST` of the same: it is noted that they took it out, so that it is no page that is looked at.
pub(crate) async fn export(ids: Ids, posted: Posted<AsStaff, NoFields>) -> Answer {
    let Posted { actor: staff, .. } = posted;
    let client: ClientId = ids.of("client")?;
    Ok(export_sent(staff.staff.clients().export(client).await?))
}
