//! What a commit leaves behind: links of chains, events with their notes, and what has to be told.

use portal_core::audit::{ChainKey, Link, link};
use portal_core::event::Event;
use portal_core::ports::store::{Changes, StoreError};
use portal_core::values::Digest;

use crate::rows::{actor, chain, event_topic, lane, space};
use crate::sql::{Kind, ROWS_AT_ONCE, Transaction, Value, tuples, unreadable};

/// A link and the chain that it is on, in the columns of both tables.
struct Linked {
    chain: [Value; 3],
    link: Link,
    events: Vec<usize>,
}

/// Links the chains, then appends the events and puts those that travel into the outbox.
pub(super) async fn append(transaction: &mut Transaction, changes: &Changes) -> Result<(), StoreError> {
    let linked = link_chains(transaction, changes).await?;
    let indices: Vec<usize> = (0..changes.events.len()).collect();
    for some in indices.chunks(ROWS_AT_ONCE) {
        events(transaction, changes, &linked, some).await?;
        notes(transaction, changes, some).await?;
        outbox(transaction, changes, some).await?;
    }
    Ok(())
}

/// Takes the chains' locks in their order and adds a link to each.
async fn link_chains(transaction: &mut Transaction, changes: &Changes) -> Result<Vec<Linked>, StoreError> {
    let keyspace = changes.command.keyspace;
    let columns = |key: ChainKey| {
        chain(keyspace, key).ok_or_else(|| unreadable(format_args!("{key:?} in another keyspace than its own")))
    };
    let mut all = Vec::new();
    for (key, digest, indices) in changes.chains() {
        all.push((columns(key)?, digest, indices));
    }
    let mut linked = Vec::with_capacity(all.len());
    for some in all.chunks(ROWS_AT_ONCE) {
        let heads = heads(transaction, some).await?;
        let next = some.iter().zip(heads).map(|((chain, digest, events), head)| Linked {
            chain: chain.clone(),
            link: link(head, *digest),
            events: events.clone(),
        });
        let next: Vec<Linked> = next.collect();
        store_links(transaction, &next).await?;
        linked.extend(next);
    }
    Ok(linked)
}

/// The heads of some chains, under lock: `None` for a chain that begins.
async fn heads(
    transaction: &mut Transaction,
    chains: &[([Value; 3], Digest, Vec<usize>)],
) -> Result<Vec<Option<(u64, Digest)>>, StoreError> {
    let sql = format!(
        "WITH w(place, lead_id, chain, chain_id) AS (VALUES {}) \
         SELECT w.place, t.sequence, t.head FROM w CROSS JOIN portal.chains t \
         WHERE t.lead_id = w.lead_id AND t.chain = w.chain AND t.chain_id = w.chain_id ORDER BY w.place {{lock}}",
        tuples(chains.len(), 4, 1)
    );
    let row = |(place, (chain, _, _)): (usize, &([Value; 3], Digest, Vec<usize>))| {
        [Value::limit(place)].into_iter().chain(chain.clone()).collect::<Vec<_>>()
    };
    let values: Vec<Value> = chains.iter().enumerate().flat_map(row).collect();
    let mut heads = vec![None; chains.len()];
    for row in transaction.rows(&sql, &values).await? {
        let mut fields = row.fields();
        let place = usize::try_from(fields.int()?).unwrap_or(usize::MAX);
        let head = (fields.unsigned()?, fields.digest()?);
        if let Some(slot) = heads.get_mut(place) {
            *slot = Some(head);
        }
    }
    Ok(heads)
}

async fn store_links(transaction: &mut Transaction, linked: &[Linked]) -> Result<(), StoreError> {
    if linked.is_empty() {
        return Ok(());
    }
    let links: Vec<Value> = linked
        .iter()
        .flat_map(|Linked { chain, link, .. }| {
            let columns = [Value::unsigned(link.sequence), Value::digest(link.events), Value::digest(link.head)];
            chain.clone().into_iter().chain(columns)
        })
        .collect();
    let insert = format!(
        "INSERT INTO portal.links (lead_id, chain, chain_id, sequence, events, head) VALUES {}",
        tuples(linked.len(), 6, 1)
    );
    transaction.run(&insert, &links).await?;
    let heads: Vec<Value> = linked
        .iter()
        .flat_map(|Linked { chain, link, .. }| {
            chain.clone().into_iter().chain([Value::unsigned(link.sequence), Value::digest(link.head)])
        })
        .collect();
    let upsert = format!(
        "INSERT INTO portal.chains (lead_id, chain, chain_id, sequence, head) VALUES {} \
         ON CONFLICT (lead_id, chain, chain_id) DO UPDATE SET sequence = excluded.sequence, head = excluded.head",
        tuples(linked.len(), 5, 1)
    );
    transaction.run(&upsert, &heads).await.map(drop)
}

async fn events(
    transaction: &mut Transaction,
    changes: &Changes,
    linked: &[Linked],
    indices: &[usize],
) -> Result<(), StoreError> {
    let mut values = Vec::with_capacity(indices.len() * 13);
    for (index, event) in of(changes, indices) {
        values.extend(space(changes.command.keyspace));
        values.extend([Value::id(changes.event_id(index)), Value::time(changes.at)]);
        values.extend(actor(changes.command.actor));
        let topic = Value::Int(event_topic(event.topic()));
        values.extend([Value::maybe_id(event.client()), topic, Value::text(event.payload())]);
        match linked.iter().find(|linked| linked.events.contains(&index)) {
            Some(Linked { chain, link, .. }) => {
                values.extend(chain.clone());
                values.push(Value::unsigned(link.sequence));
            }
            None => values.extend([Kind::Id, Kind::Int, Kind::Id, Kind::Int].map(Value::Null)),
        }
    }
    let sql = format!(
        "INSERT INTO portal.events (lead_id, space, event_id, at, actor, actor_id, client_id, topic, payload, \
         chain_lead_id, chain, chain_id, link_sequence) VALUES {}",
        tuples(indices.len(), 13, 1)
    );
    transaction.run(&sql, &values).await.map(drop)
}

async fn notes(transaction: &mut Transaction, changes: &Changes, indices: &[usize]) -> Result<(), StoreError> {
    let mut rows: Vec<Vec<Value>> = Vec::new();
    for (index, event) in of(changes, indices) {
        for (position, note) in event.notes().into_iter().enumerate() {
            let Some((salt, text)) = note.beside() else { continue };
            let mut row = space(changes.command.keyspace).to_vec();
            row.extend([Value::id(changes.event_id(index)), Value::limit(position)]);
            row.extend([Value::Bytes(salt.as_bytes().to_vec()), Value::text(text)]);
            rows.push(row);
        }
    }
    for some in rows.chunks(ROWS_AT_ONCE) {
        let sql = format!(
            "INSERT INTO portal.event_notes (lead_id, space, event_id, position, salt, note) VALUES {}",
            tuples(some.len(), 6, 1)
        );
        transaction.run(&sql, &some.concat()).await?;
    }
    Ok(())
}

async fn outbox(transaction: &mut Transaction, changes: &Changes, indices: &[usize]) -> Result<(), StoreError> {
    let travelling: Vec<Vec<Value>> = of(changes, indices)
        .filter_map(|(index, event)| Some((index, event.lane()?)))
        .map(|(index, waits_in)| {
            let mut row = space(changes.command.keyspace).to_vec();
            row.extend([Value::id(changes.event_id(index)), Value::Int(lane(waits_in))]);
            row
        })
        .collect();
    if travelling.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "WITH w(lead_id, space, event_id, lane) AS (VALUES {}) \
         INSERT INTO portal.outbox (lead_id, space, event_id, number, lane) \
         SELECT e.lead_id, e.space, e.event_id, e.number, w.lane FROM w CROSS JOIN portal.events e \
         WHERE e.lead_id = w.lead_id AND e.space = w.space AND e.event_id = w.event_id",
        tuples(travelling.len(), 4, 1)
    );
    transaction.run(&sql, &travelling.concat()).await.map(drop)
}

fn of<'c>(changes: &'c Changes, indices: &'c [usize]) -> impl Iterator<Item = (usize, &'c Event)> {
    indices.iter().filter_map(|index| Some((*index, changes.events.get(*index)?)))
}
