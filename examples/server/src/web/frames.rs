//! The frames of pages, for each kind of actor.

use super::actors::{Anybody, AsContact, AsStaff, AtFirm, Person, firm_address};
use super::problem::Problem;
use crate::views::{ContactFrame, FirmFace, PlainFrame, StaffFrame, paths};

impl Anybody {
    /// The frame of a page of no firm.
    pub(crate) fn frame(&self) -> PlainFrame {
        PlainFrame { csrf: self.token(), ..self.visit.bare_frame() }
    }
}

impl AtFirm {
    /// The frame of a firm's page for somebody not signed in.
    pub(crate) fn frame(&self) -> PlainFrame {
        PlainFrame { firm: Some(FirmFace::visited(&self.firm, self.address.clone())), ..self.anybody.frame() }
    }
}

impl Person {
    /// The frame of a firm's page for somebody signed in.
    pub(crate) fn frame(&self) -> PlainFrame {
        PlainFrame {
            firm: Some(FirmFace::visited(&self.firm, self.address.clone())),
            csrf: self.visit.token(super::actors::Holder::cookie(self).unwrap_or_default()),
            ..self.visit.bare_frame()
        }
    }
}

impl AsContact {
    /// The frame of a contact's page.
    pub(crate) async fn frame(&self) -> Result<ContactFrame, Problem> {
        let signed_in = self.visit.app.portal.signed_in(&self.token).await?;
        let portals = signed_in.portals().await?.len();
        Ok(ContactFrame {
            firm: FirmFace::of(&self.me.firm, self.address.clone()),
            contact: self.me.contact.id,
            contact_name: self.me.contact.name.clone(),
            client_name: self.me.client.name.clone(),
            others: portals > 1,
            csrf: self.visit.token(super::actors::Holder::cookie(self).unwrap_or_default()),
            nonce: self.visit.page.clone(),
            flash: self.visit.carried.flash.clone(),
            now: self.visit.now(),
        })
    }
}

impl AsStaff {
    /// The frame of a staff page.
    pub(crate) fn frame(&self) -> StaffFrame {
        StaffFrame {
            firm: FirmFace::of(&self.firm, firm_address(&self.firm)),
            member: self.me.name.clone(),
            role: self.me.role,
            here: self.visit.here.clone(),
            access_url: self.visit.app.base_url.join(&paths::access(&firm_address(&self.firm))),
            mailbox: self.visit.app.mailbox.is_some(),
            csrf: self.visit.token(&self.cookie),
            nonce: self.visit.page.clone(),
            flash: self.visit.carried.flash.clone(),
            now: self.visit.now(),
        }
    }
}
