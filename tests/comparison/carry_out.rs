//! Carrying out what was drawn, at one portal, and saying what it answered.

use std::future::IntoFuture;

use portal_core::directory::{
    ContactChange, FirmChange, Frequency, MailingChange, NewClient, NewContact, NewFirm, NewMember, PoliciesChange,
    Topic, Withdrawal,
};
use portal_core::files::Receipt;
use portal_core::notifications::UnsubscribeToken;
use portal_core::ports::store::{ClientQuery, DeliveryQuery};
use portal_core::sharing::{Access, Audience};
use portal_core::values::{
    Color, Cursor, DisplayName, FirmId, FirmRef, Language, ListOrder, Page, PageRequest, TimeZone,
};
use portal_core::{AddedClient, Call, CameBack, Download, Error, ErrorKind, Operation, Right, Staff};

use crate::draw::{Draw, pictured};
use crate::known::{KnownAttempt, KnownContact, KnownMember, KnownNode, Learned};
use crate::part_by_part;
use crate::side::Side;

/// What an operation answered.
#[derive(Debug)]
pub(crate) struct Answer {
    /// In words; both portals must use the same.
    pub(crate) told: String,
    pub(crate) accepted: bool,
    /// The session that was shown is over.
    pub(crate) signed_out: bool,
    pub(crate) learned: Learned,
}

impl Answer {
    pub(crate) fn of<T: std::fmt::Debug>(answer: Result<T, Error>, learn: impl FnOnce(T) -> Learned) -> Self {
        match answer {
            Ok(value) => {
                let told = Self::told(format!("{value:?}"));
                Self { learned: learn(value), ..told }
            }
            Err(error) => Self {
                accepted: false,
                signed_out: error.kind() == ErrorKind::SignedOut,
                ..Self::told(format!("{:?}: {error}", error.kind()))
            },
        }
    }

    fn told(told: String) -> Self {
        Self { told, accepted: true, signed_out: false, learned: Learned::Nothing }
    }
}

async fn ask<T: std::fmt::Debug>(call: impl IntoFuture<Output = Result<T, Error>>) -> Answer {
    Answer::of(call.await, |_| Learned::Nothing)
}

/// The same, under the key that was drawn.
pub(crate) async fn command<T: std::fmt::Debug + 'static, O>(
    draw: &Draw,
    call: Call<T, O>,
    learn: impl FnOnce(T) -> Learned,
) -> Answer
where
    Call<T, O>: IntoFuture<Output = Result<T, Error>>,
{
    let call = match &draw.key {
        Some(key) => call.command(key),
        None => call,
    };
    Answer::of(call.await, learn)
}

/// A list to its end, page by page; where a page ends is the store's own word, and is compared with nothing.
async fn pages<F>(first: &PageRequest, mut read: impl FnMut(PageRequest) -> F) -> Answer
where
    F: Future<Output = Result<(String, Option<Cursor>), Error>>,
{
    let mut told = String::new();
    let mut next = first.cursor().cloned();
    loop {
        match read(PageRequest::first(first.limit()).after(next)).await {
            Ok((page, after)) => {
                told += &page;
                next = after;
            }
            Err(error) => return Answer::of::<()>(Err(error), nothing),
        }
        if next.is_none() {
            return Answer::told(told);
        }
        told += " | ";
    }
}

fn page<T: std::fmt::Debug>(page: Page<T>) -> (String, Option<Cursor>) {
    (format!("{:?}", page.items), page.next)
}

pub(crate) fn nothing<T>(_: T) -> Learned {
    Learned::Nothing
}

fn often(draw: &Draw) -> Frequency {
    match draw.order {
        ListOrder::Name => Frequency::AtOnce,
        ListOrder::NameBackwards => Frequency::Daily,
        ListOrder::Newest => Frequency::Weekly,
        ListOrder::Oldest => Frequency::Off,
    }
}

fn name(draw: &Draw) -> DisplayName {
    DisplayName::new(&draw.name.as_str().replace('\u{202e}', "")).unwrap()
}

/// The document that was uploaded, which is shared with `shared_with` already.
pub(crate) fn document<R: AsRef<Receipt>>(draw: &Draw, shared_with: Option<Audience>) -> impl FnOnce(R) -> Learned {
    let (client, folder, pictured) = (draw.client, draw.folder, pictured(draw.bytes));
    let by = (draw.operation.right() == Right::Contact).then_some(draw.contact.id);
    move |arrived| {
        let receipt = arrived.as_ref();
        let node = KnownNode { by, ..KnownNode::new(client, receipt.document, Some(folder)) };
        Learned::Node(KnownNode { version: Some(receipt.version), pictured, ..node }, shared_with)
    }
}

/// A download as text, its bytes too.
async fn read(download: Result<Download, Error>) -> Answer {
    let download = match download {
        Ok(download) => download,
        Err(error) => return Answer::of::<()>(Err(error), nothing),
    };
    let told = format!("{:?} {} {:?}", download.document, download.name, download.range);
    let chunks: Vec<bytes::Bytes> = futures_util::TryStreamExt::try_collect(download.body).await.unwrap();
    Answer::told(format!("{told} {:?}", chunks.concat()))
}

/// Carries out what was drawn. `None` for the one operation that is nobody's to ask for.
pub(crate) async fn carry_out(side: &Side, draw: &Draw) -> Option<Answer> {
    Some(match draw.operation.right() {
        Right::Host => host(side, draw).await,
        Right::Staff | Right::Administrator => match side.portal.staff(draw.firm, draw.by).await {
            Ok(staff) => by_staff(&staff, draw).await,
            Err(error) => Answer::of::<()>(Err(error), nothing),
        },
        Right::Contact => contact(side, draw).await,
        Right::SignedIn => signed_in(side, draw).await,
        Right::Visitor => visitor(side, draw).await,
        Right::Worker if draw.operation == Operation::RunDue => ask(side.portal.worker().run_due()).await,
        Right::Worker => return None,
    })
}

async fn host(side: &Side, draw: &Draw) -> Answer {
    let firms = side.portal.host().firms();
    match draw.operation {
        Operation::AddFirm => {
            let firm = NewFirm::new(name(draw), NewMember::new(name(draw), draw.email.clone()));
            let firm = match &draw.external {
                Some(id) => firm.external_id(id.clone()),
                None => firm,
            };
            command(draw, firms.add(firm), |added| Learned::Firm(added.firm, added.owner)).await
        }
        Operation::FindFirm => match &draw.external {
            Some(id) => ask(firms.find(FirmRef::External(id.clone()))).await,
            None => ask(firms.find(draw.firm)).await,
        },
        Operation::RotateDataKey => command(draw, side.portal.host().keys().rotate(draw.firm), nothing).await,
        Operation::RewrapDataKeys => {
            pages(&draw.page, |at| {
                let keys = side.portal.host().keys();
                async move { Ok(page(keys.rewrap(&at).await?)) }
            })
            .await
        }
        Operation::ListFirms => {
            pages(&draw.page, |at| {
                let firms = firms.clone();
                async move { Ok(page(firms.list(&at).await?)) }
            })
            .await
        }
        Operation::NoteBounce => {
            let mail = side.portal.host().mail(draw.firm);
            let came_back = if draw.shares_upload { draw.message.into() } else { CameBack::from(draw.email.clone()) };
            command(draw, mail.bounced(came_back, "no such mailbox"), nothing).await
        }
        other => unreachable!("{other:?}"),
    }
}

async fn by_staff(staff: &Staff, draw: &Draw) -> Answer {
    let Draw { client, node, folder, .. } = draw;
    let (client, node, folder) = (*client, *node, *folder);
    let (files, contacts) = (staff.files(client), staff.contacts(client));
    let audience = draw.share.audience;
    match draw.operation {
        Operation::ReadFirm => ask(async { Ok((staff.firm().await?, staff.me().await?)) }).await,
        Operation::ListTeam => {
            let team = staff.team();
            let read = |at| {
                let team = team.clone();
                async move { Ok(page(team.list(&at).await?)) }
            };
            pages(&draw.page, read).await
        }
        Operation::AddClient => {
            let new = NewClient::new(name(draw));
            let new = match &draw.external {
                Some(id) => new.external_id(id.clone()),
                None => new,
            };
            let learn = |added: AddedClient| Learned::Client(draw.firm, added.id, added.root, added.client_uploads);
            command(draw, staff.clients().add(new), learn).await
        }
        Operation::ListClients => {
            let (clients, query) =
                (staff.clients(), ClientQuery { name_contains: draw.flag.then(|| "A".to_owned()), order: draw.order });
            let read = |at| {
                let (clients, query) = (clients.clone(), query.clone());
                async move { Ok(page(clients.list(&query, &at).await?)) }
            };
            pages(&draw.page, read).await
        }
        Operation::ReadClient => ask(staff.clients().find(client)).await,
        Operation::RenameClient => command(draw, staff.clients().rename(client, name(draw)), nothing).await,
        Operation::ListAssigned => ask(staff.assignments(client).list()).await,
        Operation::Assign => command(draw, staff.assignments(client).assign(draw.member), nothing).await,
        Operation::Unassign => command(draw, staff.assignments(client).unassign(draw.member), nothing).await,
        Operation::ListContacts => {
            let contacts = contacts;
            let read = |at| {
                let contacts = contacts.clone();
                async move { Ok(page(contacts.list(&at).await?)) }
            };
            pages(&draw.page, read).await
        }
        Operation::AddContact => {
            let email = (!draw.shares_upload).then(|| draw.email.clone());
            let new = match &email {
                Some(email) => NewContact::new(name(draw), email.clone()),
                None => NewContact::without_email(name(draw)),
            };
            let new = match &draw.external {
                Some(id) => new.external_id(id.clone()),
                None => new,
            };
            let learn = |id| Learned::Contact(KnownContact { client, id, email, may_enter: true });
            command(draw, contacts.add(new), learn).await
        }
        Operation::ChangeContact => {
            let change = ContactChange { name: Some(name(draw)), email: draw.new_email() };
            command(draw, contacts.change(draw.contact.id, change), nothing).await
        }
        Operation::RemoveContact => command(draw, contacts.remove(draw.contact.id), nothing).await,
        Operation::SetPortalAccess => {
            command(draw, contacts.set_portal_access(draw.contact.id, draw.flag), nothing).await
        }
        Operation::SetContactLanguage => {
            let language = draw.flag.then_some(Language::GERMAN);
            command(draw, contacts.set_language(draw.contact.id, language), nothing).await
        }
        Operation::ClearBounce => command(draw, contacts.clear_bounce(draw.contact.id), nothing).await,
        Operation::ReadOwnMail => ask(staff.notifications().read()).await,
        Operation::ChooseOwnMail => {
            let topic = if draw.shares_upload { Topic::Shared } else { Topic::ClientUploaded };
            command(draw, staff.notifications().choose(MailingChange::topic(topic, often(draw))), nothing).await
        }
        Operation::ListFolder => {
            let (folder, order) = ((!draw.flag).then_some(folder), draw.order);
            let read = |at| {
                let files = files.clone();
                async move {
                    let listing = files.list_by(folder, order, &at).await?;
                    let (entries, next) = page(listing.entries);
                    Ok((format!("{:?} {entries}", listing.folder), next))
                }
            };
            pages(&draw.page, read).await
        }
        Operation::AddFolder => {
            let learn = |made| Learned::Node(KnownNode::new(client, made, Some(folder)), None);
            command(draw, files.add_folder(folder, draw.name.clone()), learn).await
        }
        Operation::Upload => {
            let upload = files.upload(folder, draw.name.clone(), draw.bytes);
            let upload = if draw.shares_upload { upload.share(draw.share) } else { upload };
            command(draw, upload, document(draw, draw.shares_upload.then_some(audience))).await
        }
        Operation::ListUploads => ask(files.uploads().list()).await,
        Operation::ResumeUpload | Operation::GiveUpUpload => part_by_part::of_staff(files.uploads(), draw).await,
        Operation::DownloadFolder => part_by_part::zip(files.download_folder(folder).await).await,
        Operation::AddVersion => {
            let upload = files.add_version(draw.document, draw.name.clone(), draw.bytes);
            let learn = |receipt: Receipt| Learned::Version(draw.document, receipt.version, pictured(draw.bytes));
            command(draw, upload, learn).await
        }
        Operation::Rename => command(draw, files.rename(node, draw.name.clone()), nothing).await,
        Operation::Move => {
            // Whoever confirms looks at what is shown first; the others meet the refusal, if somebody gains.
            let shown = if draw.shares_upload { None } else { files.preview_move(node, folder).await.ok() };
            let giving = shown.map_or(Vec::new(), |shown| shown.effects.gains);
            command(draw, files.move_to(node, folder).giving(giving), nothing).await
        }
        Operation::PreviewMove => ask(files.preview_move(node, folder)).await,
        Operation::PlaceHold => command(draw, files.place_hold(node, name(draw)), nothing).await,
        Operation::ReleaseHold => command(draw, files.release_hold(node), nothing).await,
        Operation::Trash => command(draw, files.trash(node), nothing).await,
        Operation::Restore => command(draw, files.restore(node), nothing).await,
        Operation::Purge => command(draw, files.purge(node), nothing).await,
        Operation::PreviewPurge => ask(files.lost_by_purge(node)).await,
        Operation::ListTrash => {
            let files = files;
            let read = |at| {
                let files = files.clone();
                async move { Ok(page(files.trashed(&at).await?)) }
            };
            pages(&draw.page, read).await
        }
        Operation::ReadDocument => {
            let document = draw.document;
            let read = |at| {
                let files = files.clone();
                async move {
                    let (versions, next) = page(files.versions(document, &at).await?);
                    Ok((format!("{:?} {versions}", files.document(document).await?), next))
                }
            };
            pages(&draw.page, read).await
        }
        Operation::Download => read(files.download(draw.document, draw.version, draw.range).await).await,
        Operation::Preview => ask(files.preview(draw.document, 0, 100)).await,
        Operation::Share => {
            let share = files.share(node, audience, draw.share.access);
            let share = share.until(draw.share.until).alerts(draw.share.alerts);
            command(draw, if draw.share.notify { share.notify() } else { share }, nothing).await
        }
        Operation::PreviewRecipients => {
            let both = async {
                let share = files.share(node, audience, Access::View).notify();
                Ok((share.who_will_be_told().await?, files.team_told().await?))
            };
            ask(both).await
        }
        Operation::Revoke => command(draw, files.revoke(node, audience), nothing).await,
        Operation::SetVisible => command(draw, files.set_visible(node, draw.flag), nothing).await,
        Operation::ReadSharing => ask(files.sharing(node)).await,
        Operation::Explain => ask(files.explain(draw.contact.id, node)).await,
        Operation::ViewAsContact => {
            let sight = staff.view_as(draw.contact.id);
            let read = |at| {
                let sight = sight.clone();
                async move {
                    let roots = sight.roots().await?;
                    let Ok(listing) = sight.list(folder, &at).await else { return Ok((format!("{roots:?}"), None)) };
                    let (entries, next) = page(listing.entries);
                    Ok((format!("{roots:?} {:?} {:?} {entries}", listing.access, listing.path), next))
                }
            };
            pages(&draw.page, read).await
        }
        Operation::ReadActivity => {
            let read = |at| async move { Ok(page(staff.activity(client, &at).await?)) };
            pages(&draw.page, read).await
        }
        Operation::ListDeliveries => {
            let query = DeliveryQuery { client: draw.flag.then_some(client), dead_only: false };
            let deliveries = staff.deliveries();
            let latest = deliveries.list(&query, &PageRequest::default()).await;
            let read = |at| {
                let (deliveries, query) = (deliveries.clone(), query.clone());
                async move { Ok(page(deliveries.list(&query, &at).await?)) }
            };
            let messages = latest.map(|page| page.items.iter().map(|message| message.id).collect());
            let learned = messages.map_or(Learned::Nothing, |it| Learned::Messages(draw.firm, it));
            Answer { learned, ..pages(&draw.page, read).await }
        }
        Operation::Resend => command(draw, staff.deliveries().resend(draw.message), nothing).await,
        Operation::ChangeFirm => {
            let change = FirmChange {
                name: draw.flag.then(|| name(draw)),
                color: draw.shares_upload.then_some(Color::from_rgb([1, 2, 3])),
                contacts_hear_of_uploads: Some(draw.flag),
                time_zone: draw.flag.then(|| TimeZone::new("Pacific/Apia").unwrap()),
                language: Some(if draw.flag { Language::GERMAN } else { Language::ENGLISH }),
                client_uploads_for_new_clients: Some(draw.flag),
                policies: PoliciesChange {
                    contacts_make_folders: Some(!draw.shares_upload),
                    withdrawal: Some(if draw.flag { Withdrawal::Always } else { Withdrawal::default() }),
                    retention_days: Some(u32::from(draw.shares_upload && draw.flag)),
                },
                max_upload_bytes: Some(if draw.shares_upload { 30 } else { 1 << 30 }),
                ..FirmChange::default()
            };
            command(draw, staff.settings().change(change), nothing).await
        }
        Operation::AddMember => {
            let new = NewMember::new(name(draw), draw.email.clone()).role(draw.role);
            let new = match &draw.external {
                Some(id) => new.external_id(id.clone()),
                None => new,
            };
            let learn = |id| Learned::Member(KnownMember { firm: draw.firm, id, role: draw.role });
            command(draw, staff.team().add(new), learn).await
        }
        Operation::ChangeMemberRole => command(draw, staff.team().change_role(draw.member, draw.role), nothing).await,
        Operation::RemoveMember => command(draw, staff.team().remove(draw.member), nothing).await,
        other => unreachable!("{other:?}"),
    }
}

async fn contact(side: &Side, draw: &Draw) -> Answer {
    let Some(session) = &draw.session else { return Answer::of::<()>(Err(Error::SignedOut), nothing) };
    let contact = match side.portal.contact(session, draw.contact.id).await {
        Ok(contact) => contact,
        Err(error) => return Answer::of::<()>(Err(error), nothing),
    };
    let files = contact.files();
    match draw.operation {
        Operation::ContactMe => ask(contact.me()).await,
        Operation::ContactHome => ask(contact.home()).await,
        Operation::ContactRoots => ask(files.roots()).await,
        Operation::ContactListFolder => {
            let (folder, order) = (draw.folder, draw.order);
            let read = |at| {
                let files = files.clone();
                async move {
                    let listing = files.list_by(folder, order, &at).await?;
                    let (entries, next) = page(listing.entries);
                    Ok((format!("{} {:?} {:?} {entries}", listing.name, listing.access, listing.path), next))
                }
            };
            pages(&draw.page, read).await
        }
        Operation::ContactAddFolder => {
            let learn = |made| Learned::Node(KnownNode::new(draw.client, made, Some(draw.folder)), None);
            command(draw, files.add_folder(draw.folder, draw.name.clone()), learn).await
        }
        Operation::ContactWithdraw => command(draw, files.withdraw(draw.document), nothing).await,
        Operation::ContactUpload => {
            let upload = files.upload(draw.folder, draw.name.clone(), draw.bytes);
            command(draw, upload, document(draw, None)).await
        }
        Operation::ContactDoneUploading => command(draw, files.done_uploading(draw.folder), nothing).await,
        Operation::ContactListUploads => ask(files.uploads().list()).await,
        Operation::ContactResumeUpload | Operation::ContactGiveUpUpload => {
            part_by_part::of_a_contact(files.uploads(), draw).await
        }
        Operation::ContactDownloadFolder => part_by_part::zip(files.download_folder(draw.folder).await).await,
        Operation::ContactReadDocument => ask(files.document(draw.document)).await,
        Operation::ContactDownload => read(files.download(draw.document, draw.range).await).await,
        Operation::ContactPreview => ask(files.preview(draw.document, 0, 100)).await,
        Operation::ContactReceipts => {
            let files = files;
            let read = |at| {
                let files = files.clone();
                async move { Ok(page(files.receipts(&at).await?)) }
            };
            pages(&draw.page, read).await
        }
        Operation::ContactReadMail => ask(contact.notifications().read()).await,
        Operation::ContactChooseMail => {
            let topic = if draw.flag { Topic::Shared } else { Topic::NewDocuments };
            command(draw, contact.notifications().choose(MailingChange::topic(topic, often(draw))), nothing).await
        }
        other => unreachable!("{other:?}"),
    }
}

async fn signed_in(side: &Side, draw: &Draw) -> Answer {
    let Some(session) = draw.session.clone() else { return Answer::of::<()>(Err(Error::SignedOut), nothing) };
    let signed_in = match side.portal.signed_in(&session).await {
        Ok(signed_in) => signed_in,
        Err(error) => return Answer::of::<()>(Err(error), nothing),
    };
    match draw.operation {
        Operation::ListPortals => ask(signed_in.portals()).await,
        Operation::ListSessions => {
            let sessions = signed_in.sessions().await;
            Answer::of(sessions, |rows| Learned::Sessions(rows.iter().map(|row| row.id).collect()))
        }
        Operation::EndSession => command(draw, signed_in.end_session(draw.other_session), nothing).await,
        Operation::EndOtherSessions => command(draw, signed_in.end_other_sessions(), nothing).await,
        Operation::SignOut => command(draw, signed_in.sign_out(), nothing).await,
        other => unreachable!("{other:?}"),
    }
}

async fn visitor(side: &Side, draw: &Draw) -> Answer {
    let visitor = side.portal.visitor(draw.source);
    if draw.operation == Operation::AccessPage {
        return ask(visitor.access_page(draw.firm)).await;
    }
    if matches!(draw.operation, Operation::LookAtUnsubscribe | Operation::Unsubscribe) {
        let Some((firm, token)) = unsubscribe(side) else {
            return Answer::told("no mail can be turned off".to_owned());
        };
        return match (draw.operation, draw.flag) {
            (Operation::LookAtUnsubscribe, _) => ask(visitor.unsubscribe_page(firm, &token)).await,
            (_, true) => command(draw, visitor.unsubscribe(firm, &token), nothing).await,
            (_, false) => command(draw, visitor.subscribe_again(firm, &token), nothing).await,
        };
    }
    let (Some(attempt), false) = (&draw.attempt, draw.operation == Operation::AskToSignIn) else {
        let (browser, email) = (visitor.browser_token().unwrap(), draw.email.clone());
        let ask = visitor.ask(draw.firm, email.clone(), &browser);
        return command(draw, ask, |asked| Learned::Asked(KnownAttempt { asked, browser, email })).await;
    };
    let asked = &attempt.asked;
    let (code, secret) = mailed(side, attempt).filter(|_| !draw.guesses).unwrap_or_default();
    let browser = &attempt.browser;
    let learn = |session: portal_core::NewSession| Learned::Session(session.token, attempt.email.clone());
    match draw.operation {
        Operation::LookAtLink => ask(visitor.link(asked.address, asked.attempt, &secret, Some(browser))).await,
        Operation::RedeemLink => {
            let call = visitor.redeem_link(asked.address, asked.attempt, &secret, browser, "a browser");
            command(draw, call.replacing(draw.session.clone().filter(|_| draw.flag)), learn).await
        }
        Operation::RedeemCode => {
            let call = visitor.redeem_code(asked.address, asked.attempt, &code, browser, "a browser");
            command(draw, call, learn).await
        }
        other => unreachable!("{other:?}"),
    }
}

/// The firm and the token of a mail that can be turned off: of those that came, in whatever order, the same on both sides.
fn unsubscribe(side: &Side) -> Option<(FirmId, UnsubscribeToken)> {
    let mails = side.mailer.sent();
    let stoppable = mails.iter().filter(|mail| mail.unsubscribe.is_some());
    let mail = stoppable.max_by_key(|mail| &mail.message_id)?;
    Some((mail.firm, mail.unsubscribe.as_ref()?.as_str().rsplit('/').next()?.parse().ok()?))
}

/// The code and the link's secret in the mail of an attempt, if it came.
fn mailed(side: &Side, attempt: &KnownAttempt) -> Option<(String, String)> {
    let named = format!("/{}/", attempt.asked.attempt);
    let mails = side.mailer.sent();
    let mail = mails.iter().rev().find(|mail| mail.text.contains(&named))?;
    let is_code = |line: &&str| line.len() == 7 && line.bytes().filter(u8::is_ascii_digit).count() == 6;
    let code = mail.text.lines().map(str::trim).find(is_code)?;
    let link = mail.text.lines().find(|line| line.contains(&named))?;
    Some((code.to_owned(), link.trim().rsplit('/').next()?.to_owned()))
}
