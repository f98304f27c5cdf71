//! The rows of identity.

use portal_core::change::Versioned;
use portal_core::identity::{Attempt, Limit, Login, Proof, Reach, Session, SessionEnd};
use portal_core::ports::store::StoreError;

use super::codes::{attempt_state, proof_method, read_attempt_state, read_limit_kind, read_proof_method};
use super::directory::read_email;
use super::{Stored, Table};
use crate::sql::{Fields, Value};

impl Stored for Attempt {
    const TABLE: &'static Table = &Table {
        name: "portal.attempts",
        key: &["address_key", "attempt_id"],
        columns: &["email", "firm_id", "browser", "state", "failures", "asked_at", "expires_at"],
        unique: &[],
    };

    fn columns(&self) -> Vec<Value> {
        vec![
            Value::text(self.email.as_str()),
            Value::id(self.firm),
            Value::digest(self.browser),
            Value::Int(attempt_state(self.state)),
            Value::Int(self.failures.into()),
            Value::time(self.asked_at),
            Value::time(self.expires_at),
        ]
    }

    fn read(fields: &mut Fields<'_>) -> Result<Versioned<Self>, StoreError> {
        let (address, id, version) = (fields.id()?, fields.id()?, fields.version()?);
        let attempt = Self {
            id,
            address,
            email: read_email(fields)?,
            firm: fields.id()?,
            browser: fields.digest()?,
            state: read_attempt_state(fields)?,
            failures: fields.count()?,
            asked_at: fields.time()?,
            expires_at: fields.time()?,
        };
        Ok(Versioned::new(version, attempt))
    }
}

impl Stored for Limit {
    const TABLE: &'static Table =
        &Table { name: "portal.limits", key: &["subject_key", "kind"], columns: &["count", "since"], unique: &[] };

    fn columns(&self) -> Vec<Value> {
        vec![Value::Int(self.count.into()), Value::time(self.since)]
    }

    fn read(fields: &mut Fields<'_>) -> Result<Versioned<Self>, StoreError> {
        let (subject, kind, version) = (fields.id()?, read_limit_kind(fields)?, fields.version()?);
        Ok(Versioned::new(version, Self { subject, kind, count: fields.count()?, since: fields.time()? }))
    }
}

impl Stored for Login {
    const TABLE: &'static Table = &Table {
        name: "portal.logins",
        key: &["login_id"],
        columns: &["address_key", "email", "created_at"],
        unique: &["address_key"],
    };

    fn columns(&self) -> Vec<Value> {
        vec![Value::id(self.address), Value::text(self.email.as_str()), Value::time(self.created_at)]
    }

    fn read(fields: &mut Fields<'_>) -> Result<Versioned<Self>, StoreError> {
        let (id, version) = (fields.id()?, fields.version()?);
        let login = Self { id, address: fields.id()?, email: read_email(fields)?, created_at: fields.time()? };
        Ok(Versioned::new(version, login))
    }
}

impl Stored for Session {
    const TABLE: &'static Table = &Table {
        name: "portal.sessions",
        key: &["login_id", "session_id"],
        columns: &[
            "address_key",
            "firm_id",
            "token",
            "proof_method",
            "proof_at",
            "device",
            "created_at",
            "seen_at",
            "expires_at",
            "ended_at",
            "over_at",
        ],
        unique: &[],
    };

    fn columns(&self) -> Vec<Value> {
        let over_at = self.ended.map_or(self.expires_at, |end| end.at.min(self.expires_at));
        vec![
            Value::id(self.address),
            Value::id(self.firm),
            Value::digest(self.token),
            Value::Int(proof_method(self.proof.method)),
            Value::time(self.proof.at),
            Value::text(self.device.as_str()),
            Value::time(self.created_at),
            Value::time(self.seen_at),
            Value::time(self.expires_at),
            Value::maybe_time(self.ended.map(|end| end.at)),
            Value::time(over_at),
        ]
    }

    fn read(fields: &mut Fields<'_>) -> Result<Versioned<Self>, StoreError> {
        let (login, id, version) = (fields.id()?, fields.id()?, fields.version()?);
        let session = Self {
            id,
            login,
            address: fields.id()?,
            firm: fields.id()?,
            token: fields.digest()?,
            proof: Proof { method: read_proof_method(fields)?, at: fields.time()? },
            device: fields.text()?.to_owned(),
            created_at: fields.time()?,
            seen_at: fields.time()?,
            expires_at: fields.time()?,
            ended: fields.maybe_time()?.map(|at| SessionEnd { at }),
        };
        fields.skip(1)?;
        Ok(Versioned::new(version, session))
    }
}

impl Stored for Reach {
    const TABLE: &'static Table = &Table {
        name: "portal.reaches",
        key: &["address_key", "contact_id"],
        columns: &["firm_id", "client_id"],
        unique: &[],
    };

    fn columns(&self) -> Vec<Value> {
        vec![Value::id(self.firm), Value::id(self.client)]
    }

    fn read(fields: &mut Fields<'_>) -> Result<Versioned<Self>, StoreError> {
        let (address, contact, version) = (fields.id()?, fields.id()?, fields.version()?);
        Ok(Versioned::new(version, Self { address, firm: fields.id()?, client: fields.id()?, contact }))
    }
}
