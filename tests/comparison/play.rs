//! One sequence, played on two portals.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use portal_core::Operation;
use portal_core::audit::ChainKey;
use portal_core::event::Keyspace;
use portal_core::ports::Clock as _;
use portal_core::testing::Dice;
use portal_core::values::{LoginId, PageRequest};

use crate::carry_out::{Answer, carry_out};
use crate::draw::Draw;
use crate::known::{Known, Learned};
use crate::opening;
use crate::side::Side;
use crate::tally::Tally;

/// So many operations are in a sequence, after its opening; what happens meanwhile comes on top.
pub(crate) const LENGTH: usize = 70;
/// So many percent of them are to change something.
const CHANGES: u8 = 60;

/// What is drawn from; what stands in it several times is the likelier.
pub(crate) const CHANGING: &[Operation] = &[
    Operation::AddFirm,
    Operation::RotateDataKey,
    Operation::SyncDirectory,
    Operation::Import,
    Operation::AddFolderTemplate,
    Operation::ChangeFolderTemplate,
    Operation::RemoveFolderTemplate,
    Operation::ChooseDefaultTemplate,
    Operation::ApplyFolderTemplate,
    Operation::ApplyFolderTemplate,
    Operation::AddClient,
    Operation::RenameClient,
    Operation::Assign,
    Operation::Unassign,
    Operation::AddContact,
    Operation::ChangeContact,
    Operation::RemoveContact,
    Operation::EraseContact,
    Operation::ExportClient,
    Operation::ExportForHost,
    Operation::SetPortalAccess,
    Operation::SetPortalAccess,
    Operation::SetContactLanguage,
    Operation::NoteBounce,
    Operation::ClearBounce,
    Operation::ChooseOwnMail,
    Operation::ContactChooseMail,
    Operation::AddFolder,
    Operation::AddFolder,
    Operation::Upload,
    Operation::Upload,
    Operation::Upload,
    Operation::ResumeUpload,
    Operation::GiveUpUpload,
    Operation::AddVersion,
    Operation::Rename,
    Operation::Rename,
    Operation::Move,
    Operation::Move,
    Operation::PlaceHold,
    Operation::ReleaseHold,
    Operation::Archive,
    Operation::Unarchive,
    Operation::Unarchive,
    Operation::Trash,
    Operation::Restore,
    Operation::Restore,
    Operation::Purge,
    Operation::Share,
    Operation::Share,
    Operation::Share,
    Operation::Revoke,
    Operation::SetVisible,
    Operation::SetVisible,
    Operation::Resend,
    Operation::SendTestMail,
    Operation::ChangeFirm,
    Operation::SetLogo,
    Operation::AddMember,
    Operation::ChangeMemberRole,
    Operation::RemoveMember,
    Operation::ContactUpload,
    Operation::ContactUpload,
    Operation::ContactUpload,
    Operation::ContactDoneUploading,
    Operation::ContactResumeUpload,
    Operation::ContactGiveUpUpload,
    Operation::ContactAddFolder,
    Operation::ContactWithdraw,
    Operation::ContactWithdraw,
    Operation::EndSession,
    Operation::EndOtherSessions,
    Operation::SignOut,
    Operation::AskToSignIn,
    Operation::RedeemLink,
    Operation::RedeemCode,
    Operation::Unsubscribe,
    Operation::RunDue,
    Operation::RunDue,
];

/// What gets into the way of an operation that is under way.
const RIVALS: &[Operation] = &[
    Operation::Share,
    Operation::Revoke,
    Operation::SetVisible,
    Operation::Move,
    Operation::PlaceHold,
    Operation::Archive,
    Operation::Trash,
    Operation::Rename,
    Operation::AddFolder,
    Operation::Upload,
    Operation::AddVersion,
    Operation::Assign,
    Operation::RenameClient,
    Operation::ChangeContact,
    Operation::RemoveContact,
    Operation::SetPortalAccess,
    Operation::SetContactLanguage,
    Operation::NoteBounce,
    Operation::ClearBounce,
    Operation::ChangeFirm,
    Operation::ChangeMemberRole,
    Operation::RemoveMember,
];

/// The same for what lies in the trash.
const RIVALS_IN_THE_TRASH: &[Operation] = &[Operation::Restore, Operation::Purge, Operation::Trash];

/// The operations that change nothing.
const READING: &[Operation] = &[
    Operation::FindFirm,
    Operation::ListFirms,
    Operation::RewrapDataKeys,
    Operation::PreviewImport,
    Operation::ReadFirm,
    Operation::ListTeam,
    Operation::ListFolderTemplates,
    Operation::ListClients,
    Operation::ReadClient,
    Operation::ListAssigned,
    Operation::ListContacts,
    Operation::ListFolder,
    Operation::ListArchive,
    Operation::ListTrash,
    Operation::ListUploads,
    Operation::PreviewMove,
    Operation::PreviewPurge,
    Operation::ReadDocument,
    Operation::Download,
    Operation::DownloadFolder,
    Operation::Preview,
    Operation::PreviewRecipients,
    Operation::ReadSharing,
    Operation::Explain,
    Operation::ViewAsContact,
    Operation::ReadActivity,
    Operation::ReadFirmActivity,
    Operation::ListDeliveries,
    Operation::ContactMe,
    Operation::ContactHome,
    Operation::ContactRoots,
    Operation::ContactListArchive,
    Operation::ContactListFolder,
    Operation::ContactReadDocument,
    Operation::ContactDownload,
    Operation::ContactDownloadFolder,
    Operation::ContactListUploads,
    Operation::ContactPreview,
    Operation::ContactReceipts,
    Operation::ContactReadMail,
    Operation::PreviewMail,
    Operation::ReadOwnMail,
    Operation::ListPortals,
    Operation::ListSessions,
    Operation::AccessPage,
    Operation::ReadLogo,
    Operation::LookAtLink,
    Operation::LookAtUnsubscribe,
];

/// Two portals that differ: where, and how.
#[derive(Debug)]
pub(crate) struct Difference(pub(crate) String);

/// Plays the sequence of a seed on both; they must answer alike, tell the same people the same, and end alike.
pub(crate) async fn play(sides: [&Side; 2], seed: u64, tally: &Tally, aloud: bool) -> Result<(), Difference> {
    let mut game =
        Game { sides, dice: Dice::new(seed), known: Known::default(), tally, aloud, next: [].into(), keyed: vec![] };
    game.open().await?;
    for step in 0..LENGTH {
        game.pass_time();
        game.step().await.map_err(|Difference(what)| Difference(format!("step {step}: {what}")))?;
    }
    game.end().await
}

struct Game<'a> {
    sides: [&'a Side; 2],
    dice: Dice,
    known: Known,
    tally: &'a Tally,
    aloud: bool,
    /// What is to come next, before anything is drawn.
    next: VecDeque<Operation>,
    /// What was asked for under a key of its own.
    keyed: Vec<Draw>,
}

fn alike(what: &impl std::fmt::Debug, one: &str, other: &str) -> Result<(), Difference> {
    if one == other {
        return Ok(());
    }
    // Some words before the place where they part, and some after it.
    let parting = one.char_indices().zip(other.chars()).take_while(|((_, one), other)| one == other).count();
    let around = |text: &str| text.chars().skip(parting.saturating_sub(200)).take(600).collect::<String>();
    Err(Difference(format!("{what:?}\n    one: …{}…\n  other: …{}…", around(one), around(other))))
}

impl Game<'_> {
    async fn open(&mut self) -> Result<(), Difference> {
        let [one, other] = self.sides;
        let known = opening::open(one).await;
        alike(&"opening", &format!("{known:?}"), &format!("{:?}", opening::open(other).await))?;
        self.known = known.map_err(|error| Difference(format!("opening: {error}")))?;
        let asked = opening::ask(one, &self.known).await;
        alike(&"asking", &format!("{asked:?}"), &format!("{:?}", opening::ask(other, &self.known).await))?;
        self.known.learn(asked.map_err(|error| Difference(format!("asking: {error}")))?);
        self.next = [Operation::RunDue, Operation::RedeemCode].into();
        Ok(())
    }

    fn pass_time(&mut self) {
        let seconds = match self.dice.below(100) {
            0..50 => 0,
            50..75 => 1,
            75..90 => 45,
            90..98 => 20 * 60,
            _ => 25 * 60 * 60,
        };
        self.sides.iter().for_each(|side| side.clock.advance(Duration::from_secs(seconds)));
    }

    /// What was to come next, or something drawn, as far as there is anything to do it to.
    fn operation(&mut self) -> Operation {
        if let Some(next) = self.next.pop_front() {
            return next;
        }
        let drawn = if self.dice.chance(CHANGES) { self.dice.pick(CHANGING) } else { self.dice.pick(READING) };
        let (drawn, possible) = (*drawn.unwrap(), self.known.possible(*drawn.unwrap()));
        if (drawn, possible) == (Operation::Resend, Operation::ListDeliveries) {
            self.next.push_back(drawn);
        }
        possible
    }

    async fn step(&mut self) -> Result<(), Difference> {
        // The same again under the same key, as whoever got no answer asks.
        let again = self.dice.pick(&self.keyed).cloned().filter(|_| self.dice.chance(5));
        let repeats = again.is_some();
        let draw = again.unwrap_or_else(|| self.draw());
        let meanwhile = if repeats { None } else { self.meanwhile(&draw) };
        if self.aloud {
            println!("{draw:?}");
        }
        let [one, other] = self.sides;
        let first = both(one, &draw, meanwhile.as_ref()).await;
        let second = both(other, &draw, meanwhile.as_ref()).await;
        for (drawn, first, second) in first.into_iter().zip(second).map(|((a, b), (_, c))| (a, b, c)) {
            if self.aloud {
                println!("    {:?}: {}", drawn.operation, first.told);
            }
            alike(&drawn, &first.told, &second.told)?;
            self.tally.count(drawn.operation, first.accepted);
            if !repeats {
                self.learn(&drawn, first);
            }
        }
        Ok(())
    }

    fn draw(&mut self) -> Draw {
        let operation = self.operation();
        let now = self.sides[0].clock.now();
        let draw = Draw::of(operation, &self.known, &mut self.dice, now);
        if let Some(key) = draw.key.clone().filter(|key| !self.known.keys.contains(key)) {
            self.known.keys.push(key);
            self.keyed.push(draw.clone());
        }
        draw
    }

    fn learn(&mut self, drawn: &Draw, answer: Answer) {
        let over = |redeems| redeems && !answer.accepted && !drawn.guesses;
        if answer.accepted {
            self.known.happened(drawn);
        } else if over(matches!(drawn.operation, Operation::RedeemLink | Operation::RedeemCode)) {
            self.known.is_over(drawn);
        }
        if answer.signed_out {
            self.known.signed_out(drawn);
        }
        if matches!(answer.learned, Learned::Asked(_)) {
            let redeem = self.dice.pick(&[Operation::RedeemCode, Operation::RedeemLink]).copied();
            self.next.extend([Some(Operation::RunDue), redeem].into_iter().flatten());
        }
        self.known.learn(answer.learned);
    }

    /// Something that happens while the operation is under way, now and then.
    fn meanwhile(&mut self, draw: &Draw) -> Option<(u32, Draw)> {
        let changes = CHANGING.contains(&draw.operation) && draw.operation != Operation::RunDue;
        if !changes || !self.dice.chance(20) {
            return None;
        }
        let in_the_trash = matches!(draw.operation, Operation::Restore | Operation::Purge | Operation::PreviewPurge);
        let drawn = *self.dice.pick(if in_the_trash { RIVALS_IN_THE_TRASH } else { RIVALS }).unwrap();
        let now = self.sides[0].clock.now();
        let other = Draw::of(drawn, &self.known, &mut self.dice, now);
        // Of the same things, so that the two get into each other's way.
        let alike = Draw {
            key: None,
            client: draw.client,
            folder: draw.folder,
            contact: draw.contact.clone(),
            member: draw.by,
            node: if self.dice.chance(50) { draw.folder.into() } else { draw.node },
            share: portal_core::sharing::ShareRequest { audience: draw.share.audience, ..other.share },
            ..other
        };
        let commits_before = u32::from(self.dice.chance(40));
        Some((commits_before, alike))
    }

    async fn end(&mut self) -> Result<(), Difference> {
        for hours in [2, 25, 25] {
            for side in self.sides {
                side.clock.advance(Duration::from_secs(hours * 60 * 60));
            }
            loop {
                let [one, other] = self.sides;
                let (first, second) = (one.portal.worker().run_due().await, other.portal.worker().run_due().await);
                alike(&"the worker at the end", &format!("{first:?}"), &format!("{second:?}"))?;
                if !first.is_ok_and(|report| report.more) {
                    break;
                }
            }
        }
        let [one, other] = self.sides;
        alike(&"mails", &mails(one), &mails(other))?;
        alike(&"blobs", &format!("{:?}", one.blobs.keys()), &format!("{:?}", other.blobs.keys()))?;
        for (keyspace, chain) in self.chains() {
            let (first, second) = (links(one, keyspace, chain).await, links(other, keyspace, chain).await);
            alike(&chain, &first, &second)?;
        }
        for (firm, _) in &self.known.firms {
            let (first, second) = (
                one.store.messages(Keyspace::Firm(*firm), None).await,
                other.store.messages(Keyspace::Firm(*firm), None).await,
            );
            alike(&"messages", &format!("{first:?}"), &format!("{second:?}"))?;
        }
        Ok(())
    }

    fn chains(&self) -> Vec<(Keyspace, ChainKey)> {
        let mut chains = Vec::new();
        for (firm, _) in &self.known.firms {
            chains.push((Keyspace::Firm(*firm), ChainKey::Firm(*firm)));
            let clients = self.known.clients.iter().filter(|(of, _)| of == firm);
            chains.extend(clients.map(|(_, client)| (Keyspace::Firm(*firm), ChainKey::Client(*client))));
        }
        let sessions = self.known.sessions.there.iter().chain(&self.known.sessions.gone);
        let logins: BTreeSet<LoginId> = sessions.map(|(token, _)| token.login()).collect();
        chains.extend(logins.into_iter().map(|login| (Keyspace::Login(login), ChainKey::Login(login))));
        chains
    }
}

/// Carries out an operation at one portal, and what happens meanwhile; what both answered, each with what was drawn.
async fn both(side: &Side, draw: &Draw, meanwhile: Option<&(u32, Draw)>) -> Vec<(Draw, Answer)> {
    let happened: Arc<Mutex<Option<Answer>>> = Arc::default();
    if let Some((commits_before, other)) = meanwhile {
        let (side, other, happened) = (side.clone(), other.clone(), happened.clone());
        side.clone().meanwhile.arm(
            *commits_before,
            Box::pin(async move {
                let answer = carry_out(&side, &other).await;
                *happened.lock().unwrap() = answer;
            }),
        );
    }
    let answer = carry_out(side, draw).await;
    if let Some(late) = side.meanwhile.disarm() {
        late.await;
    }
    let answers = [Some((draw.clone(), answer)), meanwhile.map(|it| (it.1.clone(), happened.lock().unwrap().take()))];
    answers.into_iter().flatten().filter_map(|(draw, answer)| Some((draw, answer?))).collect()
}

async fn links(side: &Side, keyspace: Keyspace, chain: ChainKey) -> String {
    format!("{:?}", side.store.links(keyspace, chain, 0, PageRequest::MAX_LIMIT).await)
}

/// What came to each mailbox from each firm, in order; others go at once, in no order.
fn mails(side: &Side) -> String {
    let mut mails = side.mailer.sent();
    mails.sort_by(|one, other| (one.to.as_str(), one.firm).cmp(&(other.to.as_str(), other.firm)));
    let whole = mails.iter().map(|mail| {
        let parts = [mail.to.as_str(), &mail.message_id, &mail.from.name, &mail.to_name, &mail.subject, &mail.text];
        format!("{}\n{}\n{:?}\n\n", parts.join("\n"), mail.html, mail.reply_to)
    });
    whole.collect()
}
