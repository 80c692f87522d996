//! The picks of strategies that take turns, made by the strategies themselves.

use equipoise_engine::balance::{AnyStrategy, Cluster, Explanation, Mask, Pick, Setup};
use equipoise_engine::rng::{Purpose, Rng};
use equipoise_engine::scenario::Scenario;
use equipoise_engine::sim::server::Server;
use equipoise_engine::workload::Task;
use equipoise_engine::workload::clients::Population;

/// A strategy without a simulation around it. It sees idle servers; what it picked counts as in
/// progress until [`Turns::finish`] or [`Turns::release`].
pub struct Turns {
    strategy: AnyStrategy,
    servers: Vec<Server>,
    weights: Vec<u32>,
    active: Vec<u32>,
    work: Vec<f64>,
    rng: Rng,
    /// The latest pick, explained.
    pub why: Explanation,
}

impl Turns {
    /// The scenario's strategy in its first state.
    pub fn new(scenario: &Scenario, population: &Population) -> Self {
        let weights: Vec<u32> = scenario.servers.iter().map(|s| s.weight).collect();
        let (addresses, config) = (scenario.addresses(), &scenario.balancer.strategy);
        let setup = Setup {
            weights: &weights,
            addresses: &addresses,
            population,
            config,
        };
        Self {
            strategy: AnyStrategy::new(&setup),
            servers: scenario.servers.iter().map(Server::new).collect(),
            active: vec![0; weights.len()],
            work: vec![0.0; weights.len()],
            weights,
            why: Explanation::default(),
            rng: Rng::new(u64::from(scenario.seed), Purpose::Choices(0)),
        }
    }

    /// The next pick for `task` among `eligible`, explained in [`Turns::why`]; None if it picks
    /// nobody at once, as a strategy may that leaves tasks to be pulled.
    // Always explained: a pick that is not would be a second copy of all strategies on the page.
    pub fn pick(&mut self, task: &Task, eligible: Mask) -> Option<usize> {
        self.why.begin(0, 0.0, 0);
        let cluster = Cluster {
            now_s: 0.0,
            eligible,
            weights: &self.weights,
            active: &self.active,
            sent_work: &self.work,
            alone: true,
            servers: &self.servers,
        };
        match self
            .strategy
            .pick(task, &cluster, &mut self.rng, &mut self.why)
        {
            Pick::Server(server) => {
                self.active[server] += 1;
                Some(server)
            }
            Pick::Wait | Pick::Nobody | Pick::Crash => None,
        }
    }

    /// One of the tasks in progress at `server` has left.
    pub fn finish(&mut self, server: usize) {
        self.active[server] -= 1;
    }

    /// All tasks in progress have left.
    pub fn release(&mut self) {
        self.active.fill(0);
    }
}
