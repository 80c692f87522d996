//! Nanoseconds per pick of each strategy, without a simulation around it: 64 servers of mixed weights and speeds, with
//! counts of tasks in progress that change from pick to pick as tasks end.
//!
//! `cargo bench --bench picks`, or with a strategy's id behind it.

use criterion::{Criterion, criterion_group, criterion_main};
use equipoise::balance::{AnyStrategy, Cluster, Done, Mask, Outcome, Pick, Setup, StrategyConfig, StrategyId};
use equipoise::scenario::{Clients, ServerConfig, server_address};
use equipoise::sim::rng::{Purpose, Rng};
use equipoise::sim::server::Server;
use equipoise::sim::task::Task;
use equipoise::workload::clients::Population;
use std::hint::black_box;

const SERVERS: usize = 64;
/// Tasks that are in progress at a time.
const IN_PROGRESS: usize = 100;

fn picks(c: &mut Criterion) {
    let configs: Vec<ServerConfig> = (0..SERVERS)
        .map(|i| ServerConfig { weight: 1 + (i as u32 * 7) % 8, slots: 4, ..ServerConfig::default() })
        .collect();
    let weights: Vec<u32> = configs.iter().map(|s| s.weight).collect();
    let addresses: Vec<String> = (0..SERVERS).map(server_address).collect();
    let population = Population::new(&Clients { clients: 1000, urls: 1000, ..Clients::default() });
    let servers: Vec<Server> = configs.iter().map(Server::new).collect();
    for &id in StrategyId::ALL {
        let config = StrategyConfig { id, ..StrategyConfig::default() };
        let setup = Setup { weights: &weights, addresses: &addresses, population: &population, config: &config };
        let mut strategy = AnyStrategy::new(&setup);
        let mut rng = Rng::new(7, Purpose::Choices(0));
        let (mut active, sent_work) = (vec![0_u32; SERVERS], vec![0.0; SERVERS]);
        let eligible = Mask::of(SERVERS, |_| true);
        // Where the tasks in progress are, oldest first, as a ring.
        let mut ring = [usize::MAX; IN_PROGRESS];
        let mut n = 0;
        c.bench_function(id.as_str(), |b| {
            b.iter(|| {
                n += 1;
                let (now_s, key) = (n as f64 * 0.01, (n % 1000) as u32);
                let oldest = &mut ring[n % IN_PROGRESS];
                if let Some(count) = active.get_mut(*oldest) {
                    *count -= 1;
                    let (rank, outcome) = (1 + *count, Outcome::Served);
                    strategy.finished(&Done { server: *oldest, now_s, response_s: 1.0, rank, active: *count, outcome });
                }
                let task = Task { client: key, url: key, tenant: key % 6, size: 1.0, ..Task::default() };
                let cluster = Cluster {
                    now_s,
                    eligible,
                    weights: &weights,
                    active: &active,
                    sent_work: &sent_work,
                    alone: true,
                    servers: &servers,
                };
                let pick = black_box(strategy.pick(&task, &cluster, &mut rng, &mut ()));
                *oldest = usize::MAX;
                if let Pick::Server(server) = pick {
                    active[server] += 1;
                    *oldest = server;
                }
            });
        });
    }
}

criterion_group!(benches, picks);
criterion_main!(benches);
