//! The systems of the textbooks, whose formulas are known.

use super::*;

pub(super) const PRESETS: &[Preset] = &[
    Preset::new("mm1", mm1),
    Preset::new("mmc", mmc),
    Preset::new("mmck", mmck),
    Preset::new("erlang-a", erlang_a),
    Preset::new("mg1", mg1),
    Preset::new("mg1-ps", mg1_ps),
    Preset::new("random-split", random_split),
    Preset::new("two-speeds", two_speeds),
    Preset::new("e-n-m-1", e_n_m_1),
    Preset::new("jsq", jsq),
    Preset::new("supermarket", supermarket),
];

/// A textbook system: Poisson arrivals, exponential sizes of mean 1, servers of these weights and
/// speeds.
fn textbook(rate_per_s: f64, id: StrategyId, weights_and_speeds: &[(u32, f64)]) -> Scenario {
    Scenario {
        duration_s: 2000.0,
        arrivals: poisson(rate_per_s),
        sizes: sizes(SizeLaw::Exponential, 1.0, 1.0),
        balancer: strategy(id),
        servers: servers(weights_and_speeds),
        ..Scenario::default()
    }
}

/// W = 10 s: ten per cent more load than in the scene of Little's law, twice its response time.
fn mm1() -> Scenario {
    textbook(0.9, StrategyId::RoundRobin, &[(1, 1.0)])
}

/// Erlang's five servers at λ = 4: C = 0.5541 and Wq = 0.5541 s.
fn mmc() -> Scenario {
    textbook(4.0, StrategyId::Pull, &[(1, 1.0); 5])
}

/// Three slots and room for four more, at ρ = 0.9.
fn mmck() -> Scenario {
    let mut s = textbook(2.7, StrategyId::RoundRobin, &[(1, 1.0)]);
    s.servers[0].slots = 3;
    s.servers[0].queue = Some(4);
    s
}

/// Ten agents for nearly as many calls; each caller waits for 2 s on average, and hangs up.
fn erlang_a() -> Scenario {
    let mut s = textbook(9.5, StrategyId::RoundRobin, &[(1, 1.0)]);
    s.servers[0].slots = 10;
    s.retry_policy.timeout_s = Some(2.0);
    s.retry_policy.give_up = GiveUp {
        heard_by: HeardBy::Queue,
        patience: Patience::Exponential,
    };
    s
}

/// Twice as uneven as exponential: W = 11 s against 5.
fn mg1() -> Scenario {
    Scenario {
        sizes: sizes(SizeLaw::Lognormal, 1.0, 2.0),
        ..textbook(0.8, StrategyId::RoundRobin, &[(1, 1.0)])
    }
}

/// The same tasks, shared: W = 5 s again.
fn mg1_ps() -> Scenario {
    let mut s = mg1();
    s.servers[0].service = Service::ProcessorSharing;
    s
}

/// Four M/M/1 at ρ = 0.8.
fn random_split() -> Scenario {
    textbook(3.2, StrategyId::Random, &[(1, 1.0); 4])
}

/// In proportion to speed W = 0.8 s; at best 0.64.
fn two_speeds() -> Scenario {
    textbook(2.5, StrategyId::WeightedRandom, &[(4, 4.0), (1, 1.0)])
}

/// Four E_4/M/1 at ρ = 0.8.
fn e_n_m_1() -> Scenario {
    textbook(3.2, StrategyId::RoundRobin, &[(1, 1.0); 4])
}

/// Two servers at ρ = 0.8: W = 2.956 s, between 2.778 and 3.844.
fn jsq() -> Scenario {
    textbook(1.6, StrategyId::LeastConnections, &[(1, 1.0); 2])
}

/// A hundred servers at ρ = 0.9, two of them asked: W = 2.61 s in the limit of many, against 10 s
/// by chance.
fn supermarket() -> Scenario {
    textbook(90.0, StrategyId::TwoChoices, &[(1, 1.0); 100])
}
