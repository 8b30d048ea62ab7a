//! Random tokens. Whoever reads the database cannot use them: it holds only their hashes. A fast
//! hash is enough, since 256 random bits cannot be guessed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::Rng;
use sha2::{Digest, Sha256};

/// A token and what is stored of it.
pub struct Secret {
    /// 256 random bits, safe in a URL.
    pub token: String,
    pub hash: String,
}

impl Secret {
    pub fn generate() -> Self {
        let mut bytes = [0; 32];
        rand::rng().fill_bytes(&mut bytes);
        let token = URL_SAFE_NO_PAD.encode(bytes);
        let hash = hash(&token);
        Self { token, hash }
    }
}

/// What is stored of a token.
pub fn hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_and_hash_to_what_is_stored() {
        let (one, other) = (Secret::generate(), Secret::generate());
        assert_ne!(one.token, other.token);
        assert_eq!(one.token.len(), 43);
        assert_eq!(hash(&one.token), one.hash);
        assert_ne!(one.hash, one.token);
    }
}
