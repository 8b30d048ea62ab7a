//! How many connections there may be, in all and from one address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// How many may be in at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    pub in_all: usize,
    pub per_address: usize,
}

/// Lets in as many as there is room for. Clones share what is taken.
#[derive(Debug, Clone)]
pub(super) struct Admission {
    room: Room,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Debug, Default)]
struct Taken {
    in_all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// A place; dropping it makes room.
#[derive(Debug)]
pub(super) struct Place {
    address: IpAddr,
    taken: Arc<Mutex<Taken>>,
}

impl Admission {
    pub fn new(room: Room) -> Self {
        Self {
            room,
            taken: Arc::default(),
        }
    }

    pub fn admit(&self, address: IpAddr) -> Option<Place> {
        let address = household(address);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let from_there = taken.by_address.get(&address).copied().unwrap_or(0);
        if taken.in_all >= self.room.in_all || from_there >= self.room.per_address {
            return None;
        }
        taken.in_all += 1;
        taken.by_address.insert(address, from_there + 1);
        Some(Place {
            address,
            taken: self.taken.clone(),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.in_all -= 1;
        if let Some(from_there) = taken.by_address.get_mut(&self.address) {
            *from_there -= 1;
            if *from_there == 0 {
                taken.by_address.remove(&self.address);
            }
        }
    }
}

/// With IPv6 everybody has a whole network of addresses.
fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_address_cannot_take_the_place_of_others() {
        let admission = Admission::new(Room {
            in_all: 3,
            per_address: 2,
        });
        let greedy = address("192.0.2.1");
        let places = [admission.admit(greedy), admission.admit(greedy)];
        assert!(places.iter().all(Option::is_some));
        assert!(admission.admit(greedy).is_none());
        let other = admission.admit(address("192.0.2.2"));
        assert!(other.is_some());
        assert!(admission.admit(address("192.0.2.3")).is_none(), "full");
        drop(places);
        assert!(admission.admit(greedy).is_some());
    }

    #[test]
    fn addresses_of_one_ipv6_network_count_as_one() {
        let admission = Admission::new(Room {
            in_all: 9,
            per_address: 1,
        });
        let _place = admission.admit(address("2001:db8::1")).unwrap();
        assert!(admission.admit(address("2001:db8::2")).is_none());
        assert!(admission.admit(address("2001:db8:0:1::1")).is_some());
        let _mapped = admission.admit(address("::ffff:192.0.2.1")).unwrap();
        assert!(admission.admit(address("192.0.2.1")).is_none());
        assert!(admission.admit(address("::ffff:192.0.2.2")).is_some());
    }

    #[test]
    fn nothing_is_remembered_of_who_is_gone() {
        let admission = Admission::new(Room {
            in_all: 9,
            per_address: 9,
        });
        drop(admission.admit(address("192.0.2.1")));
        let taken = admission.taken.lock().unwrap();
        assert_eq!(taken.in_all, 0);
        assert!(taken.by_address.is_empty());
    }
}
