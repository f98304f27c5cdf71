//! Sharing: grants, the visible toggle, and why somebody sees something.

use std::sync::Arc;

use super::files::{StaffFiles, ancestry_of};
use super::listing::{Names, SharedWith, contacts_in, shared_with};
use crate::change::{Context, Decision};
use crate::directory;
use crate::engine::call::Perform;
use crate::engine::caller::{Caller as _, StaffAuthority, StaffCaller};
use crate::engine::run::{Answer, Operate, run};
use crate::engine::worker::{WhoIsTold, who_is_told};
use crate::engine::{Call, Engine, Error, Operation};
use crate::ports::store::ContactRead;
use crate::record::{Key, Whole};
use crate::sharing::{
    self, Access, Ancestry, Audience, Explanation, ShareRequest, Shared, SharedHow, Visibility, explain, visibility,
};
use crate::values::{Actor, ClientId, ContactId, Digest, FirmId, NodeId, PageRequest, Timestamp};

/// Who sees a folder or document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeSharing {
    /// Each audience once, by its highest grant, on the node or above it.
    pub shared_with: Vec<SharedWith>,
    /// The grants on the node itself, expired ones too: what can be changed here.
    pub own: Vec<sharing::Grant>,
    /// What its visible toggle shows.
    pub visibility: Visibility,
}

/// What became of sharing, and what keeps those it was shared with from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareOutcome {
    /// The grant, and what was done.
    pub shared: Shared,
    /// The contacts of the audience who need an email address before they can enter; of an audience of very many, those
    /// found among the first 500.
    pub email_needed: Vec<ContactId>,
}

impl StaffFiles {
    /// Shares a folder or document: silently, unless [`notify`](Call::notify) is said. Shared already, the terms change.
    ///
    /// # Errors
    /// Awaiting it: [`SharingRefusal`](sharing::SharingRefusal);
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when the node or the contact is not this client's.
    pub fn share(&self, node: impl Into<NodeId>, audience: Audience, access: Access) -> Call<ShareOutcome, Share> {
        let share = Share {
            caller: self.staff.caller,
            client: self.client,
            node: node.into(),
            request: ShareRequest::new(audience, access),
        };
        Call::with(self.engine().clone(), share)
    }

    /// Takes the grant that an audience has on the node itself.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound).
    pub fn revoke(&self, node: impl Into<NodeId>, audience: Audience) -> Call<()> {
        self.staff.call(Revoke { client: self.client, node: node.into(), audience })
    }

    /// Turns the visible toggle of a folder or document: View Only to all contacts, silently, or not any more.
    ///
    /// # Errors
    /// Awaiting it: [`SharingRefusal::VisibleByAnother`](sharing::SharingRefusal::VisibleByAnother).
    pub fn set_visible(&self, node: impl Into<NodeId>, visible: bool) -> Call<()> {
        self.staff.call(SetVisible { client: self.client, node: node.into(), visible })
    }

    /// Who sees a folder or document.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound).
    pub async fn sharing(&self, node: impl Into<NodeId> + Send) -> Result<NodeSharing, Error> {
        self.staff.authorize(Operation::ReadSharing).await?;
        let engine = self.engine();
        let ancestry = ancestry_of(engine, self.firm(), self.client, node.into()).await?;
        let names = Names::of(engine, self.firm(), contacts_in(ancestry.grants().map(|(_, grant)| grant))).await?;
        let now = engine.clock.now();
        let own = ancestry.node().map(|step| step.grants.iter().map(|grant| grant.value.clone()).collect());
        Ok(NodeSharing {
            shared_with: shared_with(&ancestry, &names, now),
            own: own.unwrap_or_default(),
            visibility: visibility(&ancestry, now),
        })
    }

    /// Why a contact has access to a folder or document, or has none.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when either is not this client's.
    pub async fn explain(&self, contact: ContactId, node: impl Into<NodeId> + Send) -> Result<Explanation, Error> {
        self.staff.authorize(Operation::Explain).await?;
        let engine = self.engine();
        let ancestry = ancestry_of(engine, self.firm(), self.client, node.into()).await?;
        let read = super::contact_of(engine, self.firm(), self.client, contact).await?;
        Ok(explain(&read.contact, &read.access, &ancestry, engine.clock.now()))
    }
}

/// Sharing; see [`StaffFiles::share`].
#[derive(Debug)]
pub struct Share {
    pub(in crate::engine) caller: StaffCaller,
    pub(in crate::engine) client: ClientId,
    pub(in crate::engine) node: NodeId,
    pub(in crate::engine) request: ShareRequest,
}

impl Call<ShareOutcome, Share> {
    /// Shares until a time: at that instant it gives nothing any more.
    pub fn until(mut self, until: Option<Timestamp>) -> Self {
        self.operation.request.until = until;
        self
    }

    /// Says whether the audience is told of later uploads by staff; so it is, unless said otherwise.
    pub fn alerts(mut self, alerts: bool) -> Self {
        self.operation.request.alerts = alerts;
        self
    }

    /// Tells those newly given access, by mail.
    pub fn notify(mut self) -> Self {
        self.operation.request.notify = true;
        self
    }

    /// Who would be emailed if this were shared with [`notify`](Self::notify), and who not and why. Nothing is shared by it.
    ///
    /// # Errors
    /// As for sharing.
    pub async fn who_will_be_told(&self) -> Result<WhoIsTold, Error> {
        let (engine, Share { caller, client, node, request }) = (self.engine(), &self.operation);
        let authority = caller.authorize(engine, Operation::PreviewRecipients).await?;
        let asked = ShareNode { client: *client, node: *node, request: *request };
        let Sharing { ancestry, .. } = asked.load(engine, &authority).await?;
        let context = Context::new(engine.clock.now(), Digest::ZERO, [0; 32]);
        // What sharing would refuse, this refuses too; what it would write is not written.
        let _only_asked = sharing::share(request, &ancestry, authority.actor(), &context)?;
        who_is_told(engine, authority.firm, *client, &ancestry, request, &authority.member.email).await
    }
}

impl Perform for Share {
    type Output = ShareOutcome;

    async fn perform(self, engine: Arc<Engine>, key: Option<String>) -> Result<ShareOutcome, Error> {
        let Self { caller, client, node, request } = self;
        run(&engine, &caller, key, &ShareNode { client, node, request }).await
    }
}

#[derive(serde::Serialize)]
struct ShareNode {
    client: ClientId,
    node: NodeId,
    request: ShareRequest,
}

/// Whom a share is meant for.
pub(super) struct Meant {
    /// The one contact, if it is one: the share rests on their not being removed.
    one: Option<ContactRead>,
    email_needed: Vec<ContactId>,
}

/// Looks up whom a share is meant for: a contact of that very client, who was not removed, or all of its contacts.
pub(super) async fn meant_by(
    engine: &Engine,
    firm: FirmId,
    client: ClientId,
    audience: Audience,
) -> Result<Meant, Error> {
    let needs_email = |read: &ContactRead| read.contact.email.is_none().then_some(read.contact.id);
    match audience {
        Audience::Contact(contact) => {
            let read = super::contact_of(engine, firm, client, contact).await?;
            if read.contact.removed_at.is_some() {
                return Err(Error::NotFound);
            }
            Ok(Meant { email_needed: needs_email(&read).into_iter().collect(), one: Some(read) })
        }
        Audience::AllContacts => {
            let first = engine.store.contacts(firm, client, &PageRequest::first(PageRequest::MAX_LIMIT)).await?;
            Ok(Meant { email_needed: first.items.iter().filter_map(needs_email).collect(), one: None })
        }
    }
}

/// Shares with whom it is meant for.
pub(super) fn share_with(
    request: &ShareRequest,
    meant: &Meant,
    ancestry: &Ancestry,
    by: Actor,
    context: &Context,
) -> Result<Decision<Whole, Shared>, Error> {
    let shared = sharing::share(request, ancestry, by, context)?.lift::<Whole>();
    match &meant.one {
        Some(read) if !shared.writes.is_empty() => {
            Ok(shared.expect(directory::Key::Contact(read.contact.id).into(), read.contact.version))
        }
        _ => Ok(shared),
    }
}

struct Sharing {
    ancestry: Ancestry,
    meant: Meant,
}

impl Operate for ShareNode {
    const OPERATION: Operation = Operation::Share;
    type By = StaffCaller;
    type Loaded = Sharing;
    type Output = ShareOutcome;

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Self::Loaded, Error> {
        let ancestry = ancestry_of(engine, authority.firm, self.client, self.node).await?;
        let meant = meant_by(engine, authority.firm, self.client, self.request.audience).await?;
        Ok(Sharing { ancestry, meant })
    }

    fn decide(
        &self,
        by: &StaffAuthority,
        Sharing { ancestry, meant }: &Sharing,
        context: &Context,
    ) -> Result<Decision<Whole, ShareOutcome>, Error> {
        let shared = share_with(&self.request, meant, ancestry, by.actor(), context)?;
        Ok(shared.map(|shared| ShareOutcome { shared, email_needed: meant.email_needed.clone() }))
    }

    async fn replay(&self, engine: &Engine, authority: &StaffAuthority, made: &[Key]) -> Result<ShareOutcome, Error> {
        let (grant, how) = match made {
            [Key::Sharing(sharing::Key::Grant(grant))] => (*grant, SharedHow::Given),
            [Key::Sharing(sharing::Key::Grant(grant)), _] => (*grant, SharedHow::Changed),
            [Key::Sharing(sharing::Key::Grant(grant)), ..] => (*grant, SharedHow::Already),
            _ => return Err(Error::corrupt("the outcome of sharing")),
        };
        let Meant { email_needed, .. } = meant_by(engine, authority.firm, self.client, self.request.audience).await?;
        Ok(ShareOutcome { shared: Shared { grant, how }, email_needed })
    }
}

impl Answer for ShareOutcome {
    fn made(&self) -> Vec<Key> {
        // What was done to the grant is told by how often its key stands.
        let times = match self.shared.how {
            SharedHow::Given => 1,
            SharedHow::Changed => 2,
            SharedHow::Already => 3,
        };
        vec![Key::Sharing(sharing::Key::Grant(self.shared.grant)); times]
    }

    fn remade(_made: &[Key]) -> Option<Self> {
        None
    }
}

#[derive(serde::Serialize)]
struct Revoke {
    client: ClientId,
    node: NodeId,
    audience: Audience,
}

impl Operate for Revoke {
    const OPERATION: Operation = Operation::Revoke;
    type By = StaffCaller;
    type Loaded = Ancestry;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Ancestry, Error> {
        ancestry_of(engine, authority.firm, self.client, self.node).await
    }

    fn decide(&self, _: &StaffAuthority, ancestry: &Ancestry, context: &Context) -> Result<Decision<Whole>, Error> {
        Ok(sharing::revoke(self.audience, ancestry, context).lift())
    }
}

#[derive(serde::Serialize)]
struct SetVisible {
    client: ClientId,
    node: NodeId,
    visible: bool,
}

impl Operate for SetVisible {
    const OPERATION: Operation = Operation::SetVisible;
    type By = StaffCaller;
    type Loaded = Ancestry;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Ancestry, Error> {
        ancestry_of(engine, authority.firm, self.client, self.node).await
    }

    fn decide(&self, by: &StaffAuthority, ancestry: &Ancestry, context: &Context) -> Result<Decision<Whole>, Error> {
        Ok(sharing::set_visible(self.visible, ancestry, by.actor(), context)?.lift())
    }
}
