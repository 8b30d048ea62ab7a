//! Which packets of a published track are missing and should be asked for again (RFC 4585 §6.2.1).

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// A jump larger than this is a new beginning, not a loss.
const MAX_GAP: u64 = 500;
/// With more missing than this, repeats would only add to what the path cannot carry.
const MAX_MISSING: usize = 1_000;
/// Keeps one request well inside a datagram.
const MAX_PER_REQUEST: usize = 128;
/// More would arrive too late to be shown.
const MAX_REQUESTS: u32 = 8;
/// A packet that is this late is not waited for any longer.
const GIVE_UP_AFTER: Duration = Duration::from_millis(1_500);
/// A little patience: most "losses" in the first milliseconds are only reordering.
const FIRST_REQUEST_AFTER: Duration = Duration::from_millis(5);
/// Until the path's round-trip time is known better.
const REPEAT_AFTER: Duration = Duration::from_millis(60);

struct Missing {
    since: Instant,
    requested_at: Option<Instant>,
    requests: u32,
}

/// Sequence numbers of one track, unwrapped to 64 bits.
#[derive(Default)]
pub(crate) struct LossDetector {
    highest: Option<u64>,
    missing: BTreeMap<u64, Missing>,
    /// Something was given up since that was last told.
    given_up: bool,
}

impl LossDetector {
    pub(crate) fn arrived(&mut self, now: Instant, sequence_number: u16) {
        let Some(highest) = self.highest else {
            // Room below for packets that were sent before the first to arrive.
            self.highest = Some(0x1_0000 + u64::from(sequence_number));
            return;
        };
        let sequence = unwrap(highest, sequence_number);
        if sequence <= highest {
            self.missing.remove(&sequence);
            return;
        }
        if sequence - highest > MAX_GAP {
            self.missing.clear();
            self.given_up = true;
        } else {
            for lost in highest + 1..sequence {
                let missing = Missing {
                    since: now,
                    requested_at: None,
                    requests: 0,
                };
                self.missing.insert(lost, missing);
            }
        }
        if self.missing.len() > MAX_MISSING {
            self.missing.clear();
            self.given_up = true;
        }
        self.highest = Some(sequence);
    }

    /// The sequence numbers to ask for now; each counts as asked for. The second value tells that
    /// something was given up, so that only a keyframe can mend the picture.
    pub(crate) fn due(&mut self, now: Instant) -> (Vec<u16>, bool) {
        let before = self.missing.len();
        self.missing.retain(|_, missing| {
            missing.requests < MAX_REQUESTS && now.duration_since(missing.since) < GIVE_UP_AFTER
        });
        let given_up = std::mem::take(&mut self.given_up) || self.missing.len() < before;
        let due = self
            .missing
            .iter_mut()
            .filter(|(_, missing)| match missing.requested_at {
                None => now.duration_since(missing.since) >= FIRST_REQUEST_AFTER,
                Some(at) => now.duration_since(at) >= REPEAT_AFTER,
            })
            .take(MAX_PER_REQUEST)
            .map(|(sequence, missing)| {
                missing.requested_at = Some(now);
                missing.requests += 1;
                (*sequence & 0xffff) as u16
            })
            .collect();
        (due, given_up)
    }
}

/// The 64-bit sequence number nearest to `reference` that ends in these 16 bits.
pub(crate) fn unwrap(reference: u64, sequence_number: u16) -> u64 {
    let distance = super::packet::sequence_distance((reference & 0xffff) as u16, sequence_number);
    reference.saturating_add_signed(i64::from(distance))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATER: Duration = Duration::from_millis(10);

    #[test]
    fn a_gap_is_asked_for_until_it_is_filled() {
        let start = Instant::now();
        let mut detector = LossDetector::default();
        for sequence in [65_534, 65_535, 2] {
            detector.arrived(start, sequence);
        }
        assert_eq!(detector.due(start + LATER), (vec![0, 1], false));
        assert_eq!(detector.due(start + LATER), (vec![], false));
        detector.arrived(start + LATER, 0);
        assert_eq!(detector.due(start + LATER + REPEAT_AFTER), (vec![1], false));
    }

    #[test]
    fn reordering_is_not_loss() {
        let start = Instant::now();
        let mut detector = LossDetector::default();
        for sequence in [10, 12, 11] {
            detector.arrived(start, sequence);
        }
        assert_eq!(detector.due(start + LATER), (vec![], false));
    }

    #[test]
    fn what_never_comes_is_given_up_once() {
        let start = Instant::now();
        let mut detector = LossDetector::default();
        detector.arrived(start, 1);
        detector.arrived(start, 3);
        assert_eq!(detector.due(start + GIVE_UP_AFTER), (vec![], true));
        assert_eq!(detector.due(start + GIVE_UP_AFTER), (vec![], false));
    }

    #[test]
    fn a_jump_is_a_new_beginning_with_a_keyframe() {
        let start = Instant::now();
        let mut detector = LossDetector::default();
        detector.arrived(start, 1);
        detector.arrived(start, 20_000);
        assert_eq!(detector.due(start + LATER), (vec![], true));
        assert_eq!(detector.due(start + LATER), (vec![], false));
    }

    #[test]
    fn what_is_missing_is_bounded_and_asked_for_in_small_requests() {
        let start = Instant::now();
        let mut detector = LossDetector::default();
        detector.arrived(start, 0);
        detector.arrived(start, 400);
        let (due, given_up) = detector.due(start + LATER);
        assert_eq!((due.len(), given_up), (MAX_PER_REQUEST, false));
        for sequence in [800, 1_200, 1_600] {
            detector.arrived(start, sequence);
        }
        assert!(detector.missing.len() <= MAX_MISSING);
        assert!(detector.due(start + LATER).1);
    }
}
