//! What every [`Store`] does.
//!
//! A case gets a store that holds nothing: some ask what is there in the whole deployment.

mod kinds;
mod samples;
mod stored;
mod world;

mod writes;

use std::pin::Pin;

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
        for file in [include_str!("writes.rs")] {
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
