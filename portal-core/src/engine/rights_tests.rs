//! Each kind of caller may ask for what is its own, of all operations there are, and for nothing else (l31): what the handles
//! have no method for is closed to them all the same.

use crate::directory::Role;
use crate::engine::caller::{Caller, HostCaller, StaffCaller};
use crate::engine::caller::{VisitorCaller, WorkerCaller};
use crate::engine::restriction::About;
use crate::engine::signed_in::SessionCaller;
use crate::engine::{Engine, Error, Operation, Right};
use crate::event::Keyspace;
use crate::testing::World;
use crate::values::{AddressKey, MemberId};

/// Asserts that a caller is let through to the operations of these rights, and denied all others.
pub(super) async fn may_ask_only(engine: &Engine, caller: &impl Caller, rights: &[Right]) {
    let mut allowed = 0;
    for operation in Operation::ALL {
        let answer = caller.authorize(engine, *operation).await;
        let own = rights.contains(&operation.right());
        match answer {
            Ok(_) => assert!(own, "{operation:?} is open to {:?}", caller.actor()),
            Err(error) => {
                assert!(matches!(error, Error::Denied), "{operation:?} by {:?}: {error:?}", caller.actor());
                assert!(!own, "{operation:?} is closed to {:?}", caller.actor());
            }
        }
        allowed += usize::from(own);
    }
    assert!(rights.is_empty() || allowed > 0);
}

#[tokio::test]
async fn l31_the_host_asks_for_what_is_the_hosts_and_the_worker_for_its_own() {
    let world = World::new().await.unwrap();
    let engine = &world.portal.engine;
    may_ask_only(engine, &HostCaller { firm: world.firm }, &[Right::Host]).await;
    may_ask_only(engine, &WorkerCaller { keyspace: Keyspace::Firm(world.firm) }, &[Right::Worker]).await;
}

#[tokio::test]
async fn l31_staff_ask_for_what_is_staffs_and_owners_and_admins_for_what_is_theirs_too() {
    let world = World::new().await.unwrap();
    let engine = &world.portal.engine;
    let administrators = [Right::Staff, Right::StaffAtClient, Right::Administrator];
    let members = [Right::Staff, Right::StaffAtClient];
    may_ask_only(engine, &world.owner.caller, &administrators).await;
    may_ask_only(engine, &world.admin.caller, &administrators).await;
    may_ask_only(engine, &world.assigned.caller, &members).await;
    let adam = world.admin.me().await.unwrap().id;
    world.owner.team().change_role(adam, Role::Member).await.unwrap();
    may_ask_only(engine, &world.admin.caller, &members).await;
}

#[tokio::test]
async fn l31_who_left_the_team_or_is_of_another_firms_may_ask_for_nothing() {
    let world = World::new().await.unwrap();
    let engine = &world.portal.engine;
    world.owner.team().remove(world.unassigned.me().await.unwrap().id).await.unwrap();
    may_ask_only(engine, &world.unassigned.caller, &[]).await;
    let jo = world.other_owner.me().await.unwrap().id;
    may_ask_only(engine, &StaffCaller { firm: world.firm, member: jo, about: About::Firm }, &[]).await;
    may_ask_only(engine, &StaffCaller { firm: world.firm, member: MemberId::from_bits(42), about: About::Firm }, &[])
        .await;
}

#[tokio::test]
async fn l31_a_session_asks_for_what_is_of_all_who_signed_in_and_a_visitor_for_what_is_anybodys() {
    let world = World::new().await.unwrap();
    let engine = &world.portal.engine;
    let session = world.session_of(&world.ana).await.unwrap();
    may_ask_only(engine, &SessionCaller::new(session), &[Right::SignedIn]).await;
    may_ask_only(engine, &VisitorCaller { address: AddressKey::from_bits(1) }, &[Right::Visitor]).await;
}
