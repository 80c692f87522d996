//! Which keys change their server when servers go or come.

use equipoise_engine::balance::bare::Bare;
use equipoise_engine::balance::rules::weights_in;
use equipoise_engine::balance::{AnyStrategy, Mask, Pick, Setup};
use equipoise_engine::rng::{Purpose, Rng};
use equipoise_engine::scenario::Scenario;
use equipoise_engine::workload::Task;
use equipoise_engine::workload::clients::Population;

/// The server of every key that the scenario's strategy reads, with these servers healthy and
/// nothing in flight; nothing for a strategy that reads no key.
pub fn owners(scenario: &Scenario, eligible: Mask) -> Vec<Option<usize>> {
    let population = Population::new(&scenario.clients);
    let config = &scenario.balancer.strategy;
    let source = config.knows().key;
    let keys = source.map_or(0, |source| population.count(source));
    let weights: Vec<u32> = scenario.servers.iter().map(|s| s.weight).collect();
    let weights: Vec<u32> = weights_in(Mask::all(weights.len()), &weights).collect();
    let mut strategy = AnyStrategy::new(&Setup {
        weights: &weights,
        addresses: &scenario.addresses(),
        population: &population,
        config,
        ways: None,
    });
    let mut bare = Bare::new(&weights);
    bare.eligible = eligible;
    bare.healthy = eligible;
    let cluster = bare.cluster();
    let mut rng = Rng::new(u64::from(scenario.seed), Purpose::Choices(0));
    let owner = |key| match strategy.pick(&Task::with_keys(key), &cluster, &mut rng, &mut ()) {
        Pick::Server(server) => Some(server),
        Pick::Wait | Pick::NoServer | Pick::Crash => None,
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
