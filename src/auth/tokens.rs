//! Access tokens: JWTs that name a session and are valid for a quarter of an hour. What the session
//! stands for is looked up at each request, so that logging out takes effect at once.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How long an access token is valid, in seconds.
pub const ACCESS_SECONDS: i64 = 15 * 60;

/// Signs and checks access tokens.
#[derive(Clone)]
pub struct Tokens {
    signing: EncodingKey,
    checking: DecodingKey,
    validation: Validation,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    /// The session.
    sub: Uuid,
    /// Seconds since the epoch.
    iat: i64,
    exp: i64,
}

impl Tokens {
    /// Whoever knows the secret can sign tokens; it should be 256 random bits.
    pub fn new(secret: &[u8]) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        // Checked against the time that is passed in.
        validation.validate_exp = false;
        Self {
            signing: EncodingKey::from_secret(secret),
            checking: DecodingKey::from_secret(secret),
            validation,
        }
    }

    /// A token for this session; `now` in milliseconds since the epoch.
    pub fn issue(&self, session: Uuid, now: i64) -> Result<String, jsonwebtoken::errors::Error> {
        let claims = Claims {
            sub: session,
            iat: now / 1000,
            exp: now / 1000 + ACCESS_SECONDS,
        };
        encode(&Header::new(Algorithm::HS256), &claims, &self.signing)
    }

    /// The session of a token that is genuine and not expired.
    pub fn verify(&self, token: &str, now: i64) -> Option<Uuid> {
        let claims = decode::<Claims>(token, &self.checking, &self.validation)
            .ok()?
            .claims;
        (now / 1000 < claims.exp).then_some(claims.sub)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    const NOW: i64 = 1_700_000_000_000;

    #[test]
    fn token_names_its_session_until_it_expires() {
        let tokens = Tokens::new(b"secret");
        let session = Uuid::now_v7();
        let token = tokens.issue(session, NOW).unwrap();
        assert_eq!(tokens.verify(&token, NOW), Some(session));
        let last = NOW + ACCESS_SECONDS * 1000 - 1;
        assert_eq!(tokens.verify(&token, last), Some(session));
        assert_eq!(tokens.verify(&token, last + 1), None);
    }

    #[test]
    fn token_of_another_secret_is_refused() {
        let token = Tokens::new(b"other").issue(Uuid::now_v7(), NOW).unwrap();
        assert_eq!(Tokens::new(b"secret").verify(&token, NOW), None);
    }

    #[test]
    fn unsigned_token_is_refused() {
        let tokens = Tokens::new(b"secret");
        let token = tokens.issue(Uuid::now_v7(), NOW).unwrap();
        let claims = token.split('.').nth(1).unwrap();
        let header = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"none"}"#);
        assert_eq!(tokens.verify(&format!("{header}.{claims}."), NOW), None);
        assert_eq!(tokens.verify("", NOW), None);
        assert_eq!(tokens.verify("a.b.c", NOW), None);
    }
}
