//! The one table of routes: the router is built from it, and tests walk it.

use std::time::Duration;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::uri::PathAndQuery;
use axum::http::{Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, delete, get, patch, post};

use crate::app::App;
use crate::handlers::{archive, contact, folders, mailbox, public, resumable, staff, unsubscribe, visitor};
use crate::security::csrf::comes_from;
use crate::security::headers::{HeaderPolicy, secure};
use crate::security::requests;
use crate::web::carried::said_once;
use crate::web::pages::go;
use crate::web::problem::{Problem, tell};

/// Who a route is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anybody at all.
    Anybody,
    /// Whoever sits at this machine: there is no such page unless the server listens on the loopback with demo data.
    Demo,
    /// Somebody at a firm's access page.
    Visitor,
    /// Somebody signed in, whichever contact they are.
    SignedIn,
    /// The contact that the path names.
    Contact,
    /// A team member of the firm.
    Staff,
    /// A team member who is an owner or admin.
    Administrator,
}

/// What a route takes besides its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Nothing, and it changes nothing.
    Nothing,
    /// A query, and it changes nothing.
    Question,
    /// A form, with its token.
    Form,
    /// A form with files, its token first; it takes as long as bytes come.
    Files,
    /// Headers of a script's, its token among them.
    Headers,
    /// The same, and bytes of a file after them; it takes as long as they come.
    Bytes,
    /// Whatever a mail program sends (RFC 8058), from wherever: the token in the path is all that counts.
    OneClick,
}

/// One row of the table.
pub struct Route {
    /// How it is asked for.
    pub method: Method,
    /// Its path, with the names of what stands in it.
    pub path: &'static str,
    /// Who it is for.
    pub who: Who,
    /// What it takes.
    pub takes: Takes,
    handler: fn() -> MethodRouter<App>,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} ({:?})", self.method, self.path, self.who)
    }
}

macro_rules! table {
    ($($method:ident $path:literal $who:ident $takes:ident => $handler:path;)*) => {
        /// Every route of the server.
        pub static TABLE: &[Route] = &[$(Route {
            method: table!(@method $method),
            path: $path,
            who: Who::$who,
            takes: Takes::$takes,
            handler: || table!(@route $method)($handler),
        },)*];
    };
    (@method show) => { Method::GET };
    (@method act) => { Method::POST };
    (@method send) => { Method::PATCH };
    (@method remove) => { Method::DELETE };
    (@route show) => { get };
    (@route act) => { post };
    (@route send) => { patch };
    (@route remove) => { delete };
}

table! {
    show "/" Anybody Nothing => public::front_door;
    show "/healthz" Anybody Nothing => public::health;
    show "/assets/{name}" Anybody Question => public::asset;
    show "/theme/{color}" Anybody Nothing => public::theme;

    show "/unsubscribe/{firm}/{token}" Anybody Nothing => unsubscribe::show;
    act "/unsubscribe/{firm}/{token}" Anybody OneClick => unsubscribe::turn_off;
    act "/unsubscribe/{firm}/{token}/again" Anybody OneClick => unsubscribe::turn_on;

    show "/mailbox" Demo Nothing => mailbox::list;
    show "/mailbox/{mail}" Demo Nothing => mailbox::show;
    show "/mailbox/{mail}/html" Demo Nothing => mailbox::html;

    show "/p/{firm}" Visitor Nothing => visitor::access;
    act "/p/{firm}" Visitor Form => visitor::ask;
    show "/p/{firm}/logo" Visitor Question => public::logo;
    show "/p/{firm}/code" Visitor Nothing => visitor::code;
    act "/p/{firm}/code" Visitor Form => visitor::redeem_code;
    show "/p/{firm}/link/{address}/{attempt}/{secret}" Visitor Nothing => visitor::link;
    act "/p/{firm}/link/{address}/{attempt}/{secret}" Visitor Form => visitor::redeem_link;
    show "/p/{firm}/choose" SignedIn Question => visitor::choose;
    act "/p/{firm}/sign-out" SignedIn Form => visitor::sign_out;

    show "/p/{firm}/{contact}" Contact Nothing => contact::home;
    show "/p/{firm}/{contact}/files" Contact Question => contact::roots;
    show "/p/{firm}/{contact}/files/{node}" Contact Question => contact::item;
    show "/p/{firm}/{contact}/files/{node}/zip" Contact Nothing => contact::zip;
    act "/p/{firm}/{contact}/files/{node}/upload" Contact Files => contact::upload;
    act "/p/{firm}/{contact}/files/{node}/done" Contact Form => contact::done_uploading;
    act "/p/{firm}/{contact}/files/{node}/uploads" Contact Headers => resumable::begin_mine;
    act "/p/{firm}/{contact}/files/{node}/folders" Contact Headers => folders::make_mine;
    show "/p/{firm}/{contact}/files/{node}/new-folder" Contact Nothing => contact::folders::form;
    act "/p/{firm}/{contact}/files/{node}/new-folder" Contact Form => contact::folders::add;
    show "/p/{firm}/{contact}/uploads/{upload}" Contact Nothing => resumable::my_progress;
    send "/p/{firm}/{contact}/uploads/{upload}" Contact Bytes => resumable::take_mine;
    remove "/p/{firm}/{contact}/uploads/{upload}" Contact Headers => resumable::give_up_mine;
    act "/p/{firm}/{contact}/uploads/{upload}/discard" Contact Form => resumable::discard_mine;
    show "/p/{firm}/{contact}/documents/{document}/download" Contact Nothing => contact::download;
    show "/p/{firm}/{contact}/documents/{document}/withdraw" Contact Nothing => contact::withdrawing::form;
    act "/p/{firm}/{contact}/documents/{document}/withdraw" Contact Form => contact::withdrawing::withdraw;
    show "/p/{firm}/{contact}/documents/{document}/pages/{page}" Contact Question => contact::page_picture;
    show "/p/{firm}/{contact}/archive" Contact Nothing => archive::roots;
    show "/p/{firm}/{contact}/files/{node}/archive" Contact Question => archive::folder;
    show "/p/{firm}/{contact}/receipts" Contact Question => contact::receipts;
    show "/p/{firm}/{contact}/settings" Contact Nothing => contact::settings;
    act "/p/{firm}/{contact}/notifications" Contact Form => contact::notifications;
    act "/p/{firm}/{contact}/sessions/{session}/end" Contact Form => contact::end_session;
    act "/p/{firm}/{contact}/sessions/end-others" Contact Form => contact::end_other_sessions;

    show "/staff/sign-in" Anybody Nothing => staff::sign_in::form;
    act "/staff/sign-in" Anybody Form => staff::sign_in::sign_in;
    act "/staff/sign-out" Staff Form => staff::sign_in::sign_out;

    show "/staff/clients" Staff Question => staff::clients::list;
    act "/staff/clients" Staff Form => staff::clients::add;
    show "/staff/clients/new" Staff Nothing => staff::clients::new_form;
    show "/staff/clients/import" Administrator Nothing => staff::import::form;
    act "/staff/clients/import" Administrator Files => staff::import::look;
    act "/staff/clients/import/run" Administrator Files => staff::import::run;
    show "/staff/clients/import/sample" Administrator Nothing => staff::import::sample;
    show "/staff/clients/{client}" Staff Nothing => staff::clients::show;
    show "/staff/clients/{client}/export" Administrator Nothing => staff::export::form;
    act "/staff/clients/{client}/export" Administrator Form => staff::export::export;
    show "/staff/clients/{client}/rename" Staff Nothing => staff::clients::rename_form;
    act "/staff/clients/{client}/rename" Staff Form => staff::clients::rename;
    show "/staff/clients/{client}/team" Staff Nothing => staff::clients::team_form;
    act "/staff/clients/{client}/team" Staff Form => staff::clients::assign_team;
    act "/staff/clients/{client}/team/{member}/assign" Staff Form => staff::clients::assign;
    act "/staff/clients/{client}/team/{member}/unassign" Staff Form => staff::clients::unassign;

    show "/staff/clients/{client}/contacts/new" Staff Nothing => staff::contacts::new_form;
    act "/staff/clients/{client}/contacts/new" Staff Form => staff::contacts::add;
    show "/staff/clients/{client}/contacts/{contact}" Staff Nothing => staff::contact::show;
    show "/staff/clients/{client}/contacts/{contact}/edit" Staff Nothing => staff::contacts::edit_form;
    act "/staff/clients/{client}/contacts/{contact}/edit" Staff Form => staff::contacts::edit;
    show "/staff/clients/{client}/contacts/{contact}/remove" Staff Nothing => staff::contacts::remove_form;
    act "/staff/clients/{client}/contacts/{contact}/remove" Staff Form => staff::contacts::remove;
    show "/staff/clients/{client}/contacts/{contact}/erase" Administrator Nothing => staff::contact::erase_form;
    act "/staff/clients/{client}/contacts/{contact}/erase" Administrator Form => staff::contact::erase;
    act "/staff/clients/{client}/contacts/{contact}/portal-access" Staff Form => staff::contacts::portal_access;
    act "/staff/clients/{client}/contacts/{contact}/clear-bounce" Staff Form => staff::contacts::clear_bounce;
    show "/staff/clients/{client}/contacts/{contact}/view-as" Staff Nothing => staff::view_as::roots;
    show "/staff/clients/{client}/contacts/{contact}/view-as/{folder}" Staff Question => staff::view_as::folder;

    show "/staff/clients/{client}/files" Staff Question => staff::files::root;
    show "/staff/clients/{client}/files/{folder}" Staff Question => staff::files::folder;
    act "/staff/clients/{client}/files" Staff Form => staff::bulk::in_root;
    act "/staff/clients/{client}/files/{folder}" Staff Form => staff::bulk::in_folder;
    act "/staff/clients/{client}/files/{folder}/share-several" Staff Form => staff::share::several::share;
    act "/staff/clients/{client}/files/{folder}/unshare" Staff Form => staff::share::several::unshare;
    show "/staff/clients/{client}/files/{folder}/new-folder" Staff Nothing => staff::files::new_folder_form;
    act "/staff/clients/{client}/files/{folder}/new-folder" Staff Form => staff::files::new_folder;
    show "/staff/clients/{client}/files/{folder}/zip" Staff Nothing => staff::files::zip;
    act "/staff/clients/{client}/files/{folder}/upload" Staff Files => staff::uploads::upload;
    act "/staff/clients/{client}/files/{folder}/uploads" Staff Headers => resumable::begin_ours;
    act "/staff/clients/{client}/files/{folder}/folders" Staff Headers => folders::make_ours;
    show "/staff/clients/{client}/uploads/{upload}" Staff Nothing => resumable::our_progress;
    send "/staff/clients/{client}/uploads/{upload}" Staff Bytes => resumable::take_ours;
    remove "/staff/clients/{client}/uploads/{upload}" Staff Headers => resumable::give_up_ours;
    act "/staff/clients/{client}/uploads/{upload}/discard" Staff Form => resumable::discard_ours;
    show "/staff/clients/{client}/trash" Staff Question => staff::trash::list;
    act "/staff/clients/{client}/trash" Staff Form => staff::bulk::in_trash;
    show "/staff/clients/{client}/template" Staff Nothing => staff::templates::apply_form;
    act "/staff/clients/{client}/template" Staff Form => staff::templates::apply;
    show "/staff/clients/{client}/archive" Staff Question => staff::archive::list;
    show "/staff/clients/{client}/activity" Staff Question => staff::activity::list;

    show "/staff/clients/{client}/nodes/{node}/rename" Staff Nothing => staff::nodes::rename_form;
    act "/staff/clients/{client}/nodes/{node}/rename" Staff Form => staff::nodes::rename;
    act "/staff/clients/{client}/nodes/{node}/visible" Staff Form => staff::nodes::visible;
    show "/staff/clients/{client}/nodes/{node}/move" Staff Nothing => staff::moving::form;
    act "/staff/clients/{client}/move" Staff Form => staff::moving::choose;
    show "/staff/clients/{client}/nodes/{node}/hold" Staff Nothing => staff::holds::form;
    act "/staff/clients/{client}/nodes/{node}/hold" Staff Form => staff::holds::place;
    act "/staff/clients/{client}/nodes/{node}/release" Administrator Form => staff::holds::release;
    act "/staff/clients/{client}/nodes/{node}/archive" Staff Form => staff::archive::archive;
    act "/staff/clients/{client}/nodes/{node}/unarchive" Staff Form => staff::archive::unarchive;
    act "/staff/clients/{client}/nodes/{node}/trash" Staff Form => staff::nodes::trash;
    act "/staff/clients/{client}/nodes/{node}/restore" Staff Form => staff::nodes::restore;
    show "/staff/clients/{client}/nodes/{node}/purge" Administrator Nothing => staff::trash::purge_form;
    act "/staff/clients/{client}/nodes/{node}/purge" Administrator Form => staff::trash::purge;
    show "/staff/clients/{client}/nodes/{node}/share" Staff Question => staff::share::form;
    act "/staff/clients/{client}/nodes/{node}/share" Staff Form => staff::share::share;
    act "/staff/clients/{client}/nodes/{node}/revoke" Staff Form => staff::share::revoke;
    show "/staff/clients/{client}/nodes/{node}/explain" Staff Question => staff::explain::explain;

    show "/staff/clients/{client}/documents/{document}" Staff Question => staff::document::show;
    show "/staff/clients/{client}/documents/{document}/download" Staff Question => staff::document::download;
    show "/staff/clients/{client}/documents/{document}/pages/{page}" Staff Question => staff::document::page_picture;
    show "/staff/clients/{client}/documents/{document}/add-version" Staff Nothing => staff::uploads::add_version_form;
    act "/staff/clients/{client}/documents/{document}/add-version" Staff Files => staff::uploads::add_version;

    show "/staff/activity" Staff Question => staff::activity::of_firm;
    show "/staff/deliveries" Staff Question => staff::deliveries::list;
    act "/staff/deliveries/{message}/resend" Staff Form => staff::deliveries::resend;
    show "/staff/settings" Staff Nothing => staff::settings::show;
    act "/staff/settings" Administrator Form => staff::settings::change;
    act "/staff/logo" Administrator Files => staff::branding::set;
    act "/staff/logo/remove" Administrator Form => staff::branding::remove;
    act "/staff/logo/restore" Administrator Form => staff::branding::restore;
    show "/staff/policies" Staff Nothing => staff::policies::show;
    act "/staff/policies" Administrator Form => staff::policies::change;
    show "/staff/mail" Staff Question => staff::mail::show;
    show "/staff/mail/html" Staff Question => staff::mail::html;
    act "/staff/mail/test" Staff Form => staff::mail::send_test;
    act "/staff/notifications" Staff Form => staff::settings::notifications;
    show "/staff/templates" Staff Nothing => staff::templates::list;
    act "/staff/templates" Administrator Form => staff::templates::add;
    show "/staff/templates/new" Administrator Nothing => staff::templates::new_form;
    show "/staff/templates/{template}" Administrator Nothing => staff::templates::edit_form;
    act "/staff/templates/{template}" Administrator Form => staff::templates::change;
    act "/staff/templates/{template}/remove" Administrator Form => staff::templates::remove;
    act "/staff/templates/{template}/default" Administrator Form => staff::templates::choose_default;
    show "/staff/team" Staff Nothing => staff::team::list;
    act "/staff/team" Administrator Form => staff::team::add;
    show "/staff/team/new" Administrator Nothing => staff::team::new_form;
    act "/staff/team/{member}/role" Administrator Form => staff::team::change_role;
    show "/staff/team/{member}/remove" Administrator Nothing => staff::team::remove_form;
    act "/staff/team/{member}/remove" Administrator Form => staff::team::remove;
}

/// The router over the table. What is outermost is written last.
pub(crate) fn router(app: &App) -> Router {
    let policy = HeaderPolicy { https: app.base_url.is_https(), entropy: app.entropy.clone() };
    let answer: Duration = app.limits.answer;
    let mut router = Router::new();
    for route in TABLE {
        let handler = (route.handler)();
        let handler = match route.takes {
            Takes::Files | Takes::Bytes => handler,
            _ => handler.layer(middleware::from_fn_with_state(answer, requests::within)),
        };
        let handler = match route.takes {
            Takes::Question => handler,
            _ => handler.layer(middleware::from_fn(without_query)),
        };
        let handler = match (&route.method, route.who) {
            (&Method::GET, _) | (_, Who::Anybody | Who::Demo | Who::Visitor) => handler,
            _ => handler.layer(middleware::from_fn_with_state(app.clone(), wakes_the_worker)),
        };
        router = router.route(route.path, handler);
    }
    router
        .layer(middleware::from_fn_with_state(app.clone(), from_our_pages))
        .layer(middleware::from_fn_with_state(app.clone(), at_home))
        .layer(middleware::from_fn(said_once))
        .layer(middleware::from_fn_with_state(app.clone(), tell))
        .layer(middleware::from_fn_with_state(policy, secure))
        .layer(middleware::from_fn_with_state(app.entropy.clone(), requests::name))
        .with_state(app.clone())
}

/// Refuses a query where nothing is asked.
async fn without_query(request: Request, next: Next) -> Response {
    match request.uri().query() {
        None | Some("") => next.run(request).await,
        Some(_) => Problem::Malformed.into_response(),
    }
}

/// Wakes the worker after what somebody signed in has changed. Nobody else wakes it: asking for a sign-in mail would tell by
/// what the server does next whether there is one to send.
async fn wakes_the_worker(State(app): State<App>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.status().is_success() || response.status().is_redirection() {
        app.changed.notify_one();
    }
    response
}

/// Refuses what changes something and does not come from a page of ours.
async fn from_our_pages(State(app): State<App>, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let one_click = |route: &Route| route.takes == Takes::OneClick && Some(route.path) == path;
    if !TABLE.iter().any(one_click) && !comes_from(request.headers(), app.base_url.origin()) {
        return Problem::NotOurForm.into_response();
    }
    next.run(request).await
}

/// On the loopback, leads whoever calls the machine by another name (`localhost`) to the address that cookies and forms are
/// for; so no name that a stranger points at this machine is ever answered. Elsewhere the proxy in front knows its names.
async fn at_home(State(app): State<App>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let path = request.uri().path();
    if app.base_url.is_https() || path == "/healthz" || host == Some(app.base_url.authority()) {
        return next.run(request).await;
    }
    if request.method() != Method::GET {
        return StatusCode::MISDIRECTED_REQUEST.into_response();
    }
    let rest = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
    go(&app.base_url.join(rest)).into_response()
}

#[cfg(test)]
mod tests;
