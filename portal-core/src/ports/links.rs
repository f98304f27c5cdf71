//! Where the embedding application shows what a mail speaks of.

use crate::values::{AddressKey, AttemptId, ClientId, ContactId, FirmId, FolderId, NodeId, WebLink};

/// Makes the links that mails carry.
///
/// # Contract
/// Host and scheme come from configuration, never from a request. A link to an item grants nothing: it leads there, and the
/// page asks to sign in. The sign-in link's page acts on POST alone: a GET leaves everything as it was.
pub trait Links: Send + Sync {
    /// A firm's access page.
    fn access_page(&self, firm: FirmId) -> WebLink;
    /// The page behind a sign-in link, with its secret.
    fn sign_in(&self, firm: FirmId, address: AddressKey, attempt: AttemptId, secret: &str) -> WebLink;
    /// A folder or document as the contact sees it.
    fn contact_item(&self, firm: FirmId, contact: ContactId, node: NodeId) -> WebLink;
    /// A folder of a client as staff see it.
    fn staff_folder(&self, firm: FirmId, client: ClientId, folder: FolderId) -> WebLink;
    /// Where staff begin.
    fn staff_home(&self, firm: FirmId) -> WebLink;
    /// The page behind an unsubscribe link, with its [token](crate::notifications::UnsubscribeToken). A POST to it turns such mail
    /// off, without a session and whatever it carries (RFC 8058); a GET shows a page and changes nothing.
    fn unsubscribe(&self, firm: FirmId, token: &str) -> WebLink;
}
