//! Things of another firm or client answer exactly as unknown ones (l33), one by one and all at once.

use portal_core::{ErrorKind, Operation};

use crate::everybody::{EVERYBODY, Handle, Scene, Who};
use crate::things::{NOWHERE, Thing, Things};
use crate::ways::{Answer, ways};

/// What one of the ways to ask for an operation answers about some things.
async fn ask(handle: &Handle, operation: Operation, way: usize, about: &Things) -> Answer {
    ways(handle, operation, about).swap_remove(way).call.await
}

/// The ways to ask for an operation that name something.
fn naming(handle: &Handle, operation: Operation) -> Vec<(usize, &'static str, &'static [Thing])> {
    let ways = ways(handle, operation, &NOWHERE);
    let named = ways.iter().enumerate().filter(|(_, way)| !way.names.is_empty());
    named.map(|(index, way)| (index, way.name, way.names)).collect()
}

#[tokio::test]
async fn l33_things_of_another_firm_or_client_answer_exactly_as_unknown_ones() {
    let scene = Scene::set().await;
    let mut compared = 0;
    for who in EVERYBODY {
        let handle = scene.handle(who).await;
        let others = match (&handle, who) {
            (Handle::Staff(..), Who::OtherFirmsOwner) => vec![scene.acme, scene.bolt],
            // What a restricted member is not assigned to is as far away as another firm's.
            (Handle::Staff(..), Who::RestrictedUnassigned) => vec![scene.acme, scene.bolt, scene.delta],
            (Handle::Staff(..), _) => vec![scene.delta],
            (Handle::Contact { .. }, Who::Sibling) => vec![scene.acme, scene.delta],
            (Handle::Contact { .. }, Who::OtherFirmsContact) => vec![scene.acme, scene.bolt],
            (Handle::Contact { .. }, _) => vec![scene.bolt, scene.delta],
            (Handle::Host(_) | Handle::Visitor(_), _) => continue,
        };
        if matches!(who, Who::Left | Who::ShutOut | Who::SignedOut) {
            continue;
        }
        // What is shared with all contacts of a client is shared with no other client's.
        let others: Vec<Things> = others.into_iter().flat_map(|other| [other, other.those_shared_with_all()]).collect();
        for operation in Operation::ALL {
            for (way, name, _) in naming(&handle, *operation) {
                let unknown = ask(&handle, *operation, way, &NOWHERE).await;
                // A list that is narrowed to a client that is none of theirs is empty, of whomever it is.
                let there = unknown.is_ok();
                assert_eq!(there, *operation == Operation::ListDeliveries, "{name} by {who:?}: {unknown:?}");
                for other in &others {
                    let theirs = ask(&handle, *operation, way, other).await;
                    assert_eq!(format!("{theirs:?}"), format!("{unknown:?}"), "{name} by {who:?}");
                    compared += 1;
                }
            }
        }
    }
    assert_eq!(scene.deeds.take(), []);
    assert!(compared > 780, "{compared} were compared");
}

#[tokio::test]
async fn l33_one_thing_of_another_among_ones_own_answers_as_an_unknown_one() {
    let scene = Scene::set().await;
    let owner = scene.handle(Who::Owner).await;
    let mut compared = 0;
    for operation in Operation::ALL {
        for (way, name, names) in naming(&owner, *operation) {
            for (thing, other) in names.iter().flat_map(|thing| [(thing, scene.bolt), (thing, scene.delta)]) {
                // The other client is the firm's own: it is found, by itself or with members, which are the firm's too.
                let of_the_firm = |named: &Thing| matches!(named, Thing::Member | Thing::Newcomer | Thing::Template);
                let own = of_the_firm(thing) || names.iter().all(|named| named == thing || of_the_firm(named));
                if other.firm == scene.acme.firm && own {
                    continue;
                }
                let unknown = ask(&owner, *operation, way, &scene.acme.with(*thing, &NOWHERE)).await;
                let theirs = ask(&owner, *operation, way, &scene.acme.with(*thing, &other)).await;
                let what = format!("{name} with another's {thing:?}: {theirs:?}");
                assert_eq!(format!("{theirs:?}"), format!("{unknown:?}"), "{what}");
                assert_eq!(scene.deeds.take(), [], "{what}");
                // What is taken away is not there in any case.
                let nothing_to_do = matches!(
                    (operation, thing),
                    (Operation::Unassign, Thing::Member)
                        | (Operation::Revoke, Thing::Contact)
                        | (Operation::ListDeliveries, Thing::Client)
                );
                match &theirs {
                    Ok(_) => assert!(nothing_to_do, "{what}"),
                    Err(error) => assert_eq!(error.kind(), ErrorKind::NotFound, "{what}"),
                }
                compared += 1;
            }
        }
    }
    assert!(compared > 140, "{compared} were compared");
}
