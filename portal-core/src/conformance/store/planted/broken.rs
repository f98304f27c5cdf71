//! A store in memory with at most one bug.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;

use async_trait::async_trait;

use crate::memory::MemoryStore;
use crate::testing::methods::vocabulary::*;
use crate::testing::methods::{every_outbox_method, every_read};

macro_rules! bugs {
    ($($(#[$doc:meta])* $bug:ident found by $case:ident,)*) => {
        /// One way of being wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Bug {
            $($(#[$doc])* $bug,)*
        }

        /// Every bug, and the case that is there for it.
        pub(super) const BUGS: &[(Bug, &str)] = &[$((Bug::$bug, stringify!($case)),)*];
    };
}

bugs! {
    GuardsIgnored found by a_guard_holds_its_version_and_no_other,
    GuardsOnlyRead found by s12_a_guard_holds_until_the_commit,
    UpdatesBlind found by update_takes_its_version_and_no_other,
    DeletesBlind found by delete_takes_its_version_and_no_other,
    CreatesOverwrite found by create_refuses_what_exists,
    LastConflictNamed found by a_conflict_names_the_first_write_that_failed,
    HalfCommitted found by a_conflict_late_in_a_big_commit_leaves_nothing,
    FailedCommitsTold found by only_what_was_committed_travels,
    TornWhenDropped found by a_dropped_commit_is_whole_or_nothing,
    FirmsMixed found by a_firms_records_are_its_own,
    ExternalIdsShared found by an_external_id_is_held_once_in_its_firm,
    NamesUnsettled found by s31_a_taken_name_is_settled_as_it_is_created,
    NamesUnsettledAtOnce found by s31_a_hundred_of_one_name_at_once,
    SettledNamesUntold found by names_of_one_commit_are_settled_in_its_order,
    RestoredNamesUnsettled found by s23_a_name_is_settled_as_it_is_restored_or_moved,
    CommandsRepeated found by a_command_is_carried_out_once,
    ConflictsBeforeRepeated found by a_command_is_carried_out_once,
    ActorsIgnored found by a_command_is_named_by_keyspace_actor_and_id,
    OutcomesLost found by an_outcome_tells_what_was_made,
    OutcomesForgottenEarly found by old_outcomes_are_forgotten,
    OutcomesForgottenAtOnce found by old_outcomes_are_forgotten,
    LinksPartial found by a_commit_makes_one_link_for_each_chain,
    NotesLost found by notes_lie_beside_events,
    EventsUnordered found by events_are_read_by_id,
    EventsOfOthers found by events_are_read_by_id,
    FirmActivityOldestFirst found by a_firms_activity_is_what_happened_at_no_client,
    ActivityOldestFirst found by activity_tells_the_latest_first,
    ActivityFoundOfAll found by activity_is_found_by_topic_by_who_did_it_and_by_time,
    ForeignMembersAnswered found by s08_l33_another_firms_directory_is_unknown,
    RemovedMembersUnknown found by the_team_is_listed_by_name,
    NamesOfRemovedLost found by names_are_told_of_members_and_contacts,
    MailingsOfContactsAlone found by mailings_are_told_of_those_asked_for,
    ClientsByNameAlone found by clients_are_listed_in_the_order_asked,
    FoldersByNameAlone found by a_folder_is_listed_in_the_order_asked,
    QueriesWithWildcards found by clients_are_found_by_part_of_their_name,
    ForeignNodesAnswered found by s08_l33_another_firms_files_are_unknown,
    ForeignAncestryAnswered found by s08_l33_another_firms_sharing_is_unknown,
    ExtentOfCurrentVersions found by an_extent_counts_all_that_lies_below,
    PurgedAnswered found by what_is_purged_is_not_there,
    AncestryWithoutRoot found by an_ancestry_goes_up_to_the_root,
    AncestryWithoutTrash found by s23_s25_an_ancestry_tells_trash_and_ends_at_what_is_purged,
    ExpiredNotGranted found by granted_tells_each_node_once,
    GrantsOfOthersTold found by ancestries_tell_no_grants_but_those_asked_for,
    GrantedTwice found by granted_tells_each_node_once,
    FoldersByNameAsTyped found by a_folder_is_found_by_the_name_by_which_names_collide,
    VersionsOldestFirst found by versions_come_newest_first,
    RecentOutsideRoots found by recent_documents_lie_live_below_their_roots,
    ReceiptsOfOthers found by uploads_of_a_contact_come_with_their_own_version,
    TrashAlwaysRestorable found by the_trash_lists_what_lies_in_it_itself,
    DeadlinesMissed found by uploads_are_overdue_from_their_deadline_on,
    SessionsTooLong found by sessions_are_those_that_go_on,
    CountsUnordered found by counts_come_in_the_order_asked,
    PagesByOffset found by pages_hold_while_others_write,
    PagesSkip found by pages_add_up_to_the_list,
    PagesWithoutEnd found by pages_add_up_to_the_list,
    CursorsRefused found by a_strangers_cursor_begins_at_the_start,
    EventLeasesIgnored found by n06_a_leased_event_is_nobody_elses,
    EventsNewestFirst found by events_are_claimed_oldest_first,
    ExpansionsStartOver found by an_expansion_goes_on_from_its_cursor,
    StaleStaged found by n07_a_lost_lease_stages_nothing,
    NothingJoins found by n03_batched_messages_join,
    ToldAgain found by n02_an_event_tells_an_address_once,
    MessageLeasesIgnored found by n06_a_leased_message_is_nobody_elses,
    DueEarly found by messages_are_claimed_once_they_are_due,
    TriesUncounted found by messages_are_claimed_once_they_are_due,
    TwoToOneAddress found by one_message_an_address_goes_at_a_time,
    NewerBeforeTried found by n12_a_message_that_is_tried_again_goes_before_newer_ones,
    LanesShared found by lanes_and_firms_do_not_hold_up_one_another,
    StaleSettled found by n07_a_lost_lease_settles_nothing,
    SentClaimedAgain found by a_settlement_leaves_its_state,
    ErrorsLost found by a_settlement_leaves_its_state,
    BacklogEmpty found by the_backlog_counts_what_waits,
    LedgerOfAllClients found by the_ledger_lists_the_last_made_first,
    LedgerWithSignIns found by sign_in_mail_is_in_no_ledger,
}

/// The store with its bug; what it has no method for, the store in memory does.
pub(super) struct Layer {
    pub(super) inner: MemoryStore,
    pub(super) bug: Option<Bug>,
    pub(super) count: AtomicU64,
    /// Who claimed an event or message last.
    pub(super) holders: Mutex<BTreeMap<u128, u128>>,
}

impl Deref for Layer {
    type Target = MemoryStore;

    fn deref(&self) -> &MemoryStore {
        &self.inner
    }
}

impl Layer {
    pub(super) fn has(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }
}

pub(super) struct Broken(Layer);

impl Broken {
    pub(super) fn new(bug: Option<Bug>) -> Self {
        Self(Layer { inner: MemoryStore::new(), bug, count: AtomicU64::new(0), holders: Mutex::default() })
    }
}

macro_rules! layered {
    ({} $($port:ident {
        $(async fn $name:ident(&self $(, $arg:ident: $type:ty)*) -> $answer:ty;)*
    })*) => {$(
        #[async_trait]
        impl $port for Broken {$(
            async fn $name(&self $(, $arg: $type)*) -> $answer {
                self.0.$name($($arg),*).await
            }
        )*}
    )*};
}

every_read! { layered }
every_outbox_method! { layered }

#[async_trait]
impl Store for Broken {
    async fn outcome(&self, command: &Command) -> Result<Option<CommandOutcome>, StoreError> {
        self.0.outcome(command).await
    }

    async fn commit(&self, changes: &Changes) -> Result<Committed, CommitError> {
        self.0.commit(changes).await
    }

    async fn forget_outcomes(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.0.forget_outcomes(before, limit).await
    }
}
