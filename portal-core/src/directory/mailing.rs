//! How mail reaches somebody: how often they want each kind, in which language, and whether their address takes it.
//!
//! Sign-in and security mail is no [`Topic`]: that somebody wants none of it cannot be said.

use std::collections::BTreeMap;

use super::{Contact, Directory, DirectoryRefusal, Event, Record};
use crate::change::{Context, Decision, Versioned, Write};
use crate::values::{
    ClientId, ContactId, EmailAddress, HourOfDay, Language, MemberId, TimeZone, Timestamp, Weekday, is_dangerous,
};

/// The most characters that are kept of what was said of an address.
const REASON_CHARS: usize = 500;

/// Somebody whom mail is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Addressee {
    /// A contact.
    Contact(ContactId),
    /// A team member.
    Member(MemberId),
}

impl Addressee {
    /// What they may choose for themselves.
    pub const fn topics(self) -> &'static [Topic] {
        match self {
            Self::Contact(_) => &[Topic::Shared, Topic::NewDocuments],
            Self::Member(_) => &[Topic::ClientUploaded],
        }
    }
}

/// A kind of mail that people choose for themselves how often they get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Something was shared with a contact.
    Shared,
    /// There are new documents where a contact has access.
    NewDocuments,
    /// A client uploaded, to the team.
    ClientUploaded,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 3] = [Self::Shared, Self::NewDocuments, Self::ClientUploaded];

    /// The name of the topic, as templates, forms and stores know it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::NewDocuments => "new_documents",
            Self::ClientUploaded => "client_uploaded",
        }
    }
}

/// How often somebody is mailed about a topic.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    /// As it happens, or once what happened together is over.
    #[default]
    AtOnce,
    /// Once a day, all in one mail.
    Daily,
    /// Once a week, all in one mail.
    Weekly,
    /// Not at all.
    Off,
}

impl Frequency {
    /// Every one, the most often first.
    pub const ALL: [Self; 4] = [Self::AtOnce, Self::Daily, Self::Weekly, Self::Off];

    /// Its name, as templates, forms and stores know it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AtOnce => "at_once",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Off => "off",
        }
    }
}

/// When daily and weekly mail goes, by the clocks of the firm's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct DigestTimes {
    /// At which hour.
    pub hour: HourOfDay,
    /// On which day the weekly one.
    pub day: Weekday,
}

impl DigestTimes {
    /// When what happens at `now` goes to whoever wants it so often; `None` for at once, and for not at all.
    pub fn next(&self, often: Frequency, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
        match often {
            Frequency::AtOnce | Frequency::Off => None,
            Frequency::Daily => Some(zone.next(now, self.hour, None)),
            Frequency::Weekly => Some(zone.next(now, self.hour, Some(self.day))),
        }
    }
}

impl Default for DigestTimes {
    /// At eight in the morning; the weekly one on Mondays.
    fn default() -> Self {
        Self { hour: HourOfDay::new(8).unwrap_or_default(), day: Weekday::Monday }
    }
}

/// How mail reaches somebody. Whoever never chose anything, and whose mail never came back, has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailing {
    /// Whom.
    pub addressee: Addressee,
    /// How often each topic goes; those left out go at once.
    pub often: BTreeMap<Topic, Frequency>,
    /// What was turned off by the link in a mail, and how often it went before: the link can take that back.
    pub off_by_link: BTreeMap<Topic, Frequency>,
    /// In which language they are written to; the firm's, if they chose none.
    pub language: Option<Language>,
    /// That mail came back.
    pub bounce: Option<Bounce>,
}

/// That mail to an address came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// The address. Whoever has another one by now is not concerned.
    pub address: EmailAddress,
    /// When it was learnt.
    pub at: Timestamp,
    /// What was said of it, in words for staff.
    pub reason: String,
}

impl Mailing {
    /// How mail reaches somebody who never chose anything.
    pub const fn new(addressee: Addressee) -> Self {
        Self { addressee, often: BTreeMap::new(), off_by_link: BTreeMap::new(), language: None, bounce: None }
    }

    /// How often they are mailed about a topic.
    pub fn often(&self, topic: Topic) -> Frequency {
        self.often.get(&topic).copied().unwrap_or_default()
    }

    /// The mark that mail to this address comes back, if there is one.
    pub fn bounced_at(&self, address: &EmailAddress) -> Option<&Bounce> {
        self.bounce.as_ref().filter(|bounce| bounce.address == *address)
    }
}

/// What somebody chooses of their mail; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct MailingChange {
    /// How often each of these topics goes.
    pub often: BTreeMap<Topic, Frequency>,
    /// Another language; `Some(None)` for the firm's.
    pub language: Option<Option<Language>>,
}

impl MailingChange {
    /// That one topic goes so often.
    pub fn topic(topic: Topic, often: Frequency) -> Self {
        Self { often: BTreeMap::from([(topic, often)]), language: None }
    }
}

/// Changes how often somebody is mailed, and in which language; `client` is a contact's own.
///
/// # Errors
/// [`DirectoryRefusal::NotTheirMail`].
pub fn change_mailing(
    addressee: Addressee,
    client: Option<ClientId>,
    current: Option<&Versioned<Mailing>>,
    change: &MailingChange,
) -> Result<Decision<Directory>, DirectoryRefusal> {
    if change.often.keys().any(|topic| !addressee.topics().contains(topic)) {
        return Err(DirectoryRefusal::NotTheirMail);
    }
    let before = current.map_or_else(|| Mailing::new(addressee), |mailing| mailing.value.clone());
    let mut changed = before.clone();
    changed.often.extend(&change.often);
    changed.often.retain(|_, often| *often != Frequency::AtOnce);
    // What they choose themselves, no link takes back.
    changed.off_by_link.retain(|topic, _| !change.often.contains_key(topic));
    if let Some(language) = &change.language {
        changed.language = language.clone();
    }
    if changed == before {
        return Ok(Decision::nothing(()));
    }
    Ok(chosen(current, client, changed))
}

/// Writes what was chosen of somebody's mail.
pub(super) fn chosen(
    current: Option<&Versioned<Mailing>>,
    client: Option<ClientId>,
    changed: Mailing,
) -> Decision<Directory> {
    let (addressee, often, language) = (changed.addressee, changed.often.clone(), changed.language.clone());
    write(current, changed).event(Event::MailChosen { addressee, client, often, language })
}

/// Notes that mail to `address` came back, if that is the contact's address; noted already, nothing happens.
pub fn mark_bounced(
    contact: &Contact,
    current: Option<&Versioned<Mailing>>,
    address: &EmailAddress,
    reason: &str,
    context: &Context,
) -> Decision<Directory> {
    let known = current.is_some_and(|mailing| mailing.bounced_at(address).is_some());
    if known || contact.email.as_ref() != Some(address) {
        return Decision::nothing(());
    }
    let spaced: String = reason.chars().map(|char| if is_dangerous(char) { ' ' } else { char }).collect();
    let reason: String = spaced.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(REASON_CHARS).collect();
    let addressee = Addressee::Contact(contact.id);
    let before = current.map_or_else(|| Mailing::new(addressee), |mailing| mailing.value.clone());
    let event = Event::MailBounced {
        client: contact.client,
        contact: contact.id,
        address: context.note(&format!("{} address", contact.id), address.as_str()),
        reason: context.note(&format!("{} reason", contact.id), reason.as_str()),
    };
    let bounce = Some(Bounce { address: address.clone(), at: context.now, reason });
    write(current, Mailing { bounce, ..before }).event(event)
}

/// Takes the mark away that mail to a contact comes back; there is none, nothing happens.
pub fn clear_bounce(contact: &Contact, current: Option<&Versioned<Mailing>>) -> Decision<Directory> {
    let Some(marked) = current.filter(|mailing| mailing.bounce.is_some()) else { return Decision::nothing(()) };
    let cleared = Mailing { bounce: None, ..marked.value.clone() };
    write(current, cleared).event(Event::BounceCleared { client: contact.client, contact: contact.id })
}

fn write(current: Option<&Versioned<Mailing>>, changed: Mailing) -> Decision<Directory> {
    let record = Record::Mailing(changed);
    Decision::nothing(()).write(match current {
        Some(current) => Write::Update(current.version, record),
        None => Write::Create(record),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Version;
    use crate::directory::ContactDetails;
    use crate::values::{Digest, DisplayName};

    const ANA: Addressee = Addressee::Contact(ContactId::from_bits(1));
    const MIA: Addressee = Addressee::Member(MemberId::from_bits(2));
    const NOW: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);

    fn context() -> Context {
        Context::new(NOW, Digest::of(b"mail"), [0; 32])
    }

    fn written(decision: &Decision<Directory>) -> Mailing {
        match decision.writes.as_slice() {
            [Write::Create(Record::Mailing(mailing)) | Write::Update(_, Record::Mailing(mailing))] => mailing.clone(),
            other => panic!("{other:?}"),
        }
    }

    fn chosen(addressee: Addressee, topic: Topic, often: Frequency) -> Versioned<Mailing> {
        let decision = change_mailing(addressee, None, None, &MailingChange::topic(topic, often)).unwrap();
        Versioned::new(Version::FIRST, written(&decision))
    }

    fn ana() -> Contact {
        Contact {
            id: ContactId::from_bits(1),
            client: ClientId::from_bits(9),
            external_id: None,
            name: DisplayName::new("Ana").unwrap(),
            email: Some(EmailAddress::new("ana@acme.test").unwrap()),
            details: ContactDetails::default(),
            created_at: NOW,
            removed_at: None,
        }
    }

    #[test]
    fn n08_what_somebody_chose_holds_for_that_topic_alone_until_they_choose_again() {
        let daily = chosen(ANA, Topic::NewDocuments, Frequency::Daily);
        assert_eq!(
            (daily.often(Topic::NewDocuments), daily.often(Topic::Shared)),
            (Frequency::Daily, Frequency::AtOnce)
        );
        let again = MailingChange::topic(Topic::NewDocuments, Frequency::AtOnce);
        let decision = change_mailing(ANA, None, Some(&daily), &again).unwrap();
        assert_eq!(written(&decision), Mailing::new(ANA));
        let same =
            change_mailing(ANA, None, Some(&daily), &MailingChange::topic(Topic::NewDocuments, Frequency::Daily));
        assert!(same.unwrap().writes.is_empty(), "nothing changes");
        let nothing = change_mailing(ANA, None, None, &MailingChange::topic(Topic::Shared, Frequency::AtOnce));
        assert!(nothing.unwrap().writes.is_empty(), "who chooses what they have leaves nothing behind");
    }

    #[test]
    fn nobody_chooses_mail_that_is_not_theirs() {
        for (addressee, topic) in [(ANA, Topic::ClientUploaded), (MIA, Topic::Shared), (MIA, Topic::NewDocuments)] {
            let refused = change_mailing(addressee, None, None, &MailingChange::topic(topic, Frequency::Off));
            assert_eq!(refused.unwrap_err(), DirectoryRefusal::NotTheirMail, "{addressee:?} {topic:?}");
        }
        let all = [ANA, MIA].iter().flat_map(|it| it.topics().iter().copied()).collect::<Vec<_>>();
        assert_eq!(all, Topic::ALL, "every topic is somebody's");
    }

    #[test]
    fn a_language_is_chosen_and_given_up_without_touching_the_rest() {
        let daily = chosen(ANA, Topic::Shared, Frequency::Daily);
        let german = MailingChange { language: Some(Some(Language::GERMAN)), ..MailingChange::default() };
        let mailing = written(&change_mailing(ANA, None, Some(&daily), &german).unwrap());
        assert_eq!((mailing.language.clone(), mailing.often), (Some(Language::GERMAN), daily.value.often.clone()));
    }

    #[test]
    fn an_address_that_bounced_is_marked_once_and_another_is_not_concerned() {
        let (ana, address) = (ana(), EmailAddress::new("ANA@acme.test").unwrap());
        let decision = mark_bounced(&ana, None, &address, "no such\r\nmailbox", &context());
        let marked = Versioned::new(Version::FIRST, written(&decision));
        let bounce = marked.bounced_at(&address).unwrap();
        assert_eq!((bounce.at, bounce.reason.as_str()), (NOW, "no such mailbox"));
        assert!(mark_bounced(&ana, Some(&marked), &address, "again", &context()).writes.is_empty());
        let moved = EmailAddress::new("ana@new.test").unwrap();
        assert_eq!(marked.bounced_at(&moved), None);
        assert!(mark_bounced(&ana, None, &moved, "late news of an old address", &context()).writes.is_empty());
        let cleared = written(&clear_bounce(&ana, Some(&marked)));
        assert_eq!(cleared.bounce, None);
        assert!(clear_bounce(&ana, None).writes.is_empty());
    }

    #[test]
    fn what_is_not_mailed_at_once_has_its_time_and_the_rest_has_none() {
        let (times, zone) = (DigestTimes::default(), TimeZone::new("America/New_York").unwrap());
        let next = |often| times.next(often, &zone, NOW).map(|at| at.to_string());
        // 14 November 2023 was a Tuesday; it was a quarter past five in the afternoon.
        assert_eq!(next(Frequency::Daily).unwrap(), "2023-11-15T13:00:00Z");
        assert_eq!(next(Frequency::Weekly).unwrap(), "2023-11-20T13:00:00Z");
        assert_eq!((next(Frequency::AtOnce), next(Frequency::Off)), (None, None));
    }
}
