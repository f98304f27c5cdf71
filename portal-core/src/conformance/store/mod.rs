//! What every [`Store`] does.
//!
//! A case gets a store that holds nothing: some ask what is there in the whole deployment.

mod kinds;
mod samples;
mod stored;
mod world;

mod history;
mod names;
mod outcomes;
mod unique;
mod writes;

use std::pin::Pin;

pub use history::*;
pub use names::*;
pub use outcomes::*;
pub use unique::*;
pub use writes::*;

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
                a_guard_holds_until_the_commit,
                a_dropped_commit_is_whole_or_nothing,
                a_firms_records_are_its_own;
            unique:
                an_external_id_is_held_once_in_its_firm,
                external_ids_are_compared_exactly,
                who_was_removed_keeps_their_external_id,
                a_firms_external_id_is_held_once_in_the_deployment,
                an_address_has_one_login,
                an_audience_has_one_grant_on_a_node,
                what_a_commit_frees_it_may_take,
                two_of_one_commit_do_not_share,
                of_many_that_want_the_same_at_once_one_gets_it;
            names:
                a_taken_name_is_settled_as_it_is_created,
                folders_and_documents_share_their_names,
                names_collide_without_case_and_composition,
                only_names_of_the_same_folder_collide,
                what_is_not_live_holds_no_name,
                a_name_is_settled_as_it_is_changed,
                a_name_is_settled_as_it_is_restored_or_moved,
                names_of_one_commit_are_settled_in_its_order,
                a_kept_name_is_kept_and_a_freed_one_is_free,
                odd_names_collide_with_themselves_alone,
                a_hundred_of_one_name_at_once,
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
                activity_keeps_the_order_of_commits,
                records_and_events_come_together,
                notes_lie_beside_events_of_identity;
        }
    };
}

/// One case of the suite, for those who run it otherwise than by [`store_conformance!`](crate::store_conformance).
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// The name of its function.
    pub name: &'static str,
    /// Runs it on a store that holds nothing; it panics when the case does not hold.
    pub run: for<'s> fn(&'s dyn Store) -> Pin<Box<dyn Future<Output = ()> + Send + 's>>,
}

/// Every case of the suite.
pub fn cases() -> Vec<Case> {
    crate::__store_cases! { __conformance_table store }
}

#[cfg(test)]
mod tests {
    use super::cases;

    crate::store_conformance!(async { (crate::memory::MemoryStore::new(), ()) });

    #[test]
    fn no_case_is_forgotten() {
        let listed: Vec<&str> = cases().iter().map(|case| case.name).collect();
        let mut written = 0;
        for file in [
            include_str!("writes.rs"),
            include_str!("unique.rs"),
            include_str!("names.rs"),
            include_str!("outcomes.rs"),
            include_str!("history.rs"),
        ] {
            for line in file.lines() {
                let Some(name) = line.strip_prefix("pub async fn ").and_then(|rest| rest.split('(').next()) else {
                    continue;
                };
                assert!(listed.contains(&name), "`{name}` is not in the list of cases");
                written += 1;
            }
        }
        assert_eq!(written, listed.len());
    }
}
