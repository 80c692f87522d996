//! Closed loops: N users, each with at most one task in the system, who pause for Z between an
//! answer and the next task.

use crate::answer::{Answer, Exactness, num};
use crate::conditions::{self, holds};
use crate::losses;
use crate::question::Question;
use crate::reason::Reason;
use equipoise_engine::balance::StrategyId;
use equipoise_engine::scenario::{Pattern, Scenario, Service, SizeLaw};
use equipoise_formulas::Formula;

/// X, the tasks per second of M/M/c//N: `users` N, `slots` c, `service_s` E\[S\], `pause_s` Z.
///
/// The chance of k tasks in the system is in proportion to Π_(i≤k) (N − i + 1)·E\[S\]/(min(i,
/// c)·Z), and X = Σ_k p_k·min(k, c)/E\[S\]. Service is exponential and in order of arrival, or
/// shared, then of any law; pauses are of any law with this mean. Without pauses all N are always
/// there, and X = min(N, c)/E\[S\] for any service.
///
/// Sources: Kleinrock (1975), vol. I, §3.8 and 3.9; Baskett, Chandy, Muntz and Palacios (1975) for
/// the pauses.
pub fn rate_per_s(users: u32, slots: u32, service_s: f64, pause_s: f64) -> f64 {
    if pause_s == 0.0 {
        return f64::from(users.min(slots)) / service_s;
    }
    let mut weight = 1.0;
    let mut all = 1.0;
    let mut busy = 0.0;
    for k in 1..=users {
        let used = f64::from(k.min(slots));
        weight *= f64::from(users - k + 1) * service_s / (used * pause_s);
        all += weight;
        busy += used * weight;
        if weight > 1e200 {
            weight /= 1e200;
            all /= 1e200;
            busy /= 1e200;
        }
    }
    busy / all / service_s
}

/// A closed loop, as the bounds see it.
struct Loop {
    /// N.
    users: f64,
    /// Z (s).
    pause_s: f64,
    /// Service on the fastest server (s).
    service_s: f64,
    /// What all servers do together (tasks/s).
    capacity_per_s: f64,
}

impl Loop {
    fn of(scenario: &Scenario) -> Result<Self, Reason> {
        holds(
            scenario.arrivals.pattern == Pattern::Closed,
            Reason::LoopOnly,
        )?;
        conditions::any_up(scenario)?;
        // Who is turned away comes again after a second, and not after an answer.
        conditions::unbounded_queues(scenario)?;
        holds(losses::limit(scenario).is_none(), Reason::BalancerLimits)?;
        conditions::no_rules(scenario)?;
        let up = conditions::up(scenario);
        let servers = up.iter().map(|&j| &scenario.servers[j]);
        let fastest = servers.clone().map(|s| s.speed).fold(0.0, f64::max);
        let all: f64 = servers.map(|s| s.speed * f64::from(s.slots)).sum();
        Ok(Self {
            users: f64::from(scenario.arrivals.tasks),
            pause_s: scenario.arrivals.pause_s,
            service_s: scenario.sizes.mean / fastest,
            capacity_per_s: all / scenario.sizes.mean,
        })
    }
}

/// The most tasks per second.
pub(crate) fn most_answer(q: &Question) -> Result<Answer, Reason> {
    let l = Loop::of(q.scenario)?;
    let filled = Formula::LoopRateMost
        .with("capacity", num(l.capacity_per_s))
        .with("n", num(l.users))
        .with("size", num(l.service_s))
        .with("pause", num(l.pause_s));
    let most = l.capacity_per_s.min(l.users / (l.service_s + l.pause_s));
    Ok(Answer::number(filled, most).kind(Exactness::UpperBound))
}

/// The least mean response time (s).
pub(crate) fn least_answer(q: &Question) -> Result<Answer, Reason> {
    let l = Loop::of(q.scenario)?;
    let filled = Formula::LoopResponseLeast
        .with("capacity", num(l.capacity_per_s))
        .with("n", num(l.users))
        .with("size", num(l.service_s))
        .with("pause", num(l.pause_s));
    let least = l.service_s.max(l.users / l.capacity_per_s - l.pause_s);
    Ok(Answer::number(filled, least).kind(Exactness::LowerBound))
}

/// X of the one queue that the servers are (tasks/s).
fn rate(scenario: &Scenario) -> Result<f64, Reason> {
    Loop::of(scenario)?;
    conditions::unlimited_balancer(scenario)?;
    conditions::no_rules(scenario)?;
    let up = conditions::up(scenario);
    let pulls = scenario.balancer.strategy.id == StrategyId::Pull;
    holds(up.len() == 1 || pulls, Reason::LoopOfOneQueue)?;
    let speed = conditions::equal_speeds(scenario)?;
    let servers = up.iter().map(|&j| &scenario.servers[j]);
    let shared = servers
        .clone()
        .all(|s| s.service == Service::ProcessorSharing)
        && !pulls;
    let in_order = servers.clone().all(|s| s.service == Service::FirstCome) || pulls;
    holds(shared || in_order, Reason::NoSimpleFormula)?;
    let exponential = scenario.sizes.law == SizeLaw::Exponential;
    let pause_s = scenario.arrivals.pause_s;
    holds(
        exponential || shared || pause_s == 0.0,
        Reason::ExponentialOnly,
    )?;
    let slots = servers.map(|s| s.slots).sum();
    let service_s = scenario.sizes.mean / speed;
    Ok(rate_per_s(
        scenario.arrivals.tasks,
        slots,
        service_s,
        pause_s,
    ))
}

/// Tasks per second.
pub(crate) fn rate_answer(q: &Question) -> Result<Answer, Reason> {
    let x = rate(q.scenario)?;
    Ok(Answer::number(Formula::LoopRate, x))
}

/// The mean response time (s).
pub(crate) fn response_answer(q: &Question) -> Result<Answer, Reason> {
    let x = rate(q.scenario)?;
    let a = &q.scenario.arrivals;
    let filled = Formula::LoopResponse
        .with("n", a.tasks)
        .with("rate", num(x))
        .with("pause", num(a.pause_s));
    Ok(Answer::number(filled, f64::from(a.tasks) / x - a.pause_s))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finite::finite;
    use crate::mmc::Mmc;
    use crate::{PredictionId, Quantity, predict};
    use equipoise_engine::measure::observe;

    /// Two users, one server, Z = S = 1: p = 1/5, 2/5, 2/5, so X = 4/5 and R = 2/0.8 − 1 = 1.5
    /// (Kleinrock 1975, eq. 3.40, by hand). Three users and two servers: weights 1, 3, 3, 3/2.
    #[test]
    fn small_loops_by_hand() {
        assert!((rate_per_s(2, 1, 1.0, 1.0) - 0.8).abs() < 1e-12);
        assert!((rate_per_s(3, 2, 1.0, 1.0) - (3.0 + 6.0 + 3.0) / 8.5).abs() < 1e-12);
        assert_eq!(rate_per_s(5, 4, 0.8, 0.0), 5.0);
        assert_eq!(rate_per_s(1, 1, 0.5, 1.5), 0.5);
    }

    /// Many users who pause for long are a Poisson stream; as many slots as users have no queue.
    #[test]
    fn loops_have_open_queues_as_limits() {
        let users = 200_000;
        let x = rate_per_s(users, 3, 1.0, f64::from(users) / 2.4);
        let response_s = f64::from(users) / x - f64::from(users) / 2.4;
        let open = Mmc::new(3, 2.4, 1.0).expect("stable").response_s();
        assert!(
            (response_s / open - 1.0).abs() < 1e-3,
            "{response_s} {open}"
        );
        assert!((rate_per_s(40, 40, 2.0, 3.0) - 8.0).abs() < 1e-9);
        // Hopeless overload keeps all slots busy, as in M/M/c/K.
        let full = rate_per_s(100_000, 2, 1.0, 1.0);
        let open = finite(2, 1000, 1000.0, 1.0).accepted_per_s;
        assert!((full - open).abs() < 1e-6, "{full}");
    }

    fn scenario(users: u32, slots: u32, pause_s: f64) -> Scenario {
        let mut scenario = Scenario::default();
        scenario.servers.truncate(1);
        scenario.servers[0].slots = slots;
        scenario.arrivals.pattern = Pattern::Closed;
        scenario.arrivals.tasks = users;
        scenario.arrivals.pause_s = pause_s;
        scenario.sizes.law = SizeLaw::Exponential;
        scenario.sizes.mean = 0.5;
        scenario
    }

    fn value(scenario: &Scenario, id: PredictionId) -> Result<f64, Reason> {
        let all = predict(scenario);
        let found = all.into_iter().find(|p| p.id == id).expect("is listed");
        match found.value? {
            Quantity::Number(x) => Ok(x),
            _ => panic!("{id} is a number"),
        }
    }

    #[test]
    fn long_runs_agree_and_stay_within_the_bounds() {
        for (users, slots, pause_s) in [(4, 1, 2.0), (10, 3, 1.0), (6, 2, 0.0)] {
            let scenario = scenario(users, slots, pause_s);
            let observed = observe(&scenario, 200_000);
            let x = value(&scenario, PredictionId::LoopRate).expect("applies");
            let r = value(&scenario, PredictionId::LoopResponse).expect("applies");
            assert!(
                (observed.throughput_per_s / x - 1.0).abs() < 0.02,
                "{users}: {x}"
            );
            assert!(
                (observed.response_mean_s / r - 1.0).abs() < 0.03,
                "{users}: {r}"
            );
            let most = value(&scenario, PredictionId::LoopRateMost).expect("applies");
            let least = value(&scenario, PredictionId::LoopResponseLeast).expect("applies");
            assert!(x <= most * (1.0 + 1e-12) && r >= least * (1.0 - 1e-12));
        }
    }

    #[test]
    fn what_is_no_loop_or_no_queue_has_no_formula() {
        let open = Scenario::default();
        assert_eq!(value(&open, PredictionId::LoopRate), Err(Reason::LoopOnly));
        let mut several = scenario(5, 1, 1.0);
        several.servers.push(several.servers[0].clone());
        assert_eq!(
            value(&several, PredictionId::LoopRate),
            Err(Reason::LoopOfOneQueue)
        );
        assert!(value(&several, PredictionId::LoopRateMost).is_ok());
        let mut constant = scenario(5, 1, 1.0);
        constant.sizes.law = SizeLaw::Constant;
        assert_eq!(
            value(&constant, PredictionId::LoopRate),
            Err(Reason::ExponentialOnly)
        );
        constant.arrivals.pause_s = 0.0;
        assert_eq!(value(&constant, PredictionId::LoopRate), Ok(2.0));
    }
}
