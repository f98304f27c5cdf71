//! The whole portal in a browser, on embedded defaults: staff pages, client pages, a demo firm.
//!
//! The library takes every port and the clock; `main.rs` chooses them from flags. What an embedder may want for pages of
//! their own stands in [`security`], which knows nothing of this server.
//!
//! To change who may see what, open [`routes`]; what a page does, `handlers/`; what it looks like, [`views`] and
//! `templates/`; how a request becomes an actor and an error a page, `web/`.

mod app;
pub mod base_url;
pub mod bounces;
mod clamd;
mod client_list;
pub mod config;
mod demo;
mod handlers;
pub mod keys;
pub mod links;
pub mod mailbox;
mod peers;
pub mod rotate;
pub mod routes;
pub mod security;
mod server;
pub mod staff_login;
pub mod start;
pub mod views;
mod web;

pub use app::{Limits, Options, Ports};
pub use demo::DemoError;
pub use server::Server;
