//! Reads of what happened.

use std::collections::BTreeMap;

use async_trait::async_trait;
use portal_core::audit::{ChainKey, Link};
use portal_core::change::Version;
use portal_core::event::{Happened, Keyspace};
use portal_core::ports::store::{AuditReads, StoreError};
use portal_core::record::Key;
use portal_core::values::{ClientId, EventId, FirmId, Page, PageRequest};

use crate::SqliteStore;
use crate::paging::{one_more, page_of, position};
use crate::rows::{EVENT, NOTES, chain, happened, row_key, space};
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
