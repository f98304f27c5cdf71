//! What a web front of the portal has to do about browsers, in parts that an embedder can take one by one.
//!
//! None of it knows this server: each part takes what it needs, and speaks `http` types alone.

pub mod bodies;
pub mod cookies;
pub mod csrf;
pub mod downloads;
pub mod forms;
pub mod headers;
pub mod heads;
pub mod ranges;
pub mod requests;
