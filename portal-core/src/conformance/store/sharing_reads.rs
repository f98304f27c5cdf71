//! What an access decision rests on.

use super::samples::{at, document, file, folder, grant, id, place, tree, version};
use super::world::{World, create, delete, update};
use crate::change::{Version, Versioned};
use crate::files::{self, Document, Folder, FolderKind, Place, Removal};
use crate::ports::Store;
use crate::sharing::{self, Ancestry, Audience, Grant};
use crate::values::{DocumentId, FolderId, Id as _, NodeId};

const ANA: Audience = Audience::Contact(crate::values::ContactId::from_bits(1));
const BEN: Audience = Audience::Contact(crate::values::ContactId::from_bits(2));
const ALL: Audience = Audience::AllContacts;

/// Folder 2 in the root 1, folder 3 in it, and in that the document 4.
async fn nested(store: &dyn Store) -> World<'_> {
    let world = World::with_client(store).await;
    world.write([create(folder(2, 1, "2025")), create(folder(3, 2, "Tax"))]).await;
    world.write([create(document(4, 3, "w2.pdf")), create(version(4, 4))]).await;
    world
}

fn leaf() -> NodeId {
    DocumentId::from_bits(4).into()
}

fn steps(ancestry: &Ancestry) -> Vec<(NodeId, &str, bool)> {
    ancestry.steps.iter().map(|step| (step.node, step.name.as_str(), step.trashed)).collect()
}

fn grants(ancestry: &Ancestry) -> Vec<Vec<Versioned<Grant>>> {
    let sorted = |grants: &[Versioned<Grant>]| {
        let mut grants = grants.to_vec();
        grants.sort_by_key(|grant| grant.id);
        grants
    };
    ancestry.steps.iter().map(|step| sorted(&step.grants)).collect()
}

fn folder_removed(number: u128, parent: u128, name: &str, removal: Removal) -> Folder {
    Folder { id: id(number), place: Place { removal, ..place(1, Some(parent), name) }, kind: FolderKind::Ordinary }
}

/// The ancestry of a node goes from it to the root, with the names of now, the tree's version and the grants on each.
pub async fn an_ancestry_goes_up_to_the_root(store: &dyn Store) {
    let world = nested(store).await;
    let all = [
        grant(1, 1, leaf(), ANA),
        grant(2, 1, leaf(), ALL),
        grant(3, 1, FolderId::from_bits(2), BEN),
        grant(4, 1, FolderId::from_bits(3), ALL),
    ];
    for grant in &all {
        world.write([create(grant.clone()), update(u64::try_from(grant.id.as_u128()).unwrap(), tree(1))]).await;
    }
    let mut changed = all[2].clone();
    changed.until = Some(at(3));
    world.write([update(1, changed.clone())]).await;
    world.write([create(grant(9, 1, DocumentId::from_bits(9), ANA))]).await;

    let ancestry = store.ancestry(id(1), leaf()).await.unwrap().unwrap();
    assert_eq!((ancestry.client, ancestry.tree), (id(1), Version::from_u64(5)));
    let folders = [3, 2, 1].map(|number| NodeId::from(FolderId::from_bits(number)));
    let expected = [
        (leaf(), "w2.pdf", false),
        (folders[0], "Tax", false),
        (folders[1], "2025", false),
        (folders[2], "Files", false),
    ];
    assert_eq!(steps(&ancestry), expected);
    let first = |grant: &Grant| Versioned::new(Version::FIRST, grant.clone());
    let on_each = [
        vec![first(&all[0]), first(&all[1])],
        vec![first(&all[3])],
        vec![Versioned::new(Version::from_u64(2), changed)],
        vec![],
    ];
    assert_eq!(grants(&ancestry), on_each);

    let root = store.ancestry(id(1), folders[2]).await.unwrap().unwrap();
    assert!(root.is_root() && grants(&root) == [vec![]]);
    world.write([delete(sharing::Key::Grant(id(1)), 1)]).await;
    assert_eq!(grants(&store.ancestry(id(1), leaf()).await.unwrap().unwrap())[0], [first(&all[1])]);
}

/// The trash is told at the node that lies in it itself; below something purged there is nothing.
pub async fn s23_s25_an_ancestry_tells_trash_and_ends_at_what_is_purged(store: &dyn Store) {
    let world = nested(store).await;
    world.write([update(1, folder_removed(2, 1, "2025", Removal::Trashed(at(1))))]).await;
    let ancestry = store.ancestry(id(1), leaf()).await.unwrap().unwrap();
    assert_eq!(ancestry.steps.iter().map(|step| step.trashed).collect::<Vec<_>>(), [false, false, true, false]);
    world.write([update(2, folder_removed(2, 1, "2025", Removal::Purged(at(2))))]).await;
    for node in [leaf(), FolderId::from_bits(3).into(), FolderId::from_bits(2).into()] {
        assert_eq!(store.ancestry(id(1), node).await.unwrap(), None, "{node}");
    }
    assert!(store.ancestry(id(1), FolderId::from_bits(1).into()).await.unwrap().is_some());
}

/// A deep ancestry is whole and in order.
pub async fn a_deep_ancestry_is_whole(store: &dyn Store) {
    let world = World::with_client(store).await;
    let writes: Vec<_> =
        (2..=60).map(|number| create(folder(number, number - 1, &format!("level {number}")))).collect();
    world.write(writes).await;
    let ancestry = store.ancestry(id(1), FolderId::from_bits(60).into()).await.unwrap().unwrap();
    let expected: Vec<NodeId> = (1..=60).rev().map(|number| FolderId::from_bits(number).into()).collect();
    assert_eq!(ancestry.steps.iter().map(|step| step.node).collect::<Vec<_>>(), expected);
}

/// A node, grant or tree of another firm is unknown, and a folder's id is no document's.
pub async fn s08_l33_another_firms_sharing_is_unknown(store: &dyn Store) {
    let world = nested(store).await;
    world.write([create(grant(1, 1, leaf(), ALL))]).await;
    World::firm(store, 2).add_client(1).await;
    assert_eq!(store.ancestry(id(2), leaf()).await.unwrap(), None);
    assert_eq!(store.ancestry(id(2), FolderId::from_bits(2).into()).await.unwrap(), None);
    assert_eq!(store.ancestry(id(1), FolderId::from_bits(4).into()).await.unwrap(), None);
    assert_eq!(store.ancestry(id(1), DocumentId::from_bits(2).into()).await.unwrap(), None);
    assert_eq!(store.grant(id(2), id(1)).await.unwrap(), None);
    assert!(store.granted(id(2), id(1), id(1)).await.unwrap().is_empty());
    assert!(store.grants_on(id(2), leaf()).await.unwrap().is_empty());
    assert_eq!(store.tree(id(3), id(1)).await.unwrap(), None);
    assert_eq!(store.tree(id(1), id(2)).await.unwrap(), None);
}

/// Ancestries of several nodes are each what it is alone, without the grants to contacts who were not asked for; of what is
/// unknown, purged or another firm's there is none. However many are asked for.
pub async fn ancestries_tell_no_grants_but_those_asked_for(store: &dyn Store) {
    let world = nested(store).await;
    world.write([create(folder(5, 1, "Purged")), create(folder(6, 5, "In it")), create(folder(7, 2, "Beside"))]).await;
    let on = |number, folder, audience| create(grant(number, 1, FolderId::from_bits(folder), audience));
    let all = [on(1, 2, ANA), on(2, 2, BEN), on(3, 2, ALL), on(4, 7, BEN), create(grant(5, 1, leaf(), ANA))];
    world.write(all).await;
    world.write([update(1, folder_removed(5, 1, "Purged", Removal::Purged(at(1))))]).await;
    let [beside, below_purged, unknown] = [7, 6, 99].map(|number| NodeId::from(FolderId::from_bits(number)));
    let asked = [leaf(), beside, below_purged, unknown, leaf()];
    let told = async |contacts: &[u128]| {
        let contacts: Vec<_> = contacts.iter().map(|contact| id(*contact)).collect();
        let mut found = store.ancestries(id(1), &asked, &contacts).await.unwrap();
        found.sort_by_key(|ancestry| ancestry.steps[0].node);
        assert_eq!(found.iter().map(|it| it.steps[0].node).collect::<Vec<_>>(), [beside, leaf()]);
        for ancestry in &found {
            let whole = store.ancestry(id(1), ancestry.steps[0].node).await.unwrap().unwrap();
            assert_eq!((ancestry.client, ancestry.tree, steps(ancestry)), (whole.client, whole.tree, steps(&whole)));
        }
        let ids = |ancestry: &Ancestry| -> Vec<Vec<u128>> {
            grants(ancestry).iter().map(|on| on.iter().map(|grant| grant.id.as_u128()).collect()).collect()
        };
        [ids(&found[0]), ids(&found[1])]
    };
    assert_eq!(told(&[]).await, [vec![vec![], vec![3], vec![]], vec![vec![], vec![], vec![3], vec![]]]);
    assert_eq!(told(&[1]).await, [vec![vec![], vec![1, 3], vec![]], vec![vec![5], vec![], vec![1, 3], vec![]]]);
    assert_eq!(told(&[2, 2]).await, [vec![vec![4], vec![2, 3], vec![]], vec![vec![], vec![], vec![2, 3], vec![]]]);
    let many: Vec<u128> = (1..=300).collect();
    assert_eq!(told(&many).await, [vec![vec![4], vec![1, 2, 3], vec![]], vec![vec![5], vec![], vec![1, 2, 3], vec![]]]);
    assert!(store.ancestries(id(1), &[], &[id(1)]).await.unwrap().is_empty());
    assert!(store.ancestries(id(2), &asked, &[id(1)]).await.unwrap().is_empty());
}

/// What is granted to a contact is every node with a grant for them or for all, each once, expired, in the trash or not,
/// with all the grants on it; of that client alone.
pub async fn granted_tells_each_node_once(store: &dyn Store) {
    let world = nested(store).await;
    world.add_client(20).await;
    let elsewhere = Document { place: place(20, Some(20), "x.pdf"), ..document(21, 20, "x.pdf") };
    world
        .write([
            create(elsewhere),
            create(version(21, 21)),
            create(folder(5, 1, "Trash")),
            create(folder(6, 5, "In it")),
        ])
        .await;
    let mut expired = grant(3, 1, FolderId::from_bits(3), ANA);
    expired.until = Some(at(-1));
    world
        .write([
            create(grant(1, 1, leaf(), ANA)),
            create(grant(2, 1, leaf(), ALL)),
            create(expired),
            create(grant(4, 1, FolderId::from_bits(2), BEN)),
            create(grant(5, 20, DocumentId::from_bits(21), ALL)),
            create(grant(6, 1, FolderId::from_bits(6), ALL)),
        ])
        .await;
    world.write([update(1, folder_removed(5, 1, "Trash", Removal::Trashed(at(1))))]).await;

    let granted = async |client, contact| {
        let mut granted = store.granted(id(1), id(client), id(contact)).await.unwrap();
        granted.sort_by_key(|ancestry| ancestry.steps[0].node);
        granted
    };
    let ana = granted(1, 1).await;
    let nodes: Vec<NodeId> = ana.iter().map(|ancestry| ancestry.steps[0].node).collect();
    assert_eq!(nodes, [FolderId::from_bits(3).into(), FolderId::from_bits(6).into(), leaf()]);
    assert!(ana[1].trashed() && !ana[2].trashed());
    for ancestry in &ana {
        let same = store.ancestry(id(1), ancestry.steps[0].node).await.unwrap().unwrap();
        assert_eq!((steps(ancestry), grants(ancestry)), (steps(&same), grants(&same)));
        assert_eq!((ancestry.client, ancestry.tree), (same.client, same.tree));
    }
    let of = |granted: Vec<Ancestry>| granted.iter().map(|it| it.steps[0].node).collect::<Vec<_>>();
    assert_eq!(of(granted(1, 2).await), [FolderId::from_bits(2).into(), FolderId::from_bits(6).into(), leaf()]);
    assert_eq!(of(granted(20, 9).await), [DocumentId::from_bits(21).into()]);
    assert_eq!(of(granted(9, 1).await), []);
}

/// What is granted below a folder is every node there with a grant, for whomever, each once with all the grants on it, in the
/// trash or not; neither the folder itself, nor what lies beside it, nor what is purged.
pub async fn granted_below_tells_what_lies_below_and_nothing_else(store: &dyn Store) {
    let world = nested(store).await;
    world.write([create(folder(5, 2, "Trash")), create(folder(6, 5, "In it")), create(folder(7, 1, "Beside"))]).await;
    let on = |number, folder| create(grant(number, 1, FolderId::from_bits(folder), BEN));
    let all =
        [on(1, 2), on(2, 3), on(3, 6), on(4, 7), create(grant(5, 1, leaf(), ALL)), create(grant(6, 1, leaf(), ANA))];
    world.write(all).await;
    world.write([update(1, folder_removed(5, 2, "Trash", Removal::Trashed(at(1))))]).await;
    let below = async |client, folder| {
        let mut below = store.granted_below(id(1), id(client), id(folder)).await.unwrap();
        below.sort_by_key(|ancestry| ancestry.steps[0].node);
        below
    };
    let nodes = |below: &[Ancestry]| below.iter().map(|it| it.steps[0].node).collect::<Vec<_>>();
    let found = below(1, 2).await;
    assert_eq!(nodes(&found), [FolderId::from_bits(3).into(), FolderId::from_bits(6).into(), leaf()]);
    for ancestry in &found {
        let same = store.ancestry(id(1), ancestry.steps[0].node).await.unwrap().unwrap();
        assert_eq!((steps(ancestry), grants(ancestry)), (steps(&same), grants(&same)));
    }
    assert_eq!(nodes(&below(1, 3).await), [leaf()]);
    assert_eq!(nodes(&below(1, 7).await), []);
    assert_eq!(nodes(&below(9, 2).await), []);
    assert!(store.granted_below(id(2), id(1), id(2)).await.unwrap().is_empty());
    world.write([update(2, folder_removed(5, 2, "Trash", Removal::Purged(at(2))))]).await;
    assert_eq!(nodes(&below(1, 2).await), [FolderId::from_bits(3).into(), leaf()]);
}

/// What is purged, or lies below something purged, is granted to nobody; deleted grants are gone.
pub async fn s25_nothing_purged_is_granted(store: &dyn Store) {
    let world = nested(store).await;
    world.write([create(grant(1, 1, leaf(), ALL)), create(grant(2, 1, FolderId::from_bits(3), ALL))]).await;
    assert_eq!(store.granted(id(1), id(1), id(1)).await.unwrap().len(), 2);
    world.write([update(1, folder_removed(2, 1, "2025", Removal::Purged(at(1))))]).await;
    assert!(store.granted(id(1), id(1), id(1)).await.unwrap().is_empty());
    world.write([update(2, folder(2, 1, "2025")), delete(sharing::Key::Grant(id(2)), 1)]).await;
    assert_eq!(store.granted(id(1), id(1), id(1)).await.unwrap().len(), 1);
    assert_eq!(store.grant(id(1), id(2)).await.unwrap(), None);
}

/// An ancestry has the settled name of what it names.
pub async fn an_ancestry_tells_settled_names(store: &dyn Store) {
    let world = nested(store).await;
    let settled = world.write([create(folder(9, 2, "TAX"))]).await.settled;
    assert_eq!(settled, [(files::Key::Folder(id(9)).into(), file("TAX (2)"))]);
    let ancestry = store.ancestry(id(1), FolderId::from_bits(9).into()).await.unwrap().unwrap();
    assert_eq!(ancestry.steps[0].name, file("TAX (2)"));
}
