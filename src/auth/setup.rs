//! The link that creates the first account.

use super::secret::Secret;
use crate::store::{Store, StoreError};

/// Path and fragment of the link, while there is no account. Each call makes a new one and the
/// former invalid: only its hash is kept, so it cannot be shown again.
pub async fn link(store: &Store, now: i64) -> Result<Option<String>, StoreError> {
    if store.has_users().await? {
        return Ok(None);
    }
    let secret = Secret::generate();
    store.replace_setup_token(&secret.hash, now).await?;
    Ok(Some(format!("/setup#{}", secret.token)))
}
