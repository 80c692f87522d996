//! The bare sequence of picks, without a simulation around it: for vectors and for `equipoise
//! allocate`.

use super::{AnyStrategy, Cluster, Done, Mask, Outcome, Pick, Setup, StrategyConfig, StrategyId};
use crate::rng::{Purpose, Rng};
use crate::scenario::{Clients, KeySource, ServerConfig, ServerState, letter, server_address};
use crate::sim::server::Server;
use crate::workload::Task;
use crate::workload::clients::Population;

/// A sequence to be picked.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// The strategy and its settings.
    pub config: StrategyConfig,
    /// The servers' weights.
    pub weights: &'a [u32],
    /// The servers' addresses, for hashes; none: the scenario's own.
    pub addresses: &'a [String],
    /// The servers that may be picked; none: all.
    pub eligible: Option<Mask>,
    /// From the task of this number on, counted from 0, these are the servers that are up and may
    /// be picked; ascending.
    pub changes: &'a [(usize, Mask)],
    /// The servers' slots; none: one each.
    pub slots: &'a [u32],
    /// How many tasks.
    pub tasks: usize,
    /// The tasks' keys, used again from the first when they run out. For a strategy that looks at
    /// addresses they are such.
    pub keys: &'a [String],
    /// Tasks never finish; otherwise each is done before the next comes.
    pub hold: bool,
    /// Seed of the random strategies.
    pub seed: u32,
}

impl<'a> Case<'a> {
    /// `tasks` tasks without keys, each done before the next, seed 7.
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
    /// A key that is no address, for a strategy that hashes addresses.
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
        };
        let mut strategy = AnyStrategy::new(&setup);
        let slots = |s| self.slots.get(s).copied().unwrap_or(1);
        let server = |s| {
            Server::new(&ServerConfig {
                slots: slots(s),
                ..ServerConfig::default()
            })
        };
        let mut servers: Vec<Server> = (0..n).map(server).collect();
        let mut eligible = self.eligible.unwrap_or(Mask::of(n, |_| true));
        let mut rng = Rng::new(u64::from(self.seed), Purpose::Choices(0));
        let mut active = vec![0; n];
        let sent_work = vec![0.0; n];
        Ok((0..self.tasks)
            .map(|i| {
                if let Some(&(_, up)) = self.changes.iter().find(|(from, _)| *from == i) {
                    eligible = up;
                    let state = |s| {
                        if up.has(s) {
                            ServerState::Up
                        } else {
                            ServerState::Down
                        }
                    };
                    servers
                        .iter_mut()
                        .enumerate()
                        .for_each(|(s, server)| server.state = state(s));
                }
                let key = (i % population.urls.len()) as u32;
                let task = Task {
                    client: key,
                    url: key,
                    tenant: key,
                    size: 1.0,
                    ..Task::default()
                };
                let cluster = Cluster {
                    now_s: i as f64,
                    eligible,
                    weights: self.weights,
                    active: &active,
                    sent_work: &sent_work,
                    alone: true,
                    servers: &servers,
                };
                let pick = strategy.pick(&task, &cluster, &mut rng, &mut ());
                if let Pick::Server(server) = pick {
                    if self.hold {
                        active[server] += 1;
                    } else {
                        let now_s = i as f64 + 0.5;
                        let outcome = Outcome::Served;
                        let active = active[server];
                        strategy.finished(&Done {
                            server,
                            now_s,
                            response_s: 0.5,
                            rank: 1,
                            active,
                            outcome,
                        });
                    }
                }
                pick
            })
            .collect())
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
        if self.config.looks_at() == Some(KeySource::Ip) {
            let parse = |key: &String| {
                key.parse()
                    .map_err(|_| format!("{key:?} is no IPv4 address such as 10.0.3.7"))
            };
            population.addresses = self.keys.iter().map(parse).collect::<Result<_, _>>()?;
        }
        population.urls = self.keys.to_vec();
        population.tenants = self.keys.to_vec();
        Ok(population)
    }
}

/// The picks as letters with spaces between: `-` for a task that waits, `!` for a failure.
///
/// # Panics
/// Where [`Case::picks`] has an error.
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
        Pick::Nobody | Pick::Crash => "!".into(),
    }
}

/// [`letters_for`] tasks that are done at once.
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
