//! From a message to a mail: what is still due is read now, as it is now, and put into words.

use super::expand::team;
use super::mentions::{Events, Found, Uploads, shared_by};
use super::readers::Readers;
use super::test_mail::Test;
use super::{Issue, digest, issue};
use crate::directory::{Addressee, Client, Firm, Frequency};
use crate::engine::logos::inline_logo;
use crate::engine::mailing::{mailing_of, mailings_of, sender_of};
use crate::engine::restriction::sees;
use crate::engine::{Engine, Error};
use crate::identity::ATTEMPT_LIFE;
use crate::notifications::{
    Content, DropReason, Letter, MailKind, Message, Moment, Reader, Recipient, Sight, TeamReason, TemplateError,
    UnsubscribeToken, by_right, reached, share_due,
};
use crate::ports::store::StoreError;
use crate::ports::{AuthenticatorError, KeyError, Mail};
use crate::sharing::Ancestry;
use crate::values::{Actor, AddressKey, AttemptId, ContactId, GrantId, Language, MemberId, NodeId, WebLink};

/// What a message comes to.
pub(super) enum Composed {
    /// A mail to send.
    Mail(Box<Mail>),
    /// Nothing any more.
    Drop(DropReason),
}

/// Why a message cannot be put into words now, in words for staff.
pub(super) struct Hindrance(pub(super) String);

impl From<Error> for Hindrance {
    fn from(error: Error) -> Self {
        Self(error.to_string())
    }
}

impl From<StoreError> for Hindrance {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

impl From<TemplateError> for Hindrance {
    fn from(error: TemplateError) -> Self {
        Self(error.to_string())
    }
}

impl From<KeyError> for Hindrance {
    fn from(error: KeyError) -> Self {
        Self(error.to_string())
    }
}

impl From<AuthenticatorError> for Hindrance {
    fn from(error: AuthenticatorError) -> Self {
        Self(error.to_string())
    }
}

/// Why there is nothing to send: it should not be, or it cannot be now.
pub(super) enum Nothing {
    Due(DropReason),
    Now(Hindrance),
}

impl From<DropReason> for Nothing {
    fn from(reason: DropReason) -> Self {
        Self::Due(reason)
    }
}

impl<E: Into<Hindrance>> From<E> for Nothing {
    fn from(error: E) -> Self {
        Self::Now(error.into())
    }
}

/// What a mail says, to whom, and where it leads.
pub(super) struct Said {
    /// Whose mail it is, where they may turn it off.
    pub(super) addressee: Option<Addressee>,
    /// The language that they chose.
    pub(super) language: Option<Language>,
    pub(super) to_name: String,
    pub(super) content: Content,
    pub(super) link: WebLink,
}

/// Puts a message into words, if it is still due.
pub(super) async fn compose(engine: &Engine, message: &Message) -> Result<Composed, Hindrance> {
    match mail(engine, message).await {
        Ok(mail) => Ok(Composed::Mail(Box::new(mail))),
        Err(Nothing::Due(reason)) => Ok(Composed::Drop(reason)),
        Err(Nothing::Now(hindrance)) => Err(hindrance),
    }
}

async fn mail(engine: &Engine, message: &Message) -> Result<Mail, Nothing> {
    let firm = engine.store.firm(message.firm).await?.ok_or(DropReason::NothingLeft)?.value;
    let said = match message.to {
        Recipient::Member(member) if message.kind == MailKind::Test => {
            let Test { to_name, letter } = Test::of(engine, message, &firm, member).await?;
            let mail = put(engine, message, &firm, letter, to_name, None).await?;
            return Ok(Mail { subject: Test::subject(&mail.subject), ..mail });
        }
        Recipient::Contact(_) => to_contact(engine, message, &firm).await?,
        Recipient::Member(member) => to_member(engine, message, &firm, member).await?,
        Recipient::Attempt(address, attempt) => sign_in(engine, message, address, attempt).await?,
    };
    let unsubscribe = unsubscribe(engine, message, said.addressee).await?;
    let wanted = said.language.iter().chain([&firm.settings.language]);
    let letter = Letter {
        to_name: said.to_name.clone(),
        unsubscribe: unsubscribe.as_ref().map(|link| link.as_str().to_owned()),
        ..Letter::of(&firm, engine.templates.choose(wanted), &said.link, said.content)
    };
    put(engine, message, &firm, letter, said.to_name, unsubscribe).await
}

/// A letter in words, as it goes: from whom, to whom, and with the pictures that it shows.
async fn put(
    engine: &Engine,
    message: &Message,
    firm: &Firm,
    letter: Letter,
    to_name: String,
    unsubscribe: Option<WebLink>,
) -> Result<Mail, Nothing> {
    let images = inline_logo(engine, firm).await;
    let words =
        engine.templates.render(&Letter { logo: letter.logo.clone().filter(|_| !images.is_empty()), ..letter })?;
    let domain = engine.sender.canonical().rsplit('@').next().unwrap_or_default();
    Ok(Mail {
        message_id: format!("{}@{domain}", message.id),
        firm: message.firm,
        from: sender_of(engine, firm),
        reply_to: firm.settings.reply_to.clone(),
        to: message.address.clone(),
        to_name,
        subject: words.subject,
        text: words.text,
        html: words.html,
        images,
        unsubscribe,
    })
}

/// Where such mail is turned off, if it can be. It is the same at each try.
async fn unsubscribe(
    engine: &Engine,
    message: &Message,
    addressee: Option<Addressee>,
) -> Result<Option<WebLink>, Hindrance> {
    let (Some(addressee), Some(topic)) = (addressee, message.kind.topic()) else { return Ok(None) };
    let key = engine.keys.link_key().await?;
    let made = message.created_at;
    let token = UnsubscribeToken::new(&key, message.firm, addressee, topic, &message.address, made);
    Ok(Some(engine.links.unsubscribe(message.firm, &token.expose())))
}

/// To a contact, or whoever else of the client reads mail at that address.
async fn to_contact(engine: &Engine, message: &Message, firm: &Firm) -> Result<Said, Nothing> {
    let found = engine.store.contacts_by_email(message.firm, &message.address).await?;
    let found = Readers::of(engine, message.firm, found).await?;
    // Whoever it was made for may have another address by now, and others read the old one still: what those do not get, goes there.
    let made_for = found.iter().any(|reader| Recipient::Contact(reader.contact.id) == message.to);
    let told = to_readers(engine, message, firm, &found).await;
    match told {
        Err(Nothing::Due(_)) if !made_for => Err(DropReason::AddressGone.into()),
        told => told,
    }
}

async fn to_readers(engine: &Engine, message: &Message, firm: &Firm, found: &Readers) -> Result<Said, Nothing> {
    let (mut readers, mut reason) = (Vec::new(), DropReason::AddressGone);
    for reader in by_right(message, found.iter()) {
        match reached(reader, message) {
            Ok(()) => readers.push(reader),
            Err(why) => reason = why,
        }
    }
    if readers.is_empty() {
        return Err(reason.into());
    }
    if message.is_digest() {
        return digest::to_contacts(engine, message, firm, &readers).await;
    }
    let client = client_of(engine, message).await?;
    match message.kind {
        MailKind::Shared => shared(engine, message, firm, &client, &readers).await,
        MailKind::NewDocuments => new_documents(engine, message, firm, &client, &readers).await,
        MailKind::ClientUploaded | MailKind::SignIn | MailKind::Test => Err(DropReason::NothingLeft.into()),
    }
}

/// What was shared, as it is called and allowed now, to the first of its readers who still sees it.
async fn shared(
    engine: &Engine,
    message: &Message,
    firm: &Firm,
    client: &Client,
    readers: &[Reader<'_>],
) -> Result<Said, Nothing> {
    let now = engine.clock.now();
    let contacts: Vec<ContactId> = readers.iter().map(|reader| reader.contact.id).collect();
    let mut reason = DropReason::NothingLeft;
    let mut events = Events::of(message);
    while let Some(chunk) = events.next(engine).await? {
        let given: Vec<(GrantId, NodeId)> = chunk.iter().filter_map(shared_by).collect();
        let nodes = given.iter().map(|(_, node)| *node);
        let found = Found::of(engine, message.firm, nodes, &contacts).await?;
        for (reader, (grant, node)) in readers.iter().flat_map(|it| given.iter().map(move |given| (it, *given))) {
            let (contact, ancestry) = (reader.contact, found.0.get(&node));
            match share_due(contact.id, ancestry, now) {
                Ok((name, access)) => {
                    let grants = ancestry.into_iter().flat_map(Ancestry::grants);
                    let until = grants.map(|(_, given)| given).find(|given| given.id == grant).and_then(|it| it.until);
                    let name = firm.settings.file_names_in_mail.then_some(name);
                    let until = until.map(|until| Moment::of(until, &firm.settings.time_zone));
                    let content = Content::shared(client.name.as_str(), node, name, access, until);
                    let link = engine.links.contact_item(message.firm, contact.id, node);
                    let addressee = Some(Addressee::Contact(contact.id));
                    let (language, to_name) = (reader.language(), contact.name.as_str().to_owned());
                    return Ok(Said { addressee, language, to_name, content, link });
                }
                Err(why) => reason = why,
            }
        }
    }
    Err(reason.into())
}

/// What is new, to all who read the mailbox: what any of them is to hear of is told.
async fn new_documents(
    engine: &Engine,
    message: &Message,
    firm: &Firm,
    client: &Client,
    readers: &[Reader<'_>],
) -> Result<Said, Nothing> {
    let now = engine.clock.now();
    let mailbox = Sight::Mailbox(readers.iter().map(|reader| reader.contact.id).collect());
    let uploads = Uploads::due(engine, message, firm, &mailbox).await?;
    let contact = mailbox.first_due(&uploads.first, now).ok_or(DropReason::AccessGone)?;
    // It leads whom it greets; several documents are led to their folder, if that is open to them, whose name is told only so.
    let theirs = Sight::Mailbox(vec![contact]);
    let open = uploads.folder.as_ref().filter(|folder| theirs.sees(folder, now)).and_then(Ancestry::node);
    let (folder, first) = (open.map(|step| step.node), uploads.first.node().map(|step| step.node));
    let node = folder.filter(|_| uploads.listing.count > 1).or(first).ok_or(DropReason::NothingLeft)?;
    let content = Content::NewDocuments {
        client_name: client.name.as_str().to_owned(),
        folder: open.filter(|_| firm.settings.file_names_in_mail).map(|step| step.name.as_str().to_owned()),
        by_firm: uploads.contacts.is_empty(),
        documents: uploads.listing,
    };
    let link = engine.links.contact_item(message.firm, contact, node);
    let language = readers.iter().find(|reader| reader.contact.id == contact).and_then(Reader::language);
    Ok(Said { addressee: Some(Addressee::Contact(contact)), language, to_name: greeted(readers), content, link })
}

/// Several people who read one mailbox are greeted by no name.
pub(super) fn greeted(readers: &[Reader<'_>]) -> String {
    match readers {
        [only] => only.contact.name.as_str().to_owned(),
        _ => String::new(),
    }
}

/// To a member of the team: of what a client uploaded.
async fn to_member(engine: &Engine, message: &Message, firm: &Firm, member: MemberId) -> Result<Said, Nothing> {
    let mailing = mailing_of(engine, message.firm, Addressee::Member(member)).await?;
    let language = mailing.as_ref().and_then(|mailing| mailing.language.clone());
    let often = message.kind.topic().zip(mailing).map(|(topic, mailing)| mailing.often(topic));
    if often == Some(Frequency::Off) {
        return Err(DropReason::TurnedOff.into());
    }
    let found = engine.store.member(message.firm, &member.into()).await?.map(|member| member.value);
    if message.is_digest() {
        return digest::to_member(engine, message, firm, found, language).await;
    }
    let client = client_of(engine, message).await?;
    let team = team(engine, message.firm, client.id).await?;
    let here = found.filter(|member| member.removed_at.is_none() && member.email == message.address);
    let hidden = match &here {
        Some(member) => !sees(engine, firm, member, client.id).await?,
        None => false,
    };
    let here = here.filter(|_| !hidden);
    let told_now = team.members.iter().find(|member| member.email == message.address);
    let gone = if hidden { DropReason::AccessGone } else { DropReason::AddressGone };
    let member = here.as_ref().or(told_now).ok_or(gone)?;
    let because = match told_now {
        Some(_) if team.nobody_assigned => TeamReason::NobodyAssigned,
        Some(_) => TeamReason::Assigned,
        // Whoever was assigned since was not told of it, so that it is still for them to know.
        None => TeamReason::WasAssigned,
    };

    let uploads = Uploads::due(engine, message, firm, &Sight::Team).await?;
    let names = engine.store.names(message.firm, &uploads.contacts).await?;
    let name_of = |actor: &Actor| names.iter().find(|(named, _)| named == actor).map(|(_, name)| name.clone());
    let mut uploaders: Vec<String> = uploads.contacts.iter().filter_map(name_of).collect();
    if uploaders.is_empty() {
        uploaders.push(client.name.as_str().to_owned());
    }
    let named = uploads.folder.as_ref().and_then(Ancestry::node).filter(|_| firm.settings.file_names_in_mail);
    let content = Content::ClientUploaded {
        client_name: client.name.as_str().to_owned(),
        folder: named.map(|step| step.name.as_str().to_owned()),
        uploaders,
        because,
        documents: uploads.listing,
    };
    let link = engine.links.staff_folder(message.firm, client.id, message.folder.unwrap_or(client.root));
    let addressee = Some(Addressee::Member(member.id));
    Ok(Said { addressee, language, to_name: member.name.as_str().to_owned(), content, link })
}

async fn client_of(engine: &Engine, message: &Message) -> Result<Client, Nothing> {
    let id = message.client.ok_or(DropReason::NothingLeft)?;
    let found = engine.store.client(message.firm, &id.into()).await?;
    Ok(found.ok_or(DropReason::NothingLeft)?.value)
}

/// A link and a code, if the attempt is open, has time left, and the firm still lets in whom its address reaches.
async fn sign_in(engine: &Engine, message: &Message, address: AddressKey, attempt: AttemptId) -> Result<Said, Nothing> {
    let contacts = match issue(engine, address, attempt).await? {
        Issue::Known { email, contacts } if email == message.address => contacts,
        Issue::Known { .. } => return Err(DropReason::AddressGone.into()),
        Issue::Unknown => return Err(DropReason::AccessGone.into()),
        Issue::TooLate => return Err(DropReason::TooLate.into()),
    };
    let attempt = engine.store.attempt(address, attempt).await?.ok_or(DropReason::TooLate)?;
    let challenge = engine.authenticator.begin(&attempt).await?;
    let link = engine.links.sign_in(message.firm, address, attempt.id, challenge.link.expose_text());
    let content = Content::sign_in(challenge.code.expose_text(), ATTEMPT_LIFE.as_secs() / 60);
    // Several people who read one mailbox are greeted by no name, and written to in a language that one of them chose.
    let to_name = match contacts.as_slice() {
        [only] => only.name.as_str().to_owned(),
        _ => String::new(),
    };
    let people: Vec<Addressee> = contacts.iter().map(|contact| Addressee::Contact(contact.id)).collect();
    let language = mailings_of(engine, message.firm, &people).await?.into_values().find_map(|it| it.value.language);
    Ok(Said { addressee: None, language, to_name, content, link })
}
