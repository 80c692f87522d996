//! A strategy reads only what it declares: with everything else scrambled it picks the same.

#![cfg(not(target_arch = "wasm32"))]

use equipoise::balance::{
    AnyStrategy, Cluster, Done, Explanation, Facts, Knows, Mask, Outcome, Own, Pick, Policy,
    Reports, Setup, StrategyConfig, StrategyId,
};
use equipoise::rng::{Purpose, Rng};
use equipoise::scenario::server_address;
use equipoise::workload::clients::Population;
use equipoise::workload::{Clients, KeySource, Task};

const SERVERS: usize = 6;
const TASKS: u32 = 400;

/// What a cluster consists of, in the form in which it can be scrambled.
#[derive(Clone)]
struct World {
    weights: Vec<u32>,
    in_flight: Vec<u32>,
    own_work: Vec<f64>,
    present: Vec<u32>,
    waiting: Vec<u32>,
    work: Vec<f64>,
    facts: Vec<Facts>,
}

fn counts(rng: &mut Rng, most: u64) -> Vec<u32> {
    (0..SERVERS).map(|_| rng.below(most) as u32).collect()
}

fn works(rng: &mut Rng) -> Vec<f64> {
    (0..SERVERS).map(|_| 10.0 * rng.unit()).collect()
}

fn world(rng: &mut Rng, weights: &[u32]) -> World {
    let facts = |_| Facts {
        slots: 1 + rng.below(4) as u32,
        speed: 0.5 + rng.unit(),
        shares: false,
    };
    World {
        facts: (0..SERVERS).map(facts).collect(),
        weights: weights.to_vec(),
        in_flight: counts(rng, 5),
        own_work: works(rng),
        present: counts(rng, 9),
        waiting: counts(rng, 4),
        work: works(rng),
    }
}

/// The world, with everything drawn again but what `knows` says.
fn scrambled(world: &World, knows: Knows, rng: &mut Rng) -> World {
    let weights = counts(rng, 9);
    let other = self::world(rng, &weights);
    World {
        weights: match knows.weights {
            true => world.weights.clone(),
            false => other.weights.iter().map(|w| w + 1).collect(),
        },
        in_flight: match knows.in_flight {
            true => world.in_flight.clone(),
            false => other.in_flight,
        },
        own_work: match knows.work {
            true => world.own_work.clone(),
            false => other.own_work,
        },
        present: match knows.reports {
            true => world.present.clone(),
            false => other.present,
        },
        waiting: match knows.reports {
            true => world.waiting.clone(),
            false => other.waiting,
        },
        work: match knows.work {
            true => world.work.clone(),
            false => other.work,
        },
        facts: match knows.capacity {
            true => world.facts.clone(),
            false => other.facts,
        },
    }
}

fn cluster(world: &World, now_s: f64) -> Cluster<'_> {
    Cluster {
        now_s,
        eligible: Mask::of(SERVERS, |s| s != 4),
        healthy: Mask::of(SERVERS, |s| s != 4),
        weights: &world.weights,
        weight_step: 1.0,
        own: Own {
            in_flight: &world.in_flight,
            work: &world.own_work,
        },
        reports: Reports {
            present: &world.present,
            waiting: &world.waiting,
            work: &world.work,
        },
        goes_by_reports: false,
        facts: &world.facts,
    }
}

/// The picks of a strategy that is shown the world: all of it, or the rest scrambled but what is
/// `known`.
fn picks(config: &StrategyConfig, known: Option<Knows>) -> Vec<Pick> {
    let population = Population::new(&Clients::default());
    let addresses: Vec<String> = (0..SERVERS).map(server_address).collect();
    let mut truth = Rng::new(1, Purpose::Sizes);
    let mut noise = Rng::new(2, Purpose::Sizes);
    let weights: Vec<u32> = counts(&mut truth, 5).iter().map(|w| w + 1).collect();
    let first = world(&mut truth, &weights);
    let first = match known {
        Some(known) => scrambled(&first, known, &mut noise),
        None => first,
    };
    let mut strategy = AnyStrategy::new(&Setup {
        weights: &first.weights,
        addresses: &addresses,
        population: &population,
        config,
    });
    let mut choices = Rng::new(7, Purpose::Choices(0));
    let mut picks = Vec::new();
    for i in 0..TASKS {
        let now_s = f64::from(i);
        let mut task = Task {
            keys: population.draw(&mut truth),
            size: truth.unit(),
            ..Task::default()
        };
        let mut seen = world(&mut truth, &weights);
        let mut response_s = truth.unit();
        if let Some(known) = known {
            seen = scrambled(&seen, known, &mut noise);
            seen.weights.clone_from(&first.weights);
            for source in KeySource::ALL {
                if known.key != Some(source) {
                    task.keys[source as usize] = noise.below(6) as u32;
                }
            }
            if !known.work {
                task.size = noise.unit();
            }
            if !known.responses {
                response_s = noise.unit();
            }
        }
        let shown = cluster(&seen, now_s);
        let pick = strategy.pick(&task, &shown, &mut choices, &mut Explanation::default());
        picks.push(pick);
        if let Pick::Server(server) = pick {
            strategy.finished(&Done {
                server,
                now_s: now_s + 0.5,
                response_s,
                rank: 1,
                active: seen.in_flight[server],
                outcome: Outcome::Served,
            });
        }
    }
    picks
}

#[test]
fn a_strategy_reads_only_what_it_declares() {
    for &id in StrategyId::ALL {
        let config = StrategyConfig {
            id,
            ..StrategyConfig::default()
        };
        let known = Some(config.knows());
        assert_eq!(picks(&config, None), picks(&config, known), "{id}");
    }
}

/// The settings under which a strategy needs to know something else.
#[test]
fn what_it_declares_follows_its_settings() {
    let default = StrategyConfig::default();
    let others = [
        StrategyConfig {
            id: StrategyId::LeastResponseTime,
            knowledge: equipoise::balance::Knowledge::Sizes,
            ..default.clone()
        },
        StrategyConfig {
            id: StrategyId::TwoChoices,
            draw: equipoise::balance::Draw::Nginx,
            ..default.clone()
        },
        StrategyConfig {
            id: StrategyId::Maglev,
            key: KeySource::Ip,
            ..default.clone()
        },
        StrategyConfig {
            id: StrategyId::ArticleProgram,
            listing: vec![Policy::LeastConnections],
            ..default
        },
    ];
    for config in others {
        let known = Some(config.knows());
        assert_eq!(picks(&config, None), picks(&config, known), "{config:?}");
    }
}

/// What it declares, one thing at a time taken away.
fn with_one_less(knows: Knows) -> Vec<(&'static str, Knows)> {
    let mut less = Vec::new();
    for id in knows.ids() {
        let mut rest = knows;
        match id {
            "weights" => rest.weights = false,
            "capacity" => rest.capacity = false,
            "in-flight" => rest.in_flight = false,
            "responses" => rest.responses = false,
            "reports" => rest.reports = false,
            "work" => rest.work = false,
            _ => rest.key = None,
        }
        less.push((id, rest));
    }
    less
}

#[test]
fn what_is_declared_makes_a_difference() {
    for &id in StrategyId::ALL {
        let config = StrategyConfig {
            id,
            ..StrategyConfig::default()
        };
        let truth = picks(&config, None);
        for (what, rest) in with_one_less(config.knows()) {
            // Tasks are dealt at random; it is the thieves that look at queues.
            if id != StrategyId::WorkStealing {
                assert_ne!(truth, picks(&config, Some(rest)), "{id} without {what}");
            }
        }
    }
}
