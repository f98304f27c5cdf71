//! Erasing a person: what names a contact goes, and what they did stays as somebody's who is not named.
//!
//! The record goes blank in one commit, and with it everything that is read of it: who uploaded what is told by id and named by
//! the record. What names them elsewhere (notes of events, addresses of messages, their login) the worker erases, once it hears of
//! it; no chain breaks by it, since chains hash ids and salted digests. Of the host's own id a digest stays, so that no list brings
//! the contact back.

use super::{Contact, ContactDetails, Directory, Event, Key, Mailing, PortalAccess, Record};
use crate::change::{Context, Decision, Versioned, Write};
use crate::values::{ContactId, DisplayName, ExternalId, FirmId};

/// What is called so was somebody's name.
const NAMELESS: &str = "Erased contact";

/// Erases a contact, who is taken off the client by it if they were still there; erased already, nothing happens.
pub fn erase_contact(
    contact: &Versioned<Contact>,
    access: &Versioned<PortalAccess>,
    mailing: Option<&Versioned<Mailing>>,
    firm: FirmId,
    context: &Context,
) -> Decision<Directory> {
    let blank = Contact {
        external_id: contact.external_id.as_ref().map(|id| id.erased(firm)),
        // A name that is one stays a name.
        name: DisplayName::new(NAMELESS).unwrap_or_else(|_| contact.name.clone()),
        email: None,
        details: ContactDetails::default(),
        removed_at: contact.removed_at.or(Some(context.now)),
        ..contact.value.clone()
    };
    let shut = PortalAccess { contact: contact.id, allowed: false, last_signed_in_at: None };
    if blank == contact.value && shut == access.value && mailing.is_none() {
        return Decision::nothing(());
    }
    let erased = Decision::nothing(())
        .write(Write::Update(contact.version, Record::Contact(blank)))
        .write(Write::Update(access.version, Record::PortalAccess(shut)))
        .event(Event::ContactErased { client: contact.client, contact: contact.id });
    match mailing {
        Some(mailing) => erased.write(Write::Delete(Key::Mailing(mailing.addressee), mailing.version)),
        None => erased,
    }
}

impl Contact {
    /// Whether the person was erased: nothing of the record names anybody.
    pub fn is_erased(&self) -> bool {
        let blank = self.email.is_none() && self.details == ContactDetails::default();
        blank
            && self.external_id.as_ref().is_none_or(ExternalId::is_erased)
            && self.removed_at.is_some()
            && self.name.as_str() == NAMELESS
    }
}

impl Event {
    /// Whether all texts in this event are of that contact, so that they go when the contact is erased.
    pub fn names(&self, contact: ContactId) -> bool {
        match self {
            Self::ContactAdded { contact: whose, .. }
            | Self::ContactChanged { contact: whose, .. }
            | Self::MailBounced { contact: whose, .. } => *whose == contact,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Version;
    use crate::directory::{Addressee, EmailKind};
    use crate::values::{ClientId, Digest, EmailAddress, ExternalId, Timestamp};

    const NOW: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);

    fn context() -> Context {
        Context::new(NOW, Digest::of(b"scope"), [7; 32])
    }

    #[test]
    fn s34_nothing_that_names_an_erased_contact_is_left_of_their_record() {
        let email = |text: &str| EmailAddress::new(text).unwrap();
        let id = ContactId::from_bits(1);
        let contact = Contact {
            id,
            client: ClientId::from_bits(2),
            external_id: Some(ExternalId::new("k1").unwrap()),
            name: DisplayName::new("Ana").unwrap(),
            email: Some(email("ana@acme.test")),
            details: ContactDetails::new([(EmailKind::Work, email("ana@work.test"))], []).unwrap(),
            created_at: NOW,
            removed_at: None,
        };
        let contact = Versioned::new(Version::FIRST, contact);
        let access = PortalAccess { contact: id, allowed: true, last_signed_in_at: Some(NOW) };
        let access = Versioned::new(Version::FIRST, access);
        let mailing = Versioned::new(Version::FIRST, Mailing::new(Addressee::Contact(id)));
        let decision = erase_contact(&contact, &access, Some(&mailing), FirmId::from_bits(1), &context());
        let written = format!("{:?}", decision.writes);
        assert!(!written.contains("Ana") && !written.contains("k1") && !written.contains("@"), "{written}");
        let [Write::Update(_, Record::Contact(blank)), Write::Update(_, Record::PortalAccess(shut)), Write::Delete(..)] =
            &decision.writes[..]
        else {
            panic!("{written}")
        };
        assert!(blank.is_erased() && !contact.is_erased());
        assert_eq!((blank.removed_at, shut.allowed, shut.last_signed_in_at), (Some(NOW), false, None));

        let (blank, shut) =
            (Versioned::new(Version::FIRST, blank.clone()), Versioned::new(Version::FIRST, shut.clone()));
        let again = erase_contact(&blank, &shut, None, FirmId::from_bits(1), &context());
        assert!(again.writes.is_empty() && again.events.is_empty(), "{again:?}");
    }
}
