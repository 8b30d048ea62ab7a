/// The encodings that can be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Codec {
    Opus,
    Vp8,
    Vp9,
    Av1,
    H264,
}

impl Codec {
    const ALL: [Self; 5] = [Self::Opus, Self::Vp8, Self::Vp9, Self::Av1, Self::H264];

    pub fn is_video(self) -> bool {
        self != Self::Opus
    }

    /// Hertz of the RTP timestamp.
    pub fn clock_rate(self) -> u32 {
        if self.is_video() { 90_000 } else { 48_000 }
    }

    /// WebM does not know H.264, Matroska does.
    pub(crate) fn doc_type(self) -> &'static str {
        if self == Self::H264 {
            "matroska"
        } else {
            "webm"
        }
    }

    pub(crate) fn container_type(self) -> &'static str {
        match self {
            Self::Opus => "audio/webm",
            Self::Vp8 | Self::Vp9 | Self::Av1 => "video/webm",
            Self::H264 => "video/x-matroska",
        }
    }

    /// RFC 9559 codec mappings.
    pub(crate) fn matroska_id(self) -> &'static str {
        match self {
            Self::Opus => "A_OPUS",
            Self::Vp8 => "V_VP8",
            Self::Vp9 => "V_VP9",
            Self::Av1 => "V_AV1",
            Self::H264 => "V_MPEG4/ISO/AVC",
        }
    }

    pub(crate) fn from_matroska_id(id: &[u8]) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|codec| codec.matroska_id().as_bytes() == id)
    }
}
