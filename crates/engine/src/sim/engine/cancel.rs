//! Tasks that are taken out because their clients have given them up: see
//! [`GiveUp`](crate::scenario::GiveUp).

use super::Engine;
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
    let server = &mut engine.servers[number];
    if task.started_s.is_nan() {
        let waits = server.queue.remove(&mut engine.tasks, index);
        if waits {
            server.forget(task.size);
        }
        return waits.then_some(TakenOut::Queue);
    }
    let heard = engine.scenario.retry_policy.give_up.heard_by == HeardBy::Server;
    let served = heard && server.abort(index, engine.now_s);
    served.then_some(TakenOut::Service(number))
}
