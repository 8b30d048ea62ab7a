//! Packets back into the order in which they were sent.

use std::collections::BTreeMap;
use std::time::Duration;

/// How long a missing packet is waited for. A retransmission takes one round trip; a recording is
/// in no hurry, but what waits here is lost when the process is killed.
const PATIENCE: Duration = Duration::from_millis(500);

/// How many packets may wait, for senders that are faster than any camera.
const CAPACITY: usize = 2048;

/// Being this far behind, a packet is not late: its sender has begun to count anew.
const LATEST: i64 = 3000;

/// What comes out.
#[derive(Debug, PartialEq, Eq)]
pub enum Released<T> {
    Packet(T),
    /// One or more packets before the next one will not come any more.
    Lost,
}

/// Holds packets back until those before them are there, or until it is too late for them.
pub struct Reorder<T> {
    /// By sequence number, unwrapped to never wrap.
    held: BTreeMap<i64, (Duration, T)>,
    /// The one to release next.
    next: Option<i64>,
    highest: i64,
    /// The sequence number after one that was far off: if it comes, the sender has begun anew.
    restart: Option<u16>,
}

impl<T> Default for Reorder<T> {
    fn default() -> Self {
        Self {
            held: BTreeMap::new(),
            next: None,
            highest: 0,
            restart: None,
        }
    }
}

impl<T> Reorder<T> {
    /// Takes a packet that arrived at `now` and returns what is in order by then.
    pub fn push(&mut self, now: Duration, sequence: u16, packet: T) -> Vec<Released<T>> {
        let mut released = Vec::new();
        let position = match self.next {
            None => i64::from(sequence),
            Some(_) => self.highest + i64::from(sequence.wrapping_sub(self.highest as u16) as i16),
        };
        let next = *self.next.get_or_insert(position);
        if (position - next).abs() > LATEST {
            if self.restart != Some(sequence) {
                self.restart = Some(sequence.wrapping_add(1));
                return released;
            }
            released = self.flush();
            released.push(Released::Lost);
            self.next = Some(position);
            self.highest = position;
        } else if position < next {
            return released;
        }
        self.restart = None;
        self.highest = self.highest.max(position);
        self.held.entry(position).or_insert((now, packet));
        self.release(now, &mut released);
        released
    }

    /// Everything that is left, as nothing more comes.
    pub fn flush(&mut self) -> Vec<Released<T>> {
        let mut released = Vec::new();
        while !self.held.is_empty() {
            self.skip_the_missing(&mut released);
            self.release_the_next(&mut released);
        }
        released
    }

    fn release(&mut self, now: Duration, released: &mut Vec<Released<T>>) {
        self.release_the_next(released);
        while self.held.len() > CAPACITY || self.waited(now) >= PATIENCE {
            self.skip_the_missing(released);
            self.release_the_next(released);
        }
    }

    /// For how long the missing packet has been known to be missing.
    fn waited(&self, now: Duration) -> Duration {
        let earliest = self.held.values().map(|(arrival, _)| *arrival).min();
        earliest.map_or(Duration::ZERO, |arrival| now.saturating_sub(arrival))
    }

    fn release_the_next(&mut self, released: &mut Vec<Released<T>>) {
        while let Some(next) = self.next
            && let Some((_, packet)) = self.held.remove(&next)
        {
            released.push(Released::Packet(packet));
            self.next = Some(next + 1);
        }
    }

    fn skip_the_missing(&mut self, released: &mut Vec<Released<T>>) {
        if let Some((&first, _)) = self.held.first_key_value()
            && self.next != Some(first)
        {
            released.push(Released::Lost);
            self.next = Some(first);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Released::{Lost, Packet};
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn packets_come_out_in_order_across_the_wraparound() {
        let mut reorder = Reorder::default();
        assert_eq!(reorder.push(ms(0), 65534, 1), [Packet(1)]);
        assert_eq!(reorder.push(ms(1), 0, 3), []);
        assert_eq!(reorder.push(ms(2), 65535, 2), [Packet(2), Packet(3)]);
        assert_eq!(reorder.push(ms(3), 1, 4), [Packet(4)]);
    }

    #[test]
    fn a_missing_packet_is_given_up_after_a_while() {
        let mut reorder = Reorder::default();
        reorder.push(ms(0), 1, 1);
        assert_eq!(reorder.push(ms(10), 3, 3), []);
        assert_eq!(reorder.push(ms(509), 4, 4), []);
        assert_eq!(
            reorder.push(ms(510), 5, 5),
            [Lost, Packet(3), Packet(4), Packet(5)]
        );
        assert_eq!(reorder.push(ms(511), 2, 2), []);
    }

    #[test]
    fn a_packet_that_comes_twice_is_released_once() {
        let mut reorder = Reorder::default();
        assert_eq!(reorder.push(ms(0), 7, 'a'), [Packet('a')]);
        assert_eq!(reorder.push(ms(0), 7, 'b'), []);
    }

    #[test]
    fn a_sender_that_begins_to_count_anew_is_followed() {
        let mut reorder = Reorder::default();
        reorder.push(ms(0), 40_000, 1);
        assert_eq!(reorder.push(ms(1), 20_000, 2), []);
        assert_eq!(reorder.push(ms(2), 20_001, 3), [Lost, Packet(3)]);
        assert_eq!(reorder.push(ms(3), 20_002, 4), [Packet(4)]);
    }

    #[test]
    fn what_is_held_at_the_end_comes_out() {
        let mut reorder = Reorder::default();
        reorder.push(ms(0), 1, 1);
        reorder.push(ms(0), 5, 5);
        reorder.push(ms(0), 3, 3);
        assert_eq!(reorder.flush(), [Lost, Packet(3), Lost, Packet(5)]);
    }

    proptest! {
        #[test]
        fn whatever_arrives_comes_out_at_most_once_and_in_order(
            start: u16,
            arrivals in prop::collection::vec((0u16..300, 0u64..50), 1..300),
        ) {
            let mut reorder = Reorder::default();
            let mut now = 0;
            let mut released = Vec::new();
            for (offset, later) in arrivals {
                now += later;
                released.extend(reorder.push(ms(now), start.wrapping_add(offset), offset));
                prop_assert!(reorder.held.len() <= CAPACITY);
            }
            released.extend(reorder.flush());
            let numbers: Vec<u16> = released
                .iter()
                .filter_map(|one| match one { Packet(number) => Some(*number), Lost => None })
                .collect();
            prop_assert!(numbers.is_sorted_by(|one, next| one < next));
        }

        #[test]
        fn packets_that_are_shuffled_a_little_all_come_out(
            start: u16,
            jitters in prop::collection::vec(0u64..100, 1..200),
        ) {
            let mut arrivals: Vec<(u64, u16)> = jitters
                .iter()
                .zip(0u16..)
                .map(|(jitter, number)| (u64::from(number) * 10 + jitter, number))
                .collect();
            arrivals.sort();
            let mut reorder = Reorder::default();
            // The first one to arrive is where a recording begins, so it is sent first here.
            let mut released = reorder.push(ms(0), start, None);
            for (now, number) in arrivals {
                released.extend(reorder.push(
                    ms(now),
                    start.wrapping_add(1).wrapping_add(number),
                    Some(number),
                ));
            }
            let all: Vec<_> = std::iter::once(None)
                .chain((0..jitters.len() as u16).map(Some))
                .map(Packet)
                .collect();
            prop_assert_eq!(released, all);
        }
    }
}
