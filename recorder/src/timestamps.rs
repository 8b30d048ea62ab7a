//! Puts RTP times on the interview's clock.
//!
//! A track begins where its first packet arrived. Sender reports then say what time it was on the
//! sender's wall clock, which all tracks of one person share: [`SenderClock`] finds where that clock
//! lies on ours, and each track's [`MediaClock`] moves there slowly. So sound and picture of one
//! person come together whatever their packets' delays were, and their oscillator's drift is
//! followed. Time never goes backwards.

use std::collections::VecDeque;
use std::time::Duration;

const NANOS: i128 = 1_000_000_000;
/// How many sender reports the least delay is taken from: about a minute of a person's tracks.
const REPORTS: usize = 24;
/// An offset that is later than the least by this is not delay: the sender's clock was set.
const MAX_DELAY: i128 = 5 * NANOS;
/// A deviation shrinks by a factor of e in this time,
const SETTLING: i128 = 5 * NANOS;
/// but time never runs faster or slower than by one part in four.
const MAX_RATE: i128 = 4;
/// Media is not sampled after it arrived; this much is the clocks' fault.
const MAX_AHEAD: i128 = NANOS;
/// Nor was it on its way for longer than this.
const MAX_BEHIND: i128 = 5 * NANOS;
/// The least step from frame to frame: the file's resolution.
const STEP: i128 = NANOS / 1000;

/// Where one person's wall clock lies on the interview's clock. All their tracks share it.
#[derive(Debug, Clone, Default)]
pub struct SenderClock {
    /// Arrival minus sending time, in nanoseconds, latest last.
    offsets: VecDeque<i128>,
}

impl SenderClock {
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a report's sending time (nanoseconds) and returns the offset from it to ours. Delays
    /// only ever add to it, so the least of the last ones is the best.
    fn observe(&mut self, sent: i128, arrival: Duration) -> i128 {
        let offset = nanos(arrival) - sent;
        if self
            .least()
            .is_some_and(|least| offset.saturating_sub(least).abs() > MAX_DELAY)
        {
            self.offsets.clear();
        }
        if self.offsets.len() == REPORTS {
            self.offsets.pop_front();
        }
        self.offsets.push_back(offset);
        self.least().unwrap_or(offset)
    }

    fn least(&self) -> Option<i128> {
        self.offsets.iter().copied().min()
    }
}

/// One track's time.
#[derive(Debug)]
pub(crate) struct MediaClock {
    rate: i128,
    /// The latest RTP time, unwrapped.
    latest: Option<i64>,
    /// What we say.
    current: Option<Point>,
    /// What the last sender report says.
    reported: Option<Point>,
    last: i128,
}

/// A line through this point with the slope of the RTP clock.
#[derive(Debug, Clone, Copy)]
struct Point {
    rtp: i64,
    nanos: i128,
}

impl Point {
    fn at(self, rtp: i64, rate: i128) -> i128 {
        self.nanos + i128::from(rtp - self.rtp) * NANOS / rate
    }
}

impl MediaClock {
    pub fn new(rate: u32) -> Self {
        Self {
            rate: i128::from(rate),
            latest: None,
            current: None,
            reported: None,
            last: -STEP,
        }
    }

    /// Another stream: its RTP times have nothing to do with those before.
    pub fn restart(&mut self) {
        *self = Self {
            last: self.last,
            ..Self::new(u32::try_from(self.rate).unwrap_or(u32::MAX))
        };
    }

    /// At `ntp_time` (32.32 fixed-point seconds) it was `rtp_time`.
    pub fn report(
        &mut self,
        sender: &mut SenderClock,
        ntp_time: u64,
        rtp_time: u32,
        arrival: Duration,
    ) {
        let sent = (i128::from(ntp_time) * NANOS) >> 32;
        let offset = sender.observe(sent, arrival);
        self.reported = Some(Point {
            rtp: self.unwrap(rtp_time),
            nanos: sent + offset,
        });
    }

    /// When a frame was sampled, on the interview's clock. Frames come in order.
    pub fn time(&mut self, rtp_time: u32, arrival: Duration) -> Duration {
        let rtp = self.unwrap(rtp_time);
        let arrival = nanos(arrival);
        let is_possible = |time: i128| time < arrival + MAX_AHEAD && time > arrival - MAX_BEHIND;
        let reported = self
            .reported
            .map(|point| point.at(rtp, self.rate))
            .filter(|time| is_possible(*time));
        let time = match self.current {
            Some(current) => {
                let time = current.at(rtp, self.rate);
                let elapsed = (time - current.nanos).clamp(0, NANOS);
                let deviation = reported.unwrap_or(time) - time;
                let limit = elapsed / MAX_RATE;
                time + (deviation * elapsed / SETTLING).clamp(-limit, limit)
            }
            None => reported.unwrap_or(arrival),
        };
        let time = if is_possible(time) {
            time
        } else {
            reported.unwrap_or(arrival)
        };
        self.current = Some(Point { rtp, nanos: time });
        self.last = time.max(self.last + STEP);
        Duration::from_nanos(u64::try_from(self.last).unwrap_or(0))
    }

    fn unwrap(&mut self, rtp_time: u32) -> i64 {
        let unwrapped = match self.latest {
            Some(latest) => latest + i64::from(rtp_time.wrapping_sub(latest as u32).cast_signed()),
            None => i64::from(rtp_time),
        };
        self.latest = self.latest.max(Some(unwrapped));
        unwrapped
    }
}

fn nanos(duration: Duration) -> i128 {
    duration.as_nanos().cast_signed()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn ntp(seconds: f64) -> u64 {
        ((3_900_000_000.0 + seconds) * 4_294_967_296.0) as u64
    }

    #[test]
    fn time_begins_at_the_first_arrival_and_follows_rtp_across_the_wrap() {
        let mut clock = MediaClock::new(90_000);
        let first = u32::MAX - 45_000;
        assert_eq!(clock.time(first, ms(7000)), ms(7000));
        // Half a second later by RTP, with some delay on the way.
        assert_eq!(clock.time(first.wrapping_add(45_000), ms(7600)), ms(7500));
        assert_eq!(clock.time(first.wrapping_add(90_000), ms(8000)), ms(8000));
    }

    #[test]
    fn a_pause_leaves_a_gap() {
        let mut clock = MediaClock::new(48_000);
        clock.time(0, ms(0));
        assert_eq!(clock.time(48_000 * 3600, ms(3_600_000)), ms(3_600_000));
    }

    #[test]
    fn rtp_time_that_stood_still_or_jumped_does_not_move_media_in_time() {
        let mut clock = MediaClock::new(48_000);
        clock.time(0, ms(0));
        assert_eq!(clock.time(960, ms(60_000)), ms(60_000));
        assert_eq!(clock.time(3_000_000_000, ms(60_020)), ms(60_020));
    }

    #[test]
    fn a_report_before_the_first_frame_counts_at_once() {
        let mut sender = SenderClock::new();
        let mut clock = MediaClock::new(90_000);
        clock.report(&mut sender, ntp(0.0), 1000, ms(500));
        // Sampled 100 ms after the report, and a keyframe that took long.
        let time = clock.time(1000 + 9000, ms(900));
        assert!(time.abs_diff(ms(600)) < ms(1), "{time:?}");
    }

    #[test]
    fn a_clock_that_was_set_does_not_count_as_delay() {
        let mut sender = SenderClock::new();
        sender.observe(0, ms(20));
        assert_eq!(sender.observe(NANOS, ms(1030)), nanos(ms(20)));
        assert_eq!(
            sender.observe(100 * NANOS, ms(2000)),
            nanos(ms(2000)) - 100 * NANOS
        );
    }

    /// Two tracks of one person whose oscillator is off by `drift` (parts per million) and whose
    /// packets take different times: how far apart they come out, at worst, after `settled`.
    fn misalignment(drift: f64, hours: f64, settled: Duration) -> Duration {
        let mut sender = SenderClock::new();
        let mut tracks = [(48_000u32, 20u64, 0.01), (90_000, 33, 0.25)]
            .map(|(rate, interval, delay)| (MediaClock::new(rate), rate, interval, delay));
        let mut worst = Duration::ZERO;
        let speed = 1.0 + drift / 1e6;
        let mut last = [0.0f64; 2];
        for now in 0..(hours * 3_600_000.0) as u64 {
            for (index, (clock, rate, interval, delay)) in tracks.iter_mut().enumerate() {
                if !now.is_multiple_of(*interval) {
                    continue;
                }
                let sampled = now as f64 / 1000.0;
                // The first packets of a call take long; some later ones too.
                let late = if now.is_multiple_of(*interval * 7) {
                    *delay
                } else {
                    0.01
                };
                let arrival = Duration::from_secs_f64(sampled + late);
                let rtp = (sampled * speed * f64::from(*rate)) as u64 as u32;
                let time = clock.time(rtp, arrival);
                last[index] = time.as_secs_f64() - sampled;
                if now.is_multiple_of(*interval * 100) {
                    clock.report(&mut sender, ntp(sampled * speed), rtp, arrival);
                }
            }
            if ms(now) > settled {
                worst = worst.max(Duration::from_secs_f64((last[0] - last[1]).abs()));
            }
        }
        worst
    }

    #[test]
    fn sound_and_picture_come_together_within_seconds_and_stay_so_for_two_hours() {
        for drift in [-100.0, 0.0, 100.0] {
            let worst = misalignment(drift, 2.0, ms(30_000));
            assert!(worst < ms(40), "{drift} ppm: {worst:?}");
        }
    }

    proptest! {
        #[test]
        fn time_never_goes_backwards_whatever_comes(
            events in prop::collection::vec((any::<u32>(), 0u64..100_000, any::<Option<u64>>()), 1..100),
        ) {
            let mut sender = SenderClock::new();
            let mut clock = MediaClock::new(90_000);
            let mut last = None;
            for (rtp, arrival, report) in events {
                if let Some(ntp_time) = report {
                    clock.report(&mut sender, ntp_time, rtp, ms(arrival));
                }
                let time = clock.time(rtp, ms(arrival));
                prop_assert!(last.is_none_or(|last| time > last));
                last = Some(time);
            }
        }
    }
}
