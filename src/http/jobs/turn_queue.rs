//! Fair queue of turns to download: pure.
//!
//! A single host gets at most half of the turns. The next turn goes to a request for the host with the fewest
//! turns, and among equals to the request that has waited longest.

use std::{collections::VecDeque, sync::Arc};

/// Turns in use, and the requests that wait for a turn.
#[derive(Debug)]
pub(super) struct TurnQueue<T> {
    turns: usize,
    /// Host of each turn in use.
    taken: Vec<Arc<str>>,
    /// Host and waker of each waiting request, in order of arrival.
    waiting: VecDeque<(Arc<str>, T)>,
}

impl<T> TurnQueue<T> {
    pub(super) fn new(turns: usize) -> Self {
        Self {
            turns,
            taken: Vec::new(),
            waiting: VecDeque::new(),
        }
    }

    /// Maximum number of turns of a single host.
    fn share(&self) -> usize {
        (self.turns / 2).max(1)
    }

    fn taken_by(&self, host: &str) -> usize {
        self.taken.iter().filter(|other| ***other == *host).count()
    }

    /// Adds a waiting request.
    pub(super) fn join(&mut self, host: Arc<str>, waker: T) {
        self.waiting.push_back((host, waker));
    }

    /// Removes the requests that no longer wait.
    pub(super) fn keep(&mut self, waits: impl Fn(&T) -> bool) {
        self.waiting.retain(|(_, waker)| waits(waker));
    }

    /// Gives a turn to the next eligible request.
    pub(super) fn next(&mut self) -> Option<(Arc<str>, T)> {
        if self.taken.len() >= self.turns {
            return None;
        }
        let turns = self
            .waiting
            .iter()
            .enumerate()
            .map(|(at, (host, _))| (self.taken_by(host), at));
        let (_, at) = turns.filter(|(taken, _)| *taken < self.share()).min()?;
        let (host, waker) = self.waiting.remove(at)?;
        self.taken.push(Arc::clone(&host));
        Some((host, waker))
    }

    /// Releases a turn of `host`.
    pub(super) fn give_back(&mut self, host: &str) {
        if let Some(at) = self.taken.iter().position(|other| **other == *host) {
            self.taken.swap_remove(at);
        }
    }

    /// True if a waiting request could use the turn of `host`.
    pub(super) fn is_wanted(&self, host: &str) -> bool {
        let could_have_it = |other: &str| other == host || self.taken_by(other) < self.share();
        self.waiting.iter().any(|(other, _)| could_have_it(other))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Requests that get turns now, in order.
    fn given(queue: &mut TurnQueue<usize>) -> Vec<usize> {
        std::iter::from_fn(|| queue.next())
            .map(|(_, request)| request)
            .collect()
    }

    #[test]
    fn one_host_has_half_of_the_turns_and_leaves_the_rest_to_others() {
        let mut queue = TurnQueue::new(4);
        (0..6).for_each(|request| queue.join("slow".into(), request));
        assert_eq!(given(&mut queue), [0, 1]);
        queue.join("other".into(), 6);
        assert_eq!(given(&mut queue), [6]);
        assert!(queue.is_wanted("slow") && !queue.is_wanted("other"));
        queue.give_back("slow");
        assert_eq!(given(&mut queue), [2]);
    }

    #[test]
    fn the_host_with_the_fewest_turns_comes_first() {
        let mut queue = TurnQueue::new(2);
        ["slow", "dull"]
            .iter()
            .enumerate()
            .for_each(|(request, host)| queue.join((*host).into(), request));
        assert_eq!(given(&mut queue), [0, 1]);
        ["slow", "slow", "new"]
            .iter()
            .enumerate()
            .for_each(|(request, host)| queue.join((*host).into(), 2 + request));
        assert!(queue.is_wanted("dull"), "for the new host");
        queue.give_back("dull");
        assert_eq!(given(&mut queue), [4]);
        queue.keep(|request| *request != 2);
        queue.give_back("slow");
        assert_eq!(given(&mut queue), [3]);
        assert!(!queue.is_wanted("slow"));
    }

    #[test]
    fn a_single_turn_is_for_any_host() {
        let mut queue = TurnQueue::new(1);
        (0..2).for_each(|request| queue.join("a".into(), request));
        assert_eq!(given(&mut queue), [0]);
        assert!(queue.is_wanted("a"));
    }

    proptest! {
        /// No host exceeds its share, no turn stays free while an eligible request waits, and each request
        /// gets a single turn.
        #[test]
        fn turns_are_given_out_within_the_bounds(turns in 1_usize..9, steps in prop::collection::vec((0_usize..4, any::<bool>()), 0..80)) {
            let hosts = ["a", "b", "c", "d"];
            let (mut queue, mut running, mut joined, mut served) = (TurnQueue::new(turns), Vec::new(), 0, 0);
            let share = (turns / 2).max(1);
            for (host, joins) in steps {
                if joins {
                    queue.join(hosts[host].into(), joined);
                    joined += 1;
                } else if let Some(at) = running.iter().position(|other: &Arc<str>| **other == *hosts[host]) {
                    queue.give_back(&running.swap_remove(at));
                }
                while let Some((host, _)) = queue.next() {
                    running.push(host);
                    served += 1;
                }
                let of = |host: &str| running.iter().filter(|other| ***other == *host).count();
                prop_assert!(running.len() <= turns && hosts.iter().all(|host| of(host) <= share));
                let waits = |host: &str| queue.waiting.iter().any(|(other, _)| **other == *host);
                prop_assert!(running.len() == turns || hosts.iter().all(|host| !waits(host) || of(host) == share));
                prop_assert_eq!(served + queue.waiting.len(), joined);
            }
        }
    }
}
