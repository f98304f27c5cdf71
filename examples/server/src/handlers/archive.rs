//! What is archived of what is shared with a contact.

use portal_core::values::FolderId;

use super::contact::{crumb, seen, sort};
use super::{Asked, Ids, Paging};
use crate::views::contact::MyArchivePage;
use crate::views::{Crumb, ListPlace, paths};
use crate::web::actors::AsContact;
use crate::web::pages::{Answer, page};

/// `GET /p/{firm}/{contact}/archive`: what is archived, at the top.
pub(crate) async fn roots(me: AsContact) -> Answer {
    let mut entries = me.contact.files().archived_roots().await?;
    sort(&mut entries, portal_core::values::ListOrder::Name);
    let below = me.contact.files().archived_below().await?;
    page(&MyArchivePage {
        frame: me.frame().await?,
        crumbs: Vec::new(),
        below: below.into_iter().map(|entry| seen(&me, entry)).collect(),
        rows: entries.into_iter().map(|entry| seen(&me, entry)).collect(),
        place: ListPlace::at(paths::my_archive(&me.address, me.me.contact.id)),
    })
}

/// `GET /p/{firm}/{contact}/files/{node}/archive`: what is archived in a folder.
pub(crate) async fn folder(me: AsContact, ids: Ids, Asked(paging): Asked<Paging>) -> Answer {
    let folder: FolderId = ids.of("node")?;
    let found = me.contact.files().archived_in(folder, &paging.request()).await?;
    let mut crumbs: Vec<Crumb> = found.path.into_iter().map(crumb).collect();
    crumbs.push(Crumb { folder: found.folder, name: found.name });
    let path = paths::my_archive_in(&me.address, me.me.contact.id, folder);
    page(&MyArchivePage {
        frame: me.frame().await?,
        crumbs,
        below: Vec::new(),
        rows: found.entries.items.into_iter().map(|entry| seen(&me, entry)).collect(),
        place: paging.place(path, found.entries.next),
    })
}
