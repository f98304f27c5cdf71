//! What the host does.

use portal_core::directory::{NewFirm, NewMember};
use portal_core::values::FirmRef;
use portal_core::{CameBack, Operation};

use super::answer::{Answer, ask, command, name, nothing, page, pages, rows};
use crate::draw::Draw;
use crate::known::Learned;
use crate::part_by_part;
use crate::side::Side;

pub(super) async fn host(side: &Side, draw: &Draw) -> Answer {
    let firms = side.portal.host().firms();
    match draw.operation {
        Operation::AddFirm => {
            let firm = NewFirm::new(name(draw), NewMember::new(name(draw), draw.email.clone()));
            let firm = match &draw.external {
                Some(id) => firm.external_id(id.clone()),
                None => firm,
            };
            command(draw, firms.add(firm), |added| Learned::Firm(added.firm, added.owner)).await
        }
        Operation::FindFirm => match &draw.external {
            Some(id) => ask(firms.find(FirmRef::External(id.clone()))).await,
            None => ask(firms.find(draw.firm)).await,
        },
        Operation::RotateDataKey => command(draw, side.portal.host().keys().rotate(draw.firm), nothing).await,
        Operation::RewrapDataKeys => {
            pages(&draw.page, |at| {
                let keys = side.portal.host().keys();
                async move { Ok(page(keys.rewrap(&at).await?)) }
            })
            .await
        }
        Operation::ListFirms => {
            pages(&draw.page, |at| {
                let firms = firms.clone();
                async move { Ok(page(firms.list(&at).await?)) }
            })
            .await
        }
        Operation::SyncDirectory => {
            let sync = side.portal.host().sync(draw.firm);
            if draw.guesses {
                return ask(sync.preview(rows(draw))).await;
            }
            command(draw, sync.rows(rows(draw)), nothing).await
        }
        Operation::ExportForHost => part_by_part::export(draw, side.portal.host().export(draw.firm, draw.client)).await,
        Operation::NoteBounce => {
            let mail = side.portal.host().mail(draw.firm);
            let came_back = if draw.shares_upload { draw.message.into() } else { CameBack::from(draw.email.clone()) };
            command(draw, mail.bounced(came_back, "no such mailbox"), nothing).await
        }
        other => unreachable!("{other:?}"),
    }
}
