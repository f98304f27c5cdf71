//! Planted bugs: stores that are wrong in one way each, and the case that must find it.

mod broken;
mod commits;
mod outbox;
mod reads;

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;

use super::{Case, cases};
use broken::{Broken, Bug};

async fn fails(case: &Case, bug: Option<Bug>) -> bool {
    let store = Broken::new(bug);
    AssertUnwindSafe((case.run)(&store)).catch_unwind().await.is_err()
}

/// Each bug is found by the case that is there for it.
#[tokio::test]
async fn each_planted_bug_is_found() {
    let cases = cases();
    let mut missed = Vec::new();
    for &(bug, name) in broken::BUGS {
        let case = cases.iter().find(|case| case.name == name).unwrap_or_else(|| panic!("there is no case `{name}`"));
        if !fails(case, Some(bug)).await {
            missed.push((bug, name));
        }
    }
    assert_eq!(missed, []);
}

/// The wrapper itself is found by none, so that what is found is the bug.
#[tokio::test]
async fn a_wrapper_without_a_bug_passes() {
    for case in cases() {
        assert!(!fails(&case, None).await, "{}", case.name);
    }
}
