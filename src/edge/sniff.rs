//! What a connection speaks, from its first bytes, which stay unread.

use std::io;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::sleep;

use super::pseudo_ssl::CLIENT_HELLO;

/// STUN's magic cookie (RFC 8489 §5).
const MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const STUN_HEADER: usize = 20;
/// Frames of a connectivity check are far smaller than a packet on Ethernet.
const MAX_CHECK: usize = 1500;
/// What begins a request. The first line of HTTP/2 without TLS is not among them.
const METHODS: [&[u8]; 7] = [
    b"GET ",
    b"HEAD ",
    b"POST ",
    b"PUT ",
    b"PATCH ",
    b"DELETE ",
    b"OPTIONS ",
];
/// Enough bytes to tell everything apart.
const ENOUGH: usize = CLIENT_HELLO.len();
/// How long to wait for more of a first segment, at first and at most.
const PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(200);

/// What a connection speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    Tls,
    Http,
    /// A binding request in an RFC 4571 frame (RFC 6544 §3).
    IceTcp,
    /// The pseudo-SSL greeting before ICE-TCP.
    PseudoSsl,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Known(Protocol),
    /// It may become something.
    MoreNeeded,
    /// It is nothing that is served here.
    Garbage,
}

/// What these first bytes are the beginning of. Bytes that are added to `Known` or `Garbage` change
/// nothing.
pub(super) fn classify(bytes: &[u8]) -> Verdict {
    [
        (Protocol::Tls, tls(bytes)),
        (Protocol::Http, http(bytes)),
        (Protocol::IceTcp, ice_tcp(bytes)),
        (Protocol::PseudoSsl, starts(bytes, &CLIENT_HELLO)),
    ]
    .into_iter()
    .find_map(|(protocol, fit)| match fit {
        Fit::Yes => Some(Verdict::Known(protocol)),
        Fit::Perhaps => Some(Verdict::MoreNeeded),
        Fit::No => None,
    })
    .unwrap_or(Verdict::Garbage)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Yes,
    Perhaps,
    No,
}

/// Whether each byte that is there fits the pattern, and all of them are there.
fn fits(bytes: &[u8], pattern: &[fn(u8) -> bool]) -> Fit {
    if !bytes.iter().zip(pattern).all(|(byte, fits)| fits(*byte)) {
        Fit::No
    } else if bytes.len() < pattern.len() {
        Fit::Perhaps
    } else {
        Fit::Yes
    }
}

fn starts(bytes: &[u8], beginning: &[u8]) -> Fit {
    if bytes.starts_with(beginning) {
        Fit::Yes
    } else if beginning.starts_with(bytes) {
        Fit::Perhaps
    } else {
        Fit::No
    }
}

/// A handshake record that holds a ClientHello (RFC 8446 §5.1, §4).
fn tls(bytes: &[u8]) -> Fit {
    fits(
        bytes,
        &[
            |content| content == 22,
            |major| major == 3,
            |minor| minor <= 4,
            |_| true,
            |_| true,
            |handshake| handshake == 1,
        ],
    )
}

fn http(bytes: &[u8]) -> Fit {
    let fits = METHODS.map(|method| starts(bytes, method));
    if fits.contains(&Fit::Yes) {
        Fit::Yes
    } else if fits.contains(&Fit::Perhaps) {
        Fit::Perhaps
    } else {
        Fit::No
    }
}

/// A frame's length (RFC 4571 §2) and the header of a binding request that fills the frame
/// (RFC 8489 §5).
fn ice_tcp(bytes: &[u8]) -> Fit {
    let number =
        |at: usize| Some(usize::from(*bytes.get(at)?) << 8 | usize::from(*bytes.get(at + 1)?));
    let small = |byte: u8| usize::from(byte) <= MAX_CHECK >> 8;
    if bytes.first().is_some_and(|first| !small(*first)) {
        return Fit::No;
    }
    let Some(frame) = number(0) else {
        return Fit::Perhaps;
    };
    if !(STUN_HEADER..=MAX_CHECK).contains(&frame) {
        return Fit::No;
    }
    if let Some(length) = number(4)
        && (length + STUN_HEADER != frame || length % 4 != 0)
    {
        return Fit::No;
    }
    let [_, _, rest @ ..] = bytes else {
        return Fit::Perhaps;
    };
    let [a, b, c, d] = MAGIC_COOKIE;
    let header = [
        Some(0),
        Some(1),
        None,
        None,
        Some(a),
        Some(b),
        Some(c),
        Some(d),
    ];
    let agrees = rest
        .iter()
        .zip(header)
        .all(|(byte, wanted)| wanted.is_none_or(|wanted| wanted == *byte));
    match agrees {
        false => Fit::No,
        true if rest.len() < header.len() => Fit::Perhaps,
        true => Fit::Yes,
    }
}

/// Waits until it is clear what the connection speaks; `None` when it is nothing, or closed. Whoever
/// calls limits the time.
pub(super) async fn sniff(stream: &TcpStream) -> io::Result<Option<Protocol>> {
    let mut bytes = [0; ENOUGH];
    let mut pause = PAUSE;
    let mut seen = 0;
    loop {
        let available = stream.peek(&mut bytes).await?;
        match classify(&bytes[..available]) {
            Verdict::Known(protocol) => return Ok(Some(protocol)),
            Verdict::Garbage => return Ok(None),
            Verdict::MoreNeeded if available == 0 => return Ok(None),
            Verdict::MoreNeeded => {}
        }
        // What was seen stays in the socket, so that it counts as readable at once.
        pause = if available > seen {
            PAUSE
        } else {
            LONGEST_PAUSE.min(pause * 2)
        };
        seen = available;
        sleep(pause).await;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn binding_request(attributes: &[u8]) -> Vec<u8> {
        let length = attributes.len() as u16;
        let mut bytes = (length + 20).to_be_bytes().to_vec();
        bytes.extend([0, 1]);
        bytes.extend(length.to_be_bytes());
        bytes.extend(MAGIC_COOKIE);
        bytes.extend([7; 12]);
        bytes.extend(attributes);
        bytes
    }

    fn client_hello() -> Vec<u8> {
        [&[22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3][..], &[9; 64]].concat()
    }

    #[test]
    fn each_protocol_is_known_by_its_first_bytes() {
        let cases: [(&[u8], Protocol); 8] = [
            (&client_hello(), Protocol::Tls),
            (&[22, 3, 3, 0, 50, 1], Protocol::Tls),
            (b"GET / HTTP/1.1\r\n", Protocol::Http),
            (b"POST /api/setup HTTP/1.1\r\n", Protocol::Http),
            (b"OPTIONS * HTTP/1.1\r\n", Protocol::Http),
            (&binding_request(&[]), Protocol::IceTcp),
            (&binding_request(&[1; 96]), Protocol::IceTcp),
            (&CLIENT_HELLO, Protocol::PseudoSsl),
        ];
        for (bytes, protocol) in cases {
            assert_eq!(classify(bytes), Verdict::Known(protocol), "{bytes:?}");
        }
    }

    #[test]
    fn garbage_is_known_as_such() {
        let mut response = binding_request(&[]);
        response[2] = 1;
        let mut padded = binding_request(&[1; 8]);
        padded[1] += 4;
        let mut other_cookie = binding_request(&[]);
        other_cookie[9] = 0;
        let mut other_hello = CLIENT_HELLO;
        other_hello[71] ^= 1;
        let cases: [&[u8]; 10] = [
            b"\0",
            b"SSH-2.0-OpenSSH_9.2\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"get / http/1.1",
            &[22, 3, 1, 0, 50, 2],
            &[22, 2, 0, 0, 50, 1],
            &response,
            &padded,
            &other_cookie,
            &other_hello,
        ];
        for bytes in &cases[1..] {
            assert_eq!(classify(bytes), Verdict::Garbage, "{bytes:?}");
        }
        assert_eq!(classify(cases[0]), Verdict::MoreNeeded);
        assert_eq!(classify(&[0, 19]), Verdict::Garbage);
        assert_eq!(classify(&[0xff; 72]), Verdict::Garbage);
    }

    fn beginnings() -> impl Strategy<Value = Vec<u8>> {
        let valid = prop_oneof![
            Just(client_hello()),
            Just(b"DELETE /api/problems HTTP/1.1\r\n".to_vec()),
            Just(binding_request(&[5; 24])),
            Just(CLIENT_HELLO.to_vec()),
            prop::collection::vec(any::<u8>(), 0..100),
        ];
        (valid, any::<prop::sample::Index>(), any::<Option<u8>>()).prop_map(
            |(mut bytes, at, change)| {
                if let (Some(change), false) = (change, bytes.is_empty()) {
                    let at = at.index(bytes.len());
                    bytes[at] = change;
                }
                bytes
            },
        )
    }

    proptest! {
        /// However the bytes are cut into segments, the verdict is the same.
        #[test]
        fn verdict_never_changes_once_it_is_given(bytes in beginnings()) {
            let last = classify(&bytes);
            for length in 0..bytes.len() {
                let earlier = classify(&bytes[..length]);
                prop_assert!(
                    earlier == last || earlier == Verdict::MoreNeeded,
                    "{earlier:?} after {length} bytes, then {last:?}"
                );
            }
        }

        #[test]
        fn enough_bytes_leave_no_doubt(bytes in prop::collection::vec(any::<u8>(), ENOUGH..200)) {
            prop_assert_ne!(classify(&bytes), Verdict::MoreNeeded);
        }
    }
}
