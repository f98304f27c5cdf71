//! Turning a kind of mail off by the link in it, and back to what it was.

use super::mailing::chosen;
use super::{Addressee, Directory, DirectoryRefusal, Frequency, Mailing, Topic};
use crate::change::{Decision, Versioned};
use crate::values::ClientId;

/// How often within a day mail of one mailbox may be turned on again by links: whoever turns it off and on more often than that
/// is no reader of it.
pub const MOST_ON_AGAIN: usize = 10;

/// Turns a topic off by the link in a mail; off already, nothing happens. `client` is a contact's own.
///
/// # Errors
/// [`DirectoryRefusal::NotTheirMail`].
pub fn turn_off_by_link(
    addressee: Addressee,
    client: Option<ClientId>,
    current: Option<&Versioned<Mailing>>,
    topic: Topic,
) -> Result<Decision<Directory>, DirectoryRefusal> {
    if !addressee.topics().contains(&topic) {
        return Err(DirectoryRefusal::NotTheirMail);
    }
    let mut changed = current.map_or_else(|| Mailing::new(addressee), |mailing| mailing.value.clone());
    let before = changed.often(topic);
    if before == Frequency::Off {
        return Ok(Decision::nothing(()));
    }
    changed.often.insert(topic, Frequency::Off);
    changed.off_by_link.insert(topic, before);
    Ok(chosen(current, client, changed))
}

/// Takes back what a link turned off: it goes as often as before. What its reader turned off themselves stays off.
pub fn turn_on_by_link(
    client: Option<ClientId>,
    current: Option<&Versioned<Mailing>>,
    topic: Topic,
) -> Decision<Directory> {
    let Some(mut changed) = current.map(|mailing| mailing.value.clone()) else { return Decision::nothing(()) };
    let Some(before) = changed.off_by_link.remove(&topic) else { return Decision::nothing(()) };
    changed.often.insert(topic, before);
    changed.often.retain(|_, often| *often != Frequency::AtOnce);
    chosen(current, client, changed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{Version, Write};
    use crate::directory::{MailingChange, Record, change_mailing};
    use crate::values::ContactId;

    const ANA: Addressee = Addressee::Contact(ContactId::from_bits(1));
    const NEW: Topic = Topic::NewDocuments;

    fn after(decision: &Decision<Directory>) -> Option<Versioned<Mailing>> {
        match decision.writes.as_slice() {
            [] => None,
            [Write::Create(Record::Mailing(mailing)) | Write::Update(_, Record::Mailing(mailing))] => {
                Some(Versioned::new(Version::FIRST, mailing.clone()))
            }
            other => panic!("{other:?}"),
        }
    }

    fn chose(current: Option<&Versioned<Mailing>>, often: Frequency) -> Option<Versioned<Mailing>> {
        after(&change_mailing(ANA, None, current, &MailingChange::topic(NEW, often)).unwrap())
    }

    #[test]
    fn n09_a_link_takes_back_what_a_link_did_and_nothing_else() {
        for before in [Frequency::AtOnce, Frequency::Daily, Frequency::Weekly] {
            let chosen = chose(None, before);
            let off = after(&turn_off_by_link(ANA, None, chosen.as_ref(), NEW).unwrap());
            assert_eq!(off.as_ref().unwrap().often(NEW), Frequency::Off);
            assert!(after(&turn_off_by_link(ANA, None, off.as_ref(), NEW).unwrap()).is_none(), "off already");
            let again = after(&turn_on_by_link(None, off.as_ref(), NEW)).unwrap();
            assert_eq!((again.often(NEW), again.off_by_link.len()), (before, 0));
            assert!(after(&turn_on_by_link(None, Some(&again), NEW)).is_none(), "once");
            assert!(after(&turn_on_by_link(None, off.as_ref(), Topic::Shared)).is_none(), "another kind");
        }
        let off = chose(None, Frequency::Off);
        assert!(after(&turn_off_by_link(ANA, None, off.as_ref(), NEW).unwrap()).is_none());
        assert!(
            after(&turn_on_by_link(None, off.as_ref(), NEW)).is_none(),
            "what they turned off themselves stays off"
        );
        assert!(after(&turn_on_by_link(None, None, NEW)).is_none());
        assert!(turn_off_by_link(ANA, None, None, Topic::ClientUploaded).is_err());
    }

    #[test]
    fn n09_what_somebody_chooses_after_a_link_turned_it_off_no_link_takes_back() {
        let off = after(&turn_off_by_link(ANA, None, None, NEW).unwrap());
        let stays = chose(off.as_ref(), Frequency::Off);
        assert!(after(&turn_on_by_link(None, stays.as_ref(), NEW)).is_none());
        let weekly = chose(off.as_ref(), Frequency::Weekly);
        assert!(after(&turn_on_by_link(None, weekly.as_ref(), NEW)).is_none());
    }
}
