//! What every [`Mailer`] does, as the other end sees it.

mod arriving;

use async_trait::async_trait;
use futures_util::future::BoxFuture;

pub use arriving::*;

use crate::memory::MemoryMailer;
use crate::ports::{Mail, Mailer};

/// Where the mailer under test delivers, read back.
#[async_trait]
pub trait Mailbox: Send + Sync {
    /// Everything that arrived, in any order, as a mail program would show it: names and subject decoded, both parts with
    /// `\n` at the ends of lines.
    async fn received(&self) -> Vec<Mail>;
}

#[async_trait]
impl Mailbox for MemoryMailer {
    async fn received(&self) -> Vec<Mail> {
        self.sent()
    }
}

/// Makes a `#[tokio::test]` of every case of the mailer's suite.
///
/// It takes an expression that is awaited anew for each case and gives a pair: a mailer, and the empty
/// [`Mailbox`](crate::conformance::mailer::Mailbox) where it delivers.
///
/// # Examples
/// ```
/// use portal_core::memory::MemoryMailer;
///
/// mod memory {
///     portal_core::mailer_conformance!(async {
///         let mailer = super::MemoryMailer::new();
///         (mailer.clone(), mailer)
///     });
/// }
/// ```
#[macro_export]
macro_rules! mailer_conformance {
    ($make:expr) => {
        $crate::__mailer_cases! { __mailer_tests $make }
    };
}

/// Every case, by the file that it is in.
#[doc(hidden)]
#[macro_export]
macro_rules! __mailer_cases {
    ($make:ident $($with:tt)*) => {
        $crate::$make! {
            { $($with)* }
            arriving:
                a_mail_arrives_as_it_was_written,
                pictures_arrive_with_the_mail,
                letters_of_all_scripts_arrive,
                l39_odd_characters_arrive_as_they_are,
                long_and_dotted_lines_arrive,
                l39_a_line_break_in_a_header_is_refused,
                n05_a_mail_sent_again_keeps_its_message_id,
                many_at_once_arrive;
        }
    };
}

/// Makes a `#[tokio::test]` of each case.
#[doc(hidden)]
#[macro_export]
macro_rules! __mailer_tests {
    ({ $make:expr } $($group:ident: $($case:ident),* $(,)?;)*) => {$($(
        #[::tokio::test]
        async fn $case() {
            let (mailer, mailbox) = $make.await;
            $crate::conformance::mailer::$case(&mailer, &mailbox).await;
        }
    )*)*};
}

/// Makes a table of the cases.
#[doc(hidden)]
#[macro_export]
macro_rules! __mailer_table {
    ({} $($group:ident: $($case:ident),* $(,)?;)*) => {
        vec![$($($crate::conformance::mailer::Case {
            name: stringify!($case),
            run: |mailer, mailbox| Box::pin($crate::conformance::mailer::$case(mailer, mailbox)),
        },)*)*]
    };
}

/// One case of the suite, for those who run it otherwise than by [`mailer_conformance!`](crate::mailer_conformance).
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// The name of its function.
    pub name: &'static str,
    /// Runs it on a mailer and its mailbox; it panics when the case does not hold.
    pub run: for<'s> fn(&'s dyn Mailer, &'s dyn Mailbox) -> BoxFuture<'s, ()>,
}

/// Every case of the suite.
pub fn cases() -> Vec<Case> {
    crate::__mailer_cases! { __mailer_table }
}

#[cfg(test)]
mod tests {
    use super::cases;

    #[test]
    fn no_case_is_forgotten() {
        let listed: Vec<&str> = cases().iter().map(|case| case.name).collect();
        crate::conformance::assert_listed(&[include_str!("arriving.rs")], &listed);
    }
}
