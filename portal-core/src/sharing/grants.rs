//! Giving, changing and taking grants.

use super::access::effective_access;
use super::{Access, Ancestry, Audience, Event, Grant, Key, Record, Sharing, Tree};
use crate::change::{Context, Decision, Version, Write};
use crate::values::{Actor, ClientId, ContactId, FileName, FolderId, GrantId, NodeId, Timestamp};

/// Why sharing refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SharingRefusal {
    /// A document can only be viewed; uploads go into folders.
    #[error("a document can be shared as View Only; share its folder for uploads")]
    UploadOnDocument,
    /// The client's root holds everything and is never shared; folders in it are.
    #[error("everything at once cannot be shared; share the folders")]
    RootCannotBeShared,
    /// What lies in the trash is not shared.
    #[error("it lies in the trash; restore it first")]
    InTrash,
    /// The time until which it would be shared has passed.
    #[error("the end of the sharing lies in the past")]
    EndsInThePast,
    /// Somebody sees it by another grant, which the toggle does not take away.
    #[error("it is visible by another grant; change that one")]
    VisibleByAnother,
    /// A move would give somebody more access than they have, and nobody said that it may.
    #[error("moving it there gives somebody more access than they have now; look at who it is, and confirm it")]
    GivesAccess,
}

/// What to share, with whom, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct ShareRequest {
    /// With whom.
    pub audience: Audience,
    /// For what.
    pub access: Access,
    /// Until when; `None` for good.
    pub until: Option<Timestamp>,
    /// Whether the audience is told of later uploads by staff.
    pub alerts: bool,
    /// Whether those newly given access are told now.
    pub notify: bool,
}

impl ShareRequest {
    /// Shares for good, silently now, with alerts of later uploads.
    pub const fn new(audience: Audience, access: Access) -> Self {
        Self { audience, access, until: None, alerts: true, notify: false }
    }
}

/// What became of sharing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shared {
    /// The grant that says it now.
    pub grant: GrantId,
    /// What was done.
    pub how: SharedHow,
}

/// What was done to share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SharedHow {
    /// A grant was given.
    Given,
    /// The terms of the one that was there were changed.
    Changed,
    /// It was shared just so already: nothing happened and nobody is told.
    Already,
}

/// The tree of a new client.
pub fn plant_tree(client: ClientId) -> Decision<Sharing> {
    Decision::nothing(()).write(Write::Create(Record::Tree(Tree { client })))
}

/// Says that the client's tree or the access to it changes, so that an upload that rests on it is decided anew.
pub fn touch_tree(client: ClientId, tree: Version) -> Decision<Sharing> {
    Decision::nothing(()).write(Write::Update(tree, Record::Tree(Tree { client })))
}

/// Shares the node of `ancestry`: one grant for each audience, whose terms are changed when it is there already.
///
/// # Errors
/// [`SharingRefusal`] when it cannot be shared so.
pub fn share(
    request: &ShareRequest,
    ancestry: &Ancestry,
    by: Actor,
    context: &Context,
) -> Result<Decision<Sharing, Shared>, SharingRefusal> {
    let (node, name) = shareable(request, ancestry, context.now)?;
    let terms = |grant: Grant| Grant { access: request.access, until: request.until, alerts: request.alerts, ..grant };
    let Some(existing) = ancestry.own_grant(request.audience) else {
        let grant = Grant {
            id: context.id("grant"),
            client: ancestry.client,
            node,
            audience: request.audience,
            access: request.access,
            until: request.until,
            alerts: request.alerts,
            created_by: by,
            created_at: context.now,
        };
        let event = Event::Shared {
            client: ancestry.client,
            grant: grant.id,
            node,
            name: context.note("shared", name.as_str()),
            audience: request.audience,
            access: request.access,
            until: request.until,
            notify: request.notify,
        };
        let shared = Shared { grant: grant.id, how: SharedHow::Given };
        return Ok(touch_tree(ancestry.client, ancestry.tree)
            .write(Write::Create(Record::Grant(grant)))
            .event(event)
            .map(|()| shared));
    };
    let changed = terms(existing.value.clone());
    if changed == existing.value {
        return Ok(Decision::nothing(Shared { grant: existing.id, how: SharedHow::Already }));
    }
    let event = Event::TermsChanged {
        client: ancestry.client,
        grant: existing.id,
        node,
        name: context.note("shared", name.as_str()),
        audience: request.audience,
        access: request.access,
        until: request.until,
        // Nobody is newly given access by other terms, unless the grant had ended and wakes again.
        notify: request.notify && existing.expired(context.now),
    };
    let shared = Shared { grant: existing.id, how: SharedHow::Changed };
    Ok(touch_tree(ancestry.client, ancestry.tree)
        .write(Write::Update(existing.version, Record::Grant(changed)))
        .event(event)
        .map(|()| shared))
}

fn shareable<'a>(
    request: &ShareRequest,
    ancestry: &'a Ancestry,
    now: Timestamp,
) -> Result<(NodeId, &'a FileName), SharingRefusal> {
    if ancestry.is_root() {
        return Err(SharingRefusal::RootCannotBeShared);
    }
    if ancestry.trashed() {
        return Err(SharingRefusal::InTrash);
    }
    if request.until.is_some_and(|until| until <= now) {
        return Err(SharingRefusal::EndsInThePast);
    }
    let step = ancestry.node().ok_or(SharingRefusal::RootCannotBeShared)?;
    if matches!(step.node, NodeId::Document(_)) && request.access == Access::ViewAndUpload {
        return Err(SharingRefusal::UploadOnDocument);
    }
    Ok((step.node, &step.name))
}

/// Takes the grant that `audience` has on the node; there is none, nothing happens.
pub fn revoke(audience: Audience, ancestry: &Ancestry, context: &Context) -> Decision<Sharing> {
    let (Some(step), Some(grant)) = (ancestry.node(), ancestry.own_grant(audience)) else {
        return Decision::nothing(());
    };
    let event = Event::Revoked {
        client: ancestry.client,
        grant: grant.id,
        node: step.node,
        name: context.note("revoked", step.name.as_str()),
        audience,
    };
    touch_tree(ancestry.client, ancestry.tree).write(Write::Delete(Key::Grant(grant.id), grant.version)).event(event)
}

/// Takes every grant that a contact has by themselves, of whom `granted` is every ancestry of a node granted to them. What
/// made it happen is told elsewhere, so it tells nothing itself.
pub fn forget(client: ClientId, contact: ContactId, granted: &[Ancestry]) -> Decision<Sharing> {
    let own: Vec<_> = granted.iter().filter_map(|ancestry| ancestry.own_grant(Audience::Contact(contact))).collect();
    let (Some(ancestry), false) = (granted.first(), own.is_empty()) else { return Decision::nothing(()) };
    own.iter().fold(touch_tree(client, ancestry.tree), |decision, grant| {
        decision.write(Write::Delete(Key::Grant(grant.id), grant.version))
    })
}

/// The grant that comes with a Client Uploads folder: View and Upload, to all contacts, silently.
pub fn grant_to_all(
    client: ClientId,
    folder: FolderId,
    name: &FileName,
    access: Access,
    by: Actor,
    context: &Context,
) -> Decision<Sharing> {
    let grant = Grant {
        id: context.id(&format!("grant on {folder}")),
        client,
        node: folder.into(),
        audience: Audience::AllContacts,
        access,
        until: None,
        alerts: true,
        created_by: by,
        created_at: context.now,
    };
    let event = Event::Shared {
        client,
        grant: grant.id,
        node: grant.node,
        name: context.note(&format!("shared {folder}"), name.as_str()),
        audience: grant.audience,
        access: grant.access,
        until: None,
        notify: false,
    };
    Decision::nothing(()).write(Write::Create(Record::Grant(grant))).event(event)
}

/// Whether `grant`, given or changed at `at`, is what lets `contact` see the node: without it they would see nothing.
///
/// This is who is told of a share: those newly given access, once, and nobody who had it by another grant already.
pub fn newly_given(contact: ContactId, grant: GrantId, ancestry: &Ancestry, at: Timestamp) -> bool {
    let mut earlier = ancestry.without(grant);
    for step in &mut earlier.steps {
        step.grants.retain(|other| other.created_at <= at);
    }
    effective_access(contact, ancestry, at).is_some() && effective_access(contact, &earlier, at).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sharing::set_visible;
    use crate::sharing::tests_support::{ALL, ANA, BEN, Path, at};
    use crate::values::Digest;

    fn context() -> Context {
        Context::new(at(0), Digest::of(b"test"), [0; 32])
    }

    fn try_share(path: &Path, request: ShareRequest) -> Result<Decision<Sharing, Shared>, SharingRefusal> {
        share(&request, &path.ancestry(), Actor::Host, &context())
    }

    const UPLOAD: ShareRequest = ShareRequest::new(Audience::Contact(ANA), Access::ViewAndUpload);

    #[test]
    fn s09_upload_on_a_document_is_refused() {
        let document = Path::root().folder(1).document(2);
        assert_eq!(try_share(&document, UPLOAD).unwrap_err(), SharingRefusal::UploadOnDocument);
        let view = ShareRequest { access: Access::View, ..UPLOAD };
        assert_eq!(try_share(&document, view).unwrap().output.how, SharedHow::Given);
    }

    #[test]
    fn the_root_the_trash_and_the_past_cannot_be_shared() {
        assert_eq!(try_share(&Path::root(), UPLOAD).unwrap_err(), SharingRefusal::RootCannotBeShared);
        let below_trash = Path::root().folder(1).trashed().folder(2);
        assert_eq!(try_share(&below_trash, UPLOAD).unwrap_err(), SharingRefusal::InTrash);
        let past = ShareRequest { until: Some(at(0)), ..UPLOAD };
        assert_eq!(try_share(&Path::root().folder(1), past).unwrap_err(), SharingRefusal::EndsInThePast);
    }

    #[test]
    fn s16_the_same_grant_twice_is_one_grant_and_one_event() {
        let path = Path::root().folder(1).grant(ANA, Access::ViewAndUpload);
        let again = try_share(&path, UPLOAD).unwrap();
        assert_eq!(again.output.how, SharedHow::Already);
        assert!(again.writes.is_empty() && again.events.is_empty());
    }

    #[test]
    fn s17_a_downgrade_changes_the_grant_that_is_there() {
        let path = Path::root().folder(1).grant(ANA, Access::ViewAndUpload);
        let down = try_share(&path, ShareRequest { access: Access::View, ..UPLOAD }).unwrap();
        assert_eq!(down.output.how, SharedHow::Changed);
        let writes_one_grant = matches!(
            down.writes[..],
            [Write::Update(_, Record::Tree(_)), Write::Update(_, Record::Grant(Grant { access: Access::View, .. }))]
        );
        assert!(writes_one_grant, "{:?}", down.writes);
    }

    #[test]
    fn each_of_the_terms_is_changed() {
        let path = Path::root().folder(1).grant(ANA, Access::View);
        let asked = ShareRequest { access: Access::View, ..UPLOAD };
        for request in [ShareRequest { until: Some(at(9)), ..asked }, ShareRequest { alerts: false, ..asked }] {
            let changed = try_share(&path, request).unwrap();
            let Write::Update(_, Record::Grant(grant)) = &changed.writes[1] else { panic!("{:?}", changed.writes) };
            assert_eq!((grant.access, grant.until, grant.alerts), (request.access, request.until, request.alerts));
        }
    }

    #[test]
    fn other_terms_tell_nobody_unless_the_grant_had_ended_and_telling_was_asked_for() {
        let live = Path::root().folder(1).grant(ANA, Access::View);
        let ended = Path::root().folder(1).grant_until(ANA, Access::View, at(0));
        let tells = |path: &Path, notify| {
            let events = try_share(path, ShareRequest { notify, ..UPLOAD }).unwrap().events;
            let [Event::TermsChanged { notify, .. }] = events[..] else { panic!("{events:?}") };
            notify
        };
        assert!(tells(&ended, true));
        assert!(!tells(&ended, false) && !tells(&live, true) && !tells(&live, false));
    }

    #[test]
    fn forgetting_a_contact_takes_their_own_grants_and_no_other() {
        let path = Path::root().folder(1).grant(ANA, Access::View).grant_all(Access::View).grant(BEN, Access::View);
        let granted = [path.ancestry(), path.clone().folder(2).grant_all(Access::View).ancestry()];
        let forgotten = forget(granted[0].client, ANA, &granted);
        let own = granted[0].own_grant(Audience::Contact(ANA)).unwrap();
        let [Write::Update(tree, Record::Tree(_)), Write::Delete(Key::Grant(gone), version)] = forgotten.writes[..]
        else {
            panic!("{:?}", forgotten.writes)
        };
        assert_eq!((tree, gone, version), (granted[0].tree, own.id, own.version));
        assert!(forgotten.events.is_empty());
        assert!(forget(granted[0].client, ANA, &granted[1..]).writes.is_empty());
    }

    #[test]
    fn every_change_of_access_changes_the_tree() {
        let path = Path::root().folder(1).grant(ANA, Access::View);
        let tree = Version::from_u64(3);
        let touches = |decision: &Decision<Sharing>| matches!(decision.writes[0], Write::Update(version, Record::Tree(_)) if version == tree);
        assert!(touches(&try_share(&path, UPLOAD).unwrap().map(|_| ())));
        assert!(touches(&revoke(Audience::Contact(ANA), &path.ancestry(), &context())));
        let bare = Path::root().folder(1);
        assert!(touches(&set_visible(true, &bare.ancestry(), Actor::Host, &context()).unwrap()));
    }

    #[test]
    fn s11_revoking_above_leaves_a_direct_grant_below() {
        let parent = Path::root().folder(1).grant(ANA, Access::ViewAndUpload);
        let child = parent.clone().folder(2).grant(ANA, Access::View);
        let access = |ancestry: &Ancestry| effective_access(ANA, ancestry, at(0));
        let revoked = |path: &Path| revoke(Audience::Contact(ANA), &path.ancestry(), &context());
        assert_eq!(access(&child.ancestry()), Some(Access::ViewAndUpload));

        let above = revoked(&parent);
        assert_eq!(access(&after(&above, &parent)), None);
        assert_eq!(access(&after(&above, &child)), Some(Access::View));
        // Nor does revoking below touch what comes from above.
        let below = revoked(&child);
        assert_eq!(access(&after(&below, &child)), Some(Access::ViewAndUpload));
        assert_eq!(after(&below, &parent), parent.ancestry());
    }

    /// The path as a store reads it once it has taken away what the decision takes.
    fn after(decision: &Decision<Sharing>, path: &Path) -> Ancestry {
        decision.writes.iter().fold(path.ancestry(), |ancestry, write| match write {
            Write::Delete(Key::Grant(grant), Version::FIRST) => ancestry.without(*grant),
            Write::Update(tree, Record::Tree(_)) if *tree == ancestry.tree => ancestry,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn only_those_who_saw_nothing_before_are_newly_given() {
        let parent = Path::root().folder(1).grant(BEN, Access::View);
        let child = parent.folder(2).grant_all(Access::View);
        let grant = child.ancestry().own_grant(ALL).unwrap().id;
        assert!(newly_given(ANA, grant, &child.ancestry(), at(200)));
        assert!(!newly_given(BEN, grant, &child.ancestry(), at(200)));
    }

    #[test]
    fn a_later_grant_does_not_hide_who_was_newly_given_by_an_earlier_one() {
        let child = Path::root().folder(1).grant(ANA, Access::View).folder(2).grant_all(Access::View);
        let first = child.ancestry().steps[1].grants[0].clone();
        assert!(newly_given(
            ANA,
            first.id,
            &Path::root().folder(1).grant(ANA, Access::View).ancestry(),
            first.created_at
        ));
        assert!(newly_given(ANA, first.id, &child.ancestry(), first.created_at));
    }
}
