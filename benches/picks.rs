//! Nanoseconds per pick of each strategy, without a simulation around it: 64 servers of weights 1
//! to 8, a hundred tasks in progress at any time, and clients and URLs of which some are far more
//! popular than others. What a strategy does when it hears that a task is done counts too.
//!
//! `cargo bench --bench picks`, or with strategies' ids behind `--`. Printed are the best and the
//! middle of many short trials, which take turns: a machine that does something else beside only
//! ever adds to a trial.

use equipoise::balance::{
    AnyStrategy, Cluster, Done, Mask, Outcome, Pick, Setup, StrategyConfig, StrategyId,
};
use equipoise::rng::{Purpose, Rng};
use equipoise::scenario::{Clients, KeySource, ServerConfig, server_address};
use equipoise::sim::server::Server;
use equipoise::workload::Task;
use equipoise::workload::clients::Population;
use std::hint::black_box;
use std::time::Instant;

const SERVERS: usize = 64;
/// Tasks that are in progress at a time.
const IN_PROGRESS: usize = 100;
/// Tasks that are known beforehand, and picks in a trial.
const TASKS: usize = 20_000;
const TRIALS: usize = 60;

/// A strategy and the tasks in progress under it.
struct Run<'a> {
    strategy: AnyStrategy,
    rng: Rng,
    servers: &'a [Server],
    weights: &'a [u32],
    active: Vec<u32>,
    sent_work: Vec<f64>,
    /// Where the tasks in progress are, oldest first, as a ring.
    ring: [usize; IN_PROGRESS],
    n: usize,
    trials_ns: Vec<f64>,
}

impl Run<'_> {
    fn trial(&mut self, tasks: &[Task]) {
        let eligible = Mask::of(SERVERS, |_| true);
        let start = Instant::now();
        for task in tasks {
            self.n += 1;
            let now_s = self.n as f64 * 0.01;
            let oldest = &mut self.ring[self.n % IN_PROGRESS];
            if let Some(count) = self.active.get_mut(*oldest) {
                *count -= 1;
                let (server, rank, active, outcome) =
                    (*oldest, 1 + *count, *count, Outcome::Served);
                self.strategy.finished(&Done {
                    server,
                    now_s,
                    response_s: 1.0,
                    rank,
                    active,
                    outcome,
                });
            }
            let (weights, active, sent_work, servers) =
                (self.weights, &self.active, &self.sent_work, self.servers);
            let cluster = Cluster {
                now_s,
                eligible,
                weights,
                active,
                sent_work,
                alone: false,
                servers,
            };
            let pick = black_box(self.strategy.pick(task, &cluster, &mut self.rng, &mut ()));
            *oldest = usize::MAX;
            if let Pick::Server(server) = pick {
                self.active[server] += 1;
                *oldest = server;
            }
        }
        self.trials_ns
            .push(start.elapsed().as_nanos() as f64 / tasks.len() as f64);
    }
}

fn main() {
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with('-'))
        .collect();
    let config = |i| ServerConfig {
        weight: 1 + (i as u32 * 7) % 8,
        slots: 4,
        ..ServerConfig::default()
    };
    let servers: Vec<Server> = (0..SERVERS).map(config).map(|s| Server::new(&s)).collect();
    let weights: Vec<u32> = (0..SERVERS).map(config).map(|s| s.weight).collect();
    let addresses: Vec<String> = (0..SERVERS).map(server_address).collect();
    let many = Clients {
        clients: 1000,
        urls: 1000,
        tenants: 100,
        ..Clients::default()
    };
    let population = Population::new(&Clients {
        client_skew: 0.9,
        url_skew: 0.9,
        tenant_skew: 0.9,
        ..many
    });
    let mut keys = Rng::new(7, Purpose::Keys);
    let task = |_| {
        let (client, url, tenant) = population.draw(&mut keys);
        Task {
            client,
            url,
            tenant,
            size: 1.0,
            ..Task::default()
        }
    };
    let tasks: Vec<Task> = (0..TASKS).map(task).collect();
    let ids = StrategyId::ALL
        .iter()
        .filter(|id| asked.is_empty() || asked.iter().any(|a| a == id.as_str()));
    let mut runs: Vec<(StrategyConfig, Run)> = ids
        .map(|&id| {
            let config = StrategyConfig {
                id,
                key: KeySource::Url,
                ..StrategyConfig::default()
            };
            let setup = Setup {
                weights: &weights,
                addresses: &addresses,
                population: &population,
                config: &config,
            };
            let run = Run {
                strategy: AnyStrategy::new(&setup),
                rng: Rng::new(7, Purpose::Choices(0)),
                servers: &servers,
                weights: &weights,
                active: vec![0; SERVERS],
                sent_work: vec![0.0; SERVERS],
                ring: [usize::MAX; IN_PROGRESS],
                n: 0,
                trials_ns: Vec::new(),
            };
            (config, run)
        })
        .collect();
    // The first trial makes tables and fills caches.
    runs.iter_mut().for_each(|(_, run)| run.trial(&tasks));
    runs.iter_mut().for_each(|(_, run)| run.trials_ns.clear());
    for _ in 0..TRIALS {
        runs.iter_mut().for_each(|(_, run)| run.trial(&tasks));
    }
    println!(
        "{:20} {:>8} {:>8}  ns/pick, {SERVERS} servers",
        "strategy", "best", "middle"
    );
    for (config, run) in &mut runs {
        run.trials_ns.sort_by(f64::total_cmp);
        println!(
            "{:20} {:8.1} {:8.1}",
            config.id.as_str(),
            run.trials_ns[0],
            run.trials_ns[TRIALS / 2]
        );
    }
}
