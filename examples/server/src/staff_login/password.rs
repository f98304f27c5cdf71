//! Passwords: what is accepted, how they are made, and how they are hashed.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc};
use argon2::{Algorithm, Argon2, Params, Version};
use portal_core::ports::{Entropy, EntropyError};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::AccountsError;

/// A password in the clear: never printed, wiped when dropped.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

/// Why a password was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// It has fewer than 8 characters.
    #[error("a password has at least {} characters", Password::MIN_CHARS)]
    TooShort,
    /// It has more than 1,000 characters.
    #[error("a password has at most {} characters", Password::MAX_CHARS)]
    TooLong,
    /// It is one of those that are tried first.
    #[error("this password is one of those that are guessed first")]
    Common,
}

impl Password {
    /// The fewest characters of one that is chosen.
    pub const MIN_CHARS: usize = 8;
    /// The most characters.
    pub const MAX_CHARS: usize = 1000;

    /// Takes what was typed to sign in, as it is.
    pub fn typed(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// Takes a password that somebody chose. Any characters will do, and none are asked for.
    ///
    /// # Errors
    /// [`PasswordError`] when it is too short, too long, or guessed first.
    pub fn chosen(text: impl Into<String>) -> Result<Self, PasswordError> {
        let text = Zeroizing::new(text.into());
        let chars = text.chars().count();
        if chars < Self::MIN_CHARS {
            return Err(PasswordError::TooShort);
        }
        if chars > Self::MAX_CHARS {
            return Err(PasswordError::TooLong);
        }
        let plain = Zeroizing::new(text.to_lowercase());
        let one_character = plain.chars().all(|character| plain.starts_with(character));
        if one_character || COMMON.contains(&plain.as_str()) { Err(PasswordError::Common) } else { Ok(Self(text)) }
    }

    /// A random one with 100 bits, as people can type it: five groups of four letters and digits, none of which look alike.
    ///
    /// # Errors
    /// [`EntropyError`] when there is no randomness.
    pub(super) fn random(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let random = Zeroizing::new(entropy.draw()?);
        let mut text = Zeroizing::new(String::with_capacity(24));
        for (index, byte) in random.iter().take(20).enumerate() {
            if index > 0 && index % 4 == 0 {
                text.push('-');
            }
            // INVARIANT: 32 letters, so that each byte picks them evenly.
            text.extend(LETTERS.get(usize::from(*byte) % LETTERS.len()).copied().map(char::from));
        }
        Ok(Self(text))
    }

    /// Shows it, to be printed once for whom it is.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Those of at least 8 characters that lead the public lists of leaked passwords.
const COMMON: [&str; 48] = [
    "12345678",
    "123456789",
    "1234567890",
    "0123456789",
    "987654321",
    "87654321",
    "11223344",
    "12341234",
    "123123123",
    "123456789a",
    "1q2w3e4r",
    "1q2w3e4r5t",
    "1qaz2wsx",
    "1qaz2wsx3edc",
    "qwertyuiop",
    "qwerty123",
    "qwerty12",
    "qwertyui",
    "asdfghjkl",
    "asdfasdf",
    "zxcvbnm123",
    "password",
    "password1",
    "password12",
    "password123",
    "passw0rd",
    "p@ssw0rd",
    "p@ssword",
    "pa$$word",
    "letmein1",
    "letmein123",
    "welcome1",
    "welcome123",
    "admin123",
    "admin1234",
    "administrator",
    "changeme",
    "changeme1",
    "iloveyou",
    "iloveyou1",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "trustno1",
    "starwars",
    "whatever",
];

/// A password hashed with Argon2id, as a PHC string.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Takes what was kept before.
    pub fn from_store(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// What is kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it was made with weaker parameters than today's, so that it should be made anew.
    pub(super) fn is_outgrown(&self) -> bool {
        let Ok(hash) = phc::PasswordHash::new(&self.0) else { return true };
        let Ok(made_with) = Params::try_from(&hash) else { return true };
        made_with.m_cost() < M_COST_KIB || made_with.t_cost() < T_COST
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// OWASP's first recommendation for Argon2id: m = 47,104 KiB, t = 1, p = 1.
const M_COST_KIB: u32 = 47_104;
const T_COST: u32 = 1;
/// So many hashes are worked out at once: each takes `M_COST_KIB` of memory.
const AT_ONCE: usize = 2;

/// So long somebody waits for their turn: a line that has no end would keep everybody out.
const WAIT: Duration = Duration::from_secs(2);

/// Why a hash was not worked out.
#[derive(Debug)]
pub(super) enum HashError {
    /// Too many are in line.
    Busy,
    /// Something is broken.
    Failed(AccountsError),
}

impl From<AccountsError> for HashError {
    fn from(error: AccountsError) -> Self {
        Self::Failed(error)
    }
}

/// Works hashes out, few at a time, on threads where waiting is allowed.
#[derive(Clone)]
pub(super) struct Hasher {
    entropy: Arc<dyn Entropy>,
    permits: Arc<Semaphore>,
    pub(super) wait: Duration,
}

impl Hasher {
    pub(super) fn new(entropy: Arc<dyn Entropy>) -> Self {
        Self { entropy, permits: Arc::new(Semaphore::new(AT_ONCE)), wait: WAIT }
    }

    pub(super) async fn hash(&self, password: &Password) -> Result<PasswordHash, HashError> {
        let salt = self.entropy.draw().map_err(|error| AccountsError(error.into()))?;
        let password = password.clone();
        self.work(move || {
            let hash = argon2()?.hash_password_with_salt(password.0.as_bytes(), salt.split_at(16).0)?;
            Ok(PasswordHash(hash.to_string()))
        })
        .await
    }

    /// Whether `password` is the one hashed; against nothing it takes as long and is never.
    pub(super) async fn verify(&self, password: &Password, hash: Option<&PasswordHash>) -> Result<bool, HashError> {
        let (password, hash) = (password.clone(), hash.cloned());
        self.work(move || match hash {
            Some(hash) => {
                let hash = phc::PasswordHash::new(&hash.0)?;
                Ok(argon2()?.verify_password(password.0.as_bytes(), &hash).is_ok())
            }
            None => {
                let made_up: phc::PasswordHash = argon2()?.hash_password_with_salt(password.0.as_bytes(), &[0; 16])?;
                // Compared with nothing: only the time it took matters.
                Ok(made_up.hash.is_none())
            }
        })
        .await
    }

    /// Keeps everybody waiting, for tests.
    #[cfg(test)]
    pub(super) fn hold(&self) -> Option<tokio::sync::SemaphorePermit<'_>> {
        self.permits.try_acquire_many(2).ok()
    }

    async fn work<T: Send + 'static>(
        &self,
        hash: impl FnOnce() -> Result<T, argon2::password_hash::Error> + Send + 'static,
    ) -> Result<T, HashError> {
        let turn = timeout(self.wait, Arc::clone(&self.permits).acquire_owned()).await.map_err(|_| HashError::Busy)?;
        let permit = turn.map_err(|error| AccountsError(error.into()))?;
        let work = tokio::task::spawn_blocking(move || {
            let done = hash();
            drop(permit);
            done.map_err(|error| AccountsError(error.to_string().into()))
        });
        Ok(work.await.map_err(|error| AccountsError(error.into()))??)
    }
}

fn argon2() -> Result<Argon2<'static>, argon2::password_hash::Error> {
    let params = Params::new(M_COST_KIB, T_COST, 1, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use portal_core::ports::SystemEntropy;

    use super::*;

    #[test]
    fn l12_a_password_is_long_enough_and_not_a_common_one() {
        assert_eq!(Password::chosen("1234567").unwrap_err(), PasswordError::TooShort);
        assert_eq!(Password::chosen("PassWord123").unwrap_err(), PasswordError::Common);
        assert_eq!(Password::chosen("ääääääää").unwrap_err(), PasswordError::Common);
        assert_eq!(Password::chosen("x".repeat(1001)).unwrap_err(), PasswordError::TooLong);
        for fine in ["Żółwie 99", "correct horse", &"long ".repeat(40)] {
            assert_eq!(Password::chosen(fine).unwrap().expose(), fine);
        }
    }

    #[tokio::test]
    async fn l11_a_password_is_kept_as_argon2id_and_found_again() {
        let hasher = Hasher::new(Arc::new(SystemEntropy));
        let hash = hasher.hash(&Password::typed("correct horse")).await.unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=47104,t=1,p=1$"), "{}", hash.as_str());
        assert!(!hash.is_outgrown());
        assert!(hasher.verify(&Password::typed("correct horse"), Some(&hash)).await.unwrap());
        assert!(!hasher.verify(&Password::typed("correct horsf"), Some(&hash)).await.unwrap());
        assert!(!hasher.verify(&Password::typed("correct horse"), None).await.unwrap());
    }

    #[tokio::test]
    async fn l11_whoever_waits_too_long_for_a_hash_is_told_that_it_is_busy() {
        let hasher = Hasher { wait: Duration::from_millis(1), ..Hasher::new(Arc::new(SystemEntropy)) };
        let _all = hasher.permits.acquire_many(2).await.unwrap();
        let password = Password::typed("correct horse");
        assert!(matches!(hasher.hash(&password).await, Err(HashError::Busy)));
        assert!(matches!(hasher.verify(&password, None).await, Err(HashError::Busy)));
    }

    #[test]
    fn l11_a_hash_of_weaker_parameters_is_outgrown() {
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19_456, 1, 1, None).unwrap());
        let hash: phc::PasswordHash = weak.hash_password_with_salt(b"x", &[1; 16]).unwrap();
        assert!(PasswordHash::from_store(hash.to_string()).is_outgrown());
    }

    #[test]
    fn l38_a_password_never_prints() {
        let password = Password::random(&SystemEntropy).unwrap();
        assert_eq!(format!("{password:?}"), "Password(…)");
        assert_eq!(password.expose().len(), 24);
        assert_ne!(password.expose(), Password::random(&SystemEntropy).unwrap().expose());
    }
}
