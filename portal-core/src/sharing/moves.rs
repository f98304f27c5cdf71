//! Who gains and who loses by a move: the grants on what is moved travel with it, those from above change.
//!
//! What lies below what is moved needs no look of its own for gains: the grants on the way down stay, so that nobody gains
//! there who gains nothing at the top. Whoever loses at the top may keep what is granted to them further down, and that is
//! said, so that nobody is told of a loss that is none.

use std::collections::{BTreeMap, BTreeSet};

use super::access::effective_access;
use super::{Access, Ancestry, Audience};
use crate::values::{FileName, NodeId, Timestamp};

/// What changes for one audience. For all contacts it is what each of them has who is not told of by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct AccessChange {
    /// For whom.
    pub audience: Audience,
    /// What they may do where it lies now.
    pub before: Option<Access>,
    /// What they may do where it would lie.
    pub after: Option<Access>,
    /// From when on; `None` for as soon as it is moved. Later, when a grant ends here that has none of its like there.
    pub since: Option<Timestamp>,
}

/// Something below what is moved that an audience sees still, by a grant further down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptBelow {
    /// Who keeps it.
    pub audience: Audience,
    /// What they keep, with all below it.
    pub node: NodeId,
    /// What it is called.
    pub name: FileName,
    /// What they may do with it.
    pub access: Access,
}

/// Who gains and who loses by a move.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MoveEffects {
    /// Those who may do more afterwards, now or later.
    pub gains: Vec<AccessChange>,
    /// Those who may do less afterwards, now or later.
    pub losses: Vec<AccessChange>,
    /// The contacts for whom nothing changes, though it does for all others.
    pub unchanged: Vec<AccessChange>,
    /// What those who lose keep further down.
    pub kept_below: Vec<KeptBelow>,
}

impl MoveEffects {
    /// Whether every gain is one of those that were shown and confirmed.
    pub fn gives_only(&self, confirmed: &[AccessChange]) -> bool {
        self.gains.iter().all(|gain| confirmed.contains(gain))
    }
}

/// What a move does to who may see what: `from` is the ancestry of what is moved, `into` that of the folder into which it
/// goes, and `below` those of what lies below it with grants of its own.
pub fn move_effects(from: &Ancestry, into: &Ancestry, below: &[Ancestry], now: Timestamp) -> MoveEffects {
    let above = from.steps.len().saturating_sub(1);
    let courses = Courses { before: from, after: &from.moved_into(above, into), instants: instants(from, into, now) };
    let mut effects = MoveEffects::default();
    let all = courses.of(Audience::AllContacts);
    let audiences: BTreeSet<Audience> =
        from.grants().chain(into.grants()).map(|(_, grant)| grant.audience).chain([Audience::AllContacts]).collect();
    let mut losing = BTreeMap::new();
    for audience in audiences {
        let course = courses.of(audience);
        let (gain, loss) = (
            course.first(audience, |before, after| after > before),
            course.first(audience, |before, after| after < before),
        );
        losing.insert(audience, loss.is_some());
        if audience != Audience::AllContacts && course == all {
            continue;
        }
        if gain.is_none() && loss.is_none() && all.changes() {
            effects.unchanged.extend(course.at_first(audience));
        }
        effects.gains.extend(gain);
        effects.losses.extend(loss);
    }
    effects.kept_below = kept_below(from, into, below, now, |audience| {
        losing.get(&audience).or(losing.get(&Audience::AllContacts)).copied().unwrap_or_default()
    });
    effects
}

/// Now, and each time at which a grant ends that has not ended yet: between two of them nothing changes.
fn instants(from: &Ancestry, into: &Ancestry, now: Timestamp) -> Vec<Timestamp> {
    let ends = from.grants().chain(into.grants()).filter_map(|(_, grant)| grant.until).filter(|until| *until > now);
    std::iter::once(now).chain(ends.collect::<BTreeSet<_>>()).collect()
}

/// What audiences may do with one node before and after it was moved.
struct Courses<'a> {
    before: &'a Ancestry,
    after: &'a Ancestry,
    instants: Vec<Timestamp>,
}

impl Courses<'_> {
    fn of(&self, audience: Audience) -> Course {
        let at = |now: &Timestamp| (*now, access(audience, self.before, *now), access(audience, self.after, *now));
        Course(self.instants.iter().map(at).collect())
    }
}

/// What one audience may do before and after, at each instant.
#[derive(PartialEq, Eq)]
struct Course(Vec<(Timestamp, Option<Access>, Option<Access>)>);

impl Course {
    /// The first instant at which it is so.
    fn first(&self, audience: Audience, is: impl Fn(Option<Access>, Option<Access>) -> bool) -> Option<AccessChange> {
        let found = self.0.iter().position(|(_, before, after)| is(*before, *after))?;
        let (at, before, after) = *self.0.get(found)?;
        Some(AccessChange { audience, before, after, since: (found > 0).then_some(at) })
    }

    fn at_first(&self, audience: Audience) -> Option<AccessChange> {
        self.first(audience, |_, _| true)
    }

    fn changes(&self) -> bool {
        self.0.iter().any(|(_, before, after)| before != after)
    }
}

/// What an audience may do: for all contacts, by what was granted to all.
fn access(audience: Audience, ancestry: &Ancestry, now: Timestamp) -> Option<Access> {
    match audience {
        Audience::Contact(contact) => effective_access(contact, ancestry, now),
        Audience::AllContacts => {
            let to_all = ancestry.grants().filter(|(_, grant)| grant.audience == audience && !grant.expired(now));
            to_all.map(|(_, grant)| grant.access).max()
        }
    }
}

fn kept_below(
    from: &Ancestry,
    into: &Ancestry,
    below: &[Ancestry],
    now: Timestamp,
    loses: impl Fn(Audience) -> bool,
) -> Vec<KeptBelow> {
    let above = from.steps.len().saturating_sub(1);
    let after = from.moved_into(above, into);
    let mut kept = Vec::new();
    for ancestry in below.iter().filter(|ancestry| !ancestry.trashed()) {
        let moved = ancestry.moved_into(above, into);
        let Some(step) = moved.node() else { continue };
        for grant in step.grants.iter().filter(|grant| !grant.expired(now) && loses(grant.audience)) {
            let there = access(grant.audience, &moved, now);
            if let Some(access) = there.filter(|_| there > access(grant.audience, &after, now)) {
                kept.push(KeptBelow { audience: grant.audience, node: step.node, name: step.name.clone(), access });
            }
        }
    }
    kept.sort_by_cached_key(|kept| (kept.audience, kept.name.folded(), kept.node));
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sharing::tests_support::{ALL, ANA, BEN, Path, at};

    const ANAS: Audience = Audience::Contact(ANA);
    const NOTHING: Option<Access> = None;
    const VIEW: Option<Access> = Some(Access::View);
    const UPLOAD: Option<Access> = Some(Access::ViewAndUpload);

    fn effects(what: &Path, into: &Path) -> MoveEffects {
        move_effects(&what.ancestry(), &into.ancestry(), &[], at(0))
    }

    fn change(audience: Audience, before: Option<Access>, after: Option<Access>) -> AccessChange {
        AccessChange { audience, before, after, since: None }
    }

    #[test]
    fn s18_those_who_see_the_other_folder_gain_what_lies_hidden_here() {
        let hidden = Path::root().folder(1).folder(2);
        let shared = Path::root().folder(3).grant(ANA, Access::View).folder(4).grant_all(Access::View);
        assert_eq!(effects(&hidden, &shared).gains, [change(ALL, NOTHING, VIEW)], "Ana is one of all");
        let uploads = shared.grant(ANA, Access::ViewAndUpload);
        let found = effects(&hidden, &uploads);
        assert_eq!(found.gains, [change(ANAS, NOTHING, UPLOAD), change(ALL, NOTHING, VIEW)]);
        assert!(found.losses.is_empty() && found.unchanged.is_empty());
        let viewed = Path::root().folder(1).grant(ANA, Access::View).folder(2);
        assert_eq!(effects(&viewed, &uploads).gains, [change(ANAS, VIEW, UPLOAD), change(ALL, NOTHING, VIEW)]);
    }

    #[test]
    fn s19_those_who_see_only_this_folder_lose_what_is_taken_out_of_it() {
        let shared = Path::root().folder(1).grant(ANA, Access::ViewAndUpload).grant_all(Access::View).folder(2);
        let found = effects(&shared, &Path::root().folder(3));
        assert_eq!(found.losses, [change(ANAS, UPLOAD, NOTHING), change(ALL, VIEW, NOTHING)]);
        assert!(found.gains.is_empty());
        let found = effects(&shared, &Path::root().folder(3).grant(ANA, Access::View));
        assert_eq!(found.losses, [change(ANAS, UPLOAD, VIEW), change(ALL, VIEW, NOTHING)]);
    }

    #[test]
    fn s20_a_direct_grant_travels_and_is_neither_lost_nor_gained() {
        let direct = Path::root().folder(1).grant_all(Access::View).folder(2).grant(ANA, Access::View);
        let found = effects(&direct, &Path::root().folder(3));
        assert_eq!(found.losses, [change(ALL, VIEW, NOTHING)]);
        assert_eq!(found.unchanged, [change(ANAS, VIEW, VIEW)], "she is not one of those who lose it");
        let found = effects(&Path::root().folder(1).folder(2).grant(ANA, Access::View), &Path::root().folder(3));
        assert_eq!(found, MoveEffects::default());
    }

    #[test]
    fn s18_access_that_lasts_longer_there_is_a_gain_when_it_would_have_ended_here() {
        let ends = Path::root().folder(1).grant_until(ANA, Access::ViewAndUpload, at(10)).folder(2);
        let stays = Path::root().folder(3).grant(ANA, Access::View);
        let found = effects(&ends, &stays);
        assert_eq!(found.gains, [AccessChange { since: Some(at(10)), ..change(ANAS, NOTHING, VIEW) }]);
        assert_eq!(found.losses, [change(ANAS, UPLOAD, VIEW)]);
        let ended = move_effects(&ends.ancestry(), &stays.ancestry(), &[], at(10));
        assert_eq!(ended.gains, [change(ANAS, NOTHING, VIEW)]);
        let sooner = Path::root().folder(3).grant_until(ANA, Access::ViewAndUpload, at(5));
        let found = effects(&ends, &sooner);
        assert!(found.gains.is_empty());
        assert_eq!(found.losses, [AccessChange { since: Some(at(5)), ..change(ANAS, UPLOAD, NOTHING) }]);
    }

    #[test]
    fn s19_whoever_keeps_something_further_down_is_not_told_to_lose_it() {
        let what = Path::root().folder(1).grant(ANA, Access::View).grant(BEN, Access::View).folder(2);
        let child = what.clone().folder(3).grant(ANA, Access::ViewAndUpload);
        let trashed = what.clone().folder(4).grant(BEN, Access::View).trashed();
        let into = Path::root().folder(5);
        let kept = |into: &Path| {
            let below = [child.ancestry(), trashed.ancestry()];
            move_effects(&what.ancestry(), &into.ancestry(), &below, at(0)).kept_below
        };
        let found = kept(&into);
        let [kept_by_ana] = &found[..] else { panic!("{found:?}") };
        let KeptBelow { audience, name, access, .. } = kept_by_ana;
        assert_eq!((*audience, name.as_str(), *access), (ANAS, "folder 3", Access::ViewAndUpload));
        assert_eq!(kept(&into.grant(ANA, Access::View)), [], "who loses nothing needs no such word");
    }

    #[test]
    fn what_was_shown_may_be_given_and_nothing_else() {
        let hidden = Path::root().folder(1).folder(2);
        let into = Path::root().folder(3).grant(ANA, Access::View);
        let shown = effects(&hidden, &into).gains;
        assert!(effects(&hidden, &into).gives_only(&shown));
        assert!(!effects(&hidden, &into).gives_only(&[]));
        assert!(effects(&hidden, &Path::root().folder(3)).gives_only(&shown), "less than was shown");
        for more in [into.clone().grant(BEN, Access::View), Path::root().folder(3).grant(ANA, Access::ViewAndUpload)] {
            assert!(!effects(&hidden, &more).gives_only(&shown));
        }
    }

    #[test]
    fn nobody_gains_below_who_gains_nothing_at_the_top() {
        let levels = [NOTHING, VIEW, UPLOAD];
        let give = |path: Path, access: Option<Access>| match access {
            Some(access) => path.grant(ANA, access),
            None => path,
        };
        for case in 0..levels.len().pow(4) {
            let [old, new, own, child] = [1, 3, 9, 27].map(|place| levels[case / place % 3]);
            let what = give(give(Path::root().folder(1), old).folder(2), own);
            let into = give(Path::root().folder(3), new);
            let gains = !effects(&what, &into).gains.is_empty();
            let below = give(what.folder(4), child).ancestry();
            let after = below.moved_into(2, &into.ancestry());
            let more = effective_access(ANA, &after, at(0)) > effective_access(ANA, &below, at(0));
            assert!(gains || !more, "{old:?} {new:?} {own:?} {child:?}");
        }
    }
}
