//! The file while it grows. What was written is playable at any moment: everything that is still
//! open has an unknown size, which players read to its end.

use std::io::{self, SeekFrom};
use std::time::Duration;

use super::ebml::{UNKNOWN_SIZE, long_size, put_id, put_size, put_uint};
use super::ending::{self, Ending};
use super::ids::*;
use super::layout::{self, Beginning, Layout};
use super::tally::{Block, Progress, Tally};
use crate::bitstream::Description;
use crate::{Codec, Storage};

/// A cluster is no longer than this, in milliseconds.
const MAX_CLUSTER: u64 = 5000;
/// What may be lost when the process is killed: media of so many milliseconds or bytes.
const FLUSH_AFTER: u64 = 250;
const FLUSH_BYTES: usize = 256 << 10;
/// What may be lost when the power fails, in milliseconds.
const SYNC_AFTER: u64 = 2000;

pub(crate) struct Writer<S> {
    file: S,
    codec: Codec,
    /// From the first frame on.
    begun: Option<Begun>,
    /// What is to be appended to the file.
    pending: Vec<u8>,
    /// The file is whole up to here.
    length: u64,
    /// Writing failed: there may be more in the file.
    is_torn: bool,
}

struct Begun {
    layout: Layout,
    tally: Tally,
    /// The tally of what is in the file.
    written: Progress,
    cluster: Option<Cluster>,
    flushed_at: u64,
    synced_at: u64,
}

/// The one that is open.
#[derive(Clone, Copy)]
struct Cluster {
    time: u64,
    position: u64,
}

/// Of a cluster's id, after which comes its size.
const CLUSTER_ID_LENGTH: u64 = 4;
const CLUSTER_HEAD: u64 = CLUSTER_ID_LENGTH + UNKNOWN_SIZE.len() as u64;

impl<S: Storage> Writer<S> {
    /// Takes an empty file.
    pub fn new(file: S, codec: Codec) -> Self {
        Self {
            file,
            codec,
            begun: None,
            pending: Vec::new(),
            length: 0,
            is_torn: false,
        }
    }

    /// Where the file's time 0 lies, once a frame was written.
    pub fn layout(&self) -> Option<&Layout> {
        self.begun.as_ref().map(|begun| &begun.layout)
    }

    /// Appends a frame that is described if it is a keyframe; the first one must be, and so must be
    /// the first one after a failure. After a failure the frames of the last moments are gone, and
    /// the file is as it was before them.
    pub fn write(
        &mut self,
        time: Duration,
        key: Option<&Description>,
        frame: &[u8],
    ) -> io::Result<()> {
        let written = self.try_write(time, key, frame);
        if written.is_err() {
            self.forget_pending();
        }
        written
    }

    /// Ends the file. None if there never was a frame.
    pub fn finish(mut self) -> io::Result<Option<Ending>> {
        self.mend()?;
        self.close_cluster()?;
        let Some(begun) = &self.begun else {
            return Ok(None);
        };
        ending::finish(&mut self.file, &begun.layout, &begun.tally, self.length).map(Some)
    }

    fn try_write(
        &mut self,
        time: Duration,
        key: Option<&Description>,
        frame: &[u8],
    ) -> io::Result<()> {
        let was_torn = self.is_torn;
        self.mend()?;
        if self.begun.is_none() {
            let Some(description) = key else {
                return Ok(());
            };
            self.begin(time, description)?;
        }
        let Some(begun) = &self.begun else {
            return Ok(());
        };
        let since_start = time.saturating_sub(begun.layout.start).as_millis();
        let time = u64::try_from(since_start).unwrap_or(u64::MAX);
        let opens_cluster = begun.cluster.is_none_or(|cluster| {
            let is_reference = self.codec.is_video() && key.is_some();
            is_reference || time.saturating_sub(cluster.time) >= MAX_CLUSTER
        });
        if opens_cluster {
            self.close_cluster()?;
            self.open_cluster(time);
        }
        self.put_block(time, key, frame, opens_cluster);
        let is_due = self
            .begun
            .as_ref()
            .is_some_and(|begun| time.saturating_sub(begun.flushed_at) >= FLUSH_AFTER);
        // After a failure it must show at once whether writing works again.
        if is_due || was_torn || self.pending.len() >= FLUSH_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    fn begin(&mut self, time: Duration, description: &Description) -> io::Result<()> {
        let start = Duration::from_millis(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
        let header = layout::header(self.codec, start, description);
        let Beginning::Whole(layout) = layout::read(&header) else {
            return Err(io::Error::other("the header cannot be read back"));
        };
        let mut tally = Tally::new(self.codec);
        tally.progress.size = description.size;
        self.begun = Some(Begun {
            layout: *layout,
            written: tally.progress,
            tally,
            cluster: None,
            flushed_at: 0,
            synced_at: 0,
        });
        self.pending = header;
        self.flush()
    }

    fn open_cluster(&mut self, time: u64) {
        if let Some(begun) = &mut self.begun {
            let position = self.length + self.pending.len() as u64;
            begun.cluster = Some(Cluster { time, position });
            put_id(&mut self.pending, CLUSTER);
            self.pending.extend(UNKNOWN_SIZE);
            put_uint(&mut self.pending, TIMESTAMP, time);
        }
    }

    fn put_block(&mut self, time: u64, key: Option<&Description>, frame: &[u8], is_first: bool) {
        let Some((begun, cluster)) = self
            .begun
            .as_mut()
            .and_then(|begun| begun.cluster.map(|cluster| (begun, cluster)))
        else {
            return;
        };
        const KEYFRAME: u8 = 0x80;
        // At most MAX_CLUSTER.
        let relative = (time - cluster.time) as i16;
        put_id(&mut self.pending, SIMPLE_BLOCK);
        put_size(&mut self.pending, 4 + frame.len());
        self.pending.push(0x80 | THE_TRACK);
        self.pending.extend(relative.to_be_bytes());
        self.pending.push(if key.is_some() { KEYFRAME } else { 0 });
        self.pending.extend(frame);
        begun.tally.add(&Block {
            time,
            is_key: key.is_some(),
            opens_cluster: is_first.then_some(cluster.position),
            size: key.and_then(|key| key.size),
            frame,
        });
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.write_all(&self.pending)?;
        self.length += self.pending.len() as u64;
        self.pending.clear();
        if let Some(begun) = &mut self.begun {
            begun.written = begun.tally.progress;
            begun.flushed_at = begun.tally.last().unwrap_or(0);
        }
        Ok(())
    }

    fn close_cluster(&mut self) -> io::Result<()> {
        self.flush()?;
        let Some(begun) = &mut self.begun else {
            return Ok(());
        };
        let Some(cluster) = begun.cluster else {
            return Ok(());
        };
        let size = self.length - cluster.position - CLUSTER_HEAD;
        let size_at = cluster.position + CLUSTER_ID_LENGTH;
        self.file.seek(SeekFrom::Start(size_at))?;
        self.file.write_all(&long_size(size))?;
        self.file.seek(SeekFrom::Start(self.length))?;
        begun.cluster = None;
        if begun.flushed_at.saturating_sub(begun.synced_at) >= SYNC_AFTER {
            begun.synced_at = begun.flushed_at;
            self.file.sync()?;
        }
        Ok(())
    }

    fn forget_pending(&mut self) {
        self.is_torn = true;
        self.pending.clear();
        if self.length == 0 {
            self.begun = None;
        }
        if let Some(begun) = &mut self.begun {
            begun.tally.return_to(begun.written, self.length);
            begun.cluster = begun
                .cluster
                .filter(|cluster| cluster.position < self.length);
        }
    }

    /// After a failure: cuts off what was not written whole and closes the cluster before it.
    fn mend(&mut self) -> io::Result<()> {
        if !self.is_torn {
            return Ok(());
        }
        self.file.set_len(self.length)?;
        self.file.seek(SeekFrom::Start(self.length))?;
        self.is_torn = false;
        self.close_cluster()
    }
}
