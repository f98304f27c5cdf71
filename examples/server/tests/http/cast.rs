//! Everybody who may ask for a page, each as they should ask, and what came of it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use hyper::{Method, header};
use portal_core::directory::{FirmChange, NewContact, PoliciesChange};
use portal_core::event::Event;
use portal_core::files;
use portal_core::identity::SessionToken;
use portal_core::ports::store::StoreError;
use portal_core::sharing::Access;
use portal_core::testing::{Person, Watch, WatchedBlobs, WatchedCall, WatchedStore, png_head};
use portal_core::values::{
    Actor as By, ClientId, ContactId, DisplayName, DocumentId, FileName, FolderId, LoginId, MemberId,
};
use portal_server::mailbox::Mailbox;
use portal_server::routes::{Route, Takes};

use super::browser::{Browser, Page, announced, multipart, part};
use super::office::{Office, email};

/// Who asks, in the order of the letters of a row.
pub const ACTORS: [&str; 11] = [
    "owner",
    "admin",
    "assigned member",
    "unassigned member",
    "owner of another firm",
    "contact with View",
    "contact with View and Upload",
    "contact with nothing",
    "contact of a sibling client",
    "contact of another firm",
    "visitor",
];

const STAFF: Range<usize> = 0..5;
const CONTACTS: Range<usize> = 5..10;

/// A word in the names of Acme's folder and document and in its bytes, and nowhere else.
pub const MARKER: &str = "Quetzal";

const NO_SESSION: &str = "session_00000000000000000000000000000001";

pub(super) struct Actor {
    pub(super) browser: Browser,
    member: Option<MemberId>,
    pub(super) person: Option<Person>,
    login: Option<LoginId>,
    /// Another session of theirs.
    session: String,
}

impl Actor {
    /// Whoever sits at a browser.
    fn nobody(browser: Browser) -> Self {
        Self { browser, member: None, person: None, login: None, session: NO_SESSION.into() }
    }
}

/// What was committed or begun for those who asked, but for reads that were logged; and as whom.
#[derive(Default)]
struct Changes(Mutex<Vec<(Option<By>, String)>>);

impl Changes {
    fn take(&self) -> Vec<(Option<By>, String)> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

#[async_trait::async_trait]
impl Watch for Changes {
    async fn before(&self, call: WatchedCall<'_>) -> Result<(), StoreError> {
        if call.name == "begin" {
            self.0.lock().unwrap().push((None, "bytes were taken in".to_owned()));
        }
        Ok(())
    }

    async fn after(&self, call: WatchedCall<'_>) -> Result<(), StoreError> {
        let Some(changes) = call.changes else { return Ok(()) };
        // Staff who look at what a contact uploaded mark that they did.
        let opened = |event: &Event| matches!(event, Event::Files(files::Event::Opened { .. }));
        let read = |event: &Event| opened(event) || matches!(event, Event::Files(files::Event::Downloaded { .. }));
        let marks = changes.writes.is_empty() || changes.events.iter().any(opened);
        let only_read = marks && changes.events.iter().all(read);
        let by = changes.command.actor;
        // The worker's are nobody's request: mail that goes, and when a session was seen last.
        if by != By::Worker && !only_read {
            self.0.lock().unwrap().push((Some(by), format!("{:?}", changes.events)));
        }
        Ok(())
    }
}

/// How somebody was answered, and what it did.
pub struct Answered {
    pub letter: char,
    pub page: Page,
    pub changed: Vec<String>,
    /// Whether any of it was done in another's name.
    pub by_others: bool,
}

/// At whose page somebody asks: the firm and the contact in its address, and a session that may be named there.
pub type Place = (String, String, String);

pub struct Cast {
    pub(super) office: Office,
    changes: Arc<Changes>,
    pub(super) actors: Vec<Actor>,
    pub(super) folder: FolderId,
    pub(super) document: DocumentId,
    /// How often was asked: what is made for it is called by this.
    pub(super) count: u32,
    /// The client in the path of staff's pages: Acme, unless a test says otherwise.
    pub client: ClientId,
    /// Whether what is named beside it is nowhere, instead of being Acme's.
    pub is_nowhere: bool,
    /// Sessions of people beside those of their browsers: there is an end to how often one asks for a mail.
    pub(super) sessions: Mutex<BTreeMap<ContactId, SessionToken>>,
    /// Which mail is asked for in the mailbox.
    pub mail: &'static str,
    /// What is asked for besides the path.
    pub query: &'static str,
}

pub(super) fn name(text: &str) -> DisplayName {
    DisplayName::new(text).unwrap()
}

pub(super) fn called(text: &str) -> FileName {
    FileName::new(text).unwrap()
}

/// How addresses write a person's firm and themselves.
pub fn firm_and_contact(person: &Person) -> (String, String) {
    (person.firm.to_string(), person.contact.to_string())
}

impl Cast {
    pub async fn assemble(mailbox: Option<Arc<dyn Mailbox>>) -> Self {
        let changes = Arc::new(Changes::default());
        let watch = Arc::clone(&changes);
        let office = Office::open_with(|ports, options| {
            ports.store = Arc::new(WatchedStore::new(ports.store.clone(), watch.clone()));
            ports.blobs = Arc::new(WatchedBlobs::new(ports.blobs.clone(), watch));
            options.mailbox = mailbox;
        })
        .await;
        let world = &office.world;
        let files = world.owner.files(world.acme.id);
        let folder = files.add_folder(world.acme.root, called(&format!("{MARKER} papers"))).await.unwrap();
        let bytes = format!("%PDF-1.7 {MARKER}");
        let document = files.upload(folder, called(&format!("{MARKER}.pdf")), bytes).await.unwrap().document;
        files.share(folder, world.ana.audience(), Access::View).await.unwrap();
        files.share(folder, world.ben.audience(), Access::ViewAndUpload).await.unwrap();
        let address = email("nil@acme.test");
        let nil = NewContact::new(name("Nil"), address.clone());
        let contact = world.owner.contacts(world.acme.id).add(nil).await.unwrap();
        let nil = Person { firm: world.firm, client: world.acme.id, contact, email: address };
        let policies = PoliciesChange { contacts_make_folders: Some(true), ..PoliciesChange::default() };
        world.owner.settings().change(FirmChange { policies, ..FirmChange::default() }).await.unwrap();
        let mut actors = Vec::new();
        for (firm, staff) in [
            (world.firm, &world.owner),
            (world.firm, &world.admin),
            (world.firm, &world.assigned),
            (world.firm, &world.unassigned),
            (world.other_firm, &world.other_owner),
        ] {
            let member = staff.me().await.unwrap().id;
            let browser = office.staff(firm, member).await;
            actors.push(Actor { member: Some(member), ..Actor::nobody(browser) });
        }
        for person in [&world.ana, &world.ben, &nil, &world.cara, &world.eve] {
            let mut browser = office.sign_in(person).await;
            let login = world.session_of(person).await.unwrap().login();
            let settings = browser.get(&office.at(person, "/settings")).await.ok().text();
            let (_, rest) = settings.split_once("/sessions/session_").unwrap();
            let session = format!("session_{}", &rest[..32]);
            let person = Some(person.clone());
            actors.push(Actor { person, login: Some(login), session, ..Actor::nobody(browser) });
        }
        actors.push(Actor::nobody(office.browser()));
        for actor in &mut actors {
            // Whoever visits a firm's page holds a browser's own cookie.
            actor.browser.get("/staff/sign-in").await.ok();
        }
        let client = office.world.acme.id;
        let (count, is_nowhere, mail, query) = (0, false, "one", "");
        let sessions = Mutex::default();
        Self { office, changes, actors, folder, document, count, client, is_nowhere, sessions, mail, query }
    }

    /// From now on Acme's firm shows its members only the clients that they are assigned to.
    pub async fn restrict(&self) {
        let policies = PoliciesChange { members_restricted: Some(true), ..PoliciesChange::default() };
        let change = FirmChange { policies, ..FirmChange::default() };
        self.office.world.owner.settings().change(change).await.unwrap();
        self.changes.take();
    }

    /// The actors who are contacts.
    pub fn contacts(&self) -> Vec<usize> {
        CONTACTS.collect()
    }

    pub fn person(&self, index: usize) -> &Person {
        self.actors[index].person.as_ref().unwrap()
    }

    /// A session of theirs that is not the one they ask in.
    pub fn session(&self, index: usize) -> String {
        self.actors[index].session.clone()
    }

    /// The page of a contact that nobody is, at the same firm.
    pub fn nobody_at(&self, (firm, _, session): &Place) -> Place {
        (firm.clone(), ContactId::from_bits(41).to_string(), session.clone())
    }

    /// The pages of all other contacts, each at their firm and at one's own; and one's own page at another firm.
    pub fn places_of_others(&self, index: usize) -> Vec<(&'static str, Place)> {
        let (own_firm, own) = firm_and_contact(self.person(index));
        let world = &self.office.world;
        let elsewhere = if world.firm.to_string() == own_firm { world.other_firm } else { world.firm };
        let mut places = vec![("their own at another firm", (elsewhere.to_string(), own, self.session(index)))];
        for other in CONTACTS.filter(|other| *other != index) {
            let (firm, contact) = firm_and_contact(self.person(other));
            places.push((ACTORS[other], (own_firm.clone(), contact.clone(), self.session(other))));
            if firm != own_firm {
                places.push((ACTORS[other], (firm, contact, self.session(other))));
            }
        }
        places
    }

    /// Asks for a route as somebody, as it should be asked for.
    pub async fn ask(&mut self, index: usize, route: &Route) -> Answered {
        let place = match &self.actors[index].person {
            Some(person) => {
                let (firm, contact) = firm_and_contact(person);
                (firm, contact, self.session(index))
            }
            None => {
                let (firm, contact) = firm_and_contact(&self.office.world.ana);
                (firm, contact, self.session(index))
            }
        };
        self.ask_at(index, route, place).await
    }

    /// Asks for a route as somebody, at the page of whomever.
    pub async fn ask_at(&mut self, index: usize, route: &Route, place: Place) -> Answered {
        self.count += 1;
        let path = self.path(index, route, &place).await + self.query;
        let fields = self.fields(route).await;
        let token = self.token(index, route).await;
        let browser = &mut self.actors[index].browser;
        let before = browser.clone();
        self.changes.take();
        let page = match route.takes {
            Takes::Nothing | Takes::Question => browser.get(&path).await,
            Takes::Form => {
                let fields: Vec<(&str, &str)> = std::iter::once(("_csrf", token.as_str()))
                    .chain(fields.iter().map(|(key, value)| (*key, value.as_str())))
                    .collect();
                browser.post(&path, &fields).await
            }
            Takes::OneClick => browser.post(&path, &[("List-Unsubscribe", "One-Click")]).await,
            Takes::Files => {
                let kind = [
                    (header::CONTENT_TYPE, "multipart/form-data; boundary=edge"),
                    (header::ACCEPT, "application/json"),
                ];
                let list = format!("Client ID,Client name\nC-{0},Client {0}\n", self.count);
                let logo = png_head(100, 100);
                let file: (&str, &[u8]) = match route.path {
                    "/staff/logo" => ("a.png", &logo),
                    path if path.contains("/import") => ("new.pdf", list.as_bytes()),
                    _ => ("new.pdf", b"x"),
                };
                let body = multipart(&token, &[file]);
                browser.send(Method::POST, &path, &kind, body.into()).await
            }
            Takes::Headers => {
                // A folder of that name is made once: each asks for another.
                let name = BASE64.encode(format!("Folder {}", self.count));
                let folder = format!("foldername {name}");
                let mut headers = announced(&token);
                if route.path.ends_with("/folders") {
                    headers[3].1 = &folder;
                }
                browser.send(route.method.clone(), &path, &headers, Bytes::new()).await
            }
            Takes::Bytes => browser.send(route.method.clone(), &path, &part(&token, "0"), "bytes".into()).await,
        };
        let changed = self.changes.take();
        let by_others = !changed.iter().all(|(by, _)| by.is_none_or(|by| self.is(index, by)));
        let letter = if route.path.ends_with("/sign-out") && page.status == 303 {
            self.signs_out(before, route, &place).await
        } else {
            letter(route, &page, &place)
        };
        Answered { letter, page, changed: changed.into_iter().map(|(_, what)| what).collect(), by_others }
    }

    /// Whether something was done in the name of this actor, or of nobody yet.
    fn is(&self, index: usize, by: By) -> bool {
        let Actor { member, person, login, .. } = &self.actors[index];
        match by {
            By::Visitor => true,
            By::Member(id) => *member == Some(id),
            By::Contact(id) => person.as_ref().is_some_and(|person| person.contact == id),
            By::Login(id) => *login == Some(id),
            By::Host | By::Worker => false,
        }
    }

    /// Signing out leads to the same place as not being signed in: what tells them apart is whether the old cookie, which a
    /// thief may hold, opened anything before and opens nothing now.
    async fn signs_out(&self, mut before: Browser, route: &Route, place: &Place) -> char {
        let asks = if route.path == "/staff/sign-out" { "/staff/settings" } else { "/p/{firm}/{contact}/settings" };
        let asks = asks.replace("{firm}", &place.0).replace("{contact}", &place.1);
        let held = ["__Host-portal-staff", "__Host-portal-session"].map(|name| before.cookies.contains_key(name));
        let was_in = if route.path == "/staff/sign-out" { held[0] } else { held[1] };
        let now = before.get(&asks).await;
        assert_eq!(now.status, 303, "{asks} after {route:?} by an old cookie: {}", now.text());
        if was_in { 'Y' } else { 'S' }
    }

    /// A token for the forms of this route, from a page that this person can see.
    async fn token(&mut self, index: usize, route: &Route) -> String {
        let office = &self.office;
        let Actor { browser, person, .. } = &mut self.actors[index];
        let staff_page = route.path.starts_with("/staff/");
        let page = match person {
            _ if route.method == Method::GET => return String::new(),
            None if STAFF.contains(&index) && staff_page && route.path != "/staff/sign-in" => {
                "/staff/clients/new".into()
            }
            Some(person) if route.path.contains("{contact}") || route.path == "/p/{firm}/sign-out" => {
                office.at(person, "/settings")
            }
            // What a visitor's forms are tied to, which everybody holds.
            _ => "/staff/sign-in".to_owned(),
        };
        let shown = browser.get(&page).await;
        assert_eq!(shown.status, 200, "{page} for {route:?} by {}: {}", ACTORS[index], shown.header("location"));
        shown.token()
    }
}

/// The letter of an answer.
fn letter(route: &Route, page: &Page, place: &Place) -> char {
    let to_sign_in = match page.leads_to() {
        Some(leads) if route.path.starts_with("/staff/") => leads == "/staff/sign-in",
        Some(leads) => {
            leads == format!("/p/{}", place.0) && (route.path.contains("{contact}") || route.path.ends_with("/choose"))
        }
        None => false,
    };
    match page.status.as_u16() {
        _ if to_sign_in => 'S',
        200 | 201 | 204 | 303 => 'Y',
        401 => 'S',
        // The other page of this status says that a form is not ours.
        403 if page.text().contains("This is for owners and admins") => 'D',
        400 => 'M',
        404 => 'N',
        410 => 'G',
        422 => 'R',
        other => panic!("{route:?} was answered {other}: {}", page.text()),
    }
}
