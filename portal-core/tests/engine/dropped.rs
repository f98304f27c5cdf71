//! Every operation that changes something, dropped at every point where it waits: nothing is half done, nothing is left
//! over, and the same command asked for again does what is still to be done and no more.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use portal_core::Operation;
use portal_core::sharing::{Access, Audience};

use crate::line::{Again, again, scene, with_each};
use crate::scene::Scene;
use crate::words::{called, only_versions_are_left, upload};

/// Polls a future so often and drops it then; whether it was ready by then.
fn polled<F: Future>(future: F, times: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    (0..times).find_map(|_| match future.as_mut().poll(&mut context) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    })
}

#[tokio::test]
async fn every_operation_dropped_anywhere_is_done_or_not_done_and_can_be_asked_for_again() {
    with_each(|scene, _, operation| {
        Box::pin(async move {
            let before = scene.trace().await;
            scene.carry_out(operation, Some("key"), false).await.unwrap().unwrap();
            let after = scene.trace().await;
            assert_ne!(before, after, "{operation:?} leaves a trace");
            let mut drops = 0;
            while drop_and_ask_again(operation, drops + 1, &before, &after).await {
                drops += 1;
            }
            assert!(drops >= 4, "{operation:?} was dropped at {drops} points");
        })
    })
    .await;
}

/// Whether there was something to drop after so many polls.
async fn drop_and_ask_again(
    operation: Operation,
    polls: usize,
    before: &crate::scene::Trace,
    after: &crate::scene::Trace,
) -> bool {
    let (scene, line) = scene().await;
    line.yields.store(true, Ordering::SeqCst);
    let ready = polled(scene.carry_out(operation, Some("key"), false), polls);
    line.yields.store(false, Ordering::SeqCst);
    if ready.is_some() {
        return false;
    }
    let trace = scene.trace().await;
    assert!(trace == *before || trace == *after, "{operation:?} is half done after {polls} polls: {trace:?}");
    let done = trace == *after;
    let answer = scene.carry_out(operation, Some("key"), false).await.unwrap();
    match (again(operation), done) {
        (Again::Used | Again::SignedOut, true) => assert!(answer.is_err()),
        _ => drop(answer.unwrap_or_else(|error| panic!("{operation:?} again after {polls} polls: {error}"))),
    }
    assert_eq!(scene.trace().await, *after, "{operation:?} again after {polls} polls");
    only_versions_are_left(&scene.world).await;
    true
}

/// Something of every kind for the worker to do.
async fn busy(scene: &Scene) {
    let world = &scene.world;
    let files = world.owner.files(world.acme.id);
    files.share(world.internal, Audience::AllContacts, Access::View).notify().await.unwrap();
    files.upload(world.tax, called("1099.pdf"), "bytes").await.unwrap();
    upload(&scene.ana, world.tax, "k1.pdf").await.unwrap();
    scene.carry_out(Operation::AskToSignIn, None, false).await.unwrap().unwrap();
    scene.carry_out(Operation::AddContact, None, false).await.unwrap().unwrap();
    scene.carry_out(Operation::Purge, None, false).await.unwrap().unwrap();
    world.clock.advance(Duration::from_secs(3600));
}

/// How often each mailbox got a mail with each subject; the mails are those that a mailbox shows.
fn mails(scene: &Scene) -> BTreeMap<(String, String), usize> {
    let mut counted = BTreeMap::new();
    for mail in scene.world.mailer.delivered() {
        *counted.entry((mail.to.to_string(), mail.subject)).or_default() += 1;
    }
    counted
}

#[tokio::test]
async fn n04_the_worker_dropped_anywhere_tells_everybody_once() {
    let (scene, _) = scene().await;
    busy(&scene).await;
    scene.world.let_pass(Duration::from_secs(3600)).await.unwrap();
    let expected = mails(&scene);
    assert!(expected.len() > 4, "{expected:?}");
    let mut polls = 1;
    loop {
        let (scene, line) = crate::line::scene().await;
        busy(&scene).await;
        line.yields.store(true, Ordering::SeqCst);
        let ready = polled(scene.world.portal.worker().run_due(), polls);
        line.yields.store(false, Ordering::SeqCst);
        // Leases of the one that was dropped end first.
        scene.world.clock.advance(Duration::from_secs(121));
        scene.world.let_pass(Duration::from_secs(3600)).await.unwrap();
        assert_eq!(mails(&scene), expected, "dropped after {polls} polls");
        only_versions_are_left(&scene.world).await;
        if ready.is_some() {
            break;
        }
        polls += 1;
    }
    assert!(polls > 50, "{polls} points to drop it at");
}
