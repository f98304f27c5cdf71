//! What a sequence knows of the portal so far: from it the next operation is drawn.

use portal_core::Operation;
use portal_core::directory::Role;
use portal_core::identity::{Asked, BrowserToken, SessionToken};
use portal_core::sharing::Audience;
use portal_core::testing::Dice;
use portal_core::values::{
    ClientId, ContactId, DocumentId, EmailAddress, FirmId, FolderId, FolderTemplateId, MemberId, MessageId, NodeId,
    SessionId, VersionId,
};

use crate::draw::Draw;

/// What an operation made, or told of.
#[derive(Debug)]
pub(crate) enum Learned {
    Nothing,
    Firm(FirmId, MemberId),
    Member(KnownMember),
    Client(FirmId, ClientId, FolderId, Option<FolderId>),
    Contact(KnownContact),
    Node(KnownNode, Option<Audience>),
    Version(DocumentId, VersionId, bool),
    Messages(FirmId, Vec<MessageId>),
    Asked(KnownAttempt),
    Session(SessionToken, EmailAddress),
    Sessions(Vec<SessionId>),
    Template(FolderTemplateId),
}

/// Somebody on a team.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KnownMember {
    pub(crate) firm: FirmId,
    pub(crate) id: MemberId,
    pub(crate) role: Role,
}

/// Somebody at a client.
#[derive(Debug, Clone)]
pub(crate) struct KnownContact {
    pub(crate) client: ClientId,
    pub(crate) id: ContactId,
    pub(crate) email: Option<EmailAddress>,
    pub(crate) may_enter: bool,
}

/// Where a folder or document lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Where {
    InItsFolder,
    InTheArchive,
    InTheTrash,
    Nowhere,
}

/// A folder or document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KnownNode {
    pub(crate) client: ClientId,
    pub(crate) id: NodeId,
    /// `None` for the client's root.
    pub(crate) parent: Option<FolderId>,
    /// The newest version of a document.
    pub(crate) version: Option<VersionId>,
    /// Whether there are pictures of its pages.
    pub(crate) pictured: bool,
    pub(crate) lies: Where,
    /// The contact who uploaded it.
    pub(crate) by: Option<ContactId>,
    pub(crate) held: bool,
}

impl KnownNode {
    pub(crate) fn new(client: ClientId, id: impl Into<NodeId>, parent: Option<FolderId>) -> Self {
        Self {
            client,
            id: id.into(),
            parent,
            version: None,
            pictured: false,
            lies: Where::InItsFolder,
            by: None,
            held: false,
        }
    }

    pub(crate) fn is_document(&self) -> bool {
        matches!(self.id, NodeId::Document(_))
    }

    pub(crate) fn is_in_place(&self) -> bool {
        self.lies == Where::InItsFolder
    }

    pub(crate) fn is_archived(&self) -> bool {
        self.lies == Where::InTheArchive
    }

    pub(crate) fn is_in_the_trash(&self) -> bool {
        self.lies == Where::InTheTrash
    }
}

/// An attempt to sign in, and the browser that made it.
#[derive(Debug, Clone)]
pub(crate) struct KnownAttempt {
    pub(crate) asked: Asked,
    pub(crate) browser: BrowserToken,
    pub(crate) email: EmailAddress,
}

/// Things of one kind. Those that are gone are asked for still, now and then.
#[derive(Debug)]
pub(crate) struct Pool<T> {
    pub(crate) there: Vec<T>,
    pub(crate) gone: Vec<T>,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self { there: Vec::new(), gone: Vec::new() }
    }
}

impl<T: Clone> Pool<T> {
    fn lose(&mut self, is: impl Fn(&T) -> bool) {
        self.gone.extend(self.there.extract_if(.., |thing| is(thing)));
    }

    /// One of them: in a few sequences all go.
    pub(crate) fn anyone(&self) -> &T {
        self.there.iter().chain(&self.gone).next().unwrap()
    }

    /// One that fits, mostly.
    pub(crate) fn pick(&self, dice: &mut Dice, fits: impl Fn(&T) -> bool) -> Option<T> {
        let fitting: Vec<&T> = self.there.iter().filter(|thing| fits(thing)).collect();
        if dice.chance(94)
            && let Some(picked) = dice.pick(&fitting)
        {
            return Some((*picked).clone());
        }
        let any: Vec<&T> = self.there.iter().chain(&self.gone).collect();
        dice.pick(&any).map(|picked| (*picked).clone())
    }
}

/// What a sequence knows. It may be wrong, of what others did meanwhile or what ran out: then an operation is refused.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) firms: Vec<(FirmId, MemberId)>,
    pub(crate) members: Pool<KnownMember>,
    pub(crate) clients: Vec<(FirmId, ClientId)>,
    pub(crate) contacts: Pool<KnownContact>,
    pub(crate) nodes: Vec<KnownNode>,
    pub(crate) versions: Vec<VersionId>,
    pub(crate) shared: Vec<(NodeId, Audience)>,
    pub(crate) messages: Vec<(FirmId, MessageId)>,
    pub(crate) attempts: Pool<KnownAttempt>,
    pub(crate) sessions: Pool<(SessionToken, EmailAddress)>,
    pub(crate) session_ids: Vec<SessionId>,
    pub(crate) keys: Vec<String>,
    pub(crate) templates: Vec<FolderTemplateId>,
}

impl Known {
    pub(crate) fn learn(&mut self, learned: Learned) {
        match learned {
            Learned::Nothing => {}
            Learned::Firm(firm, owner) => {
                self.firms.push((firm, owner));
                self.members.there.push(KnownMember { firm, id: owner, role: Role::Owner });
            }
            Learned::Member(member) => self.members.there.push(member),
            Learned::Client(firm, client, root, uploads) => {
                self.clients.push((firm, client));
                self.nodes.push(KnownNode::new(client, root, None));
                if let Some(uploads) = uploads {
                    let node = KnownNode::new(client, uploads, Some(root));
                    self.learn(Learned::Node(node, Some(Audience::AllContacts)));
                }
            }
            Learned::Contact(contact) => self.contacts.there.push(contact),
            Learned::Template(template) => self.templates.push(template),
            Learned::Node(node, shared_with) => {
                self.nodes.push(node);
                self.versions.extend(node.version);
                self.shared.extend(shared_with.map(|audience| (node.id, audience)));
            }
            Learned::Version(document, version, pictured) => {
                for node in self.nodes.iter_mut().filter(|node| node.id == document.into()) {
                    (node.version, node.pictured) = (Some(version), pictured);
                }
                self.versions.push(version);
            }
            Learned::Messages(firm, messages) => {
                self.messages.retain(|(other, _)| *other != firm);
                self.messages.extend(messages.into_iter().map(|message| (firm, message)));
            }
            Learned::Asked(attempt) => self.attempts.there.push(attempt),
            Learned::Session(token, email) => {
                self.session_ids.push(token.session());
                self.sessions.there.push((token, email));
            }
            Learned::Sessions(sessions) => self.session_ids.extend(sessions),
        }
    }

    /// What an operation that was accepted changed of what is known.
    pub(crate) fn happened(&mut self, draw: &Draw) {
        match draw.operation {
            Operation::Move => {
                let moved = self.nodes.iter_mut().filter(|node| node.id == draw.node);
                moved.for_each(|node| node.parent = Some(draw.folder));
            }
            Operation::PlaceHold | Operation::ReleaseHold => {
                let held = self.nodes.iter_mut().filter(|node| node.id == draw.node);
                held.for_each(|node| node.held = draw.operation == Operation::PlaceHold);
            }
            Operation::ContactWithdraw => self.lies(draw.document.into(), Where::InTheTrash),
            Operation::Archive => self.lies(draw.node, Where::InTheArchive),
            Operation::Unarchive => self.lies(draw.node, Where::InItsFolder),
            Operation::Trash => self.lies(draw.node, Where::InTheTrash),
            Operation::Restore => self.lies(draw.node, Where::InItsFolder),
            Operation::Purge => self.lies(draw.node, Where::Nowhere),
            Operation::Share => self.shared.push((draw.node, draw.share.audience)),
            Operation::Revoke => self.shared.retain(|shared| *shared != (draw.node, draw.share.audience)),
            Operation::SetVisible if draw.flag => self.shared.push((draw.node, Audience::AllContacts)),
            Operation::SetVisible => self.shared.retain(|shared| *shared != (draw.node, Audience::AllContacts)),
            Operation::RemoveContact | Operation::EraseContact => {
                self.contacts.lose(|contact| contact.id == draw.contact.id)
            }
            Operation::RemoveFolderTemplate => self.templates.retain(|template| *template != draw.template),
            Operation::ChangeContact => {
                let email = draw.new_email();
                self.contact(draw.contact.id).zip(email).into_iter().for_each(|(contact, email)| contact.email = email);
            }
            Operation::SetPortalAccess => {
                self.contact(draw.contact.id).into_iter().for_each(|contact| contact.may_enter = draw.flag);
            }
            Operation::ChangeMemberRole => {
                self.member(draw.member).into_iter().for_each(|member| member.role = draw.role);
            }
            Operation::RemoveMember => self.members.lose(|member| member.id == draw.member),
            Operation::RedeemLink | Operation::RedeemCode => self.is_over(draw),
            Operation::SignOut => self.signed_out(draw),
            _ => {}
        }
    }

    /// The attempt that was drawn is over.
    pub(crate) fn is_over(&mut self, draw: &Draw) {
        let over = draw.attempt.as_ref().map(|attempt| attempt.asked.attempt);
        self.attempts.lose(|attempt| Some(attempt.asked.attempt) == over);
    }

    /// The session that was drawn is over.
    pub(crate) fn signed_out(&mut self, draw: &Draw) {
        let over = draw.session.as_ref().map(SessionToken::session);
        self.sessions.lose(|(token, _)| Some(token.session()) == over);
    }

    fn lies(&mut self, id: NodeId, lies: Where) {
        self.nodes.iter_mut().filter(|node| node.id == id).for_each(|node| node.lies = lies);
    }

    fn member(&mut self, id: MemberId) -> Option<&mut KnownMember> {
        self.members.there.iter_mut().find(|member| member.id == id)
    }

    fn contact(&mut self, id: ContactId) -> Option<&mut KnownContact> {
        self.contacts.there.iter_mut().find(|contact| contact.id == id)
    }
}
