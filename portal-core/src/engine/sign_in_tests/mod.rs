//! Signing in, over the engine and the store in memory: what security.md asks for, as far as core can show it.

mod crashes;
mod guessing;
mod portals;
mod sessions;
mod visitors;
mod world;
