//! What the directory allows: contacts and their way into the portal.

use super::{Client, Contact, ContactDetails, Directory, DirectoryRefusal, Event, Key, PortalAccess, Record};
use crate::change::{Context, Decision, Versioned, Write};
use crate::values::{ContactId, DisplayName, EmailAddress, ExternalId, Note, Timestamp};

/// A contact to be added.
#[derive(Debug, Clone, serde::Serialize)]
pub struct NewContact {
    name: DisplayName,
    email: Option<EmailAddress>,
    details: ContactDetails,
    external_id: Option<ExternalId>,
}

impl NewContact {
    /// A contact reached at `email`.
    pub fn new(name: DisplayName, email: EmailAddress) -> Self {
        Self { name, email: Some(email), details: ContactDetails::default(), external_id: None }
    }

    /// A contact whose address is not known yet: things can be shared with them, and they enter once it is.
    pub fn without_email(name: DisplayName) -> Self {
        Self { name, email: None, details: ContactDetails::default(), external_id: None }
    }

    /// Says how else they are reached.
    #[must_use]
    pub fn details(mut self, details: ContactDetails) -> Self {
        self.details = details;
        self
    }

    /// Gives them the host's own id, unique in the firm.
    #[must_use]
    pub fn external_id(mut self, id: ExternalId) -> Self {
        self.external_id = Some(id);
        self
    }

    pub(crate) fn wanted_external_id(&self) -> Option<&ExternalId> {
        self.external_id.as_ref()
    }
}

/// What to change of a contact; what is `None` stays.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct ContactChange {
    /// Another name.
    pub name: Option<DisplayName>,
    /// Another address; `Some(None)` takes it away.
    pub email: Option<Option<EmailAddress>>,
    /// All other addresses and phones, in place of those that there are. The address that is mailed is never among them.
    pub details: Option<ContactDetails>,
}

/// Adds a contact to a client.
pub fn add_contact(client: &Versioned<Client>, new: &NewContact, context: &Context) -> Decision<Directory, ContactId> {
    let id = context.id("contact");
    let contact = Contact {
        id,
        client: client.id,
        external_id: new.external_id.clone(),
        name: new.name.clone(),
        email: new.email.clone(),
        details: new.details.clone().beside(new.email.as_ref()),
        created_at: context.now,
        removed_at: None,
    };
    let access = PortalAccess { contact: id, allowed: true, last_signed_in_at: None };
    let (name, email, details) = notes(&contact, context);
    Decision::nothing(id)
        .expect(Key::Client(client.id), client.version)
        .write(Write::Create(Record::Contact(contact)))
        .write(Write::Create(Record::PortalAccess(access)))
        .event(Event::ContactAdded { client: client.id, contact: id, name, email, details })
}

/// Changes a contact's name or address.
///
/// # Errors
/// [`DirectoryRefusal::ContactRemoved`].
pub fn change_contact(
    contact: &Versioned<Contact>,
    change: &ContactChange,
    context: &Context,
) -> Result<Decision<Directory>, DirectoryRefusal> {
    live(contact)?;
    let mut changed = contact.value.clone();
    if let Some(name) = &change.name {
        changed.name = name.clone();
    }
    if let Some(email) = &change.email {
        changed.email = email.clone();
    }
    changed.details = change.details.clone().unwrap_or(changed.details).beside(changed.email.as_ref());
    if changed == contact.value && spelled_alike(&changed, contact) {
        return Ok(Decision::nothing(()));
    }
    let (name, email, details) = notes(&changed, context);
    let event = Event::ContactChanged { client: changed.client, contact: changed.id, name, email, details };
    Ok(Decision::nothing(()).write(Write::Update(contact.version, Record::Contact(changed))).event(event))
}

/// Takes a contact off their client: they enter no more, and what they uploaded stays under their name.
pub fn remove_contact(
    contact: &Versioned<Contact>,
    access: &Versioned<PortalAccess>,
    context: &Context,
) -> Decision<Directory> {
    if contact.removed_at.is_some() {
        return Decision::nothing(());
    }
    let removed = Contact { removed_at: Some(context.now), ..contact.value.clone() };
    let shut = PortalAccess { allowed: false, ..access.value.clone() };
    Decision::nothing(())
        .write(Write::Update(contact.version, Record::Contact(removed)))
        .write(Write::Update(access.version, Record::PortalAccess(shut)))
        .event(Event::ContactRemoved { client: contact.client, contact: contact.id })
}

/// Takes a contact's portal access away, or gives it back.
///
/// # Errors
/// [`DirectoryRefusal::ContactRemoved`].
pub fn set_portal_access(
    contact: &Versioned<Contact>,
    access: &Versioned<PortalAccess>,
    allowed: bool,
) -> Result<Decision<Directory>, DirectoryRefusal> {
    live(contact)?;
    if access.allowed == allowed {
        return Ok(Decision::nothing(()));
    }
    let changed = PortalAccess { allowed, ..access.value.clone() };
    let event = Event::PortalAccessChanged { client: contact.client, contact: contact.id, allowed };
    Ok(Decision::nothing(()).write(Write::Update(access.version, Record::PortalAccess(changed))).event(event))
}

/// Whether somebody may enter as this contact: still there, not shut out, and reached at an address of which `is_theirs` says
/// that they proved to read its mail.
pub fn may_enter(contact: &Contact, access: &PortalAccess, is_theirs: impl FnOnce(&EmailAddress) -> bool) -> bool {
    contact.removed_at.is_none() && access.allowed && contact.email.as_ref().is_some_and(is_theirs)
}

/// Notes that a contact signed in at `at`; known already, or a later time is, nothing happens.
pub fn note_sign_in(contact: &Contact, access: &Versioned<PortalAccess>, at: Timestamp) -> Decision<Directory> {
    if access.last_signed_in_at.is_some_and(|last| at <= last) {
        return Decision::nothing(());
    }
    let noted = PortalAccess { last_signed_in_at: Some(at), ..access.value.clone() };
    Decision::nothing(())
        .write(Write::Update(access.version, Record::PortalAccess(noted)))
        .event(Event::ContactSignedIn { client: contact.client, contact: contact.id })
}

fn live(contact: &Contact) -> Result<(), DirectoryRefusal> {
    if contact.removed_at.is_some() { Err(DirectoryRefusal::ContactRemoved) } else { Ok(()) }
}

/// Addresses are equal however they were typed; what was typed is kept all the same.
fn spelled_alike(one: &Contact, other: &Contact) -> bool {
    let email = |contact: &Contact| contact.email.as_ref().map(|email| email.as_str().to_owned());
    email(one) == email(other) && one.details.texts().eq(other.details.texts())
}

fn notes(contact: &Contact, context: &Context) -> (Note, Option<Note>, Vec<Note>) {
    let note = |what: &str, text: &str| context.note(&format!("{} {what}", contact.id), text);
    let name = note("name", contact.name.as_str());
    let email = contact.email.as_ref().map(|email| note("email", email.as_str()));
    let details = contact.details.texts().enumerate().map(|(place, text)| note(&format!("detail {place}"), &text));
    (name, email, details.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Version;
    use crate::values::ClientId;

    const NOW: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);

    fn contact(email: Option<&str>) -> Contact {
        Contact {
            id: ContactId::from_bits(1),
            client: ClientId::from_bits(2),
            external_id: None,
            name: DisplayName::new("Ana").unwrap(),
            email: email.map(|email| EmailAddress::new(email).unwrap()),
            details: ContactDetails::default(),
            created_at: NOW,
            removed_at: None,
        }
    }

    fn access(allowed: bool, last_signed_in_at: Option<Timestamp>) -> Versioned<PortalAccess> {
        let access = PortalAccess { contact: ContactId::from_bits(1), allowed, last_signed_in_at };
        Versioned::new(Version::FIRST, access)
    }

    #[test]
    fn l21_only_who_is_there_let_in_and_reached_at_that_address_may_enter() {
        let ana = EmailAddress::new("ANA@acme.test").unwrap();
        let enters = |contact: &Contact, allowed| may_enter(contact, &access(allowed, None), |theirs| *theirs == ana);
        let there = contact(Some("ana@acme.test"));
        assert!(enters(&there, true));
        assert!(!enters(&there, false));
        assert!(!enters(&contact(Some("ben@acme.test")), true));
        assert!(!enters(&contact(None), true));
        assert!(!enters(&Contact { removed_at: Some(NOW), ..there }, true));
    }

    #[test]
    fn a_sign_in_is_noted_once_and_never_earlier_than_the_last() {
        let ana = contact(Some("ana@acme.test"));
        let later = Timestamp::from_micros(NOW.as_micros() + 1);
        for (last, noted) in [(None, true), (Some(NOW), false), (Some(later), false)] {
            let decision = note_sign_in(&ana, &access(true, last), NOW);
            assert_eq!((decision.writes.len(), decision.events.len()), (usize::from(noted), usize::from(noted)));
        }
        let decision = note_sign_in(&ana, &access(true, Some(NOW)), later);
        let [Write::Update(Version::FIRST, Record::PortalAccess(noted))] = decision.writes.as_slice() else {
            panic!("{decision:?}")
        };
        assert_eq!((noted.allowed, noted.last_signed_in_at), (true, Some(later)));
    }
}
