//! How often anybody may try what can be guessed.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

/// A keyed limiter is swept of keys that have recovered once in so many checks, which bounds it by
/// what can be asked in the time of recovery.
const SWEEP_EVERY: u32 = 1024;

/// The limits of the routes that take a secret; clones share the counts.
#[derive(Clone)]
pub struct Limits {
    login_by_address: Limit<IpAddr>,
    login_by_email: Limit<String>,
    setup: Limit<IpAddr>,
    join: Limit<IpAddr>,
}

/// Tried too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooOften {
    pub retry_after: Duration,
}

impl Default for Limits {
    /// An office shares one address, so that bound is wide; an account's is tight.
    fn default() -> Self {
        Self {
            login_by_address: Limit::per_minute(NonZeroU32::MIN.saturating_add(59)),
            login_by_email: Limit::per_minute(NonZeroU32::MIN.saturating_add(9)),
            setup: Limit::per_minute(NonZeroU32::MIN.saturating_add(9)),
            join: Limit::per_minute(NonZeroU32::MIN.saturating_add(59)),
        }
    }
}

impl Limits {
    pub fn login(&self, peer: IpAddr, email: &str) -> Result<(), TooOften> {
        self.login_by_address.check(&network(peer))?;
        self.login_by_email.check(&email.to_lowercase())
    }

    pub fn setup(&self, peer: IpAddr) -> Result<(), TooOften> {
        self.setup.check(&network(peer))
    }

    pub fn join(&self, peer: IpAddr) -> Result<(), TooOften> {
        self.join.check(&network(peer))
    }
}

#[derive(Clone)]
struct Limit<K: Hash + Eq + Clone> {
    limiter: Arc<DefaultKeyedRateLimiter<K>>,
    checks: Arc<AtomicU32>,
}

impl<K: Hash + Eq + Clone> Limit<K> {
    fn per_minute(times: NonZeroU32) -> Self {
        Self {
            limiter: Arc::new(DefaultKeyedRateLimiter::keyed(Quota::per_minute(times))),
            checks: Arc::default(),
        }
    }

    fn check(&self, key: &K) -> Result<(), TooOften> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(key).map_err(|refused| TooOften {
            retry_after: refused.wait_time_from(DefaultClock::default().now()),
        })
    }
}

/// One subscriber has a whole /64 of IPv6 addresses.
fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => {
            let prefix = address.to_bits() & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from_bits(prefix))
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tries_until_refused(mut attempt: impl FnMut() -> Result<(), TooOften>) -> usize {
        (0..1000).take_while(|_| attempt().is_ok()).count()
    }

    #[test]
    fn one_account_is_limited_from_all_addresses_together_however_it_is_typed() {
        let limits = Limits::default();
        let mut host = 0;
        let tried = tries_until_refused(|| {
            host += 1;
            let peer = IpAddr::from([10, 0, 0, host]);
            limits.login(peer, if host % 2 == 0 { "A@b.c" } else { "a@B.c" })
        });
        assert_eq!(tried, 10);
        assert_eq!(limits.login(IpAddr::from([10, 0, 1, 1]), "d@e.f"), Ok(()));
    }

    #[test]
    fn one_address_is_limited_over_all_accounts() {
        let limits = Limits::default();
        let peer = IpAddr::from([10, 0, 0, 1]);
        let mut account = 0;
        let tried = tries_until_refused(|| {
            account += 1;
            limits.login(peer, &format!("{account}@b.c"))
        });
        assert_eq!(tried, 60);
        let refused = limits.login(peer, "other@b.c").unwrap_err();
        assert!(refused.retry_after <= Duration::from_secs(60));
        assert!(refused.retry_after > Duration::ZERO);
        assert_eq!(limits.join(peer), Ok(()));
    }

    #[test]
    fn addresses_of_one_ipv6_subscriber_count_as_one() {
        let one = network("2001:db8:1:2::1".parse().unwrap());
        let same = network("2001:db8:1:2:ffff::9".parse().unwrap());
        let other = network("2001:db8:1:3::1".parse().unwrap());
        assert_eq!(one, same);
        assert_ne!(one, other);
        let mapped = network("::ffff:10.0.0.1".parse().unwrap());
        assert_eq!(mapped, IpAddr::from([10, 0, 0, 1]));
    }
}
