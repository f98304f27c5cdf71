//! Bringing in a list of clients and contacts: chosen, looked at before, brought in.
//!
//! Nothing is kept of a list before it is brought in: the page that shows what it would do carries it along, and any node of
//! several can answer what comes next.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse as _;
use portal_core::directory::{RowOutcome, RowRefusal};
use portal_core::values::Digest;

use super::administers;
use crate::client_list::{ClientList, Line, LineOutcome, ListError, MAX_BYTES, SAMPLE};
use crate::views::staff::{ImportCounts, ImportDone, ImportForm, ImportLine, ImportLook, ImportMark, ImportShow};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, page, refused};
use crate::web::problem::Problem;
use crate::web::uploads::Uploading;

/// So many lines a page shows.
const PAGE_LINES: usize = 100;

/// `GET /staff/clients/import`.
pub(crate) async fn form(staff: AsStaff) -> Answer {
    administers(&staff)?;
    page(&ImportForm { frame: staff.frame(), error: None })
}

/// `GET /staff/clients/import/sample`.
pub(crate) async fn sample(staff: AsStaff) -> Answer {
    administers(&staff)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"clients-sample.csv\"")),
    ];
    Ok((StatusCode::OK, headers, SAMPLE).into_response())
}

/// What was posted: a list, and what is shown of it.
struct Sent {
    list: Result<ClientList, ListError>,
    /// What is shown, and which page of it; of a file that was just chosen, what matters most.
    at: Option<(ImportShow, usize)>,
    /// Names this press of the button.
    command: String,
}

async fn sent(form: &mut Uploading<AsStaff>) -> Result<Sent, Problem> {
    administers(&form.actor)?;
    let (mut file, mut at) = (None, None);
    for (name, bytes) in form.files.held(MAX_BYTES).await? {
        match name.as_str() {
            "file" if file.is_none() => file = Some(bytes),
            "at" if at.is_none() => at = Some(read_place(&bytes).ok_or(Problem::Malformed)?),
            _ => return Err(Problem::Malformed),
        }
    }
    let file = file.ok_or(Problem::Malformed)?;
    let command = Digest::of_parts(&[form.page.as_bytes(), b"import", &file]).to_string();
    let list = if file.is_empty() { Err(ListError::Nothing) } else { ClientList::read(&file) };
    Ok(Sent { list, at, command })
}

/// `refused/2`: which lines, and which page of them.
fn read_place(bytes: &[u8]) -> Option<(ImportShow, usize)> {
    let (show, page) = std::str::from_utf8(bytes).ok()?.split_once('/')?;
    Some((ImportShow::named(show)?, page.parse().ok()?))
}

/// `POST /staff/clients/import`.
pub(crate) async fn look(mut form: Uploading<AsStaff>) -> Answer {
    let Sent { list, at, .. } = sent(&mut form).await?;
    let staff = form.actor;
    let list = match list {
        Ok(list) => list,
        Err(error) => return refused(&ImportForm { frame: staff.frame(), error: Some(error.to_string()) }),
    };
    let report = staff.staff.clients().preview_import(list.rows()).await?;
    let outcomes = list.outcomes(&report.rows);
    let counts = counted(&report.rows, &outcomes);
    let first = if counts.refused() > 0 { ImportShow::Refused } else { ImportShow::All };
    let (show, wanted) = at.unwrap_or((first, 1));
    let shown: Vec<(&Line, &LineOutcome)> =
        list.lines.iter().zip(&outcomes).filter(|(_, it)| shows(show, it)).collect();
    let pages = shown.len().div_ceil(PAGE_LINES).max(1);
    let number = wanted.clamp(1, pages);
    let lines = shown.into_iter().skip((number - 1) * PAGE_LINES).take(PAGE_LINES).map(line).collect();
    let ClientList { text: file, passed_over, .. } = list;
    page(&ImportLook { frame: staff.frame(), file, passed_over, counts, show, lines, page: number, pages })
}

/// `POST /staff/clients/import/run`.
pub(crate) async fn run(mut form: Uploading<AsStaff>) -> Answer {
    let Sent { list, command, .. } = sent(&mut form).await?;
    let staff = form.actor;
    let list = match list {
        Ok(list) => list,
        Err(error) => return refused(&ImportForm { frame: staff.frame(), error: Some(error.to_string()) }),
    };
    let report = staff.staff.clients().import(list.rows()).command(command).await?;
    let outcomes = list.outcomes(&report.rows);
    let refused = list.lines.iter().zip(&outcomes).filter(|(_, outcome)| shows(ImportShow::Refused, outcome));
    let refused = refused.map(line).collect();
    page(&ImportDone { frame: staff.frame(), counts: counted(&report.rows, &outcomes), refused })
}

fn counted(rows: &[RowOutcome], lines: &[LineOutcome]) -> ImportCounts {
    let mut counts = ImportCounts {
        unchanged: rows.iter().filter(|row| **row == RowOutcome::Unchanged).count() as u64,
        lines: ImportShow::ALL.map(|show| lines.iter().filter(|line| shows(show, line)).count() as u64),
        ..ImportCounts::default()
    };
    for (client, contact) in lines.iter().flatten() {
        counts.new_clients += u64::from(*client == Some(RowOutcome::Created));
        counts.changed_clients += u64::from(*client == Some(RowOutcome::Updated));
        counts.new_contacts += u64::from(*contact == Some(RowOutcome::Created));
        counts.changed_contacts += u64::from(*contact == Some(RowOutcome::Updated));
    }
    counts
}

/// Whether a line is among those that are shown.
fn shows(show: ImportShow, outcome: &LineOutcome) -> bool {
    let kind = match outcome {
        Err(_) | Ok((Some(RowOutcome::Refused(_)), _) | (_, Some(RowOutcome::Refused(_)))) => ImportShow::Refused,
        Ok((Some(RowOutcome::Created), _) | (_, Some(RowOutcome::Created))) => ImportShow::New,
        Ok((Some(RowOutcome::Updated), _) | (_, Some(RowOutcome::Updated))) => ImportShow::Changed,
        Ok(_) => ImportShow::Unchanged,
    };
    show == ImportShow::All || show == kind
}

fn line((line, outcome): (&Line, &LineOutcome)) -> ImportLine {
    let (client, contact) = outcome.as_ref().copied().unwrap_or_default();
    let why = [client, contact].into_iter().find_map(|outcome| match outcome {
        Some(RowOutcome::Refused(why)) => Some(why_refused(why)),
        _ => None,
    });
    ImportLine {
        number: line.number,
        client: line.client.clone(),
        client_mark: client.and_then(mark),
        contact: line.contact.clone(),
        contact_mark: contact.and_then(mark),
        refused: outcome.as_ref().err().cloned().or(why),
    }
}

fn mark(outcome: RowOutcome) -> Option<ImportMark> {
    match outcome {
        RowOutcome::Created => Some(ImportMark::New),
        RowOutcome::Updated => Some(ImportMark::Changed),
        RowOutcome::Unchanged => Some(ImportMark::Unchanged),
        RowOutcome::Refused(_) => None,
    }
}

/// Why the portal refuses a row, and what to do.
fn why_refused(why: RowRefusal) -> String {
    match why {
        RowRefusal::Twice => "A line above has the same contact ID. Give each person an ID of their own.".to_owned(),
        RowRefusal::UnknownClient => {
            "No client has this ID. Name the client in this line, and it is added with its contact.".to_owned()
        }
        RowRefusal::OtherClient => {
            "This contact ID is of a contact of another client, and contacts do not move. Give them another ID here."
                .to_owned()
        }
        RowRefusal::ContactRemoved => {
            "This contact was removed, and does not come back by a list. Add them on the client’s page.".to_owned()
        }
        RowRefusal::ChangedSince => "Something changed meanwhile. Send the file once more.".to_owned(),
        other => format!("It was not taken: {other}."),
    }
}
