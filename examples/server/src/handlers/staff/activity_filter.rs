//! What is looked for on a page of what happened: written in its address, and read from it.

use portal_core::event::EventTopic;
use portal_core::ports::store::{ActivityOnly, ActivityQuery};
use portal_core::values::{Actor, ContactId, HourOfDay, MemberId, TimeZone, Timestamp};

use crate::handlers::Paging;
use crate::views::staff::ActivityFilter;
use crate::web::problem::Problem;

const HOUR_MICROS: i64 = 3_600_000_000;

/// The query of such a page: `show` is a topic or somebody's id, `day` a day as calendars of forms write it.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActivityAsked {
    #[serde(default)]
    show: String,
    #[serde(default)]
    day: String,
    after: Option<String>,
    #[serde(default)]
    back: Vec<String>,
}

impl ActivityAsked {
    /// What is looked for, by the firm's clocks.
    pub(super) fn query(&self, zone: &TimeZone) -> Result<ActivityQuery, Problem> {
        let only = match self.show.as_str() {
            "" => None,
            show => Some(only(show).ok_or(Problem::Malformed)?),
        };
        let between = match self.day.as_str() {
            "" => None,
            day => Some(day_of(day, zone).ok_or(Problem::Malformed)?),
        };
        Ok(ActivityQuery { only, between })
    }

    /// What the page says of it, and which page of it it is.
    pub(super) fn shown(self, people: Vec<(String, String)>) -> (ActivityFilter, Paging) {
        let Self { show, day, after, back } = self;
        (ActivityFilter { show, day, people }, Paging { after, back })
    }
}

fn only(show: &str) -> Option<ActivityOnly> {
    let topic = EventTopic::named(show).map(ActivityOnly::Topic);
    let member = || show.parse::<MemberId>().ok().map(|member| ActivityOnly::By(Actor::Member(member)));
    let contact = || show.parse::<ContactId>().ok().map(|contact| ActivityOnly::By(Actor::Contact(contact)));
    topic.or_else(member).or_else(contact)
}

/// When a day begins and when it ends, by the clocks of a zone.
fn day_of(day: &str, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    let date = time::Date::parse(day, format).ok()?;
    Some((midnight(date, zone)?, midnight(date.next_day()?, zone)?))
}

/// The first moment of a day. Clocks show it up to 14 hours before universal time and up to 12 after.
fn midnight(date: time::Date, zone: &TimeZone) -> Option<Timestamp> {
    let there = date.midnight().assume_utc().unix_timestamp().checked_mul(1_000_000)?;
    let mut at = Timestamp::from_micros(there.checked_sub(16 * HOUR_MICROS)?);
    let midnight = HourOfDay::new(0)?;
    for _ in 0..3 {
        at = zone.next(at, midnight, None);
        let local = zone.local(at);
        if (i32::from(local.year), local.month, local.day)
            == (date.year(), i8::try_from(u8::from(date.month())).ok()?, i8::try_from(date.day()).ok()?)
        {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(day: &str, zone: &str) -> Option<(String, i64)> {
        let (from, until) = day_of(day, &TimeZone::new(zone).unwrap())?;
        Some((from.to_string(), (until.as_micros() - from.as_micros()) / HOUR_MICROS))
    }

    #[test]
    fn a_day_is_the_firms_and_as_long_as_clocks_make_it() {
        let of = |from: &str, hours: i64| Some((from.to_owned(), hours));
        assert_eq!(hours("2026-03-12", "UTC"), of("2026-03-12T00:00:00Z", 24));
        assert_eq!(hours("2026-03-29", "Europe/Berlin"), of("2026-03-28T23:00:00Z", 23));
        assert_eq!(hours("2026-10-25", "Europe/Berlin"), of("2026-10-24T22:00:00Z", 25));
        assert_eq!(hours("2026-03-12", "Pacific/Kiritimati"), of("2026-03-11T10:00:00Z", 24));
        assert_eq!(hours("2026-03-12", "Pacific/Pago_Pago"), of("2026-03-12T11:00:00Z", 24));
        for wrong in ["2026-13-01", "12.03.2026", "today", "2026-02-30"] {
            assert_eq!(hours(wrong, "UTC"), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_looked_for_is_a_topic_or_somebody() {
        assert_eq!(only("uploads"), Some(ActivityOnly::Topic(EventTopic::Uploads)));
        let ana = ContactId::from_bits(7);
        assert_eq!(only(&ana.to_string()), Some(ActivityOnly::By(Actor::Contact(ana))));
        assert_eq!(only("everything"), None);
    }
}
