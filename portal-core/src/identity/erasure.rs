//! Erasing a login that reaches nobody any more.

use super::{Event, Identity, Key, Login, Session};
use crate::change::{Decision, Versioned, Write};

/// Erases a login with its sessions.
pub fn erase_login(login: &Versioned<Login>, sessions: &[Versioned<Session>]) -> Decision<Identity> {
    let erased = Decision::nothing(())
        .write(Write::Delete(Key::Login(login.id), login.version))
        .event(Event::LoginErased { login: login.id });
    sessions.iter().fold(erased, |erased, session| {
        erased.write(Write::Delete(Key::Session(session.login, session.id), session.version))
    })
}
