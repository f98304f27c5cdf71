//! Reads of what happened.

use std::collections::BTreeMap;

use async_trait::async_trait;
use portal_core::audit::{ChainKey, Link};
use portal_core::change::Version;
use portal_core::event::{Happened, Keyspace};
use portal_core::ports::store::{ActivityOnly, ActivityQuery, AuditReads, StoreError};
use portal_core::record::Key;
use portal_core::values::{ClientId, EventId, FirmId, Page, PageRequest, Timestamp};

use crate::SqliteStore;
use crate::paging::{one_more, page_of, position};
use crate::rows::{EVENT, NOTES, actor, chain, event_topic, happened, row_key, space};
use crate::sql::{ROWS_AT_ONCE, Value, list};

#[async_trait]
impl AuditReads for SqliteStore {
    async fn activity(
        &self,
        firm: FirmId,
        client: ClientId,
        request: &PageRequest,
    ) -> Result<Page<Happened>, StoreError> {
        self.latest(firm, Some(client), request).await
    }

    async fn firm_activity(&self, firm: FirmId, request: &PageRequest) -> Result<Page<Happened>, StoreError> {
        self.latest(firm, None, request).await
    }

    async fn found_activity(
        &self,
        firm: FirmId,
        client: Option<ClientId>,
        query: &ActivityQuery,
        request: &PageRequest,
    ) -> Result<Page<Happened>, StoreError> {
        let mut fits = Fits::at(firm, client);
        // Where times are asked for, what lies between them is gone through, and nothing else is a way to it.
        let by_time = if query.between.is_some() { "+" } else { "" };
        match query.only {
            None => {}
            Some(ActivityOnly::Topic(topic)) => {
                fits.and(&format!("{by_time}i.topic ="), Value::Int(event_topic(topic)))
            }
            Some(ActivityOnly::By(by)) => {
                let [kind, id] = actor(by);
                fits.and(&format!("{by_time}i.actor ="), kind);
                match id {
                    Value::Null(_) => fits.conditions.push("i.actor_id IS NULL".to_owned()),
                    id => fits.and("i.actor_id =", id),
                }
            }
        }
        let order = match query.between {
            None => {
                let [before] = position(request, [Value::Int(i64::MAX)]);
                fits.and("i.number <", before);
                "{}.number DESC"
            }
            Some((from, until)) => {
                let [at, number] = position(request, [Value::Int(i64::MAX), Value::Int(i64::MAX)]);
                fits.and("i.at >=", Value::time(from));
                fits.and("i.at <", Value::time(until));
                fits.values.extend([at, number]);
                let last = fits.values.len();
                fits.conditions.push(format!("(i.at, i.number) < (${}, ${last})", last - 1));
                "{}.at DESC, {}.number DESC"
            }
        };
        fits.values.push(one_more(request));
        let sql = format!(
            "WITH page AS (SELECT i.* FROM portal.events i WHERE {} ORDER BY {} LIMIT ${})              SELECT {EVENT} FROM page e {NOTES} ORDER BY {}, n.position",
            fits.conditions.join(" AND "),
            order.replace("{}", "i"),
            fits.values.len(),
            order.replace("{}", "e"),
        );
        let rows = self.database.rows(&sql, &fits.values).await?;
        let place = |number: i64, at: Timestamp| match query.between {
            None => vec![Value::Int(number)],
            Some(_) => vec![Value::time(at), Value::Int(number)],
        };
        let all = happened(&rows)?.into_iter().map(|(number, happened)| (place(number, happened.at), happened));
        Ok(page_of(request, all.collect()))
    }

    async fn events(&self, keyspace: Keyspace, events: &[EventId]) -> Result<Vec<Happened>, StoreError> {
        let mut found = BTreeMap::new();
        for some in events.chunks(ROWS_AT_ONCE) {
            let sql = format!(
                "SELECT {EVENT} FROM portal.events e {NOTES} WHERE e.lead_id = $1 AND e.space = $2 \
                 AND e.event_id IN ({}) ORDER BY e.number, n.position",
                list(some.len(), 3)
            );
            let mut values = space(keyspace).to_vec();
            values.extend(some.iter().map(|id| Value::id(*id)));
            let rows = self.database.rows(&sql, &values).await?;
            found.extend(happened(&rows)?.into_iter().map(|(_, happened)| (happened.id, happened)));
        }
        Ok(events.iter().filter_map(|id| found.get(id).cloned()).collect())
    }

    async fn links(
        &self,
        keyspace: Keyspace,
        wanted: ChainKey,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(Link, Vec<String>)>, StoreError> {
        let Some(key) = chain(keyspace, wanted) else { return Ok(Vec::new()) };
        let sql = "WITH page AS (SELECT * FROM portal.links \
                 WHERE lead_id = $1 AND chain = $2 AND chain_id = $3 AND sequence > $4 ORDER BY sequence LIMIT $5) \
             SELECT l.sequence, l.events, l.head, e.payload FROM page l LEFT JOIN portal.events e \
             ON e.chain_lead_id = l.lead_id AND e.chain = l.chain AND e.chain_id = l.chain_id \
             AND e.link_sequence = l.sequence ORDER BY l.sequence, e.number";
        let mut values = key.to_vec();
        values.extend([Value::unsigned(after), Value::limit(limit)]);
        let mut links: Vec<(Link, Vec<String>)> = Vec::new();
        for row in self.database.rows(sql, &values).await? {
            let mut fields = row.fields();
            let link = Link { sequence: fields.unsigned()?, events: fields.digest()?, head: fields.digest()? };
            if links.last().is_none_or(|(last, _)| last.sequence != link.sequence) {
                links.push((link, Vec::new()));
            }
            if let (Some(payload), Some((_, payloads))) = (fields.maybe_text()?, links.last_mut()) {
                payloads.push(payload.to_owned());
            }
        }
        Ok(links)
    }

    async fn version_of(&self, keyspace: Keyspace, key: Key) -> Result<Option<Version>, StoreError> {
        // A key outside its keyspace names nothing there.
        let Ok((table, values)) = row_key(keyspace, key) else { return Ok(None) };
        let of_key: Vec<String> =
            table.key.iter().zip(1..).map(|(column, number)| format!("{column} = ${number}")).collect();
        let sql = format!("SELECT version FROM {} WHERE {}", table.name, of_key.join(" AND "));
        self.database.row(&sql, &values).await?.map(|row| row.fields().version()).transpose()
    }
}

/// What rows have to fit.
struct Fits {
    conditions: Vec<String>,
    values: Vec<Value>,
}

impl Fits {
    /// What happened at a client, or at a firm and at none of its clients.
    fn at(firm: FirmId, client: Option<ClientId>) -> Self {
        let mut fits = Self { conditions: Vec::new(), values: Vec::new() };
        let [lead, of_firm] = space(Keyspace::Firm(firm));
        fits.and("i.lead_id =", lead);
        fits.and("i.space =", of_firm);
        match client {
            Some(client) => fits.and("i.client_id =", Value::id(client)),
            None => fits.conditions.push("i.client_id IS NULL".to_owned()),
        }
        fits
    }

    fn and(&mut self, condition: &str, value: Value) {
        self.values.push(value);
        self.conditions.push(format!("{condition} ${}", self.values.len()));
    }
}

impl SqliteStore {
    /// A page of what happened at a client, or at none, the latest first.
    async fn latest(
        &self,
        firm: FirmId,
        client: Option<ClientId>,
        request: &PageRequest,
    ) -> Result<Page<Happened>, StoreError> {
        let [before] = position(request, [Value::Int(i64::MAX)]);
        let [lead, of_firm] = space(Keyspace::Firm(firm));
        let at = if client.is_some() { "i.client_id = $5" } else { "i.client_id IS NULL" };
        let sql = format!(
            "WITH page AS (SELECT i.* FROM portal.events i \
                 WHERE i.lead_id = $1 AND i.space = $2 AND i.number < $3 AND {at} \
                 ORDER BY i.number DESC LIMIT $4) \
             SELECT {EVENT} FROM page e {NOTES} ORDER BY e.number DESC, n.position"
        );
        let mut values = vec![lead, of_firm, before, one_more(request)];
        values.extend(client.map(Value::id));
        let rows = self.database.rows(&sql, &values).await?;
        let all = happened(&rows)?.into_iter().map(|(number, happened)| (vec![Value::Int(number)], happened));
        Ok(page_of(request, all.collect()))
    }
}

#[cfg(test)]
mod tests {
    use portal_core::conformance::store::notes_lie_beside_events;
    use portal_core::event::Event;

    use super::*;
    use crate::sql::render;

    const MIGRATION: &str = include_str!("../migrations/0020_activity_topics.sql");

    /// What each event is about, as its row says it and as the event itself does.
    async fn topics(store: &SqliteStore) -> Vec<(String, i64, i64)> {
        let rows = store.database.rows("SELECT payload, topic FROM portal.events ORDER BY number", &[]).await.unwrap();
        let topic = |row: &crate::sql::Row| {
            let mut fields = row.fields();
            let payload = fields.text().unwrap().to_owned();
            let event = Event::from_payload(&payload).unwrap();
            (payload, fields.int().unwrap(), event_topic(event.topic()))
        };
        rows.iter().map(topic).collect()
    }

    #[tokio::test]
    async fn events_from_before_there_were_topics_are_about_what_they_would_be_about_now() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("portal.db")).await.unwrap();
        store.migrate().await.unwrap();
        // It commits an event of each kind.
        notes_lie_beside_events(&store).await;
        let written = topics(&store).await;
        assert!(written.len() > 30, "{}", written.len());
        let update = render(MIGRATION).text;
        let update = update.split(';').find(|statement| statement.contains("UPDATE")).unwrap().to_owned();
        let mut transaction = store.database.begin().await.unwrap();
        for sql in ["UPDATE portal_events SET topic = NULL".to_owned(), update] {
            let sql = sqlx::AssertSqlSafe(sql);
            sqlx::raw_sql(sql).execute(transaction.connection().unwrap()).await.unwrap();
        }
        transaction.end(Ok::<_, StoreError>(())).await.unwrap();
        let found = topics(&store).await;
        for (payload, topic, wanted) in &found {
            assert_eq!(topic, wanted, "{payload}");
        }
        assert_eq!(found, written);
    }
}
