//! Sharing a folder or document, and why somebody sees it or does not.

use askama::Template;
use portal_core::sharing::{Access, Audience, Effect, Explanation, Reason};
use portal_core::values::{ContactId, DisplayName, EmailAddress, FileName, FolderId, NodeId, Timestamp};

use super::client::ClientHead;
#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;
use crate::views::{Field, ListPlace, StaffFrame};

/// `GET`/`POST /staff/clients/{client}/nodes/{node}/share`.
///
/// `?audience=` fills in what somebody has. Posts `audience` (`all`, or a contact's id; several), `access` (`view`, `view_and_upload`), `until` (a date as
/// `2026-04-30`, or empty; through the end of that day, where clocks are `zone` minutes behind UTC), `alerts` (`on` or absent) and `notify` (`true` by Share & Notify,
/// `false` by Share silently). The grants listed post `audience` to [`paths::revoke`].
#[derive(Debug, Clone, Template)]
#[template(path = "staff/share.html")]
pub struct ShareDialog {
    /// The frame.
    pub frame: StaffFrame,
    /// The client.
    pub client: ClientHead,
    /// What is shared.
    pub node: NodeId,
    /// Its name.
    pub name: FileName,
    /// The grants that reach it, its own first.
    pub grants: Vec<GrantLine>,
    /// The client's contacts.
    pub contacts: Vec<ContactChoice>,
    /// Who of the team is told when they upload.
    pub team_told: Vec<DisplayName>,
    /// Whether nobody is assigned, so that `team_told` are the firm's owners instead.
    pub team_is_fallback: bool,
    /// What was chosen.
    pub form: ShareForm,
}

impl ShareDialog {
    fn alerts(&self) -> bool {
        !self.form.no_alerts
    }

    /// The grant that an audience has on this very thing.
    fn own(&self, audience: Audience) -> Option<&GrantLine> {
        self.grants.iter().find(|grant| grant.from.is_none() && !grant.ended && grant.audience == audience)
    }

    fn own_of_all(&self) -> Option<&GrantLine> {
        self.own(Audience::AllContacts)
    }

    fn own_of(&self, contact: &ContactChoice) -> Option<&GrantLine> {
        self.own(Audience::Contact(contact.id))
    }

    fn told_names(&self) -> String {
        let told: Vec<&DisplayName> =
            self.contacts.iter().filter(|contact| contact.told).map(|contact| &contact.name).collect();
        words::listed(&told)
    }

    fn back(&self) -> String {
        match self.node {
            NodeId::Folder(_) => paths::files(self.client.id),
            NodeId::Document(document) => paths::document(self.client.id, document),
        }
    }

    /// Whether it is a folder, so that uploads into it can be allowed.
    pub fn is_folder(&self) -> bool {
        matches!(self.node, NodeId::Folder(_))
    }

    /// Whether a grant of its own is listed, which Remove takes away.
    pub fn has_own_grants(&self) -> bool {
        self.grants.iter().any(|grant| grant.from.is_none())
    }
}

/// The same dialog for several at once, opened from a list. Posts to [`paths::share_several`] as `ShareDialog` does, with
/// `node` (several) and the page of the list.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/share_several.html")]
pub struct ShareSeveral {
    /// The frame.
    pub frame: StaffFrame,
    /// The client.
    pub client: ClientHead,
    /// The folder whose list it was opened from.
    pub folder: FolderId,
    /// The page of that list.
    pub place: ListPlace,
    /// What is shared.
    pub items: Vec<(NodeId, FileName)>,
    /// Whether something of it is shared already.
    pub shared: bool,
    /// The client's contacts.
    pub contacts: Vec<ContactChoice>,
    /// Who of the team is told when they upload.
    pub team_told: Vec<DisplayName>,
    /// Whether nobody is assigned, so that `team_told` are the firm's owners instead.
    pub team_is_fallback: bool,
    /// What was chosen.
    pub form: ShareForm,
}

impl ShareSeveral {
    fn alerts(&self) -> bool {
        !self.form.no_alerts
    }

    /// Whether all of it are folders, so that uploads can be allowed.
    pub fn only_folders(&self) -> bool {
        self.items.iter().all(|(node, _)| matches!(node, NodeId::Folder(_)))
    }

    fn names(&self) -> String {
        let names: Vec<String> = self.items.iter().map(|(_, name)| format!("“{name}”")).collect();
        match names.as_slice() {
            [first, second, third, rest @ ..] if rest.len() > 1 => {
                format!("{first}, {second}, {third} and {} more", rest.len())
            }
            few => words::listed(few),
        }
    }
}

/// What was chosen in the share dialog.
#[derive(Debug, Clone, Default)]
pub struct ShareForm {
    /// With whom.
    pub audiences: Vec<Audience>,
    /// What is wrong with the choice of whom.
    pub audience_error: Option<String>,
    /// For what; View Only where nothing was chosen.
    pub access: Option<Access>,
    /// What is wrong with that.
    pub access_error: Option<String>,
    /// Until when, as `2026-04-30`.
    pub until: Field,
    /// The very instant that `until` stands for, from which a script tells the day where it is looked at.
    pub until_at: Option<Timestamp>,
    /// Whether alerts were turned off.
    pub no_alerts: bool,
}

impl ShareForm {
    /// Whether `contact` is chosen.
    pub fn has(&self, contact: &ContactId) -> bool {
        self.audiences.contains(&Audience::Contact(*contact))
    }

    /// Whether all contacts are.
    pub fn has_all(&self) -> bool {
        self.audiences.contains(&Audience::AllContacts)
    }

    /// Whether View and Upload is chosen.
    pub fn uploads(&self) -> bool {
        self.access == Some(Access::ViewAndUpload)
    }
}

/// A contact to choose.
#[derive(Debug, Clone)]
pub struct ContactChoice {
    /// The contact.
    pub id: ContactId,
    /// Their name.
    pub name: DisplayName,
    /// Their address, if known.
    pub email: Option<EmailAddress>,
    /// Whether Share & Notify would email them: they have an address, may enter, and have no access yet.
    pub told: bool,
    /// Why they would not be emailed, as a sentence: `No email address.`, `Has access already.`
    pub not_told_because: Option<String>,
}

/// A grant that reaches the node.
#[derive(Debug, Clone)]
pub struct GrantLine {
    /// Whom it is for.
    pub audience: Audience,
    /// Their name, or `All contacts`.
    pub who: String,
    /// What it lets them do.
    pub access: Access,
    /// At this instant it ends.
    pub until: Option<Timestamp>,
    /// Whether it has ended.
    pub ended: bool,
    /// Whether they hear of uploads.
    pub alerts: bool,
    /// The folder above that it is on; `None` when it is on this one.
    pub from: Option<FileName>,
}

impl GrantLine {
    /// The audience as forms name it.
    pub fn audience_value(&self) -> String {
        audience_value(self.audience)
    }

    /// The right as forms name it.
    pub fn access_value(&self) -> &'static str {
        access_value(self.access)
    }
}

/// A right as forms name it.
pub fn access_value(access: Access) -> &'static str {
    match access {
        Access::View => "view",
        Access::ViewAndUpload => "view_and_upload",
    }
}

/// An audience as forms name it: `all`, or the contact's id.
pub fn audience_value(audience: Audience) -> String {
    match audience {
        Audience::AllContacts => "all".to_owned(),
        Audience::Contact(contact) => contact.to_string(),
    }
}

/// `GET /staff/clients/{client}/nodes/{node}/explain?contact=`. Its form asks again with another `contact`.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/explain.html")]
pub struct ExplainDialog {
    /// The frame.
    pub frame: StaffFrame,
    /// The client; its contacts are offered to choose from.
    pub client: ClientHead,
    /// What it is about.
    pub node: NodeId,
    /// Its name.
    pub name: FileName,
    /// Who it is about: one of the client's contacts, and the answer.
    pub answer: Option<(ContactId, DisplayName, Explanation)>,
}

impl ExplainDialog {
    fn is_about(&self, contact: &ContactId) -> bool {
        self.answer.as_ref().is_some_and(|(about, _, _)| about == contact)
    }

    fn is_here(&self, reason: &Reason) -> bool {
        reason.node == self.node
    }

    fn decides(&self, reason: &Reason) -> bool {
        reason.effect == Effect::Decides
    }

    fn audience(&self, reason: &Reason) -> String {
        match reason.audience {
            Audience::AllContacts => "All contacts".to_owned(),
            Audience::Contact(of) => {
                let known = self.client.contacts.iter().find(|contact| contact.id == of);
                known.map_or_else(|| "A former contact".to_owned(), |contact| contact.name.to_string())
            }
        }
    }
}
