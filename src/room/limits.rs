//! How much one connection may ask for.

use std::time::{Duration, Instant};

/// A WebSocket message.
pub const MAX_MESSAGE: usize = 1024 * 1024;
/// Characters of a chat message.
pub const MAX_CHAT: usize = 4000;
/// Bytes of a run's input.
pub const MAX_STDIN: usize = 64 * 1024;
/// Bytes of text in the document.
pub const MAX_DOCUMENT: usize = 2 * 1024 * 1024;
pub const MAX_SDP: usize = 256 * 1024;
/// Sections of an offer, and characters of a section's name.
pub const MAX_SECTIONS: usize = 64;
pub const MAX_MID: usize = 64;
/// Chat messages and runs of one interview.
pub const MAX_CHAT_MESSAGES: usize = 5000;
pub const MAX_RUNS: usize = 1000;

/// A token bucket.
#[derive(Debug)]
pub struct Allowance {
    burst: f64,
    per_second: f64,
    left: f64,
    at: Instant,
}

impl Allowance {
    pub fn new(burst: u32, per_second: f64, now: Instant) -> Self {
        Self {
            burst: f64::from(burst),
            per_second,
            left: f64::from(burst),
            at: now,
        }
    }

    /// Takes one, if there is one.
    pub fn take(&mut self, now: Instant) -> bool {
        self.refill(now);
        if self.left < 1.0 {
            return false;
        }
        self.left -= 1.0;
        true
    }

    /// Takes one, on credit if need be, and answers how long to wait before going on.
    pub fn pace(&mut self, now: Instant) -> Duration {
        self.refill(now);
        self.left -= 1.0;
        if self.left >= 0.0 {
            Duration::ZERO
        } else {
            Duration::from_secs_f64(-self.left / self.per_second)
        }
    }

    fn refill(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.at).as_secs_f64();
        self.left = (self.left + elapsed * self.per_second).min(self.burst);
        self.at = self.at.max(now);
    }
}

/// What one connection has left.
#[derive(Debug)]
pub struct Allowances {
    pub chat: Allowance,
    pub runs: Allowance,
    pub offers: Allowance,
    pub other: Allowance,
}

impl Allowances {
    pub fn new(now: Instant) -> Self {
        Self {
            chat: Allowance::new(10, 2.0, now),
            runs: Allowance::new(5, 0.5, now),
            offers: Allowance::new(10, 1.0, now),
            other: Allowance::new(40, 10.0, now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_allowed_and_then_a_steady_rate() {
        let start = Instant::now();
        let mut allowance = Allowance::new(3, 2.0, start);
        assert_eq!((0..5).filter(|_| allowance.take(start)).count(), 3);
        assert!(!allowance.take(start + Duration::from_millis(400)));
        assert!(allowance.take(start + Duration::from_millis(500)));
        let later = start + Duration::from_secs(60);
        assert_eq!((0..9).filter(|_| allowance.take(later)).count(), 3);
    }

    #[test]
    fn pacing_slows_down_without_refusing() {
        let start = Instant::now();
        let mut allowance = Allowance::new(1, 10.0, start);
        assert_eq!(allowance.pace(start), Duration::ZERO);
        assert_eq!(allowance.pace(start), Duration::from_millis(100));
        assert_eq!(allowance.pace(start), Duration::from_millis(200));
    }
}
