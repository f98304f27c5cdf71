//! Links to an application that is nowhere.

use crate::ports::Links;
use crate::values::{AddressKey, AttemptId, ClientId, ContactId, FirmId, FolderId, NodeId, TextError, WebLink};

/// [`Links`] below one address, made from the ids alone: for tests, and for hosts whose pages lie where these point.
///
/// # Examples
/// ```
/// use portal_core::memory::FixedLinks;
/// use portal_core::ports::Links as _;
/// use portal_core::values::FirmId;
///
/// let links = FixedLinks::new("https://portal.miller.test")?;
/// let page = links.access_page(FirmId::from_bits(1));
/// assert_eq!(page.as_str(), "https://portal.miller.test/access/firm_00000000000000000000000000000001");
/// # Ok::<(), portal_core::values::TextError>(())
/// ```
#[derive(Debug, Clone)]
pub struct FixedLinks {
    base: WebLink,
}

impl FixedLinks {
    /// Links below `base`, an `https` address or one of the loopback, without a slash at its end.
    ///
    /// # Errors
    /// [`TextError::Malformed`] when it is neither.
    pub fn new(base: impl Into<String>) -> Result<Self, TextError> {
        WebLink::new(base).map(|base| Self { base })
    }

    fn below(&self, path: &str) -> WebLink {
        // A path that no link can hold leads to the front door.
        WebLink::new(format!("{}/{path}", self.base)).unwrap_or_else(|_| self.base.clone())
    }
}

impl Links for FixedLinks {
    fn access_page(&self, firm: FirmId) -> WebLink {
        self.below(&format!("access/{firm}"))
    }

    fn sign_in(&self, firm: FirmId, address: AddressKey, attempt: AttemptId, secret: &str) -> WebLink {
        self.below(&format!("access/{firm}/{address}/{attempt}/{secret}"))
    }

    fn contact_item(&self, firm: FirmId, contact: ContactId, node: NodeId) -> WebLink {
        self.below(&format!("portal/{firm}/{contact}/{node}"))
    }

    fn staff_folder(&self, firm: FirmId, client: ClientId, folder: FolderId) -> WebLink {
        self.below(&format!("staff/{firm}/{client}/{folder}"))
    }

    fn staff_home(&self, firm: FirmId) -> WebLink {
        self.below(&format!("staff/{firm}"))
    }

    fn unsubscribe(&self, firm: FirmId, token: &str) -> WebLink {
        self.below(&format!("unsubscribe/{firm}/{token}"))
    }
}
