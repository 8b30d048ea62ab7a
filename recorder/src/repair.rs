//! The file that a crash left: cut after its last whole frame, then finished as if nothing had
//! happened. A file that is complete already stays as it is.

use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Duration;

use crate::ebml::{self, Header};
use crate::webm::{self, Layout, Writer};
use crate::{Codec, Finished, RecorderError};

/// What stands before the first cluster is far smaller, in bytes.
const LARGEST_HEADER: u64 = 64 * 1024;

/// Makes a file complete and seekable up to where it is whole. [`RecorderError::Empty`] if there
/// is no whole frame in it.
pub fn repair(path: &Path) -> Result<Finished, RecorderError> {
    let file = File::options().read(true).write(true).open(path)?;
    let mut scan = Scan {
        length: file.metadata()?.len(),
        reader: BufReader::new(file.try_clone()?),
        position: 0,
    };
    let (codec, layout) = scan.header()?;
    let mut writer = Writer::resume(file, codec, layout);
    let sizes = scan.clusters(&mut writer)?;
    if writer.is_empty() {
        return Err(RecorderError::Empty);
    }
    let end = writer.end();
    let file = writer.file_mut();
    for (position, size) in sizes {
        file.seek(SeekFrom::Start(position + 4))?;
        file.write_all(&ebml::wide_size(size))?;
    }
    file.set_len(end)?;
    Ok(writer.finish()?)
}

struct Scan {
    reader: BufReader<File>,
    position: u64,
    /// Of the file.
    length: u64,
}

/// A block's time within its cluster, in milliseconds, and the first bytes of its frame.
struct Block {
    offset: i16,
    keyframe: bool,
    frame: [u8; 2],
}

impl Scan {
    fn header(&mut self) -> Result<(Codec, Layout), RecorderError> {
        self.expect(webm::EBML, true)?;
        self.expect(webm::SEGMENT, false)?;
        let segment = self.position;
        let mut info = None;
        loop {
            let at = self.position;
            let element = self.next()?.ok_or(RecorderError::Empty)?;
            let size = element.size.filter(|size| *size <= LARGEST_HEADER);
            let size = size.ok_or(RecorderError::Foreign)?;
            match (element.id, info) {
                (webm::INFO, _) => info = Some(at),
                (webm::TRACKS, Some(info)) => {
                    let mut tracks = vec![0; size as usize];
                    if !self.read(&mut tracks)? {
                        return Err(RecorderError::Empty);
                    }
                    let layout = Layout {
                        segment,
                        info,
                        tracks: at,
                        end: self.position,
                    };
                    return Ok((codec_of(&tracks)?, layout));
                }
                (webm::VOID | webm::SEEK_HEAD, None) => {}
                _ => return Err(RecorderError::Foreign),
            }
            self.skip(size)?;
        }
    }

    fn expect(&mut self, id: ebml::Id, skip: bool) -> Result<(), RecorderError> {
        let element = self.next()?.ok_or(RecorderError::Empty)?;
        if element.id != id {
            return Err(RecorderError::Foreign);
        }
        if skip {
            let size = element.size.filter(|size| *size <= LARGEST_HEADER);
            self.skip(size.ok_or(RecorderError::Foreign)?)?;
        }
        Ok(())
    }

    /// Tells the writer what is in the file up to its damaged end. Returns where clusters begin
    /// and what their sizes should be.
    fn clusters(&mut self, writer: &mut Writer<File>) -> Result<Vec<(u64, u64)>, RecorderError> {
        let mut sizes: Vec<(u64, u64)> = Vec::new();
        // Where the cluster begins, its time, and whether it has a block yet.
        let mut cluster: Option<(u64, Option<u64>, bool)> = None;
        loop {
            let at = self.position;
            let Some(element) = self.next()? else { break };
            match (element.id, element.size, &mut cluster) {
                (webm::CLUSTER, _, _) if element.length == webm::CLUSTER_HEADER => {
                    cluster = Some((at, None, false));
                }
                (webm::TIMESTAMP, Some(size @ 1..=8), Some((_, start, false))) => {
                    let mut bytes = [0; 8];
                    if !self.read(&mut bytes[8 - size as usize..])? {
                        break;
                    }
                    *start = Some(u64::from_be_bytes(bytes));
                }
                (webm::SIMPLE_BLOCK, Some(size), Some((position, Some(start), has_block))) => {
                    let Some(block) = self.block(size)? else {
                        break;
                    };
                    if !*has_block {
                        writer.begin_cluster(*position, *start, block.keyframe);
                        *has_block = true;
                        sizes.push((*position, 0));
                    }
                    let time = start.saturating_add_signed(i64::from(block.offset));
                    writer.add_block(self.position, Duration::from_millis(time), &block.frame);
                    if let Some((_, size)) = sizes.last_mut() {
                        *size = self.position - *position - webm::CLUSTER_HEADER;
                    }
                }
                _ => break,
            }
        }
        Ok(sizes)
    }

    /// `None` if it is not whole.
    fn block(&mut self, size: u64) -> Result<Option<Block>, RecorderError> {
        let mut head = [0; 4];
        if size <= webm::BLOCK_HEADER || size > self.length.saturating_sub(self.position) {
            return Ok(None);
        }
        if !self.read(&mut head)? || head[0] != webm::TRACK {
            return Ok(None);
        }
        let mut frame = [0; 2];
        let length = (size - webm::BLOCK_HEADER).min(2) as usize;
        if !self.read(&mut frame[..length])? {
            return Ok(None);
        }
        self.skip(size - webm::BLOCK_HEADER - length as u64)?;
        Ok(Some(Block {
            offset: i16::from_be_bytes([head[1], head[2]]),
            keyframe: head[3] & 0x80 != 0,
            frame,
        }))
    }

    fn next(&mut self) -> Result<Option<Header>, RecorderError> {
        let header = ebml::read_header(&mut self.reader)?;
        if let Some(header) = header {
            self.position += header.length;
        }
        Ok(header)
    }

    fn read(&mut self, buffer: &mut [u8]) -> Result<bool, RecorderError> {
        self.position += buffer.len() as u64;
        Ok(ebml::read_whole(&mut self.reader, buffer)?)
    }

    fn skip(&mut self, size: u64) -> Result<(), RecorderError> {
        self.position += size;
        self.reader.seek_relative(size as i64)?;
        Ok(())
    }
}

/// By the codec's name in the track, which no other text in it contains.
fn codec_of(tracks: &[u8]) -> Result<Codec, RecorderError> {
    [Codec::Opus, Codec::Vp8]
        .into_iter()
        .find(|codec| {
            let name = webm::codec_id(*codec).as_bytes();
            tracks.windows(name.len()).any(|window| window == name)
        })
        .ok_or(RecorderError::Foreign)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A file that was finished, and where it would have been cut.
    fn recorded(folder: &Path, codec: Codec) -> std::path::PathBuf {
        let path = folder.join("track.webm");
        let mut writer =
            Writer::begin(File::create(&path).unwrap(), codec, Some((64, 48))).unwrap();
        for frame in 0..250u64 {
            let keyframe = !codec.is_video() || frame % 90 == 0;
            let data = vec![0x78; 20 + frame as usize % 7];
            writer
                .write(Duration::from_millis(frame * 20), &data, keyframe)
                .unwrap();
        }
        writer.finish().unwrap();
        path
    }

    #[test]
    fn a_complete_file_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        for codec in [Codec::Opus, Codec::Vp8] {
            let path = recorded(folder.path(), codec);
            let before = std::fs::read(&path).unwrap();
            let finished = repair(&path).unwrap();
            assert_eq!(finished.duration, Duration::from_millis(5000));
            assert_eq!(finished.mime_type, codec.mime_type());
            assert!(std::fs::read(&path).unwrap() == before);
        }
    }

    #[test]
    fn a_file_that_was_never_finished_is_as_if_it_had_been() {
        let folder = tempfile::tempdir().unwrap();
        let path = recorded(folder.path(), Codec::Opus);
        let whole = std::fs::read(&path).unwrap();
        let killed = folder.path().join("killed.webm");
        let mut writer = Writer::begin(File::create(&killed).unwrap(), Codec::Opus, None).unwrap();
        for frame in 0..250u64 {
            let data = vec![0x78; 20 + frame as usize % 7];
            writer
                .write(Duration::from_millis(frame * 20), &data, true)
                .unwrap();
        }
        drop(writer);
        assert!(std::fs::read(&killed).unwrap() != whole);
        repair(&killed).unwrap();
        assert!(std::fs::read(&killed).unwrap() == whole);
    }

    #[test]
    fn what_is_not_a_recording_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("text");
        std::fs::write(&path, "Dear diary, today I learned about EBML").unwrap();
        assert!(matches!(repair(&path), Err(RecorderError::Foreign)));
        std::fs::write(&path, "").unwrap();
        assert!(matches!(repair(&path), Err(RecorderError::Empty)));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
        #[test]
        fn a_file_cut_anywhere_is_whole_after_repair(cut: prop::sample::Index, zeros in 0usize..3) {
            let folder = tempfile::tempdir().unwrap();
            let path = recorded(folder.path(), Codec::Vp8);
            let whole = std::fs::read(&path).unwrap();
            let cut = cut.index(whole.len());
            let mut bytes = whole[..cut].to_vec();
            // A machine that loses power leaves zeros where data should have been.
            bytes.extend(vec![0; zeros * 50]);
            std::fs::write(&path, &bytes).unwrap();
            match repair(&path) {
                Ok(finished) => {
                    let once = std::fs::read(&path).unwrap();
                    prop_assert_eq!(finished.size, once.len() as u64);
                    prop_assert!(finished.duration <= Duration::from_millis(5000));
                    // All that was there is still there, but for the last frame.
                    prop_assert!(once.len() + 40 >= cut.min(whole.len()) || finished.duration.as_secs() == 5);
                    prop_assert_eq!(repair(&path).unwrap(), finished);
                    prop_assert!(std::fs::read(&path).unwrap() == once);
                }
                Err(error) => {
                    prop_assert!(matches!(error, RecorderError::Empty | RecorderError::Foreign));
                    prop_assert!(cut < 400);
                }
            }
        }
    }
}
