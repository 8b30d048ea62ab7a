//! Mends a file that was not finished: cuts the damaged tail off and finishes the rest.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::bitstream::{self, HEAD};
use crate::error::RecorderError;
use crate::track::Finished;
use crate::webm::ebml::{self, Head, long_size, read_head, read_whole};
use crate::webm::ending;
use crate::webm::ids::{CLUSTER, SIMPLE_BLOCK, TIMESTAMP};
use crate::webm::layout::{self, Beginning, Layout, MAX_HEADER};
use crate::webm::tally::{Block, Tally};

/// Finishes a file that a crash, a full disk or a power failure left behind, whatever its length.
/// A file that is finished already stays as it is. One without any frame is told by a missing
/// `start`, and stays as it is too.
///
/// # Errors
///
/// [`RecorderError::NotARecording`] for any other file, [`RecorderError::Io`] when reading or
/// writing fails; trying again later is safe.
pub fn repair(path: &Path) -> Result<Finished, RecorderError> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let length = file.metadata()?.len();
    let mut beginning = Vec::new();
    (&mut file)
        .take(MAX_HEADER as u64)
        .read_to_end(&mut beginning)?;
    let layout = match layout::read(&beginning) {
        Beginning::Whole(layout) => layout,
        Beginning::CutOff => return Ok(Finished::empty(length)),
        Beginning::Foreign => return Err(RecorderError::NotARecording),
    };
    file.rewind()?;
    let media = Media::scan(&file, &layout, length)?;
    if media.tally.last().is_none() {
        return Ok(Finished::empty(length));
    }
    if layout.segment_size == Some(length - layout.segment) {
        return Ok(ending::describe(&layout, &media.tally, length).into());
    }
    for (position, size) in &media.open_clusters {
        file.seek(SeekFrom::Start(*position))?;
        file.write_all(&long_size(*size))?;
    }
    Ok(ending::finish(&mut file, &layout, &media.tally, media.end)?.into())
}

/// What is whole of a file's media.
struct Media {
    tally: Tally,
    /// Of the last whole block.
    end: u64,
    /// Where sizes must be written, and which.
    open_clusters: Vec<(u64, u64)>,
}

impl Media {
    fn scan(file: &File, layout: &Layout, length: u64) -> io::Result<Self> {
        let mut scan = Scan {
            reader: BufReader::with_capacity(256 << 10, file),
            position: 0,
            length,
        };
        let mut media = Self {
            tally: Tally::new(layout.codec),
            end: layout.clusters,
            open_clusters: Vec::new(),
        };
        scan.go_to(layout.clusters)?;
        while media.read_cluster(&mut scan, layout)? {}
        Ok(media)
    }

    /// False at the end of what is whole.
    fn read_cluster(&mut self, scan: &mut Scan, layout: &Layout) -> io::Result<bool> {
        let at = scan.position;
        let Some(head) = scan.head()?.filter(|head| head.id == CLUSTER) else {
            return Ok(false);
        };
        let content = scan.position;
        let declared_end = head.size.and_then(|size| content.checked_add(size));
        let Some(cluster_time) = scan.timestamp()? else {
            return Ok(false);
        };
        let mut opens_cluster = Some(at);
        let mut end = at;
        let goes_on = loop {
            if Some(scan.position) == declared_end {
                break true;
            }
            let block_at = scan.position;
            let Some(head) = scan.head()? else {
                break false;
            };
            if head.id == CLUSTER && declared_end.is_none_or(|end| end > scan.length) {
                scan.go_to(block_at)?;
                break true;
            }
            let Some((time, is_key)) = scan.block(head, cluster_time)? else {
                break false;
            };
            if self.tally.last().is_some_and(|last| time < last) {
                break false;
            }
            let frame = scan.frame(head, is_key)?;
            let size = is_key
                .then(|| bitstream::describe(layout.codec, &frame))
                .flatten()
                .and_then(|description| description.size);
            self.tally.add(&Block {
                time,
                is_key,
                opens_cluster: opens_cluster.take(),
                size,
                frame: &frame,
            });
            end = scan.position;
        };
        if opens_cluster.is_some() {
            return Ok(false);
        }
        self.end = end;
        if declared_end != Some(end) {
            let size_at = content - 8;
            self.open_clusters.push((size_at, end - content));
        }
        Ok(goes_on)
    }
}

/// Reads a file without looking at most of it.
struct Scan<'a> {
    reader: BufReader<&'a File>,
    position: u64,
    length: u64,
}

/// Track number, time, flags.
const BLOCK_HEAD: usize = 4;

impl Scan<'_> {
    fn go_to(&mut self, position: u64) -> io::Result<()> {
        let step = position.cast_signed() - self.position.cast_signed();
        self.reader.seek_relative(step)?;
        self.position = position;
        Ok(())
    }

    /// The next element's head, if all of the element is there or its end is not known.
    fn head(&mut self) -> io::Result<Option<Head>> {
        let Some(head) = read_head(&mut self.reader)? else {
            return Ok(None);
        };
        self.position += head.length;
        Ok(Some(head))
    }

    /// The cluster's time, its first element.
    fn timestamp(&mut self) -> io::Result<Option<u64>> {
        let Some(size) = self
            .head()?
            .filter(|head| head.id == TIMESTAMP)
            .and_then(|head| head.size)
            .filter(|size| *size <= 8)
        else {
            return Ok(None);
        };
        let mut bytes = [0; 8];
        let bytes = &mut bytes[..size as usize];
        let is_whole = read_whole(&mut self.reader, bytes)?;
        self.position += size;
        Ok(ebml::uint(bytes).filter(|_| is_whole))
    }

    /// A whole block's time and whether it is a keyframe.
    fn block(&mut self, head: Head, cluster_time: u64) -> io::Result<Option<(u64, bool)>> {
        let Some(size) = head.size.filter(|_| head.id == SIMPLE_BLOCK) else {
            return Ok(None);
        };
        let is_there = self
            .position
            .checked_add(size)
            .is_some_and(|end| end <= self.length);
        let mut bytes = [0; BLOCK_HEAD];
        if !is_there || size <= BLOCK_HEAD as u64 || !read_whole(&mut self.reader, &mut bytes)? {
            return Ok(None);
        }
        self.position += BLOCK_HEAD as u64;
        let relative = i16::from_be_bytes([bytes[1], bytes[2]]);
        let time = cluster_time.checked_add_signed(relative.into());
        Ok(time.map(|time| (time, bytes[3] & 0x80 != 0)))
    }

    /// The first bytes of the block's frame; goes on behind it.
    fn frame(&mut self, head: Head, is_key: bool) -> io::Result<Vec<u8>> {
        const LITTLE: u64 = 16;
        let size = head.size.unwrap_or(0).saturating_sub(BLOCK_HEAD as u64);
        let end = self.position + size;
        let wanted = if is_key { HEAD as u64 } else { LITTLE };
        let mut frame = vec![0; size.min(wanted) as usize];
        self.reader.read_exact(&mut frame)?;
        self.position += frame.len() as u64;
        self.go_to(end)?;
        Ok(frame)
    }
}
