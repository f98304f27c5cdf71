//! What an event is about, for whoever looks for something in what happened.

use super::Event;
use crate::{directory, files};

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventTopic {
    /// What is shared with whom.
    Sharing,
    /// What was uploaded, and taken back.
    Uploads,
    /// What was looked at.
    Downloads,
    /// Folders and documents: made, renamed, moved, archived, deleted, held.
    Files,
    /// How mail goes, and what came of it.
    Mail,
    /// Contacts, team, and who came in.
    People,
    /// The firm's settings and keys, its templates, the client itself.
    Settings,
}

impl EventTopic {
    /// Each.
    pub const ALL: [Self; 7] =
        [Self::Sharing, Self::Uploads, Self::Downloads, Self::Files, Self::Mail, Self::People, Self::Settings];

    /// Its name, as forms know it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sharing => "sharing",
            Self::Uploads => "uploads",
            Self::Downloads => "downloads",
            Self::Files => "files",
            Self::Mail => "mail",
            Self::People => "people",
            Self::Settings => "settings",
        }
    }

    /// The topic of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.name() == name)
    }
}

impl Event {
    /// What it is about.
    pub fn topic(&self) -> EventTopic {
        match self {
            Self::Directory(event) => of_directory(event),
            Self::Sharing(_) => EventTopic::Sharing,
            Self::Files(event) => of_files(event),
            Self::Identity(_) => EventTopic::People,
            Self::Delivery(_) => EventTopic::Mail,
        }
    }
}

fn of_directory(event: &directory::Event) -> EventTopic {
    use directory::Event;
    match event {
        Event::ContactAdded { .. }
        | Event::ContactChanged { .. }
        | Event::ContactRemoved { .. }
        | Event::ContactErased { .. }
        | Event::PortalAccessChanged { .. }
        | Event::Assigned { .. }
        | Event::Unassigned { .. }
        | Event::ContactSignedIn { .. }
        | Event::MemberAdded { .. }
        | Event::MemberRoleChanged { .. }
        | Event::MemberRemoved { .. } => EventTopic::People,
        Event::MailChosen { .. } | Event::MailBounced { .. } | Event::BounceCleared { .. } => EventTopic::Mail,
        Event::FolderTemplateApplied { .. } => EventTopic::Files,
        Event::ClientAdded { .. }
        | Event::ClientRenamed { .. }
        | Event::ClientExported { .. }
        | Event::FirmAdded { .. }
        | Event::FirmChanged { .. }
        | Event::DataKeyAdded { .. }
        | Event::DataKeyRewrapped { .. }
        | Event::FolderTemplateAdded { .. }
        | Event::FolderTemplateChanged { .. }
        | Event::FolderTemplateRemoved { .. }
        | Event::DefaultTemplateChosen { .. } => EventTopic::Settings,
    }
}

fn of_files(event: &files::Event) -> EventTopic {
    use files::Event;
    match event {
        Event::Uploaded { .. }
        | Event::VersionAdded { .. }
        | Event::DoneUploading { .. }
        | Event::Withdrawn { .. }
        | Event::Infected { .. } => EventTopic::Uploads,
        Event::Downloaded { .. } | Event::Opened { .. } => EventTopic::Downloads,
        Event::FolderAdded { .. }
        | Event::Moved { .. }
        | Event::HoldPlaced { .. }
        | Event::HoldReleased { .. }
        | Event::Renamed { .. }
        | Event::Trashed { .. }
        | Event::Archived { .. }
        | Event::Unarchived { .. }
        | Event::Restored { .. }
        | Event::Purged { .. } => EventTopic::Files,
    }
}
