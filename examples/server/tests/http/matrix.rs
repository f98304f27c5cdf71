//! Who may do what: every route, asked for by everybody.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use hyper::{Method, header};
use portal_core::directory::{NewContact, NewMember};
use portal_core::event::Event;
use portal_core::files;
use portal_core::ports::store::StoreError;
use portal_core::sharing::Access;
use portal_core::testing::{Person, Watch, WatchedCall, WatchedStore};
use portal_core::values::{Actor as By, DisplayName, DocumentId, FileName, FolderId, NodeId};
use portal_server::routes::{Route, TABLE, Takes};

use super::browser::{Browser, multipart};
use super::office::{Office, PASSWORD, email};

/// Who asks, in the order of the letters of a row.
const ACTORS: [&str; 10] = [
    "owner",
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

/// What each is answered. `Y`: as asked. `S`: led to sign in. `N`: there is no such thing. `D`: not for them. `R`: refused by a
/// rule, or by a wrong password. `G`: a link that is over.
///
/// Staff act on the client Acme of their firm; contacts at their own page, on a folder and a document of Acme.
const MATRIX: &[(&str, &str, &str)] = &[
    ("GET", "/", "YYYYYYYYYY"),
    ("GET", "/healthz", "YYYYYYYYYY"),
    ("GET", "/assets/{name}", "YYYYYYYYYY"),
    ("GET", "/theme/{color}", "YYYYYYYYYY"),
    ("GET", "/mailbox", "NNNNNNNNNN"),
    ("GET", "/mailbox/{mail}", "NNNNNNNNNN"),
    ("GET", "/mailbox/{mail}/html", "NNNNNNNNNN"),
    ("GET", "/p/{firm}", "YYYYYYYYYY"),
    ("POST", "/p/{firm}", "YYYYYYYYYY"),
    ("GET", "/p/{firm}/code", "YYYYYYYYYY"),
    ("POST", "/p/{firm}/code", "RRRRRRRRRR"),
    ("GET", "/p/{firm}/link/{address}/{attempt}/{secret}", "GGGGGGGGGG"),
    ("POST", "/p/{firm}/link/{address}/{attempt}/{secret}", "GGGGGGGGGG"),
    ("GET", "/p/{firm}/choose", "SSSSYYYYYS"),
    ("GET", "/p/{firm}/{contact}", "SSSSYYYYNS"),
    ("GET", "/p/{firm}/{contact}/files", "SSSSYYYYNS"),
    ("GET", "/p/{firm}/{contact}/files/{node}", "SSSSYYNNNS"),
    ("POST", "/p/{firm}/{contact}/files/{node}/upload", "SSSSRYNNNS"),
    ("GET", "/p/{firm}/{contact}/documents/{document}/download", "SSSSYYNNNS"),
    ("GET", "/p/{firm}/{contact}/documents/{document}/pages/{page}", "SSSSYYNNNS"),
    ("GET", "/p/{firm}/{contact}/receipts", "SSSSYYYYNS"),
    ("GET", "/p/{firm}/{contact}/settings", "SSSSYYYYNS"),
    ("POST", "/p/{firm}/{contact}/sessions/{session}/end", "SSSSYYYYNS"),
    ("POST", "/p/{firm}/{contact}/sessions/end-others", "SSSSYYYYNS"),
    ("GET", "/staff/sign-in", "YYYYYYYYYY"),
    ("POST", "/staff/sign-in", "RRRRRRRRRR"),
    ("GET", "/staff/clients", "YYYYSSSSSS"),
    ("POST", "/staff/clients", "YYYYSSSSSS"),
    ("GET", "/staff/clients/new", "YYYYSSSSSS"),
    ("GET", "/staff/clients/{client}", "YYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/rename", "YYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/rename", "YYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/team", "YYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/team", "YYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/team/{member}/assign", "YYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/team/{member}/unassign", "YYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/contacts/new", "YYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/contacts/new", "YYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/contacts/{contact}/edit", "YYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/contacts/{contact}/edit", "YYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/contacts/{contact}/remove", "YYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/contacts/{contact}/remove", "YYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/contacts/{contact}/portal-access", "YYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/contacts/{contact}/view-as", "YYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/contacts/{contact}/view-as/{folder}", "YYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/files", "YYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/files/{folder}", "YYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/files", "YYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/files/{folder}", "YYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/files/{folder}/share-several", "YYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/files/{folder}/unshare", "YYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/files/{folder}/new-folder", "YYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/files/{folder}/new-folder", "YYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/files/{folder}/upload", "YYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/trash", "YYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/trash", "YYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/activity", "YYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/nodes/{node}/rename", "YYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/nodes/{node}/rename", "YYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/nodes/{node}/visible", "YYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/nodes/{node}/trash", "YYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/nodes/{node}/restore", "YYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/nodes/{node}/purge", "YDDNSSSSSS"),
    ("POST", "/staff/clients/{client}/nodes/{node}/purge", "YDDNSSSSSS"),
    ("GET", "/staff/clients/{client}/nodes/{node}/share", "YYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/nodes/{node}/share", "YYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/nodes/{node}/revoke", "YYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/nodes/{node}/explain", "YYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/documents/{document}", "YYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/documents/{document}/download", "YYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/documents/{document}/pages/{page}", "YYYNSSSSSS"),
    ("GET", "/staff/clients/{client}/documents/{document}/add-version", "YYYNSSSSSS"),
    ("POST", "/staff/clients/{client}/documents/{document}/add-version", "YYYNSSSSSS"),
    ("GET", "/staff/deliveries", "YYYYSSSSSS"),
    ("POST", "/staff/deliveries/{message}/resend", "YYYNSSSSSS"),
    ("GET", "/staff/settings", "YYYYSSSSSS"),
    ("POST", "/staff/settings", "YDDYSSSSSS"),
    ("GET", "/staff/team", "YYYYSSSSSS"),
    ("POST", "/staff/team", "YDDYSSSSSS"),
    ("GET", "/staff/team/new", "YDDYSSSSSS"),
    ("POST", "/staff/team/{member}/role", "YDDNSSSSSS"),
    ("GET", "/staff/team/{member}/remove", "YDDNSSSSSS"),
    ("POST", "/staff/team/{member}/remove", "YDDNSSSSSS"),
    // Last, since whoever did it is signed out.
    ("POST", "/p/{firm}/sign-out", "SSSSYYYYYS"),
    ("POST", "/staff/sign-out", "YYYYSSSSSS"),
];

struct Actor {
    browser: Browser,
    person: Option<Person>,
    /// Another session of theirs.
    session: String,
}

/// What was committed for those who asked, but for reads that were logged.
#[derive(Default)]
struct Commits(Mutex<Vec<String>>);

impl Commits {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

#[async_trait::async_trait]
impl Watch for Commits {
    async fn after(&self, call: WatchedCall<'_>) -> Result<(), StoreError> {
        let Some(changes) = call.changes else { return Ok(()) };
        let read = |event: &Event| matches!(event, Event::Files(files::Event::Downloaded { .. }));
        let only_read = changes.writes.is_empty() && changes.events.iter().all(read);
        // The worker's are nobody's request: mail that goes, and when a session was seen last.
        if changes.command.actor != By::Worker && !only_read {
            self.0.lock().unwrap().push(format!("{:?}", changes.events));
        }
        Ok(())
    }
}

struct Cast {
    office: Office,
    commits: Arc<Commits>,
    actors: Vec<Actor>,
    document: DocumentId,
    count: u32,
}

#[tokio::test]
async fn l31_l23_every_route_answers_everybody_as_the_matrix_says_and_no_get_changes_anything() {
    let mut cast = Cast::assemble().await;
    let mut wrong = Vec::new();
    for (method, path, letters) in MATRIX {
        let route = TABLE.iter().find(|route| route.method == *method && route.path == *path);
        let route = route.unwrap_or_else(|| panic!("there is no {method} {path}"));
        assert_eq!(letters.len(), ACTORS.len(), "{route:?}");
        for (index, expected) in letters.chars().enumerate() {
            let got = cast.ask(index, route).await;
            let changed = cast.commits.take();
            if route.method == Method::GET && !changed.is_empty() {
                wrong.push(format!("{route:?} by {} is a GET and changed {changed:?}", ACTORS[index]));
            }
            if got != expected {
                wrong.push(format!("{route:?} by {}: {got} instead of {expected}", ACTORS[index]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn l34_a_query_that_a_page_does_not_ask_is_refused_and_nothing_is_done() {
    let mut cast = Cast::assemble().await;
    for route in TABLE {
        let index = if route.path.starts_with("/staff/") { 0 } else { 4 };
        let path = format!("{}?no_such_field=1", cast.path(index, route).await);
        let fields = fields(route, 1);
        let token = cast.token(index, route).await;
        let browser = &mut cast.actors[index].browser;
        cast.commits.take();
        let page = match route.takes {
            Takes::Nothing | Takes::Question => browser.get(&path).await,
            Takes::Form | Takes::Files => {
                let fields: Vec<(&str, &str)> = std::iter::once(("_csrf", token.as_str()))
                    .chain(fields.iter().map(|(key, value)| (*key, value.as_str())))
                    .collect();
                browser.post(&path, &fields).await
            }
        };
        assert_eq!(page.status, 400, "{route:?}");
        assert_eq!(cast.commits.take(), [""; 0], "{route:?}");
    }
}

#[test]
fn l31_every_route_has_its_row_in_the_matrix() {
    for route in TABLE {
        let rows = MATRIX.iter().filter(|(method, path, _)| route.method == *method && route.path == *path).count();
        assert_eq!(rows, 1, "{route:?}");
    }
    assert_eq!(MATRIX.len(), TABLE.len());
}

fn name(text: &str) -> DisplayName {
    DisplayName::new(text).unwrap()
}

impl Cast {
    async fn assemble() -> Self {
        let commits = Arc::new(Commits::default());
        let watch = Arc::clone(&commits);
        let office = Office::open_with(|ports, _| {
            ports.store = Arc::new(WatchedStore::new(ports.store.clone(), watch));
        })
        .await;
        let world = &office.world;
        let files = world.owner.files(world.acme.id);
        let document = files.upload(world.tax, FileName::new("a.pdf").unwrap(), "%PDF-1.7").await.unwrap().document;
        files.share(world.tax, world.ana.audience(), Access::View).await.unwrap();
        files.share(world.tax, world.ben.audience(), Access::ViewAndUpload).await.unwrap();
        let address = email("nil@acme.test");
        let nil = NewContact::new(name("Nil"), address.clone());
        let contact = world.owner.contacts(world.acme.id).add(nil).await.unwrap();
        let nil = Person { firm: world.firm, client: world.acme.id, contact, email: address };
        let mut actors = Vec::new();
        for (firm, staff) in [
            (world.firm, &world.owner),
            (world.firm, &world.assigned),
            (world.firm, &world.unassigned),
            (world.other_firm, &world.other_owner),
        ] {
            let member = staff.me().await.unwrap().id;
            let browser = office.staff(firm, member).await;
            actors.push(Actor { browser, person: None, session: "session_00000000000000000000000000000001".into() });
        }
        for person in [&world.ana, &world.ben, &nil, &world.cara, &world.eve] {
            let mut browser = office.sign_in(person).await;
            office.sign_in(person).await;
            let settings = browser.get(&office.at(person, "/settings")).await.ok().text();
            let (_, rest) = settings.split_once("/sessions/session_").unwrap();
            let session = format!("session_{}", &rest[..32]);
            actors.push(Actor { browser, person: Some(person.clone()), session });
        }
        let session = "session_00000000000000000000000000000001".into();
        actors.push(Actor { browser: office.browser(), person: None, session });
        for actor in &mut actors {
            // Whoever visits a firm's page holds a browser's own cookie.
            actor.browser.get("/staff/sign-in").await.ok();
        }
        Self { office, commits, actors, document, count: 0 }
    }

    /// Asks for a route as somebody, as it should be asked for, and says how it was answered.
    async fn ask(&mut self, index: usize, route: &Route) -> char {
        self.count += 1;
        let path = self.path(index, route).await;
        let mut fields = fields(route, self.count);
        fields.extend(self.picked(route).await);
        let token = self.token(index, route).await;
        let browser = &mut self.actors[index].browser;
        self.commits.take();
        let page = match route.takes {
            Takes::Nothing | Takes::Question => browser.get(&path).await,
            Takes::Form => {
                let fields: Vec<(&str, &str)> = std::iter::once(("_csrf", token.as_str()))
                    .chain(fields.iter().map(|(key, value)| (*key, value.as_str())))
                    .collect();
                browser.post(&path, &fields).await
            }
            Takes::Files => {
                let kind = [
                    (header::CONTENT_TYPE, "multipart/form-data; boundary=edge"),
                    (header::ACCEPT, "application/json"),
                ];
                let body = multipart(&token, &[("new.pdf", b"x")]);
                browser.send(Method::POST, &path, &kind, body.into()).await
            }
        };
        let firm = format!("/p/{}", self.office.world.firm);
        let to_sign_in = match page.leads_to() {
            Some(place) if route.path.starts_with("/staff/") => {
                place == "/staff/sign-in" && route.path != "/staff/sign-out"
            }
            Some(place) => place == firm && (route.path.contains("{contact}") || route.path.ends_with("/choose")),
            None => false,
        };
        // Signing out leads to the same place as not being signed in: what tells them apart is what is said there.
        let signs_out = route.path.ends_with("/sign-out");
        let was_out = signs_out
            && !page.headers.get_all("set-cookie").iter().any(|cookie| match route.path {
                "/staff/sign-out" => {
                    self.actors[index].person.is_none() && index < 4 && cookie.to_str().unwrap().contains("staff")
                }
                _ => cookie.to_str().unwrap().starts_with("__Host-portal-said"),
            });
        match page.status.as_u16() {
            _ if to_sign_in || was_out => 'S',
            200 | 201 | 303 => 'Y',
            401 => 'S',
            403 => 'D',
            404 => 'N',
            410 => 'G',
            422 => 'R',
            other => panic!("{route:?} by {} was answered {other}: {}", ACTORS[index], page.text()),
        }
    }

    /// A token for the forms of this route, from a page that this person can see.
    async fn token(&mut self, index: usize, route: &Route) -> String {
        let office = &self.office;
        let Actor { browser, person, .. } = &mut self.actors[index];
        let staff_page = route.path.starts_with("/staff/");
        let page = match person {
            _ if route.method == Method::GET => return String::new(),
            None if index < 4 && staff_page && route.path != "/staff/sign-in" => "/staff/clients/new".to_owned(),
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

    async fn path(&self, index: usize, route: &Route) -> String {
        let world = &self.office.world;
        let mut parts: BTreeMap<&str, String> = BTreeMap::new();
        let staff_page = route.path.starts_with("/staff/");
        let person = self.actors[index].person.as_ref().unwrap_or(&world.ana);
        let node = match route.path.rsplit('/').next().unwrap() {
            _ if !staff_page => world.tax.into(),
            "revoke" => self.shared_folder().await,
            "restore" | "purge" => self.trashed_folder().await,
            _ => self.folder().await.into(),
        };
        parts.insert("firm", world.firm.to_string());
        parts.insert("client", world.acme.id.to_string());
        parts.insert("contact", if staff_page { self.contact().await } else { person.contact.to_string() });
        parts.insert("folder", world.tax.to_string());
        parts.insert("node", node.to_string());
        parts.insert("document", self.document.to_string());
        parts.insert("session", self.actors[index].session.clone());
        parts.insert("member", if route.path.contains("{member}") { self.member().await } else { String::new() });
        parts.insert("message", if route.path.contains("{message}") { self.message().await } else { String::new() });
        for (name, fixed) in [
            ("address", "address_00000000000000000000000000000001"),
            ("attempt", "attempt_00000000000000000000000000000001"),
            ("secret", "secret"),
            ("page", "1"),
            ("mail", "00000000000000000000000000000001"),
            ("name", "portal.css"),
            ("color", "1f5f5b.css"),
        ] {
            parts.insert(name, fixed.to_owned());
        }
        if route.path.ends_with("view-as/{folder}") {
            parts.insert("contact", world.ana.contact.to_string());
        }
        parts.iter().fold(route.path.to_owned(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value))
    }

    /// A new folder of Acme.
    async fn folder(&self) -> FolderId {
        let world = &self.office.world;
        let name = FileName::new(&format!("Folder {}", self.count)).unwrap();
        world.owner.files(world.acme.id).add_folder(world.acme.root, name).await.unwrap()
    }

    /// What is selected in a list, for an act on several, and which.
    async fn picked(&self, route: &Route) -> Vec<(&'static str, String)> {
        let (act, node) = match route.path {
            _ if route.method == Method::GET => return Vec::new(),
            "/staff/clients/{client}/files" | "/staff/clients/{client}/files/{folder}" => {
                ("trash", self.folder().await.into())
            }
            "/staff/clients/{client}/trash" => ("restore", self.trashed_folder().await),
            path if path.ends_with("/share-several") => ("", NodeId::from(self.folder().await)),
            path if path.ends_with("/unshare") => ("", self.shared_folder().await),
            _ => return Vec::new(),
        };
        let act = (!act.is_empty()).then(|| ("act", act.to_owned()));
        act.into_iter().chain([("node", node.to_string())]).collect()
    }

    async fn shared_folder(&self) -> NodeId {
        let world = &self.office.world;
        let folder = self.folder().await;
        let files = world.owner.files(world.acme.id);
        files.share(folder, portal_core::sharing::Audience::AllContacts, Access::View).await.unwrap();
        folder.into()
    }

    async fn trashed_folder(&self) -> NodeId {
        let world = &self.office.world;
        let folder = self.folder().await;
        world.owner.files(world.acme.id).trash(folder).await.unwrap();
        folder.into()
    }

    /// A new contact of Acme.
    async fn contact(&self) -> String {
        let world = &self.office.world;
        let contact = NewContact::without_email(name(&format!("Contact {}", self.count)));
        world.owner.contacts(world.acme.id).add(contact).await.unwrap().to_string()
    }

    /// A new member of the team.
    async fn member(&self) -> String {
        let world = &self.office.world;
        let address = email(&format!("member{}@miller.test", self.count));
        world.owner.team().add(NewMember::new(name("Temp"), address)).await.unwrap().to_string()
    }

    /// A mail of the firm.
    async fn message(&self) -> String {
        let world = &self.office.world;
        let folder = self.folder().await;
        let files = world.owner.files(world.acme.id);
        files.share(folder, world.ana.audience(), Access::View).notify().await.unwrap();
        self.office.work().await;
        let query = portal_core::ports::store::DeliveryQuery::default();
        let page = portal_core::values::PageRequest::default();
        let messages = world.owner.deliveries().list(&query, &page).await.unwrap();
        messages.items[0].id.to_string()
    }
}

/// What a form of this route holds when it is filled in as it should be.
fn fields(route: &Route, count: u32) -> Vec<(&'static str, String)> {
    let text = |text: &str| text.to_owned();
    match route.path {
        "/p/{firm}" => vec![("email", format!("nobody{count}@nowhere.test"))],
        "/p/{firm}/code" => vec![("code", text("000000"))],
        "/staff/sign-in" => vec![("email", format!("nobody{count}@nowhere.test")), ("password", text(PASSWORD))],
        "/staff/clients" => vec![("name", format!("Client {count}"))],
        "/staff/settings" => {
            vec![("name", text("Miller CPA")), ("color", text("#1f5f5b")), ("max_upload_megabytes", text("10"))]
        }
        "/staff/team" => vec![
            ("name", text("New")),
            ("email", format!("new{count}@miller.test")),
            ("role", text("member")),
            ("password", text("correct horse battery")),
        ],
        path if path.ends_with("/role") => vec![("role", text("admin"))],
        path if path.ends_with("/rename") || path.ends_with("/new-folder") => vec![("name", format!("Name {count}"))],
        path if path.ends_with("/contacts/new") || path.ends_with("/edit") => {
            vec![("name", text("Zoë")), ("email", text(""))]
        }
        path if path.ends_with("/portal-access") => vec![("allowed", text("false"))],
        path if path.ends_with("/visible") => vec![("visible", text("true"))],
        path if path.ends_with("/revoke") || path.ends_with("/unshare") => vec![("audience", text("all"))],
        path if path.ends_with("/share") || path.ends_with("/share-several") => {
            vec![("audience", text("all")), ("access", text("view")), ("until", text("")), ("notify", text("false"))]
        }
        _ => Vec::new(),
    }
}
