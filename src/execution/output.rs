//! From the container's bytes to the chunks that people see: decoded, capped, and put together a
//! little so that a program which prints letter by letter does not make an event of each.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::report::{Report, Scanner};
use super::text::Utf8;
use crate::protocol::room::{OutputChunk, OutputStream};

/// The most text of one chunk, in bytes.
const CHUNK: usize = 16 * 1024;
/// As much may wait for a slow reader before no more is read.
const MOST_WAITING: usize = 4 * CHUNK;
/// The same as a number of chunks, for a program that changes streams at every letter.
const MOST_CHUNKS: usize = 64;
/// Batches of less than a chunk follow each other at least so far apart.
const PACE: Duration = Duration::from_millis(20);

/// The output of one run on its way.
#[derive(Debug)]
pub(super) struct Output {
    stdout: Pipe,
    stderr: Pipe,
    /// Bytes that may still be shown.
    left: usize,
    truncated: bool,
    chunks: VecDeque<OutputChunk>,
    /// So many of the chunks make up the batch that is going out now.
    batch: usize,
    last_batch: Option<Instant>,
}

impl Output {
    /// At most `limit` bytes of text are kept; `secret` marks the report.
    pub fn new(limit: usize, secret: &str) -> Self {
        Self {
            stdout: Pipe::new(secret),
            stderr: Pipe::new(secret),
            left: limit,
            truncated: false,
            chunks: VecDeque::new(),
            batch: 0,
            last_batch: None,
        }
    }

    pub fn push(&mut self, stream: OutputStream, bytes: &[u8]) {
        let text = match stream {
            OutputStream::Stdout => self.stdout.push(bytes),
            OutputStream::Stderr => self.stderr.push(bytes),
        };
        self.show(stream, &text);
    }

    /// No more bytes will come.
    pub fn finish(&mut self) {
        let text = self.stdout.finish();
        self.show(OutputStream::Stdout, &text);
        let text = self.stderr.finish();
        self.show(OutputStream::Stderr, &text);
    }

    /// Whether both streams have ended with the report. They travel apart: at the end of one,
    /// output of the other may still be on its way.
    pub fn is_complete(&self) -> bool {
        self.stdout.report.is_some() && self.stderr.report.is_some()
    }

    /// The script's report, as soon as one of the streams has brought it.
    pub fn report(&self) -> Option<&Report> {
        self.stderr.report.as_ref().or(self.stdout.report.as_ref())
    }

    /// Output was dropped because the limit was reached.
    pub fn truncated(&self) -> bool {
        self.truncated
    }

    /// Whether so much waits that no more should be read.
    pub fn is_full(&self) -> bool {
        self.chunks.len() >= MOST_CHUNKS || self.waiting() >= MOST_WAITING
    }

    /// When the next chunk is to be taken; `None` while nothing waits.
    pub fn due(&self, now: Instant) -> Option<Instant> {
        if self.chunks.is_empty() {
            return None;
        }
        let at_once = self.batch > 0 || self.is_full() || self.waiting() >= CHUNK;
        Some(match self.last_batch {
            Some(last) if !at_once => (last + PACE).max(now),
            _ => now,
        })
    }

    pub fn take(&mut self, now: Instant) -> Option<OutputChunk> {
        if self.batch == 0 {
            self.batch = self.chunks.len();
            self.last_batch = Some(now);
        }
        self.batch = self.batch.saturating_sub(1);
        self.chunks.pop_front()
    }

    fn waiting(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.text.len()).sum()
    }

    fn show(&mut self, stream: OutputStream, text: &str) {
        let kept = text.floor_char_boundary(self.left);
        if kept < text.len() {
            self.truncated = true;
            // What follows must not fill the few bytes that a cut character left.
            self.left = kept;
        }
        self.left -= kept;
        let mut text = &text[..kept];
        while !text.is_empty() {
            let room = match self.chunks.back_mut() {
                Some(last) if last.stream == stream && last.text.len() < CHUNK => {
                    let part = text.floor_char_boundary(CHUNK - last.text.len());
                    last.text.push_str(&text[..part]);
                    part
                }
                _ => 0,
            };
            text = &text[room..];
            if !text.is_empty() {
                self.chunks.push_back(OutputChunk {
                    stream,
                    text: String::new(),
                });
            }
        }
    }
}

/// One of the two streams.
#[derive(Debug)]
struct Pipe {
    scanner: Scanner,
    text: Utf8,
    report: Option<Report>,
}

impl Pipe {
    fn new(secret: &str) -> Self {
        Self {
            scanner: Scanner::new(secret),
            text: Utf8::default(),
            report: None,
        }
    }

    fn push(&mut self, bytes: &[u8]) -> String {
        if self.report.is_some() {
            return String::new();
        }
        let (bytes, report) = self.scanner.push(bytes);
        self.report = report;
        self.text.push(&bytes)
    }

    fn finish(&mut self) -> String {
        let held = self.scanner.finish();
        let mut text = match self.report {
            Some(_) => String::new(),
            None => self.text.push(&held),
        };
        text.extend(self.text.finish());
        text
    }
}

#[cfg(test)]
mod tests {
    use super::OutputStream::{Stderr, Stdout};
    use super::*;

    fn drain(output: &mut Output, now: Instant) -> Vec<(OutputStream, String)> {
        std::iter::from_fn(|| output.take(now))
            .map(|chunk| (chunk.stream, chunk.text))
            .collect()
    }

    #[test]
    fn the_streams_keep_their_order_and_neighbours_are_put_together() {
        let mut output = Output::new(100, "secret");
        output.push(Stdout, b"one ");
        output.push(Stdout, b"two");
        output.push(Stderr, b"oops");
        output.push(Stdout, b"three");
        let expected = [(Stdout, "one two"), (Stderr, "oops"), (Stdout, "three")];
        assert_eq!(
            drain(&mut output, Instant::now()),
            expected.map(|(stream, text)| (stream, text.to_owned()))
        );
    }

    #[test]
    fn the_first_piece_goes_out_at_once_and_small_ones_after_a_pause() {
        let now = Instant::now();
        let mut output = Output::new(1 << 20, "secret");
        assert_eq!(output.due(now), None);
        output.push(Stdout, b"a");
        assert_eq!(output.due(now), Some(now));
        output.take(now);
        output.push(Stdout, b"b");
        assert_eq!(output.due(now), Some(now + PACE));
        assert_eq!(output.due(now + 5 * PACE), Some(now + 5 * PACE));
        output.push(Stdout, &[b'c'; CHUNK]);
        assert_eq!(output.due(now), Some(now), "a full chunk does not wait");
    }

    #[test]
    fn a_batch_goes_out_whole() {
        let now = Instant::now();
        let mut output = Output::new(100, "secret");
        output.push(Stdout, b"a");
        output.push(Stderr, b"b");
        output.take(now);
        assert_eq!(output.due(now), Some(now));
        output.take(now);
        output.push(Stdout, b"c");
        assert_eq!(output.due(now), Some(now + PACE));
    }

    #[test]
    fn changing_streams_at_every_letter_fills_up_too() {
        let mut output = Output::new(1000, "secret");
        for _ in 0..MOST_CHUNKS / 2 {
            assert!(!output.is_full());
            output.push(Stdout, b"a");
            output.push(Stderr, b"b");
        }
        assert!(output.is_full());
    }

    #[test]
    fn chunks_are_bounded_and_so_is_what_waits() {
        let mut output = Output::new(1 << 20, "secret");
        output.push(Stdout, "é".repeat(CHUNK).as_bytes());
        assert!(!output.is_full());
        output.push(Stdout, &[b'x'; 2 * CHUNK]);
        assert!(output.is_full());
        let chunks = drain(&mut output, Instant::now());
        assert!(chunks.iter().all(|(_, text)| text.len() <= CHUNK));
        assert_eq!(
            chunks.iter().map(|(_, text)| text.len()).sum::<usize>(),
            4 * CHUNK
        );
    }

    #[test]
    fn output_beyond_the_limit_is_dropped_and_told() {
        let mut output = Output::new(6, "secret");
        output.push(Stdout, b"1234");
        assert!(!output.truncated());
        output.push(Stderr, "5😀".as_bytes());
        output.push(Stdout, b"6");
        assert!(output.truncated());
        let expected = [(Stdout, "1234".to_owned()), (Stderr, "5".to_owned())];
        assert_eq!(drain(&mut output, Instant::now()), expected);
    }

    #[test]
    fn exactly_the_limit_is_not_truncated() {
        let mut output = Output::new(4, "secret");
        output.push(Stdout, b"1234");
        output.finish();
        assert!(!output.truncated());
    }

    const REPORT: &str = "\x1es3 phase=run code=0 begun=1.0 last=1.0 ended=2.0\n";

    #[test]
    fn the_report_is_found_beyond_the_limit_and_ends_its_stream() {
        let mut output = Output::new(1, "s3");
        output.push(Stderr, b"too much");
        assert!(output.report().is_none());
        output.push(Stderr, format!("{REPORT}late").as_bytes());
        output.push(Stderr, b"late");
        output.finish();
        assert_eq!(output.report().map(|report| report.code), Some(0));
        assert_eq!(
            drain(&mut output, Instant::now()),
            [(Stderr, "t".to_owned())]
        );
    }

    #[test]
    fn output_that_comes_after_the_other_streams_report_is_not_lost() {
        let mut output = Output::new(100, "s3");
        output.push(Stderr, REPORT.as_bytes());
        assert!(!output.is_complete());
        output.push(Stdout, format!("on its way{REPORT}").as_bytes());
        assert!(output.is_complete());
        assert_eq!(
            drain(&mut output, Instant::now()),
            [(Stdout, "on its way".to_owned())]
        );
    }

    #[test]
    fn bytes_left_over_at_the_end_are_shown() {
        let mut output = Output::new(100, "secret");
        output.push(Stdout, b"x\xe2\x82");
        output.push(Stderr, b"\x1esec");
        output.finish();
        let text: String = drain(&mut output, Instant::now())
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        assert_eq!(text, "x\u{fffd}\x1esec");
    }
}
