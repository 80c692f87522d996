//! Which keys change their server when servers go or come.

use equipoise_engine::balance::{AnyStrategy, Cluster, Mask, Pick, Setup, key_count};
use equipoise_engine::rng::{Purpose, Rng};
use equipoise_engine::scenario::Scenario;
use equipoise_engine::sim::server::Server;
use equipoise_engine::workload::Task;
use equipoise_engine::workload::clients::Population;

/// The server of every key that the scenario's strategy looks at, were these servers up and nothing
/// in progress; for a strategy that looks at no key, nothing.
pub fn owners(scenario: &Scenario, eligible: Mask) -> Vec<Option<usize>> {
    let population = Population::new(&scenario.clients);
    let keys = scenario
        .balancer
        .strategy
        .looks_at()
        .map_or(0, |source| key_count(source, &population));
    let weights: Vec<u32> = scenario.servers.iter().map(|s| s.weight).collect();
    let (addresses, config) = (scenario.addresses(), &scenario.balancer.strategy);
    let setup = Setup {
        weights: &weights,
        addresses: &addresses,
        population: &population,
        config,
    };
    let mut strategy = AnyStrategy::new(&setup);
    let servers: Vec<Server> = scenario.servers.iter().map(Server::new).collect();
    let (active, sent_work) = (vec![0; weights.len()], vec![0.0; weights.len()]);
    let cluster = Cluster {
        now_s: 0.0,
        eligible,
        weights: &weights,
        active: &active,
        sent_work: &sent_work,
        alone: true,
        servers: &servers,
    };
    let mut rng = Rng::new(u64::from(scenario.seed), Purpose::Choices(0));
    let owner = |key| {
        let task = Task {
            client: key,
            url: key,
            tenant: key,
            ..Task::default()
        };
        match strategy.pick(&task, &cluster, &mut rng, &mut ()) {
            Pick::Server(server) => Some(server),
            Pick::Wait | Pick::Nobody | Pick::Crash => None,
        }
    };
    (0..keys as u32).map(owner).collect()
}

/// How many keys move.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// All keys.
    pub keys: usize,
    /// Those that had to: from a server that goes, or to one that comes.
    pub due: usize,
    /// Those that move between servers that are up before and after.
    pub needless: usize,
}

/// The keys that move when the servers `before` become those `after`.
pub fn moves(scenario: &Scenario, before: Mask, after: Mask) -> Moves {
    let pairs = owners(scenario, before)
        .into_iter()
        .zip(owners(scenario, after));
    let mut moves = Moves::default();
    for (from, to) in pairs {
        moves.keys += 1;
        if from != to {
            let stays = from.is_some_and(|s| after.has(s)) && to.is_some_and(|s| before.has(s));
            if stays {
                moves.needless += 1;
            } else {
                moves.due += 1;
            }
        }
    }
    moves
}
