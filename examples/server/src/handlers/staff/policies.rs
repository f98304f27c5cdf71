//! What the firm lets its clients do, and how long it keeps things.

use portal_core::directory::{FirmChange, PoliciesChange, Quota, Quotas, Withdrawal};

use crate::views::staff::{PoliciesPage, QuotaFields, WithdrawalChoice};
use crate::views::{Field, Flash, paths};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, go_saying, page, refused};
use crate::web::posted::Posted;
use crate::web::problem::Problem;

/// A month, in minutes.
const MOST_MINUTES: u32 = 43_200;
/// A hundred years, in days.
const MOST_DAYS: u32 = 36_500;

const GIGABYTE: u64 = 1_000_000_000;

/// How much is kept, as it is typed: empty for no end, and what is not there stays.
#[derive(Debug, Clone)]
struct Limits {
    contact_files: Option<String>,
    contact_gigabytes: Option<String>,
    firm_files: Option<String>,
    firm_gigabytes: Option<String>,
}

impl Limits {
    fn of(quotas: &Quotas) -> Self {
        let text = |count: Option<u64>| Some(count.map(|count| count.to_string()).unwrap_or_default());
        let gigabytes = |bytes: Option<u64>| text(bytes.map(|bytes| bytes.div_ceil(GIGABYTE)));
        Self {
            contact_files: text(quotas.contact.files),
            contact_gigabytes: gigabytes(quotas.contact.bytes),
            firm_files: text(quotas.firm.files),
            firm_gigabytes: gigabytes(quotas.firm.bytes),
        }
    }

    /// What is meant; `None` when something is no whole number.
    fn quotas(&self, before: &Quotas) -> Option<Quotas> {
        let Self { contact_files, contact_gigabytes, firm_files, firm_gigabytes } = self;
        let bytes = |typed: &Option<String>, before| typed_count(typed.as_deref(), GIGABYTE, before);
        let files = |typed: &Option<String>, before| typed_count(typed.as_deref(), 1, before);
        Some(Quotas {
            contact: Quota {
                files: files(contact_files, before.contact.files)?,
                bytes: bytes(contact_gigabytes, before.contact.bytes)?,
            },
            firm: Quota {
                files: files(firm_files, before.firm.files)?,
                bytes: bytes(firm_gigabytes, before.firm.bytes)?,
            },
        })
    }

    /// The fields of the form, each with what is wrong with it.
    fn fields(&self) -> QuotaFields {
        let field = |typed: &Option<String>, unit| {
            let text = typed.clone().unwrap_or_default();
            match typed_count(Some(&text), unit, None) {
                Some(_) => Field::of(text),
                None => Field::refused(text, "Type a whole number of at least 1, or leave it empty for no end."),
            }
        };
        QuotaFields {
            contact_files: field(&self.contact_files, 1),
            contact_gigabytes: field(&self.contact_gigabytes, GIGABYTE),
            firm_files: field(&self.firm_files, 1),
            firm_gigabytes: field(&self.firm_gigabytes, GIGABYTE),
        }
    }
}

/// The most that is set: what the portal's own sums hold by far.
const MOST: u64 = i64::MAX.unsigned_abs();

/// A count in `unit`s: nothing typed is no end, and nothing asked is what was before.
fn typed_count(typed: Option<&str>, unit: u64, before: Option<u64>) -> Option<Option<u64>> {
    match typed.map(str::trim) {
        None => Some(before),
        Some("") => Some(None),
        // None at all would keep everybody from uploading anything.
        Some(text) => text.parse::<u64>().ok()?.checked_mul(unit).filter(|count| (1..=MOST).contains(count)).map(Some),
    }
}

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
        quotas: Limits::of(&staff.firm.settings.quotas).fields(),
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
    contact_files: Option<String>,
    contact_gigabytes: Option<String>,
    firm_files: Option<String>,
    firm_gigabytes: Option<String>,
}

impl Fields {
    fn limits(&self) -> Limits {
        Limits {
            contact_files: self.contact_files.clone(),
            contact_gigabytes: self.contact_gigabytes.clone(),
            firm_files: self.firm_files.clone(),
            firm_gigabytes: self.firm_gigabytes.clone(),
        }
    }
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
    let limits = fields.limits();
    let quotas = limits.quotas(&staff.firm.settings.quotas);
    let (Some(minutes), Some(days), Some(quotas)) = (minutes, days, quotas) else {
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
            quotas: limits.fields(),
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
    staff.staff.settings().change(FirmChange { policies, quotas: Some(quotas), ..FirmChange::default() }).await?;
    go_saying(paths::policies(), Flash::done("What clients may do was saved."))
}
