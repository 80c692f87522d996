//! Nanoseconds per pick of each strategy, without a simulation around it: 64 servers of weights 1
//! to 8 and four slots, a hundred tasks in progress at any time, and clients and URLs of which some
//! are far more popular than others. What a strategy does when it hears that a task is done counts
//! too.
//!
//! `cargo bench --bench picks`, or with strategies' ids behind `--`. Printed are the best and the
//! middle of many short trials, which take turns: a machine that does something else beside only
//! ever adds to a trial.

use equipoise::balance::{
    AnyStrategy, Cluster, Done, Facts, Mask, Outcome, Pick, Reports, Setup, StrategyConfig,
    StrategyId,
};
use equipoise::rng::{Purpose, Rng};
use equipoise::scenario::{Clients, KeySource, server_address};
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

/// A strategy and the tasks in flight under it.
struct Run<'a> {
    strategy: AnyStrategy,
    rng: Rng,
    weights: &'a [u32],
    facts: &'a [Facts],
    reports: Reports,
    /// Where the tasks in flight are, oldest first, as a ring.
    ring: [usize; IN_PROGRESS],
    n: usize,
    trials_ns: Vec<f64>,
}

impl Run<'_> {
    fn trial(&mut self, tasks: &[Task]) {
        let all = Mask::all(SERVERS);
        let start = Instant::now();
        for task in tasks {
            self.n += 1;
            let now_s = self.n as f64 * 0.01;
            let oldest = &mut self.ring[self.n % IN_PROGRESS];
            if let Some(count) = self.reports.present.get_mut(*oldest) {
                *count -= 1;
                self.strategy.finished(&Done {
                    server: *oldest,
                    now_s,
                    task: self.n as u64,
                    response_s: 1.0,
                    rank: 1 + *count,
                    active: *count,
                    outcome: Outcome::Served,
                });
            }
            let cluster = Cluster {
                now_s,
                eligible: &all,
                healthy: &all,
                weights: self.weights,
                weight_step: 1.0,
                reports: &self.reports,
                in_flight: &self.reports.present,
                own_in_flight: &self.reports.present,
                request: None,
                facts: self.facts,
            };
            let pick = black_box(self.strategy.pick(task, &cluster, &mut self.rng, &mut ()));
            *oldest = usize::MAX;
            if let Pick::Server(server) = pick {
                self.reports.present[server] += 1;
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
    let weights: Vec<u32> = (0..SERVERS as u32).map(|i| 1 + (i * 7) % 8).collect();
    let facts = [Facts {
        slots: 4,
        speed: 1.0,
        shares: false,
    }; SERVERS];
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
    let task = |_| Task {
        keys: population.draw(&mut keys),
        size: 1.0,
        ..Task::default()
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
                ways: None,
            };
            let run = Run {
                strategy: AnyStrategy::new(&setup),
                rng: Rng::new(7, Purpose::Choices(0)),
                weights: &weights,
                facts: &facts,
                reports: Reports {
                    present: vec![0; SERVERS],
                    waiting: vec![0; SERVERS],
                    work: vec![0.0; SERVERS],
                    kv_usage: Vec::new(),
                },
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
