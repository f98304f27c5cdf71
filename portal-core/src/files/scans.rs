//! What scanners said: before an upload becomes anything, and of what came before there was a scanner (S37).

use std::time::Duration;

use super::{DocumentVersion, Event, Files, RESUMABLE_FOR, Record, Taken, Upload, condemn_upload};
use crate::change::{Context, Decision, Versioned, Write};
use crate::values::{ClientId, DocumentId, FileName, NodeId, Note, Timestamp};

/// What a scanner said of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scan {
    /// Nothing: there was none.
    #[default]
    NotScanned,
    /// That it is clean, at that time.
    Clean(Timestamp),
    /// That it is harmful, at that time: nobody reads it any more.
    Infected(Timestamp),
}

/// What a scanner said of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UploadScan {
    /// It was not asked yet.
    #[default]
    NotAsked,
    /// It was asked and gave no answer: the upload is whole, and waits.
    Waits {
        /// From then on it is asked again.
        due: Timestamp,
        /// How often it was asked.
        tries: u32,
    },
    /// That it is harmful, while its uploader was away. The row stays for them to see.
    Infected,
}

/// The longest name of a threat that is noted.
const THREAT_CHARS: usize = 200;
/// How long after the scanner gave no answer it is asked again, the first time and at most.
const ASKED_AGAIN_AFTER: Duration = Duration::from_secs(30);
const ASKED_AGAIN_AFTER_AT_MOST: Duration = Duration::from_secs(60 * 60);

/// Keeps an upload whose bytes, `taken`, are whole until a scanner says something of it: for as long as that takes.
pub(crate) fn await_scan(upload: &Versioned<Upload>, taken: Taken, context: &Context) -> Decision<Files> {
    let tries = match upload.scan {
        UploadScan::Waits { tries, .. } => tries,
        UploadScan::NotAsked | UploadScan::Infected => 0,
    };
    let scan = UploadScan::Waits { due: context.now + pause_after(tries), tries };
    let announced_bytes = Some(taken.size_bytes);
    let deadline = context.now + RESUMABLE_FOR;
    let waiting = Upload { scan, taken, announced_bytes, deadline, ..upload.value.clone() };
    Decision::nothing(()).write(Write::Update(upload.version, Record::Upload(waiting)))
}

fn pause_after(tries: u32) -> Duration {
    ASKED_AGAIN_AFTER.saturating_mul(1 << tries.min(16)).min(ASKED_AGAIN_AFTER_AT_MOST)
}

/// Takes an upload that waits for its next scan, which nobody else begins before `until`.
pub(crate) fn claim_scan(upload: &Versioned<Upload>, until: Timestamp) -> Decision<Files, Versioned<Upload>> {
    let tries = match upload.scan {
        UploadScan::Waits { tries, .. } => tries.saturating_add(1),
        UploadScan::NotAsked | UploadScan::Infected => 1,
    };
    let claimed = Upload { scan: UploadScan::Waits { due: until, tries }, ..upload.value.clone() };
    Decision::nothing(Versioned::new(upload.version.next(), claimed.clone()))
        .write(Write::Update(upload.version, Record::Upload(claimed)))
}

/// Gives a harmful upload up. Nobody is mailed: nobody but its uploader knows of it, and they are told at once.
pub(crate) fn refuse_infected(upload: &Versioned<Upload>, threat: &str, context: &Context) -> Decision<Files> {
    condemn_upload(upload, context).event(infected(upload.client, upload.into.node(), &upload.name, threat, context))
}

/// Notes that an upload is harmful, for its uploader to see when they come back; after some days it goes.
pub(crate) fn keep_infected(upload: &Versioned<Upload>, threat: &str, context: &Context) -> Decision<Files> {
    let found = Upload { scan: UploadScan::Infected, deadline: context.now + RESUMABLE_FOR, ..upload.value.clone() };
    Decision::nothing(()).write(Write::Update(upload.version, Record::Upload(found))).event(infected(
        upload.client,
        upload.into.node(),
        &upload.name,
        threat,
        context,
    ))
}

/// A version of a document that was kept before there was a scanner.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept<'a> {
    /// The client.
    pub(crate) client: ClientId,
    /// The document.
    pub(crate) document: DocumentId,
    /// What the document is called.
    pub(crate) name: &'a FileName,
    /// The version.
    pub(crate) version: &'a Versioned<DocumentVersion>,
}

/// Notes what a scanner said of what was kept already: `threat` when it is harmful.
pub(crate) fn note_scan(kept: Kept<'_>, threat: Option<&str>, context: &Context) -> Decision<Files> {
    let version = kept.version;
    let scan = threat.map_or(Scan::Clean(context.now), |_| Scan::Infected(context.now));
    let scanned = DocumentVersion { scan, ..version.value.clone() };
    let noted = Decision::nothing(()).write(Write::Update(version.version, Record::Version(scanned)));
    match threat {
        Some(threat) => noted.event(infected(kept.client, kept.document.into(), kept.name, threat, context)),
        None => noted,
    }
}

fn infected(client: ClientId, node: NodeId, name: &FileName, threat: &str, context: &Context) -> Event {
    let threat: String = threat.chars().filter(|char| !char.is_control()).take(THREAT_CHARS).collect();
    let (name, threat): (Note, Note) = (context.note("infected", name.as_str()), context.note("threat", threat));
    Event::Infected { client, node, name, threat }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scanner_that_is_away_is_asked_again_ever_more_seldom_and_once_an_hour_at_least() {
        assert_eq!(pause_after(0), Duration::from_secs(30));
        assert_eq!(pause_after(1), Duration::from_secs(60));
        assert_eq!([pause_after(7), pause_after(u32::MAX)], [Duration::from_secs(3600); 2]);
    }
}
