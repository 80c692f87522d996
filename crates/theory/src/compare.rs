//! What other strategies would make of the same tasks and servers, where a formula knows it.
//!
//! Common conditions: Poisson arrivals, exponential sizes (under processor sharing any, for splits
//! by chance), one slot a server, queues without limit, one balancer that takes no time.

use super::conditions::{self, holds};
use super::gim1::{self, Gaps};
use super::mmc::Mmc;
use super::models::equal_speeds;
use super::small_first::{Order, mm1_response_s};
use super::supermarket::{self, Draw};
use super::{Answer, Kind, Question, Reason, Value, jsq, show, splits};
use equipoise_engine::scenario::{Pattern, Scenario, Service, SizeLaw, letter};

/// λ, the servers that are up, and their rates μ_j.
fn plain(q: &Question, any_size_if_shared: bool) -> Result<(f64, Vec<usize>, Vec<f64>), Reason> {
    let s = q.scenario;
    conditions::somebody_up(s)?;
    let rate = conditions::rate_per_s(s)?;
    conditions::unlimited_balancer(s)?;
    conditions::no_rules(s)?;
    holds(s.arrivals.pattern == Pattern::Poisson, || {
        Reason::new("poisson-only")
    })?;
    let up = conditions::up(s);
    holds(up.len() > 1, || Reason::new("one-server"))?;
    let shared = up
        .iter()
        .all(|&j| s.servers[j].service == Service::ProcessorSharing);
    let forgets = s.sizes.law == SizeLaw::Exponential || (any_size_if_shared && shared);
    holds(forgets, || Reason::new("exponential-only"))?;
    conditions::every_server(s, "one-slot", |s| s.slots == 1)?;
    conditions::every_server(s, "bounded-queue", |s| s.queue.is_none())?;
    let service: Vec<f64> = up
        .iter()
        .map(|&j| s.servers[j].speed / s.sizes.mean)
        .collect();
    let rho = rate / service.iter().sum::<f64>();
    holds(rho < 1.0, || Reason::new("unstable").with("rho", show(rho)))?;
    Ok((rate, up, service))
}

/// The same with equal servers: λ, n, μ.
fn equal(q: &Question) -> Result<(f64, u32, f64), Reason> {
    let (rate, up, service) = plain(q, false)?;
    equal_speeds(q.scenario)?;
    Ok((rate, up.len() as u32, service[0]))
}

/// Every server can bear its even part.
fn even_parts(rate: f64, up: &[usize], service: &[f64]) -> Result<f64, Reason> {
    let each = rate / up.len() as f64;
    match (0..up.len()).find(|&i| each >= service[i]) {
        Some(i) => Err(Reason::new("overloaded")
            .with("server", letter(up[i]))
            .with("rho", show(each / service[i]))),
        None => Ok(each),
    }
}

fn unreachable_rate() -> Reason {
    Reason::new("no-simple-formula")
}

pub(super) fn one_queue(q: &Question) -> Result<Answer, Reason> {
    let (rate, n, mu) = equal(q)?;
    let m = Mmc::new(n, rate, mu).ok_or_else(unreachable_rate)?;
    let filled = format!(
        "{} + {} / ({n} · {} − {})",
        show(1.0 / mu),
        show(m.wait_chance),
        show(mu),
        show(rate)
    );
    fitting(
        rate,
        Answer::number("1/μ + C / (nμ − λ)", filled, m.response_s()),
    )
}

pub(super) fn shortest(q: &Question) -> Result<Answer, Reason> {
    let (rate, n, mu) = equal(q)?;
    let (low, high) = jsq::response_bounds_s(n, rate, mu).ok_or_else(unreachable_rate)?;
    fitting(rate, Answer::bounds("W of M/M/n … W of E_n/M/1", low, high))
}

pub(super) fn two_choices(q: &Question) -> Result<Answer, Reason> {
    choices(q, 2, Draw::Distinct)
}

/// The shortest queue of d = `choices` servers drawn by chance.
pub(super) fn choices(q: &Question, choices: u32, draw: Draw) -> Result<Answer, Reason> {
    let (rate, n, mu) = equal(q)?;
    if choices >= n && draw == Draw::Distinct {
        return shortest(q);
    }
    let rho = rate / (f64::from(n) * mu);
    let w =
        supermarket::known_response_s(choices, draw, n, rho, mu).ok_or_else(unreachable_rate)?;
    let (formula, kind) = match (choices, draw) {
        (1, _) => ("1 / (μ − λ/n)", Kind::Exact),
        (2, Draw::WithReplacement) => (
            "Σ_(i≥1) ρ^(2^i − 2) / μ + ρ / (2(1 − ρ)·nμ)",
            Kind::Approximation,
        ),
        _ => ("Σ_(i≥1) ρ^((d^i − d)/(d − 1)) / μ", Kind::Limit),
    };
    fitting(
        rate,
        Answer::number(formula, format!("d = {choices}, ρ = {}: T_d", show(rho)), w).kind(kind),
    )
}

/// nginx goes over to turns after so many draws (`two_choices.rs`).
const DRAWS: u32 = 21;
/// What may come of that without being felt.
const SELDOM: f64 = 1e-3;

/// nginx's draws are as good as d different servers by even chance: the weights are equal, and
/// hardly ever do so many draws fall on servers that are drawn already, or are not up, that turns
/// decide.
pub(super) fn draws_evenly(scenario: &Scenario, choices: u32) -> Result<(), Reason> {
    let (up, n) = (
        conditions::up(scenario).len() as u32,
        scenario.servers.len() as u32,
    );
    // Those that are not up are drawn too.
    let weight = scenario.servers[0].weight;
    holds(scenario.servers.iter().all(|s| s.weight == weight), || {
        Reason::new("unequal-weights")
    })?;
    holds(gives_up(choices.min(up), up, n) < SELDOM, || {
        Reason::new("no-simple-formula")
    })
}

/// The chance that the draws do not find `wanted` different ones of the `up` servers, each drawing
/// one of `servers`.
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

/// The answer, if the simulator holds as many tasks as that mean response makes.
fn fitting(rate_per_s: f64, answer: Answer) -> Result<Answer, Reason> {
    let longest_s = match answer.value {
        Value::Number(w) => w,
        Value::Bounds { high, .. } => high,
        Value::PerServer(_) => 0.0,
    };
    conditions::fits(rate_per_s * longest_s).map(|()| answer)
}

pub(super) fn round_robin(q: &Question) -> Result<Answer, Reason> {
    let (rate, up, service) = plain(q, false)?;
    even_parts(rate, &up, &service)?;
    let n = up.len() as u32;
    let gaps = Gaps::Poisson(rate);
    let root =
        |&mu: &f64| gim1::root_below_one(&gaps, n, mu).map(|x| (1.0 - x, gim1::response_s(x, mu)));
    let roots = service
        .iter()
        .map(root)
        .collect::<Option<Vec<_>>>()
        .ok_or_else(unreachable_rate)?;
    let w = roots.iter().map(|r| r.1).sum::<f64>() / f64::from(n);
    let alike = roots.iter().all(|r| *r == roots[0]);
    let filled = if alike {
        format!("1 / ({} · (1 − {}))", show(service[0]), show(roots[0].0))
    } else {
        String::new()
    };
    fitting(
        rate,
        Answer::number("1 / (μ·(1 − σ)), σ = (nρ / (nρ + 1 − σ))^n", filled, w),
    )
}

pub(super) fn random(q: &Question) -> Result<Answer, Reason> {
    let (rate, up, service) = plain(q, true)?;
    let each = even_parts(rate, &up, &service)?;
    let shares = vec![1.0 / up.len() as f64; up.len()];
    let w = splits::response_s(rate, &shares, &service).ok_or_else(unreachable_rate)?;
    let alike = service.iter().all(|mu| *mu == service[0]);
    let filled = if alike {
        format!("1 / ({} − {})", show(service[0]), show(each))
    } else {
        String::new()
    };
    fitting(rate, Answer::number("Σ 1/n / (μ_j − λ/n)", filled, w))
}

/// Chance deals evenly, and each server takes short tasks first: as many M/M/1 queues in another
/// order of service.
fn small_first(q: &Question, order: Order) -> Result<Answer, Reason> {
    let s = q.scenario;
    let up = conditions::up(s);
    let (rate, service) = match plain(q, false) {
        Ok((rate, _, service)) => (rate / up.len() as f64, service),
        Err(reason) if reason.id != "one-server" => return Err(reason),
        // One server needs nobody to deal.
        Err(_) => (
            conditions::rate_per_s(s)?,
            vec![s.servers[up[0]].speed / s.sizes.mean],
        ),
    };
    let equal = service.iter().all(|mu| *mu == service[0]);
    holds(equal, || Reason::new("unequal-machines"))?;
    conditions::every_server(s, "one-slot", |s| s.slots == 1)?;
    conditions::every_server(s, "bounded-queue", |s| s.queue.is_none())?;
    holds(s.sizes.law == SizeLaw::Exponential, || {
        Reason::new("exponential-only")
    })?;
    let rho = rate / service[0];
    let w = mm1_response_s(order, rate, service[0])
        .ok_or_else(|| Reason::new("unstable").with("rho", show(rho)))?;
    let formula = match order {
        Order::ShortestRemaining => {
            "∫ E[T(x)]·f(x) dx, E[T(x)] = λ(∫_0^x t²f + x²F̄(x)) / 2(1 − ρ_x)² + ∫_0^x dt / (1 − ρ_t)"
        }
        _ => "∫ E[T(x)]·f(x) dx, E[T(x)] = x + λ·E[S²] / 2(1 − ρ_x)²",
    };
    fitting(
        rate * up.len() as f64,
        Answer::number(
            formula,
            format!("ρ = {}, μ = {}: W", show(rho), show(service[0])),
            w,
        ),
    )
}

pub(super) fn shortest_job(q: &Question) -> Result<Answer, Reason> {
    small_first(q, Order::ShortestJob)
}

pub(super) fn shortest_remaining(q: &Question) -> Result<Answer, Reason> {
    small_first(q, Order::ShortestRemaining)
}

pub(super) fn proportional(q: &Question) -> Result<Answer, Reason> {
    let (rate, up, service) = plain(q, true)?;
    let w = splits::proportional_response_s(rate, &service).ok_or_else(unreachable_rate)?;
    let filled = format!(
        "{} / ({} − {})",
        up.len(),
        show(service.iter().sum()),
        show(rate)
    );
    fitting(rate, Answer::number("n / (Σμ − λ)", filled, w))
}

pub(super) fn optimal(q: &Question) -> Result<Answer, Reason> {
    let (rate, _, service) = plain(q, true)?;
    let (rates, w) = splits::optimal(rate, &service).ok_or_else(unreachable_rate)?;
    let used = || {
        service
            .iter()
            .zip(&rates)
            .filter(|(_, rate)| **rate > 0.0)
            .map(|(mu, _)| mu)
    };
    let (roots, together) = (used().map(|mu| mu.sqrt()).sum::<f64>(), used().sum::<f64>());
    let filled = format!(
        "({}² / ({} − {}) − {}) / {}",
        show(roots),
        show(together),
        show(rate),
        used().count(),
        show(rate)
    );
    fitting(
        rate,
        Answer::number("((Σ√μ)² / (Σμ − λ) − |A|) / λ", filled, w),
    )
}

pub(super) fn optimal_split(q: &Question) -> Result<Answer, Reason> {
    let (rate, up, service) = plain(q, true)?;
    let (rates, _) = splits::optimal(rate, &service).ok_or_else(unreachable_rate)?;
    let mut values = vec![0.0; q.scenario.servers.len()];
    let mut filled = vec![String::new(); values.len()];
    for ((&j, &mu), &x) in up.iter().zip(&service).zip(&rates) {
        values[j] = x;
        if x > 0.0 {
            filled[j] = format!(
                "{} − {} · {}",
                show(mu),
                show(mu.sqrt()),
                show((mu - x) / mu.sqrt())
            );
        }
    }
    Ok(Answer::per_server(
        "λ_j = μ_j − √μ_j·(Σμ − λ) / Σ√μ",
        |j| filled[j].clone(),
        values,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Prediction, predict};
    use equipoise_engine::balance::StrategyId;
    use equipoise_engine::scenario::presets;

    fn of(scenario: &Scenario, id: &str) -> Prediction {
        predict(scenario)
            .into_iter()
            .find(|p| p.id == id)
            .expect(id)
    }

    /// Equal servers with μ = 1 at ρ = 0.8, under some strategy.
    fn equal(n: usize) -> Scenario {
        let mut s = presets::find("little").expect("preset");
        s.servers = vec![s.servers[0].clone(); n];
        s.arrivals.rate_per_s = 0.8 * n as f64;
        s
    }

    /// n = 2: 2.7778 ≤ 2.95574 (exact) ≤ 3.84398 ≤ 5.
    #[test]
    fn strategies_come_in_their_known_order() {
        for n in [2, 4, 50] {
            let number = |id| of(&equal(n), id).number().expect(id);
            let order = [
                number("if-one-queue"),
                number("if-round-robin"),
                number("if-random"),
            ];
            assert!(order.is_sorted(), "{n}: {order:?}");
            assert!(
                (number("if-random") - 5.0).abs() < 1e-12
                    && (number("if-proportional") - 5.0).abs() < 1e-12
            );
            let Ok(Value::Bounds { low, high }) = of(&equal(n), "if-shortest").value else {
                panic!("bounds")
            };
            assert!(low == order[0] && high == order[1]);
        }
        let fifty = of(&equal(50), "if-two-choices");
        assert!(
            (fifty.number().expect("a number") - 1.94736).abs() < 1e-5 && fifty.kind == Kind::Limit
        );
        // Of two servers, two distinct ones are both.
        assert_eq!(of(&equal(2), "if-two-choices").kind, Kind::Bounds);
    }

    #[test]
    fn least_connections_lies_between_its_bounds() {
        let mut s = equal(2);
        s.balancer.strategy.id = StrategyId::LeastConnections;
        let p = of(&s, "response");
        let Ok(Value::Bounds { low, high }) = p.value else {
            panic!("{p:?}")
        };
        assert!(low < 2.95574 && 2.95574 < high && p.kind == Kind::Bounds);
    }

    #[test]
    fn the_best_split_of_two_speeds() {
        let mut s = equal(2);
        (s.servers[0].speed, s.arrivals.rate_per_s) = (4.0, 2.5);
        let Ok(Value::PerServer(rates)) = of(&s, "optimal-split").value else {
            panic!("rates")
        };
        assert!((rates[0] - 7.0 / 3.0).abs() < 1e-12 && (rates[1] - 1.0 / 6.0).abs() < 1e-12);
        assert!((of(&s, "if-optimal").number().expect("a number") - 0.64).abs() < 1e-12);
        assert!((of(&s, "if-proportional").number().expect("a number") - 0.8).abs() < 1e-12);
        // An even split would drown the slow one.
        assert_eq!(
            of(&s, "if-random").value.expect_err("overloaded").id,
            "overloaded"
        );
        assert_eq!(
            of(&s, "if-shortest").value.expect_err("unequal").id,
            "unequal-machines"
        );
    }

    /// nginx draws by weight and goes over to turns: 30 different ones of 60 are found in 21 draws
    /// never.
    #[test]
    fn nginx_draws_are_even_only_with_equal_weights_and_few_choices() {
        assert!(
            (gives_up(1, 4, 4) - 0.0).abs() < 1e-15 && (gives_up(22, 60, 60) - 1.0).abs() < 1e-12
        );
        assert!((gives_up(2, 2, 2) - libm::pow(0.5, 20.0)).abs() < 1e-15);
        let nginx = |n, choices| {
            let mut s = equal(n);
            (s.balancer.strategy.id, s.balancer.strategy.choices) =
                (StrategyId::TwoChoices, choices);
            s.balancer.strategy.draw = equipoise_engine::balance::Draw::Nginx;
            s
        };
        assert_eq!(of(&nginx(50, 2), "response").kind, Kind::Limit);
        let one = of(&nginx(4, 1), "response");
        assert!((one.number().expect("random") - 5.0).abs() < 1e-12 && one.kind == Kind::Exact);
        assert_eq!(
            of(&nginx(60, 30), "response").value.expect_err("turns").id,
            "no-simple-formula"
        );
        let mut weighted = nginx(4, 1);
        weighted.servers[0].weight = 3;
        assert_eq!(
            of(&weighted, "response").value.expect_err("weights").id,
            "unequal-weights"
        );
    }

    #[test]
    fn conditions_give_reasons() {
        let reason = |id: &str, change: &dyn Fn(&mut Scenario)| {
            let mut s = equal(2);
            change(&mut s);
            of(&s, id).value.expect_err(id).id
        };
        assert_eq!(
            reason("if-random", &|s| s.arrivals.rate_per_s = 2.0),
            "unstable"
        );
        assert_eq!(
            reason("if-random", &|s| s.arrivals.pattern = Pattern::Bursty),
            "poisson-only"
        );
        assert_eq!(
            reason("if-random", &|s| s.sizes.law = SizeLaw::Pareto),
            "exponential-only"
        );
        assert_eq!(
            reason("if-optimal", &|s| s.servers.truncate(1)),
            "one-server"
        );
        assert_eq!(
            reason("if-one-queue", &|s| s.servers[1].slots = 2),
            "one-slot"
        );
        assert_eq!(
            reason("if-shortest", &|s| s.servers[1].queue = Some(4)),
            "bounded-queue"
        );
        let mut shared = equal(2);
        shared.sizes.law = SizeLaw::Pareto;
        shared
            .servers
            .iter_mut()
            .for_each(|s| s.service = Service::ProcessorSharing);
        assert!((of(&shared, "if-random").number().expect("insensitive") - 5.0).abs() < 1e-12);
        assert_eq!(
            of(&shared, "if-round-robin")
                .value
                .expect_err("not insensitive")
                .id,
            "exponential-only"
        );
    }
}
