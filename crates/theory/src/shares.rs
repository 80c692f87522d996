//! The share of tasks that each server is expected to get.
//!
//! A share is a fraction of the decisions. With m decisions it differs from what is expected by two
//! things: the place in the turn, at most so many tasks, and chance, whose variance falls like 1/m.
//! [`Shares::band`] adds both.

use super::classes::Classes;
use super::conditions::{self, holds};
use super::turns::Turns;
use super::{Answer, Question, Reason, losses, show};
use equipoise_engine::balance::{Mask, Policy, Share, StrategyId, gcd};
use equipoise_engine::scenario::{KeySource, Pattern, Place, Scenario};
use equipoise_engine::workload::Task;
use equipoise_engine::workload::clients::Population;

/// The standard normal's 97.5 % point: a band of so many standard deviations holds 95 % of runs.
pub const NORMAL_95: f64 = 1.959_964;

/// A turn longer than this is not followed; a bound takes its place.
const FOLLOWED: u32 = 4096;

/// Expected shares and how far an observed share may be from them.
#[derive(Clone, Debug, PartialEq)]
pub struct Shares {
    /// The expected share of each server, in order; they sum to 1.
    pub expected: Vec<f64>,
    /// How the shares come about.
    pub by: By,
    /// m times the variance that chance gives the share of m decisions.
    chance: Vec<f64>,
    /// How many tasks a server's count may be ahead of its share, or behind, for its place in the
    /// turn.
    turns: Vec<f64>,
}

/// How shares come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// In strict turn: every count is known.
    Turns,
    /// By independent chance, even or by weight.
    Chance,
    /// By keys, which are drawn independently for each task.
    Keys,
    /// A class of tasks by chance, and within it in turn.
    ClassesInTurn,
    /// By load, on servers that are alike.
    Symmetry,
}

impl Shares {
    /// Between which values the observed share of `server` falls after `decisions` tasks, in 95 of
    /// 100 runs; for turns, always. The variance of a share p by chance is p(1 − p)/m (binomial);
    /// the band uses the normal approximation, fair from about m·p = 10 on, and is cut at 0 and 1.
    pub fn band(&self, server: usize, decisions: u64) -> (f64, f64) {
        if decisions == 0 {
            return (0.0, 1.0);
        }
        let (share, m) = (self.expected[server], decisions as f64);
        let half = NORMAL_95 * (self.chance[server] / m).sqrt() + self.turns[server] / m;
        ((share - half).max(0.0), (share + half).min(1.0))
    }

    /// Whether chance plays no part.
    pub fn certain(&self) -> bool {
        self.chance.iter().all(|&v| v == 0.0)
    }

    fn by_chance(expected: Vec<f64>, by: By) -> Self {
        let chance = expected.iter().map(|p| p * (1.0 - p)).collect();
        Self {
            turns: vec![0.0; expected.len()],
            expected,
            by,
            chance,
        }
    }
}

/// The shares that a valid scenario's balancer gives its servers in the long run, of the tasks that
/// it sends anywhere.
///
/// - In turn: w_j/Σw over the servers up (round robin: all w = 1).
/// - By chance: the same, independently for each task.
/// - By key: Σ p_k over the keys k that hash to the server; the strategy itself says which.
/// - With a rule table: the sum over the classes of tasks, of each class's probability times the share within it.
/// - By load: there is no closed form. On servers that are alike, with random arrivals and fair ties, 1/n by symmetry.
///
/// A server that is not up has share 0.
///
/// # Errors
/// The reason, where the rule alone does not tell.
pub fn expected(scenario: &Scenario) -> Result<Shares, Reason> {
    conditions::undisturbed(scenario)?;
    conditions::program_runs(scenario)?;
    let population = Population::new(&scenario.clients);
    let classes = Classes::new(scenario, &population).all()?;
    let id = scenario.balancer.strategy.id;
    let n = scenario.servers.len();
    if id.share() == Share::ByListing {
        conditions::no_rules(scenario)?;
    }
    if let [(only, _)] = classes[..]
        && only.len() == 1
    {
        let expected = (0..n).map(|j| f64::from(u8::from(only.has(j)))).collect();
        // Chance that may fall on a server that is down still thins the stream.
        let by = if n > 1 && draws_the_dead(scenario) {
            By::Chance
        } else {
            By::Turns
        };
        return Ok(Shares {
            expected,
            by,
            chance: vec![0.0; n],
            turns: vec![0.0; n],
        });
    }
    match id.share() {
        // Equal weights lose nothing by rounding.
        Share::Rounded if conditions::equal_weights(scenario).is_err() => {
            Err(Reason::new("rounded-weights"))
        }
        Share::EqualTurns | Share::WeightedTurns | Share::Rounded => {
            in_turn(scenario, &population, &classes)
        }
        Share::EqualChance | Share::WeightedChance => Ok(by_chance(scenario, &classes)),
        Share::ByKey => by_key(scenario, &population),
        Share::ByListing => {
            let random = lists_random(scenario);
            if random {
                Ok(by_chance(scenario, &classes))
            } else {
                in_turn(scenario, &population, &classes)
            }
        }
        Share::ByLoad => by_symmetry(scenario),
    }
}

/// The part of all tasks that a balancer can send to some server: less than 1 if all servers that a
/// rule names are down, or if the strategy draws servers that are.
///
/// # Errors
/// If no task finds a server.
pub(super) fn found(scenario: &Scenario) -> Result<f64, Reason> {
    conditions::program_runs(scenario)?;
    let found = Classes::new(scenario, &Population::new(&scenario.clients)).found()?;
    let (up, n) = (conditions::up(scenario).len(), scenario.servers.len());
    Ok(if draws_the_dead(scenario) && up < n {
        found * up as f64 / n as f64
    } else {
        found
    })
}

/// The article's program draws a server by chance and does not ask whether it is up.
fn draws_the_dead(scenario: &Scenario) -> bool {
    scenario.balancer.strategy.id.share() == Share::ByListing && lists_random(scenario)
}

fn lists_random(scenario: &Scenario) -> bool {
    scenario
        .balancer
        .strategy
        .listing
        .first()
        .is_none_or(|&policy| policy == Policy::Random)
}

/// The weights that the strategy heeds.
fn heeded(scenario: &Scenario) -> Vec<f64> {
    let weighted = matches!(
        scenario.balancer.strategy.id.share(),
        Share::WeightedTurns | Share::WeightedChance
    );
    scenario
        .servers
        .iter()
        .map(|s| if weighted { f64::from(s.weight) } else { 1.0 })
        .collect()
}

/// The shares within one class.
fn within(weights: &[f64], eligible: Mask) -> Vec<f64> {
    let total: f64 = eligible.iter().map(|j| weights[j]).sum();
    (0..weights.len())
        .map(|j| {
            if eligible.has(j) {
                weights[j] / total
            } else {
                0.0
            }
        })
        .collect()
}

fn by_chance(scenario: &Scenario, classes: &[(Mask, f64)]) -> Shares {
    let weights = heeded(scenario);
    let mut expected = vec![0.0; weights.len()];
    for &(eligible, probability) in classes {
        for (sum, share) in expected.iter_mut().zip(within(&weights, eligible)) {
            *sum += probability * share;
        }
    }
    Shares::by_chance(expected, By::Chance)
}

fn in_turn(
    scenario: &Scenario,
    population: &Population,
    classes: &[(Mask, f64)],
) -> Result<Shares, Reason> {
    // Smooth turns keep a state for each server, so groups that share no server do not disturb each
    // other. A pointer is shared by all groups, and then the order of the tasks matters.
    let disjoint = classes
        .iter()
        .enumerate()
        .all(|(i, c)| classes[..i].iter().all(|d| c.0.and(d.0).is_empty()));
    let smooth = scenario.balancer.strategy.id == StrategyId::SmoothWrr;
    // Earliest deadline first begins anew whenever the group changes, be it to one of which nobody
    // is up.
    let one = classes.len() == 1
        && (scenario.balancer.strategy.id != StrategyId::EdfWrr || found(scenario)? == 1.0);
    holds(one || (disjoint && smooth), || {
        Reason::new("rules-share-turn")
    })?;
    let weights = heeded(scenario);
    let n = weights.len();
    let by = if classes.len() == 1 {
        By::Turns
    } else {
        By::ClassesInTurn
    };
    let mut shares = Shares {
        expected: vec![0.0; n],
        by,
        chance: vec![0.0; n],
        turns: vec![0.0; n],
    };
    let hybrid = scenario.balancer.place == Place::Hybrid;
    // The programs of a hybrid take their turns separately: at worst they all stray the same way.
    let balancers = if hybrid {
        f64::from(scenario.balancer.programs)
    } else {
        1.0
    };
    for &(eligible, probability) in classes {
        let inside = within(&weights, eligible);
        let strays = strays(scenario, population, eligible, &weights, &inside);
        for j in eligible.iter() {
            shares.expected[j] = probability * inside[j];
            shares.chance[j] = inside[j] * inside[j] * probability * (1.0 - probability);
            shares.turns[j] = balancers * strays[j];
        }
    }
    Ok(shares)
}

/// The most that each server's count is ahead of its share or behind it within one turn (tasks).
fn strays(
    scenario: &Scenario,
    population: &Population,
    eligible: Mask,
    weights: &[f64],
    inside: &[f64],
) -> Vec<f64> {
    let id = scenario.balancer.strategy.id;
    let divisor = eligible.iter().map(|j| weights[j] as u32).fold(0, gcd);
    // An expanded list is walked in full, whatever divisor its weights have.
    let divisor = if id == StrategyId::ExpandedWrr {
        1
    } else {
        divisor
    };
    let turn = eligible.iter().map(|j| weights[j] as u32).sum::<u32>() / divisor;
    if turn > FOLLOWED {
        // In a burst of w_j the count leaves its share behind by w_j(1 − s_j); smooth turns stray
        // less than n − 1.
        let smooth = id == StrategyId::SmoothWrr;
        let most = |j: usize| {
            if smooth {
                eligible.len() as f64 - 1.0
            } else {
                weights[j] * (1.0 - inside[j]) + 1.0
            }
        };
        return (0..weights.len()).map(most).collect();
    }
    let mut turns = Turns::new(scenario, population);
    let mut counts = vec![0.0; weights.len()];
    let mut most = vec![0.0_f64; weights.len()];
    for m in 1..=turn {
        if let Some(server) = turns.pick(&Task::default(), eligible) {
            counts[server] += 1.0;
        }
        for j in eligible.iter() {
            most[j] = most[j].max((counts[j] - f64::from(m) * inside[j]).abs());
        }
    }
    most
}

fn by_key(scenario: &Scenario, population: &Population) -> Result<Shares, Reason> {
    let source = scenario
        .balancer
        .strategy
        .knows()
        .key
        .unwrap_or(KeySource::Ip);
    let popularity = &population.probabilities()[source as usize];
    let classes = Classes::new(scenario, population);
    let weights: Vec<f64> = scenario
        .servers
        .iter()
        .map(|s| f64::from(s.weight))
        .collect();
    let mut turns = Turns::new(scenario, population);
    let mut expected = vec![0.0; weights.len()];
    let everyone = if scenario.balancer.rules.is_empty() {
        Some(classes.with(None))
    } else {
        None
    };
    for (key, popularity) in popularity.iter().copied().enumerate() {
        let key = key as u32;
        let task = Task::with_keys(key);
        let mine = everyone
            .clone()
            .unwrap_or_else(|| classes.with(Some((source, key))));
        for (eligible, probability) in mine {
            match hashed(&mut turns, &task, eligible, weights.len()) {
                Some(server) => expected[server] += popularity * probability,
                None => {
                    for (sum, share) in expected.iter_mut().zip(within(&weights, eligible)) {
                        *sum += popularity * probability * share;
                    }
                }
            }
        }
    }
    let total: f64 = expected.iter().sum();
    Ok(Shares::by_chance(
        expected.into_iter().map(|p| p / total).collect(),
        By::Keys,
    ))
}

/// The server that a key hashes to; None if every try fell on a server that may not be picked, so
/// that turns are taken.
fn hashed(turns: &mut Turns, task: &Task, eligible: Mask, servers: usize) -> Option<usize> {
    if eligible.len() == servers {
        return turns.pick(task, eligible);
    }
    let server = turns.pick(task, eligible)?;
    let why = &turns.why;
    let value = |of: &str| why.values.iter().find(|(name, _)| *name == of).map(|v| v.1);
    match value("slot") {
        Some(slot) => {
            let (_, row) = why.rows().find(|(s, _)| usize::from(*s) == server)?;
            (row[1] <= slot && slot <= row[2]).then_some(server)
        }
        None => (value("tries")? > 0.0).then_some(server),
    }
}

fn by_symmetry(scenario: &Scenario) -> Result<Shares, Reason> {
    let n = scenario.servers.len();
    let b = &scenario.balancer;
    // Least connections breaks ties in turn; the other rules that heed the load favour the server
    // declared first.
    let fair = b.strategy.id == StrategyId::LeastConnections
        && b.rules.is_empty()
        && b.place != Place::Hybrid;
    let alike = conditions::up(scenario).len() == n && conditions::alike(scenario, true);
    // Where nothing is random, one pattern may repeat for ever.
    let random = matches!(
        scenario.arrivals.pattern,
        Pattern::Poisson | Pattern::Bursty
    ) || (scenario.arrivals.pattern == Pattern::Fixed && scenario.sizes.cv() > 0.0);
    holds(fair && alike && random, || Reason::new("by-load"))?;
    // Looking at the load evens counts out, so chance is at most that of drawing at random.
    Ok(Shares::by_chance(vec![1.0 / n as f64; n], By::Symmetry))
}

pub(super) fn answer(q: &Question) -> Result<Answer, Reason> {
    let shares = q.shares()?;
    let weights = heeded(q.scenario);
    let up = Mask::of(weights.len(), |j| conditions::up(q.scenario).contains(&j));
    let total: f64 = up.iter().map(|j| weights[j]).sum();
    let fraction = |j: usize| {
        if up.has(j) {
            format!("{} / {total}", weights[j])
        } else {
            String::new()
        }
    };
    let plain = q.scenario.balancer.rules.is_empty();
    let values = shares.expected.clone();
    let nothing = |_: usize| String::new();
    Ok(match (shares.by, q.scenario.balancer.strategy.id.share()) {
        (By::Keys, _) => Answer::per_server("Σ p_k, k → j", nothing, values),
        (By::Symmetry, _) => Answer::per_server("1 / n", fraction, values),
        (_, Share::WeightedTurns | Share::WeightedChance) if plain => {
            Answer::per_server("w_j / Σw", fraction, values)
        }
        (_, Share::WeightedTurns | Share::WeightedChance) => {
            Answer::per_server("Σ_c p_c·w_j / Σ_c w", nothing, values)
        }
        _ if plain => Answer::per_server("1 / n", fraction, values),
        _ => Answer::per_server("Σ_c p_c / n_c", nothing, values),
    })
}

/// The mean gap between tasks sent to a server: R / s_j with R = 1/λ (s), λ being what is sent to
/// servers at all. A server that is sent nothing has no gaps: NaN.
pub(super) fn gap_answer(q: &Question) -> Result<Answer, Reason> {
    let rate = conditions::rate_per_s(q.scenario)?;
    let shares = q.shares()?;
    let sent = losses::sent(q)?;
    losses::pulls_suffice(q.scenario, sent.rate_per_s)?;
    let interval_s = 1.0 / sent.rate_per_s;
    let gap = |&share: &f64| {
        if share > 0.0 {
            interval_s / share
        } else {
            f64::NAN
        }
    };
    let values: Vec<f64> = shares.expected.iter().map(gap).collect();
    let (formula, top) = if sent.part == 1.0 {
        ("R / s_j", show(interval_s))
    } else {
        (
            "R / ((1 − p)·s_j)",
            format!("{} / {}", show(1.0 / rate), show(sent.part)),
        )
    };
    let filled = |j: usize| {
        if values[j].is_nan() {
            show(f64::NAN)
        } else {
            format!("{top} / {}", show(shares.expected[j]))
        }
    };
    Ok(Answer::per_server(formula, filled, values.clone()))
}

#[cfg(test)]
mod tests;
