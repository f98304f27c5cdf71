//! The demo's mailbox: there with demo data on the loopback, and nowhere else.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{Html, IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use portal_core::ports::InlineImage;

use crate::app::App;
use crate::mailbox::{Mailbox, SentMail};
use crate::views::Hidden;
use crate::views::mailbox::{MailLine, MailPage, Mailbox as MailboxPage};
use crate::web::actors::Anybody;
use crate::web::pages::{Answer, page};
use crate::web::problem::Problem;

/// How many mails the page shows.
const SHOWN: usize = 200;

fn mailbox(app: &App) -> Result<Arc<dyn Mailbox>, Problem> {
    app.mailbox.clone().ok_or(Problem::NotFound)
}

/// `GET /mailbox`.
pub(crate) async fn list(State(app): State<App>, anybody: Anybody) -> Answer {
    let mailbox = mailbox(&app)?;
    let mails = mailbox.list(SHOWN).await.map_err(Problem::fault)?;
    let rows = mails.into_iter().map(line).collect();
    page(&MailboxPage { frame: anybody.visit.bare_frame(), folder: mailbox.place(), rows })
}

/// `GET /mailbox/{mail}`.
pub(crate) async fn show(State(app): State<App>, anybody: Anybody, Path(name): Path<String>) -> Answer {
    let mail = read(&app, &name).await?;
    let links = links(&mail.text, app.base_url.origin());
    let (text, html) = (Hidden::new(mail.text.clone()), mail.html.is_some());
    page(&MailPage { frame: anybody.visit.bare_frame(), mail: line(mail), text, html, links })
}

/// What the HTML part of a mail may do where it is shown: nothing but look as it does.
const MAIL_POLICY: &str = "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
                                      base-uri 'none'; frame-ancestors 'self'";

/// `GET /mailbox/{mail}/html`: the HTML part alone. A stranger's name may stand in it, so that nothing in it may run, be
/// fetched, or lead this page elsewhere.
pub(crate) async fn html(State(app): State<App>, Path(name): Path<String>) -> Answer {
    let SentMail { html, images, .. } = read(&app, &name).await?;
    Ok(mail_html(&html.ok_or(Problem::NotFound)?, &images))
}

/// The HTML part of a mail as a frame shows it: what travels with the mail stands in it, since nothing may be fetched.
pub(super) fn mail_html(html: &str, images: &[InlineImage]) -> Response {
    let with_picture = |html: String, image: &InlineImage| {
        let data = format!("\"data:{};base64,{}\"", image.kind.media_type(), STANDARD.encode(&image.bytes));
        html.replace(&format!("\"cid:{}\"", image.content_id), &data)
    };
    let html = images.iter().fold(html.to_owned(), with_picture);
    ([(header::CONTENT_SECURITY_POLICY, MAIL_POLICY)], Html(html)).into_response()
}

async fn read(app: &App, name: &str) -> Result<SentMail, Problem> {
    mailbox(app)?.read(name).await.map_err(Problem::fault)?.ok_or(Problem::NotFound)
}

fn line(mail: SentMail) -> MailLine {
    let SentMail { name, from, to, subject, at, .. } = mail;
    MailLine { name, from, to, subject, at }
}

/// The links of a mail that lead to this server, each once.
fn links(text: &str, origin: &str) -> Vec<Hidden> {
    let mut found: Vec<&str> = Vec::new();
    let ends = |letter: char| letter.is_whitespace() || matches!(letter, '<' | '>' | '"' | ')');
    for (start, _) in text.match_indices(origin) {
        let link = text.get(start..).unwrap_or_default().split(ends).next().unwrap_or_default();
        let link = link.trim_end_matches(['.', ',']);
        let ours = link.strip_prefix(origin).is_some_and(|rest| rest.starts_with('/'));
        if ours && !found.contains(&link) {
            found.push(link);
        }
    }
    found.into_iter().map(Hidden::new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_this_server_are_found_once_and_others_left() {
        let text = "Open http://127.0.0.1:8080/p/a.\nOr <http://127.0.0.1:8080/p/b>, http://127.0.0.1:80801/x \
                    http://127.0.0.1:8080.evil.test/ http://127.0.0.1:8080/p/a https://evil.test/";
        let found: Vec<String> = links(text, "http://127.0.0.1:8080").iter().map(ToString::to_string).collect();
        assert_eq!(found, ["http://127.0.0.1:8080/p/a", "http://127.0.0.1:8080/p/b"]);
    }
}
