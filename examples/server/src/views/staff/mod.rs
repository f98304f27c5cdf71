//! The pages of the firm's team.

mod client;
mod contact;
mod deliveries;
mod dialogs;
mod document;
mod files;
mod firm;
mod holds;
mod import;
mod moving;
mod policies;
mod share;
mod sign_in;
mod templates;
mod view_as;

pub use client::{
    ActivityFilter, ActivityLine, ActivityPage, ClientHead, ClientLine, Clients, ContactLine, FirmActivityPage, Phrase,
    Tab,
};
pub use contact::{ContactForm, ContactPage, DetailField, EraseContact, RemoveContact};
pub use deliveries::{Deliveries, DeliveryLine};
pub use dialogs::{AddVersion, AssignTeam, ExportClient, NewClient, NewFolder, PurgeNode, Rename, TeamChoice};
pub use document::{DocumentPage, VersionLine};
pub use files::{
    ArchiveLine, ArchivePage, BulkLine, FileLine, FileWhat, FilesPage, InTrash, SharedWith, TrashLine, TrashPage,
};
pub use firm::{FirmSettingsPage, MailLooks, MemberLine, NewMember, RemoveMember, TeamPage};
pub use holds::{Held, HoldDialog, HoldLine};
pub use import::{ImportCounts, ImportDone, ImportForm, ImportLine, ImportLook, ImportMark, ImportShow};
pub use moving::{ChangeLine, FolderChoice, MoveDialog, MoveLines};
pub use policies::{PoliciesPage, QuotaFields, WithdrawalChoice};
pub use share::{
    ContactChoice, ExplainDialog, GrantLine, ShareDialog, ShareForm, ShareSeveral, access_value, audience_value,
};
pub use sign_in::{DemoAccount, StaffSignIn};
pub use templates::{ApplyTemplate, TemplateLine, TemplatePage, TemplatesPage};
pub use view_as::{ViewAs, ViewAsLine};
