//! The requests that wait.

use crate::request::RequestId;
use crate::sequence::Sequence;
use crate::settings::Policy;
use std::cmp::Ordering;
use std::collections::VecDeque;

/// The queue of waiting requests; preempted ones are among them. Source:
/// `vllm/v1/core/sched/request_queue.py`.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    policy: Policy,
    /// By arrival, or sorted by [`order`].
    queue: VecDeque<Sequence>,
}

impl Waiting {
    /// No one waits.
    pub(crate) fn new(policy: Policy) -> Self {
        Self {
            policy,
            queue: VecDeque::new(),
        }
    }

    /// A request has arrived.
    pub(crate) fn add(&mut self, sequence: Sequence) {
        match self.policy {
            Policy::Fcfs => self.queue.push_back(sequence),
            Policy::Priority => self.insert(sequence),
        }
    }

    /// A request has been preempted: it is the next to be admitted, or stands where its priority
    /// puts it.
    pub(crate) fn put_back(&mut self, sequence: Sequence) {
        match self.policy {
            Policy::Fcfs => self.queue.push_front(sequence),
            Policy::Priority => self.insert(sequence),
        }
    }

    /// The next to be admitted.
    pub(crate) fn first(&self) -> Option<&Sequence> {
        self.queue.front()
    }

    /// Takes the next to be admitted.
    pub(crate) fn pop_first(&mut self) -> Option<Sequence> {
        self.queue.pop_front()
    }

    /// Takes a request out, wherever it is.
    pub(crate) fn remove(&mut self, id: RequestId) -> Option<Sequence> {
        let place = self.queue.iter().position(|waiting| waiting.id() == id)?;
        self.queue.remove(place)
    }

    /// Those that wait, the next first.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &Sequence> {
        self.queue.iter()
    }

    fn insert(&mut self, sequence: Sequence) {
        let place = self
            .queue
            .partition_point(|waiting| order(waiting, &sequence).is_lt());
        self.queue.insert(place, sequence);
    }
}

/// By priority, arrival and the text of the id (`Request.__lt__`).
fn order(left: &Sequence, right: &Sequence) -> Ordering {
    left.priority
        .cmp(&right.priority)
        .then(left.arrival_s.total_cmp(&right.arrival_s))
        .then_with(|| left.id().as_text().cmp(&right.id().as_text()))
}
