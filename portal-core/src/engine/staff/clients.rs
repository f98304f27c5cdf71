//! The firm's clients.

use super::Staff;
use crate::change::{Context, Decision, Versioned};
use crate::directory::{self, Client, DirectoryRefusal, Firm, FolderTemplate, NewClient};
use crate::engine::caller::{StaffAuthority, StaffCaller};
use crate::engine::export::{ClientExport, export};
use crate::engine::new_client::{AddedClient, plant_client, template_for_new};
use crate::engine::restriction::About;
use crate::engine::run::{Answer, Operate};
use crate::engine::{Call, Engine, Error, Operation};
use crate::files;
use crate::ports::store::{ClientQuery, ClientRow};
use crate::record::{Key, Whole};
use crate::values::{ClientId, ClientRef, DisplayName, Page, PageRequest};

/// The firm's clients.
#[derive(Debug, Clone)]
pub struct StaffClients {
    pub(super) staff: Staff,
}

impl StaffClients {
    pub(super) fn new(staff: Staff) -> Self {
        Self { staff }
    }

    /// Clients, by name unless the query asks for another order; where the firm restricts its members, those that they are
    /// assigned to, whomever else's the query asks for.
    ///
    /// # Errors
    /// As for [`Staff::firm`].
    pub async fn list(&self, query: &ClientQuery, page: &PageRequest) -> Result<Page<ClientRow>, Error> {
        let by = self.staff.authorize(Operation::ListClients).await?;
        let query = match by.seen.is_narrowed() {
            true => &query.clone().assigned_to(by.member.id),
            false => query,
        };
        Ok(self.staff.engine.store.clients(self.staff.caller.firm, query, page).await?)
    }

    /// A client, by either id.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound).
    pub async fn find(&self, client: impl Into<ClientRef> + Send) -> Result<Client, Error> {
        self.staff.authorize(Operation::ListClients).await?;
        let found = self.staff.engine.store.client(self.staff.caller.firm, &client.into()).await?;
        let found = found.ok_or(Error::NotFound)?.value;
        self.staff.about(About::Client(found.id)).authorize(Operation::ReadClient).await?;
        Ok(found)
    }

    /// Adds a client. A Client Uploads folder, shared with all its contacts for View and Upload, comes with it, unless the
    /// firm's settings say otherwise; and so do the folders of the firm's default template, if it has one. A member whom the firm restricts to the clients that they are assigned to is assigned to it.
    ///
    /// # Errors
    /// Awaiting it: [`DirectoryRefusal::ExternalIdTaken`].
    pub fn add(&self, client: NewClient) -> Call<AddedClient> {
        self.staff.call(AddClient { client })
    }

    /// Takes out all that is kept of a client as one zip file, which is written while it is read: every document with every
    /// version, where it lies (what is archived and what lies in the trash apart); its contacts, what is shared with whom, what
    /// happened, and its audit chain, with all that it takes to verify both outside. However much that is: nothing is left out,
    /// and where it cannot be gone on with the stream breaks off with an error. Whether the member may is looked at anew at each
    /// step. That they took it out is noted before the first byte; what of it they looked at is not.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::Denied`](crate::engine::ErrorKind::Denied) for all but owners and admins;
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound). Reading it: [`Error::Busy`] when folders are moved, shared or
    /// removed all the time while it is read.
    pub fn export(&self, client: ClientId) -> Call<ClientExport> {
        let staff = self.staff.about(About::Client(client));
        export(staff.engine, staff.caller, client)
    }

    /// Renames a client.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound).
    pub fn rename(&self, client: ClientId, name: DisplayName) -> Call<()> {
        self.staff.about(About::Client(client)).call(RenameClient { client, name })
    }
}

#[derive(serde::Serialize)]
struct AddClient {
    client: NewClient,
}

/// What a new client rests on.
struct Adding {
    firm: Versioned<Firm>,
    /// Whether its external id is taken.
    taken: bool,
    /// The folder template that new clients get.
    template: Option<Versioned<FolderTemplate>>,
}

impl Operate for AddClient {
    const OPERATION: Operation = Operation::AddClient;
    type By = StaffCaller;
    type Loaded = Adding;
    type Output = AddedClient;

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Adding, Error> {
        let firm = super::firm(engine, authority.firm).await?;
        let template = template_for_new(engine, authority.firm).await?;
        let taken = match self.client.wanted_external_id() {
            Some(id) => engine.store.client(authority.firm, &ClientRef::External(id.clone())).await?.is_some(),
            None => false,
        };
        Ok(Adding { firm, taken, template })
    }

    fn decide(
        &self,
        by: &StaffAuthority,
        Adding { firm, taken, template }: &Adding,
        context: &Context,
    ) -> Result<Decision<Whole, AddedClient>, Error> {
        if *taken {
            return Err(DirectoryRefusal::ExternalIdTaken.into());
        }
        let planted =
            plant_client(&self.client, firm, template.as_ref().map(|template| &template.value), by.actor(), context)?;
        let planted = template.iter().fold(planted, |planted, template| {
            planted.expect(directory::Key::FolderTemplate(template.id).into(), template.version)
        });
        if by.seen.is_narrowed() {
            let assigned = directory::assign_anew(planted.output.id, by.member.id, context);
            return Ok(planted.and(assigned.lift()));
        }
        Ok(planted)
    }
}

impl Answer for AddedClient {
    fn made(&self) -> Vec<Key> {
        let folders = [Some(self.root), self.client_uploads];
        let folders = folders.into_iter().flatten().map(|folder| files::Key::Folder(folder).into());
        std::iter::once(directory::Key::Client(self.id).into()).chain(folders).collect()
    }

    fn remade(made: &[Key]) -> Option<Self> {
        let folder = |key: Option<&Key>| match key {
            Some(Key::Files(files::Key::Folder(folder))) => Some(*folder),
            _ => None,
        };
        match made {
            [Key::Directory(directory::Key::Client(id)), folders @ ..] => {
                Some(Self { id: *id, root: folder(folders.first())?, client_uploads: folder(folders.get(1)) })
            }
            _ => None,
        }
    }
}

#[derive(serde::Serialize)]
struct RenameClient {
    client: ClientId,
    name: DisplayName,
}

impl Operate for RenameClient {
    const OPERATION: Operation = Operation::RenameClient;
    type By = StaffCaller;
    type Loaded = Versioned<Client>;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Versioned<Client>, Error> {
        super::client(engine, authority.firm, self.client).await
    }

    fn decide(
        &self,
        _: &StaffAuthority,
        client: &Versioned<Client>,
        context: &Context,
    ) -> Result<Decision<Whole>, Error> {
        Ok(directory::rename_client(client, &self.name, context).lift())
    }
}
