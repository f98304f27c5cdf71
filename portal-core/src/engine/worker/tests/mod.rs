//! The worker over the engine and the ports in memory: what behaviour.md asks for of notifications and sweeping.

mod by_link;
mod crashes;
mod delivered;
mod mailboxes;
mod many;
mod preferences;
mod rechecked;
mod signed_in;
mod swept;
mod told;
mod world;
