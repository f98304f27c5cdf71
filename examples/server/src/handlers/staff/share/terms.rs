//! The terms that the share form holds, read: with whom, for what, until when.

use portal_core::sharing::{Access, Audience, Grant, SharingRefusal};
use portal_core::values::{IdError, NodeId, Timestamp};
use portal_core::{Refusal, StaffFiles};

use crate::views::Field;
use crate::views::staff::ShareForm;
use crate::web::problem::{Problem, refusal_sentence};

/// The share form.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fields {
    #[serde(default)]
    pub(super) audience: Vec<WithWhom>,
    pub(super) access: Access,
    #[serde(default)]
    pub(super) until: String,
    /// How many minutes the browser's clock is behind UTC at the end of that day; empty where there is no script.
    #[serde(default)]
    pub(super) zone: String,
    /// The very instant, which Undo knows.
    pub(super) until_at: Option<i64>,
    pub(super) alerts: Option<String>,
    pub(super) notify: bool,
}

/// What was chosen, read.
pub(super) struct Chosen {
    pub(super) audiences: Vec<Audience>,
    pub(super) access: Access,
    pub(super) until: Option<Timestamp>,
    /// The day as it was typed.
    typed: String,
    pub(super) alerts: bool,
    pub(super) notify: bool,
}

impl Chosen {
    /// Whether a grant is already as it was chosen.
    pub(super) fn is(&self, grant: &Grant) -> bool {
        (grant.access, grant.until, grant.alerts) == (self.access, self.until, self.alerts)
    }

    /// The form as it was sent, with what is wrong with it.
    pub(super) fn refused(&self, refusal: Refusal) -> ShareForm {
        let form = ShareForm {
            audiences: self.audiences.clone(),
            access: Some(self.access),
            until: Field::of(&self.typed),
            no_alerts: !self.alerts,
            ..ShareForm::default()
        };
        match refusal {
            Refusal::Sharing(SharingRefusal::EndsInThePast) => ShareForm {
                until: Field::refused(&self.typed, "That day is over. Choose today or a later day, or leave it empty."),
                ..form
            },
            refusal => ShareForm { access_error: Some(refusal_sentence(refusal)), ..form },
        }
    }
}

impl Fields {
    /// What was chosen, or the form with what is wrong with it.
    pub(super) fn read(self) -> Result<Chosen, Box<ShareForm>> {
        let until = match (self.until_at, self.until.trim()) {
            (Some(at), _) => Ok(Some(Timestamp::from_micros(at))),
            (None, "") => Ok(None),
            (None, typed) => end_of_day(typed, &self.zone).map(Some).ok_or("Choose a day, such as 2026-04-30."),
        };
        let audiences: Vec<Audience> = self.audience.into_iter().map(|WithWhom(audience)| audience).collect();
        let nobody = audiences.is_empty().then(|| "Choose at least one contact, or all.".to_owned());
        let alerts = self.alerts.is_some();
        match (until, nobody) {
            (Ok(until), None) => {
                Ok(Chosen { audiences, access: self.access, until, typed: self.until, alerts, notify: self.notify })
            }
            (until, audience_error) => Err(Box::new(ShareForm {
                audiences,
                audience_error,
                access: Some(self.access),
                access_error: None,
                until: match until {
                    Ok(_) => Field::of(self.until),
                    Err(error) => Field::refused(self.until, error),
                },
                until_at: None,
                no_alerts: !alerts,
            })),
        }
    }
}

/// An audience as forms name it: `all`, or the contact's id.
#[derive(Debug, serde::Deserialize)]
#[serde(try_from = "String")]
pub(super) struct WithWhom(pub(super) Audience);

impl TryFrom<String> for WithWhom {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        match text.as_str() {
            "all" => Ok(Self(Audience::AllContacts)),
            contact => contact.parse().map(|contact| Self(Audience::Contact(contact))),
        }
    }
}

/// The form that changes nothing of a grant.
pub(super) fn as_it_is(grant: &Grant) -> ShareForm {
    ShareForm {
        audiences: vec![grant.audience],
        access: Some(grant.access),
        until: grant.until.map_or_else(Field::default, |until| Field::of(last_day(until))),
        until_at: grant.until,
        no_alerts: !grant.alerts,
        ..ShareForm::default()
    }
}

/// The grants on something itself that have not ended.
pub(super) struct Held(Vec<Grant>);

impl Held {
    pub(super) async fn of(files: &StaffFiles, node: NodeId, now: Timestamp) -> Result<Self, Problem> {
        let own = files.sharing(node).await?.own;
        Ok(Self(own.into_iter().filter(|grant| !grant.expired(now)).collect()))
    }

    pub(super) fn by(&self, audience: Audience) -> Option<&Grant> {
        self.0.iter().find(|grant| grant.audience == audience)
    }
}

/// The first instant after a day given as `2026-04-30`, where clocks are `zone` minutes behind UTC; in UTC when that is empty.
fn end_of_day(text: &str, zone: &str) -> Option<Timestamp> {
    let behind = match zone {
        "" => 0,
        minutes => minutes.parse::<i64>().ok().filter(|minutes| (-900..=900).contains(minutes))?,
    };
    let [year, month, day] = text.split('-').collect::<Vec<_>>().try_into().ok()?;
    let month = time::Month::try_from(month.parse::<u8>().ok()?).ok()?;
    let date = time::Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()?;
    let next = date.midnight().assume_utc() + time::Duration::minutes(24 * 60 + behind);
    Some(Timestamp::from(next))
}

/// The last day before an instant, in UTC; a script says it in the zone of whoever looks.
fn last_day(until: Timestamp) -> String {
    let day = (until.to_offset_date_time() - time::Duration::SECOND).date();
    format!("{:04}-{:02}-{:02}", day.year(), u8::from(day.month()), day.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_with_its_last_instant() {
        let end_of_day = |text| super::end_of_day(text, "");
        assert_eq!(end_of_day("2026-04-30").unwrap().to_string(), "2026-05-01T00:00:00Z");
        assert_eq!(end_of_day("2024-02-29").unwrap().to_string(), "2024-03-01T00:00:00Z");
        for text in ["2026-02-30", "30.4.2026", "2026-04", "", "2026-04-30-1", "x-y-z"] {
            assert_eq!(end_of_day(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_ends_when_it_ends_where_it_was_typed() {
        assert_eq!(end_of_day("2026-04-30", "240").unwrap().to_string(), "2026-05-01T04:00:00Z", "New York");
        assert_eq!(end_of_day("2026-04-30", "-330").unwrap().to_string(), "2026-04-30T18:30:00Z", "Mumbai");
        for zone in ["901", "-901", "x", "1e3"] {
            assert_eq!(end_of_day("2026-04-30", zone), None, "{zone}");
        }
    }

    #[test]
    fn an_end_is_shown_as_its_last_day() {
        let until = end_of_day("2026-04-30", "").unwrap();
        assert_eq!(last_day(until), "2026-04-30");
    }
}
