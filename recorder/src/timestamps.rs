//! RTP time to time on the interview's clock.

use std::time::Duration;

/// A sender whose clock is this far from the arrivals has set it anew.
const PLAUSIBLE: Duration = Duration::from_secs(5);

/// Puts a stream's RTP timestamps on the clock that its arrivals are read from.
pub struct Timestamps {
    clock_rate: u32,
    anchor: Option<Anchor>,
    /// The latest time that was given out.
    latest: Duration,
}

struct Anchor {
    arrival: Duration,
    /// The last timestamp and how many ticks after the anchor it was.
    timestamp: u32,
    ticks: i64,
}

impl Timestamps {
    pub fn new(clock_rate: u32) -> Self {
        Self {
            clock_rate,
            anchor: None,
            latest: Duration::ZERO,
        }
    }

    /// When the frame with this RTP timestamp, which arrived at `arrival`, was taken. The first
    /// one is taken to have arrived at once; the others follow by the sender's clock. Never goes
    /// back.
    pub fn time(&mut self, timestamp: u32, arrival: Duration) -> Duration {
        let time = self
            .by_the_sender(timestamp)
            .filter(|time| time.abs_diff(arrival) <= PLAUSIBLE);
        let time = time.unwrap_or_else(|| {
            self.anchor = Some(Anchor {
                arrival,
                timestamp,
                ticks: 0,
            });
            arrival
        });
        self.latest = self.latest.max(time);
        self.latest
    }

    /// Takes the next frame as the first one, as another stream has taken over.
    pub fn restart(&mut self) {
        self.anchor = None;
    }

    fn by_the_sender(&mut self, timestamp: u32) -> Option<Duration> {
        let anchor = self.anchor.as_mut()?;
        anchor.ticks += i64::from(timestamp.wrapping_sub(anchor.timestamp) as i32);
        anchor.timestamp = timestamp;
        let elapsed = Duration::from_secs_f64(
            anchor.ticks.unsigned_abs() as f64 / f64::from(self.clock_rate),
        );
        if anchor.ticks < 0 {
            Some(anchor.arrival.saturating_sub(elapsed))
        } else {
            Some(anchor.arrival + elapsed)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn frames_follow_by_the_senders_clock_whatever_the_network_does() {
        let mut times = Timestamps::new(48_000);
        assert_eq!(times.time(1000, ms(700)), ms(700));
        assert_eq!(times.time(1000 + 960, ms(790)), ms(720));
        assert_eq!(times.time(1000 + 1920, ms(791)), ms(740));
    }

    #[test]
    fn time_goes_on_across_the_wraparound() {
        let mut times = Timestamps::new(90_000);
        times.time(u32::MAX - 8999, ms(0));
        assert_eq!(times.time(0, ms(100)), ms(100));
        assert_eq!(times.time(9000, ms(200)), ms(200));
    }

    #[test]
    fn time_never_goes_back() {
        let mut times = Timestamps::new(48_000);
        times.time(48_000, ms(1000));
        times.time(96_000, ms(2000));
        assert_eq!(times.time(48_000, ms(2010)), ms(2000));
    }

    #[test]
    fn a_leap_of_the_senders_clock_does_not_make_the_recording_longer() {
        let mut times = Timestamps::new(48_000);
        times.time(0, ms(0));
        assert_eq!(times.time(2_000_000_000, ms(20)), ms(20));
        assert_eq!(times.time(2_000_000_960, ms(40)), ms(40));
    }
}
