//! The server over real HTTP, on adapters in memory.

mod browser;
mod office;
mod sign_in;
mod story;
