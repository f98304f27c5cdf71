//! The addresses that mails carry, under the configured base URL.

use portal_core::ports::Links;
use portal_core::values::{AddressKey, AttemptId, ClientId, ContactId, FirmId, FolderId, NodeId, WebLink};

use crate::base_url::BaseUrl;

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
        self.link(&access_page_path(firm))
    }

    fn sign_in(&self, firm: FirmId, address: AddressKey, attempt: AttemptId, secret: &str) -> WebLink {
        self.link(&sign_in_path(firm, address, attempt, secret))
    }

    fn contact_item(&self, firm: FirmId, contact: ContactId, node: NodeId) -> WebLink {
        self.link(&format!("/p/{firm}/{contact}/files/{node}"))
    }

    fn staff_folder(&self, _firm: FirmId, client: ClientId, folder: FolderId) -> WebLink {
        self.link(&format!("/staff/clients/{client}/files/{folder}"))
    }
}

/// The path of a firm's access page.
pub(crate) fn access_page_path(firm: FirmId) -> String {
    format!("/p/{firm}")
}

/// The path behind a sign-in link.
pub(crate) fn sign_in_path(firm: FirmId, address: AddressKey, attempt: AttemptId, secret: &str) -> String {
    let secret = percent_encoding::utf8_percent_encode(secret, percent_encoding::NON_ALPHANUMERIC);
    format!("/p/{firm}/link/{address}/{attempt}/{secret}")
}
