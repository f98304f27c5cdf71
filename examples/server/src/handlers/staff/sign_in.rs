//! Staff signing in and out: the server's own simple login.

use axum::response::Response;
use portal_core::values::EmailAddress;

use crate::handlers::visitor::with_browser;
use crate::security::cookies::Lifetime;
use crate::staff_login::{Password, SignIn, StaffLogin, StaffSignInError};
use crate::views::staff::StaffSignIn;
use crate::views::{Field, paths};
use crate::web::actors::{Anybody, AsStaff};
use crate::web::carried::{STAFF_WANTED, put};
use crate::web::pages::{Answer, go, page, refused};
use crate::web::posted::{NoFields, Posted};
use crate::web::problem::Problem;
use crate::web::sign_in_log::note_staff;
use crate::web::visit::STAFF;

/// `GET /staff/sign-in`.
pub(crate) async fn form(anybody: Anybody) -> Answer {
    Ok(with_browser(&anybody, page(&view(&anybody, Field::default(), None))?))
}

fn view(anybody: &Anybody, email: Field, problem: Option<&str>) -> StaffSignIn {
    StaffSignIn {
        frame: anybody.frame(),
        email,
        password: Field::default(),
        problem: problem.map(str::to_owned),
        demo: anybody.visit.app.demo_accounts.clone(),
    }
}

/// The sign-in form.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignInForm {
    email: String,
    password: String,
}

/// `POST /staff/sign-in`.
pub(crate) async fn sign_in(posted: Posted<Anybody, SignInForm>) -> Answer {
    let Posted { actor: anybody, fields, .. } = posted;
    let visit = &anybody.visit;
    let password = Password::typed(fields.password);
    let asked =
        SignIn { email: &fields.email, password: &password, source: visit.source.into(), held: visit.staff.as_deref() };
    let outcome = visit.app.staff_login.sign_in(asked).await;
    note_staff(visit, &fields.email, &outcome);
    match outcome {
        Ok(token) => signed_in(&token, visit.staff_wanted.as_deref()),
        Err(StaffSignInError::Wrong) => {
            let email = Field::of(shown(&fields.email));
            refused(&view(&anybody, email, Some("The address or the password is wrong. Check both and try once more.")))
        }
        Err(StaffSignInError::Paused) => {
            let email = Field::of(shown(&fields.email));
            refused(&view(
                &anybody,
                email,
                Some("Too many wrong passwords. Wait a quarter of an hour or, after many, longer; then try once more."),
            ))
        }
        Err(StaffSignInError::Busy) => Err(Problem::Busy),
        Err(StaffSignInError::Unavailable(error)) => Err(error.into()),
    }
}

/// On to the page that was wanted when one had to sign in.
fn signed_in(token: &str, wanted: Option<&str>) -> Result<Response, Problem> {
    let mut response = go(wanted.unwrap_or(paths::clients()))?;
    put(&mut response, STAFF_WANTED.clear().ok());
    put(&mut response, STAFF.set(token, Lifetime::For(StaffLogin::ABSOLUTE)).ok());
    Ok(response)
}

/// What was typed as an address, if it may be one; a password typed into the wrong field is not shown again.
fn shown(typed: &str) -> &str {
    if EmailAddress::new(typed).is_ok() { typed } else { "" }
}

/// `POST /staff/sign-out`.
pub(crate) async fn sign_out(posted: Posted<AsStaff, NoFields>) -> Answer {
    let staff = posted.actor;
    staff.visit.app.staff_login.sign_out(&staff.cookie).await?;
    let mut response = go(paths::staff_sign_in())?;
    put(&mut response, STAFF.clear().ok());
    Ok(response)
}
