//! The authorization matrix (l31): every operation, asked for by everybody there is, about the same things.

use portal_core::event::Keyspace;
use portal_core::{ErrorKind, Operation};

use crate::deeds::Deed;
use crate::everybody::{EVERYBODY, Handle, Scene, Who};
use crate::things::{Thing, Things};
use crate::ways::{Answer, Does, ways};

/// What each is answered.
///
/// `A` allowed, `E` allowed, and about their own firm whatever they name, `D` denied, `N` not found, `R` refused by a rule,
/// `W` refused as a wrong code, which is counted, `S` signed out, `.` not expressible: their handle has no such method.
fn row(operation: Operation) -> &'static str {
    use Operation as O;
    // host · owner, admin, assigned, unassigned, left · viewer, uploader, bystander, shut out, signed out · sibling
    //   · other firm's owner, contact · visitor, asker, stranger
    match operation {
        O::AddFirm
        | O::FindFirm
        | O::ListFirms
        | O::NoteBounce
        | O::SyncDirectory
        | O::ExportForHost
        | O::RotateDataKey
        | O::RewrapDataKeys => "A ..... ..... . .. ...",

        O::ReadFirm
        | O::ListTeam
        | O::AddClient
        | O::ListClients
        | O::ListDeliveries
        | O::PreviewMail
        | O::SendTestMail
        | O::ReadFirmActivity
        | O::ListFolderTemplates
        | O::ReadOwnMail
        | O::ChooseOwnMail => ". AAAAD ..... . E. ...",
        // Owners are touched by owners alone, which is a rule, and tested with the others.
        O::ChangeMemberRole
        | O::RemoveMember
        | O::EraseContact
        | O::ExportClient
        | O::Purge
        | O::ReleaseHold
        | O::PreviewPurge => ". AADDD ..... . N. ...",
        O::ChangeFirm | O::SetLogo | O::AddMember | O::AddFolderTemplate | O::Import | O::PreviewImport => {
            ". AADDD ..... . E. ..."
        }
        O::ChangeFolderTemplate | O::RemoveFolderTemplate | O::ChooseDefaultTemplate => ". AADDD ..... . N. ...",
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
        | O::SetContactLanguage
        | O::ClearBounce
        | O::ListFolder
        | O::AddFolder
        | O::ApplyFolderTemplate
        | O::Upload
        | O::ListUploads
        | O::AddVersion
        | O::Rename
        | O::Move
        | O::PreviewMove
        | O::PlaceHold
        | O::Archive
        | O::Unarchive
        | O::ListArchive
        | O::Trash
        | O::Restore
        | O::ListTrash
        | O::ReadDocument
        | O::Download
        | O::DownloadFolder
        | O::Preview
        | O::Share
        | O::PreviewRecipients
        | O::Revoke
        | O::SetVisible
        | O::ReadSharing
        | O::Explain
        | O::ViewAsContact
        | O::ReadActivity
        | O::Resend => ". AAAAD ..... . N. ...",

        // The upload asked about is the owner's.
        O::ResumeUpload | O::GiveUpUpload => ". ANNND ..... . N. ...",

        O::ContactMe
        | O::ContactHome
        | O::ContactRoots
        | O::ContactReceipts
        | O::ContactListUploads
        | O::ContactReadMail
        | O::ContactChooseMail => ". ..... AAANS A .A ...",
        O::ContactListFolder
        | O::ContactListArchive
        | O::ContactReadDocument
        | O::ContactDownload
        | O::ContactDownloadFolder
        | O::ContactPreview => ". ..... AANNS N .N ...",
        // The upload asked about is the viewer's, to a folder that is open to all.
        O::ContactResumeUpload | O::ContactGiveUpUpload => ". ..... ANNNS N .N ...",
        // What the folder holds the firm uploaded; that ones own is withdrawn has tests of its own.
        O::ContactWithdraw => ". ..... RRNNS N .N ...",
        O::ContactUpload | O::ContactDoneUploading | O::ContactAddFolder => ". ..... RANNS N .N ...",

        O::ListPortals | O::ListSessions | O::EndOtherSessions | O::SignOut => ". ..... AAAAS A .A ...",
        // The session asked about is the viewer's.
        O::EndSession => ". ..... ANNNS N .N ...",

        O::AccessPage | O::ReadLogo | O::AskToSignIn | O::LookAtLink | O::LookAtUnsubscribe | O::Unsubscribe => {
            ". ..... ..... . .. AAA"
        }
        // Whoever was sent nothing has nothing to redeem, and what was sent to another browser is not redeemed in theirs.
        O::RedeemLink => ". ..... ..... . .. RAR",
        O::RedeemCode => ". ..... ..... . .. WAR",

        // The worker is called by whoever holds the portal; its steps by nobody but itself.
        O::RunDue => "A ..... ..... . .. ...",
        O::WorkerStep => ". ..... ..... . .. ...",
    }
}

/// The columns of the rows.
fn columns() -> impl Iterator<Item = Who> {
    let restricted = [Who::RestrictedAssigned, Who::RestrictedUnassigned];
    EVERYBODY.into_iter().filter(move |who| !restricted.contains(who))
}

fn expected(operation: Operation, who: Who) -> char {
    let column = match who {
        // Being restricted changes nothing for whoever is assigned to all that is asked about.
        Who::RestrictedAssigned => Who::Assigned,
        Who::RestrictedUnassigned => Who::Unassigned,
        who => who,
    };
    let cells: Vec<char> = row(operation).chars().filter(|cell| *cell != ' ').collect();
    assert_eq!(cells.len(), columns().count(), "{operation:?}");
    let column = columns().position(|other| other == column).unwrap();
    cells[column]
}

/// What a way that names these things is answered: to a restricted member what lies at a client that they are not assigned to
/// is nowhere (S38), whatever the operation is. A ledger that is narrowed to such a client is empty.
fn expected_of(operation: Operation, who: Who, names: &[Thing]) -> char {
    let at_the_client =
        names.iter().any(|named| !matches!(named, Thing::Firm | Thing::Member | Thing::Newcomer | Thing::Template));
    let cell = expected(operation, who);
    let hidden = who == Who::RestrictedUnassigned && at_the_client && operation != Operation::ListDeliveries;
    if hidden && cell == 'A' { 'N' } else { cell }
}

/// Whether an answer is of the kind that a cell says.
fn answers(cell: char, answer: &Answer) -> bool {
    match (cell, answer) {
        ('A' | 'E', Ok(_)) => true,
        ('D', Err(error)) => error.kind() == ErrorKind::Denied,
        ('N', Err(error)) => error.kind() == ErrorKind::NotFound,
        ('S', Err(error)) => error.kind() == ErrorKind::SignedOut,
        ('R' | 'W', Err(error)) => error.kind() == ErrorKind::Refused,
        _ => false,
    }
}

/// Whether what was done is what a cell says: what was allowed is done, by whoever asked and where they are at home, and
/// what was not is not.
fn is_done(cell: char, does: Does, deeds: &[Deed], handle: &Handle, operation: Operation, scene: &Scene) -> bool {
    let actor = handle.actor(operation.right());
    let theirs = |deed: &Deed| match deed {
        Deed::Changed { by, at } => *by == actor && (cell != 'E' || *at == Keyspace::Firm(scene.delta.firm)),
        Deed::Noted { .. } | Deed::Settled => false,
    };
    match (cell, does) {
        ('A' | 'E', Does::Reads) | ('D' | 'N' | 'R' | 'S', _) => deeds.is_empty(),
        ('A' | 'E', Does::Notes) => deeds == [Deed::Noted { by: actor }],
        ('A' | 'E', Does::Changes) | ('W', _) => !deeds.is_empty() && deeds.iter().all(theirs),
        ('A' | 'E', Does::Sends) => deeds.contains(&Deed::Settled),
        _ => false,
    }
}

/// What somebody must never be told of: ids and names.
fn secrets_from(who: Who, scene: &Scene) -> Vec<String> {
    let ids = |things: &Things, public: &[String]| -> Vec<String> {
        things.ids().into_iter().filter(|id| !public.contains(id)).collect()
    };
    let Scene { acme, bolt, delta, .. } = scene;
    // Names of the firm and its team are told to its clients, and its own to all who come to its access page.
    let firms = [acme.firm.to_string()];
    let (acmes, bolts, deltas) = (["Acme", "acme.test"], ["Bolt", "bolt.test"], ["Delta", "delta.test", "Jones"]);
    let told = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    let own = |hidden: &[String], names: &[&str]| {
        [ids(bolt, &firms), told(&bolts), ids(delta, &[]), told(&deltas), hidden.to_vec(), told(names)].concat()
    };
    let unshared = [
        acme.hidden.to_string(),
        acme.hidden_document.to_string(),
        acme.trashed.to_string(),
        acme.archived.to_string(),
    ];
    let shared = [acme.folder.to_string(), acme.document.to_string(), acme.version.to_string()];
    match who {
        // Who left and who signed out are told nothing at all.
        Who::Host | Who::Left | Who::SignedOut => Vec::new(),
        Who::Owner | Who::Admin | Who::Assigned | Who::Unassigned | Who::RestrictedAssigned => {
            [ids(delta, &[]), told(&deltas)].concat()
        }
        // The team is told of to all who are on it.
        Who::RestrictedUnassigned => {
            let team = [acme.firm.to_string(), acme.member.to_string(), acme.newcomer.to_string()];
            let templates = [acme.template.to_string(), bolt.template.to_string()];
            let team = [team.as_slice(), &templates].concat();
            [ids(acme, &team), told(&acmes), ids(bolt, &team), told(&bolts), ids(delta, &[]), told(&deltas)].concat()
        }
        Who::Viewer => own(&unshared, &["Acme drafts", "Acme draft.pdf", "Acme old", "\"Ben\"", "\"Cy\""]),
        Who::Uploader => own(&unshared, &["Acme drafts", "Acme draft.pdf", "Acme old", "\"Ana\"", "\"Cy\""]),
        Who::Bystander | Who::ShutOut => {
            own(&[unshared.as_slice(), &shared].concat(), &["Acme papers", "Acme w2", "Acme d", "\"Ana\""])
        }
        Who::Sibling => [ids(acme, &firms), told(&acmes), ids(delta, &[]), told(&deltas)].concat(),
        Who::OtherFirmsOwner | Who::OtherFirmsContact => {
            [ids(acme, &[]), told(&acmes), ids(bolt, &[]), told(&bolts), told(&["Miller", "miller.test"])].concat()
        }
        Who::Visitor | Who::Asker | Who::Stranger => {
            [ids(acme, &firms), told(&acmes), told(&["Ana", "Olivia"])].concat()
        }
    }
}

async fn enter(who: Who) -> (Scene, Handle) {
    let scene = Scene::set().await;
    let handle = scene.handle(who).await;
    (scene, handle)
}

#[tokio::test]
async fn l31_everybody_asks_for_everything_and_gets_and_does_what_the_table_says_and_no_more() {
    let (mut asked, mut told_at_home) = (0, String::new());
    let mut secrets_of_acme = Vec::new();
    for who in EVERYBODY {
        let (mut scene, mut handle) = enter(who).await;
        secrets_of_acme = scene.acme.ids();
        for operation in Operation::ALL {
            let ways = ways(&handle, *operation, &scene.acme);
            assert_eq!(expected(*operation, who) == '.', ways.is_empty(), "{operation:?} by {who:?}");
            let mut untouched = true;
            for way in ways {
                let cell = expected_of(*operation, who, way.names);
                let answer = way.call.await;
                let deeds = scene.deeds.take();
                let what = format!("{operation:?} by {who:?}: {}: {answer:?} {deeds:?}", way.name);
                assert!(answers(cell, &answer), "not {cell}: {what}");
                assert!(is_done(cell, way.does, &deeds, &handle, *operation, &scene), "not {cell}: {what}");
                if let Ok(told) = &answer {
                    let secret = secrets_from(who, &scene).into_iter().find(|secret| told.contains(secret));
                    assert_eq!(secret, None, "{what}");
                    if matches!(who, Who::Owner | Who::Viewer) {
                        told_at_home.push_str(told);
                    }
                }
                untouched &= deeds.is_empty();
                asked += 1;
            }
            if !untouched {
                (scene, handle) = enter(who).await;
            }
        }
    }
    assert!(asked > 520, "{asked} were asked for");
    for secret in secrets_of_acme.into_iter().chain(["Acme", "acme.test", "Miller"].map(str::to_owned)) {
        assert!(told_at_home.contains(&secret), "{secret} is told at home, or its absence elsewhere shows nothing");
    }
}
