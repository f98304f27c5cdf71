//! The firm's name and settings.

use super::Staff;
use crate::change::{Context, Decision, Versioned};
use crate::directory::{self, Firm, FirmChange};
use crate::engine::caller::{StaffAuthority, StaffCaller};
use crate::engine::run::Operate;
use crate::engine::{Call, Engine, Error, Operation};
use crate::record::Whole;

/// The firm's name and settings.
#[derive(Debug, Clone)]
pub struct StaffSettings {
    staff: Staff,
}

impl StaffSettings {
    pub(super) fn new(staff: Staff) -> Self {
        Self { staff }
    }

    /// Changes the firm's name and settings.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::Denied`](crate::engine::ErrorKind::Denied) for all but owners and admins.
    pub fn change(&self, change: FirmChange) -> Call<()> {
        self.staff.call(ChangeFirm { change })
    }
}

#[derive(serde::Serialize)]
struct ChangeFirm {
    change: FirmChange,
}

impl Operate for ChangeFirm {
    const OPERATION: Operation = Operation::ChangeFirm;
    type By = StaffCaller;
    type Loaded = Versioned<Firm>;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Versioned<Firm>, Error> {
        super::firm(engine, authority.firm).await
    }

    fn decide(&self, _: &StaffAuthority, firm: &Versioned<Firm>, _: &Context) -> Result<Decision<Whole>, Error> {
        Ok(directory::change_firm(firm, &self.change).lift())
    }
}
