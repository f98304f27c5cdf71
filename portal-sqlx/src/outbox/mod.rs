//! The outbox: claims are single statements, staging is one short transaction.

mod claim;
mod erase;
mod stage;

use std::collections::BTreeMap;

use async_trait::async_trait;
use portal_core::event::Keyspace;
use portal_core::event::Lane;
use portal_core::notifications::{Message, MessageState, NewMessage, Settlement};
use portal_core::ports::store::{
    ClaimedEvent, ClaimedMessage, Deliveries, DeliveryQuery, EventProgress, Lease, Outbox, OutboxBacklog, StoreError,
};
use portal_core::values::{ContactId, EventId, FirmId, MessageId, Page, PageRequest, Timestamp};

use crate::SqliteStore;
use crate::paging::{one_more, page_of, position};
use crate::rows::{DEAD, MESSAGE, SPEAKS_OF, WAITING, message_state, messages, space};
use crate::sql::{Database, ROWS_AT_ONCE, Value, list};

#[async_trait]
impl Deliveries for SqliteStore {
    async fn deliveries(
        &self,
        firm: FirmId,
        query: &DeliveryQuery,
        request: &PageRequest,
    ) -> Result<Page<Message>, StoreError> {
        let [before] = position(request, [Value::Int(i64::MAX)]);
        let [lead, of_firm] = space(Keyspace::Firm(firm));
        let mut values = vec![lead, of_firm, before, one_more(request)];
        let dead = if query.dead_only { format!("AND i.state = {DEAD}") } else { String::new() };
        let client = query.client.map_or("", |client| {
            values.push(Value::id(client));
            "AND i.client_id = $5"
        });
        let of_the_firm = format!("i.lead_id = $1 AND i.space = $2 AND i.number < $3 {dead} {client}");
        let page = match query.assigned_to {
            // The latest few of each client that a member looks after, however much mail there is about each.
            Some(member) => {
                values.push(Value::id(member));
                let looks_after = values.len();
                format!(
                    "SELECT o.* FROM portal.assignments s CROSS JOIN portal.messages o \
                     WHERE s.firm_id = $1 AND s.member_id = ${looks_after} AND o.lead_id = $1 AND o.space = $2 \
                     AND o.number IN (SELECT i.number FROM portal.messages i WHERE {of_the_firm} \
                         AND i.client_id = s.client_id ORDER BY i.number DESC LIMIT $4) \
                     ORDER BY o.number DESC LIMIT $4"
                )
            }
            None => {
                format!("SELECT i.* FROM portal.messages i WHERE {of_the_firm} ORDER BY i.number DESC LIMIT $4")
            }
        };
        let sql = format!(
            "WITH page AS ({page}) SELECT {MESSAGE} FROM page m {SPEAKS_OF} ORDER BY m.number DESC, v.position"
        );
        let rows = self.database.rows(&sql, &values).await?;
        let all = messages(&rows)?.into_iter().map(|(number, message)| (vec![Value::Int(number)], message));
        Ok(page_of(request, all.collect()))
    }

    async fn deliveries_to(
        &self,
        firm: FirmId,
        contact: ContactId,
        request: &PageRequest,
    ) -> Result<Page<Message>, StoreError> {
        let [before] = position(request, [Value::Int(i64::MAX)]);
        let [lead, of_firm] = space(Keyspace::Firm(firm));
        let sql = format!(
            "WITH page AS (SELECT i.* FROM portal.messages i \
                 WHERE i.lead_id = $1 AND i.space = $2 AND i.recipient_id = $3 AND i.number < $4 \
                 AND i.recipient = 0 ORDER BY i.number DESC LIMIT $5) \
             SELECT {MESSAGE} FROM page m {SPEAKS_OF} ORDER BY m.number DESC, v.position"
        );
        let values = [lead, of_firm, Value::id(contact), before, one_more(request)];
        let rows = self.database.rows(&sql, &values).await?;
        let all = messages(&rows)?.into_iter().map(|(number, message)| (vec![Value::Int(number)], message));
        Ok(page_of(request, all.collect()))
    }

    async fn delivery(&self, firm: FirmId, message: MessageId) -> Result<Option<Message>, StoreError> {
        Ok(self.deliveries_by_id(firm, &[message]).await?.pop())
    }

    async fn deliveries_by_id(&self, firm: FirmId, wanted: &[MessageId]) -> Result<Vec<Message>, StoreError> {
        let mut found = BTreeMap::new();
        for some in wanted.chunks(ROWS_AT_ONCE) {
            let sql = format!(
                "SELECT {MESSAGE} FROM portal.messages m {SPEAKS_OF} \
                 WHERE m.lead_id = $1 AND m.space = $2 AND m.message_id IN ({}) ORDER BY m.number, v.position",
                list(some.len(), 3)
            );
            let mut values = space(Keyspace::Firm(firm)).to_vec();
            values.extend(some.iter().map(|message| Value::id(*message)));
            let rows = self.database.rows(&sql, &values).await?;
            found.extend(messages(&rows)?.into_iter().map(|(_, message)| (message.id, message)));
        }
        Ok(wanted.iter().filter_map(|message| found.get(message).cloned()).collect())
    }
}

#[async_trait]
impl Outbox for SqliteStore {
    async fn claim_events(&self, lane: Lane, lease: &Lease, limit: usize) -> Result<Vec<ClaimedEvent>, StoreError> {
        let (database, lease) = (self.database.clone(), *lease);
        Database::undisturbed(async move {
            let mut transaction = database.begin().await?;
            let claimed = claim::events(&mut transaction, lane, &lease, limit).await;
            transaction.end(claimed).await
        })
        .await
    }

    async fn stage(
        &self,
        claim: &ClaimedEvent,
        messages: &[NewMessage],
        progress: &EventProgress,
    ) -> Result<bool, StoreError> {
        let (database, claim) = (self.database.clone(), claim.clone());
        let (messages, progress) = (messages.to_vec(), progress.clone());
        Database::undisturbed(async move {
            let mut transaction = database.begin().await?;
            let staged = stage::stage(&mut transaction, &claim, &messages, &progress).await;
            transaction.end(staged).await
        })
        .await
    }

    async fn claim_messages(&self, lane: Lane, lease: &Lease, limit: usize) -> Result<Vec<ClaimedMessage>, StoreError> {
        let (database, lease) = (self.database.clone(), *lease);
        Database::undisturbed(async move {
            let mut transaction = database.begin().await?;
            let claimed = claim::messages(&mut transaction, lane, &lease, limit).await;
            transaction.end(claimed).await
        })
        .await
    }

    async fn settle(
        &self,
        claim: &ClaimedMessage,
        settlement: &Settlement,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (database, claim, settlement) = (self.database.clone(), claim.clone(), settlement.clone());
        Database::undisturbed(async move {
            let mut transaction = database.begin().await?;
            let settled = claim::settle(&mut transaction, &claim, &settlement, now).await;
            transaction.end(settled).await
        })
        .await
    }

    async fn erase_messages(&self, keyspace: Keyspace, messages: &[MessageId]) -> Result<(), StoreError> {
        let (database, messages) = (self.database.clone(), messages.to_vec());
        Database::undisturbed(async move {
            let mut transaction = database.begin().await?;
            let erased = erase::messages(&mut transaction, keyspace, &messages).await;
            transaction.end(erased).await
        })
        .await
    }

    async fn erase_notes(&self, keyspace: Keyspace, events: Option<&[EventId]>) -> Result<(), StoreError> {
        let (database, events) = (self.database.clone(), events.map(<[EventId]>::to_vec));
        Database::undisturbed(async move {
            let mut transaction = database.begin().await?;
            let erased = erase::notes(&mut transaction, keyspace, events.as_deref()).await;
            transaction.end(erased).await
        })
        .await
    }

    async fn backlog(&self) -> Result<OutboxBacklog, StoreError> {
        // The messages lane by lane, so that the index of what is due answers.
        let sql = format!(
            "SELECT (SELECT count(*) FROM portal.outbox), \
             (SELECT count(*) FROM portal.messages WHERE state = {WAITING}), \
             (SELECT min(due_at) FROM portal.messages WHERE state = {WAITING} AND lane = 0), \
             (SELECT min(due_at) FROM portal.messages WHERE state = {WAITING} AND lane = 1)"
        );
        let Some(row) = self.database.row(&sql, &[]).await? else { return Ok(OutboxBacklog::default()) };
        let mut fields = row.fields();
        let (events, messages) = (fields.unsigned()?, fields.unsigned()?);
        let due = [fields.maybe_time()?, fields.maybe_time()?];
        Ok(OutboxBacklog { events, messages, next_due_at: due.into_iter().flatten().min() })
    }

    async fn messages(&self, keyspace: Keyspace, state: Option<MessageState>) -> Result<Vec<Message>, StoreError> {
        let mut values = space(keyspace).to_vec();
        let mut in_state = String::new();
        if let Some(state) = state {
            let [code, reason] = message_state(state);
            in_state.push_str("AND m.state = $3");
            values.push(code);
            if !reason.is_null() {
                in_state.push_str(" AND m.drop_reason = $4");
                values.push(reason);
            }
        }
        let sql = format!(
            "SELECT {MESSAGE} FROM portal.messages m {SPEAKS_OF} WHERE m.lead_id = $1 AND m.space = $2 {in_state} \
             ORDER BY m.number, v.position"
        );
        let rows = self.database.rows(&sql, &values).await?;
        Ok(messages(&rows)?.into_iter().map(|(_, message)| message).collect())
    }
}
