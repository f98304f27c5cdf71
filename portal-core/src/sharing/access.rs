//! Effective access: the highest of the unexpired grants on a node and its ancestors.
//!
//! There is no deny, and it does not matter by which path somebody came. What lies in the trash, or below something that
//! does, is open to no contact: its grants sleep. What is archived is open to look at, whatever was granted.

use super::{Access, Audience, Grant};
use crate::change::{Version, Versioned};
use crate::values::{ClientId, ContactId, FileName, FolderId, GrantId, NodeId, Timestamp};

/// A node and its ancestors up to the client's root, with the grants on each: all that an access decision rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ancestry {
    /// The client whose node it is.
    pub client: ClientId,
    /// The version of the client's tree when this was read.
    pub tree: Version,
    /// The node first, the client's root last; never empty.
    pub steps: Vec<Step>,
}

/// One node on the way from a node to its client's root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The node.
    pub node: NodeId,
    /// Its name.
    pub name: FileName,
    /// Whether it was put in the trash (it, not something above it).
    pub trashed: bool,
    /// Whether it is archived (it, not something above it).
    pub archived: bool,
    /// Whether it is on hold (it, not something above it).
    pub held: bool,
    /// The grants on it, in no order that matters.
    pub grants: Vec<Versioned<Grant>>,
}

impl Ancestry {
    /// The node itself.
    pub fn node(&self) -> Option<&Step> {
        self.steps.first()
    }

    /// Whether the node is the client's root, which cannot be shared, renamed or removed.
    pub fn is_root(&self) -> bool {
        self.steps.len() == 1
    }

    /// Whether the node lies in the trash, by itself or by something above it.
    pub fn trashed(&self) -> bool {
        self.steps.iter().any(|step| step.trashed)
    }

    /// Whether the node is archived, by itself or by something above it.
    pub fn archived(&self) -> bool {
        self.steps.iter().any(|step| step.archived)
    }

    /// Whether the node stays where it is, for it is on hold or archived: contacts do not withdraw it.
    pub(crate) fn kept(&self) -> bool {
        self.held() || self.archived()
    }

    /// Whether the node is on hold, by itself or by something above it.
    pub fn held(&self) -> bool {
        self.steps.iter().any(|step| step.held)
    }

    /// Every grant that reaches the node, the nearest first.
    pub fn grants(&self) -> impl Iterator<Item = (&Step, &Versioned<Grant>)> {
        self.steps.iter().flat_map(|step| step.grants.iter().map(move |grant| (step, grant)))
    }

    /// The same without one of its grants.
    #[must_use]
    pub fn without(&self, grant: GrantId) -> Self {
        let steps = self.steps.iter().map(|step| {
            let others = step.grants.iter().filter(|other| other.id != grant);
            Step { grants: others.cloned().collect(), ..step.clone() }
        });
        Self { steps: steps.collect(), ..*self }
    }

    /// The ancestry of the folder in which the node lies; `None` for the client's root.
    pub fn folder(&self) -> Option<Self> {
        let steps: Vec<Step> = self.steps.iter().skip(1).cloned().collect();
        (!steps.is_empty()).then_some(Self { steps, ..*self })
    }

    /// The folders in which the node lies, the nearest first.
    pub fn folders(&self) -> impl Iterator<Item = FolderId> {
        self.steps.iter().skip(1).filter_map(|step| step.node.folder())
    }

    /// The ancestry of something that lies in the node.
    pub(crate) fn below(&self, node: NodeId, name: &FileName, grants: Vec<Versioned<Grant>>) -> Self {
        let step = Step { node, name: name.clone(), trashed: false, archived: false, held: false, grants };
        Self { steps: std::iter::once(step).chain(self.steps.iter().cloned()).collect(), ..*self }
    }

    /// The same in another folder, given by its ancestry: the grants on what is moved travel, those from above change.
    #[must_use]
    pub(crate) fn moved_into(&self, above: usize, folder: &Self) -> Self {
        let own = self.steps.len().saturating_sub(above);
        Self { steps: self.steps.iter().take(own).chain(&folder.steps).cloned().collect(), ..*self }
    }

    /// The node itself, if these were the folders in which it lies.
    #[must_use]
    pub(crate) fn at(&self, folders: Vec<Step>) -> Self {
        Self { steps: self.steps.iter().take(1).cloned().chain(folders).collect(), ..*self }
    }

    /// The same if nothing of it were in the trash.
    pub(crate) fn awake(&self) -> Self {
        let steps = self.steps.iter().map(|step| Step { trashed: false, ..step.clone() });
        Self { steps: steps.collect(), ..*self }
    }

    /// The grant that `audience` has on the node itself.
    pub fn own_grant(&self, audience: Audience) -> Option<&Versioned<Grant>> {
        self.node()?.grants.iter().find(|grant| grant.audience == audience)
    }
}

/// What `contact` may do with the node at `now`; `None` when it does not exist for them.
///
/// # Examples
/// ```
/// # use portal_core::sharing::*;
/// # use portal_core::change::{Version, Versioned};
/// # use portal_core::values::*;
/// let (client, ana, folder) = (ClientId::from_u128(1), ContactId::from_u128(2), FolderId::from_u128(3));
/// let now = Timestamp::from_micros(0);
/// let grant = Grant {
///     id: GrantId::from_u128(4), client, node: folder.into(), audience: Audience::Contact(ana), access: Access::View,
///     until: None, alerts: true, created_by: Actor::Host, created_at: now,
/// };
/// let step = Step {
///     node: folder.into(), name: FileName::new("2025 Tax")?, trashed: false, archived: false, held: false,
///     grants: vec![Versioned::new(Version::FIRST, grant)],
/// };
/// let ancestry = Ancestry { client, tree: Version::FIRST, steps: vec![step] };
/// assert_eq!(effective_access(ana, &ancestry, now), Some(Access::View));
/// assert_eq!(effective_access(ContactId::from_u128(9), &ancestry, now), None);
/// # Ok::<(), FileNameError>(())
/// ```
pub fn effective_access(contact: ContactId, ancestry: &Ancestry, now: Timestamp) -> Option<Access> {
    if ancestry.trashed() {
        return None;
    }
    let granted = highest_grant(contact, ancestry, now);
    if ancestry.archived() { granted.map(|_| Access::View) } else { granted }
}

/// What the grants alone give, in the trash and in the archive.
pub(super) fn highest_grant(contact: ContactId, ancestry: &Ancestry, now: Timestamp) -> Option<Access> {
    ancestry.grants().filter(|(_, grant)| counts(grant, contact, now)).map(|(_, grant)| grant.access).max()
}

/// Whether `contact` may upload into the node at `now`.
pub fn may_upload(contact: ContactId, ancestry: &Ancestry, now: Timestamp) -> bool {
    effective_access(contact, ancestry, now) == Some(Access::ViewAndUpload)
}

/// Whether `contact` is to hear of what is uploaded to the node: they see it, and by a grant that says so.
pub fn hears_of_uploads(contact: ContactId, ancestry: &Ancestry, now: Timestamp) -> bool {
    let alerting = |grant: &Grant| grant.alerts && counts(grant, contact, now);
    !ancestry.trashed() && ancestry.grants().any(|(_, grant)| alerting(grant))
}

/// Whether `grant` gives `contact` something at `now`.
pub(super) fn counts(grant: &Grant, contact: ContactId, now: Timestamp) -> bool {
    grant.audience.includes(contact) && !grant.expired(now)
}

/// Something that a contact sees at the top of their files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedRoot {
    /// The folder or document.
    pub node: NodeId,
    /// Its name.
    pub name: FileName,
    /// What they may do with it.
    pub access: Access,
    /// Whether it is archived, by itself or by something above it.
    pub archived: bool,
}

/// The topmost nodes that `contact` has access to, of the `granted` ones: what lies below another is left out, and nothing
/// above any of them is named.
pub fn shared_roots(contact: ContactId, granted: &[Ancestry], now: Timestamp) -> Vec<SharedRoot> {
    let gives = |step: &Step| step.grants.iter().any(|grant| counts(grant, contact, now));
    let mut roots: Vec<SharedRoot> = granted
        .iter()
        .filter(|ancestry| ancestry.node().is_some_and(gives) && !ancestry.steps.iter().skip(1).any(gives))
        .filter_map(|ancestry| seen(contact, ancestry, now))
        .collect();
    by_name(&mut roots);
    roots
}

/// The folders that `contact` may upload into by a grant on them themselves, of the `granted` ones, wherever they lie: one that lies
/// below another that they see is no less where they upload.
pub fn upload_folders(contact: ContactId, granted: &[Ancestry], now: Timestamp) -> Vec<SharedRoot> {
    let gives = |grant: &Grant| grant.access == Access::ViewAndUpload && counts(grant, contact, now);
    let mut folders: Vec<SharedRoot> = granted
        .iter()
        .filter(|ancestry| ancestry.node().is_some_and(|step| step.grants.iter().any(|grant| gives(grant))))
        .filter_map(|ancestry| seen(contact, ancestry, now))
        .filter(|found| found.node.folder().is_some() && found.access == Access::ViewAndUpload)
        .collect();
    by_name(&mut folders);
    folders
}

/// The node as `contact` sees it at `now`, if they do.
pub(crate) fn seen(contact: ContactId, ancestry: &Ancestry, now: Timestamp) -> Option<SharedRoot> {
    let step = ancestry.node()?;
    let access = effective_access(contact, ancestry, now)?;
    Some(SharedRoot { node: step.node, name: step.name.clone(), access, archived: ancestry.archived() })
}

fn by_name(found: &mut Vec<SharedRoot>) {
    found.sort_by_cached_key(|root| (root.name.folded(), root.node));
    found.dedup_by_key(|root| root.node);
}

/// What the visible toggle of a node shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visibility {
    /// No contact sees it.
    Off,
    /// All contacts see it by the toggle's own grant, and the toggle takes that away.
    On,
    /// Somebody sees it by another grant: the toggle shows on, disabled, and this is why.
    OnByAnother {
        /// The node that the grant is on: this one, or one above it.
        node: NodeId,
        /// That node's name.
        name: FileName,
        /// Whom the grant is for.
        audience: Audience,
    },
}

/// What the visible toggle shows for the node at `now`.
pub fn visibility(ancestry: &Ancestry, now: Timestamp) -> Visibility {
    if ancestry.trashed() {
        return Visibility::Off;
    }
    let own = ancestry.own_grant(Audience::AllContacts).filter(|grant| is_toggle(grant));
    if own.is_some() {
        return Visibility::On;
    }
    // Of several reasons the widest is told: a grant to all contacts before one to a single contact.
    let other = ancestry
        .grants()
        .filter(|(_, grant)| !grant.expired(now))
        .max_by_key(|(_, grant)| grant.audience == Audience::AllContacts);
    other.map_or(Visibility::Off, |(step, grant)| Visibility::OnByAnother {
        node: step.node,
        name: step.name.clone(),
        audience: grant.audience,
    })
}

/// Whether this is the grant that the visible toggle gives and takes: View Only, to all contacts, for good.
pub(super) fn is_toggle(grant: &Grant) -> bool {
    grant.audience == Audience::AllContacts && grant.access == Access::View && grant.until.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sharing::tests_support::{ALL, ANA, BEN, Path, at};

    #[test]
    fn s01_view_above_and_upload_on_a_child_uploads_to_the_child_only() {
        let parent = Path::root().folder(1).grant(ANA, Access::View);
        let child = parent.clone().folder(2).grant(ANA, Access::ViewAndUpload);
        assert_eq!(effective_access(ANA, &parent.ancestry(), at(0)), Some(Access::View));
        assert!(!may_upload(ANA, &parent.ancestry(), at(0)));
        assert!(may_upload(ANA, &child.ancestry(), at(0)));
    }

    #[test]
    fn s02_upload_above_and_view_on_a_child_is_view_and_upload() {
        let child = Path::root().folder(1).grant(ANA, Access::ViewAndUpload).folder(2).grant(ANA, Access::View);
        assert_eq!(effective_access(ANA, &child.ancestry(), at(0)), Some(Access::ViewAndUpload));
    }

    #[test]
    fn s03_the_route_does_not_matter() {
        let by_contact = Path::root().folder(1).grant(ANA, Access::View).folder(2);
        let by_all = Path::root().folder(1).grant_all(Access::View).folder(2);
        let by_both = Path::root().folder(1).grant(ANA, Access::View).folder(2).grant_all(Access::View);
        for path in [by_contact, by_all, by_both] {
            assert_eq!(effective_access(ANA, &path.ancestry(), at(0)), Some(Access::View));
        }
    }

    #[test]
    fn s04_a_child_shared_alone_is_a_root_and_hides_its_parent() {
        let child = Path::root().folder(1).folder(2).grant(ANA, Access::View);
        let roots = shared_roots(ANA, &[child.ancestry()], at(0));
        assert_eq!(roots.iter().map(|root| root.name.as_str()).collect::<Vec<_>>(), ["folder 2"]);
        let parent = Path::root().folder(1);
        assert_eq!(effective_access(ANA, &parent.ancestry(), at(0)), None);
    }

    #[test]
    fn s05_a_parent_and_its_child_shared_are_one_root() {
        let parent = Path::root().folder(1).grant(ANA, Access::View);
        let child = parent.clone().folder(2).folder(3).grant(ANA, Access::ViewAndUpload);
        let roots = shared_roots(ANA, &[child.ancestry(), parent.ancestry()], at(0));
        assert_eq!(roots.len(), 1);
        assert_eq!(roots[0].name.as_str(), "folder 1");
        assert_eq!(roots[0].access, Access::View);
    }

    #[test]
    fn s05_an_expired_grant_above_does_not_swallow_a_live_one_below() {
        let child = Path::root().folder(1).grant_until(ANA, Access::View, at(5)).folder(2).grant(ANA, Access::View);
        let granted = [child.ancestry()];
        assert!(
            shared_roots(ANA, &granted, at(4)).is_empty(),
            "the parent is the root, and it was not among the granted"
        );
        assert_eq!(shared_roots(ANA, &granted, at(5)).len(), 1);
    }

    #[test]
    fn s06_a_sibling_contact_has_nothing() {
        let path = Path::root().folder(1).grant(ANA, Access::ViewAndUpload);
        assert_eq!(effective_access(BEN, &path.ancestry(), at(0)), None);
        assert!(shared_roots(BEN, &[path.ancestry()], at(0)).is_empty());
    }

    #[test]
    fn s15_a_grant_ends_at_its_exact_instant() {
        let path = Path::root().folder(1).grant_until(ANA, Access::View, at(10));
        assert_eq!(
            effective_access(ANA, &path.ancestry(), Timestamp::from_micros(at(10).as_micros() - 1)),
            Some(Access::View)
        );
        assert_eq!(effective_access(ANA, &path.ancestry(), at(10)), None);
        assert!(shared_roots(ANA, &[path.ancestry()], at(10)).is_empty());
    }

    #[test]
    fn one_grant_that_says_so_is_enough_to_hear_of_uploads() {
        let hears = |path: &Path, now| hears_of_uploads(ANA, &path.ancestry(), now);
        let muted = Path::root().folder(1).grant(ANA, Access::View).muted();
        assert!(!hears(&muted, at(0)));
        assert!(hears(&muted.clone().folder(2).grant_all(Access::View), at(0)));
        assert!(!hears(&muted.folder(2).grant(BEN, Access::View), at(0)));
        let ends = Path::root().folder(1).grant_until(ANA, Access::View, at(5));
        assert!(hears(&ends, at(4)) && !hears(&ends, at(5)) && !hears(&ends.trashed(), at(4)));
    }

    #[test]
    fn s23_what_lies_in_the_trash_is_open_to_no_contact() {
        let path = Path::root().folder(1).trashed().folder(2).grant(ANA, Access::ViewAndUpload);
        assert_eq!(effective_access(ANA, &path.ancestry(), at(0)), None);
        assert!(shared_roots(ANA, &[path.ancestry()], at(0)).is_empty());
        assert_eq!(visibility(&path.ancestry(), at(0)), Visibility::Off);
    }

    #[test]
    fn the_toggle_shows_its_own_grant_and_the_reason_for_any_other() {
        let bare = Path::root().folder(1);
        assert_eq!(visibility(&bare.ancestry(), at(0)), Visibility::Off);
        let toggled = bare.clone().grant_all(Access::View);
        assert_eq!(visibility(&toggled.ancestry(), at(0)), Visibility::On);
        let inherited = toggled.folder(2);
        let reason = |path: &Path| match visibility(&path.ancestry(), at(0)) {
            Visibility::OnByAnother { name, audience, .. } => (name.as_str().to_owned(), audience),
            other => panic!("{other:?}"),
        };
        assert_eq!(reason(&inherited), ("folder 1".to_owned(), ALL));
        let uploads = bare.clone().grant_all(Access::ViewAndUpload);
        assert_eq!(reason(&uploads), ("folder 1".to_owned(), ALL));
        let one = bare.clone().grant(ANA, Access::View);
        assert_eq!(reason(&one), ("folder 1".to_owned(), Audience::Contact(ANA)));
        let both = bare.clone().grant(ANA, Access::View).grant_all(Access::ViewAndUpload);
        assert_eq!(reason(&both), ("folder 1".to_owned(), ALL));
        let either = bare.clone().grant_all(Access::ViewAndUpload).grant(ANA, Access::View);
        assert_eq!(reason(&either), ("folder 1".to_owned(), ALL));
        let expired = bare.grant_until(ANA, Access::View, at(0));
        assert_eq!(visibility(&expired.ancestry(), at(0)), Visibility::Off);
    }
}
