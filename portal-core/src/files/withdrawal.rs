//! Taking back what one uploaded oneself, and that the firm opened it (S33).

use std::time::Duration;

use super::holds::refuse_kept;
use super::trash::Entry;
use super::{Document, DocumentVersion, Event, Files, FilesRefusal, Record, Removal};
use crate::change::{Context, Decision, Versioned, Write};
use crate::directory::{Policies, Withdrawal};
use crate::values::{Actor, ContactId, Timestamp};

/// Until when `contact` may withdraw a document, by their firm's policy: `None` for as long as they like. `held` says whether
/// it, or something above it, is kept by a hold.
///
/// What keeps it is the firm's affair: it refuses as if nothing could be withdrawn here.
///
/// # Errors
/// [`FilesRefusal::NotYours`], [`FilesRefusal::NoWithdrawal`], [`FilesRefusal::Opened`] and
/// [`FilesRefusal::WithdrawalOver`].
pub fn withdrawable(
    document: &Document,
    current: &DocumentVersion,
    contact: ContactId,
    policies: &Policies,
    held: bool,
    now: Timestamp,
) -> Result<Option<Timestamp>, FilesRefusal> {
    let theirs = Actor::Contact(contact);
    // Only staff add versions: what they added is no upload of the contact's.
    if document.place.created_by != theirs || current.uploaded_by != theirs {
        return Err(FilesRefusal::NotYours);
    }
    let kept =
        refuse_kept(held || document.place.hold.is_some(), Some(current.uploaded_at), policies.retention_days, now);
    if kept.is_err() {
        return Err(FilesRefusal::NoWithdrawal);
    }
    match policies.withdrawal {
        Withdrawal::Never => Err(FilesRefusal::NoWithdrawal),
        Withdrawal::Always => Ok(None),
        Withdrawal::Grace { .. } if document.opened_at.is_some() => Err(FilesRefusal::Opened),
        Withdrawal::Grace { minutes } => {
            let until = current.uploaded_at + Duration::from_secs(60) * minutes;
            if now < until { Ok(Some(until)) } else { Err(FilesRefusal::WithdrawalOver) }
        }
    }
}

/// Puts a withdrawn document in the trash, from where staff can restore it. The caller has seen that it may be.
pub(crate) fn withdraw(document: &Versioned<Document>, context: &Context) -> Decision<Files> {
    let place = &document.place;
    let name = context.note("withdrawn", place.name.as_str());
    let event = Event::Withdrawn { client: place.client, document: document.id, name };
    let entry = Entry::Document(document.clone());
    Decision::nothing(()).write(entry.removed(Removal::Trashed(context.now))).event(event)
}

/// Whether it is to be noted, before they read it, that a team member opened the document: once, of what contacts uploaded.
pub(crate) fn opening_counts(document: &Document) -> bool {
    document.opened_at.is_none() && matches!(document.place.created_by, Actor::Contact(_))
}

/// Notes that a team member opened a document; noted already, nothing happens.
///
/// It changes the document, as withdrawing does: of both at once one is decided anew.
pub(crate) fn note_opening(document: &Versioned<Document>, context: &Context) -> Decision<Files> {
    if !opening_counts(document) {
        return Decision::nothing(());
    }
    let opened = Document { opened_at: Some(context.now), ..document.value.clone() };
    let name = context.note("opened", document.place.name.as_str());
    let event = Event::Opened { client: document.place.client, document: document.id, name };
    Decision::nothing(()).write(Write::Update(document.version, Record::Document(opened))).event(event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{Hold, Place, Scan};
    use crate::sharing::tests_support::{ANA, BEN, at};
    use crate::values::{BlobKey, ClientId, Digest, DisplayName, DocumentId, FileName, FolderId, VersionId};

    const FIFTEEN: Policies = Policies {
        contacts_make_folders: false,
        withdrawal: Withdrawal::Grace { minutes: 15 },
        retention_days: 0,
        members_restricted: false,
    };

    fn uploaded(by: Actor) -> (Document, DocumentVersion) {
        let name = FileName::new("w2.pdf").unwrap();
        let place = Place {
            client: ClientId::from_bits(1),
            parent: Some(FolderId::from_bits(2)),
            name: name.clone(),
            removal: Removal::Live,
            created_by: by,
            created_at: at(0),
            hold: None,
        };
        let version = DocumentVersion {
            id: VersionId::from_bits(4),
            document: DocumentId::from_bits(3),
            blob: BlobKey::from_bits(5),
            size_bytes: 1,
            sha256: Digest::ZERO,
            declared_type: None,
            sniffed_type: None,
            scan: Scan::NotScanned,
            uploaded_as: name,
            uploaded_by: by,
            uploaded_at: at(0),
        };
        (Document { id: version.document, place, current: version.id, opened_at: None }, version)
    }

    #[test]
    fn s33_an_upload_is_withdrawn_within_the_window_and_not_at_its_end() {
        let (document, version) = uploaded(Actor::Contact(ANA));
        let within = |policies: &Policies, now| withdrawable(&document, &version, ANA, policies, false, now);
        assert_eq!(within(&FIFTEEN, at(899)), Ok(Some(at(900))));
        assert_eq!(within(&FIFTEEN, at(900)), Err(FilesRefusal::WithdrawalOver));
        assert_eq!(
            within(&Policies { withdrawal: Withdrawal::Never, ..FIFTEEN }, at(1)),
            Err(FilesRefusal::NoWithdrawal)
        );
        assert_eq!(within(&Policies { withdrawal: Withdrawal::Always, ..FIFTEEN }, at(90_000)), Ok(None));
    }

    #[test]
    fn s33_nothing_is_withdrawn_that_the_firm_opened_within_a_grace() {
        let (mut document, version) = uploaded(Actor::Contact(ANA));
        document.opened_at = Some(at(1));
        let within = |policies: &Policies| withdrawable(&document, &version, ANA, policies, false, at(2));
        assert_eq!(within(&FIFTEEN), Err(FilesRefusal::Opened));
        assert_eq!(within(&Policies { withdrawal: Withdrawal::Always, ..FIFTEEN }), Ok(None));
    }

    #[test]
    fn s33_only_ones_own_upload_is_withdrawn_and_not_once_the_firm_added_a_version() {
        let (document, version) = uploaded(Actor::Contact(ANA));
        let by = |contact, version: &DocumentVersion| withdrawable(&document, version, contact, &FIFTEEN, false, at(1));
        assert_eq!(by(BEN, &version), Err(FilesRefusal::NotYours));
        let added = DocumentVersion { uploaded_by: Actor::Host, ..version };
        assert_eq!(by(ANA, &added), Err(FilesRefusal::NotYours));
    }

    #[test]
    fn s26_what_is_kept_is_not_withdrawn_and_why_is_not_told() {
        let (mut document, version) = uploaded(Actor::Contact(ANA));
        let always = Policies { withdrawal: Withdrawal::Always, ..FIFTEEN };
        let kept = Policies { retention_days: 1, ..always };
        let asked = |document: &Document, policies, held| withdrawable(document, &version, ANA, policies, held, at(1));
        assert_eq!(asked(&document, &always, true), Err(FilesRefusal::NoWithdrawal));
        assert_eq!(asked(&document, &kept, false), Err(FilesRefusal::NoWithdrawal));
        let reason = DisplayName::new("Audit of 2025").unwrap();
        document.place.hold = Some(Box::new(Hold { reason, by: Actor::Host, since: at(0) }));
        assert_eq!(asked(&document, &always, false), Err(FilesRefusal::NoWithdrawal));
    }

    #[test]
    fn s33_an_opening_is_noted_once_and_of_contacts_uploads_alone() {
        let context = Context::new(at(7), Digest::of(b"test"), [0; 32]);
        let opened = |by, opened_at| {
            let (mut document, _) = uploaded(by);
            document.opened_at = opened_at;
            note_opening(&Versioned::new(crate::change::Version::FIRST, document), &context).writes.len()
        };
        assert_eq!(opened(Actor::Contact(ANA), None), 1);
        assert_eq!(opened(Actor::Contact(ANA), Some(at(1))), 0);
        assert_eq!(opened(Actor::Host, None), 0);
    }
}
