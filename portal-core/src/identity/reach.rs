//! Identity's own index of whom an address reaches, kept equal to what the firms' directories say.

use super::{Identity, Key, Reach, Record};
use crate::change::{Decision, Versioned, Write};

/// Makes the index say `wanted` of one address and one contact, where it says `found`.
pub fn index_reach(found: Option<&Versioned<Reach>>, wanted: Option<&Reach>) -> Decision<Identity> {
    let nothing = Decision::nothing(());
    match (found, wanted) {
        (None, None) => nothing,
        (Some(found), Some(wanted)) if found.value == *wanted => nothing,
        (None, Some(wanted)) => nothing.write(Write::Create(Record::Reach(wanted.clone()))),
        (Some(found), Some(wanted)) => nothing.write(Write::Update(found.version, Record::Reach(wanted.clone()))),
        (Some(found), None) => nothing.write(Write::Delete(Key::Reach(found.address, found.contact), found.version)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Version;
    use crate::values::{AddressKey, ClientId, ContactId, FirmId};

    fn reach(client: u128) -> Reach {
        Reach {
            address: AddressKey::from_bits(1),
            firm: FirmId::from_bits(2),
            client: ClientId::from_bits(client),
            contact: ContactId::from_bits(3),
        }
    }

    #[test]
    fn the_index_is_made_to_say_what_is_wanted_and_left_alone_when_it_does() {
        let found = Versioned::new(Version::from_u64(7), reach(4));
        fn writes(found: Option<&Versioned<Reach>>, wanted: Option<&Reach>) -> Vec<Write<Identity>> {
            index_reach(found, wanted).writes
        }
        assert!(writes(None, None).is_empty());
        assert!(writes(Some(&found), Some(&reach(4))).is_empty());
        let created = writes(None, Some(&reach(4)));
        assert!(matches!(&created[..], [Write::Create(Record::Reach(made))] if *made == reach(4)), "{created:?}");
        let updated = writes(Some(&found), Some(&reach(5)));
        assert!(
            matches!(&updated[..], [Write::Update(version, Record::Reach(made))]
            if *version == found.version && *made == reach(5)),
            "{updated:?}"
        );
        let deleted = writes(Some(&found), None);
        assert!(
            matches!(&deleted[..], [Write::Delete(Key::Reach(address, contact), version)]
            if (*address, *contact, *version) == (found.address, found.contact, found.version)),
            "{deleted:?}"
        );
    }
}
