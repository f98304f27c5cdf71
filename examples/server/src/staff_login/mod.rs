//! The server's own simple staff login: email and password, and sessions.
//!
//! The library takes its host's word for who a team member is; here the host is this server. A product that embeds the
//! library has a staff login of its own and needs nothing of this.

mod limits;
mod memory;
mod password;
mod sqlite;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use portal_core::identity::Source;
use portal_core::ports::{Clock, Entropy};
use portal_core::values::{Digest, EmailAddress, FirmId, MemberId, Timestamp};

pub use limits::Rule;
use limits::{Subjects, TALLIES_KEPT};
pub use memory::MemoryAccounts;
use password::HashError;
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
    /// Keeps a session that begins.
    async fn put_session(&self, session: &StaffSession) -> Result<(), AccountsError>;
    /// Notes when a session was used; one that was ended meanwhile stays ended.
    async fn see_session(&self, token: Digest, seen_at: Timestamp) -> Result<(), AccountsError>;
    /// The session with this token.
    async fn session(&self, token: Digest) -> Result<Option<StaffSession>, AccountsError>;
    /// Ends the session with this token.
    async fn end_session(&self, token: Digest) -> Result<(), AccountsError>;
    /// How often something was done.
    async fn tally(&self, subject: Digest) -> Result<Tally, AccountsError>;
    /// Counts once more, unless `rule` says that it has to wait, and says whether it was counted. It is one step: of many at
    /// once no more are counted than one after the other.
    async fn count(&self, subject: Digest, rule: &Rule, now: Timestamp) -> Result<bool, AccountsError>;
    /// Counts once less.
    async fn uncount(&self, subject: Digest) -> Result<(), AccountsError>;
    /// Begins to count anew.
    async fn forget(&self, subject: Digest) -> Result<(), AccountsError>;
    /// Takes away what nobody needs: counts that last grew before `counted`, and sessions that began before `begun` or were
    /// last used before `seen`.
    async fn sweep(&self, counted: Timestamp, begun: Timestamp, seen: Timestamp) -> Result<(), AccountsError>;
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
    /// Too many sign in at once.
    #[error("too many sign in at once; try again in a moment")]
    Busy,
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
    /// Too many sign in at once.
    #[error("too many sign in at once; try again in a moment")]
    Busy,
    /// It cannot be done now.
    #[error(transparent)]
    Unavailable(#[from] AccountsError),
}

impl From<HashError> for StaffSignInError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::Busy,
            HashError::Failed(error) => Self::Unavailable(error),
        }
    }
}

impl From<HashError> for AddAccountError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::Busy,
            HashError::Failed(error) => Self::Unavailable(error),
        }
    }
}

/// Somebody who wants to sign in.
#[derive(Debug, Clone, Copy)]
pub struct SignIn<'a> {
    /// The address, as it was typed.
    pub email: &'a str,
    /// The password.
    pub password: &'a Password,
    /// Where they come from.
    pub source: Source,
    /// The token of the session that their browser holds, if it does: the new one takes its place.
    pub held: Option<&'a str>,
}

/// Signs staff in and knows them again.
#[derive(Clone)]
pub struct StaffLogin {
    accounts: Arc<dyn StaffAccounts>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    hasher: password::Hasher,
    swept_at: Arc<Mutex<Option<Timestamp>>>,
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
    const SWEEP_EVERY: Duration = Duration::from_secs(10 * 60);

    /// A login over `accounts`.
    pub fn new(accounts: Arc<dyn StaffAccounts>, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        let hasher = password::Hasher::new(Arc::clone(&entropy));
        Self { accounts, clock, entropy, hasher, swept_at: Arc::default() }
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

    /// Signs somebody in, and gives the token of a new session.
    ///
    /// A wrong password and an unknown address take the same time and are answered alike.
    ///
    /// # Errors
    /// [`StaffSignInError`] says no more than it should.
    pub async fn sign_in(&self, asked: SignIn<'_>) -> Result<String, StaffSignInError> {
        let now = self.clock.now();
        let accounts = self.accounts.as_ref();
        let subjects = Subjects::of(asked.email, asked.source);
        if !subjects.count(accounts, now).await? {
            return Err(StaffSignInError::Paused);
        }
        let account = match self.judge(asked.email, asked.password).await {
            Ok(account) => account.ok_or(StaffSignInError::Wrong)?,
            Err(error) => {
                subjects.give_back(accounts).await?;
                return Err(error);
            }
        };
        subjects.succeeded(accounts, now).await?;
        let token = self.begin(account.firm, account.member, now).await?;
        if let Some(held) = asked.held {
            self.sign_out(held).await?;
        }
        Ok(token)
    }

    /// The account of this address, if the password is its own.
    async fn judge(&self, email: &str, password: &Password) -> Result<Option<Account>, StaffSignInError> {
        let account = match EmailAddress::new(email) {
            Ok(email) => self.accounts.by_email(&email).await?,
            Err(_) => None,
        };
        let expected = account.as_ref().map(|account| &account.password);
        let matches = self.hasher.verify(password, expected).await?;
        let Some(account) = account.filter(|_| matches) else { return Ok(None) };
        // Where there is no time for it now, the next sign-in does it.
        if account.password.is_outgrown()
            && let Ok(password) = self.hasher.hash(password).await
        {
            self.accounts.put(&Account { password, ..account.clone() }).await?;
        }
        Ok(Some(account))
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
            self.accounts.see_session(session.token, now).await?;
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

    /// Takes away what nobody needs any more, every ten minutes: call it as often as you like.
    ///
    /// # Errors
    /// [`AccountsError`] when it cannot be done now; the next call tries again.
    pub async fn sweep(&self) -> Result<(), AccountsError> {
        let now = self.clock.now();
        let last = |login: &Self| *login.swept_at.lock().unwrap_or_else(PoisonError::into_inner);
        if last(self).is_some_and(|last| last <= now && now < last + Self::SWEEP_EVERY) {
            return Ok(());
        }
        self.accounts.sweep(now - TALLIES_KEPT, now - Self::ABSOLUTE, now - Self::IDLE).await?;
        *self.swept_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
