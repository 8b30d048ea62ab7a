//! Hands out the places to run in, a bounded number at once, in the order of [`FairQueue`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::queue::FairQueue;
use crate::protocol::ids::InterviewId;

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// So many others come first.
    Waiting(u32),
    Granted,
}

#[derive(Clone)]
pub(super) struct Turns(Arc<Mutex<State>>);

struct State {
    free: usize,
    waiting_per_room: usize,
    next_ticket: u64,
    queue: FairQueue<InterviewId, u64>,
    turns: HashMap<u64, watch::Sender<Turn>>,
}

/// The room has as many runs waiting as it may.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RoomIsFull;

impl Turns {
    pub fn new(slots: usize, waiting_per_room: usize) -> Self {
        Self(Arc::new(Mutex::new(State {
            free: slots.max(1),
            waiting_per_room,
            next_ticket: 0,
            queue: FairQueue::new(),
            turns: HashMap::new(),
        })))
    }

    /// Queues up; with a free slot the turn is granted at once.
    pub fn enter(&self, room: InterviewId) -> Result<Ticket, RoomIsFull> {
        let mut state = self.lock();
        if state.free == 0 && state.queue.waiting_in(&room) >= state.waiting_per_room {
            return Err(RoomIsFull);
        }
        let number = state.next_ticket;
        state.next_ticket += 1;
        let (sender, turn) = watch::channel(Turn::Waiting(0));
        state.turns.insert(number, sender);
        state.queue.push(room, number);
        state.advance();
        Ok(Ticket {
            number,
            turn,
            turns: self.clone(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Grants what is free and tells everybody else their place.
    fn advance(&mut self) {
        while self.free > 0
            && let Some(number) = self.queue.pop()
        {
            self.free -= 1;
            self.tell(number, Turn::Granted);
        }
        for (place, number) in self.queue.in_order().into_iter().enumerate() {
            self.tell(*number, Turn::Waiting(place as u32));
        }
    }

    fn tell(&self, number: u64, turn: Turn) {
        if let Some(sender) = self.turns.get(&number) {
            sender.send_if_modified(|told| std::mem::replace(told, turn) != turn);
        }
    }
}

/// A place in the queue, then a slot to run in; dropping it gives either up.
pub(super) struct Ticket {
    number: u64,
    turn: watch::Receiver<Turn>,
    turns: Turns,
}

impl Ticket {
    pub fn turn(&mut self) -> Turn {
        *self.turn.borrow_and_update()
    }

    /// Waits until the turn differs from what [`Self::turn`] told last.
    pub async fn changed(&mut self) {
        if self.turn.changed().await.is_err() {
            // The sender lives as long as this ticket.
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut state = self.turns.lock();
        state.turns.remove(&self.number);
        if state
            .queue
            .remove(|waiting| *waiting == self.number)
            .is_none()
        {
            state.free += 1;
        }
        state.advance();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_given_up_goes_to_the_next_room_in_turn() {
        let turns = Turns::new(1, 8);
        let (a, b) = (InterviewId::new(), InterviewId::new());
        let mut first = turns.enter(a).unwrap();
        let mut second = turns.enter(a).unwrap();
        let mut third = turns.enter(a).unwrap();
        let mut other = turns.enter(b).unwrap();
        assert_eq!(first.turn(), Turn::Granted);
        assert_eq!(second.turn(), Turn::Waiting(0));
        assert_eq!(other.turn(), Turn::Waiting(1));
        assert_eq!(third.turn(), Turn::Waiting(2));
        drop(first);
        assert_eq!(second.turn(), Turn::Granted);
        assert_eq!(other.turn(), Turn::Waiting(0));
        drop(second);
        assert_eq!(other.turn(), Turn::Granted);
        assert_eq!(third.turn(), Turn::Waiting(0));
    }

    #[test]
    fn who_leaves_the_queue_frees_no_slot() {
        let turns = Turns::new(1, 8);
        let room = InterviewId::new();
        let _running = turns.enter(room).unwrap();
        let leaving = turns.enter(room).unwrap();
        let mut waiting = turns.enter(room).unwrap();
        assert_eq!(waiting.turn(), Turn::Waiting(1));
        drop(leaving);
        assert_eq!(waiting.turn(), Turn::Waiting(0));
    }

    #[test]
    fn a_room_with_too_many_waiting_is_refused_and_another_is_not() {
        let turns = Turns::new(1, 1);
        let (a, b) = (InterviewId::new(), InterviewId::new());
        let _running = turns.enter(a).unwrap();
        let _waiting = turns.enter(a).unwrap();
        assert_eq!(turns.enter(a).err(), Some(RoomIsFull));
        assert!(turns.enter(b).is_ok());
    }

    #[test]
    fn no_more_run_at_once_than_there_are_slots() {
        let turns = Turns::new(2, 8);
        let mut tickets: Vec<_> = (0..5)
            .map(|_| turns.enter(InterviewId::new()).unwrap())
            .collect();
        let granted = |tickets: &mut Vec<Ticket>| {
            let all = tickets.iter_mut().map(Ticket::turn);
            all.filter(|turn| *turn == Turn::Granted).count()
        };
        assert_eq!(granted(&mut tickets), 2);
        tickets.remove(0);
        assert_eq!(granted(&mut tickets), 2);
        tickets.clear();
        assert_eq!(
            turns.enter(InterviewId::new()).unwrap().turn(),
            Turn::Granted
        );
    }
}
