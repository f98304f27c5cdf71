//! What those do who sign in, or hold a link of some mail.

use portal_core::notifications::UnsubscribeToken;
use portal_core::values::FirmId;
use portal_core::{Error, Operation};

use super::answer::{Answer, ask, command, nothing};
use crate::draw::Draw;
use crate::known::{KnownAttempt, Learned};
use crate::side::Side;

pub(super) async fn signed_in(side: &Side, draw: &Draw) -> Answer {
    let Some(session) = draw.session.clone() else { return Answer::of::<()>(Err(Error::SignedOut), nothing) };
    let signed_in = match side.portal.signed_in(&session).await {
        Ok(signed_in) => signed_in,
        Err(error) => return Answer::of::<()>(Err(error), nothing),
    };
    match draw.operation {
        Operation::ListPortals => ask(signed_in.portals()).await,
        Operation::ListSessions => {
            let sessions = signed_in.sessions().await;
            Answer::of(sessions, |rows| Learned::Sessions(rows.iter().map(|row| row.id).collect()))
        }
        Operation::EndSession => command(draw, signed_in.end_session(draw.other_session), nothing).await,
        Operation::EndOtherSessions => command(draw, signed_in.end_other_sessions(), nothing).await,
        Operation::SignOut => command(draw, signed_in.sign_out(), nothing).await,
        other => unreachable!("{other:?}"),
    }
}

pub(super) async fn visitor(side: &Side, draw: &Draw) -> Answer {
    let visitor = side.portal.visitor(draw.source);
    if draw.operation == Operation::AccessPage {
        return ask(visitor.access_page(draw.firm)).await;
    }
    if draw.operation == Operation::ReadLogo {
        return ask(visitor.logo(draw.firm)).await;
    }
    if matches!(draw.operation, Operation::LookAtUnsubscribe | Operation::Unsubscribe) {
        let Some((firm, token)) = unsubscribe(side) else {
            return Answer::told("no mail can be turned off".to_owned());
        };
        return match (draw.operation, draw.flag) {
            (Operation::LookAtUnsubscribe, _) => ask(visitor.unsubscribe_page(firm, &token)).await,
            (_, true) => command(draw, visitor.unsubscribe(firm, &token), nothing).await,
            (_, false) => command(draw, visitor.subscribe_again(firm, &token), nothing).await,
        };
    }
    let (Some(attempt), false) = (&draw.attempt, draw.operation == Operation::AskToSignIn) else {
        let (browser, email) = (visitor.browser_token().unwrap(), draw.email.clone());
        let ask = visitor.ask(draw.firm, email.clone(), &browser);
        return command(draw, ask, |asked| Learned::Asked(KnownAttempt { asked, browser, email })).await;
    };
    let asked = &attempt.asked;
    let (code, secret) = mailed(side, attempt).filter(|_| !draw.guesses).unwrap_or_default();
    let browser = &attempt.browser;
    let learn = |session: portal_core::NewSession| Learned::Session(session.token, attempt.email.clone());
    match draw.operation {
        Operation::LookAtLink => ask(visitor.link(asked.address, asked.attempt, &secret, Some(browser))).await,
        Operation::RedeemLink => {
            let call = visitor.redeem_link(asked.address, asked.attempt, &secret, browser, "a browser");
            command(draw, call.replacing(draw.session.clone().filter(|_| draw.flag)), learn).await
        }
        Operation::RedeemCode => {
            let call = visitor.redeem_code(asked.address, asked.attempt, &code, browser, "a browser");
            command(draw, call, learn).await
        }
        other => unreachable!("{other:?}"),
    }
}

/// The firm and the token of a mail that can be turned off: of those that came, in whatever order, the same on both sides.
fn unsubscribe(side: &Side) -> Option<(FirmId, UnsubscribeToken)> {
    let mails = side.mailer.sent();
    let stoppable = mails.iter().filter(|mail| mail.unsubscribe.is_some());
    let mail = stoppable.max_by_key(|mail| &mail.message_id)?;
    Some((mail.firm, mail.unsubscribe.as_ref()?.as_str().rsplit('/').next()?.parse().ok()?))
}

/// The code and the link's secret in the mail of an attempt, if it came.
fn mailed(side: &Side, attempt: &KnownAttempt) -> Option<(String, String)> {
    let named = format!("/{}/", attempt.asked.attempt);
    let mails = side.mailer.sent();
    let mail = mails.iter().rev().find(|mail| mail.text.contains(&named))?;
    let is_code = |line: &&str| line.len() == 7 && line.bytes().filter(u8::is_ascii_digit).count() == 6;
    let code = mail.text.lines().map(str::trim).find(is_code)?;
    let link = mail.text.lines().find(|line| line.contains(&named))?;
    Some((code.to_owned(), link.trim().rsplit('/').next()?.to_owned()))
}
