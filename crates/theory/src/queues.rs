//! Utilisation and stability.

use super::classes::Classes;
use super::conditions;
use super::models::less;
use super::{Answer, Question, Reason, losses, show};
use equipoise_engine::scenario::{Scenario, ServerConfig, ServerState, letter};
use equipoise_engine::workload::clients::Population;

/// ρ: work that comes per second over work that can be done per second, λ·s·E\[S\] / (v·c).
/// `rate_per_s` is λ, `share` s the part of the tasks that comes here, `mean_size` E\[S\] in units
/// of work, `speed` v in units per second and slot, `slots` c. Below 1 a queue without limit stays
/// finite in the long run (Loynes 1962).
pub fn utilisation(rate_per_s: f64, share: f64, mean_size: f64, speed: f64, slots: u32) -> f64 {
    rate_per_s * share * mean_size / (speed * f64::from(slots))
}

/// The work per second that each server can do (units/s); 0 if it is not up.
fn capacities(scenario: &Scenario) -> Vec<f64> {
    let capacity = |s: &ServerConfig| {
        if s.state == ServerState::Up {
            s.speed * f64::from(s.slots)
        } else {
            0.0
        }
    };
    scenario.servers.iter().map(capacity).collect()
}

/// The part of what the servers that are up can do that is used: ρ, less what is lost on the way.
/// Where nothing is lost and ρ ≥ 1, it is what comes over what can be done.
pub(super) fn utilisation_answer(q: &Question) -> Result<Answer, Reason> {
    let rate = conditions::rate_per_s(q.scenario)?;
    conditions::somebody_up(q.scenario)?;
    let (size, capacity) = (
        q.scenario.sizes.mean,
        capacities(q.scenario).iter().sum::<f64>(),
    );
    let (sent, served) = (losses::sent(q)?, losses::served(q)?);
    if sent.rate_per_s * size < capacity {
        nobody_drowns(q, sent.rate_per_s)?;
        losses::pulls_suffice(q.scenario, sent.rate_per_s)?;
    }
    let served = match q.shares() {
        Ok(shares) if served.iter().any(|&part| part < 1.0) => shares
            .expected
            .iter()
            .zip(&served)
            .map(|(share, part)| share * part)
            .sum(),
        _ => 1.0,
    };
    let part = sent.part * served;
    let (rate, size, all) = (rate, show(size), show(capacity));
    let value = rate * q.scenario.sizes.mean / capacity * part;
    if part == 1.0 {
        return Ok(Answer::number(
            "ρ = λ·E[S] / Σ(v_j·c_j)",
            format!("{} · {size} / {all}", show(rate)),
            value,
        ));
    }
    let filled = format!("{} · {} · {size} / {all}", show(rate), less(1.0 - part));
    Ok(Answer::number(
        "ρ = λ·(1 − p)·E[S] / Σ(v_j·c_j)",
        filled,
        value,
    ))
}

/// No server gets more than it can do while others have time: then less is used than comes.
fn nobody_drowns(q: &Question, sent_per_s: f64) -> Result<(), Reason> {
    let s = q.scenario;
    let drowns = |shares: &[f64], margin: f64| {
        let server = |j: &usize| {
            let c = &s.servers[*j];
            let rho = utilisation(sent_per_s, shares[*j], s.sizes.mean, c.speed, c.slots);
            (c.queue.is_none() && rho * margin >= 1.0).then_some((*j, rho))
        };
        (0..shares.len()).find_map(|j| server(&j))
    };
    match q.shares() {
        Ok(shares) => match drowns(&shares.expected, 1.0) {
            Some((j, rho)) if losses::limit(s).is_none() => Err(Reason::new("overloaded")
                .with("server", letter(j))
                .with("rho", show(rho))),
            _ => Ok(()),
        },
        // Nearly by weight: a tenth of a share is more than rounding makes of it, unless a weight
        // is cut off.
        Err(reason) if reason.id == "rounded-weights" && s.balancer.rules.is_empty() => {
            let up = conditions::up(s);
            let total: f64 = up.iter().map(|&j| f64::from(s.servers[j].weight)).sum();
            let mut shares = vec![0.0; s.servers.len()];
            up.iter()
                .for_each(|&j| shares[j] = f64::from(s.servers[j].weight) / total);
            let even = shares.iter().all(|share| share * up.len() as f64 <= 10.0);
            conditions::holds(even && drowns(&shares, 1.1).is_none(), || reason)
        }
        // What looks at the load lets no server drown, but it cannot send tasks out of their group.
        Err(reason) if reason.id == "by-load" => {
            conditions::holds(groups_suffice(s, sent_per_s), || reason)
        }
        Err(reason) => Err(reason),
    }
}

/// No groups of the rule table together get more work than their servers together can do.
fn groups_suffice(scenario: &Scenario, sent_per_s: f64) -> bool {
    if scenario.balancer.rules.is_empty() {
        return true;
    }
    let classes = Classes::new(scenario, &Population::new(&scenario.clients))
        .all()
        .unwrap_or_default();
    let capacities = capacities(scenario);
    let bears = |set: u32| {
        let of = || {
            classes
                .iter()
                .enumerate()
                .filter(|(i, _)| set >> i & 1 == 1)
                .map(|(_, class)| class)
        };
        let work = of().map(|class| class.1).sum::<f64>() * sent_per_s * scenario.sizes.mean;
        let any = |j: usize| of().any(|class| class.0.has(j));
        work < capacities
            .iter()
            .enumerate()
            .filter(|(j, _)| any(*j))
            .map(|(_, capacity)| capacity)
            .sum()
    };
    classes.len() <= 8 && (1..1 << classes.len()).all(bears)
}

pub(super) fn per_server_answer(q: &Question) -> Result<Answer, Reason> {
    let rate = conditions::rate_per_s(q.scenario)?;
    let shares = &q.shares()?.expected;
    let (size, servers) = (q.scenario.sizes.mean, &q.scenario.servers);
    let (sent, served) = (losses::sent(q)?, losses::served(q)?);
    if sent.rate_per_s * size < capacities(q.scenario).iter().sum() {
        losses::pulls_suffice(q.scenario, sent.rate_per_s)?;
    }
    let part = |j: usize| sent.part * served[j];
    let value = |(j, server): (usize, &ServerConfig)| {
        utilisation(rate, shares[j], size, server.speed, server.slots) * part(j)
    };
    let values = servers.iter().enumerate().map(value).collect();
    let lossy = (0..servers.len()).any(|j| part(j) < 1.0);
    let filled = |j: usize| {
        let capacity = servers[j].speed * f64::from(servers[j].slots);
        let kept = if lossy {
            format!("{} · ", less(1.0 - part(j)))
        } else {
            String::new()
        };
        format!(
            "{} · {} · {kept}{} / {}",
            show(rate),
            show(shares[j]),
            show(size),
            show(capacity)
        )
    };
    let formula = if lossy {
        "ρ_j = λ·s_j·(1 − p_j)·E[S] / (v_j·c_j)"
    } else {
        "ρ_j = λ·s_j·E[S] / (v_j·c_j)"
    };
    Ok(Answer::per_server(formula, filled, values))
}

pub(super) fn rate_answer(q: &Question) -> Result<Answer, Reason> {
    let s = q.scenario;
    conditions::rate_per_s(s)?;
    let shares = &q.shares()?.expected;
    losses::nothing_refused(q)?;
    // A task on the way to a server that pulls holds its slot.
    let slow = s.balancer.strategy.id.pools() && s.balancer.dispatcher.latency_s > 0.0;
    conditions::holds(!slow, || Reason::new("balancer-limits"))?;
    let (size, found) = (s.sizes.mean, q.found.clone()?);
    let bears = capacities(s)
        .into_iter()
        .enumerate()
        .filter(|(j, _)| shares[*j] > 0.0);
    let (j, capacity) = bears
        .min_by(|(i, a), (j, b)| (a / shares[*i]).total_cmp(&(b / shares[*j])))
        .ok_or_else(|| Reason::new("nobody"))?;
    let bears = capacity / (shares[j] * size * found);
    if let Some(decides) = losses::decisions_per_s(s).filter(|&decides| decides < bears) {
        return Ok(Answer::number(
            "λ_max = decisions per second",
            String::new(),
            decides,
        ));
    }
    let part = if found < 1.0 {
        format!(" · {}", show(found))
    } else {
        String::new()
    };
    let filled = format!(
        "{}: {} / ({} · {}{part})",
        letter(j),
        show(capacity),
        show(shares[j]),
        show(size)
    );
    let formula = if found < 1.0 {
        "λ_max = min_j v_j·c_j / (s_j·E[S]·P(server up))"
    } else {
        "λ_max = min_j v_j·c_j / (s_j·E[S])"
    };
    Ok(Answer::number(formula, filled, bears))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Value, predict};
    use equipoise_engine::balance::StrategyId;
    use equipoise_engine::scenario::{KeySource, Rule, presets};

    fn of(scenario: &Scenario, id: &str) -> Result<Value, Reason> {
        predict(scenario)
            .into_iter()
            .find(|p| p.id == id)
            .expect(id)
            .value
    }

    fn number(scenario: &Scenario, id: &str) -> f64 {
        match of(scenario, id) {
            Ok(Value::Number(x)) => x,
            other => panic!("{id}: {other:?}"),
        }
    }

    fn per_server(scenario: &Scenario, id: &str) -> Vec<f64> {
        match of(scenario, id) {
            Ok(Value::PerServer(values)) => values,
            other => panic!("{id}: {other:?}"),
        }
    }

    fn why(scenario: &Scenario, id: &str) -> &'static str {
        of(scenario, id).expect_err(id).id
    }

    /// M/M/1 at λ = 0.8 in `servers` copies, under a strategy.
    fn copies(servers: usize, id: StrategyId) -> Scenario {
        let mut s = presets::find("little").expect("preset");
        s.servers = vec![s.servers[0].clone(); servers];
        s.arrivals.rate_per_s = 0.8 * servers as f64;
        s.balancer.strategy.id = id;
        s
    }

    /// M/M/1/2 at ρ = 0.8 loses 0.64/2.44; the rest is served.
    #[test]
    fn what_a_full_queue_refuses_does_not_keep_a_server_busy() {
        let mut s = copies(2, StrategyId::Random);
        s.servers[1].queue = Some(1);
        let kept = 1.8 / 2.44;
        let busy = per_server(&s, "server-utilisation");
        assert!(
            (busy[0] - 0.8).abs() < 1e-12 && (busy[1] - 0.8 * kept).abs() < 1e-12,
            "{busy:?}"
        );
        assert!((number(&s, "utilisation") - 0.4 * (1.0 + kept)).abs() < 1e-12);
        // They are sent all the same.
        assert!(
            per_server(&s, "gap")
                .iter()
                .all(|gap| (gap - 1.25).abs() < 1e-12)
        );
        assert_eq!(why(&s, "largest-rate"), "bounded-queue");
        // Overload that is bounded keeps it busy, but no more than wholly.
        s.arrivals.rate_per_s = 1.9;
        s.servers[1].queue = Some(1000);
        let busy = per_server(&s, "server-utilisation");
        assert!(busy[1] < 1.0);
        s.balancer.strategy.id = StrategyId::RoundRobin;
        for id in ["utilisation", "server-utilisation"] {
            assert_eq!(why(&s, id), "loss-unknown", "{id}");
        }
    }

    /// A limit of two connections turns away before a server is picked: M/M/1/2 again, and with
    /// several queues nobody knows how many.
    #[test]
    fn what_the_balancer_turns_away_is_not_sent() {
        let mut s = copies(1, StrategyId::RoundRobin);
        s.balancer.dispatcher.connections = Some(2);
        let kept = 1.8 / 2.44;
        assert!((number(&s, "utilisation") - 0.8 * kept).abs() < 1e-12);
        assert!((per_server(&s, "server-utilisation")[0] - 0.8 * kept).abs() < 1e-12);
        assert!((per_server(&s, "gap")[0] - 1.25 / kept).abs() < 1e-12);
        assert_eq!(why(&s, "largest-rate"), "balancer-limits");
        let mut two = copies(2, StrategyId::Random);
        // Eight are there on average: two hundred never.
        two.balancer.dispatcher.connections = Some(200);
        assert!(
            (per_server(&two, "gap")[0] - 1.25).abs() < 1e-12
                && (number(&two, "utilisation") - 0.8).abs() < 1e-12
        );
        let mut shortest = copies(2, StrategyId::LeastConnections);
        // Six at most on average, and 1.6 on their way.
        (
            shortest.balancer.dispatcher.connections,
            shortest.balancer.dispatcher.latency_s,
        ) = (Some(100), 1.0);
        assert!((number(&shortest, "utilisation") - 0.8).abs() < 1e-12);
        shortest.balancer.dispatcher.connections = Some(50);
        assert_eq!(why(&shortest, "utilisation"), "loss-unknown");
        two.balancer.dispatcher.connections = Some(20);
        for id in ["gap", "utilisation", "server-utilisation"] {
            assert_eq!(why(&two, id), "loss-unknown", "{id}");
        }
    }

    /// A balancer that decides half as fast as tasks come sends half of them; a rule whose servers
    /// are down loses what it names (a third of six equal tenants).
    #[test]
    fn slow_decisions_and_dead_groups_are_counted() {
        let mut slow = copies(2, StrategyId::Random);
        slow.balancer.dispatcher.decisions_per_s = Some(0.8);
        assert!((number(&slow, "utilisation") - 0.4).abs() < 1e-12);
        assert!(
            (per_server(&slow, "gap")[0] - 2.5).abs() < 1e-12
                && number(&slow, "largest-rate") == 0.8
        );
        let mut dead = copies(3, StrategyId::Random);
        dead.servers[2].state = ServerState::Down;
        let rule = |tenant: &str| Rule {
            by: KeySource::Header,
            pattern: tenant.into(),
            servers: vec![2],
        };
        dead.balancer.rules = vec![rule("t0"), rule("t1")];
        assert!(
            (number(&dead, "utilisation") - 0.8).abs() < 1e-9,
            "2.4·(2/3)/2: {}",
            number(&dead, "utilisation")
        );
        let gaps = per_server(&dead, "gap");
        assert!(
            (gaps[0] - 1.25).abs() < 1e-9 && gaps[2].is_nan(),
            "{gaps:?}"
        );
        assert!((number(&dead, "largest-rate") - 3.0).abs() < 1e-9);
        // Earliest deadline first begins anew after each task that finds nobody.
        dead.balancer.strategy.id = StrategyId::EdfWrr;
        for id in ["shares", "gap", "server-utilisation", "utilisation"] {
            assert_eq!(why(&dead, id), "rules-share-turn", "{id}");
        }
    }

    /// A server that pulls idles while a task is on its way: 1/(1 s + 1 s) is all it can do.
    #[test]
    fn a_server_that_pulls_waits_for_the_way() {
        let mut s = copies(1, StrategyId::Pull);
        s.balancer.dispatcher.latency_s = 1.0;
        for id in ["gap", "utilisation", "server-utilisation", "largest-rate"] {
            assert_eq!(why(&s, id), "balancer-limits", "{id}");
        }
        s.arrivals.rate_per_s = 0.4;
        assert!(
            (number(&s, "utilisation") - 0.4).abs() < 1e-12
                && (per_server(&s, "gap")[0] - 2.5).abs() < 1e-12
        );
        // Sent at once, the way delays and does not occupy.
        s.balancer.strategy.id = StrategyId::RoundRobin;
        assert!((number(&s, "largest-rate") - 1.0).abs() < 1e-12);
    }

    /// Speeds 4 and 1 by even chance: the slow one drowns at 1.2 of its capacity, and less is used
    /// than comes.
    #[test]
    fn a_drowning_server_uses_less_than_comes() {
        let mut s = copies(2, StrategyId::Random);
        (s.servers[0].speed, s.arrivals.rate_per_s) = (4.0, 2.4);
        assert_eq!(why(&s, "utilisation"), "overloaded");
        assert!(
            (per_server(&s, "server-utilisation")[1] - 1.2).abs() < 1e-12,
            "the offered load"
        );
        s.arrivals.rate_per_s = 6.0;
        assert!(
            (number(&s, "utilisation") - 1.2).abs() < 1e-12,
            "all of it is offered"
        );
        // Least connections keeps both busy, but not with what a rule keeps to the slow one: a
        // sixth, then a half.
        s.balancer.strategy.id = StrategyId::LeastConnections;
        s.arrivals.rate_per_s = 2.4;
        let rule = |tenant: &str| Rule {
            by: KeySource::Header,
            pattern: tenant.into(),
            servers: vec![1],
        };
        s.balancer.rules = vec![rule("t0")];
        assert!((number(&s, "utilisation") - 0.48).abs() < 1e-12);
        s.balancer.rules = ["t0", "t1", "t2"].map(rule).to_vec();
        assert_eq!(why(&s, "utilisation"), "by-load");
    }

    /// HAProxy's turns come only near to unequal weights.
    #[test]
    fn haproxys_turns_claim_no_unequal_shares() {
        let mut s = copies(3, StrategyId::HaproxyWrr);
        assert!(
            (number(&s, "utilisation") - 0.8).abs() < 1e-12
                && per_server(&s, "shares") == [1.0 / 3.0; 3]
        );
        (
            s.servers[0].weight,
            s.servers[1].weight,
            s.servers[2].weight,
        ) = (3, 3, 2);
        for id in ["shares", "gap", "server-utilisation", "largest-rate"] {
            assert_eq!(why(&s, id), "rounded-weights", "{id}");
        }
    }

    /// μ = (2, ½, ½), w = (5, 1, 1): the first bears 2·7/5 = 2.8, the others 3.5.
    #[test]
    fn the_largest_rate_is_the_weakest_links() {
        let mut s = presets::find("weights").expect("preset");
        s.sizes.mean = 1.0;
        let rate = |s: &Scenario| match of(s, "largest-rate") {
            Ok(Value::Number(rate)) => rate,
            other => panic!("{other:?}"),
        };
        assert!((rate(&s) - 2.8).abs() < 1e-9);
        s.balancer.dispatcher.decisions_per_s = Some(2.5);
        assert_eq!(rate(&s), 2.5);
    }
}
