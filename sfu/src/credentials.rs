//! ICE user name fragments and passwords (RFC 8445 §5.3).

use rand::RngExt;

/// The characters of `ice-char` (RFC 8839 §5.4) without those that a log or a URL would mangle.
const ICE_CHARS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// At least 24 bits are asked for; the fragment is also our routing key, so it is longer.
const UFRAG_LEN: usize = 12;
/// At least 128 bits (RFC 8445 §5.3).
const PWD_LEN: usize = 24;

#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Credentials {
    pub(crate) ufrag: String,
    pub(crate) pwd: String,
}

impl Credentials {
    pub(crate) fn random() -> Self {
        Self {
            ufrag: random_text(UFRAG_LEN),
            pwd: random_text(PWD_LEN),
        }
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("ufrag", &self.ufrag)
            .finish_non_exhaustive()
    }
}

fn random_text(len: usize) -> String {
    let mut rng = rand::rng();
    (0..len)
        .map(|_| char::from(ICE_CHARS[rng.random_range(0..ICE_CHARS.len())]))
        .collect()
}
