//! The rows of sharing.

use portal_core::change::Versioned;
use portal_core::ports::store::StoreError;
use portal_core::sharing::{Grant, Tree};

use super::codes::{access, actor, audience, node, read_access, read_actor, read_audience, read_node};
use super::{Stored, Table};
use crate::sql::{Fields, Value};

impl Stored for Tree {
    const TABLE: &'static Table =
        &Table { name: "portal.trees", key: &["firm_id", "client_id"], columns: &[], unique: &[] };

    fn columns(&self) -> Vec<Value> {
        Vec::new()
    }

    fn read(fields: &mut Fields<'_>) -> Result<Versioned<Self>, StoreError> {
        fields.skip(1)?;
        let client = fields.id()?;
        Ok(Versioned::new(fields.version()?, Self { client }))
    }
}

impl Stored for Grant {
    const TABLE: &'static Table = &Table {
        name: "portal.grants",
        key: &["firm_id", "grant_id"],
        columns: &[
            "client_id",
            "node_id",
            "is_document",
            "audience",
            "contact_id",
            "access",
            "ends_at",
            "alerts",
            "created_by",
            "created_by_id",
            "created_at",
        ],
        unique: &["firm_id", "client_id", "node_id", "is_document", "audience", "contact_id"],
    };

    fn columns(&self) -> Vec<Value> {
        let mut columns = vec![Value::id(self.client)];
        columns.extend(node(self.node));
        columns.extend(audience(self.audience));
        columns.extend([Value::Int(access(self.access)), Value::maybe_time(self.until), Value::flag(self.alerts)]);
        columns.extend(actor(self.created_by));
        columns.push(Value::time(self.created_at));
        columns
    }

    fn read(fields: &mut Fields<'_>) -> Result<Versioned<Self>, StoreError> {
        fields.skip(1)?;
        let (id, version) = (fields.id()?, fields.version()?);
        let grant = Self {
            id,
            client: fields.id()?,
            node: read_node(fields)?,
            audience: read_audience(fields)?,
            access: read_access(fields)?,
            until: fields.maybe_time()?,
            alerts: fields.flag()?,
            created_by: read_actor(fields)?,
            created_at: fields.time()?,
        };
        Ok(Versioned::new(version, grant))
    }
}
