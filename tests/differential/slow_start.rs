//! HAProxy's rings while a server's weight grows: pick for pick.

use crate::exports::haproxy;
use crate::farm::{Farm, Request};
use crate::program::{Reference, Running};
use equipoise::balance::bare::{Bare, pick_letter};
use equipoise::balance::{AnyStrategy, Cluster, Pick, Setup, StrategyConfig, StrategyId};
use equipoise::rng::{Purpose, Rng};
use equipoise::scenario::KeySource;
use equipoise::workload::Task;
use equipoise::workload::clients::{Clients, Population};
use std::fmt::Write as _;
use std::time::Instant;

const KEYS: u32 = 150;
const WEIGHTS: [u32; 3] = [16, 9, 12];
/// The server that returns.
const BACK: usize = 2;
/// How long its weight grows (s).
const GROWS_S: u32 = 8;

/// What the simulator picks for all keys, a number of whole seconds after the return.
fn expected(id: StrategyId, age_s: u32) -> String {
    let mut population = Population::new(&Clients {
        tenants: KEYS,
        ..Clients::default()
    });
    population.tenants = (0..KEYS).map(|i| format!("t{i}")).collect();
    let mut strategy = AnyStrategy::new(&Setup {
        weights: &WEIGHTS,
        addresses: &[],
        population: &population,
        config: &StrategyConfig {
            id,
            key: KeySource::Header,
            ..StrategyConfig::default()
        },
        ways: None,
    });
    let mut weights = WEIGHTS.map(|weight| 100 * weight);
    weights[BACK] = weights[BACK] * age_s.min(GROWS_S) / GROWS_S;
    let bare = Bare::new(&weights);
    let cluster = Cluster {
        weight_step: 0.01,
        ..bare.cluster()
    };
    let mut rng = Rng::new(7, Purpose::Choices(0));
    (0..KEYS)
        .map(|key| pick_letter(strategy.pick(&Task::with_keys(key), &cluster, &mut rng, &mut ())))
        .collect()
}

fn backend(name: &str, more: &str, farm: &Farm) -> String {
    let mut text = format!("backend {name}\nbalance hdr(X-Tenant)\nhash-type consistent\n{more}");
    for (s, weight) in WEIGHTS.iter().enumerate() {
        let off = if s == BACK { " disabled" } else { "" };
        let address = &farm.addresses[s];
        _ = writeln!(
            text,
            "server s{s} {address} weight {weight} slowstart {GROWS_S}s{off}"
        );
    }
    text
}

/// HAProxy counts whole seconds, and changes weights once a second here: what it picks is what the
/// simulator picks at this second or at one beside it, and more and more comes to the server.
#[test]
fn haproxys_ring_grows_as_the_simulators_does() {
    let Some(program) = Reference::Haproxy.find() else {
        return;
    };
    let mut farm = Farm::open(20_500);
    let running = Running::start(Reference::Haproxy, &program, |port| {
        let ring = backend("haproxy-ring", "", &farm);
        let bounded = backend("bounded-load", "hash-balance-factor 300\n", &farm);
        haproxy(port, &(ring + &bounded))
    });
    let ids = [StrategyId::HaproxyRing, StrategyId::BoundedLoad];
    for id in ids {
        running.order(&format!("set server {id}/s{BACK} state ready"));
    }
    let back = Instant::now();
    let mut parts = Vec::new();
    loop {
        let age_s = back.elapsed().as_secs() as u32;
        for id in ids {
            let mut seen = String::new();
            for key in 0..KEYS {
                let headers = format!("X-Case: {id}\r\nX-Tenant: t{key}\r\n");
                let request = Request {
                    path: "/",
                    headers: &headers,
                    ..Request::default()
                };
                let server = farm.ask(running.port, request);
                seen += &pick_letter(server.map_or(Pick::NoServer, Pick::Server));
            }
            // The weight may have changed while they were asked for: then this round says nothing.
            let later_s = back.elapsed().as_secs() as u32;
            let mut ages = age_s.saturating_sub(1)..=later_s;
            let fits = ages.any(|age_s| expected(id, age_s) == seen);
            assert!(
                fits || later_s > age_s,
                "{id} after {age_s} s\n  {seen}\n  {}",
                expected(id, age_s)
            );
            parts.push((fits, seen.matches('c').count()));
        }
        if age_s > GROWS_S + 1 {
            break;
        }
    }
    let fitting: Vec<usize> = parts
        .iter()
        .filter(|part| part.0)
        .map(|part| part.1)
        .collect();
    assert!(fitting.len() * 2 > parts.len(), "{parts:?}");
    let last = fitting.last().expect("the last round fits");
    assert!(fitting[0] * 4 < *last, "{fitting:?}");
}
