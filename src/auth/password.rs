//! Passwords, hashed with Argon2id. Hashing takes time and memory by design, so it happens off the
//! event loop, and only so many times at once.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// What can go wrong with hashing.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too many passwords are being checked already.
    #[error("too many passwords are being checked at once")]
    Busy,
    #[error("the password could not be hashed: {0}")]
    Hash(#[from] argon2::password_hash::Error),
    #[error("hashing was interrupted")]
    Interrupted(#[from] tokio::task::JoinError),
}

/// Hashes and checks passwords; clones share the bound.
#[derive(Clone)]
pub struct Passwords {
    permits: Arc<Semaphore>,
}

impl Passwords {
    /// `at_once` is how many are hashed at the same time.
    pub fn new(at_once: usize) -> Self {
        LazyLock::force(&DECOY);
        Self {
            permits: Arc::new(Semaphore::new(at_once)),
        }
    }

    /// The password's hash with a fresh salt, in PHC format.
    pub async fn hash(&self, password: String) -> Result<String, PasswordError> {
        self.off_the_loop(move || Ok(hash(&password)?)).await
    }

    /// Whether the password is the one with this hash. Without a hash (nobody has this e-mail
    /// address) it takes as long and says no, so that the time tells nobody who has an account.
    pub async fn verify(
        &self,
        password: String,
        stored: Option<String>,
    ) -> Result<bool, PasswordError> {
        self.off_the_loop(move || {
            let known = stored.is_some();
            let expected = stored.unwrap_or_else(|| DECOY.clone());
            let matches = PasswordHash::new(&expected).is_ok_and(|expected| {
                Argon2::default()
                    .verify_password(password.as_bytes(), &expected)
                    .is_ok()
            });
            Ok(known && matches)
        })
        .await
    }

    async fn off_the_loop<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let permit = timeout(PATIENCE, self.permits.clone().acquire_owned())
            .await
            .map_err(|_| PasswordError::Busy)?
            .map_err(|_| PasswordError::Busy)?;
        // The permit goes along: a request that is given up does not stop its hashing.
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        })
        .await?
    }
}

/// The hash of a password that nobody has, made with the same parameters as real ones.
static DECOY: LazyLock<String> = LazyLock::new(|| hash("").unwrap_or_default());

fn hash(password: &str) -> Result<String, argon2::password_hash::Error> {
    Ok(Argon2::default()
        .hash_password(password.as_bytes())?
        .to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_matches_its_hash() {
        let passwords = Passwords::new(1);
        let hash = passwords.hash("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        let check = async |password: &str, hash: Option<&String>| {
            let verified = passwords.verify(password.to_owned(), hash.cloned()).await;
            verified.unwrap()
        };
        assert!(check("correct horse", Some(&hash)).await);
        assert!(!check("wrong horse", Some(&hash)).await);
        assert!(!check("", Some(&String::new())).await);
    }

    #[tokio::test]
    async fn unknown_account_is_checked_against_a_real_hash_and_never_matches() {
        assert!(DECOY.starts_with("$argon2id$"));
        let matches = Passwords::new(1).verify(String::new(), None).await;
        assert!(!matches.unwrap());
    }
}
