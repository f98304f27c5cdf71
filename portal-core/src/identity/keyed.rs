//! What identity knows addresses and sources by: keyed hashes, so that the database alone does not tell whether somebody
//! is in it.

use super::Source;
use crate::values::{AddressKey, EmailAddress, Id as _, LinkKey};

/// What an email address is known by: 128 bits of HMAC-SHA256 over its canonical form.
pub fn address_key(key: &LinkKey, email: &EmailAddress) -> AddressKey {
    keyed(key, "address", &[email.canonical().as_bytes()])
}

/// What asking is counted for when one source asks for one address.
pub fn address_and_source_key(key: &LinkKey, address: AddressKey, source: Source) -> AddressKey {
    keyed(key, "address and source", &[&address.as_u128().to_be_bytes(), source.counted_as().as_bytes()])
}

/// What asking is counted for when one source asks for whatever addresses.
pub fn source_key(key: &LinkKey, source: Source) -> AddressKey {
    keyed(key, "source", &[source.counted_as().as_bytes()])
}

fn keyed(key: &LinkKey, purpose: &str, parts: &[&[u8]]) -> AddressKey {
    AddressKey::from_u128(key.mac(purpose, parts).leading_u128())
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    #[test]
    fn an_address_is_one_however_it_is_spelled_and_another_under_another_key() {
        let key = LinkKey::new([1; 32]);
        let ana = EmailAddress::new("Ana@ACME.test").unwrap();
        let same = EmailAddress::new("ana@acme.test").unwrap();
        let ben = EmailAddress::new("ben@acme.test").unwrap();
        assert_eq!(address_key(&key, &ana), address_key(&key, &same));
        assert_ne!(address_key(&key, &ana), address_key(&key, &ben));
        assert_ne!(address_key(&key, &ana), address_key(&LinkKey::new([2; 32]), &ana));
    }

    #[test]
    fn l10_counts_of_one_address_differ_by_source_and_of_one_source_by_address() {
        let key = LinkKey::new([1; 32]);
        let [home, office] = ["192.0.2.1", "192.0.2.2"].map(|ip| Source::from(ip.parse::<IpAddr>().unwrap()));
        let [ana, ben] = [1, 2].map(AddressKey::from_bits);
        let counted = [
            address_and_source_key(&key, ana, home),
            address_and_source_key(&key, ana, office),
            address_and_source_key(&key, ben, home),
            source_key(&key, home),
            source_key(&key, office),
        ];
        assert_eq!(std::collections::BTreeSet::from(counted).len(), counted.len());
    }
}
