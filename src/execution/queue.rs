//! Whose run is next: round-robin over the rooms, oldest first within a room, so that a room which
//! starts many runs delays nobody else by more than one.

use std::collections::VecDeque;

/// What waits, by room. Sizes are small (rooms × waiting per room), so plain scans will do.
#[derive(Debug)]
pub(super) struct FairQueue<R, T> {
    /// The first room is the next to be served. No entry is empty.
    rooms: VecDeque<(R, VecDeque<T>)>,
}

impl<R: PartialEq, T> FairQueue<R, T> {
    pub fn new() -> Self {
        Self {
            rooms: VecDeque::new(),
        }
    }

    pub fn push(&mut self, room: R, item: T) {
        match self.rooms.iter_mut().find(|(other, _)| *other == room) {
            Some((_, items)) => items.push_back(item),
            None => self.rooms.push_back((room, VecDeque::from([item]))),
        }
    }

    pub fn pop(&mut self) -> Option<T> {
        let (room, mut items) = self.rooms.pop_front()?;
        let item = items.pop_front();
        if !items.is_empty() {
            self.rooms.push_back((room, items));
        }
        item
    }

    /// Takes out the first item that matches.
    pub fn remove(&mut self, matches: impl Fn(&T) -> bool) -> Option<T> {
        for (room, (_, items)) in self.rooms.iter_mut().enumerate() {
            if let Some(index) = items.iter().position(&matches) {
                let item = items.remove(index);
                if items.is_empty() {
                    self.rooms.remove(room);
                }
                return item;
            }
        }
        None
    }

    pub fn waiting_in(&self, room: &R) -> usize {
        self.rooms
            .iter()
            .find(|(other, _)| other == room)
            .map_or(0, |(_, items)| items.len())
    }

    /// All items in the order in which they would be popped.
    pub fn in_order(&self) -> Vec<&T> {
        let rounds = self.rooms.iter().map(|(_, items)| items.len()).max();
        (0..rounds.unwrap_or(0))
            .flat_map(|round| {
                self.rooms
                    .iter()
                    .filter_map(move |(_, items)| items.get(round))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rooms_take_turns_whoever_asked_more_often() {
        let mut queue = FairQueue::new();
        for item in ["a1", "a2", "a3"] {
            queue.push('a', item);
        }
        queue.push('b', "b1");
        queue.push('c', "c1");
        queue.push('b', "b2");
        let order: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(order, ["a1", "b1", "c1", "a2", "b2", "a3"]);
    }

    #[test]
    fn a_room_that_comes_back_waits_behind_those_already_there() {
        let mut queue = FairQueue::new();
        queue.push('a', "a1");
        queue.push('b', "b1");
        queue.push('b', "b2");
        assert_eq!(queue.pop(), Some("a1"));
        queue.push('a', "a2");
        assert_eq!(queue.in_order(), [&"b1", &"a2", &"b2"]);
    }

    #[test]
    fn what_is_taken_out_no_longer_counts() {
        let mut queue = FairQueue::new();
        queue.push('a', 1);
        queue.push('a', 2);
        assert_eq!(queue.remove(|item| *item == 1), Some(1));
        assert_eq!(queue.remove(|item| *item == 1), None);
        assert_eq!(queue.waiting_in(&'a'), 1);
        assert_eq!(queue.remove(|item| *item == 2), Some(2));
        assert_eq!(queue.pop(), None);
    }

    proptest! {
        #[test]
        fn the_order_told_is_the_order_served(
            pushes in prop::collection::vec(0u8..4, 0..30),
            pops_before in 0usize..10,
        ) {
            let mut queue = FairQueue::new();
            for (index, room) in pushes.iter().enumerate() {
                queue.push(*room, index);
            }
            for _ in 0..pops_before {
                queue.pop();
            }
            let told: Vec<_> = queue.in_order().into_iter().copied().collect();
            let served: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
            prop_assert_eq!(told, served);
        }
    }
}
