//! The pages: what each shows, as plain values, and the template that shows it.
//!
//! Nothing here reads or decides. A route gathers the values, fills a view and sends `view.render()?`; so every page can be
//! built and looked at without a server (`tests/render_samples.rs` does). The seam, in short:
//!
//! - **Addresses** are written in [`paths`] alone; views link by it, routes answer at the patterns its documentation names.
//! - **Frames** carry what every page knows: the firm, the CSRF token, what was just done, and the server's time, from
//!   which the page counts its relative times.
//! - **Forms** post `application/x-www-form-urlencoded` with the token in [`CSRF_FIELD`], uploads post `multipart/form-data`
//!   with that field first. Each view names the fields of its forms. A route answers `303` when it went well, with a
//!   [`Flash`] for the next page, and otherwise the same view again with its [`Field`]s filled and their errors said, as
//!   `422`. Scripts post the same forms and put the page that comes back in place of this one.
//! - **Dialogs** are pages of their own with an address of their own. With JavaScript their `<main data-dialog>` is lifted
//!   into a `<dialog>` of the page that links to them.
//! - **Uploads** by script are sent part by part, as tus 1.0.0 says, and end with [`answers::UploadAnswer`]; forms send whole files.
//! - **Content-Security-Policy**: everything comes from this server, scripts and styles by the nonce of their frame; no view
//!   holds an inline script or style.

pub mod answers;
pub mod assets;
pub mod contact;
pub mod errors;
mod forms;
mod frames;
mod front;
mod icons;
mod mail_choice;
pub mod mailbox;
mod nodes;
pub mod paths;
mod place;
mod scope;
pub mod staff;
pub mod theme;
mod unfinished;
pub mod words;

pub use forms::{CSRF_FIELD, Field, Hidden};
pub use frames::{ContactFrame, FirmFace, Flash, LogoFace, Mood, PlainFrame, StaffFrame, Undo};
pub use front::FrontDoor;
pub use icons::Icon;
pub use mail_choice::MailChoice;
pub use nodes::{Crumb, DocumentKind, MissedFile, PagePictures, ReceiptLines, Toggle};
pub use place::{Column, ListPlace, order_of, order_value};
pub use unfinished::Unfinished;
