//! Taking back what one uploaded (S33).

use super::ContactFiles;
use super::caller::{ContactAuthority, ContactCaller};
use crate::change::{Context, Decision, Versioned};
use crate::directory::{self, Firm};
use crate::engine::run::Operate;
use crate::engine::sight::Sight;
use crate::engine::{Call, Engine, Error, Operation};
use crate::files::{self, FilesRefusal};
use crate::ports::store::DocumentRead;
use crate::record::Whole;
use crate::sharing::{self, Ancestry, effective_access};
use crate::values::DocumentId;

impl ContactFiles {
    /// Withdraws a document that the contact uploaded, as far as the firm's policy lets them: it goes into the trash, from where
    /// staff can restore it. A mail about it that waits does not mention it.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when the document is not there for them; what
    /// [`withdrawable`](files::withdrawable) refuses.
    pub fn withdraw(&self, document: DocumentId) -> Call<()> {
        Call::plain(self.handle.engine.clone(), self.handle.caller.clone(), Withdraw { document })
    }
}

#[derive(serde::Serialize)]
struct Withdraw {
    document: DocumentId,
}

struct Loaded {
    ancestry: Ancestry,
    read: DocumentRead,
    firm: Versioned<Firm>,
}

impl Operate for Withdraw {
    const OPERATION: Operation = Operation::ContactWithdraw;
    type By = ContactCaller;
    type Loaded = Loaded;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &ContactAuthority) -> Result<Loaded, Error> {
        let contact = &authority.contact.contact;
        let sight = Sight { engine, firm: authority.firm, client: contact.client, contact: contact.id };
        let (ancestry, _) = sight.seen(self.document.into()).await?;
        let read = engine.store.document(authority.firm, self.document).await?.ok_or(Error::NotFound)?;
        let firm = engine.store.firm(authority.firm).await?.ok_or(Error::NotFound)?;
        Ok(Loaded { ancestry, read, firm })
    }

    fn decide(
        &self,
        by: &ContactAuthority,
        Loaded { ancestry, read, firm }: &Loaded,
        context: &Context,
    ) -> Result<Decision<Whole>, Error> {
        let contact = by.contact.contact.id;
        // Time goes on between load and decide, and a grant may end in between.
        effective_access(contact, ancestry, context.now).ok_or(Error::NotFound)?;
        if !read.document.place.removal.is_there() {
            return Err(FilesRefusal::InTrash.into());
        }
        let policies = &firm.settings.policies;
        files::withdrawable(&read.document, &read.current, contact, policies, ancestry.kept(), context.now)?;
        // INVARIANT: an opening and a new version change the document, a hold changes the tree: of any of these and this, at
        // the same time, one is decided anew.
        let touched = sharing::touch_tree(ancestry.client, ancestry.tree);
        let withdrawn = files::withdraw(&read.document, context).lift::<Whole>().and(touched.lift());
        Ok(withdrawn.expect(directory::Key::Firm(firm.id).into(), firm.version))
    }
}
