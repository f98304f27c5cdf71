//! How often a team member is mailed, as they choose it for themselves.

use super::Staff;
use crate::change::{Context, Decision, Versioned};
use crate::directory::{self, Addressee, Mailing, MailingChange};
use crate::engine::caller::{StaffAuthority, StaffCaller};
use crate::engine::mailing::mailing_of;
use crate::engine::run::Operate;
use crate::engine::{Call, Engine, Error, Operation};
use crate::record::Whole;

/// How often a team member is mailed, as they choose it for themselves.
#[derive(Debug, Clone)]
pub struct StaffNotifications {
    staff: Staff,
}

impl StaffNotifications {
    pub(super) fn new(staff: Staff) -> Self {
        Self { staff }
    }

    /// What holds now.
    ///
    /// # Errors
    /// As for [`Staff::firm`].
    pub async fn read(&self) -> Result<Mailing, Error> {
        let authority = self.staff.authorize(Operation::ReadOwnMail).await?;
        let addressee = Addressee::Member(authority.member.id);
        let found = mailing_of(&self.staff.engine, authority.firm, addressee).await?;
        Ok(found.map_or_else(|| Mailing::new(addressee), |mailing| mailing.value))
    }

    /// Chooses how often they are mailed, and in which language. Nobody is told of it.
    ///
    /// # Errors
    /// Awaiting it: [`DirectoryRefusal::NotTheirMail`](crate::directory::DirectoryRefusal::NotTheirMail).
    pub fn choose(&self, change: MailingChange) -> Call<()> {
        self.staff.call(ChooseOwnMail { change })
    }
}

#[derive(serde::Serialize)]
struct ChooseOwnMail {
    change: MailingChange,
}

impl Operate for ChooseOwnMail {
    const OPERATION: Operation = Operation::ChooseOwnMail;
    type By = StaffCaller;
    type Loaded = Option<Versioned<Mailing>>;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Self::Loaded, Error> {
        mailing_of(engine, authority.firm, Addressee::Member(authority.member.id)).await
    }

    fn decide(
        &self,
        authority: &StaffAuthority,
        current: &Self::Loaded,
        _: &Context,
    ) -> Result<Decision<Whole>, Error> {
        let addressee = Addressee::Member(authority.member.id);
        Ok(directory::change_mailing(addressee, None, current.as_ref(), &self.change)?.lift())
    }
}
