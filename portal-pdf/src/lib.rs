//! Pictures of pages of PDFs and of images, for [`portal_core`]. Sealing is to come.
//!
//! [`render`] is the whole of it: a function of the file, the page and the width, made of [`hayro`], which draws PDFs in safe Rust, and
//! [`image`](https://docs.rs/image). Sizes are measured before anything is drawn or decoded, and brought within limits.
//!
//! The files are strangers', some take twenty seconds to draw, and a drawing that has begun cannot be called back. So there
//! are two adapters to the port:
//! - [`ChildPreviewer`] draws each page in a process of its own, with limits of time and memory that the operating system keeps. The
//!   process is a program of yours that calls [`serve_one`], or `portal-render-page`, which comes with this crate.
//! - [`PagePreviewer`] draws on a thread of this process: simple, for tests and for files that you trust.
//!
//! Text whose font the PDF does not hold is drawn in the nearest of the fourteen standard fonts, which are compiled in; see
//! `THIRD-PARTY.md` beside this crate's manifest for the notices that a program with them carries.

mod child;
mod frame;
mod limits;
mod page;
mod picture;
mod render;
mod serve;
mod thread;

pub use child::ChildPreviewer;
pub use limits::{MAX_FILE_BYTES, MAX_PICTURE_PIXELS, MAX_SIDE_PIXELS, MAX_SOURCE_PIXELS, MAX_WIDTH_PIXELS};
pub use render::render;
pub use serve::serve_one;
pub use thread::PagePreviewer;
