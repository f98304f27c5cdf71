//! Who would gain and who would lose by moving several at once, each told once.

use std::collections::BTreeMap;

use portal_core::sharing::{Access, AccessChange, Audience};
use portal_core::values::{ContactId, Digest, FolderId, NodeId};
use portal_core::{Error, MovePreview, StaffFiles};

use crate::views::staff::{ChangeLine, ContactLine, MoveLines};
use crate::views::words;
use crate::web::problem::{Problem, refusal_sentence};

/// What moving each of them into a folder would do.
pub(super) struct Previews {
    movable: Vec<(NodeId, MovePreview)>,
    refused: Vec<String>,
}

impl Previews {
    pub(super) async fn of(files: &StaffFiles, nodes: &[NodeId], into: FolderId) -> Result<Self, Problem> {
        let (mut movable, mut refused) = (Vec::new(), Vec::new());
        for node in nodes {
            match files.preview_move(*node, into).await {
                Ok(preview) => movable.push((*node, preview)),
                Err(Error::Refused(refusal)) => {
                    let name = super::name_of(files, *node).await?;
                    let name = name.map_or_else(|| "Something".to_owned(), |name| format!("“{name}”"));
                    refused.push(format!("{name} cannot be moved here. {}", refusal_sentence(refusal)));
                }
                Err(Error::NotFound) => refused.push("Something of it is not there any more.".to_owned()),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Self { movable, refused })
    }

    /// What a move of one of them may give.
    pub(super) fn gains_of(&self, node: NodeId) -> Vec<AccessChange> {
        let found = self.movable.iter().find(|(moved, _)| *moved == node);
        found.map(|(_, preview)| preview.effects.gains.clone()).unwrap_or_default()
    }

    /// Whether one of them lies in that folder already.
    pub(super) fn lies_there(&self, node: NodeId) -> bool {
        self.movable.iter().any(|(moved, preview)| *moved == node && preview.lies_there)
    }

    /// Whether somebody gains.
    pub(super) fn gives(&self) -> bool {
        self.movable.iter().any(|(_, preview)| !preview.effects.gains.is_empty())
    }

    /// What a form says back to confirm just these gains; `None` where there are none.
    pub(super) fn confirms(&self) -> Option<String> {
        let gains: Vec<String> = self
            .movable
            .iter()
            .filter(|(_, preview)| !preview.effects.gains.is_empty())
            .map(|(node, preview)| format!("{node} {:?}", preview.effects.gains))
            .collect();
        let parts: Vec<&[u8]> = gains.iter().map(String::as_bytes).collect();
        (!parts.is_empty()).then(|| Digest::of_parts(&parts).to_string())
    }

    /// Whether there is nothing to confirm, or just this was.
    pub(super) fn confirmed_by(&self, said: Option<&str>) -> bool {
        self.confirms().is_none_or(|confirms| said == Some(&confirms))
    }

    /// The same for the dialog, with the client's contacts by name.
    pub(super) fn lines(&self, contacts: &[ContactLine]) -> MoveLines {
        let (mut gains, mut losses, mut unchanged) = (Counted::default(), Counted::default(), Counted::default());
        for (_, preview) in &self.movable {
            let people = People::of(preview, contacts);
            for gain in &preview.effects.gains {
                gains.add(people.named(gain.audience), said_of_gain(gain), gain);
            }
            for loss in &preview.effects.losses {
                losses.add(people.named(loss.audience), people.said_of_loss(loss), loss);
            }
            for same in &preview.effects.unchanged {
                let said = same.after.map_or("", |access| words::access(&access));
                let said = if said.is_empty() { "does not see it".to_owned() } else { format!("has {said}") };
                unchanged.add(people.named(same.audience), said, same);
            }
        }
        let moving = self.movable.iter().filter(|(_, preview)| !preview.lies_there).count();
        let all = self.movable.len();
        MoveLines {
            refused: self.refused.clone(),
            movable: moving,
            lies_there: moving == 0 && self.refused.is_empty(),
            gains: gains.lines(all),
            losses: losses.lines(all),
            unchanged: unchanged.lines(all),
            confirms: self.confirms().unwrap_or_default(),
        }
    }
}

fn said_of_gain(change: &AccessChange) -> String {
    match (change.before, change.after) {
        (None, Some(Access::ViewAndUpload)) => "will see it and may upload".to_owned(),
        (Some(_), Some(Access::ViewAndUpload)) => "may upload, and not only look".to_owned(),
        _ => "will see it".to_owned(),
    }
}

/// Those of whom a preview speaks.
struct People<'a> {
    preview: &'a MovePreview,
    contacts: &'a [ContactLine],
}

impl<'a> People<'a> {
    fn of(preview: &'a MovePreview, contacts: &'a [ContactLine]) -> Self {
        Self { preview, contacts }
    }

    /// Who it is: a contact, or all whom nothing else is said of.
    fn named(&self, audience: Audience) -> String {
        match audience {
            Audience::Contact(contact) => self.one(contact),
            Audience::AllContacts => {
                let effects = &self.preview.effects;
                let told = [&effects.gains, &effects.losses, &effects.unchanged].into_iter().flatten();
                let told: Vec<Audience> = told.map(|change| change.audience).collect();
                let rest = self.contacts.iter().filter(|line| !told.contains(&Audience::Contact(line.id)));
                let rest: Vec<String> = rest.map(|line| line.name.to_string()).collect();
                let all = if told.iter().any(|one| *one != audience) { "All other contacts" } else { "All contacts" };
                match rest.as_slice() {
                    [] => all.to_owned(),
                    names => format!("{all} ({})", words::listed(names)),
                }
            }
        }
    }

    fn one(&self, contact: ContactId) -> String {
        self.preview.name_of(contact).unwrap_or_else(|| "A former contact".to_owned())
    }

    /// What somebody loses, and what of it they keep by a sharing further down.
    fn said_of_loss(&self, change: &AccessChange) -> String {
        let lost = match change.after {
            Some(_) => "will only look, and upload no more",
            None => "will not see it any more",
        };
        let kept = self.preview.effects.kept_below.iter().filter(|kept| kept.audience == change.audience);
        let kept: Vec<String> = kept.map(|kept| format!("“{}”", kept.name)).collect();
        match kept.as_slice() {
            [] => lost.to_owned(),
            kept => format!("{lost}, but still sees {} in it", words::listed(kept)),
        }
    }
}

/// Changes, each with how many of those that are moved it is told of.
#[derive(Default)]
struct Counted(BTreeMap<ChangeLine, usize>);

impl Counted {
    fn add(&mut self, who: String, what: String, change: &AccessChange) {
        let line = ChangeLine { who, what, since: change.since, of: None };
        *self.0.entry(line).or_default() += 1;
    }

    fn lines(self, all: usize) -> Vec<ChangeLine> {
        let of = |count| (count < all).then(|| format!("{count} of {all} items"));
        self.0.into_iter().map(|(line, count)| ChangeLine { of: of(count), ..line }).collect()
    }
}
