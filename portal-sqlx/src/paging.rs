//! Pages by position: a cursor is the last item's place in its list's order, so that what is written between two pages
//! neither hides nor doubles anything else.

use portal_core::ports::store::StoreError;
use portal_core::values::{Cursor, Page, PageRequest};

use crate::sql::{Row, Value};

/// The position after which a page begins: the cursor's, if it is one of the same kind as `start`, or else `start`.
pub(crate) fn position<const N: usize>(request: &PageRequest, start: [Value; N]) -> [Value; N] {
    reached(request, &start).unwrap_or(start)
}

/// The position that the cursor tells, if it is one of the same kind as `like`; for lists whose start no value stands for.
pub(crate) fn reached<const N: usize>(request: &PageRequest, like: &[Value; N]) -> Option<[Value; N]> {
    let parts: Option<Vec<Value>> = request.cursor()?.as_str().split('.').map(read).collect();
    let same_kinds = |found: &[Value; N]| {
        found.iter().zip(like).all(|(one, other)| std::mem::discriminant(one) == std::mem::discriminant(other))
    };
    <[Value; N]>::try_from(parts?).ok().filter(same_kinds)
}

/// How many rows to ask for: one more than wanted says whether there are more.
pub(crate) fn one_more(request: &PageRequest) -> Value {
    Value::limit(request.limit() + 1)
}

/// A page of what [`one_more`] brought: each row gives its position and what it holds.
pub(crate) fn page<T>(
    request: &PageRequest,
    rows: &[Row],
    mut read: impl FnMut(&Row) -> Result<(Vec<Value>, T), StoreError>,
) -> Result<Page<T>, StoreError> {
    let items = rows.iter().map(&mut read).collect::<Result<Vec<_>, _>>()?;
    Ok(page_of(request, items))
}

/// The same of items that took more than a row each.
pub(crate) fn page_of<T>(request: &PageRequest, mut items: Vec<(Vec<Value>, T)>) -> Page<T> {
    let more = items.len() > request.limit();
    items.truncate(request.limit());
    let next = items.last().filter(|_| more).map(|(position, _)| write(position));
    Page { items: items.into_iter().map(|(_, item)| item).collect(), next }
}

fn write(position: &[Value]) -> Cursor {
    let parts: Vec<String> = position
        .iter()
        .map(|value| match value {
            Value::Id(id) => format!("u{}", id.simple()),
            Value::Int(number) => format!("i{number}"),
            Value::Text(text) => text.bytes().fold(String::from("t"), |written, byte| written + &format!("{byte:02x}")),
            // INVARIANT: no list is ordered by bytes or by what may be missing.
            Value::Bytes(_) | Value::Null(_) => String::new(),
        })
        .collect();
    Cursor::new(parts.join("."))
}

fn read(part: &str) -> Option<Value> {
    let (kind, rest) = part.split_at_checked(1)?;
    match kind {
        "u" => uuid::Uuid::try_parse(rest).ok().map(Value::Id),
        "i" => rest.parse().ok().map(Value::Int),
        "t" => {
            let byte = |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
            let bytes: Option<Vec<u8>> = rest.as_bytes().chunks(2).map(byte).collect();
            String::from_utf8(bytes?).ok().map(Value::Text)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> [Value; 3] {
        [Value::text(""), Value::Int(i64::MIN), Value::bits(0)]
    }

    #[test]
    fn a_cursor_reads_back_what_it_wrote() {
        let place = [Value::text("Größe. 1"), Value::Int(-5), Value::bits(9)];
        let request = PageRequest::default().after(Some(write(&place)));
        assert_eq!(position(&request, start()), place);
    }

    #[test]
    fn what_is_no_cursor_of_this_list_begins_at_the_start() {
        for text in ["", "x", "t", "i1.i2.i3", "tzz.i1.u0", "t61.i1", "é", "t6.i1.u00000000000000000000000000000000.i1"]
        {
            let request = PageRequest::default().after(Some(Cursor::new(text)));
            assert_eq!(position(&request, start()), start(), "{text}");
        }
    }
}
