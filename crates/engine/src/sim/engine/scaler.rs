//! An autoscaler over standby servers: see [`Autoscaler`](crate::scenario::Autoscaler).
//!
//! A server that is ordered starts in stages and is then ready. One that is sent away takes nothing
//! new, ends what it has and is then off; one that has not begun yet is off at once. Those that
//! still start go first, then the newest, as in Kubernetes' `ReplicaSet`. Who is ordered while all
//! that are off still drain waits for the first of these, as a pending pod does for a machine.

mod rule;

use super::Engine;
use super::schedule::Timer;
use crate::balance::Mask;
use crate::scenario::Scenario;
use crate::sim::scaling::{Phase, ScaleCounts, ScaleEvent, ScaleReason, Start};
use equipoise_elastic::startup::{self, Timed};
use rule::{Advice, Fleet, Rule, Seen};

/// What an autoscaler has done so far.
#[derive(Clone, Debug)]
pub struct Scaler {
    rule: Rule,
    stages: Vec<Timed>,
    phases: Vec<Phase>,
    /// Servers that are ordered, in the order of their orders.
    ordered: Vec<usize>,
    /// Orders that wait for a machine.
    pending: u32,
    /// The servers that take new tasks.
    pub(super) ready: Mask,
    /// The latest decision.
    latest: ScaleEvent,
    /// Paid for servers that are off again (server-seconds).
    paid_s: f64,
    /// Where loads stood when they were last measured.
    seen: Seen,
}

impl Scaler {
    /// At the start of a run; None if the scenario has no autoscaler.
    pub(super) fn new(scenario: &Scenario) -> Option<Box<Self>> {
        let autoscaler = &scenario.autoscaler;
        let n = scenario.servers.len();
        let on = (autoscaler.on_at_start as usize).min(n);
        let phase = |s: usize| match s < on {
            true => Phase::Ready { ordered_s: 0.0 },
            false => Phase::Off,
        };
        autoscaler.is_on().then(|| {
            Box::new(Self {
                rule: Rule::new(autoscaler, 0.0, n as u32, on as u32),
                stages: autoscaler.stages(),
                phases: (0..n).map(phase).collect(),
                ordered: (0..on).collect(),
                pending: 0,
                ready: Mask::of(n, |s| s < on),
                latest: ScaleEvent {
                    time_s: 0.0,
                    seen: f64::NAN,
                    wanted: on as u32,
                    counts: ScaleCounts::default(),
                    reason: ScaleReason::Start,
                },
                paid_s: 0.0,
                seen: Seen::default(),
            })
        })
    }

    /// Goes on under other settings. What its rule remembered is lost, and starts that are under
    /// way take as long as before.
    pub(super) fn rescale(engine: &mut Engine) {
        let Some(mut scaler) = engine.scaler.take() else {
            return;
        };
        let autoscaler = &engine.scenario.autoscaler;
        let n = scaler.phases.len() as u32;
        scaler.rule = Rule::new(autoscaler, engine.now_s, n, scaler.counts().useful);
        scaler.stages = autoscaler.stages();
        scaler.seen = Seen::now(engine);
        engine.schedule.arm(Timer::Scale, scaler.next_s());
        engine.scaler = Some(scaler);
    }

    /// What a server is doing.
    pub fn phase(&self, server: usize) -> Phase {
        self.phases.get(server).copied().unwrap_or(Phase::Off)
    }

    /// How far a server that starts is at `now_s`; None of any other.
    pub fn start(&self, server: usize, now_s: f64) -> Option<Start> {
        let Phase::Starting { ordered_s, ready_s } = self.phase(server) else {
            return None;
        };
        let elapsed_s = now_s - ordered_s;
        let stage = startup::at(&self.stages, elapsed_s).or(self.stages.last().copied())?;
        Some(Start {
            stage: stage.0.word(),
            share: elapsed_s / (ready_s - ordered_s),
            rest_s: ready_s - now_s,
        })
    }

    /// How many servers there are of each kind.
    pub fn counts(&self) -> ScaleCounts {
        let draining = |phase: &&Phase| matches!(phase, Phase::Draining { .. });
        ScaleCounts {
            ordered: self.ordered.len() as u32 + self.pending,
            useful: self.ready.len() as u32,
            draining: self.phases.iter().filter(draining).count() as u32,
        }
    }

    /// The latest decision, and what there is of it at `now_s`.
    pub fn latest(&self, now_s: f64) -> ScaleEvent {
        ScaleEvent {
            time_s: now_s,
            counts: self.counts(),
            ..self.latest
        }
    }

    /// Whether tasks that wait may still get a server from it.
    pub(super) fn may_help(&self) -> bool {
        let starts = self.phases.iter().any(|phase| phase.ready_s().is_some());
        starts || self.pending > 0 || self.ready.is_empty()
    }

    /// Server-seconds from each order to `now_s`, or to when the server is off.
    pub fn server_s(&self, now_s: f64) -> f64 {
        let since = |phase: &Phase| phase.ordered_s().map(|ordered_s| now_s - ordered_s);
        self.paid_s + self.phases.iter().filter_map(since).sum::<f64>()
    }

    /// Orders that there be `wanted` servers.
    fn order(&mut self, now_s: f64, wanted: u32) {
        let there = self.ordered.len() as u32 + self.pending;
        self.pending += wanted.saturating_sub(there);
        for _ in wanted..there {
            if self.pending > 0 {
                self.pending -= 1;
            } else {
                self.send_away(now_s);
            }
        }
        self.fill(now_s);
    }

    /// Starts servers that are off for orders that wait.
    fn fill(&mut self, now_s: f64) {
        while self.pending > 0
            && let Some(server) = self.phases.iter().position(|p| *p == Phase::Off)
        {
            self.pending -= 1;
            self.ordered.push(server);
            self.phases[server] = Phase::Starting {
                ordered_s: now_s,
                ready_s: now_s + startup::total_s(&self.stages),
            };
        }
    }

    /// The newest that still starts goes, or else the newest.
    fn send_away(&mut self, now_s: f64) {
        let phases = &self.phases;
        let starts = |s: &usize| matches!(phases[*s], Phase::Starting { .. });
        let newest = self.ordered.len().checked_sub(1);
        let Some(place) = self.ordered.iter().rposition(starts).or(newest) else {
            return;
        };
        let server = self.ordered.remove(place);
        match self.phases[server] {
            Phase::Ready { ordered_s } => self.phases[server] = Phase::Draining { ordered_s },
            _ => self.switch_off(server, now_s),
        }
    }

    fn switch_off(&mut self, server: usize, now_s: f64) {
        let ordered_s = self.phases[server].ordered_s().unwrap_or(now_s);
        self.paid_s += now_s - ordered_s;
        self.phases[server] = Phase::Off;
    }

    /// Servers whose start is over are ready from now on; true if there are any.
    fn start_over(&mut self, now_s: f64) -> bool {
        let mut any = false;
        for phase in &mut self.phases {
            if let Phase::Starting { ordered_s, ready_s } = *phase
                && ready_s <= now_s
            {
                *phase = Phase::Ready { ordered_s };
                any = true;
            }
        }
        any
    }

    /// When a start is over, or the rule looks again (s).
    pub(super) fn next_s(&self) -> f64 {
        let ready = self.phases.iter().filter_map(Phase::ready_s);
        ready.fold(self.rule.next_s(), f64::min)
    }

    fn tell(&mut self, now_s: f64, reason: ScaleReason, events: &mut Vec<ScaleEvent>) {
        self.latest.reason = reason;
        events.push(self.latest(now_s));
    }
}

impl Engine {
    /// An autoscaler's timer is due: starts that are over, servers that have ended their tasks, and
    /// decisions. Returns what happened.
    pub(super) fn scaled(&mut self) -> Vec<ScaleEvent> {
        let Some(mut scaler) = self.scaler.take() else {
            return Vec::new();
        };
        let now_s = self.now_s;
        let mut events = Vec::new();
        if self.end_drains(&mut scaler) {
            scaler.fill(now_s);
            scaler.tell(now_s, ScaleReason::Gone, &mut events);
        }
        if scaler.start_over(now_s) {
            self.mark_ready(&mut scaler);
            scaler.tell(now_s, ScaleReason::Ready, &mut events);
        }
        while scaler.rule.next_s() <= now_s {
            let current = scaler.counts().ordered;
            let fleet = Fleet {
                ordered: &scaler.ordered,
                current,
                ready: scaler.ready,
            };
            let advice = scaler.rule.look(self, &fleet, &mut scaler.seen);
            let Some(Advice {
                seen,
                wanted,
                ordered,
                reason,
            }) = advice
            else {
                continue;
            };
            scaler.order(now_s, ordered);
            self.end_drains(&mut scaler);
            scaler.fill(now_s);
            if scaler.start_over(now_s) || ordered < current {
                self.mark_ready(&mut scaler);
            }
            scaler.latest.seen = seen;
            scaler.latest.wanted = wanted;
            scaler.tell(now_s, reason, &mut events);
        }
        self.schedule.set(Timer::Scale, scaler.next_s());
        self.scaler = Some(scaler);
        events
    }

    /// A task has left this server: if that drains and has none left, it is off.
    #[cold]
    #[inline(never)]
    pub(super) fn note_drained(&mut self, server: usize) {
        let scaler = self.scaler();
        let drains = scaler.is_some_and(|s| matches!(s.phase(server), Phase::Draining { .. }));
        if drains && self.in_flight(server) == 0 {
            self.schedule.arm(Timer::Scale, self.now_s);
        }
    }

    fn mark_ready(&self, scaler: &mut Scaler) {
        scaler.ready = Mask::of(self.servers.len(), |s| {
            matches!(scaler.phases[s], Phase::Ready { .. })
        });
    }

    /// Switches off the draining servers that have no task left; true if there are any.
    fn end_drains(&mut self, scaler: &mut Scaler) -> bool {
        let mut any = false;
        for server in 0..self.servers.len() {
            let drains = matches!(scaler.phases[server], Phase::Draining { .. });
            if drains && self.in_flight(server) == 0 {
                scaler.switch_off(server, self.now_s);
                // Whoever starts there later begins with empty caches.
                if self.servers[server].works_in_steps() {
                    self.servers[server].empty(&self.tasks, self.now_s);
                    self.tell_of_cache(server);
                }
                any = true;
            }
        }
        any
    }

    /// Tasks at a server or on the way there.
    fn in_flight(&self, server: usize) -> u32 {
        let instances = self.instances.iter();
        instances.map(|i| i.own.in_flight[server]).sum()
    }
}

#[cfg(test)]
mod tests;
