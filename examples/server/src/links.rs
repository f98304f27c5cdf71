//! The addresses that mails carry, under the configured base URL.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use portal_core::ports::Links;
use portal_core::values::{AddressKey, AttemptId, ClientId, ContactId, FirmId, FolderId, NodeId, WebLink};

use crate::base_url::BaseUrl;
use crate::views::paths;

/// All but what RFC 3986 calls unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Makes links under the base URL: the host in a mail comes from configuration and never from a request.
#[derive(Debug, Clone)]
pub struct ServerLinks {
    base_url: BaseUrl,
}

impl ServerLinks {
    /// Links under `base_url`.
    pub fn new(base_url: BaseUrl) -> Self {
        Self { base_url }
    }

    fn link(&self, path: &str) -> WebLink {
        // INVARIANT: paths made here hold ids and percent-encoded secrets alone, which every link may hold.
        WebLink::new(self.base_url.join(path)).unwrap_or_else(|_| self.base_url.home().clone())
    }
}

impl Links for ServerLinks {
    fn access_page(&self, firm: FirmId) -> WebLink {
        self.link(&paths::access(&firm.to_string()))
    }

    fn sign_in(&self, firm: FirmId, address: AddressKey, attempt: AttemptId, secret: &str) -> WebLink {
        let secret = utf8_percent_encode(secret, RESERVED).to_string();
        self.link(&paths::sign_in_link(&firm.to_string(), address, attempt, &secret))
    }

    fn contact_item(&self, firm: FirmId, contact: ContactId, node: NodeId) -> WebLink {
        let firm = firm.to_string();
        self.link(&match node {
            NodeId::Folder(folder) => paths::my_folder(&firm, contact, folder),
            NodeId::Document(document) => paths::my_document(&firm, contact, document),
        })
    }

    fn staff_folder(&self, _firm: FirmId, client: ClientId, folder: FolderId) -> WebLink {
        self.link(&paths::folder(client, folder))
    }

    fn staff_home(&self, _firm: FirmId) -> WebLink {
        self.link(paths::clients())
    }

    fn unsubscribe(&self, firm: FirmId, token: &str) -> WebLink {
        let token = utf8_percent_encode(token, RESERVED).to_string();
        self.link(&paths::unsubscribe(&firm.to_string(), &token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l07_links_stand_under_the_configured_address() {
        let links = ServerLinks::new(BaseUrl::new("https://portal.acme.test").unwrap());
        let (firm, contact) = (FirmId::from_bits(1), ContactId::from_bits(2));
        let made = [
            links.access_page(firm),
            links.sign_in(firm, AddressKey::from_bits(3), AttemptId::from_bits(4), "a/b?c d\u{e9}"),
            links.contact_item(firm, contact, FolderId::from_bits(5).into()),
            links.staff_folder(firm, ClientId::from_bits(6), FolderId::from_bits(5)),
            links.staff_home(firm),
            links.unsubscribe(firm, "a/b?c"),
        ];
        for link in &made {
            assert!(link.as_str().starts_with("https://portal.acme.test/"), "{link}");
        }
        assert!(made[1].as_str().ends_with("/a%2Fb%3Fc%20d%C3%A9"), "{}", made[1]);
    }
}
