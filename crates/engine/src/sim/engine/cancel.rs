//! Tasks that are taken out because their clients have given them up: see
//! [`GiveUp`](crate::scenario::GiveUp).

use super::Engine;
use super::schedule::Timer;
use crate::rng::{Purpose, Rng};
use crate::scenario::{HeardBy, Patience};
use crate::workload::TaskIndex;

/// Where a task was that was taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TakenOut {
    /// It waited.
    Queue,
    /// This server served it.
    Service(usize),
}

/// How long the client of a task waits (s).
pub(super) fn patience_s(engine: &Engine, index: TaskIndex, timeout_s: f64) -> f64 {
    match engine.scenario.retry_policy.give_up.patience {
        Patience::Fixed => timeout_s,
        Patience::Exponential => {
            let number = engine.tasks[index].number;
            let seed = u64::from(engine.scenario.seed);
            timeout_s * Rng::new(seed, Purpose::Patience(number)).exponential()
        }
    }
}

/// Takes a task out of where it waits or, if the server hears of it too, out of service. None if
/// it is elsewhere.
pub(super) fn take_out(engine: &mut Engine, index: TaskIndex) -> Option<TakenOut> {
    let task = engine.tasks[index];
    let instance = &mut engine.instances[usize::from(task.balancer)];
    if task.decided_s.is_nan() {
        // What is being decided on stays, or the next would be decided on too early.
        let decided = instance.deciding.first() == Some(index);
        let waits = instance.pooled.remove(&mut engine.tasks, index)
            || !decided && instance.deciding.remove(&mut engine.tasks, index);
        return waits.then_some(TakenOut::Queue);
    }
    let number = usize::from(task.server);
    let heard = engine.scenario.retry_policy.give_up.heard_by == HeardBy::Server;
    if task.started_s.is_nan() {
        let queue = &mut engine.servers[number].queue;
        let found = queue.remove(&mut engine.tasks, index) || heard && is_stopped(engine, index);
        if found {
            engine.servers[number].forget(task.size);
        }
        return found.then_some(TakenOut::Queue);
    }
    let served = heard && engine.servers[number].abort(index, engine.now_s);
    served.then_some(TakenOut::Service(number))
}

/// Takes out a task that is on its way to its server, which would drop it: the word that its client
/// has given it up comes right behind. False if it is elsewhere.
fn is_stopped(engine: &mut Engine, index: TaskIndex) -> bool {
    let number = usize::from(engine.tasks[index].balancer);
    let link = &mut engine.instances[number].link;
    let was_first = link.in_transit.first() == Some(index);
    if link.in_transit.remove(&mut engine.tasks, index) {
        if was_first {
            let next = link.in_transit.first();
            let due_s = next.map_or(f64::INFINITY, |next| engine.tasks[next].delivered_s);
            let due_s = due_s.max(engine.now_s);
            engine.schedule.set(Timer::Delivery(number), due_s);
        }
        return true;
    }
    let places = engine.places.as_mut();
    let Some(place) = places.and_then(|places| places.transfers.remove(index)) else {
        return false;
    };
    if let Some(next_s) = place {
        engine.schedule.set(Timer::Crossing, next_s);
    }
    true
}
