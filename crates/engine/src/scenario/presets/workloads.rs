//! The scenes of the article: its formulas and its program, and what a balancer does for training,
//! preprocessing and inference.

use super::*;
use crate::balance::Knowledge;

pub(super) const PRESETS: &[Preset] = &[
    Preset::new("article-formulas", article_formulas),
    Preset::new("article-least-load", article_least_load),
    Preset::new("article-program", article_program),
    Preset::new("training", training),
    Preset::new("preprocessing", preprocessing),
    Preset::new("preprocessing-pull", preprocessing_pull),
    Preset::new("inference", inference),
    Preset::new("bursts", bursts),
    Preset::new("little", little),
];

/// n = 3, R = 2, T = 10, every task 9 s: each server gets a task every 6 s that takes 9.
fn article_formulas() -> Scenario {
    Scenario {
        duration_s: 40.0,
        arrivals: Arrivals {
            start_s: 10.0,
            ..every(2.0)
        },
        sizes: constant(9.0),
        balancer: strategy(StrategyId::RoundRobin),
        ..Scenario::default()
    }
}

fn article_least_load() -> Scenario {
    Scenario {
        balancer: strategy(StrategyId::LeastConnections),
        ..article_formulas()
    }
}

/// Ten tasks; `execute` sleeps a second before it looks at the next.
fn article_program() -> Scenario {
    let mut balancer = strategy(StrategyId::ArticleProgram);
    balancer.dispatcher.decisions_per_s = Some(1.0);
    Scenario {
        duration_s: 12.0,
        arrivals: Arrivals {
            pattern: Pattern::Batch,
            tasks: 10,
            ..Arrivals::default()
        },
        sizes: constant(1.0),
        balancer,
        ..Scenario::default()
    }
}

/// A global batch of 512 samples in 8 shards of about 64, over workers of unequal speed.
fn training() -> Scenario {
    Scenario {
        unit: WorkUnit::Samples,
        duration_s: 30.0,
        arrivals: Arrivals {
            pattern: Pattern::Steps,
            tasks: 8,
            pause_s: 0.25,
            ..Arrivals::default()
        },
        sizes: sizes(SizeLaw::Lognormal, 64.0, 0.1),
        balancer: strategy(StrategyId::RoundRobin),
        servers: servers(&[(3, 96.0), (2, 64.0), (2, 64.0), (1, 32.0)]),
        ..Scenario::default()
    }
}

/// Forty files of very uneven size, dealt out beforehand.
fn preprocessing() -> Scenario {
    Scenario {
        unit: WorkUnit::Megabytes,
        duration_s: 40.0,
        arrivals: Arrivals {
            pattern: Pattern::Batch,
            tasks: 40,
            ..Arrivals::default()
        },
        sizes: sizes(SizeLaw::Pareto, 80.0, 1.2),
        balancer: strategy(StrategyId::RoundRobin),
        servers: servers(&[(1, 40.0); 4]),
        ..Scenario::default()
    }
}

/// The same files; each worker takes the next when it is free.
fn preprocessing_pull() -> Scenario {
    Scenario {
        balancer: strategy(StrategyId::Pull),
        ..preprocessing()
    }
}

/// Requests whose cost is the number of tokens to be written: most short, some very long.
fn inference() -> Scenario {
    let mut balancer = strategy(StrategyId::RoundRobin);
    balancer.strategy.knowledge = Knowledge::Sizes;
    Scenario {
        unit: WorkUnit::Tokens,
        duration_s: 120.0,
        arrivals: poisson(4.0),
        sizes: sizes(SizeLaw::Pareto, 200.0, 1.8),
        balancer,
        servers: servers(&[(1, 250.0); 4]),
        ..Scenario::default()
    }
}

fn bursts() -> Scenario {
    Scenario {
        // With this seed a burst comes at once.
        seed: 21,
        arrivals: Arrivals {
            pattern: Pattern::Bursty,
            rate_per_s: 2.0,
            burst_on_s: 2.0,
            burst_off_s: 6.0,
            ..Arrivals::default()
        },
        sizes: sizes(SizeLaw::Exponential, 1.0, 1.0),
        balancer: strategy(StrategyId::LeastConnections),
        servers: servers(&[(1, 1.0); 3])
            .into_iter()
            .map(|s| ServerConfig {
                queue: Some(8),
                ..s
            })
            .collect(),
        ..Scenario::default()
    }
}

/// One server, Poisson arrivals, exponential sizes, ρ = 0.8: M/M/1.
fn little() -> Scenario {
    Scenario {
        duration_s: 600.0,
        arrivals: poisson(0.8),
        sizes: sizes(SizeLaw::Exponential, 1.0, 1.0),
        balancer: strategy(StrategyId::RoundRobin),
        servers: equal_servers(1),
        ..Scenario::default()
    }
}
