//! What is there for everybody: the front door, the program's own files, and whether it is well.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use portal_core::values::PageRequest;

use crate::app::App;
use crate::handlers::Asked;
use crate::views::{FirmFace, FrontDoor, PlainFrame, assets, paths, theme};
use crate::web::actors::{Anybody, firm_address, firm_of};
use crate::web::pages::{Answer, go, page};
use crate::web::problem::Problem;

/// The program's own files do not change under their address.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// `GET /`: the doors for clients and for staff. Whoever of the team is signed in goes on at once.
pub(crate) async fn front_door(anybody: Anybody) -> Answer {
    if anybody.visit.staff.is_some() {
        return go(paths::clients());
    }
    // Of several firms none is named: whom a server works for is nobody's business.
    let firms = anybody.visit.app.portal.host().firms().list(&PageRequest::first(2)).await?.items;
    let firm = match firms.as_slice() {
        [only] => Some(FirmFace::of(only, firm_address(only))),
        _ => None,
    };
    page(&FrontDoor { frame: PlainFrame { firm, ..anybody.visit.bare_frame() } })
}

/// `GET /healthz`: whether the server can reach what it keeps.
pub(crate) async fn health(State(app): State<App>) -> Response {
    match app.portal.host().firms().list(&PageRequest::first(1)).await {
        Ok(_) => (StatusCode::OK, [(header::CONTENT_TYPE, "text/plain")], "ok\n").into_response(),
        Err(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, [(header::CONTENT_TYPE, "text/plain")], "unavailable\n").into_response()
        }
    }
}

/// The query of what does not change: another version has another address.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssetQuery {
    #[serde(rename = "v")]
    version: Option<String>,
}

/// `GET /assets/{name}`.
pub(crate) async fn asset(Path(name): Path<String>, Asked(_): Asked<AssetQuery>) -> Answer {
    let asset = assets::find(&name).ok_or(Problem::NotFound)?;
    Ok(([(header::CONTENT_TYPE, asset.content_type), (header::CACHE_CONTROL, FOR_GOOD)], asset.text).into_response())
}

/// `GET /p/{firm}/logo`: what every page of the firm shows, those of people who are not signed in among them.
pub(crate) async fn logo(anybody: Anybody, Path(firm): Path<String>, Asked(asked): Asked<AssetQuery>) -> Answer {
    let logo = anybody.visitor().logo(firm_of(&firm)?).await?;
    // Under the address that pages give it, it never is another.
    let kept = if asked.version.as_deref() == Some(&logo.mark) { FOR_GOOD } else { "no-store" };
    let headers = [
        (header::CONTENT_TYPE, logo.kind.media_type()),
        (header::CACHE_CONTROL, kept),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
    ];
    Ok((headers, logo.bytes).into_response())
}

/// `GET /theme/{color}`.
pub(crate) async fn theme(Path(name): Path<String>) -> Answer {
    let digits = name.strip_suffix(".css").ok_or(Problem::NotFound)?;
    let color = format!("#{digits}").parse().map_err(|_| Problem::NotFound)?;
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, FOR_GOOD)];
    Ok((headers, theme::stylesheet(color)).into_response())
}
