//! The portal's own ways of proving who somebody is.

mod email;

pub use email::EmailAuthenticator;
