//! Everybody there is, and what they hold.

use std::sync::Arc;

use portal_core::directory::{FirmChange, PoliciesChange};
use portal_core::encryption::MasterKey;
use portal_core::identity::{Asked, BrowserToken, SessionToken};
use portal_core::memory::{MemoryKeyRing, MemoryStore};
use portal_core::notifications::UnsubscribeToken;
use portal_core::sharing::Access;
use portal_core::testing::{Person, WatchedStore, World, png_head};
use portal_core::values::{Actor, FirmId, LinkKey, RingKeyId};
use portal_core::{ContactHandle, Portal, Right, SignedIn, Staff, Visitor};

use crate::deeds::Deeds;
use crate::things::{self, Things};
use crate::words::{called, email};

/// Who asks, in the order of the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Host,
    Owner,
    Admin,
    Assigned,
    Unassigned,
    /// The assigned member, and the unassigned one, where the firm restricts its members to the clients that they are assigned to.
    RestrictedAssigned,
    RestrictedUnassigned,
    /// A member who was removed from the team with the handle in their hand.
    Left,
    /// A contact of the client to whom the folder is shared as View Only.
    Viewer,
    /// One to whom it is shared for View and Upload.
    Uploader,
    /// One to whom nothing of it is shared.
    Bystander,
    /// One who saw the folder until their access to the portal was taken away, with the handle in their hand.
    ShutOut,
    /// One who saw the folder until they signed out, with the handle in their hand.
    SignedOut,
    /// A contact of another client of the firm.
    Sibling,
    OtherFirmsOwner,
    OtherFirmsContact,
    /// Somebody who asked for an address that nobody has, and was sent nothing.
    Visitor,
    /// Whoever asked for the viewer's mail and reads it.
    Asker,
    /// Whoever got hold of that very mail, and sits at another browser.
    Stranger,
}

pub(crate) const EVERYBODY: [Who; 19] = [
    Who::Host,
    Who::Owner,
    Who::Admin,
    Who::Assigned,
    Who::Unassigned,
    Who::RestrictedAssigned,
    Who::RestrictedUnassigned,
    Who::Left,
    Who::Viewer,
    Who::Uploader,
    Who::Bystander,
    Who::ShutOut,
    Who::SignedOut,
    Who::Sibling,
    Who::OtherFirmsOwner,
    Who::OtherFirmsContact,
    Who::Visitor,
    Who::Asker,
    Who::Stranger,
];

/// What somebody holds, and as whom they act by it.
pub(crate) enum Handle {
    Host(Portal),
    Staff(Staff, Actor),
    Contact { contact: ContactHandle, signed_in: SignedIn, actor: Actor, login: Actor },
    Visitor(Mailed),
}

/// A visitor who asked, and what they know of the mail that was sent for it.
pub(crate) struct Mailed {
    pub(crate) visitor: Visitor,
    pub(crate) browser: BrowserToken,
    pub(crate) asked: Asked,
    pub(crate) code: String,
    pub(crate) secret: String,
    /// Of a mail to the viewer.
    pub(crate) unsubscribe: UnsubscribeToken,
    pub(crate) firm: FirmId,
}

impl Handle {
    /// As whom they do what needs such a right.
    pub(crate) fn actor(&self, right: Right) -> Actor {
        match self {
            Self::Host(_) if right == Right::Worker => Actor::Worker,
            Self::Host(_) => Actor::Host,
            Self::Staff(_, actor) | Self::Contact { actor, .. } if right != Right::SignedIn => *actor,
            Self::Contact { login, .. } => *login,
            Self::Staff(..) | Self::Visitor(_) => Actor::Visitor,
        }
    }
}

/// A world in which everybody could do all that is theirs to do.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) deeds: Arc<Deeds>,
    /// Of Acme: the folder is shared with Ana to view and with Ben to upload.
    pub(crate) acme: Things,
    /// Of Bolt, another client of the firm.
    pub(crate) bolt: Things,
    /// Of Delta, a client of the other firm.
    pub(crate) delta: Things,
    bystander: Person,
}

impl Scene {
    pub(crate) async fn set() -> Self {
        let deeds = Arc::new(Deeds::default());
        let store = WatchedStore::new(Arc::new(MemoryStore::new()), deeds.clone());
        let master = |id: &str, byte| MasterKey::new(RingKeyId::new(id).unwrap(), [byte; 32]);
        let ring = MemoryKeyRing::new(LinkKey::new([7; 32]), master("first", 8));
        let world = World::builder().store(Arc::new(store)).keys(Arc::new(ring.clone())).build().await.unwrap();
        let (owner, other_owner) = (&world.owner, &world.other_owner);
        let bystander = things::beside(owner, &world.ana, "Cy", "cy@acme.test").await;
        let (mia, noah) = (world.assigned.me().await.unwrap().id, world.unassigned.me().await.unwrap().id);
        let jones = (other_owner.me().await.unwrap().id, things::join(other_owner, "Joel", "joel@jones.test").await);
        let acme = things::add(owner, &world.ana, mia, noah).await;
        let bolt = things::add(owner, &world.cara, mia, noah).await;
        let delta = things::add(other_owner, &world.eve, jones.0, jones.1).await;
        for staff in [owner, other_owner] {
            let policies = PoliciesChange { contacts_make_folders: Some(true), ..PoliciesChange::default() };
            staff.settings().change(FirmChange { policies, ..FirmChange::default() }).await.unwrap();
            staff.settings().set_logo(png_head(100, 100)).await.unwrap();
        }
        owner.files(acme.client).share(acme.folder, world.ben.audience(), Access::ViewAndUpload).await.unwrap();
        world.run_worker().await.unwrap();
        for person in [&world.ana, &world.cara, &world.eve] {
            let came_back = world.portal.host().mail(person.firm).bounced(person.email.clone(), "no such mailbox");
            came_back.await.unwrap();
        }
        ring.add(master("second", 9));
        let mut scene = Self { acme, bolt, delta, bystander, deeds, world };
        scene.acme = scene.with_mail_and_session(&scene.world.owner, &scene.world.ana, acme).await;
        scene.bolt = scene.with_mail_and_session(&scene.world.owner, &scene.world.cara, bolt).await;
        scene.delta = scene.with_mail_and_session(&scene.world.other_owner, &scene.world.eve, delta).await;
        scene
    }

    async fn with_mail_and_session(&self, staff: &Staff, person: &Person, things: Things) -> Things {
        let message = things::message(staff, &things).await;
        let session = self.world.session_of(person).await.unwrap();
        let contact = self.world.portal.contact(&session, person.contact).await.unwrap();
        let called = called(&format!("{}'s scan.pdf", person.email));
        let their_upload = contact.files().uploads().begin(things.open, called, 5).await.unwrap().id;
        Things { message, session: session.session(), their_upload, ..things }
    }

    /// What they hold. Every contact has a session besides the one that they use; for the host something is left to do.
    pub(crate) async fn handle(&self, who: Who) -> Handle {
        let world = &self.world;
        let staff = async |staff: &Staff| {
            let member = staff.me().await.unwrap().id;
            Handle::Staff(staff.clone(), Actor::Member(member))
        };
        let handle = match who {
            Who::Host => {
                let files = world.owner.files(self.bolt.client);
                files.share(self.bolt.hidden, world.cara.audience(), Access::View).notify().await.unwrap();
                Handle::Host(world.portal.clone())
            }
            Who::Owner => staff(&world.owner).await,
            Who::Admin => staff(&world.admin).await,
            Who::Assigned => staff(&world.assigned).await,
            Who::Unassigned => staff(&world.unassigned).await,
            Who::RestrictedAssigned => {
                self.restrict().await;
                staff(&world.assigned).await
            }
            Who::RestrictedUnassigned => {
                self.restrict().await;
                staff(&world.unassigned).await
            }
            Who::Left => {
                let left = things::join(&world.owner, "Lou", "lou@miller.test").await;
                let handle = staff(&world.portal.staff(world.firm, left).await.unwrap()).await;
                world.owner.team().remove(left).await.unwrap();
                handle
            }
            Who::OtherFirmsOwner => staff(&world.other_owner).await,
            Who::Viewer => self.sign_in(&world.ana).await,
            Who::Uploader => self.sign_in(&world.ben).await,
            Who::Bystander => self.sign_in(&self.bystander).await,
            Who::ShutOut => {
                let (person, handle) = self.one_more_viewer("Di", "di@acme.test").await;
                world.owner.contacts(person.client).set_portal_access(person.contact, false).await.unwrap();
                handle
            }
            Who::SignedOut => {
                let (_, handle) = self.one_more_viewer("Ed", "ed@acme.test").await;
                if let Handle::Contact { signed_in, .. } = &handle {
                    signed_in.sign_out().await.unwrap();
                }
                handle
            }
            Who::Sibling => self.sign_in(&world.cara).await,
            Who::OtherFirmsContact => self.sign_in(&world.eve).await,
            Who::Visitor => Handle::Visitor(self.ask("nobody@nowhere.test").await),
            Who::Asker => Handle::Visitor(self.ask("ana@acme.test").await),
            Who::Stranger => {
                let mailed = self.ask("ana@acme.test").await;
                let browser = mailed.visitor.browser_token().unwrap();
                Handle::Visitor(Mailed { browser, ..mailed })
            }
        };
        self.deeds.take();
        handle
    }

    /// From now on members see only the clients that they are assigned to.
    async fn restrict(&self) {
        let policies = PoliciesChange { members_restricted: Some(true), ..PoliciesChange::default() };
        self.world.owner.settings().change(FirmChange { policies, ..FirmChange::default() }).await.unwrap();
    }

    async fn one_more_viewer(&self, name: &str, address: &str) -> (Person, Handle) {
        let (owner, acme) = (&self.world.owner, &self.acme);
        let person = things::beside(owner, &self.world.ana, name, address).await;
        owner.files(acme.client).share(acme.folder, person.audience(), Access::View).await.unwrap();
        let handle = self.sign_in(&person).await;
        (person, handle)
    }

    async fn sign_in(&self, person: &Person) -> Handle {
        self.world.session_of(person).await.unwrap();
        let session: SessionToken = self.world.session_of(person).await.unwrap();
        Handle::Contact {
            contact: self.world.portal.contact(&session, person.contact).await.unwrap(),
            actor: Actor::Contact(person.contact),
            login: Actor::Login(session.login()),
            signed_in: self.world.portal.signed_in(&session).await.unwrap(),
        }
    }

    /// Asks for a sign-in mail. Where none comes, what would stand in it is guessed.
    async fn ask(&self, address: &str) -> Mailed {
        let visitor = self.world.portal.visitor(std::net::IpAddr::from([192, 0, 2, 9]));
        let browser = visitor.browser_token().unwrap();
        let asked = visitor.ask(self.acme.firm, email(address), &browser).await.unwrap();
        self.world.run_worker().await.unwrap();
        let attempt = format!("/{}/", asked.attempt);
        let mails = self.world.mailer.delivered_to(&email(address));
        let mail = mails.iter().find(|mail| mail.text.contains(&attempt));
        let text = mail.map_or("000 000\n/guessed", |mail| mail.text.as_str());
        let bare = |line: &str| line.split_whitespace().collect::<String>();
        let code = text.lines().map(bare).find(|line| line.len() == 6 && line.parse::<u32>().is_ok()).unwrap();
        let link = text.lines().find(|line| line.contains(&attempt) || line.ends_with("/guessed")).unwrap();
        let secret = link.trim().rsplit('/').next().unwrap().to_owned();
        let mut links =
            self.world.mailer.delivered_to(&self.world.ana.email).into_iter().filter_map(|mail| mail.unsubscribe);
        let unsubscribe = links.next_back().unwrap().as_str().rsplit('/').next().unwrap().parse().unwrap();
        Mailed { visitor, browser, asked, code, secret, unsubscribe, firm: self.acme.firm }
    }

    /// Everybody with a session of their own: who they are, and the session.
    pub(crate) async fn live_sessions(&self) -> Vec<(Person, SessionToken)> {
        let mut sessions = Vec::new();
        let world = &self.world;
        for person in [
            &world.ana,
            &world.ben,
            &self.bystander,
            &world.cara,
            &world.dan_at_bolt,
            &world.dan_at_cedar,
            &world.kim,
            &world.lee,
            &world.eve,
        ] {
            sessions.push((person.clone(), world.session_of(person).await.unwrap()));
        }
        sessions
    }
}
