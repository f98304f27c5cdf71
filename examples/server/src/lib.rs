//! The whole portal in a browser, on embedded defaults: staff pages, client pages, a demo firm.
//!
//! The library takes every port and the clock; `main.rs` chooses them from flags. What an embedder may want for pages of
//! their own stands in [`security`], which knows nothing of this server.

pub mod base_url;
pub mod config;
pub mod keys;
pub mod links;
pub mod security;
pub mod staff_login;
pub mod views;
