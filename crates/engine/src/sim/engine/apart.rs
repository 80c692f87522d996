//! Prefill and decode on replicas of their own.
//!
//! The first replicas only compute prompts. When one has computed a request's prompt, the balancer
//! picks a replica of the others, by the same strategy with a state of its own, and the keys and
//! values go there over the prefill replica's link, one request after the other. The replica that
//! decodes computes the prompt's last token once more, which yields the first output token.
//!
//! Two simplifications: the prefill replica frees the blocks when the prompt is computed, not when
//! the transfer is over, and the replica that decodes has room for them only when it admits the
//! request, after the transfer.

use super::Engine;
use super::schedule::Timer;
use crate::balance::{AnyStrategy, Mask, Outcome};
use crate::scenario::Scenario;
use crate::sim::probe::Probe;
use crate::workload::TaskIndex;
use crate::workload::request::HandOver;
use std::collections::VecDeque;

/// The two pools of replicas, and what is on the way from the one to the other.
#[derive(Clone, Debug)]
pub(super) struct Apart {
    prefill: Mask,
    decode: Mask,
    /// Each instance's strategy among the replicas that decode.
    pub(super) strategies: Vec<AnyStrategy>,
    bytes_per_s: f64,
    latency_s: f64,
    /// When the link of each prefill replica has sent all that was handed to it (s).
    link_free_s: Vec<f64>,
    /// The requests whose keys and values are on the way, and when they arrive (s), in the order of
    /// arrival.
    in_transit: VecDeque<(f64, TaskIndex)>,
}

impl Apart {
    /// The pools of a valid scenario; None if its replicas do both.
    pub(super) fn new(
        scenario: &Scenario,
        strategy: &AnyStrategy,
        instances: usize,
    ) -> Option<Self> {
        let prefill = scenario.prefill_servers()?;
        let replicas = &scenario.replicas;
        let servers = scenario.servers.len();
        Some(Self {
            prefill: Mask::of(servers, |server| server < prefill),
            decode: Mask::of(servers, |server| server >= prefill),
            strategies: vec![strategy.clone(); instances],
            bytes_per_s: replicas.transfer_gb_per_s * 1e9,
            latency_s: replicas.transfer_latency_s,
            link_free_s: vec![0.0; prefill],
            in_transit: VecDeque::new(),
        })
    }

    /// The servers that a request may go to, before and after it was handed over.
    pub(super) fn pool(&self, handed_over: bool) -> Mask {
        match handed_over {
            true => self.decode,
            false => self.prefill,
        }
    }

    /// The strategy of an instance that picked `server`, if that only decodes.
    #[cold]
    pub(super) fn strategy_at(&mut self, number: usize, server: usize) -> Option<&mut AnyStrategy> {
        self.decode
            .has(server)
            .then(|| &mut self.strategies[number])
    }

    /// Sends `bytes` over the link of a prefill replica from `now_s` on; when they arrive (s).
    fn send(&mut self, from: usize, bytes: u64, now_s: f64) -> f64 {
        let sent_s = self.link_free_s[from].max(now_s) + bytes as f64 / self.bytes_per_s;
        self.link_free_s[from] = sent_s;
        sent_s + self.latency_s
    }
}

impl Engine {
    /// A prefill replica has computed a prompt, whose keys and values take `kv_bytes`: another
    /// replica decodes.
    pub(super) fn hand_over<P: Probe>(
        &mut self,
        from: usize,
        index: TaskIndex,
        kv_bytes: u64,
        probe: &mut P,
    ) {
        let now_s = self.now_s;
        let Some(apart) = &mut self.apart else {
            return;
        };
        let arrives_s = apart.send(from, kv_bytes, now_s);
        let task = &mut self.tasks[index];
        probe.prefilled(task, now_s);
        let hand_over = HandOver {
            delivered_s: task.delivered_s,
            started_s: task.started_s,
            prefilled_s: now_s,
            transfer_s: arrives_s - now_s,
        };
        let number = usize::from(task.balancer);
        self.leave_server(index, Outcome::Served);
        // The task is as it was before it had a server.
        let task = &mut self.tasks[index];
        task.decided_s = f64::NAN;
        task.started_s = f64::NAN;
        task.decision = 0;
        if let Some(request) = self.tasks.request_mut(index) {
            request.progress.handed_over = Some(hand_over);
        }
        self.decide(number, index, probe);
    }

    /// Whether a request has reached its replica before its keys and values: it then waits for
    /// them.
    pub(super) fn waits_for_keys(&mut self, index: TaskIndex) -> bool {
        let hand_over = self
            .tasks
            .request(index)
            .and_then(|request| request.progress.handed_over);
        let (Some(apart), Some(hand_over)) = (&mut self.apart, hand_over) else {
            return false;
        };
        let arrives_s = hand_over.prefilled_s + hand_over.transfer_s;
        if arrives_s <= self.now_s {
            return false;
        }
        let place = apart
            .in_transit
            .partition_point(|&(other_s, _)| other_s <= arrives_s);
        apart.in_transit.insert(place, (arrives_s, index));
        if place == 0 {
            self.schedule.arm(Timer::Transfer, arrives_s);
        }
        true
    }

    /// The first request in transit arrives at the replica that decodes.
    pub(super) fn transfer_due<P: Probe>(&mut self, probe: &mut P) {
        let Some(apart) = &mut self.apart else {
            return;
        };
        let arrived = apart.in_transit.pop_front();
        let next = apart.in_transit.front();
        let next_s = next.map_or(f64::INFINITY, |&(arrives_s, _)| arrives_s);
        self.schedule.set(Timer::Transfer, next_s);
        if let Some((_, index)) = arrived {
            self.reach_server(index, probe);
        }
    }

    /// How many requests wait until their keys and values are at the replica that decodes.
    pub fn handing_over(&self) -> usize {
        self.apart
            .as_ref()
            .map_or(0, |apart| apart.in_transit.len())
    }
}
