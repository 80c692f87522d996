//! What is on its way over links and between zones: see [`Network`](crate::scenario::Network).

use super::Engine;
use super::schedule::Timer;
use crate::balance::Ways;
use crate::rng::{Purpose, Rng};
use crate::scenario::Scenario;
use crate::workload::TaskIndex;
use std::collections::VecDeque;

/// What is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// A task, to its server.
    Request,
    /// Its data, from their home to its server.
    Data,
    /// Its answer.
    Answer,
}

/// Something on its way.
#[derive(Clone, Copy, Debug)]
struct Transfer {
    /// When it was handed to its link (s).
    from_s: f64,
    due_s: f64,
    index: TaskIndex,
    sent: Sent,
}

/// All that is on its way.
#[derive(Clone, Debug)]
pub(super) struct Transfers {
    ways: Ways,
    jitter_s: f64,
    chance: Rng,
    /// When the link of each server has sent all that was handed to it (s); behind them, those of
    /// the balancers.
    free_s: Vec<f64>,
    /// In the order of arrival.
    on_the_way: VecDeque<Transfer>,
}

/// The links of a valid scenario, and where its data are.
pub(super) fn ways(scenario: &Scenario) -> Ways {
    let servers = scenario.servers.iter();
    let network = &scenario.network;
    let locality = &scenario.balancer.locality;
    Ways {
        zones: servers.clone().map(|s| s.zone).collect(),
        mb_per_s: servers.map(|s| s.mb_per_s.0).collect(),
        balancer_mb_per_s: network.mb_per_s.0,
        latency_s: locality.latency_s,
        zones_per_region: locality.zones_per_region,
        region_latency_s: locality.region_latency_s,
        request_mb: network.request_mb,
        answer_mb: network.answer_mb,
        data_mb: network.data_mb,
        mean_size: scenario.sizes.mean,
    }
}

/// Whether a strategy that knows the ways knows others in `new`.
pub(super) fn links_differ(old: &Scenario, new: &Scenario) -> bool {
    new.balancer.strategy.knows().ways && ways(old) != ways(new)
}

impl Transfers {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let links = scenario.servers.len() + 1 + scenario.balancer.instances as usize;
        Self {
            ways: ways(scenario),
            jitter_s: scenario.network.jitter_s,
            chance: Rng::new(u64::from(scenario.seed), Purpose::Jitter),
            free_s: vec![0.0; links],
            on_the_way: VecDeque::new(),
        }
    }

    /// About how much memory a copy takes (bytes).
    pub(super) fn bytes(&self) -> usize {
        self.on_the_way.len() * size_of::<Transfer>()
    }

    /// From now on links are as in this scenario; what was sent arrives as it would have.
    pub(super) fn set(&mut self, scenario: &Scenario) {
        self.ways = ways(scenario);
        self.jitter_s = scenario.network.jitter_s;
    }

    /// Hands `mb` to a link at `now_s`; when the link has sent them (s).
    fn hand(&mut self, link: usize, mb: f64, mb_per_s: f64, now_s: f64) -> f64 {
        if mb == 0.0 {
            return now_s;
        }
        let sent_s = self.free_s[link].max(now_s) + mb / mb_per_s;
        self.free_s[link] = sent_s;
        sent_s
    }

    /// Lets something that was handed over now arrive when its link has sent it (`due_s`), later by
    /// the jitter. When that is, if it is the first to arrive (s).
    fn add(&mut self, index: TaskIndex, sent: Sent, from_s: f64, mut due_s: f64) -> Option<f64> {
        if self.jitter_s > 0.0 {
            due_s += self.jitter_s * self.chance.unit();
        }
        let place = self.on_the_way.partition_point(|t| t.due_s <= due_s);
        let transfer = Transfer {
            from_s,
            due_s,
            index,
            sent,
        };
        self.on_the_way.insert(place, transfer);
        (place == 0).then_some(due_s)
    }

    /// Takes out a task that is on its way to its server; None if it is not. If it was the first to
    /// arrive, when the next does (s).
    pub(super) fn remove(&mut self, index: TaskIndex) -> Option<Option<f64>> {
        let mut ways = self.on_the_way.iter();
        let place = ways.position(|t| t.index == index && t.sent != Sent::Answer)?;
        self.on_the_way.remove(place);
        let next = self.on_the_way.front();
        Some((place == 0).then(|| next.map_or(f64::INFINITY, |next| next.due_s)))
    }

    /// How much is on its way.
    pub(super) fn len(&self) -> usize {
        self.on_the_way.len()
    }

    /// The tasks on their way, and when they arrive (s).
    pub(super) fn due(&self) -> impl Iterator<Item = (TaskIndex, f64)> {
        let ways = self.on_the_way.iter();
        ways.filter(|t| t.sent != Sent::Answer)
            .map(|t| (t.index, t.due_s))
    }

    /// The tasks whose answers are on their way, and the part of it that they have behind them.
    pub(super) fn answers(&self, now_s: f64) -> impl Iterator<Item = (TaskIndex, f64)> {
        let ways = self.on_the_way.iter();
        ways.filter(|t| t.sent == Sent::Answer).map(move |t| {
            // One that takes no time is there before its event.
            let part = match t.due_s > t.from_s {
                true => (now_s - t.from_s) / (t.due_s - t.from_s),
                false => 1.0,
            };
            (t.index, part)
        })
    }
}

/// Sends a task that instance `number` has decided on over its links. False if it is there by the
/// balancer's own latency.
pub(super) fn send(engine: &mut Engine, number: usize, index: TaskIndex) -> bool {
    let now_s = engine.now_s;
    let servers = engine.servers.len();
    let latency_s = engine.instances[number].link.latency_s;
    let is_on = engine.scenario.network.is_on();
    let Some(places) = &mut engine.places else {
        return false;
    };
    let task = &mut engine.tasks[index];
    let transfers = &mut places.transfers;
    let ways = &transfers.ways;
    let longer_s = ways.crossing_s(
        ways.zone_of_client(task),
        ways.zones[usize::from(task.server)],
    );
    if longer_s == 0.0 && !is_on {
        return false;
    }
    let mb_per_s = ways.balancer_mb_per_s;
    let sent_s = transfers.hand(servers + number, ways.request_mb, mb_per_s, now_s);
    let first = transfers.add(index, Sent::Request, now_s, sent_s + (latency_s + longer_s));
    if let Some(due_s) = first {
        engine.schedule.arm(Timer::Crossing, due_s);
    }
    true
}

/// Something arrives: a task and whether it is the answer. None if a task waits for its data.
pub(super) fn arrived(engine: &mut Engine) -> Option<(TaskIndex, bool)> {
    let now_s = engine.now_s;
    let places = engine.places.as_mut()?;
    let transfers = &mut places.transfers;
    let Transfer { index, sent, .. } = transfers.on_the_way.pop_front()?;
    let task = &engine.tasks[index];
    let server = usize::from(task.server);
    let home = transfers.ways.home(task).filter(|home| *home != server);
    let mut there = Some((index, sent == Sent::Answer));
    if let (Sent::Request, Some(home)) = (sent, home)
        && transfers.ways.data_mb > 0.0
    {
        let ways = &transfers.ways;
        let latency_s = ways.crossing_s(ways.zones[home], ways.zones[server]);
        let sent_s = transfers.hand(home, ways.data_mb, ways.mb_per_s[home], now_s);
        transfers.add(index, Sent::Data, now_s, sent_s + latency_s);
        there = None;
    }
    let next = transfers.on_the_way.front();
    let next_s = next.map_or(f64::INFINITY, |next| next.due_s);
    engine.schedule.set(Timer::Crossing, next_s);
    there
}

/// Links are as in the scenario that has just come into force.
pub(super) fn relink(engine: &mut Engine) {
    if let Some(places) = &mut engine.places {
        places.transfers.set(&engine.scenario);
    }
}

/// A server has served a task, and sends the answer. False if that takes no time.
pub(super) fn answer(engine: &mut Engine, index: TaskIndex) -> bool {
    let now_s = engine.now_s;
    let Some(places) = &mut engine.places else {
        return false;
    };
    let transfers = &mut places.transfers;
    if transfers.ways.answer_mb + transfers.jitter_s == 0.0 {
        return false;
    }
    let server = usize::from(engine.tasks[index].server);
    let ways = &transfers.ways;
    let sent_s = transfers.hand(server, ways.answer_mb, ways.mb_per_s[server], now_s);
    if let Some(due_s) = transfers.add(index, Sent::Answer, now_s, sent_s) {
        engine.schedule.arm(Timer::Crossing, due_s);
    }
    true
}

#[cfg(test)]
mod tests;
