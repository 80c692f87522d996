//! A strategy reads only what it declares: with everything else scrambled it picks the same.

#![cfg(not(target_arch = "wasm32"))]

use equipoise::balance::late::CacheChange;
use equipoise::balance::{
    AnyStrategy, Cluster, Done, Explanation, Facts, Knows, Mask, Outcome, Pick, Policy, Reports,
    Setup, StrategyConfig, StrategyId, Ways,
};
use equipoise::rng::{Purpose, Rng};
use equipoise::scenario::server_address;
use equipoise::workload::clients::Population;
use equipoise::workload::request::{Progress, Span};
use equipoise::workload::{Clients, KeySource, Request, Task};

const SERVERS: usize = 6;
const TASKS: u32 = 400;

/// What a cluster consists of, in the form in which it can be scrambled.
#[derive(Clone)]
struct World {
    weights: Vec<u32>,
    in_flight: Vec<u32>,
    own_in_flight: Vec<u32>,
    reports: Reports,
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
    let facts = (0..SERVERS).map(facts).collect();
    let in_flight = counts(rng, 5);
    let present = counts(rng, 9);
    let waiting = counts(rng, 4);
    let work = works(rng);
    World {
        facts,
        weights: weights.to_vec(),
        own_in_flight: in_flight.iter().rev().copied().collect(),
        in_flight,
        reports: Reports {
            present,
            waiting,
            kv_usage: work.iter().map(|work| work / 10.0).collect(),
            work,
        },
    }
}

/// A request whose prompt begins as one of four others do.
fn request(rng: &mut Rng) -> Request {
    let spans = [rng.below(4), 4 + rng.below(1000)];
    let prompt = spans.map(|stream| Span {
        stream,
        from: 0,
        tokens: 64,
    });
    Request {
        prompt: prompt.to_vec(),
        prompt_tokens: 128,
        output_tokens: 4,
        reply: 0,
        session: rng.below(30),
        turn: 1,
        prefix: None,
        urgent: false,
        progress: Progress::default(),
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
        own_in_flight: match knows.own_in_flight {
            true => world.own_in_flight.clone(),
            false => other.own_in_flight,
        },
        reports: Reports {
            kv_usage: match knows.reports {
                true => world.reports.kv_usage.clone(),
                false => other.reports.kv_usage,
            },
            present: match knows.reports {
                true => world.reports.present.clone(),
                false => other.reports.present,
            },
            waiting: match knows.reports {
                true => world.reports.waiting.clone(),
                false => other.reports.waiting,
            },
            work: match knows.work {
                true => world.reports.work.clone(),
                false => other.reports.work,
            },
        },
        facts: match knows.capacity {
            true => world.facts.clone(),
            false => other.facts,
        },
    }
}

fn cluster<'a>(
    world: &'a World,
    request: &'a Request,
    healthy: &'a Mask,
    now_s: f64,
) -> Cluster<'a> {
    Cluster {
        now_s,
        eligible: healthy,
        healthy,
        weights: &world.weights,
        weight_step: 1.0,
        reports: &world.reports,
        in_flight: &world.in_flight,
        own_in_flight: &world.own_in_flight,
        request: Some(request),
        facts: &world.facts,
    }
}

/// The picks of a strategy that is shown the world: all of it, or the rest scrambled but what is
/// `known`.
fn picks(config: &StrategyConfig, known: Option<Knows>) -> Vec<Pick> {
    equipoise::serving::install();
    let population = Population::new(&Clients::default());
    let addresses: Vec<String> = (0..SERVERS).map(server_address).collect();
    let mut truth = Rng::new(1, Purpose::Sizes);
    let mut noise = Rng::new(2, Purpose::Sizes);
    let mut requests = Rng::new(1, Purpose::Keys);
    let mut other_requests = Rng::new(2, Purpose::Keys);
    let weights: Vec<u32> = counts(&mut truth, 5).iter().map(|w| w + 1).collect();
    let first = world(&mut truth, &weights);
    let first = match known {
        Some(known) => scrambled(&first, known, &mut noise),
        None => first,
    };
    let ways = Ways {
        zones: (0..SERVERS as u32).map(|s| s % 2).collect(),
        mb_per_s: (1..=SERVERS).map(|s| 20.0 * s as f64).collect(),
        balancer_mb_per_s: 125.0,
        latency_s: 0.1,
        data_mb: 60.0,
        answer_mb: 5.0,
        mean_size: 0.5,
        ..Ways::default()
    };
    let ways = match known {
        Some(known) if !known.ways => Ways::default(),
        _ => ways,
    };
    let mut strategy = AnyStrategy::new(&Setup {
        weights: &first.weights,
        addresses: &addresses,
        population: &population,
        config,
        ways: Some(&ways),
    });
    let healthy = Mask::of(SERVERS, |s| s != 4);
    let mut choices = Rng::new(7, Purpose::Choices(0));
    let mut picks = Vec::new();
    for i in 0..TASKS {
        let now_s = f64::from(i);
        let mut task = Task {
            number: u64::from(i) + 1,
            keys: population.draw(&mut truth),
            size: truth.unit(),
            ..Task::default()
        };
        let mut seen = world(&mut truth, &weights);
        let mut response_s = truth.unit();
        let mut asked = request(&mut requests);
        let event = requests.below(SERVERS as u64) as usize;
        if let Some(known) = known {
            seen = scrambled(&seen, known, &mut noise);
            seen.weights.clone_from(&first.weights);
            for source in KeySource::ALL {
                let of_a_way = known.ways && source == KeySource::Ip;
                if known.key != Some(source) && !of_a_way {
                    task.keys[source as usize] = noise.below(6) as u32;
                }
            }
            let other = request(&mut other_requests);
            if !known.prompt {
                asked.prompt = other.prompt;
            }
            if !known.session {
                asked.session = other.session;
            }
            if !known.work {
                task.size = noise.unit();
            }
            if !known.responses {
                response_s = noise.unit();
            }
        }
        if known.unwrap_or(config.knows()).cache_events {
            let tokens: Vec<u32> = asked.tokens().collect();
            let stored: Vec<_> = equipoise_replica::block_hashes(&tokens, 16)
                .map(CacheChange::Stored)
                .collect();
            strategy.cache_changed(event, &stored);
        }
        let shown = cluster(&seen, &asked, &healthy, now_s);
        let pick = strategy.pick(&task, &shown, &mut choices, &mut Explanation::default());
        picks.push(pick);
        if let Pick::Server(server) = pick {
            strategy.finished(&Done {
                server,
                now_s: now_s + 0.5,
                task: task.number,
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
            "ways" => rest.ways = false,
            "weights" => rest.weights = false,
            "capacity" => rest.capacity = false,
            "in-flight" => {
                rest.in_flight = false;
                rest.own_in_flight = false;
            }
            "prompt" => rest.prompt = false,
            "cache-events" => rest.cache_events = false,
            "session" => rest.session = false,
            // What it remembers follows from the prompts.
            "sent-prompts" => continue,
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
            // Tasks are dealt at random; it is the thieves that look at queues. Dynamo's router
            // keeps its own book of the requests that it sent. Buckets go by the lengths of
            // prompts, which are all the same here.
            let exempt = id == StrategyId::WorkStealing
                || id == StrategyId::DynamoKvCost && what == "in-flight"
                || id == StrategyId::SglangBucket && what == "prompt";
            if !exempt {
                assert!(truth != picks(&config, Some(rest)), "{id} without {what}");
            }
        }
    }
}
