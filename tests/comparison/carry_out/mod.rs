//! Carrying out what was drawn, at one portal, and saying what it answered.

mod answer;
mod contact;
mod files;
mod host;
mod signing_in;
mod staff;

use portal_core::{Operation, Right};

pub(crate) use answer::{Answer, command, document, nothing};

use crate::draw::Draw;
use crate::side::Side;

/// Carries out what was drawn. `None` for the one operation that is nobody's to ask for.
pub(crate) async fn carry_out(side: &Side, draw: &Draw) -> Option<Answer> {
    Some(match draw.operation.right() {
        Right::Host => host::host(side, draw).await,
        Right::Staff | Right::StaffAtClient | Right::Administrator => match side.portal.staff(draw.firm, draw.by).await
        {
            Ok(staff) => staff::by_staff(&staff, draw).await,
            Err(error) => Answer::of::<()>(Err(error), nothing),
        },
        Right::Contact => contact::contact(side, draw).await,
        Right::SignedIn => signing_in::signed_in(side, draw).await,
        Right::Visitor => signing_in::visitor(side, draw).await,
        Right::Worker if draw.operation == Operation::RunDue => answer::ask(side.portal.worker().run_due()).await,
        Right::Worker => return None,
    })
}
