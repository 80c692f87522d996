//! Tasks lost before service: those that no server is sent, and those that a server refuses.
//!
//! Servers get the arrival rate only if nothing is lost before. Three causes of loss are known: a
//! balancer limits its connections, a balancer decides more slowly than tasks arrive, and every
//! server that a task may go to is down. The loss of the first is known where the system is one
//! queue that is solved, that of the other two always.

use crate::answer::Quantity;
use crate::averages;
use crate::conditions::{self, holds};
use crate::models;
use crate::question::Question;
use crate::reason::Reason;
use equipoise_engine::scenario::{Place, Scenario};

/// The tasks that servers are sent.
pub(crate) struct Sent {
    /// Fraction of all tasks.
    pub fraction: f64,
    /// Rate (tasks/s).
    pub rate_per_s: f64,
}

/// The tasks that servers are sent.
pub(crate) fn sent(q: &Question) -> Result<Sent, Reason> {
    let s = q.scenario;
    let rate = conditions::rate_per_s(s)?;
    let found = q.found?;
    let mut admitted = 1.0;
    if let Some(limit) = limit(s) {
        // One queue holds as many tasks as the lower limit, the balancer's or the server's. Only
        // the balancer turns tasks away before they are sent.
        match q.queues.as_deref() {
            Ok([queue]) if queue.room.is_some_and(|room| room >= limit) => {
                admitted = queue.accepted;
            }
            Ok([_]) => {}
            _ => holds(hardly_reached(q, limit), Reason::LossUnknown)?,
        }
    }
    let decided = decisions_per_s(s).map_or(1.0, |decisions| (decisions / rate).min(1.0));
    let fraction = admitted * decided * found;
    Ok(Sent {
        fraction,
        rate_per_s: rate * fraction,
    })
}

/// Whether a limit is so high that it is never reached: ten times the mean number of tasks without
/// it, which a geometric number exceeds e^(−10) of the time.
fn hardly_reached(q: &Question, limit: u32) -> bool {
    if q.scenario.balancer.strategy.id.pools() {
        return false;
    }
    let mut without = q.scenario.clone();
    without.balancer.dispatcher.connections = None;
    without.balancer.dispatcher.latency_s = 0.0;
    without.balancer.front.connections = None;
    let without = Question {
        scenario: &without,
        shares: q.shares.clone(),
        found: q.found,
        queues: models::solve(&without, &q.shares, &q.found),
        fleet: Err(Reason::NoReplicas),
    };
    let present = match averages::present_answer(&without).map(|answer| answer.value) {
        Ok(Quantity::Number(present) | Quantity::Bounds { high: present, .. }) => present,
        _ => return false,
    };
    // A latency only delays: it adds the tasks that are on their way.
    let moving = q.scenario.arrivals.rate_per_s * q.scenario.balancer.dispatcher.latency_s;
    10.0 * (present + moving) <= f64::from(limit)
}

/// The fraction of the tasks sent to each server that it serves: 1 − p_K, and 1 where its queue
/// has no limit.
pub(crate) fn served(q: &Question) -> Result<Vec<f64>, Reason> {
    let s = q.scenario;
    let mut served = vec![1.0; s.servers.len()];
    if !conditions::up(s).into_iter().any(|j| may_refuse(q, j)) {
        return Ok(served);
    }
    for queue in q.queues().map_err(|_| Reason::LossUnknown)? {
        // What the balancer turns away is not sent.
        let before = limit(s).is_some_and(|limit| queue.room.is_some_and(|room| room >= limit));
        if let (Some(j), false) = (queue.server, before) {
            served[j] = queue.accepted;
        }
    }
    Ok(served)
}

/// Neither the balancer nor a server has a limit beyond which it refuses tasks; else the reason
/// says which has.
pub(crate) fn nothing_refused(q: &Question) -> Result<(), Reason> {
    holds(limit(q.scenario).is_none(), Reason::BalancerLimits)?;
    match conditions::up(q.scenario)
        .into_iter()
        .find(|&j| may_refuse(q, j))
    {
        Some(server) => Err(Reason::BoundedQueue { server }),
        None => Ok(()),
    }
}

/// Whether a server may find its own queue full. A server that pulls takes no more tasks than it
/// has slots, and a server that is sent no tasks refuses none.
fn may_refuse(q: &Question, server: usize) -> bool {
    let used = q
        .shares
        .as_ref()
        .map_or(true, |shares| shares.expected[server] > 0.0);
    q.scenario.servers[server].queue.is_some() && used && !q.scenario.balancer.strategy.id.pools()
}

/// Servers that pull can take `rate_per_s` tasks per second. A task on its way to such a server
/// reserves its slot, so that each slot takes one task in the time of service and transport.
pub(crate) fn pulls_suffice(scenario: &Scenario, rate_per_s: f64) -> Result<(), Reason> {
    if !scenario.balancer.strategy.id.pools() || limit(scenario).is_some() {
        return Ok(());
    }
    let latency_s = scenario.balancer.dispatcher.latency_s;
    let pulled: f64 = conditions::up(scenario)
        .into_iter()
        .map(|j| {
            let server = &scenario.servers[j];
            f64::from(server.slots) / (scenario.sizes.mean / server.speed + latency_s)
        })
        .sum();
    let reason = if latency_s > 0.0 {
        Reason::BalancerLimits
    } else {
        Reason::Unstable {
            rho: rate_per_s / pulled,
        }
    };
    holds(rate_per_s < pulled, reason)
}

/// The limit on connections of the balancer, or of the device before it, whichever is lower.
pub(crate) fn limit(scenario: &Scenario) -> Option<u32> {
    let balancer = &scenario.balancer;
    let front = balancer
        .front
        .connections
        .filter(|_| balancer.place == Place::Hybrid);
    [balancer.dispatcher.connections, front]
        .into_iter()
        .flatten()
        .min()
}

/// The decisions per second that the balancer, or a hybrid's device and instances together, can
/// make; None if without limit.
pub(crate) fn decisions_per_s(scenario: &Scenario) -> Option<f64> {
    let balancer = &scenario.balancer;
    let own = balancer.dispatcher.decisions_per_s;
    if balancer.place != Place::Hybrid {
        return own;
    }
    let instances = own.map(|rate| rate * f64::from(balancer.instances));
    [instances, balancer.front.decisions_per_s]
        .into_iter()
        .flatten()
        .reduce(f64::min)
}
