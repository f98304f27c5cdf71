//! A mail with made-up content to a team member who asked to see it in their own mailbox.

use super::compose::Nothing;
use super::mentions::Events;
use crate::directory::Firm;
use crate::engine::Engine;
use crate::event::{DeliveryEvent, Event};
use crate::notifications::{DropReason, Letter, Message, Specimen};
use crate::values::MemberId;

/// A test as it goes: the letter is the very one that staff are shown, to whomever it greets.
pub(super) struct Test {
    /// Who it goes to.
    pub(super) to_name: String,
    pub(super) letter: Letter,
}

impl Test {
    /// To a member who is still reached there.
    pub(super) async fn of(engine: &Engine, message: &Message, firm: &Firm, member: MemberId) -> Result<Self, Nothing> {
        let found = engine.store.member(message.firm, &member.into()).await?.map(|member| member.value);
        let here = found.filter(|member| member.removed_at.is_none() && member.email == message.address);
        let to_name = here.ok_or(DropReason::AddressGone)?.name.as_str().to_owned();
        let mut events = Events::of(message);
        while let Some(chunk) = events.next(engine).await? {
            for happened in chunk {
                let Event::Delivery(DeliveryEvent::TestAsked { specimen, language, .. }) = happened.event else {
                    continue;
                };
                let specimen = Specimen::named(&specimen).ok_or(DropReason::NothingLeft)?;
                let (language, link) = (engine.templates.choose([&language]), engine.links.access_page(firm.id));
                return Ok(Self { to_name, letter: specimen.letter(firm, language, &link, engine.clock.now()) });
            }
        }
        Err(DropReason::NothingLeft.into())
    }

    /// Its subject says that it is one, in every language with the same word.
    pub(super) fn subject(subject: &str) -> String {
        format!("Test: {subject}")
    }
}
