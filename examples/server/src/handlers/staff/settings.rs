//! The firm's settings.

use portal_core::directory::{DigestTimes, FirmChange, Frequency, MailingChange, PoliciesChange, Topic};
use portal_core::values::{Color, DisplayName, EmailAddress, HourOfDay, Language, MailFooter, TimeZone, Weekday};

use super::clients::name_error;
use crate::views::staff::FirmSettingsPage;
use crate::views::{Field, Flash, MailChoice, paths};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, go_saying, page, refused};
use crate::web::posted::Posted;
use crate::web::problem::Problem;

const MEGABYTE: u64 = 1_000_000;

/// `GET /staff/settings`.
pub(crate) async fn show(staff: AsStaff) -> Answer {
    page(&as_it_is(&staff).await?)
}

/// The same, with what is wrong with a logo that was sent.
pub(super) async fn without_logo(staff: &AsStaff, error: String) -> Answer {
    refused(&FirmSettingsPage { logo_error: Some(error), ..as_it_is(staff).await? })
}

async fn as_it_is(staff: &AsStaff) -> Result<FirmSettingsPage, Problem> {
    let settings = &staff.firm.settings;
    Ok(FirmSettingsPage {
        frame: staff.frame(),
        logo_error: None,
        logo_kept: settings.logo.as_ref().is_some_and(|logo| !logo.shown),
        name: Field::of(&staff.firm.name),
        color: Field::of(settings.color),
        mail_footer: settings.mail_footer.as_ref().map(|footer| Field::of(footer.as_str())).unwrap_or_default(),
        reply_to: settings.reply_to.as_ref().map(Field::of).unwrap_or_default(),
        time_zone: Field::of(&settings.time_zone),
        digest_hour: Field::of(settings.digests.hour.as_u8()),
        sender_name: settings.sender_name.as_ref().map(Field::of).unwrap_or_default(),
        language: settings.language.clone(),
        mail_languages: staff.staff.settings().mail_languages(),
        digest_day: settings.digests.day,
        own_mail: own_mail(staff).await?,
        client_uploads: settings.client_uploads_for_new_clients,
        contacts_hear: settings.contacts_hear_of_uploads,
        file_names: settings.file_names_in_mail,
        members_restricted: settings.policies.members_restricted,
        max_upload_megabytes: Field::of((settings.max_upload_bytes / MEGABYTE).max(1)),
    })
}

/// The settings form.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fields {
    name: String,
    color: String,
    #[serde(default)]
    reply_to: String,
    #[serde(default)]
    sender_name: String,
    mail_footer: Option<String>,
    language: Option<Language>,
    time_zone: String,
    digest_hour: String,
    digest_day: Option<Weekday>,
    client_uploads: Option<String>,
    contacts_hear: Option<String>,
    file_names: Option<String>,
    members_restricted: Option<String>,
    max_upload_megabytes: String,
}

/// `POST /staff/settings`.
pub(crate) async fn change(posted: Posted<AsStaff, Fields>) -> Answer {
    let Posted { actor: staff, fields, .. } = posted;
    if !staff.me.role.administers() {
        return Err(Problem::Denied);
    }
    let name = DisplayName::new(&fields.name);
    let color = fields.color.parse::<Color>();
    let reply_to = match fields.reply_to.trim() {
        "" => Ok(None),
        typed => EmailAddress::new(typed).map(Some),
    };
    let sender_name = match fields.sender_name.trim() {
        "" => Ok(None),
        typed => DisplayName::new(typed).map(Some),
    };
    let mail_footer = match fields.mail_footer.as_deref().map(str::trim) {
        None => Ok(None),
        Some("") => Ok(Some(None)),
        Some(typed) => MailFooter::new(typed).map(|footer| Some(Some(footer))),
    };
    let before = &staff.firm.settings;
    let language = fields.language.unwrap_or_else(|| before.language.clone());
    let day = fields.digest_day.unwrap_or(before.digests.day);
    let time_zone = TimeZone::new(fields.time_zone.trim());
    let hour = fields.digest_hour.trim().parse().ok().and_then(HourOfDay::new);
    let megabytes = fields.max_upload_megabytes.trim().parse::<u64>().ok();
    let bytes = megabytes.and_then(|megabytes| megabytes.checked_mul(MEGABYTE)).filter(|bytes| *bytes > 0);
    let texts = (&name, &color, &reply_to, &sender_name, &mail_footer, &time_zone);
    let (
        (Ok(name), Ok(color), Ok(reply_to), Ok(sender_name), Ok(mail_footer), Ok(time_zone)),
        Some(hour),
        Some(max_upload_bytes),
    ) = (texts, hour, bytes)
    else {
        let field = |value: &str, error: Option<&str>| match error {
            Some(error) => Field::refused(value, error),
            None => Field::of(value),
        };
        return refused(&FirmSettingsPage {
            name: field(&fields.name, name.err().map(name_error)),
            color: field(&fields.color, color.err().map(|_| "Choose a colour, such as #1f5f5b.")),
            reply_to: field(&fields.reply_to, reply_to.err().map(|_| "Type the whole address, or leave it empty.")),
            time_zone: field(
                &fields.time_zone,
                time_zone.err().map(|_| "Type the name of a time zone, such as Europe/Berlin."),
            ),
            digest_hour: field(&fields.digest_hour, hour.is_none().then_some("Type an hour from 0 to 23.")),
            sender_name: field(&fields.sender_name, sender_name.err().map(name_error)),
            mail_footer: field(
                fields.mail_footer.as_deref().unwrap_or_default(),
                mail_footer.err().map(|_| "Type at most 8 lines and 600 characters of plain text."),
            ),
            language,
            digest_day: day,
            client_uploads: fields.client_uploads.is_some(),
            contacts_hear: fields.contacts_hear.is_some(),
            file_names: fields.file_names.is_some(),
            members_restricted: fields.members_restricted.is_some(),
            max_upload_megabytes: field(
                &fields.max_upload_megabytes,
                bytes.is_none().then_some("Type a whole number of megabytes, at least 1."),
            ),
            ..as_it_is(&staff).await?
        });
    };
    let change = FirmChange {
        name: Some(name.clone()),
        color: Some(*color),
        reply_to: Some(reply_to.clone()),
        time_zone: Some(time_zone.clone()),
        sender_name: Some(sender_name.clone()),
        mail_footer: mail_footer.clone(),
        language: Some(language),
        digests: Some(DigestTimes { hour, day }),
        client_uploads_for_new_clients: Some(fields.client_uploads.is_some()),
        contacts_hear_of_uploads: Some(fields.contacts_hear.is_some()),
        file_names_in_mail: Some(fields.file_names.is_some()),
        max_upload_bytes: Some(max_upload_bytes),
        policies: PoliciesChange {
            members_restricted: Some(fields.members_restricted.is_some()),
            ..PoliciesChange::default()
        },
        ..FirmChange::default()
    };
    staff.staff.settings().change(change).await?;
    go_saying(paths::settings(), Flash::done("The settings were saved."))
}

async fn own_mail(staff: &AsStaff) -> Result<Vec<MailChoice>, Problem> {
    Ok(MailChoice::all(&staff.staff.notifications().read().await?))
}

/// How often a member is mailed, by the names that the library gives it.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Notifications {
    client_uploaded: Frequency,
}

/// `POST /staff/notifications`.
pub(crate) async fn notifications(posted: Posted<AsStaff, Notifications>) -> Answer {
    let Posted { actor: staff, fields, command, .. } = posted;
    let change = MailingChange::topic(Topic::ClientUploaded, fields.client_uploaded);
    staff.staff.notifications().choose(change).command(command).await?;
    go_saying(paths::settings(), Flash::done("Your choice was saved."))
}
