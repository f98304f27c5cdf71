//! Where a request came from.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// Where a visitor's request came from, as the host says: the address of the browser, not that of a proxy of the host's own.
///
/// Limits on asking are counted for it. An IPv6 address counts together with all others of its /64 network, since one
/// subscriber holds them all; an IPv4 address written as IPv6 counts as what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source(IpAddr);

impl Source {
    /// What limits are counted for, for a host's own limits too.
    pub fn counted_as(self) -> String {
        match self.0 {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).to_string(),
        }
    }
}

impl From<IpAddr> for Source {
    fn from(address: IpAddr) -> Self {
        Self(address.to_canonical())
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(text: &str) -> String {
        Source::from(text.parse::<IpAddr>().unwrap()).counted_as()
    }

    #[test]
    fn l10_a_subscriber_is_one_source_however_many_addresses_they_hold() {
        assert_eq!(counted("2001:db8:1:2::1"), counted("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(counted("2001:db8:1:2::1"), counted("2001:db8:1:3::1"));
        assert_eq!(counted("::ffff:192.0.2.1"), counted("192.0.2.1"));
        assert_ne!(counted("192.0.2.1"), counted("192.0.2.2"));
        let shown = |text: &str| Source::from(text.parse::<IpAddr>().unwrap()).to_string();
        assert_eq!((shown("::ffff:192.0.2.1"), shown("2001:db8::1")), ("192.0.2.1".into(), "2001:db8::1".into()));
    }
}
