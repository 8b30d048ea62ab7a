//! The interview's own clock: milliseconds since it went live.

use std::time::Instant;

use crate::protocol::room::Millis;

/// Never goes back, whatever happens to the machine's time of day.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    base: Millis,
    since: Instant,
}

impl Clock {
    /// The clock of an interview that went live at `started_at`, read at `now` (both milliseconds
    /// since the epoch) and at the same moment `since`. After a restart it goes on from the last
    /// journalled event, even if the time of day was put back meanwhile.
    pub fn resume(started_at: i64, last: Option<Millis>, now: i64, since: Instant) -> Self {
        let elapsed = now.saturating_sub(started_at);
        Self {
            base: elapsed.max(last.unwrap_or(0)).max(0),
            since,
        }
    }

    pub fn at(&self, moment: Instant) -> Millis {
        let elapsed = moment.saturating_duration_since(self.since).as_millis();
        self.base
            .saturating_add(Millis::try_from(elapsed).unwrap_or(Millis::MAX))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn it_starts_at_zero_when_the_interview_goes_live() {
        let now = Instant::now();
        let clock = Clock::resume(1000, None, 1000, now);
        assert_eq!(clock.at(now), 0);
        assert_eq!(clock.at(now + Duration::from_millis(1500)), 1500);
    }

    #[test]
    fn it_counts_the_time_that_the_server_was_down() {
        let now = Instant::now();
        assert_eq!(Clock::resume(1000, Some(400), 91_000, now).at(now), 90_000);
    }

    #[test]
    fn it_does_not_go_back_when_the_time_of_day_was_put_back() {
        let now = Instant::now();
        assert_eq!(Clock::resume(1000, Some(7000), 500, now).at(now), 7000);
        assert_eq!(Clock::resume(1000, None, 500, now).at(now), 0);
    }
}
