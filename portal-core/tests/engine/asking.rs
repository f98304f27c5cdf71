//! Everybody there is, what they hold, and every operation asked for about some things.

use std::fmt::Debug;
use std::future::IntoFuture;

use portal_core::directory::{ContactChange, FirmChange, NewClient, NewContact, NewFirm, NewMember, Role};
use portal_core::identity::SessionToken;
use portal_core::ports::store::{ClientQuery, DeliveryQuery};
use portal_core::sharing::{Access, Audience};
use portal_core::testing::{Person, World};
use portal_core::values::{ClientId, ContactId, DocumentId, FirmId, FolderId, MemberId, MessageId, SessionId};
use portal_core::{ByteRange, ContactHandle, Error, ErrorKind, Operation, Portal, Right, SignedIn, Staff, Visitor};

use crate::words::{called, email, page, person};

/// Who asks, in the order of the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Host,
    Owner,
    Admin,
    Assigned,
    Unassigned,
    /// A contact of the client to whom the folder is shared as View Only.
    Viewer,
    /// One to whom it is shared for View and Upload.
    Uploader,
    /// One to whom nothing of it is shared.
    Bystander,
    /// A contact of another client of the firm.
    Sibling,
    OtherFirmsOwner,
    OtherFirmsContact,
    Visitor,
}

pub(crate) const EVERYBODY: [Who; 12] = [
    Who::Host,
    Who::Owner,
    Who::Admin,
    Who::Assigned,
    Who::Unassigned,
    Who::Viewer,
    Who::Uploader,
    Who::Bystander,
    Who::Sibling,
    Who::OtherFirmsOwner,
    Who::OtherFirmsContact,
    Who::Visitor,
];

/// What is asked about: things of one client.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Things {
    pub(crate) firm: FirmId,
    client: ClientId,
    folder: FolderId,
    document: DocumentId,
    trashed: FolderId,
    contact: ContactId,
    member: MemberId,
    message: MessageId,
    session: SessionId,
}

impl Things {
    /// The same things, said to be of the firm and client of others.
    pub(crate) fn at(self, others: &Self) -> Self {
        Self { firm: others.firm, client: others.client, ..self }
    }
}

/// Things that are nowhere.
pub(crate) const NOWHERE: Things = Things {
    firm: FirmId::from_bits(41),
    client: ClientId::from_bits(42),
    folder: FolderId::from_bits(43),
    document: DocumentId::from_bits(44),
    trashed: FolderId::from_bits(45),
    contact: ContactId::from_bits(46),
    member: MemberId::from_bits(47),
    message: MessageId::from_bits(48),
    session: SessionId::from_bits(49),
};

pub(crate) struct Scene {
    pub(crate) world: World,
    bystander: Person,
    /// Of Acme: the folder is shared with Ana to view and with Ben to upload.
    pub(crate) acme: Things,
    /// Of Bolt, another client of the firm.
    pub(crate) bolt: Things,
    /// Of Delta, a client of the other firm.
    pub(crate) delta: Things,
    viewers_session: SessionToken,
}

impl Scene {
    pub(crate) async fn set() -> Self {
        let world = World::new().await.unwrap();
        let contact = NewContact::new(person("Cy"), email("cy@acme.test"));
        let contact = world.owner.contacts(world.acme.id).add(contact).await.unwrap();
        let bystander = Person { contact, email: email("cy@acme.test"), ..world.ana.clone() };
        let mia = world.assigned.me().await.unwrap().id;
        let acme = things(&world.owner, &world.ana, mia).await;
        let bolt = things(&world.owner, &world.cara, mia).await;
        let jo = world.other_owner.me().await.unwrap().id;
        let delta = things(&world.other_owner, &world.eve, jo).await;
        let files = world.owner.files(acme.client);
        files.share(acme.folder, world.ben.audience(), Access::ViewAndUpload).await.unwrap();
        world.run_worker().await.unwrap();
        let [acme, bolt, delta] = [
            Things { message: message(&world.owner, &acme).await, ..acme },
            Things { message: message(&world.owner, &bolt).await, ..bolt },
            Things { message: message(&world.other_owner, &delta).await, ..delta },
        ];
        let viewers_session = world.session_of(&world.ana).await.unwrap();
        let elsewhere = world.session_of(&world.ana).await.unwrap();
        let acme = Things { session: elsewhere.session(), ..acme };
        Self { bystander, acme, bolt, delta, viewers_session, world }
    }

    pub(crate) async fn handle(&self, who: Who) -> Handle {
        let world = &self.world;
        match who {
            Who::Host => Handle::Host(world.portal.clone()),
            Who::Owner => Handle::Staff(world.owner.clone()),
            Who::Admin => Handle::Staff(world.admin.clone()),
            Who::Assigned => Handle::Staff(world.assigned.clone()),
            Who::Unassigned => Handle::Staff(world.unassigned.clone()),
            Who::OtherFirmsOwner => Handle::Staff(world.other_owner.clone()),
            Who::Viewer => self.contact(&world.ana, self.viewers_session.clone()).await,
            Who::Uploader => self.sign_in(&world.ben).await,
            Who::Bystander => self.sign_in(&self.bystander).await,
            Who::Sibling => self.sign_in(&world.cara).await,
            Who::OtherFirmsContact => self.sign_in(&world.eve).await,
            Who::Visitor => Handle::Visitor(world.portal.visitor(std::net::IpAddr::from([192, 0, 2, 9]))),
        }
    }

    async fn sign_in(&self, person: &Person) -> Handle {
        let session = self.world.session_of(person).await.unwrap();
        self.contact(person, session).await
    }

    async fn contact(&self, person: &Person, session: SessionToken) -> Handle {
        let contact = self.world.portal.contact(&session, person.contact).await.unwrap();
        Handle::Contact(contact, self.world.portal.signed_in(session).await.unwrap())
    }
}

/// A folder with a document, something in the trash, and a mail about them: each client has the same.
async fn things(staff: &Staff, person: &Person, member: MemberId) -> Things {
    let client = person.client;
    let files = staff.files(client);
    let root = staff.clients().find(client).await.unwrap().root;
    let folder = files.add_folder(root, called("Shared")).await.unwrap();
    let document = files.upload(folder, called("w2.pdf"), "%PDF-1.7").await.unwrap().document;
    let trashed = files.add_folder(root, called("Old")).await.unwrap();
    files.trash(trashed).await.unwrap();
    files.share(folder, person.audience(), Access::View).notify().await.unwrap();
    let (firm, contact) = (person.firm, person.contact);
    Things { firm, client, folder, document, trashed, contact, member, ..NOWHERE }
}

async fn message(staff: &Staff, about: &Things) -> MessageId {
    let query = DeliveryQuery { client: Some(about.client), dead_only: false };
    staff.deliveries().list(&query, &page()).await.unwrap().items[0].id
}

/// What somebody holds.
pub(crate) enum Handle {
    Host(Portal),
    Staff(Staff),
    Contact(ContactHandle, SignedIn),
    Visitor(Visitor),
}

/// What somebody was answered; nothing, where their handle has no such method.
pub(crate) type Answer = Option<Result<String, Error>>;

async fn told<T: Debug>(call: impl IntoFuture<Output = Result<T, Error>>) -> Answer {
    Some(call.await.map(|answer| format!("{answer:?}")))
}

/// Asks for an operation about some things. An operation that is not asked for here does not compile.
pub(crate) async fn ask(handle: &Handle, operation: Operation, about: &Things) -> Answer {
    match (operation.right(), handle) {
        (Right::Host, Handle::Host(portal)) => ask_host(portal, operation, about).await,
        (Right::Worker, Handle::Host(portal)) if operation == Operation::RunDue => {
            told(portal.worker().run_due()).await
        }
        (Right::Staff | Right::Administrator, Handle::Staff(staff)) => ask_staff(staff, operation, about).await,
        (Right::Contact, Handle::Contact(contact, _)) => ask_contact(contact, operation, about).await,
        (Right::SignedIn, Handle::Contact(_, signed_in)) => ask_signed_in(signed_in, operation, about).await,
        (Right::Visitor, Handle::Visitor(visitor)) => ask_visitor(visitor, operation, about).await,
        _ => None,
    }
}

async fn ask_host(portal: &Portal, operation: Operation, about: &Things) -> Answer {
    let firms = portal.host().firms();
    match operation {
        Operation::AddFirm => {
            let owner = NewMember::new(person("Tess"), email("tess@third.test"));
            told(firms.add(NewFirm::new(person("Third"), owner))).await
        }
        Operation::FindFirm => told(firms.find(about.firm)).await,
        Operation::ListFirms => told(firms.list(&page())).await,
        other => unreachable!("{other:?} is none of the host's"),
    }
}

async fn ask_staff(staff: &Staff, operation: Operation, about: &Things) -> Answer {
    let Things { client, folder, document, trashed, contact, member, message, .. } = *about;
    let (files, contacts, assignments) = (staff.files(client), staff.contacts(client), staff.assignments(client));
    let everybody = Audience::AllContacts;
    match operation {
        Operation::ReadFirm => told(staff.firm()).await,
        Operation::ListTeam => told(staff.team().list(&page())).await,
        Operation::AddClient => told(staff.clients().add(NewClient::new(person("Elm")))).await,
        Operation::ListClients => told(staff.clients().list(&ClientQuery::default(), &page())).await,
        Operation::ReadClient => told(staff.clients().find(client)).await,
        Operation::RenameClient => told(staff.clients().rename(client, person("Renamed"))).await,
        Operation::ListAssigned => told(assignments.list()).await,
        Operation::Assign => told(assignments.assign(member)).await,
        Operation::Unassign => told(assignments.unassign(member)).await,
        Operation::ListContacts => told(contacts.list(&page())).await,
        Operation::AddContact => told(contacts.add(NewContact::without_email(person("Gil")))).await,
        Operation::ChangeContact => {
            let change = ContactChange { name: Some(person("Renamed")), ..ContactChange::default() };
            told(contacts.change(contact, change)).await
        }
        Operation::RemoveContact => told(contacts.remove(contact)).await,
        Operation::SetPortalAccess => told(contacts.set_portal_access(contact, false)).await,
        Operation::ListFolder => told(files.list(Some(folder), &page())).await,
        Operation::AddFolder => told(files.add_folder(folder, called("New"))).await,
        Operation::Upload => told(files.upload(folder, called("1099.pdf"), "bytes")).await,
        Operation::AddVersion => told(files.add_version(document, called("1099.pdf"), "bytes")).await,
        Operation::Rename => told(files.rename(folder, called("Renamed"))).await,
        Operation::Trash => told(files.trash(folder)).await,
        Operation::Restore => told(files.restore(trashed)).await,
        Operation::Purge => told(files.purge(trashed)).await,
        Operation::ListTrash => told(files.trashed(&page())).await,
        Operation::ReadDocument => told(files.document(document)).await,
        Operation::Download => told(files.download(document, None, ByteRange::All)).await,
        Operation::Preview => told(files.preview(document, 0, 100)).await,
        Operation::Share => told(files.share(folder, everybody, Access::View)).await,
        Operation::PreviewRecipients => {
            told(files.share(folder, everybody, Access::View).notify().who_will_be_told()).await
        }
        Operation::Revoke => told(files.revoke(folder, Audience::Contact(contact))).await,
        Operation::SetVisible => told(files.set_visible(document, false)).await.map(visible),
        Operation::ReadSharing => told(files.sharing(folder)).await,
        Operation::Explain => told(files.explain(contact, folder)).await,
        Operation::ViewAsContact => told(staff.view_as(contact).list(folder, &page())).await,
        Operation::ReadActivity => told(staff.activity(client, &page())).await,
        Operation::ListDeliveries => told(staff.deliveries().list(&DeliveryQuery::default(), &page())).await,
        Operation::Resend => told(staff.deliveries().resend(message)).await,
        Operation::ChangeFirm => {
            let change = FirmChange { name: Some(person("Renamed")), ..FirmChange::default() };
            told(staff.settings().change(change)).await
        }
        Operation::AddMember => told(staff.team().add(NewMember::new(person("Uma"), email("uma@team.test")))).await,
        Operation::ChangeMemberRole => told(staff.team().change_role(member, Role::Admin)).await,
        Operation::RemoveMember => told(staff.team().remove(member)).await,
        other => unreachable!("{other:?} is none of the staff's"),
    }
}

/// The document is visible by its folder's grant, and the toggle says so: whoever may turn it got that far.
fn visible(answer: Result<String, Error>) -> Result<String, Error> {
    match answer {
        Err(error) if error.kind() == ErrorKind::Refused => Ok("visible by another".to_owned()),
        other => other,
    }
}

async fn ask_contact(contact: &ContactHandle, operation: Operation, about: &Things) -> Answer {
    let files = contact.files();
    match operation {
        Operation::ContactMe => told(contact.me()).await,
        Operation::ContactHome => told(contact.home()).await,
        Operation::ContactRoots => told(files.roots()).await,
        Operation::ContactListFolder => told(files.list(about.folder, &page())).await,
        Operation::ContactUpload => told(files.upload(about.folder, called("1099.pdf"), "bytes")).await,
        Operation::ContactReadDocument => told(files.document(about.document)).await,
        Operation::ContactDownload => told(files.download(about.document, ByteRange::All)).await,
        Operation::ContactPreview => told(files.preview(about.document, 0, 100)).await,
        Operation::ContactReceipts => told(files.receipts(&page())).await,
        other => unreachable!("{other:?} is none of a contact's"),
    }
}

async fn ask_signed_in(signed_in: &SignedIn, operation: Operation, about: &Things) -> Answer {
    match operation {
        Operation::ListPortals => told(signed_in.portals()).await,
        Operation::ListSessions => told(signed_in.sessions()).await,
        Operation::EndSession => told(signed_in.end_session(about.session)).await,
        Operation::EndOtherSessions => told(signed_in.end_other_sessions()).await,
        Operation::SignOut => told(signed_in.sign_out()).await,
        other => unreachable!("{other:?} is none of a session's"),
    }
}

async fn ask_visitor(visitor: &Visitor, operation: Operation, about: &Things) -> Answer {
    let browser = visitor.browser_token().unwrap();
    if operation == Operation::AccessPage {
        return told(visitor.access_page(about.firm)).await;
    }
    let asked = visitor.ask(about.firm, email("nobody@nowhere.test"), &browser).await;
    let Ok(asked) = asked else { return told(std::future::ready(asked)).await };
    let (address, attempt) = (asked.address, asked.attempt);
    match operation {
        Operation::AskToSignIn => told(std::future::ready(Ok(asked))).await,
        Operation::LookAtLink => told(visitor.link(address, attempt, "guessed", Some(&browser))).await,
        Operation::RedeemLink => told(visitor.redeem_link(address, attempt, "guessed", &browser, "")).await,
        Operation::RedeemCode => told(visitor.redeem_code(address, attempt, "123456", &browser, "")).await,
        other => unreachable!("{other:?} is none of a visitor's"),
    }
}
