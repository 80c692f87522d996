//! What other strategies would achieve with the same tasks and servers, where a formula says so.
//!
//! Common conditions: Poisson arrivals, exponential sizes (for random splits under processor
//! sharing any sizes), one slot a server, queues without limit, one balancer without delay.

use crate::answer::{Answer, Exactness, Quantity, num};
use crate::conditions::{self, holds};
use crate::gim1::{self, Gaps};
use crate::jsq;
use crate::mmc::Mmc;
use crate::question::Question;
use crate::reason::Reason;
use crate::small_first::{Order, mm1_response_s};
use crate::splits;
use crate::supermarket::{self, Sampling};
use equipoise_engine::scenario::{Pattern, Scenario, Service, SizeLaw};
use equipoise_formulas::{Filled, Formula};

/// Servers with one slot each that get Poisson arrivals.
struct Servers {
    /// λ, the rate of all arrivals (tasks/s).
    rate: f64,
    /// The servers that are up, by number.
    up: Vec<usize>,
    /// μ_j, the service rate of each of them (tasks/s).
    service: Vec<f64>,
}

impl Servers {
    /// The servers of a stable system with exponential sizes.
    fn exponential(q: &Question) -> Result<Self, Reason> {
        let exponential = q.scenario.sizes.law == SizeLaw::Exponential;
        Self::new(q, exponential)
    }

    /// The servers of a stable system with exponential sizes, or any sizes under processor sharing.
    fn insensitive(q: &Question) -> Result<Self, Reason> {
        let exponential = q.scenario.sizes.law == SizeLaw::Exponential;
        let shared = conditions::up(q.scenario)
            .iter()
            .all(|&j| q.scenario.servers[j].service == Service::ProcessorSharing);
        Self::new(q, exponential || shared)
    }

    fn new(q: &Question, memoryless: bool) -> Result<Self, Reason> {
        let s = q.scenario;
        conditions::any_up(s)?;
        let rate = conditions::rate_per_s(s)?;
        conditions::unlimited_balancer(s)?;
        conditions::no_rules(s)?;
        let poisson = s.arrivals.pattern == Pattern::Poisson;
        holds(poisson, Reason::PoissonOnly)?;
        let up = conditions::up(s);
        holds(up.len() > 1, Reason::OneServer)?;
        holds(memoryless, Reason::ExponentialOnly)?;
        conditions::one_slot_each(s)?;
        conditions::unbounded_queues(s)?;
        let service: Vec<f64> = up
            .iter()
            .map(|&j| s.servers[j].speed / s.sizes.mean)
            .collect();
        let rho = rate / service.iter().sum::<f64>();
        holds(rho < 1.0, Reason::Unstable { rho })?;
        Ok(Self { rate, up, service })
    }

    /// The rate of each server under an even split (tasks/s), if every server can bear it.
    fn even_rate(&self) -> Result<f64, Reason> {
        let each = self.rate / self.up.len() as f64;
        for (&server, &mu) in self.up.iter().zip(&self.service) {
            let rho = each / mu;
            holds(each < mu, Reason::Overloaded { server, rho })?;
        }
        Ok(each)
    }

    /// Whether all servers have the same service rate.
    fn are_equal(&self) -> bool {
        self.service.iter().all(|mu| *mu == self.service[0])
    }
}

/// n equal servers.
struct Equal {
    /// λ, the rate of all arrivals (tasks/s).
    rate: f64,
    /// n.
    servers: u32,
    /// μ, the service rate of each (tasks/s).
    service: f64,
}

impl Equal {
    fn of(q: &Question) -> Result<Self, Reason> {
        let servers = Servers::exponential(q)?;
        conditions::equal_speeds(q.scenario)?;
        Ok(Self {
            rate: servers.rate,
            servers: servers.up.len() as u32,
            service: servers.service[0],
        })
    }
}

/// The answer, if the simulator can hold the tasks of that mean response time.
fn fitting(rate_per_s: f64, answer: Answer) -> Result<Answer, Reason> {
    let longest_s = match answer.value {
        Quantity::Number(w) => w,
        Quantity::Bounds { high, .. } => high,
        Quantity::PerServer(_) => 0.0,
    };
    conditions::fits(rate_per_s * longest_s)?;
    Ok(answer)
}

/// One shared queue.
pub(crate) fn one_queue(q: &Question) -> Result<Answer, Reason> {
    let Equal {
        rate,
        servers,
        service,
    } = Equal::of(q)?;
    let m = Mmc::new(servers, rate, service).ok_or(Reason::NoSimpleFormula)?;
    let filled = Formula::IfOneQueue
        .with("size", num(1.0 / service))
        .with("chance", num(m.wait_chance))
        .with("n", servers)
        .with("mu", num(service))
        .with("rate", num(rate));
    fitting(rate, Answer::number(filled, m.response_s()))
}

/// Join the shortest queue.
pub(crate) fn shortest(q: &Question) -> Result<Answer, Reason> {
    let equal = Equal::of(q)?;
    let (low, high) = jsq::response_bounds_s(equal.servers, equal.rate, equal.service)
        .ok_or(Reason::NoSimpleFormula)?;
    let answer = Answer::bounds(Formula::IfShortest, low, high);
    fitting(equal.rate, answer)
}

/// The shorter of the queues of two random servers.
pub(crate) fn two_choices(q: &Question) -> Result<Answer, Reason> {
    choices(q, 2, Sampling::Distinct)
}

/// The shortest of the queues of d = `choices` random servers.
pub(crate) fn choices(q: &Question, choices: u32, draw: Sampling) -> Result<Answer, Reason> {
    let Equal {
        rate,
        servers,
        service,
    } = Equal::of(q)?;
    if choices >= servers && draw == Sampling::Distinct {
        return shortest(q);
    }
    let rho = rate / (f64::from(servers) * service);
    let response_s = supermarket::known_response_s(choices, draw, servers, rho, service)
        .ok_or(Reason::NoSimpleFormula)?;
    let (formula, kind) = match (choices, draw) {
        (1, _) => (Formula::IfOneDrawn, Exactness::Exact),
        (2, Sampling::WithReplacement) => {
            (Formula::IfDrawnWithReplacement, Exactness::Approximation)
        }
        _ => (Formula::IfTwoChoices, Exactness::Limit),
    };
    let filled = formula
        .with("d", choices)
        .with("rho", num(rho))
        .with("mu", num(service))
        .with("each", num(rate / f64::from(servers)));
    fitting(rate, Answer::number(filled, response_s).kind(kind))
}

/// The draws after which nginx falls back to turns (`two_choices.rs`).
const DRAWS: u32 = 21;
/// The largest probability of that which makes no visible difference.
const SELDOM: f64 = 1e-3;

/// nginx's draws amount to d different servers, evenly drawn: all weights are equal, and it hardly
/// ever falls back to turns because too many draws hit servers that are drawn already or not up.
pub(crate) fn draws_evenly(scenario: &Scenario, choices: u32) -> Result<(), Reason> {
    // Servers that are not up are drawn too.
    let weight = scenario.servers[0].weight;
    let equal = scenario.servers.iter().all(|s| s.weight == weight);
    holds(equal, Reason::UnequalWeights)?;
    let up = conditions::up(scenario).len() as u32;
    let gives_up = gives_up(choices.min(up), up, scenario.servers.len() as u32);
    holds(gives_up < SELDOM, Reason::NoSimpleFormula)
}

/// The probability that the draws, each of one of `servers`, do not find `wanted` different ones of
/// the `up` servers.
fn gives_up(wanted: u32, up: u32, servers: u32) -> f64 {
    let wanted = wanted as usize;
    let mut found = vec![0.0; wanted + 1];
    found[0] = 1.0;
    for _ in 0..DRAWS {
        for k in (0..wanted).rev() {
            let more = found[k] * (f64::from(up) - k as f64) / f64::from(servers);
            found[k] -= more;
            found[k + 1] += more;
        }
    }
    found[..wanted].iter().sum()
}

/// Round robin.
pub(crate) fn round_robin(q: &Question) -> Result<Answer, Reason> {
    let servers = Servers::exponential(q)?;
    servers.even_rate()?;
    let n = servers.up.len() as u32;
    let gaps = Gaps::Poisson(servers.rate);
    let below_one = servers
        .service
        .iter()
        .map(|&mu| gim1::root_below_one(&gaps, n, mu))
        .collect::<Option<Vec<f64>>>()
        .ok_or(Reason::NoSimpleFormula)?;
    let sum_s: f64 = below_one
        .iter()
        .zip(&servers.service)
        .map(|(&below_one, &mu)| gim1::response_s(below_one, mu))
        .sum();
    let filled = if servers.are_equal() {
        Formula::IfRoundRobin
            .with("mu", num(servers.service[0]))
            .with("sigma", num(1.0 - below_one[0]))
    } else {
        Formula::Value.into()
    };
    let answer = Answer::number(filled, sum_s / f64::from(n)).of(Formula::IfRoundRobin);
    fitting(servers.rate, answer)
}

/// An even random split.
pub(crate) fn random(q: &Question) -> Result<Answer, Reason> {
    let servers = Servers::insensitive(q)?;
    let each = servers.even_rate()?;
    let n = servers.up.len();
    let shares = vec![1.0 / n as f64; n];
    let response_s = splits::response_s(servers.rate, &shares, &servers.service)
        .ok_or(Reason::NoSimpleFormula)?;
    let filled = if servers.are_equal() {
        Formula::IfRandom
            .with("mu", num(servers.service[0]))
            .with("each", num(each))
    } else {
        Formula::Value.into()
    };
    let answer = Answer::number(filled, response_s).of(Formula::IfRandom);
    fitting(servers.rate, answer)
}

/// An even random split over equal servers that serve short tasks first: an M/M/1 each, in another
/// order of service.
fn small_first(q: &Question, order: Order) -> Result<Answer, Reason> {
    let s = q.scenario;
    let up = conditions::up(s);
    let (rate, service) = match Servers::exponential(q) {
        Ok(servers) => {
            holds(servers.are_equal(), Reason::UnequalMachines)?;
            (servers.rate / up.len() as f64, servers.service[0])
        }
        // A single server needs no split.
        Err(Reason::OneServer) => {
            conditions::one_slot_each(s)?;
            conditions::unbounded_queues(s)?;
            let exponential = s.sizes.law == SizeLaw::Exponential;
            holds(exponential, Reason::ExponentialOnly)?;
            (s.arrivals.rate_per_s, s.servers[up[0]].speed / s.sizes.mean)
        }
        Err(reason) => return Err(reason),
    };
    let rho = rate / service;
    let response_s = mm1_response_s(order, rate, service).ok_or(Reason::Unstable { rho })?;
    let formula = match order {
        Order::ShortestRemaining => Formula::IfShortestRemaining,
        _ => Formula::IfShortestJob,
    };
    let filled = formula.with("rho", num(rho)).with("mu", num(service));
    let answer = Answer::number(filled, response_s);
    fitting(rate * up.len() as f64, answer)
}

/// An even random split, with the shortest waiting task first.
pub(crate) fn shortest_job(q: &Question) -> Result<Answer, Reason> {
    small_first(q, Order::ShortestJob)
}

/// An even random split, with the task with the least work left first.
pub(crate) fn shortest_remaining(q: &Question) -> Result<Answer, Reason> {
    small_first(q, Order::ShortestRemaining)
}

/// A random split in proportion to speed.
pub(crate) fn proportional(q: &Question) -> Result<Answer, Reason> {
    let servers = Servers::insensitive(q)?;
    let response_s = splits::proportional_response_s(servers.rate, &servers.service)
        .ok_or(Reason::NoSimpleFormula)?;
    let filled = Formula::IfProportional
        .with("n", servers.up.len())
        .with("mu", num(servers.service.iter().sum()))
        .with("rate", num(servers.rate));
    fitting(servers.rate, Answer::number(filled, response_s))
}

/// The random split with the least mean response time.
pub(crate) fn optimal(q: &Question) -> Result<Answer, Reason> {
    let servers = Servers::insensitive(q)?;
    let (rates, response_s) =
        splits::optimal(servers.rate, &servers.service).ok_or(Reason::NoSimpleFormula)?;
    let used: Vec<f64> = servers
        .service
        .iter()
        .zip(&rates)
        .filter(|(_, rate)| **rate > 0.0)
        .map(|(mu, _)| *mu)
        .collect();
    let roots: f64 = used.iter().map(|mu| mu.sqrt()).sum();
    let together: f64 = used.iter().sum();
    let filled = Formula::IfOptimal
        .with("roots", num(roots))
        .with("mu", num(together))
        .with("rate", num(servers.rate))
        .with("used", used.len());
    fitting(servers.rate, Answer::number(filled, response_s))
}

/// The arrival rate of each server under that split (tasks/s).
pub(crate) fn optimal_split(q: &Question) -> Result<Answer, Reason> {
    let servers = Servers::insensitive(q)?;
    let (rates, _) =
        splits::optimal(servers.rate, &servers.service).ok_or(Reason::NoSimpleFormula)?;
    let mut values = vec![0.0; q.scenario.servers.len()];
    let mut filled = vec![Filled::from(Formula::Value); values.len()];
    for ((&j, &mu), &rate) in servers.up.iter().zip(&servers.service).zip(&rates) {
        values[j] = rate;
        if rate > 0.0 {
            let root = mu.sqrt();
            filled[j] = Formula::OptimalSplit
                .with("mu", num(mu))
                .with("root", num(root))
                .with("factor", num((mu - rate) / root));
        }
    }
    Ok(Answer::per_server(
        Formula::OptimalSplit,
        |j| filled[j].clone(),
        values,
    ))
}

#[cfg(test)]
mod tests;
