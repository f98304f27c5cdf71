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
