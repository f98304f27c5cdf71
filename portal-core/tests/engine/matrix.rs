//! The authorization matrix (l31): every operation, asked for by everybody there is, about the same things.

use portal_core::ports::store::ClientQuery;
use portal_core::values::PageRequest;
use portal_core::{ErrorKind, Operation};

use crate::asking::{Answer, EVERYBODY, Handle, NOWHERE, Scene, Who, ask};

/// What each is answered.
///
/// `A` allowed, `E` allowed, and about their own firm whatever they name, `D` denied, `N` not found, `R` refused by a rule,
/// `.` not expressible: their handle has no such method.
fn row(operation: Operation) -> &'static str {
    use Operation as O;
    // host · owner, admin, assigned, unassigned · viewer, uploader, bystander · sibling · other firm's owner, contact · visitor
    match operation {
        O::AddFirm | O::FindFirm | O::ListFirms => "A .... ... . .. .",

        O::ReadFirm | O::ListTeam | O::AddClient | O::ListClients | O::ListDeliveries => ". AAAA ... . E. .",
        O::ChangeFirm | O::AddMember => ". AADD ... . E. .",
        O::ChangeMemberRole | O::RemoveMember | O::Purge => ". AADD ... . N. .",
        O::ReadClient
        | O::RenameClient
        | O::ListAssigned
        | O::Assign
        | O::Unassign
        | O::ListContacts
        | O::AddContact
        | O::ChangeContact
        | O::RemoveContact
        | O::SetPortalAccess
        | O::ListFolder
        | O::AddFolder
        | O::Upload
        | O::AddVersion
        | O::Rename
        | O::Trash
        | O::Restore
        | O::ListTrash
        | O::ReadDocument
        | O::Download
        | O::Preview
        | O::Share
        | O::PreviewRecipients
        | O::Revoke
        | O::SetVisible
        | O::ReadSharing
        | O::Explain
        | O::ViewAsContact
        | O::ReadActivity
        | O::Resend => ". AAAA ... . N. .",

        O::ContactMe | O::ContactHome | O::ContactRoots | O::ContactReceipts => ". .... AAA A .A .",
        O::ContactListFolder | O::ContactReadDocument | O::ContactDownload | O::ContactPreview => ". .... AAN N .N .",
        O::ContactUpload => ". .... RAN N .N .",

        O::ListPortals | O::ListSessions | O::EndOtherSessions | O::SignOut => ". .... AAA A .A .",
        // The session asked about is the viewer's.
        O::EndSession => ". .... ANN N .N .",

        O::AccessPage | O::AskToSignIn | O::LookAtLink => ". .... ... . .. A",
        // Whoever was sent nothing has nothing to redeem.
        O::RedeemLink | O::RedeemCode => ". .... ... . .. R",

        // The worker is called by whoever holds the portal; its steps by nobody but itself.
        O::RunDue => "A .... ... . .. .",
        O::WorkerStep => ". .... ... . .. .",
    }
}

fn expected(operation: Operation, who: Who) -> char {
    let cells: Vec<char> = row(operation).chars().filter(|cell| *cell != ' ').collect();
    assert_eq!(cells.len(), EVERYBODY.len(), "{operation:?}");
    let column = EVERYBODY.iter().position(|other| *other == who).unwrap();
    cells[column]
}

fn cell(answer: &Answer, expected: char) -> char {
    match answer {
        None => '.',
        // Which of the two it is, is told by what was done elsewhere: see below.
        Some(Ok(_)) if expected == 'E' => 'E',
        Some(Ok(_)) => 'A',
        Some(Err(error)) => match error.kind() {
            ErrorKind::Denied => 'D',
            ErrorKind::NotFound => 'N',
            ErrorKind::Refused => 'R',
            other => panic!("{other:?}"),
        },
    }
}

/// Everything that staff of the firm can read of it: unchanged, unless somebody was allowed to change it.
async fn state(scene: &Scene) -> String {
    let world = &scene.world;
    let (owner, all) = (&world.owner, PageRequest::first(500));
    let mut told = format!("{:?}{:?}", owner.firm().await, owner.team().list(&all).await);
    for client in owner.clients().list(&ClientQuery::default(), &all).await.unwrap().items {
        let id = client.client.id;
        told += &format!("{client:?}{:?}", owner.activity(id, &all).await.unwrap().items.len());
        told += &format!("{:?}", owner.contacts(id).list(&all).await.unwrap().items.len());
    }
    told
}

#[tokio::test]
async fn l31_everybody_asks_for_everything_and_gets_what_the_table_says() {
    let mut asked = 0;
    let untouched = Scene::set().await;
    for who in EVERYBODY {
        let cannot = untouched.handle(who).await;
        for operation in Operation::ALL {
            let expected = expected(*operation, who);
            if expected == '.' {
                let answer = ask(&cannot, *operation, &untouched.acme).await;
                assert!(answer.is_none(), "{operation:?} by {who:?} is expressible: {answer:?}");
                continue;
            }
            let scene = Scene::set().await;
            let handle = scene.handle(who).await;
            let before = state(&scene).await;
            let answer = ask(&handle, *operation, &scene.acme).await;
            assert_eq!(cell(&answer, expected), expected, "{operation:?} by {who:?}: {answer:?}");
            if expected != 'A' {
                assert_eq!(state(&scene).await, before, "{operation:?} by {who:?} changed something");
            }
            asked += 1;
        }
    }
    assert!(asked > 250, "{asked} were asked for");
}

#[tokio::test]
async fn l33_things_of_another_firm_or_client_answer_exactly_as_unknown_ones() {
    let scene = Scene::set().await;
    let mut compared = 0;
    for who in EVERYBODY {
        let handle = scene.handle(who).await;
        let others = match &handle {
            Handle::Staff(_) if who == Who::OtherFirmsOwner => vec![scene.acme, scene.bolt],
            Handle::Staff(_) => vec![scene.delta],
            Handle::Contact(..) if who == Who::Sibling => vec![scene.acme, scene.delta],
            Handle::Contact(..) if who == Who::OtherFirmsContact => vec![scene.acme, scene.bolt],
            Handle::Contact(..) => vec![scene.bolt, scene.delta],
            Handle::Host(_) | Handle::Visitor(_) => continue,
        };
        for operation in Operation::ALL.iter().filter(|operation| is_about_something(**operation)) {
            for other in &others {
                let unknown = ask(&handle, *operation, &NOWHERE).await;
                let Some((unknown, theirs)) = unknown.zip(ask(&handle, *operation, other).await) else { continue };
                assert_eq!(format!("{theirs:?}"), format!("{unknown:?}"), "{operation:?} by {who:?}");
                assert!(unknown.is_err(), "{operation:?} by {who:?}: {unknown:?}");
                compared += 1;
            }
        }
    }
    assert!(compared > 200, "{compared} were compared");
}

#[tokio::test]
async fn l33_a_client_of_ones_own_with_things_of_another_answers_as_with_unknown_ones() {
    let scene = Scene::set().await;
    let owner = scene.handle(Who::Owner).await;
    let mut compared = 0;
    for operation in Operation::ALL.iter().filter(|operation| is_about_something(**operation)) {
        for other in [scene.bolt, scene.delta] {
            // Acme's own id, and ids of things that lie elsewhere.
            let mixed = other.at(&scene.acme);
            let nowhere = NOWHERE.at(&scene.acme);
            let of_the_client_alone = [
                Operation::ReadClient,
                Operation::RenameClient,
                Operation::ListAssigned,
                Operation::ListContacts,
                Operation::AddContact,
                Operation::ListTrash,
                Operation::ReadActivity,
            ];
            // Members, contacts to view as, and messages are the firm's: no client has to be named with them.
            let of_the_firm = [
                Operation::Assign,
                Operation::Unassign,
                Operation::ViewAsContact,
                Operation::Resend,
                Operation::ChangeMemberRole,
                Operation::RemoveMember,
            ];
            let own = other.firm == scene.acme.firm && of_the_firm.contains(operation);
            if own || of_the_client_alone.contains(operation) {
                continue;
            }
            let (theirs, unknown) = (ask(&owner, *operation, &mixed).await, ask(&owner, *operation, &nowhere).await);
            let Some((theirs, unknown)) = theirs.zip(unknown) else { continue };
            assert_eq!(format!("{theirs:?}"), format!("{unknown:?}"), "{operation:?}");
            compared += 1;
        }
    }
    assert!(compared > 40, "{compared} were compared");
}

/// Whether an operation names something that may be another's.
fn is_about_something(operation: Operation) -> bool {
    let own = [
        Operation::ReadFirm,
        Operation::ListTeam,
        Operation::AddClient,
        Operation::ListClients,
        Operation::ListDeliveries,
        Operation::ChangeFirm,
        Operation::AddMember,
        Operation::ContactMe,
        Operation::ContactHome,
        Operation::ContactRoots,
        Operation::ContactReceipts,
        Operation::ListPortals,
        Operation::ListSessions,
        Operation::EndOtherSessions,
        Operation::SignOut,
    ];
    !own.contains(&operation)
}
