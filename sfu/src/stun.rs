//! The ICE-lite side of connectivity checks (RFC 8445 §7.3, RFC 8489): which participant a binding
//! request is for, whether it is genuine, and the answer.

use std::net::SocketAddr;

use bytes::Bytes;
use rtc::stun::attributes::{ATTR_USE_CANDIDATE, ATTR_USERNAME};
use rtc::stun::fingerprint::FINGERPRINT;
use rtc::stun::integrity::MessageIntegrity;
use rtc::stun::message::{BINDING_REQUEST, BINDING_SUCCESS, Message, Setter, is_stun_message};
use rtc::stun::xoraddr::XorMappedAddress;

use crate::dtls::Crypto;

/// No browser's check is longer, and an attacker's should not cost more.
const MAX_REQUEST: usize = 1_280;

/// A well-formed binding request that has not been authenticated yet.
pub(crate) struct BindingRequest {
    message: Message,
    /// Our own fragment, the first part of the user name (RFC 8445 §7.2.2): the routing key.
    pub(crate) ufrag: String,
    /// The controlling side has chosen this pair (RFC 8445 §7.3.1.5).
    pub(crate) nominates: bool,
}

impl BindingRequest {
    pub(crate) fn parse(datagram: &[u8]) -> Option<Self> {
        if datagram.len() > MAX_REQUEST || !is_stun_message(datagram) {
            return None;
        }
        let mut message = Message::new();
        message.unmarshal_binary(datagram).ok()?;
        if message.typ != BINDING_REQUEST {
            return None;
        }
        let username = String::from_utf8(message.get(ATTR_USERNAME).ok()?).ok()?;
        let (ufrag, _theirs) = username.split_once(':')?;
        Some(Self {
            ufrag: ufrag.to_owned(),
            nominates: message.contains(ATTR_USE_CANDIDATE),
            message,
        })
    }

    /// Answers the request if it was made with our password; `None` otherwise, and silence is the
    /// best answer to a stranger.
    pub(crate) fn answer(
        &mut self,
        pwd: &str,
        remote: SocketAddr,
        crypto: &Crypto,
    ) -> Option<Bytes> {
        MessageIntegrity::check(&mut self.message, pwd.as_bytes(), crypto.algorithms()).ok()?;
        let integrity = MessageIntegrity::new_short_term_integrity_with_provider(
            pwd.to_owned(),
            crypto.algorithms(),
        );
        let mapped = XorMappedAddress {
            ip: remote.ip(),
            port: remote.port(),
        };
        let mut response = Message::new();
        response.transaction_id = self.message.transaction_id;
        response.set_type(BINDING_SUCCESS);
        response.write_header();
        mapped.add_to(&mut response).ok()?;
        integrity.add_to(&mut response).ok()?;
        FINGERPRINT.add_to(&mut response).ok()?;
        Some(response.raw.into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rtc::stun::message::TransactionId;
    use rtc::stun::textattrs::TextAttribute;

    use super::*;

    fn request(pwd: &str, nominate: bool, crypto: &Crypto) -> Vec<u8> {
        let mut message = Message::new();
        message.transaction_id = TransactionId::new();
        message.set_type(BINDING_REQUEST);
        message.write_header();
        TextAttribute::new(ATTR_USERNAME, "ours:theirs".into())
            .add_to(&mut message)
            .unwrap();
        if nominate {
            message.add(ATTR_USE_CANDIDATE, &[]);
        }
        MessageIntegrity::new_short_term_integrity_with_provider(pwd.into(), crypto.algorithms())
            .add_to(&mut message)
            .unwrap();
        FINGERPRINT.add_to(&mut message).unwrap();
        message.raw
    }

    #[test]
    fn a_genuine_check_is_answered_with_the_address_it_came_from() {
        let crypto = Crypto::new().unwrap();
        let remote: SocketAddr = "192.0.2.9:4711".parse().unwrap();
        let mut check = BindingRequest::parse(&request("secret", true, &crypto)).unwrap();
        assert_eq!(check.ufrag, "ours");
        assert!(check.nominates);
        let answer = check.answer("secret", remote, &crypto).unwrap();

        let mut response = Message::new();
        response.unmarshal_binary(&answer).unwrap();
        assert_eq!(response.typ, BINDING_SUCCESS);
        MessageIntegrity::check(&mut response, b"secret", crypto.algorithms()).unwrap();
        FINGERPRINT.check(&response).unwrap();
        let mut mapped = XorMappedAddress::default();
        rtc::stun::message::Getter::get_from(&mut mapped, &response).unwrap();
        assert_eq!(SocketAddr::new(mapped.ip, mapped.port), remote);
    }

    #[test]
    fn a_check_with_another_password_gets_no_answer() {
        let crypto = Crypto::new().unwrap();
        let remote = "192.0.2.9:4711".parse().unwrap();
        let mut check = BindingRequest::parse(&request("guess", false, &crypto)).unwrap();
        assert!(!check.nominates);
        assert!(check.answer("secret", remote, &crypto).is_none());
    }

    proptest! {
        #[test]
        fn no_datagram_makes_the_parser_panic(
            mut datagram in proptest::collection::vec(any::<u8>(), 0..200),
            disguise in any::<bool>(),
        ) {
            if disguise && datagram.len() >= 20 {
                datagram[..2].copy_from_slice(&[0, 1]);
                datagram[4..8].copy_from_slice(&0x2112_A442_u32.to_be_bytes());
                let length = u16::try_from(datagram.len() - 20).unwrap();
                datagram[2..4].copy_from_slice(&length.to_be_bytes());
            }
            let _ = BindingRequest::parse(&datagram);
        }
    }
}
