//! Every operation that changes something, asked for again: a key carries it out once, and an answer that was lost is found.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures_util::future::{BoxFuture, join};
use portal_core::directory::Role;
use portal_core::memory::MemoryStore;
use portal_core::ports::store::StoreError;
use portal_core::sharing::{Access, Audience, SharedHow};
use portal_core::testing::{Watch, WatchedCall, WatchedStore, World};
use portal_core::{ErrorKind, Operation};

use crate::line::{Again, again, others_first, scene, with_each};
use crate::words::{kind, lies_in};

#[tokio::test]
async fn the_same_command_twice_is_one_effect_and_one_answer() {
    with_each(|scene, _, operation| {
        Box::pin(async move {
            let first = scene.carry_out(operation, Some("key"), false).await.unwrap();
            let first = first.unwrap_or_else(|error| panic!("{operation:?} is not accepted: {error}"));
            let trace = scene.trace().await;
            let second = scene.carry_out(operation, Some("key"), false).await.unwrap();
            match again(operation) {
                Again::Same => assert_eq!(second.unwrap(), first, "{operation:?}"),
                Again::Used => assert_eq!(second.unwrap_err().kind(), ErrorKind::Refused, "{operation:?}"),
                Again::SignedOut => assert_eq!(second.unwrap_err().kind(), ErrorKind::SignedOut),
            }
            assert_eq!(scene.trace().await, trace, "{operation:?} did something the second time");
        })
    })
    .await;
}

#[tokio::test]
async fn a_key_with_other_input_is_refused() {
    with_each(|scene, _, operation| {
        Box::pin(async move {
            // What has no input has no other; what gives a secret is never repeated.
            let no_input = matches!(operation, Operation::EndOtherSessions | Operation::RotateDataKey);
            if again(operation) != Again::Same || no_input {
                return;
            }
            scene.carry_out(operation, Some("key"), false).await.unwrap().unwrap();
            let trace = scene.trace().await;
            let other = scene.carry_out(operation, Some("key"), true).await.unwrap();
            assert_eq!(other.unwrap_err().kind(), ErrorKind::CommandReused, "{operation:?}");
            assert_eq!(scene.trace().await, trace, "{operation:?}");
            let elsewhere = scene.carry_out(operation, Some("another key"), true).await.unwrap();
            elsewhere.unwrap_or_else(|error| panic!("{operation:?} is not accepted: {error}"));
        })
    })
    .await;
}

#[tokio::test]
async fn a_key_of_one_operation_is_refused_for_another() {
    let (scene, _) = scene().await;
    scene.carry_out(Operation::AddClient, Some("key"), false).await.unwrap().unwrap();
    for operation in [Operation::AddFolder, Operation::Trash, Operation::Upload, Operation::ChangeFirm] {
        let answer = scene.carry_out(operation, Some("key"), false).await.unwrap();
        assert_eq!(answer.unwrap_err().kind(), ErrorKind::CommandReused, "{operation:?}");
    }
    // Keys are the actor's own: somebody else's same key is another.
    scene.carry_out(Operation::ContactUpload, Some("key"), false).await.unwrap().unwrap();
    scene.carry_out(Operation::EndOtherSessions, Some("key"), false).await.unwrap().unwrap();
}

#[tokio::test]
async fn an_answer_that_was_lost_is_found_and_nothing_is_done_twice() {
    with_each(|scene, line, operation| {
        Box::pin(async move {
            let (untroubled, _) = crate::line::scene().await;
            untroubled.carry_out(operation, None, false).await.unwrap().unwrap();
            let expected = untroubled.trace().await;
            line.loses_answers.store(true, Ordering::SeqCst);
            let answer = scene.carry_out(operation, None, false).await.unwrap();
            let answer = answer.unwrap_or_else(|error| panic!("{operation:?}: {error}"));
            line.loses_answers.store(false, Ordering::SeqCst);
            assert_eq!(scene.trace().await, expected, "{operation:?}");
            if operation == Operation::Rename {
                assert!(answer.contains("2025 tax (2)"), "the name it got, though the answer was lost: {answer}");
            }
            if operation == Operation::Move {
                assert!(answer.contains("letter (2).pdf"), "the name it got, though the answer was lost: {answer}");
            }
            if matches!(operation, Operation::Upload | Operation::ContactUpload) {
                assert!(answer.contains("w2 (2).pdf"), "the name it got, though the answer was lost: {answer}");
            }
        })
    })
    .await;
}

#[tokio::test]
async fn what_did_not_get_through_is_tried_again() {
    with_each(|scene, line, operation| {
        Box::pin(async move {
            let (untroubled, _) = crate::line::scene().await;
            untroubled.carry_out(operation, Some("key"), false).await.unwrap().unwrap();
            line.fails_first.store(true, Ordering::SeqCst);
            let answer = scene.carry_out(operation, Some("key"), false).await.unwrap();
            answer.unwrap_or_else(|error| panic!("{operation:?}: {error}"));
            line.fails_first.store(false, Ordering::SeqCst);
            assert_eq!(scene.trace().await, untroubled.trace().await, "{operation:?}");
        })
    })
    .await;
}

#[tokio::test]
async fn one_command_from_two_sides_at_once_is_one_effect_and_one_answer() {
    with_each(|scene, _, operation| {
        Box::pin(async move {
            if again(operation) != Again::Same {
                return;
            }
            scene.carry_out(operation, Some("key"), false).await.unwrap().unwrap();
            let expected = scene.trace().await;
            // The other is so many calls of the store behind, so that the one ends between any two of its own.
            for behind in 0..10 {
                let (scene, line) = crate::line::scene().await;
                line.yields.store(true, Ordering::SeqCst);
                let one = scene.carry_out(operation, Some("key"), false);
                let other = async {
                    for _ in 0..behind {
                        others_first().await;
                    }
                    scene.carry_out(operation, Some("key"), false).await
                };
                let (one, other) = join(one, other).await;
                line.yields.store(false, Ordering::SeqCst);
                let one = one.unwrap().unwrap_or_else(|error| panic!("{operation:?}, {behind} behind: {error}"));
                let other = other.unwrap().unwrap_or_else(|error| panic!("{operation:?}, {behind} behind: {error}"));
                assert_eq!(one, other, "{operation:?}, {behind} behind");
                assert_eq!(scene.trace().await, expected, "{operation:?}, {behind} behind");
            }
        })
    })
    .await;
}

#[tokio::test]
async fn a_key_under_which_nothing_was_to_be_done_does_nothing_later_either() {
    let world = World::new().await.unwrap();
    let (assignments, mia) = (world.owner.assignments(world.acme.id), world.assigned.me().await.unwrap().id);
    assignments.assign(mia).command("key").await.unwrap();
    assignments.unassign(mia).await.unwrap();
    assignments.assign(mia).command("key").await.unwrap();
    assert!(assignments.list().await.unwrap().is_empty());
    let noah = world.unassigned.me().await.unwrap().id;
    assert_eq!(kind(assignments.assign(noah).command("key")).await, ErrorKind::CommandReused);

    let files = world.owner.files(world.acme.id);
    let share = || files.share(world.tax, Audience::AllContacts, Access::View);
    share().await.unwrap();
    let first = share().command("share").await.unwrap();
    files.revoke(world.tax, Audience::AllContacts).await.unwrap();
    assert_eq!(share().command("share").await.unwrap(), first);
    assert_eq!(first.shared.how, SharedHow::Already);
    assert!(files.sharing(world.tax).await.unwrap().own.is_empty());
}

#[tokio::test]
async fn a_command_is_refused_again_while_it_was_refused_and_carried_out_once_it_may_be() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    assert_eq!(kind(files.restore(world.tax).command("key")).await, ErrorKind::Refused);
    assert_eq!(kind(files.restore(world.tax).command("key")).await, ErrorKind::Refused);
    files.trash(world.tax).await.unwrap();
    files.restore(world.tax).command("key").await.unwrap();
    files.trash(world.tax).await.unwrap();
    files.restore(world.tax).command("key").await.unwrap();
    assert!(!lies_in(&world.owner, world.acme.id, world.acme.root).await.contains(&"2025 Tax".to_owned()));
}

#[tokio::test]
async fn whoever_leaves_by_their_own_doing_is_told_so_though_the_answer_was_lost() {
    let (scene, line) = scene().await;
    let world = &scene.world;
    let adam = world.admin.me().await.unwrap().id;
    line.loses_answers.store(true, Ordering::SeqCst);
    world.admin.team().remove(adam).await.unwrap();
    scene.carry_out(Operation::SignOut, None, false).await.unwrap().unwrap();
    line.loses_answers.store(false, Ordering::SeqCst);
    assert_eq!(kind(world.admin.team().remove(adam)).await, ErrorKind::Denied);
    assert_eq!(kind(scene.ana.me()).await, ErrorKind::SignedOut);
}

/// Does something once, right after a member was read.
struct AfterAuthority(Mutex<Option<BoxFuture<'static, ()>>>);

#[async_trait]
impl Watch for AfterAuthority {
    async fn after(&self, call: WatchedCall<'_>) -> Result<(), StoreError> {
        let meanwhile = if call.name == "member" { self.0.lock().unwrap().take() } else { None };
        if let Some(meanwhile) = meanwhile {
            meanwhile.await;
        }
        Ok(())
    }
}

#[tokio::test]
async fn nobody_gives_themselves_a_role_back_that_they_lost_meanwhile() {
    let store = Arc::new(MemoryStore::new());
    let world = World::builder().store(store.clone()).build().await.unwrap();
    let adam = world.admin.me().await.unwrap().id;
    let owner = world.owner.clone();
    let demote = Box::pin(async move { owner.team().change_role(adam, Role::Member).await.unwrap() });
    let watch = Arc::new(AfterAuthority(Mutex::new(None)));
    let (portal, ..) =
        World::builder().store(Arc::new(WatchedStore::new(store, watch.clone()))).seed(2).empty().unwrap();
    let admin = portal.staff(world.firm, adam).await.unwrap();
    *watch.0.lock().unwrap() = Some(demote);
    assert_eq!(kind(admin.team().change_role(adam, Role::Admin)).await, ErrorKind::Denied);
    assert_eq!(world.admin.me().await.unwrap().role, Role::Member);
}
