//! What every [`Store`] does.
//!
//! A case gets a store that holds nothing: some ask what is there in the whole deployment.

mod kinds;
#[cfg(test)]
mod planted;
mod post;
mod samples;
mod stored;
mod world;

mod client_lists;
mod deliveries;
mod directory_reads;
mod erasing;
mod file_lists;
mod file_reads;
mod history;
mod identity_reads;
mod names;
mod outbox_events;
mod outbox_messages;
mod outcomes;
mod pages;
mod sharing_reads;
mod unique;
mod usage;
mod worker_reads;
mod writes;

pub use client_lists::*;
pub use deliveries::*;
pub use directory_reads::*;
pub use erasing::*;
pub use file_lists::*;
pub use file_reads::*;
pub use history::*;
pub use identity_reads::*;
pub use names::*;
pub use outbox_events::*;
pub use outbox_messages::*;
pub use outcomes::*;
pub use pages::*;
pub use sharing_reads::*;
pub use unique::*;
pub use usage::*;
pub use worker_reads::*;
pub use writes::*;

use futures_util::future::BoxFuture;

use crate::ports::Store;

/// Makes a `#[tokio::test]` of every case of the store's suite.
///
/// It takes an expression that is awaited anew for each case and gives a pair: a store that holds nothing, and whatever must
/// live as long as it does.
///
/// # Examples
/// ```
/// mod memory {
///     portal_core::store_conformance!(async { (portal_core::memory::MemoryStore::new(), ()) });
/// }
/// ```
#[macro_export]
macro_rules! store_conformance {
    ($make:expr) => {
        $crate::__store_cases! { __conformance_tests store, $make }
    };
}

/// Every case, by the file that it is in.
#[doc(hidden)]
#[macro_export]
macro_rules! __store_cases {
    ($make:ident $($with:tt)*) => {
        $crate::$make! {
            { $($with)* }
            writes:
                a_record_is_read_as_it_was_written,
                create_refuses_what_exists,
                update_takes_its_version_and_no_other,
                delete_takes_its_version_and_no_other,
                a_guard_holds_its_version_and_no_other,
                a_failed_guard_stops_the_other_writes,
                a_conflict_names_the_first_write_that_failed,
                a_conflict_late_in_a_big_commit_leaves_nothing,
                of_many_updates_at_once_one_wins,
                of_many_creations_at_once_one_wins,
                s12_a_guard_holds_until_the_commit,
                a_dropped_commit_is_whole_or_nothing,
                a_firms_records_are_its_own;
            unique:
                an_external_id_is_held_once_in_its_firm,
                external_ids_are_compared_exactly,
                who_was_removed_keeps_their_external_id,
                a_firms_external_id_is_held_once_in_the_deployment,
                an_address_has_one_login,
                s16_an_audience_has_one_grant_on_a_node,
                what_a_commit_frees_it_may_take,
                two_of_one_commit_do_not_share,
                s16_of_many_that_want_the_same_at_once_one_gets_it;
            names:
                s31_a_taken_name_is_settled_as_it_is_created,
                folders_and_documents_share_their_names,
                s32_names_collide_without_case_and_composition,
                only_names_of_the_same_folder_collide,
                what_is_not_live_holds_no_name,
                a_name_is_settled_as_it_is_changed,
                s23_a_name_is_settled_as_it_is_restored_or_moved,
                names_of_one_commit_are_settled_in_its_order,
                a_kept_name_is_kept_and_a_freed_one_is_free,
                odd_names_collide_with_themselves_alone,
                s31_a_hundred_of_one_name_at_once,
                s31_a_name_of_very_many_is_settled_by_the_rule,
                a_failed_commit_takes_no_name;
            outcomes:
                an_outcome_tells_what_was_made,
                a_command_is_carried_out_once,
                a_command_is_named_by_keyspace_actor_and_id,
                a_failed_command_may_be_tried_again,
                old_outcomes_are_forgotten,
                the_same_command_at_once_is_carried_out_once;
            history:
                a_commit_makes_one_link_for_each_chain,
                a_chain_is_read_from_any_link_on,
                a_firms_chains_are_its_own,
                a_login_has_one_chain,
                what_is_only_logged_is_linked_nowhere,
                many_at_once_make_one_chain,
                notes_lie_beside_events,
                events_are_read_by_id,
                activity_tells_the_latest_first,
                a_firms_activity_is_what_happened_at_no_client,
                activity_keeps_the_order_of_commits,
                activity_is_found_by_topic_by_who_did_it_and_by_time,
                records_and_events_come_together,
                notes_lie_beside_events_of_identity;
            client_lists:
                clients_are_listed_by_folded_name,
                clients_are_listed_in_the_order_asked,
                a_clients_row_counts_and_names,
                clients_are_found_by_part_of_their_name,
                clients_of_a_member_are_those_they_are_assigned_to;
            directory_reads:
                s08_l33_another_firms_directory_is_unknown,
                firms_are_listed_by_id,
                the_team_is_listed_by_name,
                owners_are_those_on_the_team,
                contacts_are_listed_by_id,
                many_are_found_by_their_external_ids,
                contacts_are_found_by_address,
                names_are_told_of_members_and_contacts,
                mailings_are_told_of_those_asked_for,
                folder_templates_are_listed_by_name,
                the_current_data_key_has_the_highest_number,
                data_keys_are_listed_by_firm_and_number,
                an_empty_directory_answers_with_nothing;
            sharing_reads:
                an_ancestry_goes_up_to_the_root,
                s23_s25_an_ancestry_tells_trash_and_ends_at_what_is_purged,
                a_deep_ancestry_is_whole,
                s08_l33_another_firms_sharing_is_unknown,
                ancestries_tell_no_grants_but_those_asked_for,
                granted_tells_each_node_once,
                granted_below_tells_what_lies_below_and_nothing_else,
                s25_nothing_purged_is_granted,
                an_ancestry_tells_settled_names;
            file_lists:
                a_folder_lists_folders_first_then_by_name,
                a_folder_is_listed_in_the_order_asked,
                recent_documents_lie_live_below_their_roots,
                uploads_of_a_contact_come_with_their_own_version,
                the_trash_lists_what_lies_in_it_itself,
                what_is_archived_is_listed_apart_and_gives_its_name_up;
            file_reads:
                an_extent_counts_all_that_lies_below,
                what_is_purged_is_not_there,
                s08_l33_another_firms_files_are_unknown,
                documents_are_read_by_id_in_the_order_asked,
                a_folder_is_found_by_the_name_by_which_names_collide,
                versions_come_newest_first,
                a_folder_is_as_high_as_the_longest_way_down,
                what_lies_live_is_found_by_its_name;
            usage:
                usage_is_counted_as_versions_come_and_go,
                usage_counts_what_is_under_way_at_a_client;
            worker_reads:
                uploads_are_overdue_from_their_deadline_on,
                uploads_under_way_are_ones_own_at_a_client,
                uploads_wait_for_the_scanner_until_it_is_asked,
                condemned_and_purged_are_found_at_any_firm,
                the_oldest_is_taken_away_first,
                the_sweeper_finds_all_that_hangs_on_a_node,
                a_blob_is_named_while_something_names_it,
                what_is_over_in_identity_is_stale;
            identity_reads:
                an_attempt_belongs_to_its_address,
                a_session_belongs_to_its_login,
                counts_come_in_the_order_asked,
                sessions_are_those_that_go_on,
                a_login_is_found_by_its_address,
                reach_is_found_from_both_sides;
            pages:
                pages_add_up_to_the_list,
                pages_hold_while_others_write,
                a_page_follows_what_is_gone,
                a_strangers_cursor_begins_at_the_start,
                a_mangled_cursor_is_answered;
            outbox_events:
                only_what_travels_is_claimed_in_order,
                asking_to_sign_in_has_its_own_lane,
                n06_a_leased_event_is_nobody_elses,
                events_are_claimed_oldest_first,
                n06_claims_at_once_share_no_event,
                an_expansion_goes_on_from_its_cursor,
                an_expansion_is_tried_again_at_its_time,
                n07_a_lost_lease_stages_nothing,
                a_claim_ends_with_its_staging,
                only_what_was_committed_travels;
            outbox_messages:
                a_message_is_made_as_it_was_staged,
                n02_an_event_tells_an_address_once,
                n03_batched_messages_join,
                what_hastens_sends_what_waits_and_makes_nothing,
                a_message_joins_once,
                only_the_same_is_joined,
                n05_a_claimed_message_is_joined_by_nothing,
                messages_are_claimed_once_they_are_due,
                one_message_an_address_goes_at_a_time,
                n12_a_message_that_is_tried_again_goes_before_newer_ones,
                a_newer_message_does_not_hold_up_an_older_one,
                lanes_and_firms_do_not_hold_up_one_another,
                n06_a_leased_message_is_nobody_elses,
                n07_a_lost_lease_settles_nothing,
                a_settlement_leaves_its_state,
                n06_claims_at_once_share_no_message;
            deliveries:
                the_ledger_lists_the_last_made_first,
                the_ledger_of_a_member_is_of_their_clients,
                a_delivery_is_found_at_its_own_firm,
                sign_in_mail_is_in_no_ledger,
                the_backlog_counts_what_waits,
                messages_are_told_in_the_order_they_were_made;
            erasing:
                l36_erased_texts_are_gone_and_the_chain_is_whole,
                s34_an_erased_message_names_nobody_and_never_goes,
                s26_what_somebody_uploaded_is_kept_by_what_lies_above_it;
        }
    };
}

/// One case of the suite, for those who run it otherwise than by [`store_conformance!`](crate::store_conformance).
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// The name of its function.
    pub name: &'static str,
    /// Runs it on a store that holds nothing; it panics when the case does not hold.
    pub run: for<'s> fn(&'s dyn Store) -> BoxFuture<'s, ()>,
}

/// Every case of the suite.
pub fn cases() -> Vec<Case> {
    crate::__store_cases! { __conformance_table store }
}

#[cfg(test)]
mod tests {
    use super::cases;

    #[test]
    fn no_case_is_forgotten() {
        let listed: Vec<&str> = cases().iter().map(|case| case.name).collect();
        let files = [
            include_str!("writes.rs"),
            include_str!("unique.rs"),
            include_str!("usage.rs"),
            include_str!("names.rs"),
            include_str!("outcomes.rs"),
            include_str!("history.rs"),
            include_str!("client_lists.rs"),
            include_str!("directory_reads.rs"),
            include_str!("sharing_reads.rs"),
            include_str!("file_lists.rs"),
            include_str!("file_reads.rs"),
            include_str!("worker_reads.rs"),
            include_str!("identity_reads.rs"),
            include_str!("pages.rs"),
            include_str!("outbox_events.rs"),
            include_str!("outbox_messages.rs"),
            include_str!("deliveries.rs"),
            include_str!("erasing.rs"),
        ];
        crate::conformance::assert_listed(&files, &listed);
    }
}
