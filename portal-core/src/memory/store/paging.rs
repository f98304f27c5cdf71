//! Pages by position: a cursor is the last item's place in the order, so that what is written between two pages neither
//! hides nor doubles anything else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::values::{Cursor, Page, PageRequest};

/// The position after which a page begins; what is no cursor of ours begins at the start.
pub(super) fn position<K: DeserializeOwned>(request: &PageRequest) -> Option<K> {
    let bytes = URL_SAFE_NO_PAD.decode(request.cursor()?.as_str()).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// A page of `items`, which are in order and begin after the request's [`position`].
pub(super) fn page<K: Serialize, T>(request: &PageRequest, items: impl Iterator<Item = (K, T)>) -> Page<T> {
    let mut items = items.peekable();
    let (mut taken, mut last) = (Vec::new(), None);
    while taken.len() < request.limit()
        && let Some((place, item)) = items.next()
    {
        last = Some(place);
        taken.push(item);
    }
    let next = last.filter(|_| items.peek().is_some()).map(|place| cursor(&place));
    Page { items: taken, next }
}

/// A page of `items` in any order, sorted here.
pub(super) fn sorted_page<K, T>(request: &PageRequest, items: impl IntoIterator<Item = (K, T)>) -> Page<T>
where
    K: Ord + Serialize + DeserializeOwned,
{
    let after: Option<K> = position(request);
    let mut items: Vec<(K, T)> =
        items.into_iter().filter(|(place, _)| after.as_ref().is_none_or(|after| place > after)).collect();
    items.sort_by(|(one, _), (other, _)| one.cmp(other));
    page(request, items.into_iter())
}

fn cursor<K: Serialize>(place: &K) -> Cursor {
    // INVARIANT: positions are ids, names and numbers, which serialize.
    Cursor::new(URL_SAFE_NO_PAD.encode(serde_json::to_vec(place).unwrap_or_default()))
}
