//! Which textbook model a scenario is, and what that model says: response, wait, percentiles and
//! loss.
//!
//! A scenario is one queue (a single server, servers that pull, or least work left, which is the
//! same) or several with streams of their own: chance splits a Poisson stream into Poisson streams,
//! equal turns into every n-th gap.

mod answers;

pub(super) use answers::{
    loss_answer, p95_answer, p99_answer, present_answer, response_answer, response_law,
    single_m_m_1, wait_answer, wait_chance_answer, wait_p95_answer,
};

use super::conditions::{self, holds};
use super::finite::finite;
use super::gim1::{self, Gaps};
use super::mmc::Mmc;
use super::shares::{By, Shares};
use super::two_moments::{allen_cunneen_wait_s, is_fair};
use super::{Kind, Reason, mg1, show};
use equipoise_engine::balance::{Knowledge, StrategyId};
use equipoise_engine::scenario::{Pattern, Scenario, Service, SizeLaw, letter};

/// A queue and the stream that comes to it.
#[derive(Clone, PartialEq)]
struct Queue {
    rate_per_s: f64,
    /// Of one slot.
    service_per_s: f64,
    slots: u32,
    /// Tasks that it can hold, if not any number.
    room: Option<u32>,
    /// Processor sharing.
    sharing: bool,
    /// It gets every so-many-th task of the whole stream.
    turns: u32,
}

/// What its model says about a queue.
#[derive(Clone)]
pub(super) struct Solved {
    /// The part of the tasks sent anywhere that comes to it.
    share: f64,
    /// The server whose queue it is; None: all servers'.
    pub server: Option<usize>,
    /// Tasks that it can hold, if not any number.
    pub room: Option<u32>,
    formula: &'static str,
    /// The formula for the mean response with numbers.
    filled: String,
    kind: Kind,
    response_s: f64,
    loss: f64,
    /// 1 − loss, right also where it is tiny.
    pub accepted: f64,
    /// Mean wait (s) and the chance of waiting, where tasks wait before service.
    wait: Result<(f64, Result<f64, Reason>), Reason>,
    tail: Result<Tail, Reason>,
}

/// A model whose percentiles are known.
#[derive(Clone, PartialEq)]
enum Tail {
    Mmc(Mmc),
    /// GI/M/1: σ, and μ(1 − σ).
    Renewal(f64, f64),
}

impl Tail {
    /// The rate of the response time, where that is exponential, and how it comes about.
    fn rate(&self) -> Option<(f64, String)> {
        match self {
            Self::Mmc(q) if q.servers == 1 => Some((
                q.spare_per_s,
                format!("({} − {})", show(q.service_per_s), show(q.rate_per_s)),
            )),
            Self::Mmc(_) => None,
            Self::Renewal(_, rate) => Some((*rate, show(*rate))),
        }
    }

    fn wait_exceeds(&self, time_s: f64) -> f64 {
        match self {
            Self::Mmc(q) => q.wait_exceeds(time_s),
            Self::Renewal(sigma, rate) => sigma * libm::exp(-rate * time_s),
        }
    }

    fn response_exceeds(&self, time_s: f64) -> f64 {
        match self {
            Self::Mmc(q) => q.response_exceeds(time_s),
            Self::Renewal(_, rate) => libm::exp(-rate * time_s),
        }
    }
}

/// The scenario's queues, solved.
pub(super) fn solve(
    scenario: &Scenario,
    shares: &Result<Shares, Reason>,
    found: &Result<f64, Reason>,
) -> Result<Vec<Solved>, Reason> {
    conditions::somebody_up(scenario)?;
    let rate = conditions::rate_per_s(scenario)?;
    conditions::one_balancer(scenario)?;
    let dispatcher = &scenario.balancer.dispatcher;
    let limit = dispatcher.connections;
    let at_once = dispatcher.decisions_per_s.is_none() && dispatcher.latency_s == 0.0;
    holds(at_once, || Reason::new("balancer-limits"))?;
    conditions::no_rules(scenario)?;
    let up = conditions::up(scenario);
    let service = |j: usize| scenario.servers[j].speed / scenario.sizes.mean;
    let config = &scenario.balancer.strategy;
    let pulled = config.id.pools();
    let least_work =
        config.id == StrategyId::LeastResponseTime && config.knowledge == Knowledge::Sizes;
    if up.len() > 1 && (pulled || least_work) {
        equal_speeds(scenario)?;
        if least_work {
            conditions::unlimited_balancer(scenario)?;
            conditions::every_server(scenario, "one-slot", |s| s.slots == 1)?;
            conditions::every_server(scenario, "bounded-queue", |s| s.queue.is_none())?;
            conditions::every_server(scenario, "processor-sharing", |s| {
                s.service == Service::FirstCome
            })?;
        }
        let slots = up.iter().map(|&j| scenario.servers[j].slots).sum();
        let (rate_per_s, service_per_s) = (rate, service(up[0]));
        let queue = Queue {
            rate_per_s,
            service_per_s,
            slots,
            room: limit,
            sharing: false,
            turns: 1,
        };
        return fitting(scenario, vec![solved(scenario, queue, 1.0, None)?], found);
    }
    let shares = shares.as_ref().map_err(Reason::clone)?;
    // Tasks that find no server are lost by chance: of Poisson arrivals, Poisson arrivals are left.
    let part = found.clone()?;
    let poisson = scenario.arrivals.pattern == Pattern::Poisson;
    holds(poisson || part == 1.0, || Reason::new("poisson-only"))?;
    let rate = rate * part;
    let used: Vec<usize> = (0..shares.expected.len())
        .filter(|&j| shares.expected[j] > 0.0)
        .collect();
    let turns = match shares.by {
        _ if used.len() == 1 => 1,
        By::Chance | By::Keys => {
            holds(poisson, || Reason::new("poisson-only"))?;
            1
        }
        By::Turns => {
            let expanded =
                config.id == StrategyId::ExpandedWrr && scenario.servers[used[0]].weight > 1;
            let even = used
                .iter()
                .all(|&j| shares.expected[j] == shares.expected[used[0]])
                && !expanded;
            holds(even, || Reason::new("uneven-turns"))?;
            used.len() as u32
        }
        By::Symmetry | By::ClassesInTurn => return Err(Reason::new("by-load")),
    };
    holds(used.len() == 1 || limit.is_none(), || {
        Reason::new("balancer-limits")
    })?;
    let mut known: Vec<(Queue, Solved)> = Vec::new();
    for &j in &used {
        let (share, server) = (shares.expected[j], &scenario.servers[j]);
        let queue = Queue {
            rate_per_s: rate * share,
            service_per_s: service(j),
            slots: server.slots,
            // A server that pulls has no queue of its own.
            room: [
                server
                    .queue
                    .filter(|_| !pulled)
                    .map(|q| q.saturating_add(server.slots)),
                limit,
            ]
            .into_iter()
            .flatten()
            .min(),
            sharing: server.service == Service::ProcessorSharing && !pulled,
            turns,
        };
        let solved = match known.last() {
            Some((same, known)) if *same == queue => Solved {
                share,
                server: Some(j),
                ..known.clone()
            },
            _ => solved(scenario, queue.clone(), share, Some(j))?,
        };
        known.push((queue, solved));
    }
    fitting(
        scenario,
        known.into_iter().map(|(_, solved)| solved).collect(),
        found,
    )
}

/// The queues, if the simulator holds as many tasks as would be in them.
fn fitting(
    scenario: &Scenario,
    queues: Vec<Solved>,
    found: &Result<f64, Reason>,
) -> Result<Vec<Solved>, Reason> {
    let room: Option<u64> = queues.iter().map(|q| q.room.map(u64::from)).sum();
    if room.is_none_or(|room| room > equipoise_engine::sim::MAX_IN_SYSTEM as u64) {
        conditions::fits(present(scenario, &queues, found))?;
    }
    Ok(queues)
}

/// 1 − `part` in a filled formula; where that would be lost in the digits, its value.
pub(super) fn less(part: f64) -> String {
    if part < 0.99 {
        format!("(1 − {})", show(part))
    } else {
        show(1.0 - part)
    }
}

/// How many tasks are in the system on average: L = Σ λ_j·W_j.
pub(super) fn present(scenario: &Scenario, queues: &[Solved], found: &Result<f64, Reason>) -> f64 {
    let rate = scenario.arrivals.rate_per_s * found.as_ref().map_or(1.0, |&found| found);
    queues
        .iter()
        .map(|q| rate * q.share * q.accepted * q.response_s)
        .sum()
}

/// All servers that are up have the same speed.
pub(super) fn equal_speeds(scenario: &Scenario) -> Result<(), Reason> {
    let speed = conditions::up(scenario)
        .first()
        .map(|&j| scenario.servers[j].speed);
    conditions::every_server(scenario, "unequal-machines", |s| Some(s.speed) == speed)
}

/// The gaps of the whole stream.
fn gaps(scenario: &Scenario) -> Gaps {
    let a = &scenario.arrivals;
    match a.pattern {
        Pattern::Bursty => {
            let on_rate_per_s = a.rate_per_s * (a.burst_on_s + a.burst_off_s) / a.burst_on_s;
            Gaps::Interrupted {
                on_s: a.burst_on_s,
                off_s: a.burst_off_s,
                on_rate_per_s,
            }
        }
        Pattern::Poisson => Gaps::Poisson(a.rate_per_s),
        Pattern::Fixed | Pattern::Batch | Pattern::Steps | Pattern::Closed => {
            Gaps::Fixed(1.0 / a.rate_per_s)
        }
    }
}

fn solved(
    scenario: &Scenario,
    queue: Queue,
    share: f64,
    server: Option<usize>,
) -> Result<Solved, Reason> {
    let Queue {
        rate_per_s: rate,
        service_per_s: mu,
        room,
        sharing,
        turns,
        ..
    } = queue;
    let c = room.map_or(queue.slots, |room| queue.slots.min(room));
    let (size_s, cv) = (1.0 / mu, scenario.sizes.cv());
    let exponential = scenario.sizes.law == SizeLaw::Exponential;
    let poisson = scenario.arrivals.pattern == Pattern::Poisson && turns == 1;
    let rho = rate * size_s / f64::from(c);
    let overloaded = || match server {
        Some(j) => Reason::new("overloaded")
            .with("server", letter(j))
            .with("rho", show(rho)),
        None => Reason::new("unstable").with("rho", show(rho)),
    };
    holds(room.is_some() || rho < 1.0, overloaded)?;
    let unknown = || Reason::new("no-simple-formula");
    let shared =
        || Reason::new("processor-sharing").with("server", server.map_or(String::new(), letter));
    let mut solved = Solved {
        share,
        server,
        room,
        formula: "",
        filled: String::new(),
        kind: Kind::Exact,
        response_s: size_s,
        loss: 0.0,
        accepted: 1.0,
        wait: Err(shared()),
        tail: Err(if sharing { shared() } else { unknown() }),
    };
    if let Some(room) = room {
        holds(scenario.arrivals.pattern == Pattern::Poisson, || {
            Reason::new("poisson-only")
        })?;
        holds(turns == 1, || Reason::new("not-by-chance"))?;
        holds(exponential || sharing || room == c, || {
            Reason::new("exponential-only")
        })?;
        let f = finite(c, room, rate, mu);
        solved.formula = if room == c {
            "M/G/c/c: W = E[S]"
        } else {
            "M/M/c/K: W = L / (λ·(1 − p_K))"
        };
        solved.filled = match room == c {
            true => show(size_s),
            false => format!("{} / ({} · {})", show(f.present), show(rate), less(f.loss)),
        };
        (solved.response_s, solved.loss, solved.accepted) = (f.response_s, f.loss, f.accepted);
        if !sharing {
            solved.wait = Ok((f.wait_s, Ok(f.wait_chance)));
        }
    } else if poisson && (exponential || sharing) {
        let q = Mmc::new(c, rate, mu).ok_or_else(overloaded)?;
        (solved.formula, solved.filled) = match (c, exponential) {
            (1, true) => (
                "W = 1 / (μ − λ)",
                format!("1 / ({} − {})", show(mu), show(rate)),
            ),
            (1, _) => (
                "M/G/1-PS: W = E[S] / (1 − ρ)",
                format!("{} / (1 − {})", show(size_s), show(rho)),
            ),
            _ => {
                let spare = format!("({c} · {} − {})", show(mu), show(rate));
                let formula = if exponential {
                    "M/M/c: W = E[S] + C / (cμ − λ)"
                } else {
                    "M/G/c-PS: W = E[S] + C / (cμ − λ)"
                };
                (
                    formula,
                    format!("{} + {} / {spare}", show(size_s), show(q.wait_chance)),
                )
            }
        };
        solved.response_s = q.response_s();
        if !sharing {
            solved.wait = Ok((q.wait_s(), Ok(q.wait_chance)));
            solved.tail = Ok(Tail::Mmc(q));
        }
    } else if poisson && c == 1 {
        let wait_s = mg1::wait_s(rate, size_s, cv).ok_or_else(overloaded)?;
        solved.formula = "M/G/1: W = E[S] + ρ / (1 − ρ)·(1 + C_s²) / 2·E[S]";
        let (e, r) = (show(size_s), show(rho));
        solved.filled = format!("{e} + {r} / (1 − {r}) · (1 + {}²) / 2 · {e}", show(cv));
        (solved.response_s, solved.wait) = (wait_s + size_s, Ok((wait_s, Ok(rho))));
    } else if exponential && c == 1 {
        let below_one = gim1::root_below_one(&gaps(scenario), turns, mu).ok_or_else(overloaded)?;
        let sigma = 1.0 - below_one;
        solved.formula = match scenario.arrivals.pattern {
            Pattern::Poisson => "E_n/M/1: W = 1 / (μ·(1 − σ)), σ = (nρ / (nρ + 1 − σ))^n",
            Pattern::Fixed => "D/M/1: W = 1 / (μ·(1 − σ)), σ = e^(−(1 − σ) / ρ)",
            _ => "GI/M/1: W = 1 / (μ·(1 − σ)), σ = A*(μ·(1 − σ))",
        };
        solved.filled = format!("1 / ({} · (1 − {}))", show(mu), show(sigma));
        solved.response_s = gim1::response_s(below_one, mu);
        if !sharing {
            solved.wait = Ok((solved.response_s - size_s, Ok(sigma)));
            solved.tail = Ok(Tail::Renewal(sigma, mu * below_one));
        }
    } else {
        holds(!sharing, shared)?;
        let gap_cv2 = gaps(scenario).cv2() / f64::from(turns);
        let wait_s = allen_cunneen_wait_s(c, rate, mu, gap_cv2, cv * cv).ok_or_else(overloaded)?;
        solved.formula = "G/G/c: W ≈ E[S] + (C_a² + C_s²) / 2·C / (cμ − λ)";
        solved.filled = format!("{} + {}", show(size_s), show(wait_s));
        // Without any variation and less than full nobody waits, and that is exact.
        let certain = gap_cv2 + cv == 0.0;
        holds(certain || is_fair(c, rate / mu, gap_cv2, cv * cv), || {
            Reason::new("too-rough")
        })?;
        solved.kind = if certain {
            Kind::Exact
        } else {
            Kind::Approximation
        };
        solved.response_s = size_s + wait_s;
        solved.wait = Ok((wait_s, if certain { Ok(0.0) } else { Err(unknown()) }));
    }
    Ok(solved)
}

#[cfg(test)]
mod tests;
