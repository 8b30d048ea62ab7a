use std::io;

/// Why a track could not be recorded, or a file not be repaired.
#[derive(Debug, thiserror::Error)]
pub enum RecorderError {
    /// The disk is full or failing. A [`TrackRecorder`](crate::TrackRecorder) stays usable: it goes
    /// on at the next keyframe for which writing works.
    #[error("the recording cannot be written: {0}")]
    Io(#[from] io::Error),
    /// The file to be repaired was not written by this recorder.
    #[error("the file is not a recording")]
    NotARecording,
}
