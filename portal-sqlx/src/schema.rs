//! Bringing the tables up to date.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, Connection as _, SqlSafeStr as _};

use crate::error::OpenError;
use crate::sql::{Database, render};

/// Every migration, in order. Once released, none is edited any more.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "directory", include_str!("../migrations/0001_directory.sql")),
    (2, "files and sharing", include_str!("../migrations/0002_files_and_sharing.sql")),
    (3, "identity", include_str!("../migrations/0003_identity.sql")),
    (4, "history and outbox", include_str!("../migrations/0004_history_and_outbox.sql")),
    (5, "orders", include_str!("../migrations/0005_orders.sql")),
    (6, "resumable uploads", include_str!("../migrations/0006_resumable_uploads.sql")),
    (7, "data keys", include_str!("../migrations/0007_data_keys.sql")),
    (8, "policies", include_str!("../migrations/0008_policies.sql")),
    (9, "mail", include_str!("../migrations/0009_mail.sql")),
    (10, "contact details", include_str!("../migrations/0010_contact_details.sql")),
    (11, "scans", include_str!("../migrations/0011_scans.sql")),
    (12, "holds", include_str!("../migrations/0012_holds.sql")),
    (13, "folder templates", include_str!("../migrations/0013_folder_templates.sql")),
    (14, "restricted members", include_str!("../migrations/0014_restricted_members.sql")),
    (15, "archive", include_str!("../migrations/0015_archive.sql")),
    (16, "quotas", include_str!("../migrations/0016_quotas.sql")),
    (17, "branding", include_str!("../migrations/0017_branding.sql")),
    (18, "firm activity", include_str!("../migrations/0018_firm_activity.sql")),
    (19, "messages by recipient", include_str!("../migrations/0019_messages_by_recipient.sql")),
    (20, "activity topics", include_str!("../migrations/0020_activity_topics.sql")),
];

/// Ours alone: a host that keeps its tables in the same file has its own.
const TABLE: &str = "portal_migrations";

/// Applies what is missing, in one transaction: of two processes that start at once, one waits for the other.
pub(crate) async fn migrate(database: &Database) -> Result<(), OpenError> {
    let mut migrator = Migrator::with_migrations(MIGRATIONS.iter().copied().map(migration).collect());
    migrator.dangerous_set_table_name(TABLE);
    let database = database.clone();
    let migrated = tokio::spawn(async move {
        let unavailable = |error: sqlx::Error| OpenError::Unavailable(error.into());
        let mut connection = database.writer().await.map_err(unavailable)?;
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(unavailable)?;
        let applied = migrator.run_direct(None, &mut *transaction, false).await;
        applied.map_err(|error| OpenError::Migration(error.into()))?;
        transaction.commit().await.map_err(unavailable)
    });
    migrated.await.unwrap_or_else(|error| Err(OpenError::Unavailable(error.into())))
}

fn migration((version, description, text): (i64, &'static str, &'static str)) -> Migration {
    let sql = AssertSqlSafe(render(text).text).into_sql_str();
    Migration::new(version, description.into(), MigrationType::Simple, sql, false)
}
