//! Where the media lies: in the spool while it is written, in the object store for good.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use object_store::aws::AmazonS3Builder;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::{GetOptions, GetRange, ObjectStore};
use tokio::io::AsyncWriteExt;

use super::RecordingConfig;
use crate::data::{DataError, private_folder};
use crate::protocol::ids::{InterviewId, TrackId};

/// Why recordings cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    #[error(transparent)]
    Folder(#[from] DataError),
    #[error("the recordings cannot be reached: {0}")]
    Objects(#[from] object_store::Error),
    #[error("the spool cannot be used: {0}")]
    Spool(#[from] io::Error),
}

/// A handle to the spool and the object store.
#[derive(Debug, Clone)]
pub struct Files {
    spool: Arc<Path>,
    objects: Arc<dyn ObjectStore>,
}

impl Files {
    /// Keeps everything in the data folder, or what is complete in a bucket.
    pub fn open(config: &RecordingConfig, data: &Path) -> Result<Self, FilesError> {
        let spool = data.join("spool");
        private_folder(&spool)?;
        let objects: Arc<dyn ObjectStore> = match &config.bucket {
            Some(bucket) => {
                let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket);
                if let Some(endpoint) = &config.endpoint {
                    let is_plain = endpoint.starts_with("http://");
                    builder = builder.with_endpoint(endpoint).with_allow_http(is_plain);
                }
                if let Some(region) = &config.region {
                    builder = builder.with_region(region);
                }
                Arc::new(builder.build()?)
            }
            None => {
                let folder = data.join("objects");
                private_folder(&folder)?;
                Arc::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true))
            }
        };
        Ok(Self {
            spool: spool.into(),
            objects,
        })
    }

    /// Where a track is written.
    pub fn spooled(&self, track: TrackId) -> PathBuf {
        self.spool.join(format!("{track}.webm"))
    }

    /// Every track in the spool.
    pub async fn all_spooled(&self) -> Result<Vec<TrackId>, FilesError> {
        let mut tracks = Vec::new();
        let mut entries = tokio::fs::read_dir(&self.spool).await?;
        while let Some(entry) = entries.next_entry().await? {
            let name = entry.file_name();
            let track = name.to_str().and_then(|name| name.strip_suffix(".webm"));
            tracks.extend(track.and_then(|track| track.parse::<TrackId>().ok()));
        }
        Ok(tracks)
    }

    /// Copies a complete file from the spool into the object store.
    pub async fn keep(&self, track: TrackId, object_path: &str) -> Result<(), FilesError> {
        let mut file = tokio::fs::File::open(self.spooled(track)).await?;
        let mut object = BufWriter::new(self.objects.clone(), object_path.into());
        if let Err(error) = tokio::io::copy(&mut file, &mut object).await {
            // What was begun is given up, so the first error is the one that counts.
            let _ = object.abort().await;
            return Err(error.into());
        }
        object.shutdown().await?;
        Ok(())
    }

    /// Removes a track from the spool; it may be gone already.
    pub async fn discard(&self, track: TrackId) {
        if let Err(error) = tokio::fs::remove_file(self.spooled(track)).await
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%track, %error, "cannot remove a file from the spool");
        }
    }

    /// The bytes in `range`, which is not empty and within the file.
    pub async fn read(
        &self,
        object_path: &str,
        range: std::ops::Range<u64>,
    ) -> Result<BoxStream<'static, io::Result<Bytes>>, FilesError> {
        let options = GetOptions {
            range: Some(GetRange::Bounded(range)),
            ..GetOptions::default()
        };
        let object = self.objects.get_opts(&object_path.into(), options).await?;
        let bytes = object.into_stream();
        Ok(bytes.map(|chunk| chunk.map_err(io::Error::from)).boxed())
    }
}

/// Where a complete file lies in the object store.
pub fn object_path(interview: InterviewId, track: TrackId) -> String {
    format!("recordings/{interview}/{track}.webm")
}
