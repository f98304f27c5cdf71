//! The visible toggle: one switch for what all contacts of a client may view.

use super::access::{is_toggle, visibility};
use super::{Access, Ancestry, Audience, ShareRequest, Sharing, SharingRefusal, Visibility, revoke, share};
use crate::change::{Context, Decision};
use crate::values::Actor;

/// Turns the visible toggle: on grants View Only to all contacts, silently; off takes that grant alone away.
///
/// # Errors
/// [`SharingRefusal::VisibleByAnother`] when somebody sees it by another grant, or what [`share`] refuses.
pub fn set_visible(
    visible: bool,
    ancestry: &Ancestry,
    by: Actor,
    context: &Context,
) -> Result<Decision<Sharing>, SharingRefusal> {
    match (visibility(ancestry, context.now), visible) {
        (Visibility::OnByAnother { .. }, _) => Err(SharingRefusal::VisibleByAnother),
        (Visibility::On, true) => Ok(Decision::nothing(())),
        (Visibility::Off, false) if ancestry.own_grant(Audience::AllContacts).is_none_or(|grant| !is_toggle(grant)) => {
            Ok(Decision::nothing(()))
        }
        (_, false) => Ok(revoke(Audience::AllContacts, ancestry, context)),
        (Visibility::Off, true) => {
            let request = ShareRequest::new(Audience::AllContacts, Access::View);
            share(&request, ancestry, by, context).map(|decision| decision.map(|_| ()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sharing::Event;
    use crate::sharing::tests_support::{ALL, BEN, Path, at};
    use crate::values::Digest;

    fn context() -> Context {
        Context::new(at(0), Digest::of(b"test"), [0; 32])
    }

    #[test]
    fn the_toggle_gives_and_takes_its_own_grant_and_no_other() {
        let bare = Path::root().folder(1);
        let set = |path: &Path, visible| set_visible(visible, &path.ancestry(), Actor::Host, &context());
        let on = set(&bare, true).unwrap();
        let silent =
            matches!(on.events[..], [Event::Shared { audience: ALL, access: Access::View, notify: false, .. }]);
        assert!(silent, "{:?}", on.events);
        let toggled = bare.clone().grant_all(Access::View);
        assert!(set(&toggled, true).unwrap().writes.is_empty());
        assert!(matches!(set(&toggled, false).unwrap().events[..], [Event::Revoked { audience: ALL, .. }]));
        assert!(set(&bare, false).unwrap().writes.is_empty());
        // In the trash nothing is visible, and the toggle's own grant sleeps: it can be taken there, and another cannot.
        assert!(matches!(set(&toggled.trashed(), false).unwrap().events[..], [Event::Revoked { audience: ALL, .. }]));
        assert!(set(&bare.clone().grant_all(Access::ViewAndUpload).trashed(), false).unwrap().writes.is_empty());
        for other in [bare.clone().grant(BEN, Access::View), bare.grant_all(Access::ViewAndUpload)] {
            assert_eq!(set(&other, true).unwrap_err(), SharingRefusal::VisibleByAnother);
            assert_eq!(set(&other, false).unwrap_err(), SharingRefusal::VisibleByAnother);
        }
    }
}
