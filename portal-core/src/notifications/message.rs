//! A message to one recipient, on its way from an event to a mail.

use std::time::Duration;

use crate::directory::Topic;
use crate::event::{Keyspace, Lane};
use crate::values::{
    AddressKey, AttemptId, ClientId, ContactId, EmailAddress, EventId, FirmId, FolderId, MemberId, MessageId, Timestamp,
};

/// The message that a Message-ID is of, if it is one of the portal's; angle brackets may stand around it.
pub fn message_of(message_id: &str) -> Option<MessageId> {
    let bare = message_id.trim().trim_start_matches('<').trim_end_matches('>');
    bare.split('@').next()?.parse().ok()
}

/// Who a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Recipient {
    /// A contact.
    Contact(ContactId),
    /// A team member.
    Member(MemberId),
    /// Whoever asked for this sign-in mail.
    Attempt(AddressKey, AttemptId),
}

/// What a message says; one template each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MailKind {
    /// Something was shared with you.
    Shared,
    /// There are new documents in a folder shared with you.
    NewDocuments,
    /// A client uploaded, to the team.
    ClientUploaded,
    /// Here is your link and code to sign in.
    SignIn,
    /// A mail with made-up content, to a team member who asked to see it in their own mailbox.
    Test,
}

impl MailKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Shared, Self::NewDocuments, Self::ClientUploaded, Self::SignIn, Self::Test];

    /// The name of the kind, as templates and stores know it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::NewDocuments => "new_documents",
            Self::ClientUploaded => "client_uploaded",
            Self::SignIn => "sign_in",
            Self::Test => "test",
        }
    }

    /// The topic by which people choose how often they get it; `None` for what cannot be turned off.
    pub const fn topic(self) -> Option<Topic> {
        match self {
            Self::Shared => Some(Topic::Shared),
            Self::NewDocuments => Some(Topic::NewDocuments),
            Self::ClientUploaded => Some(Topic::ClientUploaded),
            Self::SignIn | Self::Test => None,
        }
    }

    /// Which queue it waits in.
    pub const fn lane(self) -> Lane {
        match self {
            Self::SignIn => Lane::SignIn,
            Self::Shared | Self::NewDocuments | Self::ClientUploaded | Self::Test => Lane::Ordinary,
        }
    }
}

/// A message as the expansion of an event makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Its id, derived from event and address: expanding twice makes the same. Its Message-ID derives from it.
    pub id: MessageId,
    /// The firm that speaks.
    pub firm: FirmId,
    /// Who it is for.
    pub to: Recipient,
    /// Where it goes.
    pub address: EmailAddress,
    /// What it says.
    pub kind: MailKind,
    /// The client it speaks of, if it does of one.
    pub client: Option<ClientId>,
    /// The folder it speaks of, if it does of one.
    pub folder: Option<FolderId>,
    /// The event it speaks of.
    pub event: EventId,
    /// When it was made.
    pub created_at: Timestamp,
    /// How it waits for more of its kind; `None` to go at once.
    pub batch: Option<Batch>,
    /// Whether it only sends at once what it would join: where nothing waits, it makes nothing.
    pub hastens: bool,
}

impl NewMessage {
    /// The message that it becomes unless it joins another.
    pub fn begin(&self, keyspace: Keyspace) -> Message {
        Message {
            id: self.id,
            keyspace,
            firm: self.firm,
            to: self.to,
            address: self.address.clone(),
            kind: self.kind,
            client: self.client,
            folder: self.folder,
            events: vec![self.event],
            batched: self.batch.is_some(),
            created_at: self.created_at,
            due_at: self.due_at(),
            state: MessageState::Waiting,
            tries: 0,
            last_error: None,
            settled_at: None,
        }
    }

    /// When a message that just began is due.
    pub fn due_at(&self) -> Timestamp {
        self.batch.map_or(self.created_at, |batch| self.created_at + batch.quiet.min(batch.longest))
    }

    /// When a waiting message is due once this one has joined it: what waits for a time of the day never waits for a later one.
    pub fn due_at_joined(&self, waiting: &Message) -> Timestamp {
        let Some(batch) = self.batch else { return self.created_at };
        let due = (self.created_at + batch.quiet).min(waiting.created_at + batch.longest);
        if batch.longest == Duration::MAX { due.min(waiting.due_at) } else { due }
    }

    /// Whether this one joins `waiting`: same address, kind, client and folder, both batched, and not yet tried.
    pub fn joins(&self, waiting: &Message) -> bool {
        self.batch.is_some()
            && waiting.batched
            && waiting.state == MessageState::Waiting
            && waiting.tries == 0
            && (self.firm, &self.address, self.kind, self.client, self.folder)
                == (waiting.firm, &waiting.address, waiting.kind, waiting.client, waiting.folder)
    }
}

impl Message {
    /// What stands for the address of a message once it is erased: no mail goes there (RFC 2606), and it is of this message alone.
    pub fn nowhere(id: MessageId) -> Option<EmailAddress> {
        EmailAddress::new(&format!("{id}@erased.invalid")).ok()
    }
}

/// How messages of one kind wait for one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    /// It goes once nothing has joined for so long…
    pub quiet: Duration,
    /// …or since it began, whichever comes first.
    pub longest: Duration,
}

impl Batch {
    /// What was made at `made` waits until `time` for others of its kind, and goes with them then.
    pub fn until(time: Timestamp, made: Timestamp) -> Self {
        Self { quiet: time.since(made), longest: Duration::MAX }
    }
}

/// A message as the outbox keeps it: also the delivery ledger's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Where the event happened that it came of.
    pub keyspace: Keyspace,
    /// The firm that speaks.
    pub firm: FirmId,
    /// Who it is for.
    pub to: Recipient,
    /// Where it goes.
    pub address: EmailAddress,
    /// What it says.
    pub kind: MailKind,
    /// The client it speaks of.
    pub client: Option<ClientId>,
    /// The folder it speaks of.
    pub folder: Option<FolderId>,
    /// The events it speaks of, in the order in which they joined.
    pub events: Vec<EventId>,
    /// Whether others may join it while it waits.
    pub batched: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it is to be sent, or tried again.
    pub due_at: Timestamp,
    /// How it stands.
    pub state: MessageState,
    /// How often sending it was tried.
    pub tries: u32,
    /// What the last try that failed said.
    pub last_error: Option<String>,
    /// When it was sent, dropped or given up.
    pub settled_at: Option<Timestamp>,
}

impl Message {
    /// Whether it gathers what happened, at any client, for somebody who is told of it daily or weekly.
    pub fn is_digest(&self) -> bool {
        // INVARIANT: all other mail that people choose speaks of one client.
        self.kind.topic().is_some() && self.client.is_none()
    }
}

/// How a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageState {
    /// It waits for its time.
    Waiting,
    /// It was sent.
    Sent,
    /// It was not sent because it should not be any more.
    Dropped(DropReason),
    /// It was given up: refused for good, or tried too often.
    Dead,
}

/// Why a message was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DropReason {
    /// Its recipient does not have access any more.
    AccessGone,
    /// What it spoke of is there no more.
    NothingLeft,
    /// The sign-in it belongs to is over.
    TooLate,
    /// Its recipient is not reached at this address any more.
    AddressGone,
    /// Its recipient is not to hear of uploads any more.
    AlertsOff,
    /// Its recipient turned such mail off.
    TurnedOff,
    /// Mail to its address comes back.
    Bounced,
}

/// What became of a claimed message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// It was sent.
    Sent,
    /// It should not be sent any more.
    Dropped(DropReason),
    /// It was not sent, and is to be tried again then.
    Again {
        /// When.
        at: Timestamp,
        /// What went wrong, in words for staff.
        error: String,
    },
    /// It will not be sent.
    Dead {
        /// What went wrong, in words for staff.
        error: String,
    },
}
