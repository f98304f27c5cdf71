//! A world in which every operation that changes something can be carried out, and each of them by its name.

use std::time::Duration;

use portal_core::audit::ChainKey;
use portal_core::directory::{
    ContactChange, FirmChange, FolderTree, Frequency, MailingChange, NewClient, NewContact, NewFirm, NewMember,
    PoliciesChange, Role, TemplateFolder, TemplateSharing, Topic,
};
use portal_core::event::Keyspace;
use portal_core::identity::{Asked, BrowserToken, SessionToken};
use portal_core::notifications::Specimen;
use portal_core::ports::store::DeliveryQuery;
use portal_core::sharing::{Access, Audience};
use portal_core::testing::{World, png_head};
use portal_core::values::{
    Actor, DocumentId, FolderId, FolderTemplateId, Language, MemberId, MessageId, PageRequest, UploadId,
};
use portal_core::{Call, ContactHandle, Error, Operation, Visitor};

use crate::words::{called, email, page, person, rows, upload};

/// A world with something in it for each operation.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) ana: ContactHandle,
    pub(crate) session: SessionToken,
    /// Two more sessions of Ana's.
    others: [SessionToken; 2],
    document: DocumentId,
    /// Two that Ana uploaded.
    own: [DocumentId; 2],
    /// A document of a name that is taken elsewhere.
    letter: DocumentId,
    trashed_folder: FolderId,
    trashed_document: DocumentId,
    archived: [FolderId; 2],
    templates: [FolderTemplateId; 2],
    olivia: MemberId,
    mia: MemberId,
    noah: MemberId,
    adam: MemberId,
    messages: Vec<MessageId>,
    /// Two uploads of the owner's of which every byte has come, and two of Ana's.
    uploads: [UploadId; 2],
    their_uploads: [UploadId; 2],
    visitor: Visitor,
    browser: BrowserToken,
    /// Attempts of Ana's that were issued, each with the code and the link's secret.
    attempts: [(Asked, String, String); 2],
}

impl Scene {
    pub(crate) async fn set(world: World) -> Self {
        let files = world.owner.files(world.acme.id);
        let document = world.upload(world.acme.id, world.tax, "w2.pdf", "bytes").await.unwrap();
        let policies = PoliciesChange { contacts_make_folders: Some(true), ..PoliciesChange::default() };
        world.owner.settings().change(FirmChange { policies, ..FirmChange::default() }).await.unwrap();
        let letter = world.upload(world.acme.id, world.tax, "letter.pdf", "bytes").await.unwrap();
        world.upload(world.acme.id, world.internal, "Letter.PDF", "bytes").await.unwrap();
        let trashed_folder = files.add_folder(world.acme.root, called("Old")).await.unwrap();
        let trashed_document = world.upload(world.acme.id, world.acme.root, "old.pdf", "old").await.unwrap();
        let mut archived = Vec::new();
        for name in ["2023", "2024"] {
            let folder = files.add_folder(world.acme.root, called(name)).await.unwrap();
            files.archive(folder).await.unwrap();
            archived.push(folder);
        }
        let mut templates = Vec::new();
        for name in ["1040", "990"] {
            templates.push(world.owner.folder_templates().add(person(name), tree(name)).await.unwrap());
        }
        files.trash(trashed_folder).await.unwrap();
        files.trash(trashed_document).await.unwrap();
        files.share(world.tax, world.ana.audience(), Access::ViewAndUpload).notify().await.unwrap();
        files.share(world.receipts, world.ben.audience(), Access::View).notify().await.unwrap();
        world.let_pass(Duration::from_secs(3600)).await.unwrap();
        let session = world.session_of(&world.ana).await.unwrap();
        let others = [world.session_of(&world.ana).await.unwrap(), world.session_of(&world.ana).await.unwrap()];
        let ana = world.portal.contact(&session, world.ana.contact).await.unwrap();
        let visitor = world.portal.visitor(std::net::IpAddr::from([192, 0, 2, 2]));
        let browser = visitor.browser_token().unwrap();
        let own =
            [upload(&ana, world.tax, "own.pdf").await.unwrap(), upload(&ana, world.tax, "mine.pdf").await.unwrap()];
        let own = own.map(|receipt| receipt.document);
        for held in [world.receipts, world.acme.client_uploads] {
            files.place_hold(held, person("Audit")).await.unwrap();
        }
        let mut attempts = Vec::new();
        for _ in 0..2 {
            let asked = visitor.ask(world.firm, world.ana.email.clone(), &browser).await.unwrap();
            world.run_worker().await.unwrap();
            let mail = world.mailer.last_to(&world.ana.email).unwrap();
            let is_code = |line: &&str| line.chars().filter(char::is_ascii_digit).count() == 6 && line.len() == 7;
            let code = mail.text.lines().map(str::trim).find(is_code).unwrap().to_owned();
            let link = mail.text.lines().find(|line| line.contains("https://portal.test/access/")).unwrap();
            let secret = link.trim().rsplit('/').next().unwrap().to_owned();
            attempts.push((asked, code, secret));
        }
        for both in [&world.kim.email, &world.lee.email] {
            world.portal.host().mail(world.firm).bounced(both.clone(), "no such mailbox").await.unwrap();
        }
        let (mut uploads, mut their_uploads) = (Vec::new(), Vec::new());
        for name in ["one.pdf", "other.pdf"] {
            let upload = files.uploads().begin(world.tax, called(name), 5).await.unwrap().id;
            files.uploads().resume(upload, 0, "bytes").await.unwrap();
            uploads.push(upload);
            let upload = ana.files().uploads().begin(world.tax, called(name), 5).await.unwrap().id;
            ana.files().uploads().resume(upload, 0, "bytes").await.unwrap();
            their_uploads.push(upload);
        }
        let messages = world.owner.deliveries().list(&DeliveryQuery::default(), &page()).await.unwrap().items;
        Self {
            ana,
            session,
            others,
            document,
            own,
            letter,
            trashed_folder,
            trashed_document,
            archived: archived.try_into().unwrap(),
            templates: templates.try_into().unwrap(),
            olivia: world.owner.me().await.unwrap().id,
            mia: world.assigned.me().await.unwrap().id,
            noah: world.unassigned.me().await.unwrap().id,
            adam: world.admin.me().await.unwrap().id,
            messages: messages.iter().map(|message| message.id).collect(),
            uploads: uploads.try_into().unwrap(),
            their_uploads: their_uploads.try_into().unwrap(),
            visitor,
            browser,
            attempts: attempts.try_into().unwrap(),
            world,
        }
    }

    /// Carries out an operation, under `key` if there is one; with `other` input than usual, if that is wanted. What it
    /// answers is told as text. `None` for operations that change nothing.
    pub(crate) async fn carry_out(
        &self,
        operation: Operation,
        key: Option<&str>,
        other: bool,
    ) -> Option<Result<String, Error>> {
        let world = &self.world;
        let (owner, acme) = (&world.owner, world.acme.id);
        let (files, contacts) = (owner.files(acme), owner.contacts(acme));
        let either = |one: &'static str, another: &'static str| if other { another } else { one };
        let bytes = either("bytes", "other bytes");
        let answer = match operation {
            Operation::AddFirm => {
                let owner = NewMember::new(person("Tess"), email("tess@third.test"));
                told(key, world.portal.host().firms().add(NewFirm::new(person(either("Third", "Fourth")), owner))).await
            }
            Operation::SyncDirectory => {
                told(key, world.portal.host().sync(world.firm).rows(rows(either("oak", "ash")))).await
            }
            Operation::Import => told(key, owner.clients().import(rows(either("elm", "fir")))).await,
            Operation::RotateDataKey => told(key, world.portal.host().keys().rotate(world.firm)).await,
            Operation::ChangeFirm => {
                let change = FirmChange { name: Some(person(either("Miller", "Mueller"))), ..FirmChange::default() };
                told(key, owner.settings().change(change)).await
            }
            Operation::SetLogo => {
                let logo = png_head(if other { 200 } else { 100 }, 100);
                told(key, owner.settings().set_logo(logo)).await
            }
            Operation::SendTestMail => {
                let specimen = if other { Specimen::SignIn } else { Specimen::SharedFolder };
                told(key, owner.settings().send_test(specimen, &Language::GERMAN)).await
            }
            Operation::AddMember => {
                let member = NewMember::new(person(either("Uma", "Una")), email("uma@miller.test"));
                told(key, owner.team().add(member)).await
            }
            Operation::ChangeMemberRole => {
                told(key, owner.team().change_role(self.mia, if other { Role::Owner } else { Role::Admin })).await
            }
            Operation::RemoveMember => told(key, owner.team().remove(if other { self.mia } else { self.noah })).await,
            Operation::AddClient => told(key, owner.clients().add(NewClient::new(person(either("Elm", "Fir"))))).await,
            Operation::RenameClient => {
                told(key, owner.clients().rename(acme, person(either("Acme Inc", "Acme Ltd")))).await
            }
            Operation::Assign => {
                told(key, owner.assignments(acme).assign(if other { self.adam } else { self.noah })).await
            }
            Operation::Unassign => {
                told(key, owner.assignments(acme).unassign(if other { self.noah } else { self.mia })).await
            }
            Operation::AddContact => {
                told(key, contacts.add(NewContact::new(person(either("Gil", "Gus")), email("g@acme.test")))).await
            }
            Operation::ChangeContact => {
                let name = Some(person(either("Anna", "Anne")));
                let change = ContactChange { name, ..ContactChange::default() };
                told(key, contacts.change(world.ana.contact, change)).await
            }
            Operation::RemoveContact => {
                let contact = if other { world.ana.contact } else { world.ben.contact };
                told(key, contacts.remove(contact)).await
            }
            Operation::EraseContact => {
                let whose = if other { &world.lee } else { &world.kim };
                told(key, owner.contacts(whose.client).erase(whose.contact)).await
            }
            Operation::ExportClient => {
                let client = if other { world.bolt.id } else { acme };
                told(key, owner.clients().export(client)).await
            }
            Operation::ExportForHost => {
                let client = if other { world.bolt.id } else { acme };
                told(key, world.portal.host().export(world.firm, client)).await
            }
            Operation::NoteBounce => {
                let said = either("no such mailbox", "the mailbox is closed");
                told(key, world.portal.host().mail(world.firm).bounced(world.ben.email.clone(), said)).await
            }
            Operation::SetContactLanguage => {
                let language = Language::new(either("de", "fr")).unwrap();
                told(key, contacts.set_language(world.ana.contact, Some(language))).await
            }
            Operation::ClearBounce => {
                let contact = if other { world.kim.contact } else { world.lee.contact };
                told(key, owner.contacts(world.kim.client).clear_bounce(contact)).await
            }
            Operation::ChooseOwnMail => {
                let often = if other { Frequency::Weekly } else { Frequency::Daily };
                let change = MailingChange::topic(Topic::ClientUploaded, often);
                told(key, owner.notifications().choose(change)).await
            }
            Operation::ContactChooseMail => {
                let topic = if other { Topic::Shared } else { Topic::NewDocuments };
                let change = MailingChange::topic(topic, Frequency::Off);
                told(key, self.ana.notifications().choose(change)).await
            }
            Operation::SetPortalAccess => told(key, contacts.set_portal_access(world.ben.contact, other)).await,
            Operation::AddFolderTemplate => {
                let (name, templates) = (person(either("1065", "1120")), owner.folder_templates());
                told(key, templates.add(name, tree("Letters"))).await
            }
            Operation::ChangeFolderTemplate => {
                let change = owner.folder_templates().change(self.templates[0], person("1040"), tree(either("A", "B")));
                told(key, change).await
            }
            Operation::RemoveFolderTemplate => {
                told(key, owner.folder_templates().remove(self.templates[usize::from(other)])).await
            }
            Operation::ChooseDefaultTemplate => {
                told(key, owner.folder_templates().choose_default(Some(self.templates[usize::from(other)]))).await
            }
            Operation::ApplyFolderTemplate => told(key, files.apply_template(self.templates[usize::from(other)])).await,
            Operation::AddFolder => told(key, files.add_folder(world.tax, called(either("Letters", "Notes")))).await,
            Operation::Upload => told(key, files.upload(world.tax, called("w2.pdf"), bytes)).await,
            Operation::ResumeUpload => told(key, files.uploads().finish(self.uploads[usize::from(other)])).await,
            Operation::GiveUpUpload => told(key, files.uploads().give_up(self.uploads[usize::from(other)])).await,
            Operation::ContactDoneUploading => {
                let folder = if other { world.receipts } else { world.tax };
                told(key, self.ana.files().done_uploading(folder)).await
            }
            Operation::ContactResumeUpload => {
                told(key, self.ana.files().uploads().finish(self.their_uploads[usize::from(other)])).await
            }
            Operation::ContactGiveUpUpload => {
                told(key, self.ana.files().uploads().give_up(self.their_uploads[usize::from(other)])).await
            }
            Operation::AddVersion => told(key, files.add_version(self.document, called("v2.pdf"), bytes)).await,
            Operation::Rename => {
                // A name that is taken, so that it is settled otherwise.
                told(key, files.rename(world.internal, called(either("2025 tax", "Notes")))).await
            }
            Operation::Move => {
                // A name that is taken there, so that it is settled otherwise.
                told(key, files.move_to(self.letter, if other { world.acme.root } else { world.internal })).await
            }
            Operation::PlaceHold => {
                told(key, files.place_hold(if other { world.internal } else { world.tax }, person("Audit"))).await
            }
            Operation::ReleaseHold => {
                told(key, files.release_hold(if other { world.acme.client_uploads } else { world.receipts })).await
            }
            Operation::Archive => told(key, files.archive(if other { world.receipts } else { world.internal })).await,
            Operation::Unarchive => told(key, files.unarchive(self.archived[usize::from(other)])).await,
            Operation::Trash => told(key, files.trash(if other { world.receipts } else { world.internal })).await,
            Operation::Restore if other => told(key, files.restore(self.trashed_document)).await,
            Operation::Restore => told(key, files.restore(self.trashed_folder)).await,
            Operation::Purge if other => told(key, files.purge(self.trashed_document)).await,
            Operation::Purge => told(key, files.purge(self.trashed_folder)).await,
            Operation::Share => {
                let access = if other { Access::View } else { Access::ViewAndUpload };
                told(key, files.share(world.internal, Audience::AllContacts, access).notify()).await
            }
            Operation::Revoke => {
                let (node, audience) =
                    if other { (world.receipts, world.ben.audience()) } else { (world.tax, world.ana.audience()) };
                told(key, files.revoke(node, audience)).await
            }
            Operation::SetVisible => told(key, files.set_visible(world.internal, !other)).await,
            Operation::Resend => told(key, owner.deliveries().resend(self.messages[usize::from(other)])).await,
            Operation::ContactAddFolder => {
                told(key, self.ana.files().add_folder(world.tax, called(either("Letters", "Notes")))).await
            }
            Operation::ContactWithdraw => told(key, self.ana.files().withdraw(self.own[usize::from(other)])).await,
            Operation::ContactUpload => told(key, self.ana.files().upload(world.tax, called("w2.pdf"), bytes)).await,
            Operation::EndSession => {
                let signed_in = world.portal.signed_in(&self.session).await.unwrap();
                told(key, signed_in.end_session(self.others[usize::from(other)].session())).await
            }
            Operation::EndOtherSessions => match world.portal.signed_in(&self.session).await {
                Ok(signed_in) => told(key, signed_in.end_other_sessions()).await,
                Err(error) => Err(error),
            },
            Operation::SignOut => match world.portal.signed_in(&self.session).await {
                Ok(signed_in) => told(key, signed_in.sign_out()).await,
                Err(error) => Err(error),
            },
            Operation::AskToSignIn => {
                let firm = if other { world.other_firm } else { world.firm };
                told(key, self.visitor.ask(firm, world.ben.email.clone(), &self.browser)).await
            }
            Operation::Unsubscribe => {
                let mut links =
                    world.mailer.delivered_to(&world.ana.email).into_iter().filter_map(|mail| mail.unsubscribe);
                let link = links.next_back().unwrap();
                let token = link.as_str().rsplit('/').next().unwrap().parse().unwrap();
                match other {
                    true => told(key, self.visitor.subscribe_again(world.firm, &token)).await,
                    false => told(key, self.visitor.unsubscribe(world.firm, &token)).await,
                }
            }
            Operation::RedeemCode => {
                let (asked, code, _) = &self.attempts[usize::from(other)];
                let call = self.visitor.redeem_code(asked.address, asked.attempt, code, &self.browser, "a browser");
                told(key, call).await
            }
            Operation::RedeemLink => {
                let (asked, _, secret) = &self.attempts[usize::from(other)];
                let call = self.visitor.redeem_link(asked.address, asked.attempt, secret, &self.browser, "a browser");
                told(key, call).await
            }
            Operation::FindFirm
            | Operation::ListFirms
            | Operation::PreviewImport
            | Operation::RewrapDataKeys
            | Operation::ReadFirm
            | Operation::ListTeam
            | Operation::ListFolderTemplates
            | Operation::ListClients
            | Operation::ReadClient
            | Operation::ListAssigned
            | Operation::ListContacts
            | Operation::ListFolder
            | Operation::PreviewMove
            | Operation::ListUploads
            | Operation::PreviewPurge
            | Operation::ListArchive
            | Operation::ListTrash
            | Operation::ReadDocument
            | Operation::Download
            | Operation::DownloadFolder
            | Operation::Preview
            | Operation::PreviewRecipients
            | Operation::ReadSharing
            | Operation::Explain
            | Operation::ViewAsContact
            | Operation::ReadActivity
            | Operation::ReadFirmActivity
            | Operation::ListDeliveries
            | Operation::PreviewMail
            | Operation::ContactMe
            | Operation::ContactHome
            | Operation::ContactRoots
            | Operation::ContactListArchive
            | Operation::ContactListFolder
            | Operation::ContactListUploads
            | Operation::ContactReadDocument
            | Operation::ContactDownload
            | Operation::ContactDownloadFolder
            | Operation::ContactPreview
            | Operation::ContactReceipts
            | Operation::ContactReadMail
            | Operation::ReadOwnMail
            | Operation::ListPortals
            | Operation::ListSessions
            | Operation::AccessPage
            | Operation::ReadLogo
            | Operation::LookAtLink
            | Operation::LookAtUnsubscribe
            | Operation::RunDue
            | Operation::WorkerStep => return None,
        };
        Some(answer)
    }

    /// How much was done, whoever did it: the links of every chain, what waits to be told, and what was told.
    pub(crate) async fn trace(&self) -> Trace {
        let store = &self.world.ports.store;
        let all = PageRequest::first(PageRequest::MAX_LIMIT);
        let mut chains = Vec::new();
        for firm in store.firms(&all).await.unwrap().items {
            chains.push((Keyspace::Firm(firm.id), ChainKey::Firm(firm.id)));
            for row in store.clients(firm.id, &Default::default(), &all).await.unwrap().items {
                chains.push((Keyspace::Firm(firm.id), ChainKey::Client(row.client.id)));
            }
        }
        let login = self.session.login();
        chains.push((Keyspace::Login(login), ChainKey::Login(login)));
        let mut links = Vec::new();
        for (keyspace, chain) in chains {
            links.push(store.links(keyspace, chain, 0, 10_000).await.unwrap().len());
        }
        let (client, mut resumable) = (self.world.acme.id, 0);
        for actor in [Actor::Member(self.olivia), Actor::Contact(self.world.ana.contact)] {
            let under_way = store.uploads_under_way(self.world.firm, client, actor, 100).await.unwrap();
            resumable += under_way.iter().filter(|upload| upload.announced_bytes.is_some()).count();
        }
        let backlog = store.backlog().await.unwrap();
        Trace { links, resumable, events: backlog.events, messages: backlog.messages }
    }
}

fn tree(folder: &str) -> FolderTree {
    FolderTree::new(vec![TemplateFolder::new(called(folder)).shared(TemplateSharing::View)]).unwrap()
}

/// How much was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trace {
    links: Vec<usize>,
    /// Uploads that can be resumed: giving one up tells nobody anything.
    resumable: usize,
    events: u64,
    messages: u64,
}

/// What a call answers, as text.
async fn told<T: std::fmt::Debug + Send + 'static, O>(key: Option<&str>, call: Call<T, O>) -> Result<String, Error>
where
    Call<T, O>: IntoFuture<Output = Result<T, Error>>,
{
    let call = match key {
        Some(key) => call.command(key),
        None => call,
    };
    call.await.map(|answer| format!("{answer:?}"))
}
