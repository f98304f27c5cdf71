//! How often somebody is mailed, as they choose it: a line a kind of mail.

use portal_core::directory::{Frequency, Mailing, Topic};

/// A kind of mail, and how often it goes. Its form posts the topic's name with that of how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailChoice {
    /// The kind of mail.
    pub topic: Topic,
    /// How often it goes now.
    pub often: Frequency,
}

impl MailChoice {
    /// What somebody may choose, and what holds now.
    pub fn all(mailing: &Mailing) -> Vec<Self> {
        let topics = mailing.addressee.topics();
        topics.iter().map(|topic| Self { topic: *topic, often: mailing.often(*topic) }).collect()
    }

    /// The field of the form.
    pub fn key(&self) -> &'static str {
        self.topic.name()
    }

    /// What the mail is about.
    pub fn label(&self) -> &'static str {
        match self.topic {
            Topic::Shared => "When something is shared with you",
            Topic::NewDocuments => "When there are new documents",
            Topic::ClientUploaded => "When a client of yours uploads",
        }
    }

    /// The choice in the middle of a sentence: `new documents weekly`.
    pub fn in_words(&self) -> String {
        let about = match self.topic {
            Topic::Shared => "what is shared",
            Topic::NewDocuments => "new documents",
            Topic::ClientUploaded => "uploads of clients",
        };
        let often = match self.often {
            Frequency::AtOnce => "at once",
            Frequency::Daily => "daily",
            Frequency::Weekly => "weekly",
            Frequency::Off => "never",
        };
        format!("{about} {often}")
    }

    /// What can be chosen: its value, how it is said, and whether it is chosen.
    pub fn options(&self) -> [(&'static str, &'static str, bool); 4] {
        Frequency::ALL.map(|often| (often.name(), said(often), often == self.often))
    }
}

fn said(often: Frequency) -> &'static str {
    match often {
        Frequency::AtOnce => "At once",
        Frequency::Daily => "Once a day, in one mail",
        Frequency::Weekly => "Once a week, in one mail",
        Frequency::Off => "Never",
    }
}
