//! Who there is: the firm, its team, its clients, their contacts, and who looks after whom.

mod branding;
mod by_link;
mod contacts;
mod data_keys;
mod details;
mod erasure;
mod events;
mod import;
mod mailing;
mod policies;
mod portal_status;
mod quotas;
mod records;
mod rules;
mod templates;

pub use branding::{Logo, LogoPicture, set_logo};
pub use by_link::{MOST_ON_AGAIN, turn_off_by_link, turn_on_by_link};
pub use contacts::{
    ContactChange, NewContact, add_contact, change_contact, may_enter, note_sign_in, remove_contact, set_portal_access,
};
pub use data_keys::{DataKey, add_data_key, next_data_key, rewrap_data_key};
pub use details::{ContactDetails, EmailKind, PhoneKind, TooManyDetails};
pub use erasure::erase_contact;
pub use events::Event;
pub use import::{ImportRow, ImportedClient, ImportedContact, ImportedDetails, RowOutcome, RowRefusal};
pub(crate) use import::{MAX_ROWS, client_row, contact_row, doubled};
pub use mailing::{
    Addressee, Bounce, DigestTimes, Frequency, Mailing, MailingChange, Topic, change_mailing, clear_bounce,
    mark_bounced,
};
pub use policies::{Policies, PoliciesChange, Withdrawal};
pub use portal_status::PortalStatus;
pub use quotas::{Quota, Quotas};
pub use records::{
    Assignment, Client, Contact, Directory, Firm, FirmSettings, Key, Member, PortalAccess, Record, Role,
};
pub(crate) use rules::may_touch_owner;
pub use rules::{
    DirectoryRefusal, FirmChange, NewClient, NewFirm, NewMember, add_client, add_firm, add_member, assign, assign_anew,
    change_firm, change_member_role, note_export, remove_member, rename_client, unassign,
};
pub use templates::{
    FolderTemplate, FolderTree, FolderTreeError, MOST_FOLDER_TEMPLATES, TemplateFolder, TemplateSharing,
    add_folder_template, change_folder_template, choose_default_template, note_template, remove_folder_template,
};
