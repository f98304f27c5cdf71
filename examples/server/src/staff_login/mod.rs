//! The server's own simple staff login: email and password, and sessions.
//!
//! The library takes its host's word for who a team member is; here the host is this server. A product that embeds the
//! library has a staff login of its own and needs nothing of this.

mod limits;
mod memory;
mod password;
mod sqlite;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use portal_core::ports::{Clock, Entropy};
use portal_core::values::{Digest, EmailAddress, FirmId, MemberId, Timestamp};

use limits::Subjects;
pub use memory::MemoryAccounts;
pub use password::{Password, PasswordError, PasswordHash};
pub use sqlite::SqliteAccounts;

/// A team member's way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// What they sign in with: unique in the deployment, compared as mail systems mostly do.
    pub email: EmailAddress,
    /// Their firm.
    pub firm: FirmId,
    /// Who they are there.
    pub member: MemberId,
    /// Their password, hashed.
    pub password: PasswordHash,
}

/// A team member who is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StaffSession {
    /// The SHA-256 of its token.
    pub token: Digest,
    /// The firm.
    pub firm: FirmId,
    /// The member.
    pub member: MemberId,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to within a minute.
    pub seen_at: Timestamp,
}

/// How often something was done in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// How often.
    pub count: u32,
    /// When it was done last.
    pub last_at: Option<Timestamp>,
}

/// The accounts cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the staff accounts cannot be reached")]
pub struct AccountsError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Where accounts, sessions and tallies are kept.
///
/// # Contract
/// Each call is atomic, durable once answered, and the same on every node.
#[async_trait]
pub trait StaffAccounts: Send + Sync {
    /// The account with this address.
    async fn by_email(&self, email: &EmailAddress) -> Result<Option<Account>, AccountsError>;
    /// The accounts of a firm.
    async fn of_firm(&self, firm: FirmId) -> Result<Vec<Account>, AccountsError>;
    /// Keeps an account in place of the member's earlier one; `false` when its address belongs to somebody else.
    async fn put(&self, account: &Account) -> Result<bool, AccountsError>;
    /// Forgets a member's account and ends their sessions.
    async fn remove(&self, firm: FirmId, member: MemberId) -> Result<(), AccountsError>;
    /// Keeps a session, in place of an earlier one with its token.
    async fn put_session(&self, session: &StaffSession) -> Result<(), AccountsError>;
    /// The session with this token.
    async fn session(&self, token: Digest) -> Result<Option<StaffSession>, AccountsError>;
    /// Ends the session with this token.
    async fn end_session(&self, token: Digest) -> Result<(), AccountsError>;
    /// How often `subject` failed in a row.
    async fn tally(&self, subject: Digest) -> Result<Tally, AccountsError>;
    /// Counts one more failure; the count begins anew when the last one was before `since`.
    async fn count(&self, subject: Digest, now: Timestamp, since: Timestamp) -> Result<(), AccountsError>;
    /// Forgets how often `subject` failed.
    async fn forget(&self, subject: Digest) -> Result<(), AccountsError>;
}

/// Why somebody was not signed in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StaffSignInError {
    /// Address or password is wrong; which of them is not told.
    #[error("the address or the password is wrong")]
    Wrong,
    /// Too many wrong passwords: a pause.
    #[error("too many wrong passwords; try again later")]
    Paused,
    /// It cannot be told now.
    #[error(transparent)]
    Unavailable(#[from] AccountsError),
}

/// Why an account was not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AddAccountError {
    /// Somebody else signs in with this address.
    #[error("somebody else signs in with this email address already")]
    EmailTaken,
    /// It cannot be done now.
    #[error(transparent)]
    Unavailable(#[from] AccountsError),
}

/// Signs staff in and knows them again.
#[derive(Clone)]
pub struct StaffLogin {
    accounts: Arc<dyn StaffAccounts>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    hasher: password::Hasher,
}

impl std::fmt::Debug for StaffLogin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StaffLogin").finish_non_exhaustive()
    }
}

impl StaffLogin {
    /// A session ends when it was not used for so long…
    pub const IDLE: Duration = Duration::from_secs(12 * 3600);
    /// …and in any case after so long.
    pub const ABSOLUTE: Duration = Duration::from_secs(7 * 24 * 3600);
    const SEEN_STEP: Duration = Duration::from_secs(60);

    /// A login over `accounts`.
    pub fn new(accounts: Arc<dyn StaffAccounts>, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        let hasher = password::Hasher::new(Arc::clone(&entropy));
        Self { accounts, clock, entropy, hasher }
    }

    /// A password that nobody guesses, made of lower-case letters and digits in groups.
    ///
    /// # Errors
    /// [`AccountsError`] when there is no randomness.
    pub fn make_password(&self) -> Result<Password, AccountsError> {
        Password::random(self.entropy.as_ref()).map_err(|error| AccountsError(error.into()))
    }

    /// Gives a team member a way in, or a new password in place of the old.
    ///
    /// # Errors
    /// [`AddAccountError::EmailTaken`] when somebody else signs in with the address.
    pub async fn add(
        &self,
        firm: FirmId,
        member: MemberId,
        email: EmailAddress,
        password: &Password,
    ) -> Result<(), AddAccountError> {
        let password = self.hasher.hash(password).await?;
        let kept = self.accounts.put(&Account { email, firm, member, password }).await?;
        if kept { Ok(()) } else { Err(AddAccountError::EmailTaken) }
    }

    /// Whether anybody signs in with this address.
    ///
    /// # Errors
    /// [`AccountsError`] when it cannot be told.
    pub async fn is_taken(&self, email: &EmailAddress) -> Result<bool, AccountsError> {
        Ok(self.accounts.by_email(email).await?.is_some())
    }

    /// Takes a member's way in away and ends their sessions.
    ///
    /// # Errors
    /// [`AccountsError`] when it cannot be done.
    pub async fn remove(&self, firm: FirmId, member: MemberId) -> Result<(), AccountsError> {
        self.accounts.remove(firm, member).await
    }

    /// Signs somebody in who comes from `source`, and gives the token of a new session.
    ///
    /// A wrong password and an unknown address take the same time and are answered alike.
    ///
    /// # Errors
    /// [`StaffSignInError`] says no more than it should.
    pub async fn sign_in(&self, email: &str, password: &Password, source: &str) -> Result<String, StaffSignInError> {
        let now = self.clock.now();
        let subjects = Subjects::of(email, source);
        if subjects.paused(self.accounts.as_ref(), now).await? {
            return Err(StaffSignInError::Paused);
        }
        let account = match EmailAddress::new(email) {
            Ok(email) => self.accounts.by_email(&email).await?,
            Err(_) => None,
        };
        let expected = account.as_ref().map(|account| &account.password);
        let matches = self.hasher.verify(password, expected).await?;
        let Some(account) = account.filter(|_| matches) else {
            subjects.count(self.accounts.as_ref(), now).await?;
            return Err(StaffSignInError::Wrong);
        };
        subjects.forget(self.accounts.as_ref()).await?;
        if account.password.is_outgrown() {
            let password = self.hasher.hash(password).await?;
            self.accounts.put(&Account { password, ..account.clone() }).await?;
        }
        self.begin(account.firm, account.member, now).await
    }

    async fn begin(&self, firm: FirmId, member: MemberId, now: Timestamp) -> Result<String, StaffSignInError> {
        let random = self.entropy.draw().map_err(|error| AccountsError(error.into()))?;
        let token = BASE64.encode(random);
        let digest = Digest::of(token.as_bytes());
        let session = StaffSession { token: digest, firm, member, created_at: now, seen_at: now };
        self.accounts.put_session(&session).await?;
        Ok(token)
    }

    /// Who holds `token`, if its session lives.
    ///
    /// # Errors
    /// [`AccountsError`] when it cannot be told.
    pub async fn session(&self, token: &str) -> Result<Option<StaffSession>, AccountsError> {
        let now = self.clock.now();
        let Some(session) = self.accounts.session(Digest::of(token.as_bytes())).await? else { return Ok(None) };
        let over = now >= session.created_at + Self::ABSOLUTE || now >= session.seen_at + Self::IDLE;
        if over {
            self.accounts.end_session(session.token).await?;
            return Ok(None);
        }
        if now >= session.seen_at + Self::SEEN_STEP {
            self.accounts.put_session(&StaffSession { seen_at: now, ..session }).await?;
        }
        Ok(Some(session))
    }

    /// Ends the session of `token`.
    ///
    /// # Errors
    /// [`AccountsError`] when it cannot be done.
    pub async fn sign_out(&self, token: &str) -> Result<(), AccountsError> {
        self.accounts.end_session(Digest::of(token.as_bytes())).await
    }
}

#[cfg(test)]
mod tests;
