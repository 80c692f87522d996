//! How many tasks of a round each server is dealt by strategies that take turns.

use crate::answer::{list, num};
use crate::conditions::{self, holds};
use crate::losses;
use crate::question::Question;
use crate::reason::Reason;
use crate::shares::By;
use crate::turns::Turns;
use equipoise_engine::balance::{Mask, Share, StrategyId, gcd};
use equipoise_engine::scenario::{Pattern, Scenario, ServerConfig};
use equipoise_engine::workload::Task;
use equipoise_engine::workload::clients::Population;
use equipoise_formulas::{Filled, Formula};

/// Most rounds that are averaged, where tasks do not divide evenly and rounds differ.
const ROUNDS: u32 = 24;
/// Most servers examined by the picks of these rounds.
const LOOKS: u32 = 2_000_000;

/// What each server is dealt in successive rounds.
pub(crate) struct Deals {
    /// For each round, the number of tasks of each server.
    pub counts: Vec<Vec<u32>>,
    /// Whether these rounds are a whole period, after which the turn repeats.
    pub all: bool,
}

/// The deals of a strategy that takes turns, made by the strategy itself.
pub(crate) fn deals(scenario: &Scenario, tasks: u32) -> Result<Deals, Reason> {
    conditions::one_balancer(scenario)?;
    conditions::no_rules(scenario)?;
    conditions::program_runs(scenario)?;
    let up = conditions::up(scenario);
    let mut turns = Turns::new(scenario, &Population::new(&scenario.clients));
    if scenario.arrivals.pattern != Pattern::Steps {
        let counts = vec![deal(&mut turns, &up, scenario.servers.len(), tasks)?];
        return Ok(Deals { counts, all: true });
    }
    let turn = turn(scenario, &up);
    let period = turn / gcd(turn, tasks);
    let most = (LOOKS / (tasks * scenario.servers.len() as u32)).clamp(1, ROUNDS);
    let counts = (0..period.min(most))
        .map(|_| deal(&mut turns, &up, scenario.servers.len(), tasks))
        .collect::<Result<_, Reason>>()?;
    Ok(Deals {
        counts,
        all: period <= most,
    })
}

/// The number of tasks of each of `servers` servers in the next round.
fn deal(turns: &mut Turns, up: &[usize], servers: usize, tasks: u32) -> Result<Vec<u32>, Reason> {
    let eligible = Mask::of(servers, |j| up.contains(&j));
    let mut counts = vec![0; servers];
    turns.release();
    for _ in 0..tasks {
        let server = match up {
            // A single server gets every task, at the latest when it pulls it.
            [only] => *only,
            _ => turns
                .pick(&Task::default(), eligible)
                .ok_or(Reason::ByLoad)?,
        };
        counts[server] += 1;
    }
    Ok(counts)
}

/// The number of picks after which the strategy is back in its first state.
fn turn(scenario: &Scenario, up: &[usize]) -> u32 {
    let id = scenario.balancer.strategy.id;
    let weights: u32 = up.iter().map(|&j| scenario.servers[j].weight).sum();
    match id {
        // Its window is sixteen turns long.
        StrategyId::HaproxyWrr => 16 * weights,
        StrategyId::LeastConnections => weights,
        _ if id.share() == Share::WeightedTurns => weights,
        _ => up.len() as u32,
    }
}

/// Whether least connections deals a round in turn: it counts what it has just dealt, and no task
/// finishes before all are dealt.
pub(crate) fn deals_at_once(scenario: &Scenario) -> bool {
    scenario.balancer.strategy.id == StrategyId::LeastConnections
        && scenario.balancer.dispatcher.decisions_per_s.is_none()
}

/// Every task of a round of `tasks` finds a server with room. Otherwise tasks may be turned away,
/// and no bound on the work of a round holds.
pub(crate) fn none_turned_away(q: &Question, tasks: u32) -> Result<(), Reason> {
    let s = q.scenario;
    holds(q.found? == 1.0, Reason::TurnedAway)?;
    holds(
        losses::limit(s).is_none_or(|most| tasks <= most),
        Reason::TurnedAway,
    )?;
    let room_for_all = conditions::up(s)
        .into_iter()
        .all(|j| has_room(tasks, &s.servers[j]));
    if s.balancer.strategy.id.pools() || room_for_all {
        return Ok(());
    }
    let in_turn = q.shares.as_ref().is_ok_and(|shares| shares.by == By::Turns);
    holds(deals_at_once(s) || in_turn, Reason::TurnedAway)?;
    let deals = deals(s, tasks).map_err(|_| Reason::TurnedAway)?;
    let fits = deals
        .counts
        .iter()
        .flat_map(|counts| counts.iter().zip(&s.servers))
        .all(|(&tasks, server)| has_room(tasks, server));
    holds(deals.all && fits, Reason::TurnedAway)
}

/// Whether a server can hold `tasks` tasks, in service and in its queue.
pub(crate) fn has_room(tasks: u32, server: &ServerConfig) -> bool {
    server
        .queue
        .is_none_or(|queue| tasks <= server.slots.saturating_add(queue))
}

/// The mean of a value over rounds, and the formula with numbers: `one` if all rounds are equal,
/// else the terms of the mean.
pub(crate) fn mean_over_rounds(values: &[f64], one: Filled) -> (Filled, f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    if values.iter().all(|&value| value == values[0]) {
        return (one, mean);
    }
    let terms = values.iter().map(|&value| num(value)).collect();
    let filled = Formula::Averaged
        .with("n", values.len())
        .with("terms", list("+", 6, terms));
    (filled, mean)
}
