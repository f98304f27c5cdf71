//! The suites that an adapter must pass: ours, and a stranger's.
//!
//! An adapter is right when it passes the suite of its port. Each case is a public function of one port, so that it can be
//! run by itself; a macro a port lists them all, so that none is forgotten, and makes a `#[tokio::test]` of each. The macro
//! takes an expression that is awaited anew for each case and gives a pair: an adapter that holds nothing yet, and whatever
//! must live as long as it does, such as a temporary folder.
//!
//! ```
//! mod memory {
//!     portal_core::store_conformance!(async { (portal_core::memory::MemoryStore::new(), ()) });
//! }
//! ```
//!
//! A case that does not hold panics and says what it saw. Which cases there are, and what each demands, is written on their
//! functions in [`store`](mod@store), [`blobs`] and [`mailer`].
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a suite is a test: what does not hold panics"
)]

pub mod blobs;
pub mod mailer;
pub mod store;

/// Makes a `#[tokio::test]` of each case.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_tests {
    ({ $port:ident, $make:expr } $($group:ident: $($case:ident),* $(,)?;)*) => {$($(
        #[::tokio::test]
        async fn $case() {
            let (adapter, _kept) = $make.await;
            $crate::conformance::$port::$case(&adapter).await;
        }
    )*)*};
}

/// Makes a table of the cases.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_table {
    ({ $port:ident } $($group:ident: $($case:ident),* $(,)?;)*) => {
        vec![$($($crate::conformance::$port::Case {
            name: stringify!($case),
            run: |adapter| Box::pin($crate::conformance::$port::$case(adapter)),
        },)*)*]
    };
}

/// Every public async function of these files is in the list, and nothing else is.
#[cfg(test)]
fn assert_listed(files: &[&str], listed: &[&str]) {
    let lines = files.iter().flat_map(|file| file.lines());
    let written: Vec<&str> = lines.filter_map(|line| line.strip_prefix("pub async fn ")?.split('(').next()).collect();
    for name in &written {
        assert!(listed.contains(name), "`{name}` is not in the list of cases");
    }
    assert_eq!(written.len(), listed.len());
}
