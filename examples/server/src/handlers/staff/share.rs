//! Sharing a folder or document, and why somebody sees it or does not.

use portal_core::notifications::Told;
use portal_core::sharing::{Access, Audience, Grant, SharingRefusal};
use portal_core::values::{ClientId, ContactId, DisplayName, IdError, NodeId, Timestamp};
use portal_core::{Error, NodeSharing, Refusal, StaffFiles, ToldRow};

use super::{Spot, head};
use crate::handlers::{Asked, Ids};
use crate::views::staff::{
    ClientHead, ContactChoice, ExplainDialog, GrantLine, ShareDialog, ShareForm, access_value, audience_value,
};
use crate::views::{Field, Flash, Undo, paths, words};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, go_saying, page, refused};
use crate::web::posted::Posted;
use crate::web::problem::{Problem, refusal_sentence};

/// With whom the dialog opens; what they have is filled in.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShareQuery {
    audience: Option<WithWhom>,
}

/// `GET /staff/clients/{client}/nodes/{node}/share?audience=`.
pub(crate) async fn form(staff: AsStaff, ids: Ids, Asked(query): Asked<ShareQuery>) -> Answer {
    let (client, node): (ClientId, NodeId) = (ids.of("client")?, ids.of("node")?);
    let form = match query.audience {
        Some(WithWhom(audience)) => {
            let held = Held::of(&staff.staff.files(client), node, staff.visit.now()).await?;
            held.by(audience).map_or_else(|| ShareForm { audiences: vec![audience], ..ShareForm::default() }, as_it_is)
        }
        None => ShareForm::default(),
    };
    page(&dialog(&staff, client, node, form).await?)
}

/// The form that changes nothing of a grant.
fn as_it_is(grant: &Grant) -> ShareForm {
    ShareForm {
        audiences: vec![grant.audience],
        access: Some(grant.access),
        until: grant.until.map_or_else(Field::default, |until| Field::of(last_day(until))),
        until_at: grant.until,
        no_alerts: !grant.alerts,
        ..ShareForm::default()
    }
}

/// The grants on something itself that have not ended.
struct Held(Vec<Grant>);

impl Held {
    async fn of(files: &StaffFiles, node: NodeId, now: Timestamp) -> Result<Self, Problem> {
        let own = files.sharing(node).await?.own;
        Ok(Self(own.into_iter().filter(|grant| !grant.expired(now)).collect()))
    }

    fn by(&self, audience: Audience) -> Option<&Grant> {
        self.0.iter().find(|grant| grant.audience == audience)
    }
}

async fn dialog(staff: &AsStaff, client: ClientId, node: NodeId, form: ShareForm) -> Result<ShareDialog, Problem> {
    let files = staff.staff.files(client);
    let name = Spot::of(&files, node).await?.name;
    let head = head(&staff.staff, client).await?;
    let grants = grants(files.sharing(node).await?, &head, staff.visit.now());
    let told = told(&files, node).await?;
    let team = files.team_told().await?;
    let choice = |row: &crate::views::staff::ContactLine| {
        let told = told.iter().find(|told| told.contact == row.id).map_or(Told::NotMeant, |told| told.told);
        ContactChoice {
            id: row.id,
            name: row.name.clone(),
            email: row.email.clone(),
            told: told == Told::ByMail,
            not_told_because: not_told_because(told),
        }
    };
    Ok(ShareDialog {
        frame: staff.frame(),
        node,
        name,
        grants,
        contacts: head.contacts.iter().map(choice).collect(),
        team_told: team.members.into_iter().map(|member| member.name).collect(),
        team_is_fallback: team.nobody_assigned,
        form,
        client: head,
    })
}

/// Whom Share & Notify would email, contact by contact; nobody where the thing cannot be shared now.
pub(super) async fn told(files: &StaffFiles, node: NodeId) -> Result<Vec<ToldRow>, Problem> {
    match files.share(node, Audience::AllContacts, Access::View).notify().who_will_be_told().await {
        Ok(told) => Ok(told.contacts),
        Err(Error::Refused(_)) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

pub(super) fn not_told_because(told: Told) -> Option<String> {
    let why = match told {
        Told::ByMail => return None,
        Told::EmailMissing => "No email address.",
        Told::AccessRemoved => "Portal access removed.",
        Told::HasAccess => "Has access already.",
        Told::OwnMailbox => "Your own mailbox.",
        _ => "Not emailed.",
    };
    Some(why.to_owned())
}

/// The grants that reach something: its own, and then those by a folder above.
fn grants(sharing: NodeSharing, client: &ClientHead, now: Timestamp) -> Vec<GrantLine> {
    let who = |audience: Audience, name: Option<String>| match audience {
        Audience::AllContacts => "All contacts".to_owned(),
        Audience::Contact(contact) => {
            name.or_else(|| contact_name(client, contact)).unwrap_or_else(|| "A former contact".to_owned())
        }
    };
    let own = sharing.own.into_iter().map(|grant| GrantLine {
        audience: grant.audience,
        who: who(grant.audience, None),
        access: grant.access,
        until: grant.until,
        ended: grant.expired(now),
        alerts: grant.alerts,
        from: None,
    });
    let inherited = sharing.shared_with.into_iter().filter_map(|seen| {
        Some(GrantLine {
            audience: seen.audience,
            who: who(seen.audience, seen.name),
            access: seen.access,
            until: seen.until,
            ended: false,
            alerts: true,
            from: Some(seen.inherited_from?.name),
        })
    });
    own.chain(inherited).collect()
}

fn contact_name(client: &ClientHead, contact: ContactId) -> Option<String> {
    client.contacts.iter().find(|line| line.id == contact).map(|line| line.name.to_string())
}

/// The share form.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fields {
    #[serde(default)]
    pub(super) audience: Vec<WithWhom>,
    pub(super) access: Access,
    #[serde(default)]
    pub(super) until: String,
    /// How many minutes the browser's clock is behind UTC at the end of that day; empty where there is no script.
    #[serde(default)]
    pub(super) zone: String,
    /// The very instant, which Undo knows.
    pub(super) until_at: Option<i64>,
    pub(super) alerts: Option<String>,
    pub(super) notify: bool,
}

/// What was chosen, read.
pub(super) struct Chosen {
    pub(super) audiences: Vec<Audience>,
    pub(super) access: Access,
    pub(super) until: Option<Timestamp>,
    /// The day as it was typed.
    typed: String,
    pub(super) alerts: bool,
    pub(super) notify: bool,
}

impl Chosen {
    /// Whether a grant is already as it was chosen.
    fn is(&self, grant: &Grant) -> bool {
        (grant.access, grant.until, grant.alerts) == (self.access, self.until, self.alerts)
    }

    /// The form as it was sent, with what is wrong with it.
    pub(super) fn refused(&self, refusal: Refusal) -> ShareForm {
        let form = ShareForm {
            audiences: self.audiences.clone(),
            access: Some(self.access),
            until: Field::of(&self.typed),
            no_alerts: !self.alerts,
            ..ShareForm::default()
        };
        match refusal {
            Refusal::Sharing(SharingRefusal::EndsInThePast) => ShareForm {
                until: Field::refused(&self.typed, "That day is over. Choose today or a later day, or leave it empty."),
                ..form
            },
            refusal => ShareForm { access_error: Some(refusal_sentence(refusal)), ..form },
        }
    }
}

impl Fields {
    /// What was chosen, or the form with what is wrong with it.
    pub(super) fn read(self) -> Result<Chosen, Box<ShareForm>> {
        let until = match (self.until_at, self.until.trim()) {
            (Some(at), _) => Ok(Some(Timestamp::from_micros(at))),
            (None, "") => Ok(None),
            (None, typed) => end_of_day(typed, &self.zone).map(Some).ok_or("Choose a day, such as 2026-04-30."),
        };
        let audiences: Vec<Audience> = self.audience.into_iter().map(|WithWhom(audience)| audience).collect();
        let nobody = audiences.is_empty().then(|| "Choose at least one contact, or all.".to_owned());
        let alerts = self.alerts.is_some();
        match (until, nobody) {
            (Ok(until), None) => {
                Ok(Chosen { audiences, access: self.access, until, typed: self.until, alerts, notify: self.notify })
            }
            (until, audience_error) => Err(Box::new(ShareForm {
                audiences,
                audience_error,
                access: Some(self.access),
                access_error: None,
                until: match until {
                    Ok(_) => Field::of(self.until),
                    Err(error) => Field::refused(self.until, error),
                },
                until_at: None,
                no_alerts: !alerts,
            })),
        }
    }
}

/// An audience as forms name it: `all`, or the contact's id.
#[derive(Debug, serde::Deserialize)]
#[serde(try_from = "String")]
pub(super) struct WithWhom(pub(super) Audience);

impl TryFrom<String> for WithWhom {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        match text.as_str() {
            "all" => Ok(Self(Audience::AllContacts)),
            contact => contact.parse().map(|contact| Self(Audience::Contact(contact))),
        }
    }
}

/// The first instant after a day given as `2026-04-30`, where clocks are `zone` minutes behind UTC; in UTC when that is empty.
fn end_of_day(text: &str, zone: &str) -> Option<Timestamp> {
    let behind = match zone {
        "" => 0,
        minutes => minutes.parse::<i64>().ok().filter(|minutes| (-900..=900).contains(minutes))?,
    };
    let [year, month, day] = text.split('-').collect::<Vec<_>>().try_into().ok()?;
    let month = time::Month::try_from(month.parse::<u8>().ok()?).ok()?;
    let date = time::Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()?;
    let next = date.midnight().assume_utc() + time::Duration::minutes(24 * 60 + behind);
    Some(Timestamp::from(next))
}

/// The last day before an instant, in UTC; a script says it in the zone of whoever looks.
fn last_day(until: Timestamp) -> String {
    let day = (until.to_offset_date_time() - time::Duration::SECOND).date();
    format!("{:04}-{:02}-{:02}", day.year(), u8::from(day.month()), day.day())
}

/// `POST /staff/clients/{client}/nodes/{node}/share`.
pub(crate) async fn share(ids: Ids, posted: Posted<AsStaff, Fields>) -> Answer {
    let Posted { actor: staff, fields, command, back } = posted;
    let (client, node): (ClientId, NodeId) = (ids.of("client")?, ids.of("node")?);
    let chosen = match fields.read() {
        Ok(chosen) => chosen,
        Err(form) => return refused(&dialog(&staff, client, node, *form).await?),
    };
    let files = staff.staff.files(client);
    let (spot, head) = (Spot::of(&files, node).await?, head(&staff.staff, client).await?);
    let held = Held::of(&files, node, staff.visit.now()).await?;
    let told = if chosen.notify { told_by(&files, node, &chosen).await? } else { Vec::new() };
    for audience in &chosen.audiences {
        let share = files.share(node, *audience, chosen.access).until(chosen.until).alerts(chosen.alerts);
        let share = if chosen.notify { share.notify() } else { share };
        let shared = share.command(format!("{command}/{}", audience_value(*audience))).await;
        if let Err(Error::Refused(refusal)) = shared {
            return refused(&dialog(&staff, client, node, chosen.refused(refusal)).await?);
        }
        shared?;
    }
    let with: Vec<String> = chosen.audiences.iter().map(|audience| said_name(&head, *audience)).collect();
    let shared = format!("“{}” is shared with {}", spot.name, words::listed(&with));
    let became = changes(&chosen, &held, &head);
    let said = match told.as_slice() {
        [] => format!("{shared}.{became} Nobody is emailed."),
        told => format!("{shared}.{became} We email {}.", words::listed(told)),
    };
    let flash = Flash::done(said);
    let flash = match taken_back(client, node, &chosen, &held) {
        Some(undo) => flash.undone_by(undo),
        None => flash,
    };
    go_saying(&back.or(spot.page(client)), flash)
}

/// Whose access became another by sharing anew, as sentences.
fn changes(chosen: &Chosen, held: &Held, client: &ClientHead) -> String {
    let before = |audience: &Audience| held.by(*audience).filter(|grant| grant.access != chosen.access);
    let changed = chosen.audiences.iter().filter_map(|audience| Some((audience, before(audience)?)));
    let told = changed.map(|(audience, grant)| {
        let who = said_name(client, *audience);
        format!(" {who}: {} became {}.", words::access(&grant.access), words::access(&chosen.access))
    });
    told.collect()
}

/// How to take sharing back, where one form can: those who had it had the same, or one has it newly.
fn taken_back(client: ClientId, node: NodeId, chosen: &Chosen, held: &Held) -> Option<Undo> {
    let before: Vec<Option<&Grant>> = chosen.audiences.iter().map(|audience| held.by(*audience)).collect();
    match before.as_slice() {
        [None] => {
            let audience = chosen.audiences.first()?;
            Some(Undo::at(paths::revoke(client, node)).field("audience", audience_value(*audience)))
        }
        [Some(first), ..] => {
            let alike = |grant: &Option<&Grant>| {
                grant.is_some_and(|grant| {
                    (grant.access, grant.until, grant.alerts) == (first.access, first.until, first.alerts)
                })
            };
            let changed = !chosen.is(first) && before.iter().all(alike);
            changed.then(|| share_again(client, node, first, &chosen.audiences))
        }
        _ => None,
    }
}

/// Who is emailed of what is about to be shared, each once.
async fn told_by(files: &StaffFiles, node: NodeId, chosen: &Chosen) -> Result<Vec<DisplayName>, Problem> {
    let mut told: Vec<ToldRow> = Vec::new();
    for audience in &chosen.audiences {
        let share = files.share(node, *audience, chosen.access).until(chosen.until).notify();
        match share.who_will_be_told().await {
            Ok(by) => told.extend(by.by_mail().cloned()),
            // Sharing itself is refused next, and says why.
            Err(Error::Refused(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    told.sort_by_key(|row| row.contact);
    told.dedup_by_key(|row| row.contact);
    Ok(told.into_iter().map(|row| row.name).collect())
}

pub(super) fn said_name(client: &ClientHead, audience: Audience) -> String {
    match audience {
        Audience::AllContacts => format!("all contacts of {}", client.name),
        Audience::Contact(contact) => contact_name(client, contact).unwrap_or_else(|| "a contact".to_owned()),
    }
}

/// The form that takes a grant away.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RevokeForm {
    audience: WithWhom,
}

/// `POST /staff/clients/{client}/nodes/{node}/revoke`.
pub(crate) async fn revoke(ids: Ids, posted: Posted<AsStaff, RevokeForm>) -> Answer {
    let Posted { actor: staff, fields: RevokeForm { audience: WithWhom(audience) }, back, .. } = posted;
    let (client, node): (ClientId, NodeId) = (ids.of("client")?, ids.of("node")?);
    let files = staff.staff.files(client);
    let (spot, head) = (Spot::of(&files, node).await?, head(&staff.staff, client).await?);
    let own = files.sharing(node).await?.own.into_iter().find(|grant| grant.audience == audience);
    files.revoke(node, audience).await?;
    let said = format!("“{}” is not shared with {} any more.", spot.name, said_name(&head, audience));
    let flash = Flash::done(said);
    let now = staff.visit.now();
    let flash = match own.filter(|grant| !grant.expired(now)) {
        Some(grant) => flash.undone_by(share_again(client, node, &grant, &[audience])),
        None => flash,
    };
    go_saying(&back.or(spot.page(client)), flash)
}

/// Shares as it was shared before, silently.
fn share_again(client: ClientId, node: NodeId, grant: &Grant, audiences: &[Audience]) -> Undo {
    let mut undo =
        Undo::at(paths::share(client, node)).field("access", access_value(grant.access)).field("notify", false);
    for audience in audiences {
        undo = undo.field("audience", audience_value(*audience));
    }
    if let Some(until) = grant.until {
        undo = undo.field("until_at", until.as_micros());
    }
    if grant.alerts { undo.field("alerts", "on") } else { undo }
}

/// Whom an explanation is about.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExplainQuery {
    #[serde(default)]
    contact: String,
}

/// `GET /staff/clients/{client}/nodes/{node}/explain`.
pub(crate) async fn explain(staff: AsStaff, ids: Ids, Asked(query): Asked<ExplainQuery>) -> Answer {
    let (client, node): (ClientId, NodeId) = (ids.of("client")?, ids.of("node")?);
    let files = staff.staff.files(client);
    let name = Spot::of(&files, node).await?.name;
    let client = head(&staff.staff, client).await?;
    // Whoever is preselected is answered for at once.
    let about = match query.contact.as_str() {
        "" => client.contacts.first().map(|line| line.id),
        contact => Some(contact.parse().map_err(|_| Problem::Malformed)?),
    };
    let answer = match about {
        None => None,
        Some(contact) => {
            let line = client.contacts.iter().find(|line| line.id == contact).ok_or(Problem::NotFound)?;
            Some((contact, line.name.clone(), files.explain(contact, node).await?))
        }
    };
    page(&ExplainDialog { frame: staff.frame(), client, node, name, answer })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_with_its_last_instant() {
        let end_of_day = |text| super::end_of_day(text, "");
        assert_eq!(end_of_day("2026-04-30").unwrap().to_string(), "2026-05-01T00:00:00Z");
        assert_eq!(end_of_day("2024-02-29").unwrap().to_string(), "2024-03-01T00:00:00Z");
        for text in ["2026-02-30", "30.4.2026", "2026-04", "", "2026-04-30-1", "x-y-z"] {
            assert_eq!(end_of_day(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_ends_when_it_ends_where_it_was_typed() {
        assert_eq!(end_of_day("2026-04-30", "240").unwrap().to_string(), "2026-05-01T04:00:00Z", "New York");
        assert_eq!(end_of_day("2026-04-30", "-330").unwrap().to_string(), "2026-04-30T18:30:00Z", "Mumbai");
        for zone in ["901", "-901", "x", "1e3"] {
            assert_eq!(end_of_day("2026-04-30", zone), None, "{zone}");
        }
    }

    #[test]
    fn an_end_is_shown_as_its_last_day() {
        let until = end_of_day("2026-04-30", "").unwrap();
        assert_eq!(last_day(until), "2026-04-30");
    }
}
