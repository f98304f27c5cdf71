//! A team member: everything staff can do, grouped by area.

mod activity;
mod archive;
mod assignments;
mod branding;
mod clients;
mod contacts;
mod deliveries;
mod erasing;
mod files;
mod folder_zip;
mod folders;
mod holds;
mod import;
mod listing;
mod moves;
mod named;
mod notifications;
mod opening;
mod planting;
mod resumable;
mod settings;
mod sharing;
mod team;
mod templates;
mod test_mail;
mod trash;
mod uploads;
mod versions;
mod view_as;

use std::sync::Arc;

pub use activity::ActivityRow;
pub use assignments::StaffAssignments;
pub use clients::StaffClients;
pub use contacts::{ContactRow, StaffContacts};
pub use deliveries::{MailSubject, StaffDeliveries};
pub use files::{DocumentDetails, StaffFiles};
pub use listing::{Entry, EntryKind, FolderView, Inherited, Listing, SharedWith};
pub use moves::{Move, MovePreview, Moved};
pub use notifications::StaffNotifications;
pub(crate) use resumable::finish_waiting;
pub use resumable::{BeginStaffUpload, FinishStaffUpload, StaffUploads};
pub use settings::{MailPreview, StaffSettings};
pub use sharing::{NodeSharing, Share, ShareOutcome};
pub use team::StaffTeam;
pub use templates::StaffFolderTemplates;
pub use trash::Renamed;
pub use uploads::StaffUpload;
pub use versions::StaffVersion;
pub use view_as::ViewAs;

use super::call::Call;
use super::caller::{Caller as _, StaffAuthority, StaffCaller};
use super::restriction::About;
use super::run::Operate;
use super::{Engine, Error, Operation};
use crate::change::Versioned;
use crate::directory::{Client, Firm, Member};
use crate::ports::store::{ActivityQuery, ContactRead};
use crate::values::{ClientId, ClientRef, ContactId, FirmId, MemberRef, Page, PageRequest};

/// A team member, as whom the host acts. Every call reads anew whether they still are one, their role, and, where their firm
/// restricts members to the clients that they are assigned to, whether they still are.
#[derive(Debug, Clone)]
pub struct Staff {
    pub(super) engine: Arc<Engine>,
    pub(super) caller: StaffCaller,
}

impl Staff {
    pub(super) async fn enter(engine: Arc<Engine>, firm: FirmId, member: &MemberRef) -> Result<Self, Error> {
        let found = engine.store.member(firm, member).await?;
        let member = found.filter(|member| member.removed_at.is_none()).ok_or(Error::NotFound)?;
        Ok(Self { engine, caller: StaffCaller { firm, member: member.id, about: About::Firm } })
    }

    /// The firm.
    ///
    /// # Errors
    /// [`ErrorKind::Denied`](super::ErrorKind::Denied) when the member left the team; so for every call below.
    pub async fn firm(&self) -> Result<Firm, Error> {
        self.authorize(Operation::ReadFirm).await?;
        Ok(firm(&self.engine, self.caller.firm).await?.value)
    }

    /// The member's own record.
    ///
    /// # Errors
    /// As for [`Self::firm`].
    pub async fn me(&self) -> Result<Member, Error> {
        Ok(self.authorize(Operation::ReadFirm).await?.member.value)
    }

    /// The firm's name and settings.
    pub fn settings(&self) -> StaffSettings {
        StaffSettings::new(self.clone())
    }

    /// The firm's team.
    pub fn team(&self) -> StaffTeam {
        StaffTeam::new(self.clone())
    }

    /// The firm's folder templates.
    pub fn folder_templates(&self) -> StaffFolderTemplates {
        StaffFolderTemplates::new(self.clone())
    }

    /// The firm's clients.
    pub fn clients(&self) -> StaffClients {
        StaffClients::new(self.clone())
    }

    /// Who looks after a client.
    pub fn assignments(&self, client: ClientId) -> StaffAssignments {
        StaffAssignments::new(self.about(About::Client(client)), client)
    }

    /// The contacts of a client.
    pub fn contacts(&self, client: ClientId) -> StaffContacts {
        StaffContacts::new(self.about(About::Client(client)), client)
    }

    /// The folders and documents of a client, and who sees them.
    pub fn files(&self, client: ClientId) -> StaffFiles {
        StaffFiles::new(self.about(About::Client(client)), client)
    }

    /// The portal as one contact sees it, read only.
    pub fn view_as(&self, contact: ContactId) -> ViewAs {
        ViewAs::new(self.about(About::Contact(contact)), contact)
    }

    /// What happened at a client, the latest first.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](super::ErrorKind::NotFound) when there is no such client.
    pub async fn activity(&self, client: ClientId, page: &PageRequest) -> Result<Page<ActivityRow>, Error> {
        activity::read(&self.about(About::Client(client)), client, page).await
    }

    /// What happened at the firm and at none of its clients, the latest first: its settings, its team, its keys.
    ///
    /// # Errors
    /// As for [`Self::firm`].
    pub async fn firm_activity(&self, page: &PageRequest) -> Result<Page<ActivityRow>, Error> {
        activity::read_of_firm(self, page).await
    }

    /// What is looked for in what happened at a client, the latest first.
    ///
    /// # Errors
    /// As for [`Self::activity`].
    pub async fn find_activity(
        &self,
        client: ClientId,
        query: &ActivityQuery,
        page: &PageRequest,
    ) -> Result<Page<ActivityRow>, Error> {
        activity::find(&self.about(About::Client(client)), Some(client), query, page).await
    }

    /// What is looked for in what happened at the firm and at none of its clients, the latest first.
    ///
    /// # Errors
    /// As for [`Self::firm`].
    pub async fn find_firm_activity(
        &self,
        query: &ActivityQuery,
        page: &PageRequest,
    ) -> Result<Page<ActivityRow>, Error> {
        activity::find(self, None, query, page).await
    }

    /// The delivery ledger: every mail, and what became of it.
    pub fn deliveries(&self) -> StaffDeliveries {
        StaffDeliveries::new(self.clone())
    }

    /// How often the member themselves is mailed.
    pub fn notifications(&self) -> StaffNotifications {
        StaffNotifications::new(self.clone())
    }

    /// The same member, asking about this and nothing else.
    pub(super) fn about(&self, about: About) -> Self {
        Self { engine: self.engine.clone(), caller: StaffCaller { about, ..self.caller } }
    }

    pub(super) async fn authorize(&self, operation: Operation) -> Result<StaffAuthority, Error> {
        self.caller.authorize(&self.engine, operation).await
    }

    pub(super) fn call<O: Operate<By = StaffCaller>>(&self, operation: O) -> Call<O::Output> {
        Call::plain(self.engine.clone(), self.caller, operation)
    }
}

/// The firm, which is there as long as its members are.
pub(super) async fn firm(engine: &Engine, firm: FirmId) -> Result<Versioned<Firm>, Error> {
    engine.store.firm(firm).await?.ok_or(Error::NotFound)
}

/// A client of the firm.
pub(super) async fn client(engine: &Engine, firm: FirmId, client: ClientId) -> Result<Versioned<Client>, Error> {
    engine.store.client(firm, &ClientRef::Id(client)).await?.ok_or(Error::NotFound)
}

/// A contact of that very client.
pub(super) async fn contact_of(
    engine: &Engine,
    firm: FirmId,
    client: ClientId,
    contact: ContactId,
) -> Result<ContactRead, Error> {
    let found = engine.store.contact(firm, &contact.into()).await?;
    found.filter(|read| read.contact.client == client).ok_or(Error::NotFound)
}

/// A member who is still on the team.
pub(super) async fn member(engine: &Engine, firm: FirmId, member: &MemberRef) -> Result<Versioned<Member>, Error> {
    let found = engine.store.member(firm, member).await?;
    found.filter(|member| member.removed_at.is_none()).ok_or(Error::NotFound)
}
