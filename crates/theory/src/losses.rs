//! What is lost on the way: tasks that no server is sent, and tasks that a server refuses.
//!
//! A rate of arrival is what servers get only if nothing is lost before. Three things can be: a
//! balancer has a limit of connections, a balancer decides more slowly than tasks come, and the
//! servers that a task may go to are all down. The first is known where the whole is one queue that
//! is solved, the other two always.

use super::conditions::{self, holds};
use super::{Question, Reason, Value, models};
use equipoise_engine::scenario::{Place, Scenario, letter};

/// The part of all tasks that is sent to some server (1 if nothing is lost before), and how many a
/// second that is.
pub(super) struct Sent {
    pub part: f64,
    pub rate_per_s: f64,
}

/// The tasks that servers are sent.
pub(super) fn sent(q: &Question) -> Result<Sent, Reason> {
    let s = q.scenario;
    let rate = conditions::rate_per_s(s)?;
    let found = q.found.clone()?;
    let mut part = 1.0;
    if let Some(limit) = limit(s) {
        // One queue holds as many tasks as the narrower of balancer and server; only the former
        // turns away before.
        match q.queues.as_deref() {
            Ok([queue]) if queue.room.is_some_and(|room| room >= limit) => part = queue.accepted,
            Ok([_]) => {}
            _ => holds(hardly_reached(q, limit), || Reason::new("loss-unknown"))?,
        }
    }
    let decided = decisions_per_s(s).map_or(1.0, |decides| (decides / rate).min(1.0));
    Ok(Sent {
        part: part * decided * found,
        rate_per_s: rate * (part * decided * found),
    })
}

/// Whether a limit is so far above the tasks that would be there without it that it is never met:
/// ten times their mean, which a geometric number exceeds e^(−10) of the time.
fn hardly_reached(q: &Question, limit: u32) -> bool {
    let mut without = q.scenario.clone();
    let dispatcher = &mut without.balancer.dispatcher;
    // A latency only delays: it adds the tasks that are on their way.
    let moving = q.scenario.arrivals.rate_per_s * std::mem::take(&mut dispatcher.latency_s);
    (dispatcher.connections, without.balancer.front.connections) = (None, None);
    let queues = models::solve(&without, &q.shares, &q.found);
    let without = Question {
        scenario: &without,
        shares: q.shares.clone(),
        found: q.found.clone(),
        queues,
    };
    let present = match models::present_answer(&without).map(|answer| answer.value) {
        Ok(Value::Number(x) | Value::Bounds { high: x, .. }) => x,
        _ => return false,
    };
    10.0 * (present + moving) <= f64::from(limit) && !q.scenario.balancer.strategy.id.pools()
}

/// The part of the tasks sent to each server that it serves: 1 − p_K, and 1 where its queue has
/// no limit.
pub(super) fn served(q: &Question) -> Result<Vec<f64>, Reason> {
    let s = q.scenario;
    let n = s.servers.len();
    if !conditions::up(s).into_iter().any(|j| may_refuse(q, j)) {
        return Ok(vec![1.0; n]);
    }
    let queues = q.queues().map_err(|_| Reason::new("loss-unknown"))?;
    let mut served = vec![1.0; n];
    for queue in queues {
        // What the balancer turns away is not sent.
        let before = limit(s).is_some_and(|limit| queue.room.is_some_and(|room| room >= limit));
        if let (Some(j), false) = (queue.server, before) {
            served[j] = queue.accepted;
        }
    }
    Ok(served)
}

/// Neither the balancer nor a server has a limit beyond which it refuses tasks; else where it is.
pub(super) fn nothing_refused(q: &Question) -> Result<(), Reason> {
    let s = q.scenario;
    holds(limit(s).is_none(), || Reason::new("balancer-limits"))?;
    match conditions::up(s).into_iter().find(|&j| may_refuse(q, j)) {
        Some(j) => Err(Reason::new("bounded-queue").with("server", letter(j))),
        None => Ok(()),
    }
}

/// Whether a server may find its own queue full: one that pulls takes no more than it has slots
/// for, and one that is sent nothing refuses nothing.
fn may_refuse(q: &Question, server: usize) -> bool {
    let used = q
        .shares
        .as_ref()
        .map_or(true, |shares| shares.expected[server] > 0.0);
    q.scenario.servers[server].queue.is_some() && used && !q.scenario.balancer.strategy.id.pools()
}

/// Where servers pull, a task that is on its way to a server holds its slot: they take no more than
/// one task per slot in the time of service and the way, and what comes beyond never gets to a
/// server.
pub(super) fn pulls_suffice(scenario: &Scenario, rate_per_s: f64) -> Result<(), Reason> {
    if !scenario.balancer.strategy.id.pools() || limit(scenario).is_some() {
        return Ok(());
    }
    let way_s = scenario.balancer.dispatcher.latency_s;
    let slots = conditions::up(scenario)
        .into_iter()
        .map(|j| &scenario.servers[j]);
    let pulled: f64 = slots
        .map(|s| f64::from(s.slots) / (scenario.sizes.mean / s.speed + way_s))
        .sum();
    holds(rate_per_s < pulled, || {
        let busy = Reason::new("unstable").with("rho", super::show(rate_per_s / pulled));
        if way_s > 0.0 {
            Reason::new("balancer-limits")
        } else {
            busy
        }
    })
}

/// The most connections that a balancer holds, or the device before it, if there is a limit.
pub(super) fn limit(scenario: &Scenario) -> Option<u32> {
    let b = &scenario.balancer;
    let front = b.front.connections.filter(|_| b.place == Place::Hybrid);
    [b.dispatcher.connections, front]
        .into_iter()
        .flatten()
        .min()
}

/// How many tasks a second the balancer, or a hybrid's device and its programs together, can decide
/// on; None: any number.
pub(super) fn decisions_per_s(scenario: &Scenario) -> Option<f64> {
    let b = &scenario.balancer;
    let own = b.dispatcher.decisions_per_s;
    if b.place != Place::Hybrid {
        return own;
    }
    let programs = own.map(|rate| rate * f64::from(b.programs));
    [programs, b.front.decisions_per_s]
        .into_iter()
        .flatten()
        .reduce(f64::min)
}
