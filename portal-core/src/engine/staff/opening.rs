//! That a team member opened what a contact uploaded: noted once, before they read it (S33).

use crate::change::{Context, Decision};
use crate::engine::caller::{StaffAuthority, StaffCaller};
use crate::engine::run::{Operate, run};
use crate::engine::{Engine, Error, Operation};
use crate::files;
use crate::ports::store::DocumentRead;
use crate::record::Whole;
use crate::values::DocumentId;

/// Notes the opening of a document that is about to be read, if it is the first.
pub(super) async fn note_opening(engine: &Engine, caller: &StaffCaller, read: &DocumentRead) -> Result<(), Error> {
    if files::opening_counts(&read.document) {
        run(engine, caller, None, &NoteOpening { document: read.document.id }).await?;
    }
    Ok(())
}

#[derive(serde::Serialize)]
struct NoteOpening {
    document: DocumentId,
}

impl Operate for NoteOpening {
    /// Whoever reads it otherwise than by a download may read it just so.
    const OPERATION: Operation = Operation::Download;
    type By = StaffCaller;
    type Loaded = DocumentRead;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<DocumentRead, Error> {
        engine.store.document(authority.firm, self.document).await?.ok_or(Error::NotFound)
    }

    fn decide(&self, _: &StaffAuthority, read: &DocumentRead, context: &Context) -> Result<Decision<Whole>, Error> {
        Ok(files::note_opening(&read.document, context).lift())
    }
}
