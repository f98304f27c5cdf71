//! The pages of a client's contact, and of whoever is about to sign in as one.

mod access;
mod archive;
mod choose;
mod dialogs;
mod document;
mod files;
mod home;
mod settings;

pub use access::{AccessPage, CodePage, LinkGone, LinkHere, LinkTellsCode, UnsubscribePage};
pub use archive::MyArchivePage;
pub use choose::{ChoosePage, PortalLine};
pub use dialogs::{MyNewFolder, WithdrawDialog};
pub use document::MyDocumentPage;
pub use files::{MyFileLine, MyFileWhat, MyFilesPage, ReceiptsPage};
pub use home::HomePage;
pub use settings::{MySettingsPage, SessionLine};
