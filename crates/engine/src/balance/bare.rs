//! Strategies without a simulation around them: a cluster made by hand, and bare sequences of
//! picks, for tests, for theory, and for `equipoise allocate`.

use super::{
    AnyStrategy, Cluster, Done, Facts, Mask, Outcome, Pick, Reports, Setup, StrategyConfig,
    StrategyId,
};
use crate::names::{letter, server_address};
use crate::rng::{Purpose, Rng};
use crate::workload::clients::Population;
use crate::workload::{Clients, KeySource, Task};
use std::net::Ipv4Addr;

/// A cluster made by hand. The servers report what this balancer has in flight, since there is no
/// other balancer.
///
/// ```
/// use equipoise_engine::balance::bare::Bare;
/// use equipoise_engine::balance::{
///     AnyStrategy, Explanation, Pick, Setup, StrategyConfig, StrategyId,
/// };
/// use equipoise_engine::rng::{Purpose, Rng};
/// use equipoise_engine::workload::clients::{Clients, Population};
/// use equipoise_engine::workload::Task;
///
/// let mut bare = Bare::new(&[1, 1, 1]);
/// bare.reports.present = vec![2, 1, 4];
/// let mut strategy = AnyStrategy::new(&Setup {
///     weights: &bare.weights,
///     addresses: &[],
///     population: &Population::new(&Clients::default()),
///     config: &StrategyConfig {
///         id: StrategyId::LeastConnections,
///         ..StrategyConfig::default()
///     },
///     ways: None,
/// });
/// let mut rng = Rng::new(7, Purpose::Choices(0));
/// let mut why = Explanation::default();
/// let pick = strategy.pick(&Task::default(), &bare.cluster(), &mut rng, &mut why);
/// assert_eq!(pick, Pick::Server(1));
/// assert_eq!(why.columns, ["connections", "weight", "per-weight"]);
/// ```
#[derive(Clone, Debug)]
pub struct Bare {
    /// Simulated time (s).
    pub now_s: f64,
    /// The servers that may be picked.
    pub eligible: Mask,
    /// The healthy servers.
    pub healthy: Mask,
    /// Effective weights.
    pub weights: Vec<u32>,
    /// The servers' configuration.
    pub facts: Vec<Facts>,
    /// The servers' load; the tasks present are this balancer's requests in flight.
    pub reports: Reports,
}

impl Bare {
    /// Idle servers of these weights, with one slot of speed 1 each.
    pub fn new(weights: &[u32]) -> Self {
        let n = weights.len();
        let one_slot = Facts {
            slots: 1,
            speed: 1.0,
            shares: false,
        };
        Self {
            now_s: 0.0,
            eligible: Mask::all(n),
            healthy: Mask::all(n),
            weights: weights.to_vec(),
            facts: vec![one_slot; n],
            reports: Reports {
                present: vec![0; n],
                waiting: vec![0; n],
                work: vec![0.0; n],
                kv_usage: Vec::new(),
            },
        }
    }

    /// The cluster as a strategy sees it.
    #[inline(always)]
    pub fn cluster(&self) -> Cluster<'_> {
        Cluster {
            now_s: self.now_s,
            eligible: &self.eligible,
            healthy: &self.healthy,
            weights: &self.weights,
            weight_step: 1.0,
            reports: &self.reports,
            in_flight: &self.reports.present,
            own_in_flight: &self.reports.present,
            request: None,
            facts: &self.facts,
        }
    }
}

/// A sequence to be picked.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// The strategy and its settings.
    pub config: StrategyConfig,
    /// The servers' weights.
    pub weights: &'a [u32],
    /// The servers' addresses, for hashes; none: the scenario's own.
    pub addresses: &'a [String],
    /// The eligible servers; none: all.
    pub eligible: Option<Mask>,
    /// From the task of this index on, these servers are healthy and eligible; ascending.
    pub changes: &'a [(usize, Mask)],
    /// The servers' slots; none: one each.
    pub slots: &'a [u32],
    /// How many tasks.
    pub tasks: usize,
    /// The tasks' keys, repeated from the first when there are fewer than tasks. IPv4 addresses for
    /// a strategy that hashes addresses.
    pub keys: &'a [String],
    /// Whether tasks never finish; otherwise each finishes before the next arrives.
    pub hold: bool,
    /// Seed of the random strategies.
    pub seed: u32,
}

impl<'a> Case<'a> {
    /// `tasks` tasks without keys, each finished before the next arrives; seed 7.
    pub fn new(id: StrategyId, weights: &'a [u32], tasks: usize) -> Self {
        let config = StrategyConfig {
            id,
            ..StrategyConfig::default()
        };
        Self {
            config,
            weights,
            addresses: &[],
            eligible: None,
            changes: &[],
            slots: &[],
            tasks,
            keys: &[],
            hold: false,
            seed: 7,
        }
    }

    /// The picks in order.
    ///
    /// # Errors
    /// If the strategy hashes addresses and a key is not an IPv4 address.
    pub fn picks(&self) -> Result<Vec<Pick>, String> {
        let n = self.weights.len();
        let population = self.population()?;
        let addresses = if self.addresses.is_empty() {
            (0..n).map(server_address).collect()
        } else {
            self.addresses.to_vec()
        };
        let setup = Setup {
            weights: self.weights,
            addresses: &addresses,
            population: &population,
            config: &self.config,
            ways: None,
        };
        let mut strategy = AnyStrategy::new(&setup);
        let mut rng = Rng::new(u64::from(self.seed), Purpose::Choices(0));
        let mut bare = Bare::new(self.weights);
        for (facts, &slots) in bare.facts.iter_mut().zip(self.slots) {
            facts.slots = slots;
        }
        bare.eligible = self.eligible.unwrap_or(bare.eligible);
        let mut picks = Vec::with_capacity(self.tasks);
        for i in 0..self.tasks {
            if let Some(&(_, up)) = self.changes.iter().find(|(from, _)| *from == i) {
                bare.eligible = up;
                bare.healthy = up;
            }
            bare.now_s = i as f64;
            let key = (i % population.urls.len()) as u32;
            let task = Task {
                number: i as u64 + 1,
                size: 1.0,
                ..Task::with_keys(key)
            };
            let pick = strategy.pick(&task, &bare.cluster(), &mut rng, &mut ());
            picks.push(pick);
            let Pick::Server(server) = pick else { continue };
            if self.hold {
                bare.reports.present[server] += 1;
            } else {
                strategy.finished(&Done {
                    server,
                    now_s: i as f64 + 0.5,
                    task: task.number,
                    response_s: 0.5,
                    rank: 1,
                    active: bare.reports.present[server],
                    outcome: Outcome::Served,
                });
            }
        }
        Ok(picks)
    }

    fn population(&self) -> Result<Population, String> {
        if self.keys.is_empty() {
            return Ok(Population::new(&Clients {
                clients: 12,
                urls: 12,
                tenants: 12,
                ..Clients::default()
            }));
        }
        let count = self.keys.len() as u32;
        let mut population = Population::new(&Clients {
            clients: count,
            urls: count,
            tenants: count,
            ..Clients::default()
        });
        if self.config.knows().key == Some(KeySource::Ip) {
            let addresses: Result<Vec<Ipv4Addr>, String> =
                self.keys.iter().map(|key| parse_address(key)).collect();
            population.addresses = addresses?;
        }
        population.urls = self.keys.to_vec();
        population.tenants = self.keys.to_vec();
        Ok(population)
    }
}

fn parse_address(text: &str) -> Result<Ipv4Addr, String> {
    text.parse()
        .map_err(|_| format!("{text:?} is no IPv4 address such as 10.0.3.7"))
}

/// The picks as letters with spaces between: `-` for a task that waits, `!` for a failure.
///
/// # Panics
/// If [`Case::picks`] has an error.
pub fn letters_for(case: &Case) -> String {
    let picks = case.picks().expect("the case's keys fit its strategy");
    picks
        .into_iter()
        .map(pick_letter)
        .collect::<Vec<_>>()
        .join(" ")
}

/// A pick as `equipoise allocate` prints it.
pub fn pick_letter(pick: Pick) -> String {
    match pick {
        Pick::Server(server) => letter(server),
        Pick::Wait => "-".into(),
        Pick::NoServer | Pick::Crash => "!".into(),
    }
}

/// [`letters_for`] tasks that finish at once.
pub fn letters(id: StrategyId, weights: &[u32], tasks: usize) -> String {
    letters_for(&Case::new(id, weights, tasks))
}

/// [`letters_for`] tasks that never finish.
pub fn letters_held(id: StrategyId, weights: &[u32], tasks: usize) -> String {
    letters_for(&Case {
        hold: true,
        ..Case::new(id, weights, tasks)
    })
}
