//! What an operation can be done to, as far as is known.

use portal_core::sharing::Audience;
use portal_core::values::{ClientId, NodeId};
use portal_core::{Operation, Right};

use crate::known::{Known, KnownContact, KnownNode};

/// The kind of thing that an operation is done to, if it is done to a folder or document.
fn is_of_kind(operation: Operation, node: KnownNode) -> bool {
    match operation {
        Operation::ListFolder
        | Operation::AddFolder
        | Operation::Upload
        | Operation::ResumeUpload
        | Operation::GiveUpUpload
        | Operation::DownloadFolder
        | Operation::ContactDoneUploading
        | Operation::ContactResumeUpload
        | Operation::ContactGiveUpUpload
        | Operation::ContactDownloadFolder
        | Operation::ViewAsContact
        | Operation::ContactListFolder
        | Operation::ContactListArchive
        | Operation::ContactUpload
        | Operation::ContactAddFolder => !node.is_document(),
        Operation::AddVersion
        | Operation::ReadDocument
        | Operation::Download
        | Operation::ContactReadDocument
        | Operation::ContactWithdraw
        | Operation::ContactDownload => node.is_document(),
        Operation::Preview | Operation::ContactPreview => node.is_document() && node.pictured,
        _ => true,
    }
}

impl Known {
    /// Whether `operation` can be done to the node: by a contact, to what is theirs.
    pub(crate) fn fits(&self, operation: Operation, node: KnownNode, contact: &KnownContact) -> bool {
        let inner = node.parent.is_some();
        is_of_kind(operation, node)
            && match operation {
                Operation::PlaceHold => inner && !node.held && self.is_awake(node),
                Operation::ReleaseHold => node.held,
                Operation::Unarchive => node.is_archived(),
                Operation::ContactWithdraw => node.by == Some(contact.id) && self.is_seen(node, contact),
                Operation::Restore | Operation::Purge | Operation::PreviewPurge => self.is_trashed(node),
                Operation::SetVisible => inner && self.is_awake(node) && self.is_toggled_at_most(node),
                Operation::Revoke => self.is_awake(node) && self.shared.iter().any(|(id, _)| *id == node.id),
                Operation::Rename
                | Operation::Move
                | Operation::PreviewMove
                | Operation::Archive
                | Operation::Trash
                | Operation::Share
                | Operation::PreviewRecipients => inner && self.is_awake(node),
                _ if operation.right() == Right::Contact => {
                    node.client == contact.client && self.is_seen(node, contact)
                }
                _ => self.is_awake(node),
            }
    }

    /// Whether there is anything at a client that `operation` can be done to.
    pub(crate) fn has_fitting(&self, operation: Operation, client: ClientId, contact: &KnownContact) -> bool {
        self.nodes.iter().any(|node| node.client == client && self.fits(operation, *node, contact))
    }

    /// Those whom the latest session may act as.
    pub(crate) fn signed_in(&self) -> Vec<KnownContact> {
        let email = self.sessions.there.last().map(|(_, email)| email);
        let is_reached = |it: &&KnownContact| it.may_enter && it.email.is_some() && it.email.as_ref() == email;
        self.contacts.there.iter().filter(is_reached).cloned().collect()
    }

    /// What to do instead, where there is nothing yet that `drawn` can be done to: something that makes it.
    pub(crate) fn possible(&self, drawn: Operation) -> Operation {
        let own = |client: &ClientId| self.clients.contains(&(self.firms[0].0, *client));
        let fits = match drawn.right() {
            Right::Contact => self.signed_in().iter().any(|it| self.has_fitting(drawn, it.client, it)),
            _ => self.nodes.iter().any(|node| own(&node.client) && self.fits(drawn, *node, self.contacts.anyone())),
        };
        let signed_in = match drawn.right() {
            Right::SignedIn => !self.sessions.there.is_empty(),
            Right::Contact => !self.signed_in().is_empty(),
            _ => true,
        };
        match drawn {
            _ if !signed_in => Operation::AskToSignIn,
            Operation::RedeemLink | Operation::RedeemCode if self.attempts.there.is_empty() => Operation::AskToSignIn,
            Operation::ChangeFolderTemplate
            | Operation::RemoveFolderTemplate
            | Operation::ChooseDefaultTemplate
            | Operation::ApplyFolderTemplate
                if self.templates.is_empty() =>
            {
                Operation::AddFolderTemplate
            }
            Operation::Resend | Operation::NoteBounce if self.messages.is_empty() => Operation::ListDeliveries,
            _ if fits => drawn,
            Operation::Restore | Operation::Purge | Operation::PreviewPurge => Operation::Trash,
            Operation::PlaceHold => Operation::AddFolder,
            Operation::ReleaseHold => Operation::PlaceHold,
            Operation::Unarchive => Operation::Archive,
            Operation::ContactWithdraw => Operation::ContactUpload,
            Operation::AddVersion | Operation::ReadDocument | Operation::Download | Operation::Preview => {
                Operation::Upload
            }
            Operation::ContactListFolder
            | Operation::ContactListArchive
            | Operation::ContactUpload
            | Operation::ContactDoneUploading
            | Operation::ContactResumeUpload
            | Operation::ContactGiveUpUpload
            | Operation::ContactDownloadFolder
            | Operation::ContactAddFolder
            | Operation::ContactReadDocument
            | Operation::ContactDownload
            | Operation::ContactPreview
            | Operation::Revoke => Operation::Share,
            Operation::SetVisible
            | Operation::Rename
            | Operation::Move
            | Operation::PreviewMove
            | Operation::Archive
            | Operation::Trash
            | Operation::Share => Operation::AddFolder,
            _ => drawn,
        }
    }

    /// The node and all above it, as far as they are known.
    fn way(&self, node: KnownNode) -> impl Iterator<Item = KnownNode> {
        let above = |node: &KnownNode| {
            let parent = NodeId::from(node.parent?);
            self.nodes.iter().find(|other| other.id == parent).copied()
        };
        std::iter::successors(Some(node), above)
    }

    /// Whether neither it nor anything above it lies in the trash.
    fn is_awake(&self, node: KnownNode) -> bool {
        self.way(node).all(|node| node.is_in_place())
    }

    /// Whether it could come back from the trash.
    fn is_trashed(&self, node: KnownNode) -> bool {
        node.is_in_the_trash() && self.way(node).skip(1).all(|node| node.is_in_place())
    }

    /// Whether a contact sees it by some grant.
    fn is_seen(&self, node: KnownNode, contact: &KnownContact) -> bool {
        let granted = |node: KnownNode| self.audiences(node).any(|audience| audience.includes(contact.id));
        self.is_awake(node) && self.way(node).any(granted)
    }

    /// Whether nobody sees it by any grant but that of the visible toggle.
    fn is_toggled_at_most(&self, node: KnownNode) -> bool {
        self.audiences(node).all(|audience| audience == Audience::AllContacts)
            && self.way(node).skip(1).all(|node| self.audiences(node).next().is_none())
    }

    fn audiences(&self, node: KnownNode) -> impl Iterator<Item = Audience> {
        self.shared.iter().filter(move |(id, _)| *id == node.id).map(|(_, audience)| *audience)
    }
}
