//! Every kind of record, before and after a change, with all that it can hold.

use std::collections::BTreeMap;

use super::samples::{
    IntoRecord, access, assignment, at, attempt, client, condemned, contact, data_key, document, email, external, firm,
    folder, grant, id, limit, login, logo, mailing, member, named, reach, session, template, tree, upload, version,
};
use crate::directory::{
    Addressee, Bounce, ContactDetails, DigestTimes, EmailKind, FirmSettings, FolderTree, Frequency, Mailing, PhoneKind,
    Policies, Quota, Quotas, Role, TemplateFolder, TemplateSharing, Topic, Withdrawal,
};
use crate::event::Keyspace;
use crate::files::{DocumentVersion, FolderKind, Hold, MediaType, Removal, Scan, Tail, Taken, UploadInto, UploadScan};
use crate::identity::{AttemptState, LimitKind, Proof, ProofMethod, SessionEnd};
use crate::record::Record;
use crate::sharing::{Access, Audience};
use crate::values::{
    Actor, Color, Digest, DocumentId, FileName, HourOfDay, Language, MailFooter, PhoneNumber, RingKeyId, RunningDigest,
    TimeZone, Timestamp, Weekday,
};

/// A record, and the same one changed wherever it may change.
pub(super) struct Kind {
    pub(super) keyspace: Keyspace,
    pub(super) before: Record,
    pub(super) after: Record,
    /// Whether anybody ever updates records of this kind.
    pub(super) updated: bool,
    /// What it is read together with.
    pub(super) beside: Option<Record>,
}

const FIRM: Keyspace = Keyspace::Firm(crate::values::FirmId::from_bits(1));

fn kind(keyspace: Keyspace, before: impl IntoRecord, after: impl IntoRecord) -> Kind {
    Kind { keyspace, before: before.into_record(), after: after.into_record(), updated: true, beside: None }
}

fn fixed(record: impl IntoRecord + Clone) -> Kind {
    Kind { updated: false, ..kind(FIRM, record.clone(), record) }
}

/// One of each kind, no two of which stand in each other's way.
pub(super) fn every_kind() -> Vec<Kind> {
    directory().into_iter().chain(files()).chain(identity()).collect()
}

fn directory() -> Vec<Kind> {
    let mut firm_after = firm(1);
    firm_after.external_id = Some(external("host's \"firm\" 1; --"));
    firm_after.name = named("Müller & Söhne 株式会社 '%_\\");
    firm_after.settings = FirmSettings {
        color: Color::from_rgb([0, 127, 255]),
        logo: Some(logo(90, false)),
        mail_footer: Some(MailFooter::new("Müller & Söhne\n1 Main Street").unwrap()),
        reply_to: Some(email("Answers@Miller.test")),
        sender_name: Some(named("Kanzlei Müller")),
        language: Language::new("pt-BR").unwrap(),
        time_zone: TimeZone::new("America/Argentina/Buenos_Aires").unwrap(),
        digests: DigestTimes { hour: HourOfDay::new(23).unwrap(), day: Weekday::Sunday },
        client_uploads_for_new_clients: false,
        contacts_hear_of_uploads: true,
        file_names_in_mail: false,
        max_upload_bytes: i64::MAX.unsigned_abs(),
        quotas: Quotas {
            contact: Quota { files: None, bytes: Some(i64::MAX.unsigned_abs()) },
            firm: Quota { files: Some(0), bytes: None },
        },
        policies: Policies {
            contacts_make_folders: true,
            withdrawal: Withdrawal::Grace { minutes: u32::MAX },
            retention_days: 7,
            members_restricted: true,
        },
    };
    let mut member_after = member(2, "Mia");
    (member_after.external_id, member_after.role) = (Some(external("u_17")), Role::Owner);
    (member_after.email, member_after.removed_at) = (email("Mia@Miller.test"), Some(at(-5)));
    let mut client_after = client(3, "Zoë's");
    client_after.external_id = Some(external("c_17"));
    let mut contact_after = contact(4, 3);
    (contact_after.external_id, contact_after.email) = (Some(external("k_17")), None);
    contact_after.details = ContactDetails::new(
        [(EmailKind::Work, email("Ana.José@ACME.test")), (EmailKind::Other, email("o'ana@home.test"))],
        [(PhoneKind::Mobile, PhoneNumber::new("+15125550100").unwrap())],
    )
    .unwrap();
    (contact_after.name, contact_after.removed_at) = (named("Åsa"), Some(at(9)));
    let mut access_after = access(5);
    (access_after.allowed, access_after.last_signed_in_at) = (false, Some(Timestamp::from_micros(i64::MIN)));
    let mut assignment_after = assignment(3, 2);
    assignment_after.created_at = Timestamp::from_micros(i64::MAX);
    let mailing_after = Mailing {
        often: BTreeMap::from([(Topic::Shared, Frequency::Off), (Topic::NewDocuments, Frequency::Weekly)]),
        off_by_link: BTreeMap::from([(Topic::Shared, Frequency::Weekly)]),
        language: Some(Language::GERMAN),
        bounce: Some(Bounce { address: email("Ana@Acme.test"), at: at(7), reason: "no such 'mailbox'; --".to_owned() }),
        ..mailing(4)
    };
    // A member with the same bits as a contact is somebody else.
    let members_mail = Mailing::new(Addressee::Member(id(4)));
    let often = BTreeMap::from([(Topic::ClientUploaded, Frequency::Daily)]);
    let members_mail_after = Mailing { often, ..members_mail.clone() };
    let mut template_after = template(21, "'%_\\ 1120 \"S\"");
    let odd = TemplateFolder::new(FileName::new("Müller \"x\" '%_ 2025").unwrap());
    template_after.folders =
        FolderTree::new(vec![odd.clone().shared(TemplateSharing::ViewAndUpload).with(odd)]).unwrap();
    (template_after.is_default, template_after.created_at) = (true, at(-3));
    let mut data_key_after = data_key(7);
    data_key_after.wrapped = (0..=255).cycle().take(8 * 1024).collect();
    data_key_after.wrapped_by = RingKeyId::new("arn:aws:kms:eu-central-1:111122223333:key/1234'%_").unwrap();
    data_key_after.created_at = at(-3);
    vec![
        kind(FIRM, firm(1), firm_after),
        kind(FIRM, member(2, "Max"), member_after),
        kind(FIRM, client(3, "Acme"), client_after),
        Kind { beside: Some(access(4).into_record()), ..kind(FIRM, contact(4, 3), contact_after) },
        Kind { beside: Some(contact(5, 3).into_record()), ..kind(FIRM, access(5), access_after) },
        kind(FIRM, assignment(3, 2), assignment_after),
        kind(FIRM, mailing(4), mailing_after),
        kind(FIRM, members_mail, members_mail_after),
        kind(FIRM, data_key(7), data_key_after),
        kind(FIRM, template(21, "1040"), template_after),
    ]
}

fn files() -> Vec<Kind> {
    let mut grant_after = grant(6, 3, DocumentId::from_bits(9), Audience::AllContacts);
    (grant_after.access, grant_after.until) = (Access::ViewAndUpload, Some(at(7)));
    (grant_after.alerts, grant_after.created_by) = (false, Actor::Member(id(2)));
    let mut folder_after = folder(8, 77, "Steuer '%_\\ 2025");
    (folder_after.kind, folder_after.place.removal) = (FolderKind::ClientUploads, Removal::Trashed(at(3)));
    folder_after.place.created_by = Actor::Contact(id(4));
    let reason = named("Müller ./. '%_\\");
    folder_after.place.hold = Some(Box::new(Hold { reason, by: Actor::Member(id(2)), since: at(-9) }));
    let mut document_after = document(9, 78, "w2.pdf");
    (document_after.current, document_after.place.removal) = (id(11), Removal::Purged(at(4)));
    document_after.opened_at = Some(at(2));
    let mut odd_version = version(10, 9);
    (odd_version.sha256, odd_version.declared_type) = (Digest::ZERO, None);
    (odd_version.size_bytes, odd_version.uploaded_by) = (0, Actor::Contact(id(u128::MAX)));
    (odd_version.sniffed_type, odd_version.scan) = (MediaType::new("text/html"), Scan::Clean(at(5)));
    let scanned_version = DocumentVersion { scan: Scan::Infected(at(-6)), ..odd_version.clone() };
    let mut odd_upload = upload(13, UploadInto::NewVersion(id(9)));
    odd_upload.scan = UploadScan::Infected;
    (odd_upload.declared_type, odd_upload.by) = (MediaType::new("image/svg+xml"), Actor::Worker);
    let mut digest = RunningDigest::default();
    digest.update(b"what came");
    let mut upload_after = upload(12, UploadInto::NewDocument(id(8)));
    (upload_after.announced_bytes, upload_after.deadline) = (Some(u64::MAX), at(9));
    upload_after.scan = UploadScan::Waits { due: at(-3), tries: u32::MAX };
    upload_after.taken = Taken {
        size_bytes: i64::MAX.unsigned_abs(),
        token: Some("host's \"word\"; --".to_owned()),
        parts: vec!["\"etag\"".to_owned(), String::new(), "'%_\\ ".to_owned()],
        digest,
        sniffed_type: MediaType::new("application/pdf"),
        tail: Some(Tail { blob: id(u128::MAX), size_bytes: 7 }),
    };
    let mut condemned_after = condemned(14);
    condemned_after.since = at(1);
    vec![
        kind(FIRM, tree(3), tree(3)),
        kind(FIRM, grant(6, 3, DocumentId::from_bits(9), Audience::Contact(id(4))), grant_after),
        kind(FIRM, folder(8, 77, "2025 Tax"), folder_after),
        kind(FIRM, document(9, 77, "w2.pdf"), document_after),
        kind(FIRM, odd_version, scanned_version),
        fixed(version(11, 9)),
        kind(FIRM, upload(12, UploadInto::NewDocument(id(8))), upload_after),
        fixed(odd_upload),
        kind(FIRM, condemned(14), condemned_after),
    ]
}

fn identity() -> Vec<Kind> {
    let space = Keyspace::Address(id(20));
    let mut attempt_after = attempt(21, 20);
    (attempt_after.state, attempt_after.failures) = (AttemptState::Redeemed, u32::MAX);
    (attempt_after.email, attempt_after.expires_at) = (email("Ana.José@ACME.test"), at(-1));
    let mut limit_after = limit(22, LimitKind::TypedFailures);
    (limit_after.count, limit_after.since) = (u32::MAX, at(5));
    let mut login_after = login(23, 20);
    login_after.email = email("ANA@acme.test");
    let mut session_after = session(24, 23);
    session_after.proof = Proof { method: ProofMethod::EmailCode, at: at(2) };
    (session_after.device, session_after.token) = ("'; --\u{1F98A}".to_owned(), Digest::ZERO);
    (session_after.seen_at, session_after.ended) = (at(8), Some(SessionEnd { at: at(9) }));
    let mut reach_after = reach(20, 4);
    (reach_after.firm, reach_after.client) = (id(2), id(u128::MAX));
    let with_state = |number, state| {
        let mut changed = attempt(number, 20);
        changed.state = state;
        kind(space, attempt(number, 20), changed)
    };
    vec![
        kind(space, attempt(21, 20), attempt_after),
        with_state(25, AttemptState::Issued),
        with_state(26, AttemptState::Exhausted),
        kind(space, limit(22, LimitKind::TypedFailures), limit_after),
        kind(space, limit(22, LimitKind::AskedBySource), limit(22, LimitKind::AskedBySource)),
        kind(space, limit(22, LimitKind::AskedByAddressAndSource), limit(22, LimitKind::AskedByAddressAndSource)),
        kind(space, login(23, 20), login_after),
        kind(space, session(24, 23), session_after),
        kind(space, reach(20, 4), reach_after),
    ]
}
