//! Answers: a page, another place to go to.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};

use super::carried::Carried;
use super::problem::Problem;
use crate::views::Flash;

/// What a handler answers.
pub(crate) type Answer = Result<Response, Problem>;

/// A page.
pub(crate) fn page(view: &impl askama::Template) -> Answer {
    Ok(Html(view.render().map_err(Problem::fault)?).into_response())
}

/// A form that was refused, shown again with what was typed; its title says so, which is read out and seen in the tab first.
pub(crate) fn refused(view: &impl askama::Template) -> Answer {
    let html = view.render().map_err(Problem::fault)?.replacen("<title>", "<title>Error: ", 1);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(html)).into_response())
}

/// On to another page.
pub(crate) fn go(path: &str) -> Answer {
    let location = HeaderValue::try_from(path).map_err(Problem::fault)?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response())
}

/// On to another page, which says what was done.
pub(crate) fn go_saying(path: &str, flash: Flash) -> Answer {
    let mut response = go(path)?;
    Carried { flash: Some(flash), ..Carried::default() }.put(&mut response);
    Ok(response)
}
