//! How else a contact is reached: addresses and numbers for staff to read.
//!
//! Nobody signs in by them and nothing is sent there. What is mailed, and what signing in proves, is the one address of
//! [`Contact::email`](super::Contact::email): an address that was jotted down beside it (an assistant's, a shared mailbox)
//! must open nothing.

use crate::values::{EmailAddress, PhoneNumber};

/// What an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EmailKind {
    /// At work.
    Work,
    /// Their own.
    Personal,
    /// Any other.
    Other,
}

impl EmailKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Work, Self::Personal, Self::Other];

    /// Its name, as forms and stores know it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Personal => "personal",
            Self::Other => "other",
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What a number is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneKind {
    /// The phone they carry.
    Mobile,
    /// At work.
    Work,
    /// At home.
    Home,
    /// Any other.
    Other,
}

impl PhoneKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Mobile, Self::Work, Self::Home, Self::Other];

    /// Its name, as forms and stores know it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mobile => "mobile",
            Self::Work => "work",
            Self::Home => "home",
            Self::Other => "other",
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// More than a contact's details hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a contact has at most {max} other addresses and as many phones")]
pub struct TooManyDetails {
    /// The most that there are of either.
    pub max: usize,
}

/// Addresses beside the one that is mailed, and phones; each once, in the order in which they were given.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct ContactDetails {
    emails: Vec<(EmailKind, EmailAddress)>,
    phones: Vec<(PhoneKind, PhoneNumber)>,
}

impl ContactDetails {
    /// The most addresses, and the most phones.
    pub const MAX: usize = 10;

    /// These addresses and phones. One that is given twice is kept as it was given first.
    ///
    /// # Errors
    /// [`TooManyDetails`] when there are more than [`MAX`](Self::MAX) of either.
    pub fn new(
        emails: impl IntoIterator<Item = (EmailKind, EmailAddress)>,
        phones: impl IntoIterator<Item = (PhoneKind, PhoneNumber)>,
    ) -> Result<Self, TooManyDetails> {
        Ok(Self { emails: each_once(emails)?, phones: each_once(phones)? })
    }

    /// The addresses.
    pub fn emails(&self) -> &[(EmailKind, EmailAddress)] {
        &self.emails
    }

    /// The phones.
    pub fn phones(&self) -> &[(PhoneKind, PhoneNumber)] {
        &self.phones
    }

    /// The same with what `given` says, kind by kind: what it names of a kind stands in place of what there was of that kind,
    /// and other kinds stay.
    pub(super) fn replaced_by_kind(&self, given: &Self) -> Result<Self, TooManyDetails> {
        Self::new(by_kind(&self.emails, &given.emails), by_kind(&self.phones, &given.phones))
    }

    /// The same beside the address that is mailed, which is not listed a second time.
    pub(super) fn beside(mut self, primary: Option<&EmailAddress>) -> Self {
        self.emails.retain(|(_, address)| Some(address) != primary);
        self
    }

    /// All of it as text, in order: what the audit notes, and what tells whether anything was spelled otherwise.
    pub(super) fn texts(&self) -> impl Iterator<Item = String> + '_ {
        let emails = self.emails.iter().map(|(kind, address)| format!("{} {address}", kind.name()));
        emails.chain(self.phones.iter().map(|(kind, number)| format!("{} {number}", kind.name())))
    }
}

fn by_kind<K: Copy + PartialEq, V: Clone + PartialEq>(kept: &[(K, V)], given: &[(K, V)]) -> Vec<(K, V)> {
    let named = |(kind, _): &&(K, V)| given.iter().any(|(other, _)| other == kind);
    // What says the same already keeps its order.
    if kept.iter().filter(named).eq(given) {
        return kept.to_vec();
    }
    kept.iter().filter(|it| !named(it)).chain(given).cloned().collect()
}

fn each_once<K, V: PartialEq>(given: impl IntoIterator<Item = (K, V)>) -> Result<Vec<(K, V)>, TooManyDetails> {
    let mut kept: Vec<(K, V)> = Vec::new();
    for (kind, value) in given {
        if kept.iter().any(|(_, other)| *other == value) {
            continue;
        }
        if kept.len() == ContactDetails::MAX {
            return Err(TooManyDetails { max: ContactDetails::MAX });
        }
        kept.push((kind, value));
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(text: &str) -> EmailAddress {
        EmailAddress::new(text).unwrap()
    }

    #[test]
    fn each_address_and_number_is_kept_once_and_no_more_than_ten() {
        let numbers =
            |many: u32| (0..many).map(|it| (PhoneKind::Work, PhoneNumber::new(&format!("+1512555{it:04}")).unwrap()));
        let twice = [(EmailKind::Work, email("Ana@acme.test")), (EmailKind::Other, email("ana@ACME.test"))];
        let details = ContactDetails::new(twice, numbers(10).chain(numbers(3))).unwrap();
        assert_eq!((details.emails().len(), details.phones().len()), (1, 10));
        assert_eq!(details.emails()[0].0, EmailKind::Work);
        assert_eq!(ContactDetails::new([], numbers(11)), Err(TooManyDetails { max: 10 }));
    }

    #[test]
    fn the_address_that_is_mailed_is_not_listed_a_second_time() {
        let both = [(EmailKind::Work, email("ana@acme.test")), (EmailKind::Personal, email("ana@home.test"))];
        let details = ContactDetails::new(both, []).unwrap();
        let beside = details.clone().beside(Some(&email("ANA@home.test")));
        assert_eq!(beside.texts().collect::<Vec<_>>(), ["work ana@acme.test"]);
        assert_eq!(details.clone().beside(None), details);
    }

    #[test]
    fn what_is_given_of_a_kind_stands_in_place_of_that_kind_alone() {
        let of = |all: &[(EmailKind, &str)]| {
            ContactDetails::new(all.iter().map(|(kind, text)| (*kind, email(text))), []).unwrap()
        };
        let kept = of(&[(EmailKind::Work, "a@acme.test"), (EmailKind::Personal, "a@home.test")]);
        let given = of(&[(EmailKind::Work, "b@acme.test")]);
        let replaced = kept.replaced_by_kind(&given).unwrap();
        assert_eq!(replaced, of(&[(EmailKind::Personal, "a@home.test"), (EmailKind::Work, "b@acme.test")]));
        assert_eq!(replaced.replaced_by_kind(&given).unwrap(), replaced);
        assert_eq!(kept.replaced_by_kind(&of(&[(EmailKind::Work, "a@acme.test")])).unwrap(), kept, "in its order");
        assert_eq!(kept.replaced_by_kind(&ContactDetails::default()).unwrap(), kept);
    }

    #[test]
    fn kinds_are_known_by_their_names() {
        assert!(EmailKind::ALL.into_iter().all(|kind| EmailKind::named(kind.name()) == Some(kind)));
        assert!(PhoneKind::ALL.into_iter().all(|kind| PhoneKind::named(kind.name()) == Some(kind)));
        assert_eq!((EmailKind::named("mobile"), PhoneKind::named("personal")), (None, None));
    }
}
