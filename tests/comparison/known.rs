//! What a sequence knows of the portal so far: from it the next operation is drawn.

use portal_core::identity::{Asked, BrowserToken, SessionToken};
use portal_core::values::{
    ClientId, ContactId, DocumentId, EmailAddress, FirmId, FolderId, MemberId, MessageId, NodeId, SessionId, VersionId,
};

/// What an operation taught.
#[derive(Debug)]
pub(crate) enum Learned {
    Nothing,
    Firm(FirmId, MemberId),
    Member(MemberId),
    Client(ClientId, FolderId, Option<FolderId>),
    Contact(ClientId, ContactId, Option<EmailAddress>),
    Folder(ClientId, FolderId),
    Document(ClientId, DocumentId, VersionId),
    Messages(Vec<MessageId>),
    Trashed(ClientId, NodeId),
    Asked(Asked, BrowserToken, EmailAddress),
    Session(SessionToken, EmailAddress),
    Sessions(Vec<SessionId>),
}

/// Somebody at a client.
#[derive(Debug, Clone)]
pub(crate) struct KnownContact {
    pub(crate) client: ClientId,
    pub(crate) id: ContactId,
    pub(crate) email: Option<EmailAddress>,
}

/// An attempt to sign in, and the browser that made it.
#[derive(Debug, Clone)]
pub(crate) struct KnownAttempt {
    pub(crate) asked: Asked,
    pub(crate) browser: BrowserToken,
    pub(crate) email: EmailAddress,
}

/// What a sequence knows. Things stay in it once they are gone: they are asked for still.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) firms: Vec<(FirmId, MemberId)>,
    pub(crate) members: Vec<MemberId>,
    pub(crate) clients: Vec<ClientId>,
    pub(crate) contacts: Vec<KnownContact>,
    pub(crate) folders: Vec<(ClientId, FolderId)>,
    pub(crate) documents: Vec<(ClientId, DocumentId, VersionId)>,
    pub(crate) trashed: Vec<(ClientId, NodeId)>,
    pub(crate) messages: Vec<MessageId>,
    pub(crate) attempts: Vec<KnownAttempt>,
    pub(crate) sessions: Vec<(SessionToken, EmailAddress)>,
    pub(crate) session_ids: Vec<SessionId>,
    pub(crate) keys: Vec<String>,
}

impl Known {
    pub(crate) fn learn(&mut self, learned: Learned) {
        match learned {
            Learned::Nothing => {}
            Learned::Firm(firm, owner) => self.firms.push((firm, owner)),
            Learned::Member(member) => self.members.push(member),
            Learned::Client(client, root, uploads) => {
                self.clients.push(client);
                self.folders.extend([Some(root), uploads].into_iter().flatten().map(|folder| (client, folder)));
            }
            Learned::Contact(client, id, email) => self.contacts.push(KnownContact { client, id, email }),
            Learned::Folder(client, folder) => self.folders.push((client, folder)),
            Learned::Document(client, document, version) => self.documents.push((client, document, version)),
            Learned::Messages(messages) => self.messages = messages,
            Learned::Trashed(client, node) => self.trashed.push((client, node)),
            Learned::Asked(asked, browser, email) => self.attempts.push(KnownAttempt { asked, browser, email }),
            Learned::Session(token, email) => {
                self.session_ids.push(token.session());
                self.sessions.push((token, email));
            }
            Learned::Sessions(sessions) => self.session_ids.extend(sessions),
        }
    }
}
