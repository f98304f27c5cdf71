//! Handles for each kind of actor, and the one loop through which every change goes.
//!
//! An operation is a small struct with `load` and `decide`; `run` does the rest: authority, outcome of an earlier run,
//! load, decide, commit, retry. To see what a team member can do open `staff/`, a contact `contact/`, the embedding software
//! `host/`, somebody not signed in `visitor/`; what happens by itself is in `worker/`.

mod body;
mod builder;
mod call;
mod caller;
mod contact;
mod content;
mod data_keys;
mod error;
mod export;
mod folder_zip;
mod folders;
mod host;
mod import;
mod logos;
mod mailing;
mod new_client;
mod operation;
mod places;
mod planting;
mod previews;
mod restriction;
#[cfg(test)]
mod rights_tests;
mod run;
mod scanning;
mod sight;
#[cfg(test)]
mod sign_in_tests;
mod signed_in;
mod staff;
mod upload;
mod visitor;
mod worker;
mod zip_paths;
mod zip_stream;

use std::sync::Arc;

pub use body::Body;
pub use builder::{BuildError, PortalBuilder};
pub use call::{Call, Plain};
pub use contact::{
    BeginContactUpload, ContactFiles, ContactHandle, ContactMe, ContactNotifications, ContactUpload, ContactUploaded,
    ContactUploads, FinishContactUpload, Home,
};
pub use content::{ByteRange, Download};
pub use error::{Error, ErrorKind, GivesAccess, Refusal};
pub use export::ClientExport;
pub use folder_zip::FolderZip;
pub use host::{
    AddFirm, AddedDataKey, AddedFirm, CameBack, DataKeyRow, Host, HostFirms, HostKeys, HostMail, HostSync, Rewrapped,
};
pub use import::ImportReport;
pub use logos::LogoImage;
pub use new_client::AddedClient;
pub use operation::{Operation, Right};
pub use sight::{ContactDocument, ContactEntry, ContactEntryKind, ContactListing, Crumb, RecentDocument, Withdrawable};
pub use signed_in::{PortalChoice, SessionRow, SignedIn};
pub use staff::{
    ActivityRow, BeginStaffUpload, ContactRow, DocumentDetails, Entry, EntryKind, FinishStaffUpload, FolderView,
    Inherited, Listing, MailPreview, MailSubject, Move, MovePreview, Moved, NodeSharing, Renamed, Share, ShareOutcome,
    SharedWith, Staff, StaffAssignments, StaffClients, StaffContacts, StaffDeliveries, StaffFiles,
    StaffFolderTemplates, StaffNotifications, StaffSettings, StaffTeam, StaffUpload, StaffUploads, StaffVersion,
    ViewAs,
};
pub use upload::{UploadProgress, UploadState};
pub use visitor::{FirmFace, LinkView, NewSession, Redeem, UnsubscribeView, Visitor};
pub use worker::{ToldRow, WhoIsTold, WorkReport, Worker};
pub use zip_stream::ZipStream;

use crate::encryption::EncryptedBlobs;
use crate::identity::{SessionToken, Source};
use crate::notifications::{Templates, Timing};
use crate::ports::{Authenticator, BlobStore, Clock, Entropy, LinkKeySource, Links, Mailer, Store};
use crate::values::{EmailAddress, FirmId, MemberRef};

/// Everything that operations reach outside for.
pub(crate) struct Engine {
    pub(crate) store: Arc<dyn Store>,
    /// What holds bytes as they are stored: [`blobs_of`](Self::blobs_of) a firm seals and opens them.
    pub(crate) stored_blobs: Arc<dyn BlobStore>,
    /// `None` when the portal was told to keep bytes as they come.
    pub(crate) data_keys: Option<Arc<data_keys::DataKeys>>,
    pub(crate) mailer: Arc<dyn Mailer>,
    pub(crate) links: Arc<dyn Links>,
    pub(crate) sender: EmailAddress,
    pub(crate) keys: Arc<dyn LinkKeySource>,
    pub(crate) authenticator: Arc<dyn Authenticator>,
    pub(crate) previews: Option<previews::Previews>,
    /// `None` when nobody looks at what is uploaded.
    pub(crate) scanning: Option<scanning::Scanning>,
    /// Places for zip files that are made.
    pub(crate) zipping: places::Places,
    /// Places for files that come in.
    pub(crate) uploading: places::Places,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) timing: Timing,
    pub(crate) templates: Templates,
    pub(crate) logos: logos::Logos,
    pub(crate) paces: worker::Paces,
}

impl Engine {
    /// The bytes of a firm: the one way to read and write them.
    pub(crate) fn blobs_of(&self, firm: FirmId) -> Arc<dyn BlobStore> {
        match &self.data_keys {
            Some(keys) => {
                Arc::new(EncryptedBlobs::new(firm, self.stored_blobs.clone(), keys.clone(), self.entropy.clone()))
            }
            None => self.stored_blobs.clone(),
        }
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

/// A client portal. Cheap to clone; every handle it gives is `Clone + Send + 'static` and reads its authority anew at each
/// call.
#[derive(Debug, Clone)]
pub struct Portal {
    engine: Arc<Engine>,
}

impl Portal {
    /// Begins to put a portal together.
    pub fn builder() -> PortalBuilder {
        PortalBuilder::default()
    }

    /// The embedding software itself.
    pub fn host(&self) -> Host {
        Host::new(self.engine.clone())
    }

    /// What happens by itself: mail, the index of addresses, sweeping.
    pub fn worker(&self) -> Worker {
        Worker::new(self.engine.clone())
    }

    /// A team member. The host vouches for them: its own staff login came first.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when the firm has no such member, or has them no more.
    pub async fn staff(&self, firm: FirmId, member: impl Into<MemberRef> + Send) -> Result<Staff, Error> {
        Staff::enter(self.engine.clone(), firm, &member.into()).await
    }

    /// Somebody who is not signed in, whose request came from `source`.
    pub fn visitor(&self, source: impl Into<Source>) -> Visitor {
        Visitor::new(self.engine.clone(), source.into())
    }

    /// Somebody signed in, before they said as which contact.
    ///
    /// # Errors
    /// [`ErrorKind::SignedOut`] when the token is of no session that can be used.
    pub async fn signed_in(&self, token: &SessionToken) -> Result<SignedIn, Error> {
        SignedIn::enter(self.engine.clone(), token.clone()).await
    }
}
