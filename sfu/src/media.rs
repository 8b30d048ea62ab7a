//! The words of media: sources, kinds, codecs, header extensions.

/// What a track shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    Microphone,
    Camera,
    Screen,
}

impl Source {
    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Microphone => Kind::Audio,
            Self::Camera | Self::Screen => Kind::Video,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Audio,
    Video,
}

/// The encodings that are forwarded and recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Codec {
    Opus,
    Vp8,
    Vp9,
    Av1,
    H264,
}

impl Codec {
    /// In the order in which the server prefers them for a published section: VP8 first, because
    /// every browser both sends and receives it.
    pub(crate) const PREFERENCE: [Self; 5] =
        [Self::Opus, Self::Vp8, Self::Vp9, Self::Av1, Self::H264];

    /// The encoding name of `a=rtpmap` (RFC 8866 §6.6; names are compared without case).
    pub(crate) fn encoding_name(self) -> &'static str {
        match self {
            Self::Opus => "opus",
            Self::Vp8 => "VP8",
            Self::Vp9 => "VP9",
            Self::Av1 => "AV1",
            Self::H264 => "H264",
        }
    }

    pub(crate) fn from_encoding_name(name: &str) -> Option<Self> {
        Self::PREFERENCE
            .into_iter()
            .find(|codec| codec.encoding_name().eq_ignore_ascii_case(name))
    }

    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Opus => Kind::Audio,
            Self::Vp8 | Self::Vp9 | Self::Av1 | Self::H264 => Kind::Video,
        }
    }

    /// Hertz of the RTP timestamp.
    pub fn clock_rate(self) -> u32 {
        match self.kind() {
            Kind::Audio => 48_000,
            Kind::Video => 90_000,
        }
    }
}

/// RTP header extensions that the server understands (RFC 8285).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Extension {
    /// RFC 9143 §15: names the section a packet belongs to.
    Mid,
    /// draft-holmer-rmcat-transport-wide-cc-extensions-01
    TransportSequence,
    /// RFC 6464
    AudioLevel,
}

impl Extension {
    pub(crate) const ALL: [Self; 3] = [Self::Mid, Self::TransportSequence, Self::AudioLevel];

    pub(crate) fn uri(self) -> &'static str {
        match self {
            Self::Mid => "urn:ietf:params:rtp-hdrext:sdes:mid",
            Self::TransportSequence => {
                "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
            }
            Self::AudioLevel => "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
        }
    }

    pub(crate) fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.uri() == uri)
    }
}

/// Which extension has which id in one direction of one section.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ExtensionIds(Vec<(Extension, u8)>);

impl ExtensionIds {
    pub(crate) fn insert(&mut self, extension: Extension, id: u8) {
        if self.id(extension).is_none() {
            self.0.push((extension, id));
        }
    }

    pub(crate) fn id(&self, extension: Extension) -> Option<u8> {
        self.0
            .iter()
            .find(|(one, _)| *one == extension)
            .map(|(_, id)| *id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Extension, u8)> + '_ {
        self.0.iter().copied()
    }

    /// Only the named ones.
    pub(crate) fn only(&self, wanted: &[Extension]) -> Self {
        Self(
            self.iter()
                .filter(|(extension, _)| wanted.contains(extension))
                .collect(),
        )
    }
}
