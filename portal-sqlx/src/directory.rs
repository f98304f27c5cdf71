//! Reads of the directory.

use std::collections::BTreeSet;

use async_trait::async_trait;
use portal_core::change::Versioned;
use portal_core::directory::{
    Addressee, Assignment, Client, Contact, DataKey, Firm, FolderTemplate, Mailing, Member, PortalAccess,
};
use portal_core::ports::store::{ClientQuery, ClientRow, ContactRead, DirectoryReads, StoreError};
use portal_core::values::{
    Actor, ClientId, ClientRef, ContactRef, EmailAddress, ExternalId, FirmId, FolderTemplateId, ListOrder, MemberId,
    MemberRef, Page, PageRequest,
};

use crate::SqliteStore;
use crate::paging::{one_more, page, page_of, position, reached};
use crate::rows::{Stored, actor, addressee, contact_read, read_actor};
use crate::sql::{ROWS_AT_ONCE, Row, Value, list, tuples};

/// The columns of a contact `c` and of their access `a`, and how the two are joined.
fn contact_and_access() -> String {
    format!(
        "SELECT {}, {} FROM portal.contacts c LEFT JOIN portal.portal_access a \
         ON a.firm_id = c.firm_id AND a.contact_id = c.contact_id",
        Contact::TABLE.select("c"),
        PortalAccess::TABLE.select("a"),
    )
}

fn read_contact(row: &Row) -> Result<ContactRead, StoreError> {
    contact_read(&mut row.fields())
}

/// An import asks for each of its rows by its id and by what is kept of one that was erased.
const IDS_AT_ONCE: usize = 2 * ROWS_AT_ONCE;

impl SqliteStore {
    /// What `select` selects of a row `c`, of those with these external ids.
    async fn by_external_ids(&self, select: &str, firm: FirmId, ids: &[ExternalId]) -> Result<Vec<Row>, StoreError> {
        let ids: Vec<&ExternalId> = BTreeSet::from_iter(ids).into_iter().collect();
        let mut rows = Vec::with_capacity(ids.len());
        for some in ids.chunks(IDS_AT_ONCE) {
            let sql = format!("{select} WHERE c.firm_id = $1 AND c.external_id IN ({})", list(some.len(), 2));
            let mut values = vec![Value::id(firm)];
            values.extend(some.iter().map(|id| Value::text(id.as_str())));
            rows.extend(self.database.rows(&sql, &values).await?);
        }
        Ok(rows)
    }
}

#[async_trait]
impl DirectoryReads for SqliteStore {
    async fn firm(&self, firm: FirmId) -> Result<Option<Versioned<Firm>>, StoreError> {
        self.find("firm_id = $1", &[Value::id(firm)]).await
    }

    async fn firm_by_external_id(&self, id: &ExternalId) -> Result<Option<Versioned<Firm>>, StoreError> {
        self.find("external_id = $1", &[Value::text(id.as_str())]).await
    }

    async fn firms(&self, request: &PageRequest) -> Result<Page<Firm>, StoreError> {
        let [after] = position(request, [Value::bits(0)]);
        // A firm whose id is all zeros would be hidden by its own start: no id derived from a digest is.
        let sql = format!(
            "SELECT {} FROM portal.firms f WHERE f.firm_id > $1 ORDER BY f.firm_id LIMIT $2",
            Firm::TABLE.select("f")
        );
        let rows = self.database.rows(&sql, &[after, one_more(request)]).await?;
        page(request, &rows, |row| {
            let firm = Firm::read(&mut row.fields())?.value;
            Ok((vec![Value::id(firm.id)], firm))
        })
    }

    async fn member(&self, firm: FirmId, member: &MemberRef) -> Result<Option<Versioned<Member>>, StoreError> {
        match member {
            MemberRef::Id(id) => self.find("firm_id = $1 AND member_id = $2", &[Value::id(firm), Value::id(*id)]).await,
            MemberRef::External(id) => self.find_external(firm, id).await,
        }
    }

    async fn members(&self, firm: FirmId, request: &PageRequest) -> Result<Page<Versioned<Member>>, StoreError> {
        let [name, id] = position(request, [Value::text(""), Value::bits(0)]);
        let sql = format!(
            "SELECT {} FROM portal.members m WHERE m.firm_id = $1 AND m.removed_at IS NULL \
             AND (m.name, m.member_id) > ($2, $3) ORDER BY m.name, m.member_id LIMIT $4",
            Member::TABLE.select("m")
        );
        let rows = self.database.rows(&sql, &[Value::id(firm), name, id, one_more(request)]).await?;
        page(request, &rows, |row| {
            let member = Member::read(&mut row.fields())?;
            Ok((vec![Value::text(member.name.as_str()), Value::id(member.id)], member))
        })
    }

    async fn owners(&self, firm: FirmId) -> Result<Vec<Member>, StoreError> {
        let sql = format!(
            "SELECT {} FROM portal.members m WHERE m.firm_id = $1 AND m.role = 2 AND m.removed_at IS NULL \
             ORDER BY m.name, m.member_id",
            Member::TABLE.select("m")
        );
        let rows = self.database.rows(&sql, &[Value::id(firm)]).await?;
        rows.iter().map(|row| Ok(Member::read(&mut row.fields())?.value)).collect()
    }

    async fn client(&self, firm: FirmId, client: &ClientRef) -> Result<Option<Versioned<Client>>, StoreError> {
        match client {
            ClientRef::Id(id) => self.find("firm_id = $1 AND client_id = $2", &[Value::id(firm), Value::id(*id)]).await,
            ClientRef::External(id) => self.find_external(firm, id).await,
        }
    }

    async fn clients_by_external_ids(
        &self,
        firm: FirmId,
        ids: &[ExternalId],
    ) -> Result<Vec<Versioned<Client>>, StoreError> {
        let select = format!("SELECT {} FROM portal.clients c", Client::TABLE.select("c"));
        self.by_external_ids(&select, firm, ids).await?.iter().map(|row| Client::read(&mut row.fields())).collect()
    }

    async fn clients(
        &self,
        firm: FirmId,
        query: &ClientQuery,
        request: &PageRequest,
    ) -> Result<Page<ClientRow>, StoreError> {
        let (column, dated) = match query.order {
            ListOrder::Name | ListOrder::NameBackwards => ("folded", false),
            ListOrder::Newest | ListOrder::Oldest => ("created_at", true),
        };
        let falls = matches!(query.order, ListOrder::NameBackwards | ListOrder::Newest);
        let (beyond, way) = if falls { ("<", " DESC") } else { (">", "") };
        let first = if dated { Value::Int(0) } else { Value::text("") };
        let wanted = query.name_contains.as_deref().unwrap_or_default().to_lowercase();
        let mut values = vec![Value::id(firm), Value::text(wanted), one_more(request)];
        let (all, mut from) = match query.assigned_to {
            // As many as a member looks after are put in order, wherever the page begins.
            Some(member) => {
                values.push(Value::id(member));
                let own = "s.firm_id = $1 AND s.member_id = $4 AND c.firm_id = $1 AND c.client_id = s.client_id";
                ("portal.assignments s CROSS JOIN portal.clients c", own.to_owned())
            }
            None => ("portal.clients c", "c.firm_id = $1".to_owned()),
        };
        if let Some(place) = reached(request, &[first, Value::bits(0)]) {
            let next = values.len() + 1;
            values.extend(place);
            from.push_str(&format!(" AND (c.{column}, c.client_id) {beyond} (${next}, ${})", next + 1));
        }
        let sql = format!(
            "WITH page AS (SELECT c.* FROM {all} WHERE {from} \
                 AND ($2 = '' OR {{find}}(c.folded, $2) > 0) ORDER BY c.{column}{way}, c.client_id{way} LIMIT $3) \
             SELECT {}, (SELECT count(*) FROM portal.contacts k \
                 WHERE k.firm_id = $1 AND k.client_id = p.client_id AND k.removed_at IS NULL), m.name \
             FROM page p LEFT JOIN portal.assignments a ON a.firm_id = $1 AND a.client_id = p.client_id \
             LEFT JOIN portal.members m ON m.firm_id = $1 AND m.member_id = a.member_id AND m.removed_at IS NULL \
             ORDER BY p.{column}{way}, p.client_id{way}, m.name",
            Client::TABLE.select("p")
        );
        let mut rows: Vec<(Vec<Value>, ClientRow)> = Vec::new();
        for row in self.database.rows(&sql, &values).await? {
            let mut fields = row.fields();
            let client = Client::read(&mut fields)?.value;
            let (contacts, assigned) = (fields.unsigned()?, fields.maybe_text()?);
            if rows.last().is_none_or(|(_, last)| last.client.id != client.id) {
                let place = if dated { Value::time(client.created_at) } else { Value::text(client.name.folded()) };
                rows.push((vec![place, Value::id(client.id)], ClientRow { client, contacts, assigned: Vec::new() }));
            }
            if let Some((_, last)) = rows.last_mut() {
                last.assigned.extend(assigned.map(str::to_owned));
            }
        }
        Ok(page_of(request, rows))
    }

    async fn contact(&self, firm: FirmId, contact: &ContactRef) -> Result<Option<ContactRead>, StoreError> {
        let (column, wanted) = match contact {
            ContactRef::Id(id) => ("contact_id", Value::id(*id)),
            ContactRef::External(id) => ("external_id", Value::text(id.as_str())),
        };
        let sql = format!("{} WHERE c.firm_id = $1 AND c.{column} = $2", contact_and_access());
        self.database.row(&sql, &[Value::id(firm), wanted]).await?.as_ref().map(read_contact).transpose()
    }

    async fn contacts_by_external_ids(&self, firm: FirmId, ids: &[ExternalId]) -> Result<Vec<ContactRead>, StoreError> {
        self.by_external_ids(&contact_and_access(), firm, ids).await?.iter().map(read_contact).collect()
    }

    async fn names(&self, firm: FirmId, actors: &[Actor]) -> Result<Vec<(Actor, String)>, StoreError> {
        let mut people: Vec<Actor> =
            actors.iter().copied().filter(|actor| matches!(actor, Actor::Member(_) | Actor::Contact(_))).collect();
        people.sort_unstable();
        people.dedup();
        let mut names = Vec::with_capacity(people.len());
        for some in people.chunks(ROWS_AT_ONCE) {
            let sql = format!(
                "WITH asked(actor, id) AS (VALUES {}) \
                 SELECT q.actor, q.id, COALESCE(m.name, c.name) FROM asked q \
                 LEFT JOIN portal.members m ON q.actor = 1 AND m.firm_id = $1 AND m.member_id = q.id \
                 LEFT JOIN portal.contacts c ON q.actor = 2 AND c.firm_id = $1 AND c.contact_id = q.id",
                tuples(some.len(), 2, 2)
            );
            let mut values = vec![Value::id(firm)];
            values.extend(some.iter().flat_map(|person| actor(*person)));
            for row in self.database.rows(&sql, &values).await? {
                let mut fields = row.fields();
                let person = read_actor(&mut fields)?;
                names.extend(fields.maybe_text()?.map(|name| (person, name.to_owned())));
            }
        }
        Ok(names)
    }

    async fn contacts(
        &self,
        firm: FirmId,
        client: ClientId,
        request: &PageRequest,
    ) -> Result<Page<ContactRead>, StoreError> {
        let [after] = position(request, [Value::bits(0)]);
        let sql = format!(
            "{} WHERE c.firm_id = $1 AND c.client_id = $2 AND c.removed_at IS NULL AND c.contact_id > $3 \
             ORDER BY c.contact_id LIMIT $4",
            contact_and_access()
        );
        let values = [Value::id(firm), Value::id(client), after, one_more(request)];
        let rows = self.database.rows(&sql, &values).await?;
        page(request, &rows, |row| {
            let read = read_contact(row)?;
            Ok((vec![Value::id(read.contact.id)], read))
        })
    }

    async fn contacts_by_email(&self, firm: FirmId, email: &EmailAddress) -> Result<Vec<ContactRead>, StoreError> {
        let sql = format!(
            "{} WHERE c.firm_id = $1 AND c.canonical = $2 AND c.removed_at IS NULL ORDER BY c.contact_id",
            contact_and_access()
        );
        let rows = self.database.rows(&sql, &[Value::id(firm), Value::text(email.canonical())]).await?;
        rows.iter().map(read_contact).collect()
    }

    async fn assignment(
        &self,
        firm: FirmId,
        client: ClientId,
        member: MemberId,
    ) -> Result<Option<Versioned<Assignment>>, StoreError> {
        let key = [Value::id(firm), Value::id(client), Value::id(member)];
        self.find("firm_id = $1 AND client_id = $2 AND member_id = $3", &key).await
    }

    async fn assigned(&self, firm: FirmId, client: ClientId) -> Result<Vec<Member>, StoreError> {
        let sql = format!(
            "SELECT {} FROM portal.assignments a CROSS JOIN portal.members m WHERE a.firm_id = $1 AND a.client_id = $2 \
             AND m.firm_id = a.firm_id AND m.member_id = a.member_id AND m.removed_at IS NULL ORDER BY m.name, m.member_id",
            Member::TABLE.select("m")
        );
        let rows = self.database.rows(&sql, &[Value::id(firm), Value::id(client)]).await?;
        rows.iter().map(|row| Ok(Member::read(&mut row.fields())?.value)).collect()
    }

    async fn assigned_among(
        &self,
        firm: FirmId,
        member: MemberId,
        clients: &[ClientId],
    ) -> Result<Vec<ClientId>, StoreError> {
        let mut found = Vec::new();
        for some in clients.chunks(ROWS_AT_ONCE) {
            let sql = format!(
                "SELECT a.client_id FROM portal.assignments a \
                 WHERE a.firm_id = $1 AND a.member_id = $2 AND a.client_id IN ({})",
                list(some.len(), 3)
            );
            let mut values = vec![Value::id(firm), Value::id(member)];
            values.extend(some.iter().map(|client| Value::id(*client)));
            let rows = self.database.rows(&sql, &values).await?;
            for row in &rows {
                found.push(row.fields().id()?);
            }
        }
        Ok(found)
    }

    async fn mailings(&self, firm: FirmId, people: &[Addressee]) -> Result<Vec<Versioned<Mailing>>, StoreError> {
        let mut people = people.to_vec();
        people.sort_unstable();
        people.dedup();
        let mut found = Vec::new();
        for some in people.chunks(ROWS_AT_ONCE) {
            let sql = format!(
                "SELECT {} FROM portal.mailings m WHERE m.firm_id = $1 \
                 AND (m.addressee, m.addressee_id) IN (VALUES {})",
                Mailing::TABLE.select("m"),
                tuples(some.len(), 2, 2)
            );
            let mut values = vec![Value::id(firm)];
            values.extend(some.iter().flat_map(|person| addressee(*person)));
            let rows = self.database.rows(&sql, &values).await?;
            for row in &rows {
                found.push(Mailing::read(&mut row.fields())?);
            }
        }
        Ok(found)
    }

    async fn folder_templates(&self, firm: FirmId) -> Result<Vec<Versioned<FolderTemplate>>, StoreError> {
        self.all("firm_id = $1 ORDER BY name, template_id", &[Value::id(firm)]).await
    }

    async fn folder_template(
        &self,
        firm: FirmId,
        template: FolderTemplateId,
    ) -> Result<Option<Versioned<FolderTemplate>>, StoreError> {
        self.find("firm_id = $1 AND template_id = $2", &[Value::id(firm), Value::id(template)]).await
    }

    async fn data_key(&self, firm: FirmId, number: u32) -> Result<Option<Versioned<DataKey>>, StoreError> {
        self.find("firm_id = $1 AND number = $2", &[Value::id(firm), Value::Int(number.into())]).await
    }

    async fn current_data_key(&self, firm: FirmId) -> Result<Option<Versioned<DataKey>>, StoreError> {
        self.find("firm_id = $1 ORDER BY number DESC LIMIT 1", &[Value::id(firm)]).await
    }

    async fn data_keys(&self, request: &PageRequest) -> Result<Page<(FirmId, Versioned<DataKey>)>, StoreError> {
        let [firm, number] = position(request, [Value::bits(0), Value::Int(0)]);
        let sql = format!(
            "SELECT {} FROM portal.data_keys k WHERE (k.firm_id, k.number) > ($1, $2) \
             ORDER BY k.firm_id, k.number LIMIT $3",
            DataKey::TABLE.select("k")
        );
        let rows = self.database.rows(&sql, &[firm, number, one_more(request)]).await?;
        page(request, &rows, |row| {
            let firm: FirmId = row.fields().id()?;
            let key = DataKey::read(&mut row.fields())?;
            Ok((vec![Value::id(firm), Value::Int(key.number.into())], (firm, key)))
        })
    }
}
