//! Offers read and answers written (RFC 8829, RFC 3264). Pure: text in, text out.

use std::fmt::Write as _;
use std::io::Cursor;

use rtc::sdp::description::media::MediaDescription;
use rtc::sdp::description::session::SessionDescription;

use crate::credentials::Credentials;
use crate::dtls::Fingerprint;
use crate::media::{Codec, Extension, ExtensionIds, Kind};

/// Far above what a browser writes for a full room.
const MAX_LENGTH: usize = 256 * 1024;
const MAX_SECTIONS: usize = 128;
const MAX_TOKEN: usize = 256;
/// There are only 128 numbers for formats; looking through them costs the square of it.
const MAX_FORMATS: usize = 128;

/// Why an offer cannot be answered, for the one who wrote the client.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SdpError {
    #[error("the offer is longer than {MAX_LENGTH} bytes or has too many sections")]
    TooLarge,
    #[error("the offer is not a session description (RFC 8866)")]
    Malformed,
    #[error("the offer lacks a={0}")]
    Missing(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    SendRecv,
    SendOnly,
    RecvOnly,
    Inactive,
}

/// One encoding of a section, with the retransmission format that goes with it (RFC 4588 §8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Payload {
    pub(crate) number: u8,
    pub(crate) codec: Codec,
    pub(crate) rtx: Option<u8>,
    /// `a=rtpmap`'s value after the number, e.g. `opus/48000/2`.
    encoding: String,
    fmtp: Option<String>,
}

/// One `m=` section of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section {
    pub(crate) mid: String,
    pub(crate) direction: Direction,
    /// `None` for what is no audio or video.
    pub(crate) kind: Option<Kind>,
    pub(crate) payloads: Vec<Payload>,
    pub(crate) extensions: ExtensionIds,
    pub(crate) ssrc: Option<u32>,
    pub(crate) rtx_ssrc: Option<u32>,
    /// The `m=` line's media, protocol and formats, for refusing it.
    media: String,
    protocol: String,
    formats: String,
}

impl Section {
    /// The encoding to use with a published track.
    pub(crate) fn preferred(&self) -> Option<&Payload> {
        Codec::PREFERENCE
            .into_iter()
            .find_map(|codec| self.payload(codec))
    }

    pub(crate) fn payload(&self, codec: Codec) -> Option<&Payload> {
        self.payloads
            .iter()
            .find(|payload| payload.codec == codec && Some(codec.kind()) == self.kind)
    }
}

/// What an offer says that matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ParsedOffer {
    pub(crate) ice: Credentials,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) sections: Vec<Section>,
}

pub(crate) fn parse_offer(sdp: &str) -> Result<ParsedOffer, SdpError> {
    if sdp.len() > MAX_LENGTH {
        return Err(SdpError::TooLarge);
    }
    let session = SessionDescription::unmarshal(&mut Cursor::new(sdp.as_bytes()))
        .map_err(|_| SdpError::Malformed)?;
    if session.media_descriptions.len() > MAX_SECTIONS {
        return Err(SdpError::TooLarge);
    }
    // Transport attributes stand in the session or in the section that leads the bundle.
    let anywhere = |key: &'static str| {
        session
            .attribute(key)
            .map(String::as_str)
            .or_else(|| {
                session
                    .media_descriptions
                    .iter()
                    .find_map(|media| media.attribute(key).flatten())
            })
            .filter(|value| value.len() <= MAX_TOKEN)
            .ok_or(SdpError::Missing(key))
    };
    let ice = Credentials {
        ufrag: anywhere("ice-ufrag")?.to_owned(),
        pwd: anywhere("ice-pwd")?.to_owned(),
    };
    let fingerprint = Fingerprint::parse(anywhere("fingerprint")?)
        .ok_or(SdpError::Missing("fingerprint with sha-256"))?;
    let sections = session
        .media_descriptions
        .iter()
        .map(parse_section)
        .collect::<Result<_, _>>()?;
    Ok(ParsedOffer {
        ice,
        fingerprint,
        sections,
    })
}

fn parse_section(media: &MediaDescription) -> Result<Section, SdpError> {
    let mid = media
        .attribute("mid")
        .flatten()
        .filter(|mid| mid.len() <= MAX_TOKEN)
        .ok_or(SdpError::Missing("mid"))?;
    let name = &media.media_name;
    let direction = [
        ("sendonly", Direction::SendOnly),
        ("recvonly", Direction::RecvOnly),
        ("inactive", Direction::Inactive),
    ]
    .into_iter()
    .find(|(key, _)| media.has_attribute(key))
    .map_or(Direction::SendRecv, |(_, direction)| direction);
    let kind = match name.media.as_str() {
        "audio" => Some(Kind::Audio),
        "video" => Some(Kind::Video),
        _ => None,
    };
    let mut extensions = ExtensionIds::default();
    for value in values(media, "extmap") {
        let mut words = value.split_whitespace();
        let (Some(id), Some(uri)) = (words.next(), words.next()) else {
            continue;
        };
        // The id may carry a direction: `3/sendonly`.
        let id = id.split('/').next().unwrap_or_default();
        // One-byte headers only (RFC 8285 §4.2); 15 is reserved.
        if let (Ok(id @ 1..=14), Some(extension)) = (id.parse(), Extension::from_uri(uri)) {
            extensions.insert(extension, id);
        }
    }
    let (ssrc, rtx_ssrc) = ssrcs(media);
    Ok(Section {
        mid: mid.to_owned(),
        // A section with port 0 that is not bundled was refused or stopped (RFC 8829 §5.2.2).
        direction: if name.port.value == 0 && !media.has_attribute("bundle-only") {
            Direction::Inactive
        } else {
            direction
        },
        kind,
        payloads: payloads(media),
        extensions,
        ssrc,
        rtx_ssrc,
        media: name.media.clone(),
        protocol: name.protos.join("/"),
        formats: name.formats.join(" "),
    })
}

fn values<'a>(media: &'a MediaDescription, key: &'a str) -> impl Iterator<Item = &'a str> {
    media
        .attributes
        .iter()
        .filter(move |attribute| attribute.key == key)
        .filter_map(|attribute| attribute.value.as_deref())
}

fn payloads(media: &MediaDescription) -> Vec<Payload> {
    let encodings = numbered(media, "rtpmap");
    let parameters = numbered(media, "fmtp");
    let fmtp = |number: u8| {
        parameters
            .iter()
            .find(|(one, _)| *one == number)
            .map(|(_, text)| *text)
    };
    let rtx_for = |number: u8| {
        encodings
            .iter()
            .filter(|(_, encoding)| encoding.to_ascii_lowercase().starts_with("rtx/"))
            .map(|(rtx, _)| *rtx)
            .find(|rtx| fmtp(*rtx).is_some_and(|text| text == format!("apt={number}")))
    };
    encodings
        .iter()
        .filter_map(|&(number, encoding)| {
            let codec = Codec::from_encoding_name(encoding.split('/').next()?)?;
            let fmtp = fmtp(number);
            is_common(codec, fmtp).then(|| Payload {
                number,
                codec,
                rtx: rtx_for(number),
                encoding: encoding.to_owned(),
                fmtp: fmtp.map(str::to_owned),
            })
        })
        .collect()
}

/// The attributes that speak of one format: its number and the rest.
fn numbered<'a>(media: &'a MediaDescription, key: &'a str) -> Vec<(u8, &'a str)> {
    values(media, key)
        .filter_map(|value| {
            let (number, rest) = value.split_once(' ')?;
            let number = number.parse().ok().filter(|number| *number < 128)?;
            Some((number, rest.trim()))
        })
        .take(MAX_FORMATS)
        .collect()
}

/// The variant of a codec that every browser with the codec understands.
fn is_common(codec: Codec, fmtp: Option<&str>) -> bool {
    let parameter = |name: &str| {
        fmtp.unwrap_or_default()
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    };
    match codec {
        Codec::Opus | Codec::Vp8 => true,
        Codec::Vp9 => parameter("profile-id").is_none_or(|profile| profile == "0"),
        Codec::Av1 => parameter("profile").is_none_or(|profile| profile == "0"),
        Codec::H264 => parameter("packetization-mode") == Some("1"),
    }
}

/// The media's SSRC and that of its retransmissions (RFC 5576 §4).
fn ssrcs(media: &MediaDescription) -> (Option<u32>, Option<u32>) {
    let pair = values(media, "ssrc-group").find_map(|group| {
        let mut words = group.split_whitespace();
        (words.next() == Some("FID")).then(|| (words.next(), words.next()))
    });
    let number = |text: Option<&str>| text.and_then(|text| text.parse().ok());
    match pair {
        Some((ssrc, rtx)) => (number(ssrc), number(rtx)),
        None => {
            let first = values(media, "ssrc").next();
            (
                number(first.and_then(|line| line.split_whitespace().next())),
                None,
            )
        }
    }
}

/// How one section of the offer is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SectionAnswer {
    /// The server receives this track.
    Receive {
        payload: Payload,
        extensions: ExtensionIds,
    },
    /// The server sends a track.
    Send {
        payload: Payload,
        extensions: ExtensionIds,
        ssrc: u32,
        rtx_ssrc: u32,
        /// Who the track belongs to: what should play in step has the same stream.
        stream: String,
        track: String,
    },
    /// Nothing flows, now.
    Inactive,
}

/// What all sections of an answer have in common.
pub(crate) struct Transport<'a> {
    pub(crate) ice: &'a Credentials,
    pub(crate) fingerprint: &'a Fingerprint,
    pub(crate) candidates: &'a [String],
    /// Grows with every answer of the same connection.
    pub(crate) session_version: u64,
}

/// Writes the answer; `answers` belong to the offer's sections, in their order.
pub(crate) fn write_answer(
    offer: &ParsedOffer,
    answers: &[SectionAnswer],
    transport: &Transport<'_>,
) -> String {
    let mut sdp = String::with_capacity(4_096);
    let bundled: Vec<&str> = offer
        .sections
        .iter()
        .filter(|section| is_accepted(section))
        .map(|section| section.mid.as_str())
        .collect();
    line(&mut sdp, "v=0");
    line(
        &mut sdp,
        format_args!("o=porthole 1 {} IN IP4 0.0.0.0", transport.session_version),
    );
    line(&mut sdp, "s=-");
    line(&mut sdp, "t=0 0");
    line(
        &mut sdp,
        format_args!("a=group:BUNDLE {}", bundled.join(" ")),
    );
    line(&mut sdp, "a=ice-lite");
    line(&mut sdp, "a=msid-semantic: WMS *");
    for (section, answer) in offer.sections.iter().zip(answers) {
        if is_accepted(section) {
            write_section(&mut sdp, section, answer, transport);
        } else {
            let (media, protocol, formats) = (&section.media, &section.protocol, &section.formats);
            line(&mut sdp, format_args!("m={media} 0 {protocol} {formats}"));
            line(&mut sdp, "c=IN IP4 0.0.0.0");
            line(&mut sdp, "a=inactive");
            line(&mut sdp, format_args!("a=mid:{}", section.mid));
        }
    }
    sdp
}

/// Sections that the server understands stay in the bundle, even while nothing flows in them.
fn is_accepted(section: &Section) -> bool {
    section.preferred().is_some()
}

fn write_section(
    sdp: &mut String,
    section: &Section,
    answer: &SectionAnswer,
    transport: &Transport<'_>,
) {
    let none = ExtensionIds::default();
    let (payload, extensions, direction) = match answer {
        SectionAnswer::Receive {
            payload,
            extensions,
        } => (Some(payload), extensions, "recvonly"),
        SectionAnswer::Send {
            payload,
            extensions,
            ..
        } => (Some(payload), extensions, "sendonly"),
        SectionAnswer::Inactive => (section.preferred(), &none, "inactive"),
    };
    let Some(payload) = payload else {
        return;
    };
    let Payload {
        number, encoding, ..
    } = payload;
    let rtx = payload.rtx.map(|rtx| format!(" {rtx}")).unwrap_or_default();
    line(
        sdp,
        format_args!("m={} 9 UDP/TLS/RTP/SAVPF {number}{rtx}", section.media),
    );
    line(sdp, "c=IN IP4 0.0.0.0");
    line(sdp, format_args!("a=ice-ufrag:{}", transport.ice.ufrag));
    line(sdp, format_args!("a=ice-pwd:{}", transport.ice.pwd));
    line(sdp, format_args!("a=fingerprint:{}", transport.fingerprint));
    line(sdp, "a=setup:passive");
    line(sdp, format_args!("a=mid:{}", section.mid));
    line(sdp, format_args!("a={direction}"));
    line(sdp, "a=rtcp-mux");
    line(sdp, "a=rtcp-rsize");
    for (extension, id) in extensions.iter() {
        line(sdp, format_args!("a=extmap:{id} {}", extension.uri()));
    }
    line(sdp, format_args!("a=rtpmap:{number} {encoding}"));
    if let Some(fmtp) = &payload.fmtp {
        line(sdp, format_args!("a=fmtp:{number} {fmtp}"));
    }
    if extensions.id(Extension::TransportSequence).is_some() {
        line(sdp, format_args!("a=rtcp-fb:{number} transport-cc"));
    }
    if payload.codec.kind() == Kind::Video {
        for feedback in ["ccm fir", "nack", "nack pli"] {
            line(sdp, format_args!("a=rtcp-fb:{number} {feedback}"));
        }
    }
    if let Some(rtx) = payload.rtx {
        line(
            sdp,
            format_args!("a=rtpmap:{rtx} rtx/{}", payload.codec.clock_rate()),
        );
        line(sdp, format_args!("a=fmtp:{rtx} apt={number}"));
    }
    if let SectionAnswer::Send {
        ssrc,
        rtx_ssrc,
        stream,
        track,
        ..
    } = answer
    {
        line(sdp, format_args!("a=msid:{stream} {track}"));
        // The media's own SSRC must come first: browsers take the first line for it.
        line(sdp, format_args!("a=ssrc:{ssrc} cname:{stream}"));
        if payload.rtx.is_some() {
            line(sdp, format_args!("a=ssrc:{rtx_ssrc} cname:{stream}"));
            line(sdp, format_args!("a=ssrc-group:FID {ssrc} {rtx_ssrc}"));
        }
    }
    for candidate in transport.candidates {
        line(sdp, format_args!("a=candidate:{candidate}"));
    }
    line(sdp, "a=end-of-candidates");
}

fn line(sdp: &mut String, text: impl std::fmt::Display) {
    // Writing to a string cannot fail.
    let _ = write!(sdp, "{text}\r\n");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OFFER: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n\
a=group:BUNDLE 0 1 2\r\n\
m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:abcd\r\n\
a=ice-pwd:0123456789012345678901\r\n\
a=fingerprint:sha-256 00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F\r\n\
a=setup:actpass\r\na=mid:0\r\na=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n\
a=extmap:4/sendonly urn:ietf:params:rtp-hdrext:sdes:mid\r\na=sendonly\r\na=rtcp-mux\r\n\
a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:63 red/48000/2\r\n\
a=ssrc:1111 cname:x\r\n\
m=video 9 UDP/TLS/RTP/SAVPF 98 99 96 97\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=recvonly\r\n\
a=rtcp-mux\r\na=rtpmap:98 VP9/90000\r\na=fmtp:98 profile-id=2\r\na=rtpmap:99 rtx/90000\r\n\
a=fmtp:99 apt=98\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n\
m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:2\r\n\
a=sctp-port:5000\r\n";

    #[test]
    fn an_offer_is_understood() {
        let offer = parse_offer(OFFER).unwrap();
        assert_eq!(offer.ice.ufrag, "abcd");
        assert_eq!(offer.fingerprint.0[31], 0x1f);
        let [audio, video, data] = &offer.sections[..] else {
            panic!("three sections");
        };
        assert_eq!(audio.direction, Direction::SendOnly);
        assert_eq!(audio.ssrc, Some(1111));
        assert_eq!(audio.extensions.id(Extension::Mid), Some(4));
        assert_eq!(audio.preferred().unwrap().number, 111);
        assert_eq!(video.direction, Direction::RecvOnly);
        let vp8 = video.preferred().unwrap();
        assert_eq!((vp8.codec, vp8.number, vp8.rtx), (Codec::Vp8, 96, Some(97)));
        assert_eq!(video.payload(Codec::Vp9), None, "an uncommon profile");
        assert_eq!(data.kind, None);
    }

    #[test]
    fn an_answer_keeps_the_sections_and_offers_only_the_server() {
        let offer = parse_offer(OFFER).unwrap();
        let ice = Credentials::random();
        let answers = [
            SectionAnswer::Receive {
                payload: offer.sections[0].preferred().unwrap().clone(),
                extensions: offer.sections[0].extensions.clone(),
            },
            SectionAnswer::Send {
                payload: offer.sections[1].preferred().unwrap().clone(),
                extensions: ExtensionIds::default(),
                ssrc: 5,
                rtx_ssrc: 6,
                stream: "p".into(),
                track: "t".into(),
            },
            SectionAnswer::Inactive,
        ];
        let answer = write_answer(
            &offer,
            &answers,
            &Transport {
                ice: &ice,
                fingerprint: &offer.fingerprint,
                candidates: &["0 1 udp 1 192.0.2.1 8443 typ host".to_owned()],
                session_version: 1,
            },
        );
        assert!(answer.contains("a=group:BUNDLE 0 1\r\n"));
        assert!(answer.contains("m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n"));
        let media = answer.find("a=ssrc:5 cname:p").unwrap();
        assert!(media < answer.find("a=ssrc:6 cname:p").unwrap());
        assert!(answer.contains("a=ssrc-group:FID 5 6\r\n"));
        assert!(!answer.contains("red/48000"));
        let parsed = parse_offer(&answer).unwrap();
        assert_eq!(parsed.ice, ice);
        assert_eq!(parsed.sections[0].direction, Direction::RecvOnly);
        assert_eq!(parsed.sections[1].direction, Direction::SendOnly);
        assert_eq!(parsed.sections[1].rtx_ssrc, Some(6));
    }

    #[test]
    fn what_is_missing_is_named() {
        let without = OFFER.replace("a=ice-pwd:0123456789012345678901\r\n", "");
        assert_eq!(parse_offer(&without), Err(SdpError::Missing("ice-pwd")));
        assert_eq!(parse_offer("hello"), Err(SdpError::Malformed));
        assert_eq!(
            parse_offer(&"a".repeat(MAX_LENGTH + 1)),
            Err(SdpError::TooLarge)
        );
    }

    #[test]
    fn formats_that_cannot_be_sent_are_not_offered_back() {
        let offer = parse_offer(&OFFER.replace(":96", ":196")).unwrap();
        assert_eq!(offer.sections[1].preferred(), None);
    }

    proptest! {
        #[test]
        fn no_offer_makes_the_parser_panic(cut in 0..OFFER.len(), junk in "\\PC{0,40}") {
            let mut text = OFFER.to_owned();
            text.truncate(cut);
            text.push_str(&junk);
            let _ = parse_offer(&text);
            let _ = parse_offer(&format!("{text}{}", &OFFER[cut..]));
        }
    }
}
