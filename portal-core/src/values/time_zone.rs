//! Time zones by their IANA names, and what clocks on the wall show there.
//!
//! The rules come with the library, so that every node tells the same whatever its machine has installed.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use jiff::tz::TimeZoneDatabase;

use super::{TextError, Timestamp};

static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A time zone by its IANA name: `Europe/Berlin`, `America/New_York`, `UTC`.
///
/// # Examples
/// ```
/// use portal_core::values::{HourOfDay, TimeZone, Timestamp};
/// let berlin = TimeZone::new("Europe/Berlin")?;
/// let summer = Timestamp::from_micros(1_782_891_000_000_000); // 2026-07-01T07:30:00Z
/// assert_eq!(berlin.local(summer).hour, 9);
/// let eight = HourOfDay::new(8).unwrap_or_default();
/// assert_eq!(berlin.next(summer, eight, None).to_string(), "2026-07-02T06:00:00Z");
/// # Ok::<(), portal_core::values::TextError>(())
/// ```
#[derive(Clone)]
pub struct TimeZone(jiff::tz::TimeZone);

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    /// Monday, where weeks begin.
    #[default]
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

impl Weekday {
    /// Every day, from Monday on.
    pub const ALL: [Self; 7] =
        [Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday, Self::Sunday];

    const fn of(day: jiff::civil::Weekday) -> Self {
        match day {
            jiff::civil::Weekday::Monday => Self::Monday,
            jiff::civil::Weekday::Tuesday => Self::Tuesday,
            jiff::civil::Weekday::Wednesday => Self::Wednesday,
            jiff::civil::Weekday::Thursday => Self::Thursday,
            jiff::civil::Weekday::Friday => Self::Friday,
            jiff::civil::Weekday::Saturday => Self::Saturday,
            jiff::civil::Weekday::Sunday => Self::Sunday,
        }
    }
}

/// A full hour of the day, from 0 to 23.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize)]
#[serde(transparent)]
pub struct HourOfDay(u8);

impl HourOfDay {
    /// The hour, if a day has it.
    pub const fn new(hour: u8) -> Option<Self> {
        if hour < 24 { Some(Self(hour)) } else { None }
    }

    /// Its number, from 0 to 23.
    pub const fn as_u8(self) -> u8 {
        self.0
    }
}

/// What a clock and a calendar on the wall show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct LocalTime {
    /// The year.
    pub year: i16,
    /// The month, from 1.
    pub month: i8,
    /// The day of the month, from 1.
    pub day: i8,
    /// The hour, from 0 to 23.
    pub hour: i8,
    /// The minute.
    pub minute: i8,
}

impl TimeZone {
    /// Universal time.
    pub const UTC: Self = Self(jiff::tz::TimeZone::UTC);

    /// The zone of this name, however its letters are cased.
    ///
    /// # Errors
    /// [`TextError::Malformed`] when there is none.
    pub fn new(name: &str) -> Result<Self, TextError> {
        let zone = ZONES.get(name).map_err(|_| TextError::Malformed)?;
        if zone.iana_name().is_some() { Ok(Self(zone)) } else { Err(TextError::Malformed) }
    }

    /// The names of all zones, for people to choose from; some are older names of others.
    pub fn names() -> Vec<String> {
        ZONES.available().map(|name| name.as_str().to_owned()).collect()
    }

    /// The zone's name.
    pub fn as_str(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// What clocks show there at a point in time.
    pub fn local(&self, at: Timestamp) -> LocalTime {
        let local = self.0.to_datetime(instant(at));
        LocalTime {
            year: local.year(),
            month: local.month(),
            day: local.day(),
            hour: local.hour(),
            minute: local.minute(),
        }
    }

    /// The next time after `after` at which clocks there show the full hour, on that day of the week if one is named.
    ///
    /// An hour that clocks skip is the moment to which they jump; of one that they show twice it is the first.
    pub fn next(&self, after: Timestamp, hour: HourOfDay, day: Option<Weekday>) -> Timestamp {
        let hour = i8::try_from(hour.as_u8()).unwrap_or(0);
        let mut date = self.0.to_datetime(instant(after)).date();
        // Today may be over, and a day that a zone left out altogether (as Samoa did) is over at once: a week and a bit is enough.
        for _ in 0..10 {
            let there =
                self.0.to_timestamp(date.at(hour, 0, 0, 0)).map(|it| Timestamp::from_micros(it.as_microsecond()));
            if let Ok(there) = there
                && there > after
                && day.is_none_or(|day| day == Weekday::of(date.weekday()))
            {
                return there;
            }
            let Ok(tomorrow) = date.tomorrow() else { break };
            date = tomorrow;
        }
        // At the end of time there is no next day.
        after
    }
}

/// The same point as the `jiff` crate says it; one beyond its years becomes the nearest that it has.
fn instant(at: Timestamp) -> jiff::Timestamp {
    let end = if at.as_micros() < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
    jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or(end)
}

impl Default for TimeZone {
    fn default() -> Self {
        Self::UTC
    }
}

impl PartialEq for TimeZone {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for TimeZone {}

impl fmt::Debug for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TimeZone({})", self.as_str())
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for TimeZone {
    type Err = TextError;

    fn from_str(name: &str) -> Result<Self, TextError> {
        Self::new(name)
    }
}

impl serde::Serialize for TimeZone {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::from_micros(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
    }

    fn next(zone: &str, after: &str, hour: u8, day: Option<Weekday>) -> Timestamp {
        TimeZone::new(zone).unwrap().next(at(after), HourOfDay::new(hour).unwrap(), day)
    }

    #[test]
    fn a_zone_is_known_by_its_name_and_no_other_is() {
        assert_eq!(TimeZone::new("europe/berlin").unwrap().as_str(), "Europe/Berlin");
        assert_eq!(TimeZone::new("UTC").unwrap(), TimeZone::UTC);
        assert_eq!(serde_json::to_string(&TimeZone::new("America/New_York").unwrap()).unwrap(), "\"America/New_York\"");
        for odd in ["", "Berlin", "Europe/Atlantis", "+01:00", "../Europe/Berlin", "Etc/Unknown", "Local"] {
            assert_eq!(TimeZone::new(odd), Err(TextError::Malformed), "{odd:?}");
        }
        let names = TimeZone::names();
        assert!(names.len() > 400 && names.iter().all(|name| TimeZone::new(name).is_ok()), "{names:?}");
    }

    #[test]
    fn clocks_show_their_own_time_and_the_last_of_all_times_too() {
        let berlin = TimeZone::new("Europe/Berlin").unwrap();
        let local = berlin.local(at("2026-12-31T23:30:00Z"));
        assert_eq!(local, LocalTime { year: 2027, month: 1, day: 1, hour: 0, minute: 30 });
        for end in [i64::MIN, i64::MAX] {
            let end = Timestamp::from_micros(end);
            berlin.local(end);
            assert!(berlin.next(end, HourOfDay::default(), None) >= end);
        }
    }

    #[test]
    fn the_next_morning_is_today_until_it_comes_and_tomorrow_from_then_on() {
        assert_eq!(next("Europe/Berlin", "2026-01-14T06:59:59Z", 8, None), at("2026-01-14T07:00:00Z"));
        assert_eq!(next("Europe/Berlin", "2026-01-14T07:00:00Z", 8, None), at("2026-01-15T07:00:00Z"));
        // 14 January 2026 was a Wednesday.
        assert_eq!(next("UTC", "2026-01-14T09:00:00Z", 8, Some(Weekday::Monday)), at("2026-01-19T08:00:00Z"));
        assert_eq!(next("UTC", "2026-01-14T07:00:00Z", 8, Some(Weekday::Wednesday)), at("2026-01-14T08:00:00Z"));
        assert_eq!(next("UTC", "2026-01-14T08:00:00Z", 8, Some(Weekday::Wednesday)), at("2026-01-21T08:00:00Z"));
    }

    #[test]
    fn the_hour_stays_where_it_is_on_the_wall_as_clocks_are_set() {
        // Forward on 29 March 2026 and back on 25 October.
        assert_eq!(next("Europe/Berlin", "2026-03-28T12:00:00Z", 8, None), at("2026-03-29T06:00:00Z"));
        assert_eq!(next("Europe/Berlin", "2026-10-24T12:00:00Z", 8, None), at("2026-10-25T07:00:00Z"));
    }

    #[test]
    fn an_hour_that_is_skipped_comes_as_clocks_jump_and_one_shown_twice_comes_once() {
        assert_eq!(next("Europe/Berlin", "2026-03-28T12:00:00Z", 2, None), at("2026-03-29T01:00:00Z"));
        assert_eq!(next("Europe/Berlin", "2026-10-24T12:00:00Z", 2, None), at("2026-10-25T00:00:00Z"));
        assert_eq!(next("Europe/Berlin", "2026-10-25T00:00:00Z", 2, None), at("2026-10-26T01:00:00Z"));
        // Samoa left out 30 December 2011, a Friday.
        let after_it = next("Pacific/Apia", "2011-12-29T20:00:00Z", 8, None);
        assert!(after_it > at("2011-12-29T20:00:00Z") && after_it <= at("2011-12-31T18:00:00Z"), "{after_it}");
    }
}
