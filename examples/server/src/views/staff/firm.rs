//! The firm's settings and its team.

use askama::Template;
use portal_core::MailPreview;
use portal_core::directory::Role;
use portal_core::notifications::Specimen;
use portal_core::values::{DisplayName, EmailAddress, Language, MemberId, Weekday};

#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;
use crate::views::{Field, MailChoice, StaffFrame};

/// `GET`/`POST /staff/settings`.
///
/// A logo is posted as `file` to [`paths::set_logo`]. Posts `name`, `color` (`#rrggbb`), `reply_to` (may be empty), `sender_name` (may be empty), `mail_footer` (lines; may be empty), `language`, `time_zone`, `digest_hour` (0 to 23), `digest_day`, `client_uploads`, `contacts_hear`, `file_names`,
/// `members_restricted` (each `on` or absent) and `max_upload_megabytes` (a whole number of 1,048,576 bytes). Those who may not change it see it all as text.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/settings.html")]
pub struct FirmSettingsPage {
    /// The frame.
    pub frame: StaffFrame,
    /// What is wrong with a logo that was sent.
    pub logo_error: Option<String>,
    /// Whether there is a logo that was taken off, and can be brought back.
    pub logo_kept: bool,
    /// Name.
    pub name: Field,
    /// Colour, as `#rrggbb`.
    pub color: Field,
    /// Where answers to its mail go.
    pub reply_to: Field,
    /// The firm's time zone, by its IANA name.
    pub time_zone: Field,
    /// At which hour daily and weekly mail goes.
    pub digest_hour: Field,
    /// What stands under each mail.
    pub mail_footer: Field,
    /// The name that mail is from; empty for the firm's.
    pub sender_name: Field,
    /// The language of mail to whoever chose none.
    pub language: Language,
    /// The languages there are.
    pub mail_languages: Vec<Language>,
    /// On which day weekly mail goes.
    pub digest_day: Weekday,
    /// How often whoever looks is mailed themselves.
    pub own_mail: Vec<MailChoice>,
    /// Whether each new client gets a Client Uploads folder.
    pub client_uploads: bool,
    /// Whether contacts, too, hear of what other contacts upload.
    pub contacts_hear: bool,
    /// Whether mail may show the names of files.
    pub file_names: bool,
    /// Whether members see only the clients that they are assigned to.
    pub members_restricted: bool,
    /// The most megabytes that one upload may have.
    pub max_upload_megabytes: Field,
}

impl FirmSettingsPage {
    fn days(&self) -> Vec<(&'static str, &'static str, bool)> {
        let day = |day: Weekday| (words::weekday_value(day), words::weekday(day), day == self.digest_day);
        Weekday::ALL.into_iter().map(day).collect()
    }

    fn languages(&self) -> Vec<(String, String, bool)> {
        words::languages(&self.mail_languages, Some(&self.language))
    }
}

/// `GET /staff/mail`: one mail, and the way to every other.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/mail.html")]
pub struct MailLooks {
    /// The frame.
    pub frame: StaffFrame,
    /// Which kind.
    pub specimen: Specimen,
    /// The languages that mail can be written in.
    pub languages: Vec<Language>,
    /// The mail.
    pub preview: MailPreview,
}

impl MailLooks {
    fn kinds(&self) -> [Specimen; 9] {
        Specimen::ALL
    }
}

/// `GET /staff/team`. Rows post `role` (`member`, `admin`, `owner`) to
/// [`paths::member_role`].
#[derive(Debug, Clone, Template)]
#[template(path = "staff/team.html")]
pub struct TeamPage {
    /// The frame.
    pub frame: StaffFrame,
    /// The team.
    pub rows: Vec<MemberLine>,
}

impl TeamPage {
    fn roles(&self) -> [Role; 3] {
        [Role::Member, Role::Admin, Role::Owner]
    }
}

/// A team member.
#[derive(Debug, Clone)]
pub struct MemberLine {
    /// The member.
    pub id: MemberId,
    /// Their name.
    pub name: DisplayName,
    /// Their address.
    pub email: EmailAddress,
    /// What they may do.
    pub role: Role,
    /// Whether it is who looks at the page.
    pub me: bool,
}

/// `GET /staff/team/new`; posts `name`, `email`, `role`, `password` to [`paths::team`].
#[derive(Debug, Clone, Template)]
#[template(path = "staff/new_member.html")]
pub struct NewMember {
    /// The frame.
    pub frame: StaffFrame,
    /// The name.
    pub name: Field,
    /// The address.
    pub email: Field,
    /// What they may do.
    pub role: Role,
    /// The password's error; its value is never sent back.
    pub password: Field,
}

impl NewMember {
    fn roles(&self) -> [Role; 3] {
        [Role::Member, Role::Admin, Role::Owner]
    }
}

/// `GET`/`POST` of [`paths::remove_member`]; posts no field.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/remove_member.html")]
pub struct RemoveMember {
    /// The frame.
    pub frame: StaffFrame,
    /// Who.
    pub member: MemberId,
    /// Their name.
    pub name: DisplayName,
}
