//! What the firm lets its clients do, and how long it keeps things.

use portal_core::directory::{FirmChange, PoliciesChange, Withdrawal};

use crate::views::staff::{PoliciesPage, WithdrawalChoice};
use crate::views::{Field, Flash, paths};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, go_saying, page, refused};
use crate::web::posted::Posted;
use crate::web::problem::Problem;

/// A month, in minutes.
const MOST_MINUTES: u32 = 43_200;
/// A hundred years, in days.
const MOST_DAYS: u32 = 36_500;

/// `GET /staff/policies`.
pub(crate) async fn show(staff: AsStaff) -> Answer {
    let policies = &staff.firm.settings.policies;
    let (withdrawal, minutes) = match policies.withdrawal {
        Withdrawal::Never => (WithdrawalChoice::Never, usual_minutes()),
        Withdrawal::Grace { minutes } => (WithdrawalChoice::Grace, minutes),
        Withdrawal::Always => (WithdrawalChoice::Always, usual_minutes()),
    };
    page(&PoliciesPage {
        frame: staff.frame(),
        make_folders: policies.contacts_make_folders,
        withdrawal,
        minutes: Field::of(minutes),
        retention_days: Field::of(policies.retention_days),
    })
}

/// What is offered where no time is set.
fn usual_minutes() -> u32 {
    match Withdrawal::default() {
        Withdrawal::Grace { minutes } => minutes,
        Withdrawal::Never | Withdrawal::Always => 1,
    }
}

/// The form.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fields {
    make_folders: Option<String>,
    withdrawal: WithdrawalChoice,
    minutes: String,
    retention_days: String,
}

/// `POST` of the same.
pub(crate) async fn change(posted: Posted<AsStaff, Fields>) -> Answer {
    let Posted { actor: staff, fields, .. } = posted;
    if !staff.me.role.administers() {
        return Err(Problem::Denied);
    }
    let number = |text: &str| text.trim().parse::<u32>().ok();
    let minutes = number(&fields.minutes).filter(|minutes| (1..=MOST_MINUTES).contains(minutes));
    let days = number(&fields.retention_days).filter(|days| *days <= MOST_DAYS);
    let (Some(minutes), Some(days)) = (minutes, days) else {
        let field = |text: String, known: bool, error: &str| match known {
            true => Field::of(text),
            false => Field::refused(text, error),
        };
        return refused(&PoliciesPage {
            frame: staff.frame(),
            make_folders: fields.make_folders.is_some(),
            withdrawal: fields.withdrawal,
            minutes: field(fields.minutes, minutes.is_some(), "Type whole minutes, from 1 to 43200 (a month)."),
            retention_days: field(fields.retention_days, days.is_some(), "Type whole days, from 0 to 36500."),
        });
    };
    let withdrawal = match fields.withdrawal {
        WithdrawalChoice::Never => Withdrawal::Never,
        WithdrawalChoice::Grace => Withdrawal::Grace { minutes },
        WithdrawalChoice::Always => Withdrawal::Always,
    };
    let policies = PoliciesChange {
        contacts_make_folders: Some(fields.make_folders.is_some()),
        withdrawal: Some(withdrawal),
        retention_days: Some(days),
        ..PoliciesChange::default()
    };
    staff.staff.settings().change(FirmChange { policies, ..FirmChange::default() }).await?;
    go_saying(paths::policies(), Flash::done("What clients may do was saved."))
}
