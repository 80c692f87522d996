//! The mean length of rounds whose tasks are dealt in turn.

use crate::answer::{Answer, Exactness, list, num};
use crate::conditions::holds;
use crate::deals::{Deals, deals, has_room, mean_over_rounds};
use crate::extremes::{Iid, expected_maximum, maximum_bound};
use crate::reason::Reason;
use crate::sums::Sums;
use equipoise_engine::scenario::{Scenario, ServerConfig, Service};
use equipoise_engine::stats::order::by_first;
use equipoise_engine::workload::sizes::Sampler;
use equipoise_formulas::{Filled, Formula, Hole};

/// How long a server takes for `tasks` tasks of the same size that arrive at once (s).
///
/// First come, first served with c slots: ⌈k/c⌉·p/v. Processor sharing: max(k/c, 1)·p/v.
fn equal_tasks_s(tasks: u32, size: f64, server: &ServerConfig) -> f64 {
    let load = f64::from(tasks) / f64::from(server.slots);
    let rounds = match server.service {
        _ if tasks == 0 => 0.0,
        // No formula that asks this covers replicas.
        Service::FirstCome | Service::Replica => load.ceil(),
        Service::ProcessorSharing => load.max(1.0),
    };
    rounds * size / server.speed
}

/// The mean length of a round that is dealt in turn, over the rounds of a period.
pub(super) fn dealt(scenario: &Scenario, tasks: u32) -> Result<Answer, Reason> {
    let Deals { counts, all } = deals(scenario, tasks)?;
    let lengths = lengths(scenario, &counts)?;
    let rounds = lengths.len() as f64;
    if lengths.iter().any(|length| length.mean_s.is_nan()) {
        return Ok(Answer::bounds(
            Formula::SlowestBounds,
            lengths.iter().map(|length| length.low_s).sum::<f64>() / rounds,
            lengths.iter().map(|length| length.high_s).sum::<f64>() / rounds,
        ));
    }
    let formula = if scenario.sizes.cv() == 0.0 {
        Formula::SlowestOfEqual
    } else {
        Formula::SlowestOfRandom
    };
    let one = formula.with("terms", list(",", 4, terms(scenario, &counts[0])));
    // A part of a period in which rounds differ is a sample of it.
    let sampled = !all && counts.iter().any(|round| *round != counts[0]);
    let kind = if sampled || lengths.iter().any(|length| length.approximate) {
        Exactness::Approximation
    } else {
        Exactness::Exact
    };
    let means: Vec<f64> = lengths.iter().map(|length| length.mean_s).collect();
    let (filled, mean) = mean_over_rounds(&means, one);
    Ok(Answer::number(filled, mean).of(formula).kind(kind))
}

/// The mean length of each round, given its counts.
fn lengths(scenario: &Scenario, rounds: &[Vec<u32>]) -> Result<Vec<Length>, Reason> {
    // From round to round, turns deal a server at most one task more or less.
    let most = rounds[0].iter().copied().max().unwrap_or(0) + 1;
    let sums = Sums::new(
        &Sampler::new(&scenario.sizes),
        scenario.sizes.mean,
        scenario.sizes.cv(),
        most,
    );
    let mut lengths: Vec<Length> = Vec::new();
    for (i, counts) in rounds.iter().enumerate() {
        let length = match rounds[..i].iter().position(|known| known == counts) {
            Some(same) => lengths[same],
            None => length(scenario, counts, &sums)?,
        };
        lengths.push(length);
    }
    Ok(lengths)
}

/// The times of the servers of a round, the longest first: `max` of them is its length.
fn terms(scenario: &Scenario, counts: &[u32]) -> Vec<Hole> {
    let size = scenario.sizes.mean;
    let servers = &scenario.servers;
    let mut longest: Vec<(f64, f64)> = (0..servers.len())
        .filter(|&j| counts[j] > 0)
        .map(|j| (-equal_tasks_s(counts[j], size, &servers[j]), -(j as f64)))
        .collect();
    by_first(&mut longest);
    longest
        .iter()
        .map(|&(_, j)| -j as usize)
        .map(|j| term(counts[j], size, &servers[j]).into())
        .collect()
}

/// The time of one server for `tasks` tasks, with numbers.
fn term(tasks: u32, size: f64, server: &ServerConfig) -> Filled {
    let (formula, tasks) = match server.service {
        _ if server.slots == 1 => (Formula::Term, tasks),
        Service::FirstCome | Service::Replica => (Formula::TermInSlots, tasks),
        Service::ProcessorSharing if tasks <= server.slots => (Formula::Term, 1),
        Service::ProcessorSharing => (Formula::TermShared, tasks),
    };
    formula
        .with("k", tasks)
        .with("slots", server.slots)
        .with("size", num(size))
        .with("speed", num(server.speed))
}

/// The mean length of a round with given counts.
#[derive(Clone, Copy)]
struct Length {
    /// The mean (s); NaN if only the bounds are known.
    mean_s: f64,
    /// Lower bound on the mean (s).
    low_s: f64,
    /// Upper bound on the mean (s).
    high_s: f64,
    /// Whether the mean is an approximation.
    approximate: bool,
}

/// Independent times with the same distribution: each the sum of `tasks` sizes over `speed`.
struct Times {
    count: u32,
    tasks: u32,
    speed: f64,
}

impl Times {
    fn mean_s(&self, size: f64) -> f64 {
        f64::from(self.tasks) * size / self.speed
    }

    fn variance_s2(&self, size: f64, cv: f64) -> f64 {
        f64::from(self.tasks) * (cv * size / self.speed) * (cv * size / self.speed)
    }
}

fn length(scenario: &Scenario, counts: &[u32], sums: &Sums) -> Result<Length, Reason> {
    let used: Vec<(u32, &ServerConfig)> = counts
        .iter()
        .copied()
        .zip(&scenario.servers)
        .filter(|(k, _)| *k > 0)
        .collect();
    let room = used.iter().all(|(k, s)| has_room(*k, s));
    holds(room, Reason::TurnedAway)?;
    if let Sampler::Constant(size) = Sampler::new(&scenario.sizes) {
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
    let all_at_once = used.iter().all(|(k, s)| s.slots == 1 || *k <= s.slots);
    holds(all_at_once, Reason::FewSlots)?;
    let times = times(&used);
    let mut length = bounds(&times, scenario.sizes.mean, scenario.sizes.cv());
    if times.iter().all(|t| sums.knows(t.tasks)) {
        length.mean_s = mean_s(&times, sums, length.low_s);
        length.approximate = times.iter().any(|t| sums.approximates(t.tasks));
    }
    Ok(length)
}

/// The times of a round: with one slot the sum of all tasks, with a slot for each task the single
/// tasks.
fn times(used: &[(u32, &ServerConfig)]) -> Vec<Times> {
    let mut times: Vec<Times> = Vec::new();
    for &(k, server) in used {
        let (count, tasks) = if server.slots >= k { (k, 1) } else { (1, k) };
        match times
            .iter_mut()
            .find(|t| t.speed == server.speed && t.tasks == tasks)
        {
            Some(same) => same.count += count,
            None => times.push(Times {
                count,
                tasks,
                speed: server.speed,
            }),
        }
    }
    times
}

/// Bounds on the mean of the longest of these times.
fn bounds(times: &[Times], size: f64, cv: f64) -> Length {
    let mut means = Vec::new();
    let mut variances = Vec::new();
    for t in times {
        means.extend(vec![t.mean_s(size); t.count as usize]);
        variances.extend(vec![t.variance_s2(size, cv); t.count as usize]);
    }
    Length {
        mean_s: f64::NAN,
        low_s: means.iter().copied().fold(0.0, f64::max),
        high_s: maximum_bound(&means, &variances),
        approximate: false,
    }
}

/// The mean of the longest of these times (s); `scale_s` is a first guess.
fn mean_s(times: &[Times], sums: &Sums, scale_s: f64) -> f64 {
    let tails: Vec<_> = times
        .iter()
        .map(|t| move |time_s: f64| sums.exceeds(t.tasks, time_s * t.speed))
        .collect();
    let iid: Vec<Iid> = times
        .iter()
        .zip(&tails)
        .map(|(t, exceeds)| Iid {
            count: f64::from(t.count),
            exceeds,
        })
        .collect();
    expected_maximum(&iid, scale_s)
}
