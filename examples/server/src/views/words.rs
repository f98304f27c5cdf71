//! How values are said: times, sizes, and the field's words for rights and states.

use std::fmt;

use portal_core::directory::{EmailKind, PhoneKind, PortalStatus, Role};
use portal_core::event::EventTopic;
use portal_core::notifications::{DropReason, MailKind, MessageState, Specimen};
use portal_core::sharing::{Access, Effect, Obstacle};
use portal_core::values::{Language, Timestamp, Weekday};

/// A time as a page holds it: exact without JavaScript; with it, relative, and exact on hover and focus.
#[derive(Debug, Clone, Copy)]
pub struct When {
    at: Timestamp,
    said: Said,
}

/// How scripts say a time.
#[derive(Debug, Clone, Copy)]
enum Said {
    Ago,
    Coming,
    Clock,
    Exact,
}

/// The time, for a template, to stand by itself: `3 hours ago`.
pub fn when(at: &Timestamp) -> When {
    When { at: *at, said: Said::Ago }
}

/// The last moment before an end, for a template, to stand after `until`: an end at midnight is the day before.
pub fn until(at: &Timestamp) -> When {
    When { at: *at - std::time::Duration::from_secs(1), said: Said::Clock }
}

/// A time that lies ahead: `in 3 minutes`.
pub fn coming(at: &Timestamp) -> When {
    When { at: *at, said: Said::Coming }
}

/// A time that receipts prove: exact, in the zone of whoever looks.
pub fn proven(at: &Timestamp) -> When {
    When { at: *at, said: Said::Exact }
}

/// The time, for a template, to stand after `until` or `on`: `14:05`, `30 Apr`.
pub fn at_clock(at: &Timestamp) -> When {
    When { at: *at, said: Said::Clock }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = match self.said {
            Said::Ago => "",
            Said::Coming => r#" data-said="coming""#,
            Said::Clock => r#" data-said="clock""#,
            Said::Exact => r#" data-said="exact""#,
        };
        write!(f, r#"<time datetime="{}"{said}>{}</time>"#, rfc_3339(&self.at), exact(&self.at))
    }
}

impl askama::FastWritable for When {
    fn write_into(&self, dest: &mut dyn fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        Ok(write!(dest, "{self}")?)
    }
}

/// Digits and the words of the calendar only.
impl askama::filters::HtmlSafe for When {}

/// `2026-03-12T14:05:00Z`: whole seconds, for `<time>`.
pub fn rfc_3339(at: &Timestamp) -> String {
    Timestamp::from_micros(at.as_seconds().saturating_mul(1_000_000)).to_string()
}

/// `12 Mar 2026, 14:05 UTC`.
pub fn exact(at: &Timestamp) -> String {
    let moment = at.to_offset_date_time();
    let month: String = moment.month().to_string().chars().take(3).collect();
    format!("{} {month} {}, {:02}:{:02} UTC", moment.day(), moment.year(), moment.hour(), moment.minute())
}

/// `12 MB`: 1 MB is 1,000,000 bytes, as macOS, phones and the labels of disks count. `figures.js` counts alike.
pub fn bytes(count: &u64) -> String {
    const UNITS: [(&str, u64); 4] =
        [("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000)];
    match count {
        1 => return "1 byte".to_owned(),
        0..1_000 => return format!("{count} bytes"),
        _ => {}
    }
    let said = UNITS.into_iter().map(|(unit, size)| (unit, rounded(*count, size)));
    // What rounds up to a thousand is one of the next unit.
    let last = rounded(*count, 1_000_000_000_000);
    let (unit, tenths) = said.into_iter().find(|(_, tenths)| *tenths < 10_000).unwrap_or(("TB", last));
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole} {unit}"),
        (whole, part) => format!("{whole}.{part} {unit}"),
    }
}

/// So many units in tenths: one decimal below ten, none from there on.
fn rounded(count: u64, unit: u64) -> u64 {
    let nearest = |size: u64| count / size + u64::from(count % size >= size / 2);
    let tenths = nearest(unit / 10);
    if tenths < 100 { tenths } else { nearest(unit).saturating_mul(10) }
}

/// What was typed, as an address holds it.
pub(super) fn in_address(text: &str) -> String {
    // What RFC 3986 calls unreserved stands for itself.
    const SET: percent_encoding::AsciiSet =
        percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    percent_encoding::utf8_percent_encode(text, &SET).to_string()
}

/// `1 contact`, `2 contacts`.
pub fn counted(count: &u64, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}

/// Whether something of it was not done.
pub fn any_missed(lines: &[super::staff::BulkLine]) -> bool {
    lines.iter().any(|line| !line.done)
}

/// `Ana`, `Ana and Ben`, `Ana, Ben and Cleo`.
pub fn listed<T: fmt::Display>(names: &[T]) -> String {
    match names {
        [] => String::new(),
        [only] => only.to_string(),
        [before @ .., last] => {
            let before: Vec<String> = before.iter().map(ToString::to_string).collect();
            format!("{} and {last}", before.join(", "))
        }
    }
}

/// `Harbor & Lane` becomes `HL`: the first letters of at most two words.
pub fn initials(name: &str) -> String {
    name.split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()))
        .take(2)
        .collect::<String>()
        .to_uppercase()
}

/// The field's word for a right.
pub fn access(access: &Access) -> &'static str {
    match access {
        Access::View => "View Only",
        Access::ViewAndUpload => "View and Upload",
    }
}

/// The word for a role.
pub fn role(role: &Role) -> &'static str {
    match role {
        Role::Member => "Member",
        Role::Admin => "Admin",
        Role::Owner => "Owner",
    }
}

/// A role as forms name it.
pub fn role_value(role: &Role) -> &'static str {
    match role {
        Role::Member => "member",
        Role::Admin => "admin",
        Role::Owner => "owner",
    }
}

/// Where a contact stands, for those states that are not a time.
pub fn portal_status(status: &PortalStatus) -> &'static str {
    match status {
        PortalStatus::AccessRemoved => "Access removed",
        PortalStatus::EmailMissing => "No email address",
        PortalStatus::Bounced(_) => "Mail came back",
        PortalStatus::NeverSignedIn => "Never signed in",
        PortalStatus::LastSignedIn(_) => "Last signed in",
        _ => "Unknown",
    }
}

/// What an address beside the one that is mailed is for.
pub fn email_kind(kind: &EmailKind) -> &'static str {
    match kind {
        EmailKind::Work => "Work",
        EmailKind::Personal => "Personal",
        EmailKind::Other => "Other",
    }
}

/// What a phone is for.
pub fn phone_kind(kind: &PhoneKind) -> &'static str {
    match kind {
        PhoneKind::Mobile => "Mobile",
        PhoneKind::Work => "Work",
        PhoneKind::Home => "Home",
        PhoneKind::Other => "Other",
    }
}

/// What events are about.
pub fn topic(topic: EventTopic) -> &'static str {
    match topic {
        EventTopic::Sharing => "Sharing",
        EventTopic::Uploads => "Uploads",
        EventTopic::Downloads => "Downloads",
        EventTopic::Files => "Files and folders",
        EventTopic::Mail => "Mail",
        EventTopic::People => "People",
        EventTopic::Settings => "Settings",
    }
}

/// A language of mail.
pub fn language(language: &Language) -> String {
    match language.as_str() {
        "en" => "English".to_owned(),
        "de" => "German".to_owned(),
        other => other.to_owned(),
    }
}

/// What a mail says, for the ledger.
pub fn mail_kind(kind: &MailKind) -> &'static str {
    match kind {
        MailKind::Shared => "Shared with you",
        MailKind::NewDocuments => "New documents",
        MailKind::ClientUploaded => "Client uploaded",
        MailKind::SignIn => "Sign-in code",
        MailKind::Test => "Test",
    }
}

/// A kind of mail that staff look at.
pub fn specimen(kind: &Specimen) -> &'static str {
    match kind {
        Specimen::SharedFolder => "A folder is shared",
        Specimen::SharedDocument => "A document is shared",
        Specimen::NewDocuments => "New documents",
        Specimen::SharedDigest => "Shared, daily or weekly",
        Specimen::DocumentsDigest => "New documents, daily or weekly",
        Specimen::SignIn => "Sign-in",
        Specimen::ClientUploaded => "To the team: a client uploaded",
        Specimen::NobodyAssigned => "To owners: nobody is assigned",
        Specimen::UploadsDigest => "To the team, daily or weekly",
    }
}

/// Languages to choose from, each with whether it is the one that was chosen; one that there are no words in stays chosen.
pub fn languages(all: &[Language], chosen: Option<&Language>) -> Vec<(String, String, bool)> {
    let unknown = chosen.filter(|chosen| !all.contains(chosen));
    let option = |it: &Language| (it.to_string(), language(it), chosen == Some(it));
    all.iter().chain(unknown).map(option).collect()
}

/// A day of the week.
pub fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

/// The same as forms post it.
pub fn weekday_value(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "monday",
        Weekday::Tuesday => "tuesday",
        Weekday::Wednesday => "wednesday",
        Weekday::Thursday => "thursday",
        Weekday::Friday => "friday",
        Weekday::Saturday => "saturday",
        Weekday::Sunday => "sunday",
    }
}

/// How a message stands.
pub fn message_state(state: &MessageState) -> &'static str {
    match state {
        MessageState::Waiting => "Waiting",
        MessageState::Sent => "Sent",
        MessageState::Dropped(DropReason::AccessGone) => "Not sent: no access any more",
        MessageState::Dropped(DropReason::NothingLeft) => "Not sent: nothing left to tell",
        MessageState::Dropped(DropReason::TooLate) => "Not sent: too late",
        MessageState::Dropped(DropReason::AddressGone) => "Not sent: address changed",
        MessageState::Dropped(DropReason::AlertsOff) => "Not sent: alerts off",
        MessageState::Dropped(DropReason::TurnedOff) => "Not sent: turned off by who gets it",
        MessageState::Dropped(DropReason::Bounced) => "Not sent: mail to this address comes back",
        MessageState::Dead => "Did not arrive",
    }
}

/// How it stands, as stylesheets name it.
pub fn message_tone(state: &MessageState) -> &'static str {
    match state {
        MessageState::Waiting => "waits",
        MessageState::Sent => "good",
        MessageState::Dropped(_) => "quiet",
        MessageState::Dead => "bad",
    }
}

/// What keeps a contact from what was granted, as a sentence.
pub fn obstacle(obstacle: &Obstacle) -> String {
    match obstacle {
        Obstacle::InTrash { name, .. } => format!("“{name}” is in the trash."),
        Obstacle::ContactRemoved => "They are no longer a contact of this client.".to_owned(),
        Obstacle::AccessRemoved => "Their portal access was taken away.".to_owned(),
        Obstacle::EmailMissing => "They have no email address to sign in by.".to_owned(),
        _ => "Something keeps them from it.".to_owned(),
    }
}

/// What a grant does for a contact, in a few words.
pub fn effect(effect: &Effect) -> String {
    match effect {
        Effect::Decides => "This decides.".to_owned(),
        Effect::Exceeded => "Another gives as much or more.".to_owned(),
        Effect::Expired(at) => format!("It ended on {}.", exact(at)),
        Effect::ForAnother => "It is for somebody else.".to_owned(),
        _ => String::new(),
    }
}

/// `Firefox on Windows`: the user agent in words people know; what is not known stays unsaid.
pub fn device(user_agent: &str) -> String {
    const BROWSERS: [(&str, &str); 8] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "an iPhone"),
        ("iPad", "an iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Macintosh", "a Mac"),
        ("CrOS", "a Chromebook"),
        ("Linux", "Linux"),
    ];
    let known = |table: &[(&str, &'static str)]| {
        table.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, word)| *word)
    };
    match (known(&BROWSERS), known(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("A browser on {system}"),
        (None, None) => "A browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_in_decimal_units() {
        for (count, words) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1_000, "1 KB"),
            (1_500, "1.5 KB"),
            (9_949, "9.9 KB"),
            (9_950, "10 KB"),
            (10_499, "10 KB"),
            (10_500, "11 KB"),
            (999_499, "999 KB"),
            (999_500, "1 MB"),
            (20_000_000, "20 MB"),
            (20 * 1024 * 1024, "21 MB"),
            (2_500_000, "2.5 MB"),
            (10_000_000_000, "10 GB"),
            (u64::MAX, "18446744 TB"),
        ] {
            assert_eq!(bytes(&count), words);
        }
    }

    #[test]
    fn times_read_without_javascript() {
        let at = Timestamp::from_micros(1_700_000_000_123_456);
        assert_eq!(exact(&at), "14 Nov 2023, 22:13 UTC");
        assert_eq!(when(&at).to_string(), r#"<time datetime="2023-11-14T22:13:20Z">14 Nov 2023, 22:13 UTC</time>"#);
        for (when, said) in [(coming(&at), "coming"), (at_clock(&at), "clock"), (proven(&at), "exact")] {
            assert!(when.to_string().contains(&format!(r#"data-said="{said}""#)), "{when}");
        }
    }

    #[test]
    fn names_are_listed_as_people_do() {
        assert_eq!(listed(&["Ana", "Ben", "Cleo"]), "Ana, Ben and Cleo");
        assert_eq!(listed(&["Ana"]), "Ana");
        assert_eq!(initials("Harbor & Lane Accounting"), "HL");
        assert_eq!(initials("  "), "");
    }

    #[test]
    fn a_device_is_named_in_words_people_know() {
        let iphone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Safari/604.1";
        assert_eq!(device(iphone), "Safari on an iPhone");
        assert_eq!(device("curl/8"), "A browser");
    }
}
