//! A mail that a team member sends themselves, to see it as their own mail program shows it.

use std::time::Duration;

use super::settings::StaffSettings;
use crate::change::{Context, Decision};
use crate::directory::DirectoryRefusal;
use crate::engine::caller::{StaffAuthority, StaffCaller};
use crate::engine::run::Operate;
use crate::engine::{Call, Engine, Error, Operation};
use crate::event::{DeliveryEvent, Event, Happened};
use crate::notifications::Specimen;
use crate::record::Whole;
use crate::values::{Actor, Language, PageRequest};

/// How many a member sends themselves within [`WITHIN`].
const MOST: usize = 10;
const WITHIN: Duration = Duration::from_secs(60 * 60);
/// How far back in what happened at the firm those of the last hour are looked for.
const LOOKED_AT: usize = 200;

impl StaffSettings {
    /// Sends the member themselves the mail that [`Self::preview_mail`] shows, marked as a test in its subject. It goes the way
    /// of all mail, and stands in the delivery ledger. Nobody else is told.
    ///
    /// # Errors
    /// Awaiting it: [`DirectoryRefusal::TooManyTests`] after ten within an hour.
    pub fn send_test(&self, specimen: Specimen, language: &Language) -> Call<()> {
        let language = self.staff.engine.templates.choose([language]);
        self.staff.call(SendTest { specimen: specimen.name(), language })
    }
}

#[derive(serde::Serialize)]
struct SendTest {
    specimen: &'static str,
    language: Language,
}

impl Operate for SendTest {
    const OPERATION: Operation = Operation::SendTestMail;
    type By = StaffCaller;
    /// What happened at the firm last.
    type Loaded = Vec<Happened>;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Self::Loaded, Error> {
        Ok(engine.store.firm_activity(authority.firm, &PageRequest::first(LOOKED_AT)).await?.items)
    }

    fn decide(
        &self,
        authority: &StaffAuthority,
        last: &Self::Loaded,
        context: &Context,
    ) -> Result<Decision<Whole>, Error> {
        let member = authority.member.id;
        let is_test = |happened: &&Happened| {
            happened.actor == Actor::Member(member)
                && matches!(happened.event, Event::Delivery(DeliveryEvent::TestAsked { .. }))
                && context.now.since(happened.at) < WITHIN
        };
        if last.iter().filter(is_test).count() >= MOST {
            return Err(DirectoryRefusal::TooManyTests { most: MOST }.into());
        }
        let asked =
            DeliveryEvent::TestAsked { member, specimen: self.specimen.to_owned(), language: self.language.clone() };
        Ok(Decision::nothing(()).event(asked.into()))
    }
}
