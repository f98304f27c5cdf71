//! What every [`BlobStore`] does.
//!
//! Parts but the last have [`PART_BYTES`](crate::ports::PART_BYTES), as the port asks; a suite's run keeps a few
//! dozen megabytes.

mod samples;

mod keeping;
mod sweeping;
mod uploading;

use futures_util::future::BoxFuture;

pub use keeping::*;
pub use sweeping::*;
pub use uploading::*;

use crate::ports::BlobStore;

/// Makes a `#[tokio::test]` of every case of the blob store's suite.
///
/// It takes an expression that is awaited anew for each case and gives a pair: a blob store that holds nothing, and whatever
/// must live as long as it does.
///
/// # Examples
/// ```
/// mod memory {
///     portal_core::blob_conformance!(async { (portal_core::memory::MemoryBlobs::new(), ()) });
/// }
/// ```
#[macro_export]
macro_rules! blob_conformance {
    ($make:expr) => {
        $crate::__blob_cases! { __conformance_tests blobs, $make }
    };
}

/// Every case, by the file that it is in.
#[doc(hidden)]
#[macro_export]
macro_rules! __blob_cases {
    ($make:ident $($with:tt)*) => {
        $crate::$make! {
            { $($with)* }
            keeping:
                bytes_are_read_as_they_were_put,
                nothing_is_read_before_it_is_complete,
                a_range_is_read_exactly,
                a_range_past_the_end_is_refused,
                bytes_come_in_bounded_pieces,
                keys_keep_to_themselves,
                many_read_at_once;
            uploading:
                parts_are_put_together_by_number,
                the_last_part_may_be_full_or_empty,
                a_part_put_again_is_replaced,
                an_upload_is_gone_on_with_by_its_token,
                completing_again_answers_the_same,
                completing_at_once_makes_it_whole,
                unknown_parts_make_nothing,
                an_upload_given_up_is_gone,
                what_is_complete_is_not_given_up,
                what_was_dropped_may_be_tried_again,
                a_slice_is_put_as_it_is;
            sweeping:
                deleted_bytes_are_gone,
                deleting_gives_up_the_upload,
                completing_again_brings_nothing_back,
                the_list_tells_every_key_once,
                pages_hold_while_the_sweeper_deletes,
                a_strangers_cursor_is_refused_or_begins_at_the_start;
        }
    };
}

/// One case of the suite, for those who run it otherwise than by [`blob_conformance!`](crate::blob_conformance).
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// The name of its function.
    pub name: &'static str,
    /// Runs it on a blob store that holds nothing; it panics when the case does not hold.
    pub run: for<'s> fn(&'s dyn BlobStore) -> BoxFuture<'s, ()>,
}

/// Every case of the suite.
pub fn cases() -> Vec<Case> {
    crate::__blob_cases! { __conformance_table blobs }
}

#[cfg(test)]
mod tests {
    use super::cases;

    #[test]
    fn no_case_is_forgotten() {
        let listed: Vec<&str> = cases().iter().map(|case| case.name).collect();
        let files = [include_str!("keeping.rs"), include_str!("sweeping.rs"), include_str!("uploading.rs")];
        crate::conformance::assert_listed(&files, &listed);
    }
}
