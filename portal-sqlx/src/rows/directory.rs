//! The directory's rows.

use portal_core::change::Versioned;
use portal_core::directory::{
    Assignment, Client, Contact, DataKey, DigestTimes, Firm, FirmSettings, Member, Policies, PortalAccess, Quota,
    Quotas, Withdrawal,
};
use portal_core::ports::store::{ContactRead, StoreError};
use portal_core::values::{Color, DisplayName, EmailAddress, ExternalId, HourOfDay, RingKeyId, TimeZone};

use super::branding::{branding, read_branding};
use super::codes::{read_role, read_weekday, role, weekday};
use super::contact_details::{other_emails, phones, read_details};
use super::mailing::read_language;
use super::{Stored, Table};
use crate::sql::{Fields, Value, unreadable};

/// Reads a contact and their portal access, joined in this order.
pub(crate) fn contact_read(fields: &mut Fields<'_>) -> Result<ContactRead, StoreError> {
    Ok(ContactRead { contact: Contact::read(fields)?, access: PortalAccess::read(fields)? })
}

pub(super) fn read_email(fields: &mut Fields<'_>) -> Result<EmailAddress, StoreError> {
    EmailAddress::new(fields.text()?).map_err(|_| unreadable("an email address that is none"))
}

pub(super) fn read_maybe_email(fields: &mut Fields<'_>) -> Result<Option<EmailAddress>, StoreError> {
    let email = fields.maybe_text()?.map(EmailAddress::new).transpose();
    email.map_err(|_| unreadable("an email address that is none"))
}

pub(super) fn read_name(fields: &mut Fields<'_>) -> Result<DisplayName, StoreError> {
    DisplayName::new(fields.text()?).map_err(|_| unreadable("a name that is none"))
}

fn external(id: Option<&ExternalId>) -> Value {
    Value::maybe_text(id.map(ExternalId::as_str))
}

fn read_external(fields: &mut Fields<'_>) -> Result<Option<ExternalId>, StoreError> {
    let id = fields.maybe_text()?.map(ExternalId::new).transpose();
    id.map_err(|_| unreadable("an external id that is none"))
}

impl Stored for Firm {
    const TABLE: &'static Table = &Table {
        name: "portal.firms",
        key: &["firm_id"],
        columns: &[
            "external_id",
            "name",
            "color",
            "reply_to",
            "client_uploads_for_new_clients",
            "contacts_hear_of_uploads",
            "file_names_in_mail",
            "max_upload_bytes",
            "contacts_make_folders",
            "withdrawal",
            "withdrawal_minutes",
            "retention_days",
            "members_restricted",
            "created_at",
            "sender_name",
            "language",
            "time_zone",
            "digest_hour",
            "digest_day",
            "quota_contact_files",
            "quota_contact_bytes",
            "quota_firm_files",
            "quota_firm_bytes",
            "logo_key",
            "logo_kind",
            "logo_bytes",
            "logo_width",
            "logo_height",
            "logo_shown",
            "mail_footer",
        ],
        unique: &["external_id"],
    };

    fn columns(&self) -> Vec<Value> {
        let [red, green, blue] = self.settings.color.rgb();
        let branding = branding(&self.settings);
        let columns = vec![
            external(self.external_id.as_ref()),
            Value::text(self.name.as_str()),
            Value::Int(u32::from_be_bytes([0, red, green, blue]).into()),
            Value::maybe_text(self.settings.reply_to.as_ref().map(EmailAddress::as_str)),
            Value::flag(self.settings.client_uploads_for_new_clients),
            Value::flag(self.settings.contacts_hear_of_uploads),
            Value::flag(self.settings.file_names_in_mail),
            Value::unsigned(self.settings.max_upload_bytes),
            Value::flag(self.settings.policies.contacts_make_folders),
            Value::Int(withdrawal(self.settings.policies.withdrawal)),
            Value::Int(withdrawal_minutes(self.settings.policies.withdrawal).into()),
            Value::Int(self.settings.policies.retention_days.into()),
            Value::flag(self.settings.policies.members_restricted),
            Value::time(self.created_at),
            Value::maybe_text(self.settings.sender_name.as_ref().map(DisplayName::as_str)),
            Value::text(self.settings.language.as_str()),
            Value::text(self.settings.time_zone.as_str()),
            Value::Int(self.settings.digests.hour.as_u8().into()),
            Value::Int(weekday(self.settings.digests.day)),
            maybe_unsigned(self.settings.quotas.contact.files),
            maybe_unsigned(self.settings.quotas.contact.bytes),
            maybe_unsigned(self.settings.quotas.firm.files),
            maybe_unsigned(self.settings.quotas.firm.bytes),
        ];
        columns.into_iter().chain(branding).collect()
    }

    fn read(fields: &mut Fields<'_>) -> Result<Versioned<Self>, StoreError> {
        let (id, version) = (fields.id()?, fields.version()?);
        let (external_id, name) = (read_external(fields)?, read_name(fields)?);
        let [_, red, green, blue] = fields.count()?.to_be_bytes();
        let mut settings = FirmSettings {
            color: Color::from_rgb([red, green, blue]),
            reply_to: read_maybe_email(fields)?,
            client_uploads_for_new_clients: fields.flag()?,
            contacts_hear_of_uploads: fields.flag()?,
            file_names_in_mail: fields.flag()?,
            max_upload_bytes: fields.unsigned()?,
            policies: read_policies(fields)?,
            ..FirmSettings::default()
        };
        let created_at = fields.time()?;
        read_mail_settings(&mut settings, fields)?;
        settings.quotas = Quotas { contact: read_quota(fields)?, firm: read_quota(fields)? };
        read_branding(&mut settings, fields)?;
        Ok(Versioned::new(version, Self { id, external_id, name, settings, created_at }))
    }
}

fn maybe_unsigned(count: Option<u64>) -> Value {
    Value::maybe_int(count.map(u64::cast_signed))
}

fn read_quota(fields: &mut Fields<'_>) -> Result<Quota, StoreError> {
    let mut next = || Ok::<_, StoreError>(fields.maybe_int()?.map(i64::cast_unsigned));
    Ok(Quota { files: next()?, bytes: next()? })
}

fn read_mail_settings(settings: &mut FirmSettings, fields: &mut Fields<'_>) -> Result<(), StoreError> {
    let sender_name = fields.maybe_text()?.map(DisplayName::new).transpose();
    settings.sender_name = sender_name.map_err(|_| unreadable("a sender's name that is none"))?;
    settings.language = read_language(fields.text()?)?;
    settings.time_zone = TimeZone::new(fields.text()?).map_err(|_| unreadable("a time zone that is none"))?;
    let hour = u8::try_from(fields.count()?).ok().and_then(HourOfDay::new);
    let hour = hour.ok_or_else(|| unreadable("an hour that no day has"))?;
    settings.digests = DigestTimes { hour, day: read_weekday(fields)? };
    Ok(())
}

fn read_policies(fields: &mut Fields<'_>) -> Result<Policies, StoreError> {
    Ok(Policies {
        contacts_make_folders: fields.flag()?,
        withdrawal: read_withdrawal(fields)?,
        retention_days: fields.count()?,
        members_restricted: fields.flag()?,
    })
}

const NEVER: i64 = 0;
const GRACE: i64 = 1;
const ALWAYS: i64 = 2;

const fn withdrawal(policy: Withdrawal) -> i64 {
    match policy {
        Withdrawal::Never => NEVER,
        Withdrawal::Grace { .. } => GRACE,
        Withdrawal::Always => ALWAYS,
    }
}

const fn withdrawal_minutes(policy: Withdrawal) -> u32 {
    match policy {
        Withdrawal::Grace { minutes } => minutes,
        Withdrawal::Never | Withdrawal::Always => 0,
    }
}

fn read_withdrawal(fields: &mut Fields<'_>) -> Result<Withdrawal, StoreError> {
    match (fields.int()?, fields.count()?) {
        (NEVER, _) => Ok(Withdrawal::Never),
        (GRACE, minutes) => Ok(Withdrawal::Grace { minutes }),
        (ALWAYS, _) => Ok(Withdrawal::Always),
        (other, _) => Err(unreadable(format_args!("{other} is no policy of withdrawal"))),
    }
}

impl Stored for Member {
    const TABLE: &'static Table = &Table {
        name: "portal.members",
        key: &["firm_id", "member_id"],
        columns: &["external_id", "name", "email", "role", "created_at", "removed_at"],
        unique: &["firm_id", "external_id"],
    };

    fn columns(&self) -> Vec<Value> {
        vec![
            external(self.external_id.as_ref()),
            Value::text(self.name.as_str()),
            Value::text(self.email.as_str()),
            Value::Int(role(self.role)),
            Value::time(self.created_at),
            Value::maybe_time(self.removed_at),
        ]
    }

    fn read(fields: &mut Fields<'_>) -> Result<Versioned<Self>, StoreError> {
        fields.skip(1)?;
        let (id, version) = (fields.id()?, fields.version()?);
        let member = Self {
            id,
            external_id: read_external(fields)?,
            name: read_name(fields)?,
            email: read_email(fields)?,
            role: read_role(fields)?,
            created_at: fields.time()?,
            removed_at: fields.maybe_time()?,
        };
        Ok(Versioned::new(version, member))
    }
}

impl Stored for Client {
    const TABLE: &'static Table = &Table {
        name: "portal.clients",
        key: &["firm_id", "client_id"],
        columns: &["external_id", "name", "folded", "root_id", "created_at"],
        unique: &["firm_id", "external_id"],
    };

    fn columns(&self) -> Vec<Value> {
        vec![
            external(self.external_id.as_ref()),
            Value::text(self.name.as_str()),
            Value::text(self.name.folded()),
            Value::id(self.root),
            Value::time(self.created_at),
        ]
    }

    fn read(fields: &mut Fields<'_>) -> Result<Versioned<Self>, StoreError> {
        fields.skip(1)?;
        let (id, version) = (fields.id()?, fields.version()?);
        let (external_id, name) = (read_external(fields)?, read_name(fields)?);
        fields.skip(1)?;
        let client = Self { id, external_id, name, root: fields.id()?, created_at: fields.time()? };
        Ok(Versioned::new(version, client))
    }
}

impl Stored for Contact {
    const TABLE: &'static Table = &Table {
        name: "portal.contacts",
        key: &["firm_id", "contact_id"],
        columns: &[
            "client_id",
            "external_id",
            "name",
            "email",
            "canonical",
            "created_at",
            "removed_at",
            "other_emails",
            "phones",
        ],
        unique: &["firm_id", "external_id"],
    };

    fn columns(&self) -> Vec<Value> {
        vec![
            Value::id(self.client),
            external(self.external_id.as_ref()),
            Value::text(self.name.as_str()),
            Value::maybe_text(self.email.as_ref().map(EmailAddress::as_str)),
            Value::maybe_text(self.email.as_ref().map(EmailAddress::canonical)),
            Value::time(self.created_at),
            Value::maybe_time(self.removed_at),
            Value::text(other_emails(&self.details)),
            Value::text(phones(&self.details)),
        ]
    }

    fn read(fields: &mut Fields<'_>) -> Result<Versioned<Self>, StoreError> {
        fields.skip(1)?;
        let (id, version, client) = (fields.id()?, fields.version()?, fields.id()?);
        let (external_id, name, email) = (read_external(fields)?, read_name(fields)?, read_maybe_email(fields)?);
        fields.skip(1)?;
        let (created_at, removed_at) = (fields.time()?, fields.maybe_time()?);
        let details = read_details(fields.text()?, fields.text()?)?;
        Ok(Versioned::new(version, Self { id, client, external_id, name, email, details, created_at, removed_at }))
    }
}

impl Stored for PortalAccess {
    const TABLE: &'static Table = &Table {
        name: "portal.portal_access",
        key: &["firm_id", "contact_id"],
        columns: &["allowed", "last_signed_in_at"],
        unique: &[],
    };

    fn columns(&self) -> Vec<Value> {
        vec![Value::flag(self.allowed), Value::maybe_time(self.last_signed_in_at)]
    }

    fn read(fields: &mut Fields<'_>) -> Result<Versioned<Self>, StoreError> {
        fields.skip(1)?;
        let (contact, version) = (fields.id()?, fields.version()?);
        let access = Self { contact, allowed: fields.flag()?, last_signed_in_at: fields.maybe_time()? };
        Ok(Versioned::new(version, access))
    }
}

impl Stored for Assignment {
    const TABLE: &'static Table = &Table {
        name: "portal.assignments",
        key: &["firm_id", "client_id", "member_id"],
        columns: &["created_at"],
        unique: &[],
    };

    fn columns(&self) -> Vec<Value> {
        vec![Value::time(self.created_at)]
    }

    fn read(fields: &mut Fields<'_>) -> Result<Versioned<Self>, StoreError> {
        fields.skip(1)?;
        let (client, member, version) = (fields.id()?, fields.id()?, fields.version()?);
        Ok(Versioned::new(version, Self { client, member, created_at: fields.time()? }))
    }
}

impl Stored for DataKey {
    const TABLE: &'static Table = &Table {
        name: "portal.data_keys",
        key: &["firm_id", "number"],
        columns: &["wrapped", "wrapped_by", "created_at"],
        unique: &[],
    };

    fn columns(&self) -> Vec<Value> {
        vec![Value::Bytes(self.wrapped.clone()), Value::text(self.wrapped_by.as_str()), Value::time(self.created_at)]
    }

    fn read(fields: &mut Fields<'_>) -> Result<Versioned<Self>, StoreError> {
        fields.skip(1)?;
        let (number, version, wrapped) = (fields.count()?, fields.version()?, fields.all_bytes()?);
        let wrapped_by = RingKeyId::new(fields.text()?).map_err(|_| unreadable("a ring's key id that is none"))?;
        Ok(Versioned::new(version, Self { number, wrapped, wrapped_by, created_at: fields.time()? }))
    }
}
