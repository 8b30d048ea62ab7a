//! Puts packets in order of their sequence numbers, and declares lost what does not come in time.

use std::collections::BTreeMap;
use std::time::Duration;

/// How long a missing packet is waited for: some round trips of repeat requests.
const PATIENCE: Duration = Duration::from_millis(500);
/// What may wait behind a missing packet.
const MAX_WAITING: usize = 2048;
const MAX_WAITING_BYTES: usize = 8 << 20;
/// A packet that is later than this belongs to a new numbering, if another follows it
/// (RFC 3550 §A.1).
const MAX_LATENESS: u64 = 3000;

/// What comes out, in order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Released<T> {
    Packet(T),
    /// So many packets did not come; those that follow are not connected to those before.
    Lost(u64),
}

struct Waiting<T> {
    arrival: Duration,
    size: usize,
    item: T,
}

/// A bounded buffer. Time advances with the arrivals that are passed in.
pub(crate) struct Reorder<T> {
    /// By unwrapped sequence number.
    waiting: BTreeMap<u64, Waiting<T>>,
    bytes: usize,
    /// The number that is to be released next. None until the first packet has waited: it may not
    /// be the first that was sent.
    next: Option<u64>,
    highest: Option<u64>,
    /// Follows a packet that was far too late.
    restart: Option<u16>,
}

impl<T> Reorder<T> {
    pub fn new() -> Self {
        Self {
            waiting: BTreeMap::new(),
            bytes: 0,
            next: None,
            highest: None,
            restart: None,
        }
    }

    /// Takes a packet that has so many bytes. A duplicate or one that comes too late is dropped.
    pub fn push(&mut self, sequence: u16, arrival: Duration, size: usize, item: T) {
        let unwrapped = self.unwrap(sequence);
        if self.next.is_some_and(|next| unwrapped < next) {
            return;
        }
        self.highest = self.highest.max(Some(unwrapped));
        let packet = Waiting {
            arrival,
            size,
            item,
        };
        if let std::collections::btree_map::Entry::Vacant(place) = self.waiting.entry(unwrapped) {
            place.insert(packet);
            self.bytes += size;
        }
    }

    /// The next packet or loss, as of `now`.
    pub fn pop(&mut self, now: Duration) -> Option<Released<T>> {
        self.release(|first, is_full| is_full || now.saturating_sub(first.arrival) >= PATIENCE)
    }

    /// The next packet or loss, when nothing is going to come any more.
    pub fn drain(&mut self) -> Option<Released<T>> {
        self.release(|_, _| true)
    }

    fn release(&mut self, gives_up: impl Fn(&Waiting<T>, bool) -> bool) -> Option<Released<T>> {
        let is_full = self.waiting.len() > MAX_WAITING || self.bytes > MAX_WAITING_BYTES;
        let entry = self.waiting.first_entry()?;
        let number = *entry.key();
        if self.next != Some(number) {
            if !gives_up(entry.get(), is_full) {
                return None;
            }
            if let Some(next) = self.next.replace(number) {
                return Some(Released::Lost(number - next));
            }
        }
        let packet = entry.remove();
        self.bytes -= packet.size;
        self.next = Some(number + 1);
        Some(Released::Packet(packet.item))
    }

    fn unwrap(&mut self, sequence: u16) -> u64 {
        let Some(highest) = self.highest else {
            // Room below for earlier ones.
            return (1 << 16) + u64::from(sequence);
        };
        let step = i64::from(sequence.wrapping_sub(highest as u16).cast_signed());
        let unwrapped = highest.saturating_add_signed(step);
        if unwrapped.saturating_add(MAX_LATENESS) >= highest {
            self.restart = None;
            return unwrapped;
        }
        if self.restart == Some(sequence) {
            self.restart = None;
            // A number of the next round, so that it counts as a loss and goes on from here.
            return unwrapped + (1 << 16);
        }
        self.restart = Some(sequence.wrapping_add(1));
        unwrapped
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn all(reorder: &mut Reorder<u16>, now: Duration) -> Vec<Released<u16>> {
        std::iter::from_fn(|| reorder.pop(now)).collect()
    }

    /// In order and released from the first one on.
    fn started_at(sequence: u16) -> Reorder<u16> {
        let mut reorder = Reorder::new();
        reorder.push(sequence, ms(0), 1, sequence);
        assert_eq!(all(&mut reorder, PATIENCE), [Released::Packet(sequence)]);
        reorder
    }

    #[test]
    fn packets_in_order_pass_at_once_across_the_wrap() {
        let mut reorder = started_at(65_534);
        for sequence in [65_535, 0, 1] {
            reorder.push(sequence, ms(600), 1, sequence);
            assert_eq!(all(&mut reorder, ms(600)), [Released::Packet(sequence)]);
        }
    }

    #[test]
    fn a_gap_waits_for_its_packet() {
        let mut reorder = started_at(65_534);
        reorder.push(0, ms(1000), 1, 0);
        assert_eq!(all(&mut reorder, ms(1499)), []);
        reorder.push(65_535, ms(1499), 1, 65_535);
        assert_eq!(
            all(&mut reorder, ms(1499)),
            [Released::Packet(65_535), Released::Packet(0)]
        );
    }

    #[test]
    fn a_packet_that_does_not_come_in_time_is_lost_and_then_refused() {
        let mut reorder = started_at(10);
        reorder.push(13, ms(1000), 1, 13);
        assert_eq!(
            all(&mut reorder, ms(1500)),
            [Released::Lost(2), Released::Packet(13)]
        );
        reorder.push(12, ms(1501), 1, 12);
        assert_eq!(all(&mut reorder, ms(5000)), []);
    }

    #[test]
    fn a_duplicate_is_dropped() {
        let mut reorder = started_at(10);
        reorder.push(12, ms(1000), 1, 12);
        reorder.push(12, ms(1000), 1, 99);
        reorder.push(11, ms(1000), 1, 11);
        reorder.push(11, ms(1000), 1, 99);
        assert_eq!(
            all(&mut reorder, ms(1000)),
            [Released::Packet(11), Released::Packet(12)]
        );
    }

    #[test]
    fn what_waits_is_bounded_by_number_and_by_bytes() {
        let mut reorder = started_at(0);
        for sequence in 2..=MAX_WAITING as u16 + 1 {
            reorder.push(sequence, ms(1000), 1, sequence);
            assert_eq!(all(&mut reorder, ms(1000)), []);
        }
        reorder.push(MAX_WAITING as u16 + 2, ms(1000), 1, 0);
        assert_eq!(reorder.pop(ms(1000)), Some(Released::Lost(1)));

        let mut reorder = started_at(0);
        reorder.push(2, ms(1000), MAX_WAITING_BYTES + 1, 2);
        assert_eq!(reorder.pop(ms(1000)), Some(Released::Lost(1)));
    }

    #[test]
    fn a_new_numbering_is_taken_up_at_its_second_packet() {
        let mut reorder = started_at(40_000);
        reorder.push(20_000, ms(1000), 1, 0);
        assert_eq!(all(&mut reorder, ms(2000)), []);
        reorder.push(20_001, ms(2000), 1, 1);
        reorder.push(20_002, ms(2500), 1, 2);
        let released = all(&mut reorder, ms(2500));
        assert!(matches!(released[0], Released::Lost(_)));
        assert_eq!(released[1..], [Released::Packet(1), Released::Packet(2)]);
    }

    proptest! {
        #[test]
        fn any_permutation_within_the_window_yields_the_original_order(
            first: u16,
            swaps in prop::collection::vec((0usize..200, 0usize..200), 0..400),
        ) {
            let expected: Vec<u16> = (0..200).map(|step| first.wrapping_add(step)).collect();
            let mut sent = expected.clone();
            for (a, b) in swaps {
                sent.swap(a, b);
            }
            let mut reorder = Reorder::new();
            let mut released = Vec::new();
            for (moment, sequence) in sent.into_iter().enumerate() {
                let now = ms(moment as u64);
                reorder.push(sequence, now, 1, sequence);
                released.extend(all(&mut reorder, now));
            }
            released.extend(std::iter::from_fn(|| reorder.drain()));
            let expected: Vec<_> = expected.into_iter().map(Released::Packet).collect();
            prop_assert_eq!(released, expected);
        }

        #[test]
        fn nothing_comes_twice_or_out_of_order(
            sent in prop::collection::vec((any::<u16>(), 0u64..300), 0..300),
        ) {
            let mut reorder = Reorder::new();
            let mut now = Duration::ZERO;
            let mut last = None;
            for (sequence, pause) in sent {
                now += ms(pause);
                reorder.push(sequence, now, 1, sequence);
                let before = reorder.next;
                while reorder.pop(now).is_some() {}
                prop_assert!(reorder.next >= before);
                prop_assert!(reorder.next >= last);
                last = reorder.next;
            }
        }
    }
}
