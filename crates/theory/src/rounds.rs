//! Rounds: how long a synchronous training step or a batch takes until its last task is done.
//!
//! A round lasts as long as its slowest server: max_j t_j. With sizes all equal and shards dealt in
//! turn that is a sum; with random sizes it is the expected maximum of random times, larger than
//! the largest mean; where even the counts are random, or the servers pull, there are bounds.

use super::conditions::{self, holds};
use super::extremes::{Alike, expected_maximum, maximum_bound};
use super::schedules::{list_bounds, tasks};
use super::shares::By;
use super::sums::Sums;
use super::turns::Turns;
use super::{Answer, Kind, Question, Reason, Value, losses, show};
use equipoise_engine::balance::{Mask, Share, StrategyId, gcd};
use equipoise_engine::scenario::{Pattern, Scenario, ServerConfig, Service};
use equipoise_engine::stats::order::by_first;
use equipoise_engine::workload::Task;
use equipoise_engine::workload::clients::Population;
use equipoise_engine::workload::sizes::Sampler;

/// A step's length differs from step to step if the shards do not divide evenly; at most so many
/// are averaged.
const STEPS: u32 = 24;
/// Servers that may be looked at for that.
const LOOKS: u32 = 2_000_000;

/// How long a server takes for `tasks` tasks of the same size that come at once (s).
///
/// First come, first served, `slots` at a time: ⌈k/c⌉·p/v. Processor sharing: max(k/c,
/// 1)·p/v.
pub fn equal_tasks_s(tasks: u32, size: f64, server: &ServerConfig) -> f64 {
    let (k, c) = (f64::from(tasks), f64::from(server.slots));
    let rounds = match server.service {
        _ if tasks == 0 => 0.0,
        Service::FirstCome => (k / c).ceil(),
        Service::ProcessorSharing => (k / c).max(1.0),
    };
    rounds * size / server.speed
}

pub(super) fn step_answer(q: &Question) -> Result<Answer, Reason> {
    holds(q.scenario.arrivals.pattern == Pattern::Steps, || {
        Reason::new("not-steps")
    })?;
    round(q)
}

pub(super) fn makespan_answer(q: &Question) -> Result<Answer, Reason> {
    holds(q.scenario.arrivals.pattern == Pattern::Batch, || {
        Reason::new("not-batch")
    })?;
    round(q)
}

/// The mean length of a round.
fn round(q: &Question) -> Result<Answer, Reason> {
    let scenario = q.scenario;
    let m = tasks(scenario)?;
    conditions::one_balancer(scenario)?;
    holds(losses::limit(scenario).is_none_or(|most| m <= most), || {
        Reason::new("turned-away")
    })?;
    let id = scenario.balancer.strategy.id;
    if id.pools() {
        conditions::unlimited_balancer(scenario)?;
        let (low, high) = list_bounds(scenario, m);
        if low == high {
            let size = scenario.sizes.mean;
            let filled = format!("{m} · {} / {}", show(size), show(f64::from(m) * size / low));
            return Ok(Answer::number("Σp / Σv", filled, low));
        }
        return Ok(Answer::bounds(
            "Σp / Σv … Σp / Σv + p_max·(1 / v_min − 1 / Σv)",
            low,
            high,
        ));
    }
    let shares = q.shares();
    let held = deals_while_held(scenario);
    if !held && shares.as_ref().is_ok_and(|s| s.by == By::Symmetry) {
        return Err(Reason::new("by-load"));
    }
    let answer = if held || shares.as_ref().is_ok_and(|s| s.by == By::Turns) {
        dealt(scenario, m)?
    } else {
        let shares = shares?;
        holds(q.found.clone()? == 1.0, || Reason::new("turned-away"))?;
        drawn(scenario, m, &shares.expected)?
    };
    Ok(through_the_balancer(scenario, m, answer))
}

/// Everything comes at once, so least connections counts what it has just dealt: it deals in turn
/// too.
fn deals_while_held(scenario: &Scenario) -> bool {
    scenario.balancer.strategy.id == StrategyId::LeastConnections
        && scenario.balancer.dispatcher.decisions_per_s.is_none()
}

/// Every task of a round of `tasks` finds a server with room; else some may be turned away, and no
/// bound on the work of a round holds.
pub(super) fn none_turned_away(q: &Question, tasks: u32) -> Result<(), Reason> {
    let s = q.scenario;
    let turned_away = || Reason::new("turned-away");
    holds(q.found.clone()? == 1.0, turned_away)?;
    holds(
        losses::limit(s).is_none_or(|most| tasks <= most),
        turned_away,
    )?;
    let wide = |j: usize| has_room(tasks, &s.servers[j]);
    if s.balancer.strategy.id.pools() || conditions::up(s).into_iter().all(wide) {
        return Ok(());
    }
    let known = deals_while_held(s) || q.shares.as_ref().is_ok_and(|shares| shares.by == By::Turns);
    holds(known, turned_away)?;
    let deals = deals(s, tasks).map_err(|_| turned_away())?;
    let fits = |counts: &Vec<u32>| {
        counts
            .iter()
            .zip(&s.servers)
            .all(|(&k, server)| has_room(k, server))
    };
    holds(deals.all && deals.counts.iter().all(fits), turned_away)
}

/// Whether a server can hold so many tasks.
fn has_room(tasks: u32, server: &ServerConfig) -> bool {
    server
        .queue
        .is_none_or(|queue| tasks <= server.slots.saturating_add(queue))
}

/// Adds the balancer's own time: the first task leaves it after d + latency, the last after m·d +
/// latency.
fn through_the_balancer(scenario: &Scenario, tasks: u32, at_once: Answer) -> Answer {
    let dispatcher = &scenario.balancer.dispatcher;
    let latency_s = dispatcher.latency_s;
    let Some(rate) = dispatcher.decisions_per_s else {
        if latency_s == 0.0 {
            return at_once;
        }
        let (value, filled) = match at_once.value {
            Value::Bounds { low, high } => {
                return Answer::bounds("d + max_j t_j", low + latency_s, high + latency_s);
            }
            Value::Number(x) => (
                Value::Number(x + latency_s),
                format!(
                    "{} + {} = {}",
                    show(latency_s),
                    show(x),
                    show(x + latency_s)
                ),
            ),
            other => (other, at_once.filled),
        };
        return Answer {
            formula: "d + max_j t_j",
            filled,
            value,
            kind: at_once.kind,
        };
    };
    let (low, high) = match at_once.value {
        Value::Bounds { low, high } => (low, high),
        Value::Number(x) => (x, x),
        Value::PerServer(_) => return at_once,
    };
    let (one_s, all_s) = (1.0 / rate, f64::from(tasks) / rate);
    let up = conditions::up(scenario);
    let fastest = up
        .iter()
        .map(|&j| scenario.servers[j].speed)
        .fold(0.0, f64::max);
    let low = (low + one_s).max(all_s + scenario.sizes.mean / fastest) + latency_s;
    let bounds = Answer::bounds(
        "max(d + max t_j, m·d + E[S] / v_max) … m·d + max t_j",
        low,
        high + all_s + latency_s,
    );
    if at_once.kind == Kind::Approximation {
        bounds.kind(Kind::Approximation)
    } else {
        bounds
    }
}

/// What each server is dealt of round after round.
pub(super) struct Deals {
    pub counts: Vec<Vec<u32>>,
    /// Whether the rounds stand for all: after them the turn begins anew.
    pub all: bool,
}

/// Strategies that take turns: the counts are known, from the strategy itself.
pub(super) fn deals(scenario: &Scenario, tasks: u32) -> Result<Deals, Reason> {
    conditions::one_balancer(scenario)?;
    conditions::no_rules(scenario)?;
    conditions::program_runs(scenario)?;
    let n = scenario.servers.len();
    let up = conditions::up(scenario);
    let eligible = Mask::of(n, |j| up.contains(&j));
    let mut turns = Turns::new(scenario, &Population::new(&scenario.clients));
    let (rounds, all) = match scenario.arrivals.pattern {
        Pattern::Steps => {
            let repeats = turn(scenario, &up) / gcd(turn(scenario, &up), tasks);
            let most = (LOOKS / (tasks * n as u32)).clamp(1, STEPS);
            (repeats.min(most), repeats <= most)
        }
        _ => (1, true),
    };
    let mut deal = || {
        let mut counts = vec![0; n];
        turns.release();
        for _ in 0..tasks {
            // A single server gets every task, be it later, when it asks for it.
            let server = match up[..] {
                [only] => Some(only),
                _ => turns.pick(&Task::default(), eligible),
            };
            counts[server.ok_or_else(|| Reason::new("by-load"))?] += 1;
        }
        Ok(counts)
    };
    Ok(Deals {
        counts: (0..rounds).map(|_| deal()).collect::<Result<_, Reason>>()?,
        all,
    })
}

/// The mean over rounds, and how it comes about: as `one` says if all rounds are the same.
pub(super) fn averaged(values: &[f64], one: String) -> (String, f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    if values.iter().all(|&value| value == values[0]) {
        return (one, mean);
    }
    let mut terms: Vec<String> = values.iter().take(6).map(|&value| show(value)).collect();
    if values.len() > 6 {
        terms.push("…".into());
    }
    (format!("({}) / {}", terms.join(" + "), values.len()), mean)
}

fn dealt(scenario: &Scenario, tasks: u32) -> Result<Answer, Reason> {
    let Deals { counts: deals, all } = deals(scenario, tasks)?;
    let mut seen: Vec<(&Vec<u32>, Length)> = Vec::new();
    let mut sums: Option<Sums> = None;
    let mut means = Vec::new();
    let (mut low, mut high, mut approximate) = (0.0, 0.0, false);
    for counts in &deals {
        let length = match seen.iter().find(|(known, _)| *known == counts) {
            Some(&(_, length)) => length,
            None => {
                let most = counts.iter().copied().max().unwrap_or(0);
                // Turns deal a server one task more or less from round to round.
                let ready = || {
                    Sums::new(
                        &Sampler::new(&scenario.sizes),
                        scenario.sizes.mean,
                        scenario.sizes.cv(),
                        most + 1,
                    )
                };
                let length = length(scenario, counts, sums.get_or_insert_with(ready))?;
                seen.push((counts, length));
                length
            }
        };
        means.push(length.mean_s);
        low += length.low_s;
        high += length.high_s;
        approximate |= length.approximate;
    }
    // What a part of the turn shows stands for all of it.
    approximate |= !all && seen.len() > 1;
    if means.iter().any(|mean| mean.is_nan()) {
        let rounds = deals.len() as f64;
        return Ok(Answer::bounds(
            "max_j E[t_j] … Scarf's bound",
            low / rounds,
            high / rounds,
        ));
    }
    let constant = scenario.sizes.cv() == 0.0;
    let terms = terms(scenario, &deals[0]);
    let one = if constant {
        format!("max({terms})")
    } else {
        format!("E max({terms})")
    };
    let formula = if constant {
        "max_j ⌈k_j/c_j⌉·p / v_j"
    } else {
        "E[max_j t_j] = ∫ (1 − Π F_j(t)) dt"
    };
    let kind = if approximate {
        Kind::Approximation
    } else {
        Kind::Exact
    };
    let (filled, mean) = averaged(&means, one);
    Ok(Answer::number(formula, filled, mean).kind(kind))
}

/// What each server has to do, the longest first.
fn terms(scenario: &Scenario, counts: &[u32]) -> String {
    let (size, servers) = (scenario.sizes.mean, &scenario.servers);
    let term = |j: usize| {
        let (k, s) = (counts[j], &servers[j]);
        let takes = match s.service {
            _ if s.slots == 1 => k.to_string(),
            Service::FirstCome => format!("⌈{k} / {}⌉", s.slots),
            Service::ProcessorSharing if k <= s.slots => String::from("1"),
            Service::ProcessorSharing => format!("{k} / {}", s.slots),
        };
        format!("{takes} · {} / {}", show(size), show(s.speed))
    };
    let used = (0..servers.len()).filter(|&j| counts[j] > 0);
    let mut longest: Vec<(f64, f64)> = used
        .map(|j| (-equal_tasks_s(counts[j], size, &servers[j]), -(j as f64)))
        .collect();
    by_first(&mut longest);
    let mut terms: Vec<String> = longest
        .iter()
        .take(4)
        .map(|(_, j)| term(-j as usize))
        .collect();
    if longest.len() > 4 {
        terms.push("…".into());
    }
    terms.join(", ")
}

/// After how many picks the strategy is back in its first state.
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

/// The mean length of a round with given counts.
#[derive(Clone, Copy)]
struct Length {
    /// NaN if only the bounds are known.
    mean_s: f64,
    low_s: f64,
    high_s: f64,
    approximate: bool,
}

fn length(scenario: &Scenario, counts: &[u32], sums: &Sums) -> Result<Length, Reason> {
    let (size, cv) = (scenario.sizes.mean, scenario.sizes.cv());
    let used: Vec<(u32, &ServerConfig)> = counts
        .iter()
        .copied()
        .zip(&scenario.servers)
        .filter(|(k, _)| *k > 0)
        .collect();
    holds(used.iter().all(|(k, s)| has_room(*k, s)), || {
        Reason::new("turned-away")
    })?;
    let law = Sampler::new(&scenario.sizes);
    if let Sampler::Constant(size) = law {
        let mean_s = used
            .iter()
            .map(|(k, s)| equal_tasks_s(*k, size, s))
            .fold(0.0, f64::max);
        return Ok(Length {
            mean_s,
            low_s: mean_s,
            high_s: mean_s,
            approximate: false,
        });
    }
    holds(
        used.iter().all(|(k, s)| s.slots == 1 || *k <= s.slots),
        || Reason::new("few-slots"),
    )?;
    // One slot: the sum of the tasks. A slot for each task: as many single tasks.
    let mut alike: Vec<(u32, f64, u32)> = Vec::new();
    for (k, s) in used {
        let (times, each) = if s.slots >= k { (k, 1) } else { (1, k) };
        match alike.iter_mut().find(|a| a.1 == s.speed && a.2 == each) {
            Some(a) => a.0 += times,
            None => alike.push((times, s.speed, each)),
        }
    }
    let means = |a: &(u32, f64, u32)| f64::from(a.2) * size / a.1;
    let low_s = alike.iter().map(means).fold(0.0, f64::max);
    let spread = |a: &(u32, f64, u32)| {
        vec![f64::from(a.2) * (cv * size / a.1) * (cv * size / a.1); a.0 as usize]
    };
    let all_means: Vec<f64> = alike
        .iter()
        .flat_map(|a| vec![means(a); a.0 as usize])
        .collect();
    let variances: Vec<f64> = alike.iter().flat_map(spread).collect();
    let high_s = maximum_bound(&all_means, &variances);
    let approximate = alike.iter().any(|a| sums.approximates(a.2));
    if !alike.iter().all(|a| sums.knows(a.2)) {
        return Ok(Length {
            mean_s: f64::NAN,
            low_s,
            high_s,
            approximate: false,
        });
    }
    let tail = |&(_, speed, k): &(u32, f64, u32)| move |t: f64| sums.exceeds(k, t * speed);
    let tails: Vec<_> = alike.iter().map(tail).collect();
    let times: Vec<Alike> = alike
        .iter()
        .zip(&tails)
        .map(|(a, exceeds)| Alike {
            count: f64::from(a.0),
            exceeds,
        })
        .collect();
    Ok(Length {
        mean_s: expected_maximum(&times, low_s),
        low_s,
        high_s,
        approximate,
    })
}

/// Strategies that draw a server, or hash a key that is drawn: the counts are multinomial, so a
/// server's work has mean m·s·E[S] and variance m·(s·E[S²] − s²·E[S]²), and there are
/// bounds.
fn drawn(scenario: &Scenario, tasks: u32, shares: &[f64]) -> Result<Answer, Reason> {
    let (m, size, cv) = (f64::from(tasks), scenario.sizes.mean, scenario.sizes.cv());
    conditions::every_server(scenario, "few-slots", |s| s.slots == 1)?;
    conditions::every_server(scenario, "turned-away", |s| has_room(tasks, s))?;
    let used = || {
        shares
            .iter()
            .zip(&scenario.servers)
            .filter(|(share, _)| **share > 0.0)
    };
    let means: Vec<f64> = used()
        .map(|(share, s)| m * share * size / s.speed)
        .collect();
    let second = size * size * (1.0 + cv * cv);
    let variance = |(share, s): (&f64, &ServerConfig)| {
        m * (share * second - share * share * size * size) / (s.speed * s.speed)
    };
    let variances: Vec<f64> = used().map(variance).collect();
    let slowest = used().map(|(_, s)| s.speed).fold(f64::INFINITY, f64::min);
    let low = means
        .iter()
        .copied()
        .fold(list_bounds(scenario, tasks).0, f64::max);
    let high = maximum_bound(&means, &variances).min(m * size / slowest);
    Ok(Answer::bounds(
        "max_j m·s_j·E[S] / v_j … Scarf's bound",
        low,
        high,
    ))
}

#[cfg(test)]
mod tests;
