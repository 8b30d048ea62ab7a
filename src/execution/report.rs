//! The last line that the script in the container writes, to both output streams: how the run went.
//! A number that only server and script know marks it, so that a program cannot fake one.

use std::time::Duration;

/// How far the script came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Unpacking the source.
    Setup,
    Compile,
    Run,
}

/// What the script saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Report {
    pub phase: Phase,
    /// The exit code of that phase's command; 128 + n for signal n.
    pub code: i64,
    /// Wall-clock time of all phases.
    pub whole: Duration,
    /// Wall-clock time of the last phase.
    pub last: Duration,
    /// The most memory that the container used, in bytes.
    pub peak_memory: Option<u64>,
    /// The kernel killed a process because the memory limit was reached.
    pub out_of_memory: bool,
}

/// Begins the line; a control character that no terminal shows.
const MARK: u8 = 0x1e;
/// Longer lines are no reports.
const LONGEST: usize = 256;

/// Takes the report out of the bytes of an output stream.
#[derive(Debug)]
pub(super) struct Scanner {
    mark: Vec<u8>,
    /// Not passed on yet: it may be the beginning of the mark, or is the unfinished report.
    held: Vec<u8>,
}

impl Scanner {
    pub fn new(secret: &str) -> Self {
        let mut mark = vec![MARK];
        mark.extend_from_slice(secret.as_bytes());
        mark.push(b' ');
        Self {
            mark,
            held: Vec::new(),
        }
    }

    /// The program's own output among `bytes`, and the report once it is complete. Nothing follows
    /// a report.
    pub fn push(&mut self, bytes: &[u8]) -> (Vec<u8>, Option<Report>) {
        self.held.extend_from_slice(bytes);
        let Some(at) = find(&self.held, &self.mark) else {
            let kept = longest_beginning(&self.held, &self.mark);
            let rest = self.held.split_off(self.held.len() - kept);
            return (std::mem::replace(&mut self.held, rest), None);
        };
        let line = &self.held[at + self.mark.len()..];
        let report = line
            .iter()
            .position(|byte| *byte == b'\n')
            .and_then(|end| std::str::from_utf8(&line[..end]).ok())
            .and_then(parse);
        if report.is_none() && line.len() > LONGEST {
            return (std::mem::take(&mut self.held), None);
        }
        let rest = self.held.split_off(at);
        (std::mem::replace(&mut self.held, rest), report)
    }

    /// The stream has ended: whatever was held back was output.
    pub fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.held)
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

/// How many bytes at the end of `bytes` may be the beginning of `wanted`.
fn longest_beginning(bytes: &[u8], wanted: &[u8]) -> usize {
    (0..wanted.len().min(bytes.len() + 1))
        .rev()
        .find(|length| bytes.ends_with(&wanted[..*length]))
        .unwrap_or(0)
}

/// `phase=run code=0 begun=12.30 last=12.50 ended=13.00 limit=268435456 peak=1234 kills=0
/// expected=268435456`: times are the machine's uptime in seconds; what could not be read is empty.
fn parse(line: &str) -> Option<Report> {
    let value = |name: &str| {
        line.split(' ')
            .find_map(|field| field.strip_prefix(name)?.strip_prefix('='))
    };
    let uptime = |name| value(name)?.parse::<f64>().ok();
    let bytes = |name| value(name)?.parse::<u64>().ok();
    let (begun, last, ended) = (uptime("begun")?, uptime("last")?, uptime("ended")?);
    let elapsed = |from: f64| Duration::try_from_secs_f64((ended - from).max(0.0)).ok();
    // Where the container does not see its own memory group it sees another's, maybe the whole
    // machine's: the limit tells which.
    let own_group = bytes("limit").is_some() && bytes("limit") == bytes("expected");
    Some(Report {
        phase: match value("phase")? {
            "setup" => Phase::Setup,
            "compile" => Phase::Compile,
            "run" => Phase::Run,
            _ => return None,
        },
        code: value("code")?.parse().ok()?,
        whole: elapsed(begun)?,
        last: elapsed(last)?,
        peak_memory: bytes("peak").filter(|_| own_group),
        out_of_memory: own_group && bytes("kills").is_some_and(|kills| kills > 0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "phase=run code=3 begun=12.30 last=12.50 ended=13.05 limit=1000 peak=900 kills=0 expected=1000";

    #[test]
    fn a_report_is_taken_out_of_the_output_however_it_is_cut() {
        let stream = format!("oops\n\x1e\x1esecre\x1esecret {LINE}\n").into_bytes();
        for cut in 0..=stream.len() {
            let mut scanner = Scanner::new("secret");
            let (mut output, first) = scanner.push(&stream[..cut]);
            let (more, second) = scanner.push(&stream[cut..]);
            output.extend(more);
            assert_eq!(output, b"oops\n\x1e\x1esecre", "cut at {cut}");
            assert_eq!(first.or(second).unwrap().code, 3);
        }
    }

    #[test]
    fn output_that_only_looks_like_a_report_is_passed_on() {
        let mut scanner = Scanner::new("secret");
        let fake = format!("\x1eguess {LINE}\n");
        assert_eq!(scanner.push(fake.as_bytes()), (fake.clone().into(), None));
        assert_eq!(scanner.push(b"a\x1esec"), (b"a".to_vec(), None));
        assert_eq!(scanner.finish(), b"\x1esec");
    }

    #[test]
    fn times_and_memory_are_told() {
        let report = parse(LINE).unwrap();
        assert_eq!(report.phase, Phase::Run);
        assert_eq!(report.whole.as_millis(), 750);
        assert_eq!(report.last.as_millis(), 550);
        assert_eq!(report.peak_memory, Some(900));
        assert!(!report.out_of_memory);
        assert!(
            parse(&LINE.replace("kills=0", "kills=1"))
                .unwrap()
                .out_of_memory
        );
    }

    #[test]
    fn memory_of_anything_but_the_container_is_not_told() {
        let machine = LINE
            .replace("limit=1000", "limit=max")
            .replace("kills=0", "kills=4");
        let report = parse(&machine).unwrap();
        assert_eq!((report.peak_memory, report.out_of_memory), (None, false));
        let unknown = LINE.replace("peak=900", "peak=");
        assert_eq!(parse(&unknown).unwrap().peak_memory, None);
    }
}
