//! Folder templates, as rows.

use portal_core::change::Versioned;
use portal_core::directory::{FolderTemplate, FolderTree};
use portal_core::ports::store::StoreError;

use super::directory::read_name;
use super::{Stored, Table};
use crate::sql::{Fields, Value, unreadable};

impl Stored for FolderTemplate {
    const TABLE: &'static Table = &Table {
        name: "portal.folder_templates",
        key: &["firm_id", "template_id"],
        columns: &["name", "folders", "is_default", "created_at"],
        unique: &[],
    };

    fn columns(&self) -> Vec<Value> {
        vec![
            Value::text(self.name.as_str()),
            Value::text(self.folders.to_text()),
            Value::flag(self.is_default),
            Value::time(self.created_at),
        ]
    }

    fn read(fields: &mut Fields<'_>) -> Result<Versioned<Self>, StoreError> {
        fields.skip(1)?;
        let (id, version, name) = (fields.id()?, fields.version()?, read_name(fields)?);
        let folders =
            FolderTree::from_text(fields.text()?).map_err(|_| unreadable("folders of a template that make none"))?;
        let template = Self { id, name, folders, is_default: fields.flag()?, created_at: fields.time()? };
        Ok(Versioned::new(version, template))
    }
}
