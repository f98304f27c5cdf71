//! What the path of a route names and its form holds: made anew for each who asks, so that what they ask for can be done.

use std::collections::BTreeMap;

use bytes::Bytes;
use hyper::{Method, header};
use portal_core::ContactHandle;
use portal_core::directory::{FolderTree, NewContact, NewMember, TemplateFolder};
use portal_core::ports::store::DeliveryQuery;
use portal_core::sharing::{Access, Audience};
use portal_core::testing::{Person, png_head};
use portal_core::values::{
    ContactId, DocumentId, FolderId, FolderTemplateId, MemberId, MessageId, NodeId, PageRequest, UploadId,
};
use portal_server::routes::Route;

use super::browser::announced;
use super::cast::{Cast, Place, called, firm_and_contact, name};
use super::office::{PASSWORD, email};

impl Cast {
    pub(super) async fn path(&self, index: usize, route: &Route, (firm, contact, session): &Place) -> String {
        let world = &self.office.world;
        let mut parts: BTreeMap<&str, String> = BTreeMap::new();
        let staff_page = route.path.starts_with("/staff/");
        let node = match route.path.rsplit('/').next().unwrap() {
            _ if !route.path.contains("{node}") => String::new(),
            _ if !staff_page => self.folder.to_string(),
            "revoke" => self.shared_folder().await.to_string(),
            "release" => self.held_folder().await.to_string(),
            "unarchive" => self.archived_folder().await.to_string(),
            "restore" | "purge" => self.trashed_folder().await.to_string(),
            _ => self.new_folder().await.to_string(),
        };
        if route.path.ends_with("/sessions/end-others")
            && let Some(person) = &self.actors[index].person
            && firm_and_contact(person) == (firm.clone(), contact.clone())
        {
            self.office.sign_in(person).await;
        }
        if route.path.contains("/logo") && !route.path.ends_with("{firm}/logo") {
            let settings = world.owner.settings();
            settings.set_logo(png_head(100, 100)).await.unwrap();
            settings.show_logo(!route.path.ends_with("/restore")).await.unwrap();
        }
        let contact = match staff_page && route.path.contains("{contact}") {
            true if route.path.ends_with("view-as/{folder}") => world.ana.contact.to_string(),
            true if route.path.ends_with("/clear-bounce") => self.bounced_contact().await.to_string(),
            true => self.new_contact().await.to_string(),
            false => contact.clone(),
        };
        let own = route.path.ends_with("/withdraw") && route.method == Method::POST;
        let document = match self.actors[index].person.as_ref().filter(|_| own) {
            Some(person) => self.uploaded_by(person).await.to_string(),
            None => self.document.to_string(),
        };
        let member = match route.path.contains("{member}") {
            true => self.new_member(route.path.ends_with("/unassign")).await.to_string(),
            false => String::new(),
        };
        for (name, value) in [
            ("firm", firm.clone()),
            ("contact", contact),
            ("session", session.clone()),
            ("client", self.client.to_string()),
            ("folder", self.folder.to_string()),
            ("document", document),
            ("node", node),
            ("member", member),
            ("upload", if route.path.contains("{upload}") { self.upload(index).await } else { String::new() }),
            ("message", if route.path.contains("{message}") { self.message().await } else { String::new() }),
            ("address", "address_00000000000000000000000000000001".to_owned()),
            ("attempt", "attempt_00000000000000000000000000000001".to_owned()),
            ("secret", "secret".to_owned()),
            ("token", "A".repeat(78)),
            (
                "template",
                if route.path.contains("{template}") { self.template().await.to_string() } else { String::new() },
            ),
            ("page", "1".to_owned()),
            ("mail", self.mail.to_owned()),
            ("name", "portal.css".to_owned()),
            ("color", "1f5f5b.css".to_owned()),
        ] {
            parts.insert(name, value);
        }
        if self.is_nowhere {
            let (folder, contact) = (FolderId::from_bits(41).to_string(), ContactId::from_bits(41).to_string());
            parts.extend([
                ("node", folder.clone()),
                ("folder", folder),
                ("document", DocumentId::from_bits(41).to_string()),
                ("member", MemberId::from_bits(41).to_string()),
                ("message", MessageId::from_bits(41).to_string()),
                ("upload", UploadId::from_bits(41).to_string()),
                ("template", FolderTemplateId::from_bits(41).to_string()),
            ]);
            parts.extend(staff_page.then_some(("contact", contact)));
        }
        parts.iter().fold(route.path.to_owned(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value))
    }

    /// A new folder of Acme.
    async fn new_folder(&self) -> FolderId {
        let world = &self.office.world;
        let name = called(&format!("Folder {}", self.count));
        world.owner.files(world.acme.id).add_folder(world.acme.root, name).await.unwrap()
    }

    /// An upload of five bytes that was just begun: by whoever asks, or else by the owner of Acme's firm.
    async fn upload(&self, index: usize) -> String {
        let world = &self.office.world;
        let name = called(&format!("Upload {}.pdf", self.count));
        let Some(person) = &self.actors[index].person else {
            let staff = [&world.owner, &world.admin, &world.assigned, &world.unassigned];
            let staff = staff.get(index).copied().unwrap_or(&world.owner);
            let begun = staff.files(world.acme.id).uploads().begin(self.folder, name.clone(), 5).await;
            let upload = match begun {
                Ok(upload) => upload,
                // Whoever does not see Acme asks about the owner's.
                Err(_) => world.owner.files(world.acme.id).uploads().begin(self.folder, name, 5).await.unwrap(),
            };
            return upload.id.to_string();
        };
        let clients = [&world.acme, &world.bolt, &world.cedar, &world.delta];
        let client = clients.into_iter().find(|client| client.id == person.client).unwrap();
        let mut browser = self.actors[index].browser.clone();
        let token = browser.get(&self.office.at(person, "/settings")).await.ok().token();
        let folder = self.office.at(person, &format!("/files/{}/uploads", client.client_uploads));
        let answer = browser.send(Method::POST, &folder, &announced(&token), Bytes::new()).await;
        answer.header(header::LOCATION).rsplit('/').next().unwrap().to_owned()
    }

    async fn signed_in(&self, person: &Person) -> ContactHandle {
        let world = &self.office.world;
        let known = self.sessions.lock().unwrap().get(&person.contact).cloned();
        if let Some(token) = known
            && let Ok(handle) = world.portal.contact(&token, person.contact).await
        {
            return handle;
        }
        let token = world.session_of(person).await.unwrap();
        let handle = world.portal.contact(&token, person.contact).await.unwrap();
        self.sessions.lock().unwrap().insert(person.contact, token);
        handle
    }

    /// A document that a contact uploaded just now.
    async fn uploaded_by(&self, person: &Person) -> DocumentId {
        let world = &self.office.world;
        let clients = [&world.acme, &world.bolt, &world.cedar, &world.delta];
        let client = clients.into_iter().find(|client| client.id == person.client).unwrap();
        let files = self.signed_in(person).await.files();
        let name = called(&format!("Document {}.pdf", self.count));
        files.upload(client.client_uploads, name, "bytes").await.unwrap().receipt.document
    }

    async fn shared_folder(&self) -> NodeId {
        let folder = self.new_folder().await;
        let files = self.office.world.owner.files(self.office.world.acme.id);
        files.share(folder, Audience::AllContacts, Access::View).await.unwrap();
        folder.into()
    }

    async fn held_folder(&self) -> NodeId {
        let folder = self.new_folder().await;
        let files = self.office.world.owner.files(self.office.world.acme.id);
        files.place_hold(folder, name("An audit")).await.unwrap();
        folder.into()
    }

    /// A new folder template of Acme's firm.
    async fn template(&self) -> FolderTemplateId {
        let folder = TemplateFolder::new(called(&format!("Template {}", self.count)));
        let templates = self.office.world.owner.folder_templates();
        for template in templates.list().await.unwrap() {
            templates.remove(template.id).await.unwrap();
        }
        templates.add(name("1040"), FolderTree::new(vec![folder]).unwrap()).await.unwrap()
    }

    async fn archived_folder(&self) -> NodeId {
        let folder = self.new_folder().await;
        self.office.world.owner.files(self.office.world.acme.id).archive(folder).await.unwrap();
        folder.into()
    }

    async fn trashed_folder(&self) -> NodeId {
        let folder = self.new_folder().await;
        self.office.world.owner.files(self.office.world.acme.id).trash(folder).await.unwrap();
        folder.into()
    }

    /// A new contact of Acme.
    async fn new_contact(&self) -> ContactId {
        let world = &self.office.world;
        let contact = NewContact::without_email(name(&format!("Contact {}", self.count)));
        world.owner.contacts(world.acme.id).add(contact).await.unwrap()
    }

    /// A new contact of Acme, from whom mail came back.
    async fn bounced_contact(&self) -> ContactId {
        let world = &self.office.world;
        let address = email(&format!("contact{}@acme.test", self.count));
        let contact = NewContact::new(name(&format!("Contact {}", self.count)), address.clone());
        let contact = world.owner.contacts(world.acme.id).add(contact).await.unwrap();
        world.portal.host().mail(world.ana.firm).bounced(address, "no such mailbox").await.unwrap();
        contact
    }

    /// A new member of the team, who looks after Acme or not.
    async fn new_member(&self, assigned: bool) -> MemberId {
        let world = &self.office.world;
        let address = email(&format!("member{}@miller.test", self.count));
        let member = world.owner.team().add(NewMember::new(name("Temp"), address)).await.unwrap();
        if assigned {
            world.owner.assignments(world.acme.id).assign(member).await.unwrap();
        }
        member
    }

    /// A mail of the firm.
    async fn message(&self) -> String {
        let world = &self.office.world;
        let folder = self.new_folder().await;
        let files = world.owner.files(world.acme.id);
        files.share(folder, world.ana.audience(), Access::View).notify().await.unwrap();
        self.office.work().await;
        let messages = world.owner.deliveries().list(&DeliveryQuery::default(), &PageRequest::default()).await.unwrap();
        messages.items[0].id.to_string()
    }

    /// What a form of this route holds when it is filled in as it should be.
    pub(super) async fn fields(&self, route: &Route) -> Vec<(&'static str, String)> {
        let (count, text) = (self.count, |text: &str| text.to_owned());
        match route.path {
            "/p/{firm}" => vec![("email", format!("nobody{count}@nowhere.test"))],
            // Another choice each time, so that there is something to change.
            "/staff/notifications" => vec![("client_uploaded", text(["daily", "weekly"][usize::from(count % 2 == 0)]))],
            "/p/{firm}/{contact}/notifications" => {
                vec![("shared", text(["daily", "weekly"][usize::from(count % 2 == 0)])), ("new_documents", text("off"))]
            }
            "/p/{firm}/code" => vec![("code", text("000000"))],
            "/staff/sign-in" => vec![("email", format!("nobody{count}@nowhere.test")), ("password", text(PASSWORD))],
            "/staff/clients" => vec![("name", format!("Client {count}"))],
            "/staff/settings" => vec![
                ("name", format!("Firm {count}")),
                ("color", text("#1f5f5b")),
                ("max_upload_megabytes", text("10")),
                ("time_zone", text("Europe/Berlin")),
                ("digest_hour", text("7")),
                ("mail_footer", text("1 Main Street\r\nSpringfield")),
            ],
            "/staff/mail/test" => vec![("kind", text("sign-in")), ("language", text("de"))],
            "/staff/policies" => {
                vec![
                    ("withdrawal", text("grace")),
                    ("minutes", text("30")),
                    ("retention_days", (count % 900).to_string()),
                ]
            }
            "/staff/team" => vec![
                ("name", text("New")),
                ("email", format!("new{count}@miller.test")),
                ("role", text("member")),
                ("password", text("correct horse battery")),
            ],
            // Exactly those look after the client then: whoever does in these tests, and somebody new.
            "/staff/clients/{client}/team" => {
                let mia = self.office.world.assigned.me().await.unwrap().id;
                vec![("member", mia.to_string()), ("member", self.new_member(false).await.to_string())]
            }
            "/staff/clients/{client}/files" | "/staff/clients/{client}/files/{folder}" => {
                vec![("act", text("trash")), ("node", self.new_folder().await.to_string())]
            }
            "/staff/clients/{client}/trash" => {
                vec![("act", text("restore")), ("node", self.trashed_folder().await.to_string())]
            }
            path if path.ends_with("/unshare") => {
                vec![("audience", text("all")), ("node", self.shared_folder().await.to_string())]
            }
            path if path.ends_with("/move") => {
                vec![("node", self.new_folder().await.to_string()), ("into", self.office.world.internal.to_string())]
            }
            path if path.ends_with("/hold") => vec![("reason", text("An audit"))],
            "/staff/templates" | "/staff/templates/{template}" => {
                vec![("name", format!("Template {count}")), ("folders", text("Permanent (view)\n  Letters"))]
            }
            "/staff/templates/{template}/default" => vec![("chosen", text("true"))],
            "/staff/clients/{client}/template" => vec![("template", self.template().await.to_string())],
            path if path.ends_with("/role") => vec![("role", text("admin"))],
            path if path.ends_with("/rename") || path.ends_with("/new-folder") => {
                vec![("name", format!("Name {count}"))]
            }
            path if path.ends_with("/contacts/new") || path.ends_with("/edit") => {
                vec![("name", text("Zoë")), ("email", text(""))]
            }
            // As new contacts are called.
            path if path.ends_with("/erase") => vec![("name", format!("Contact {count}"))],
            path if path.ends_with("/portal-access") => vec![("allowed", text("false"))],
            path if path.ends_with("/visible") => vec![("visible", text("true"))],
            path if path.ends_with("/revoke") => vec![("audience", text("all"))],
            path if path.ends_with("/share") || path.ends_with("/share-several") => {
                let mut fields = vec![
                    ("audience", text("all")),
                    ("access", text("view")),
                    ("until", text("")),
                    ("notify", text("false")),
                ];
                if path.ends_with("/share-several") {
                    fields.push(("node", self.new_folder().await.to_string()));
                }
                fields
            }
            _ => Vec::new(),
        }
    }
}
